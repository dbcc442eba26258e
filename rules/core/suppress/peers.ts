import type { Comment, Range } from '../text.js';
import type { PeerIds, Tool } from './peer-ids.js';
import type { Scopes, Suppression } from './scope.js';

/** What the forms of other tools need to know. */
export interface PeerContext {
  readonly scopes: Scopes;
  readonly ids: PeerIds;
  /** `2026-11-24`: the day of the facts tables, by which a dated suppression has run out. */
  readonly day: string;
}

type Reader = (comment: Comment, context: PeerContext) => readonly Suppression[];

const DOCKERFILE: readonly Reader[] = [hadolint, tally, checkov, trivy, kics, semgrep];
const COMPOSE: readonly Reader[] = [kics, semgrep, sonar, dclint];
const CI: readonly Reader[] = [kics, semgrep, sonar];

/** What keeps most comments from being read by eight readers. */
const TOOLS = /hadolint|tally|checkov:|bridgecrew:|cortex:|trivy:|tfsec:|kics-scan|nosem|nosonar|dclint/i;

/** What the comments of other tools silence, each in its own scope; ids that mean no rule of ours silence nothing. */
export function peerSuppressions(context: PeerContext): readonly Suppression[] {
  const { document } = context.scopes;
  const readers = { dockerfile: DOCKERFILE, compose: COMPOSE, ci: CI, engine: CI }[document.kind];
  const comments = document.comments.filter((it) => TOOLS.test(it.text));
  const all = [
    ...comments.flatMap((comment) => readers.flatMap((it) => it(comment, context))),
    ...buildkit(context),
    ...gitleaks(context),
  ];
  return all.filter((it) => it.rules === 'all' || it.rules.size > 0);
}

/** `ignore=`: the line right above the instruction; `stage ignore=`: right above FROM; `global ignore=`: anywhere. */
function hadolint(comment: Comment, { scopes, ids }: PeerContext): readonly Suppression[] {
  const form = /^#\s*hadolint\s+(?:(global|stage)\s+)?ignore\s*=([^#]*)/.exec(comment.text);
  const list = words(form?.[2], ',');
  // One id that can be none voids the whole comment.
  if (list.length === 0 || !list.every((it) => /^[DLSC0-9]+$/.test(it))) return [];
  return within(reach(form?.[1], comment, scopes), ids.rulesOf('hadolint', list));
}

/** The next line or the file; ids of its own, of hadolint and of BuildKit, with or without `namespace/`. */
function tally(comment: Comment, { scopes, ids }: PeerContext): readonly Suppression[] {
  const form = /^#\s*tally\s+(?:(global|stage)\s+)?ignore\s*=([^;]*)/i.exec(comment.text);
  const list = words(form?.[2], ',').map((it) => it.slice(it.lastIndexOf('/') + 1));
  if (list.length === 0) return [];
  const tools: readonly Tool[] = ['tally', 'hadolint', 'buildkit'];
  const rules = list.includes('all') ? 'all' : new Set(tools.flatMap((it) => [...ids.rulesOf(it, list)]));
  return within(reach(form?.[1], comment, scopes), rules);
}

function reach(word: string | undefined, comment: Comment, scopes: Scopes): Range | undefined {
  if (word?.toLowerCase() === 'global') return scopes.file;
  return word ? scopes.stageOnNextLine(comment) : scopes.onNextLine(comment);
}

/** `# check=skip=A,B;error=true` among the directives at the top; its parts are split by `;`. */
function buildkit({ scopes, ids }: PeerContext): readonly Suppression[] {
  const { document } = scopes;
  if (document.kind !== 'dockerfile') return [];
  const values = document.directives.filter((it) => it.name.toLowerCase() === 'check').map((it) => it.value.value);
  const parts = values.flatMap((it) => it.split(';')).map((it) => /^\s*skip\s*=(.*)$/i.exec(it)?.[1]);
  const list = parts.flatMap((it) => words(it, ','));
  return within(scopes.file, list.includes('all') ? 'all' : ids.rulesOf('buildkit', list));
}

/** Any comment of a Dockerfile counts for the whole file. */
function checkov(comment: Comment, { scopes, ids }: PeerContext): readonly Suppression[] {
  const form = /(?:checkov|bridgecrew|cortex):skip= *([A-Za-z_\d-]+(?:,[A-Za-z_\d-]+)*)/.exec(comment.text);
  return within(scopes.file, ids.rulesOf('checkov', words(form?.[1], ',')));
}

/** The next instruction, whatever further comments stand between: those of one stack add up. */
function trivy(comment: Comment, { scopes, ids, day }: PeerContext): readonly Suppression[] {
  if (!/^#+\s*(?:trivy|tfsec):ignore:/.test(comment.text)) return [];
  const list = [...comment.text.matchAll(/(?:trivy|tfsec):ignore:(\S+)/g)].flatMap(([, written = '']) => {
    const [id = '', ...conditions] = written.split(':');
    // A workspace asks for what we do not know, so it may not apply; an id with a parameter is no id of ours.
    return conditions.every((it, index) => holds(it, conditions[index - 1], day)) ? [id] : [];
  });
  const rules = list.includes('*') ? 'all' : ids.rulesOf('trivy', list);
  return within(belowStack(comment, scopes), rules);
}

function holds(word: string, before: string | undefined, day: string): boolean {
  return word === 'exp' || (before === 'exp' && /^\d{4}-\d{2}-\d{2}$/.test(word) && word >= day);
}

function belowStack(comment: Comment, scopes: Scopes): Range {
  const last = scopes.lastOfStack(comment);
  return scopes.onNextLine(last) ?? scopes.lines(scopes.lineAt(last.range.start) + 1);
}

/** KICS lower-cases the comment. What concerns the file counts in its leading comments only. */
function kics(comment: Comment, context: PeerContext): readonly Suppression[] {
  const { scopes } = context;
  const form = /^#\s*kics-scan\s+(ignore-line|ignore-block|ignore|disable|enable)(?:\s*=(.*))?$/.exec(
    comment.text.toLowerCase().trim(),
  );
  if (!form) return [];
  const [, word, list] = form;
  if (word === 'ignore-line') return within(kicsLine(comment, scopes), 'all');
  if (word === 'ignore-block') return within(kicsBlock(comment, scopes), 'all');
  if (!scopes.isLeading(comment)) return [];
  if (word === 'ignore') return within(scopes.file, 'all');
  return within(scopes.file, kicsRules(word === 'enable', words(list, ','), context));
}

/** `enable` leaves only the named queries on: it silences the rules that KICS knows by other ids. */
function kicsRules(enable: boolean, list: readonly string[], { ids }: PeerContext): ReadonlySet<string> {
  const named = ids.rulesOf('kics', list);
  if (!enable || named.size === 0) return enable ? new Set() : named;
  return new Set([...ids.knownTo('kics')].filter((it) => !named.has(it)));
}

function kicsLine(comment: Comment, scopes: Scopes): Range | undefined {
  if (scopes.document.kind === 'dockerfile') return scopes.below(comment);
  const line = scopes.lineAt(comment.range.start);
  return scopes.lines(line, line + 1);
}

function kicsBlock(comment: Comment, scopes: Scopes): Range | undefined {
  const { document } = scopes;
  if (document.kind === 'dockerfile') return scopes.stageOnNextLine(comment) ?? scopes.below(comment);
  const before = document.text.slice(0, comment.range.start).trimEnd();
  if (!/(?:^|\n)---$/.test(before)) return scopes.below(comment);
  const end = /\r?\n---\s/.exec(document.text.slice(comment.range.end));
  return { start: comment.range.end, end: end ? comment.range.end + end.index : scopes.file.end };
}

/** On the line where the match starts, or alone on the line above. */
function semgrep(comment: Comment, { scopes, ids }: PeerContext): readonly Suppression[] {
  const form = /\snosem(?:grep)?\b(?:\s*[:=]\s*([\w.,\s-]*))?/i.exec(comment.text);
  if (!form) return [];
  const list = words(form[1], ',').map((it) => it.split(/\s/)[0] ?? '');
  const line = scopes.lineAt(comment.range.start) + (comment.ownLine ? 1 : 0);
  const instruction = scopes.document.kind === 'dockerfile' ? scopes.onNextLine(comment) : undefined;
  return within(instruction ?? scopes.lines(line), list.length === 0 ? 'all' : ids.rulesOf('semgrep', list));
}

/** The line that carries the word. A Dockerfile has no comment behind an instruction, so none there. */
function sonar(comment: Comment, { scopes }: PeerContext): readonly Suppression[] {
  return comment.text.includes('NOSONAR') ? within(scopes.lines(scopes.lineAt(comment.range.start)), 'all') : [];
}

/** A linter of style: without names it means its own rules, so only what has an equivalent there is silent. */
function dclint(comment: Comment, { scopes, ids }: PeerContext): readonly Suppression[] {
  const form = /^#\s*dclint\s+(disable-file|disable-line|disable)((?:\s+[\w-]+)*)\s*$/.exec(comment.text);
  if (!form) return [];
  const [, word, list] = form;
  const names = words(list, ' ');
  const rules = names.length === 0 || word === 'disable-file' ? ids.knownTo('dclint') : ids.rulesOf('dclint', names);
  if (word !== 'disable-line') return scopes.isLeading(comment) ? within(scopes.file, rules) : [];
  const line = scopes.lineAt(comment.range.start);
  return within(scopes.lines(line, comment.ownLine ? line + 1 : line), rules);
}

/** `gitleaks:allow` on the line of a secret, in whatever form a comment has there. */
function gitleaks({ scopes, ids }: PeerContext): readonly Suppression[] {
  const { text } = scopes.document;
  const found: Suppression[] = [];
  for (let at = text.indexOf('gitleaks:allow'); at >= 0; at = text.indexOf('gitleaks:allow', at + 1))
    found.push({ rules: ids.secrets, scope: scopes.lines(scopes.lineAt(at)) });
  return found;
}

function within(scope: Range | undefined, rules: Suppression['rules']): readonly Suppression[] {
  return scope ? [{ rules, scope }] : [];
}

function words(list: string | undefined, separator: string): readonly string[] {
  return (list ?? '')
    .split(separator)
    .map((it) => it.trim())
    .filter((it) => it !== '');
}
