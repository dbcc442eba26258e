import { AS_OF } from '../../images/lifetimes.generated.js';
import { RULES } from '../../registry.generated.js';
import type { Notice, ReportedFinding } from '../analysis.js';
import type { Document, RegisteredRule } from '../rule.js';
import type { Spanned } from '../text.js';
import { malformed, unknown, unused } from './notices.js';
import { isOwn, type Malformed, type OwnComment, readOwn } from './own.js';
import { peerIdsOf } from './peer-ids.js';
import { peerSuppressions } from './peers.js';
import { type Scopes, type Suppression, scopesOf, silences } from './scope.js';

export interface Suppressed {
  readonly findings: readonly ReportedFinding[];
  readonly notices: readonly Notice[];
  readonly suppressed: number;
}

export interface SuppressOptions {
  /** Rules that ran to their end: only of these can a comment be unused. */
  readonly ran: ReadonlySet<RegisteredRule>;
  readonly rules: readonly RegisteredRule[];
  /** The file was read and judged as a whole. Else a finding may be missing, and no comment is called unused. */
  readonly complete: boolean;
}

/** Leaves out the findings that comments in the file silence, ours and those of other tools, and says which of ours are wrong. */
export function suppress(
  document: Document,
  findings: readonly ReportedFinding[],
  options: SuppressOptions,
): Suppressed {
  if (!mayHold(document)) return { findings, notices: [], suppressed: 0 };
  const scopes = scopesOf(document);
  const read = document.comments.filter(isOwn).map((it) => readOwn(it, scopes));
  const own = read.filter(isWellFormed);
  const silent = silencedBy(findings, scopes, own, options.rules);
  return {
    findings: findings.filter((it) => !silent.has(it)),
    notices: [
      ...read.filter(isMalformed).map((it) => malformed(it, document)),
      ...own.flatMap((it) => idNotices(it, findings, document, options)),
    ],
    suppressed: silent.size,
  };
}

/** Nearly every file: nothing in it is such a comment. */
function mayHold({ text }: Document): boolean {
  return /seaworthy|hadolint|tally|check *=|checkov:|bridgecrew:|cortex:|trivy:|tfsec:|kics-scan|nosem|nosonar|dclint|gitleaks:/i.test(
    text,
  );
}

function isMalformed(read: OwnComment | Malformed): read is Malformed {
  return 'problem' in read;
}

function isWellFormed(read: OwnComment | Malformed): read is OwnComment {
  return !isMalformed(read);
}

function silencedBy(
  findings: readonly ReportedFinding[],
  scopes: Scopes,
  own: readonly OwnComment[],
  rules: readonly RegisteredRule[],
): ReadonlySet<ReportedFinding> {
  const suppressions: readonly Suppression[] = [
    ...own.flatMap(({ ids, scope }) => (scope ? [{ rules: new Set(ids.map((it) => it.value)), scope }] : [])),
    ...peerSuppressions({ scopes, ids: peerIdsOf(rules), day: AS_OF }),
  ];
  return new Set(findings.filter(({ rule, range }) => suppressions.some((it) => silences(it, rule, range.start))));
}

function idNotices(
  own: OwnComment,
  findings: readonly ReportedFinding[],
  document: Document,
  { ran, rules, complete }: SuppressOptions,
): readonly Notice[] {
  return own.ids.flatMap((id) => {
    const rule = [...rules, ...RULES].find((it) => it.id === id.value);
    if (!rule) return [unknown(own, id, new Set([...rules, ...RULES].map((it) => it.id)), document)];
    return complete && ran.has(rule) && !isUsed(own, id, findings) ? [unused(own, id, document)] : [];
  });
}

function isUsed({ scope }: OwnComment, id: Spanned, findings: readonly ReportedFinding[]): boolean {
  if (!scope) return false;
  const rules = new Set([id.value]);
  return findings.some(({ rule, range }) => silences({ rules, scope }, rule, range.start));
}
