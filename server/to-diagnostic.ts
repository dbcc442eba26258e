import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, DiagnosticSeverity, type Location } from 'vscode-languageserver';
import type { Notice, RelatedPlace, ReportedFinding } from '../rules/core/analyze.js';
import type { Severity } from '../rules/core/finding.js';
import type { RegisteredRule } from '../rules/core/rule.js';
import { absolutePath } from '../workspace/project.js';
import type { Judged } from './judge.js';
import { positionsOf } from './position.js';
import { HOME, type Session } from './session.js';
import { uriOf } from './uri.js';

export const SOURCE = 'seaworthy';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

export function findingDiagnostic(session: Session, judged: Judged, finding: ReportedFinding): Diagnostic {
  const { file, positions } = judged;
  const page = session.client.codeDescription ? pageOf(session, finding.rule, file) : undefined;
  return {
    source: SOURCE,
    code: finding.rule.id,
    severity: SEVERITIES[finding.severity],
    range: positions.toRange(finding.range),
    message: session.say(finding.message, file),
    ...(page ? { codeDescription: { href: page } } : {}),
    ...(session.client.relatedInformation && finding.related.length > 0
      ? {
          relatedInformation: finding.related.map((it) => ({
            location: locationOf(judged, it),
            message: session.say(it.message, file),
          })),
        }
      : {}),
  };
}

function locationOf({ file, positions, uri, options }: Judged, { range, path: other }: RelatedPlace): Location {
  if (other === undefined || file === undefined) return { uri, range: positions.toRange(range) };
  const { toRange } = positionsOf(options.project.read(other) ?? '');
  return { uri: uriOf(absolutePath(file, options.project, other)), range: toRange(range) };
}

export function noticeDiagnostic(session: Session, { positions, file }: Judged, notice: Notice): Diagnostic {
  return {
    source: SOURCE,
    code: notice.code,
    severity: SEVERITIES[notice.severity],
    range: positions.toRange(notice.range),
    message: session.say(notice.message, file),
  };
}

/** The rule's page in the language of its texts: the client's, or a file beside the server; absent where there is none. */
export function pageOf(session: Session, rule: RegisteredRule, file?: string): string | undefined {
  const japanese = session.translations(file)[rule.summary] !== undefined;
  const { pages } = session.options;
  if (pages) return `${pages.folder}${japanese ? 'ja/' : ''}rules/${rule.practice.folder}/${rule.id}.md`;
  return pageFile(rule, japanese);
}

function pageFile(rule: RegisteredRule, japanese: boolean): string | undefined {
  const pages = japanese ? JAPANESE_PAGES : ENGLISH_PAGES;
  const known = pages.get(rule.id);
  if (known !== undefined) return known === '' ? undefined : known;
  const place = path.join('rules', rule.practice.folder, `${rule.id}.md`);
  const folders = japanese ? ['docs/ja', 'docs'] : ['docs'];
  const file = folders.map((it) => path.join(HOME, it, place)).find((it) => existsSync(it));
  const page = file === undefined ? undefined : uriOf(file);
  pages.set(rule.id, page ?? '');
  return page;
}

/** By rule id; empty where there is none. Installed pages do not change while a server runs. */
const ENGLISH_PAGES = new Map<string, string>();
const JAPANESE_PAGES = new Map<string, string>();
