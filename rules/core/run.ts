import type { Config } from '../config.js';
import { isExcluded, kindOf } from '../project/kind.js';
import type { AnalyzeOptions, Notice, RelatedPlace, ReportedFinding, ReportedFix } from './analysis.js';
import type { Edit } from './edit.js';
import { isElsewhere, ownRange } from './elsewhere.js';
import type { Finding, Fix, Severity } from './finding.js';
import type { Text } from './message.js';
import type { Project } from './project.js';
import type { CheckContext, Document, RegisteredRule } from './rule.js';
import type { Range } from './text.js';
import { TEXTS } from './texts.js';

/** Milliseconds that the rules may take on one file before the rest of them is left out. */
export const TIME_LIMIT = 4_000;

export interface RunResult {
  readonly findings: readonly ReportedFinding[];
  readonly notices: readonly Notice[];
  /** Rules that ran to their end. */
  readonly ran: ReadonlySet<RegisteredRule>;
}

/** Runs rules one by one, each on its own: one that throws, or reports what cannot be, costs its own findings only. */
export function runRules(
  document: Document,
  context: CheckContext,
  rules: readonly RegisteredRule[],
  clock: AnalyzeOptions['clock'],
): RunResult {
  const findings: ReportedFinding[] = [];
  const notices: Notice[] = [];
  const ran = new Set<RegisteredRule>();
  const started = clock?.() ?? 0;
  for (const rule of rules) {
    const result = runRule(rule, document, context);
    if ('failure' in result) notices.push(failure(rule, result.failure));
    else {
      findings.push(...result.findings);
      ran.add(rule);
    }
    if (clock && clock() - started > TIME_LIMIT) {
      notices.push(tooSlow(rule));
      break;
    }
  }
  return { findings: sorted(findings), notices, ran };
}

export function contextOf({ config, project, digests = UNASKED }: AnalyzeOptions): CheckContext {
  return { config, project, digests };
}

const UNASKED: ReadonlyMap<string, string> = new Map();

/** Whether and at which level a rule runs; `undefined` as level: the rule's own. */
export function isEnabled(rule: RegisteredRule, config: Config, only: ReadonlySet<string> | undefined): boolean {
  if (only) return only.has(rule.id);
  const configured = configuredLevel(rule, config);
  if (configured !== undefined) return configured !== 'off';
  return rule.profile !== 'strict' || config.profile === 'strict';
}

function configuredLevel(rule: RegisteredRule, config: Config): Severity | 'off' | undefined {
  return Object.hasOwn(config.rules, rule.id) ? config.rules[rule.id] : undefined;
}

/** What most rules say of most files. */
const NOTHING = { findings: [] } as const;

function runRule(
  rule: RegisteredRule,
  document: Document,
  context: CheckContext,
): { readonly findings: readonly ReportedFinding[] } | { readonly failure: string } {
  try {
    const found = checkDocument(rule, document, context);
    if (found.length === 0) return NOTHING;
    const own = found.filter((it) => !isElsewhere(it.range)).map((it) => reported(rule, it, document, context));
    return { findings: [...own, ...reportedForOthers(rule, found, document, context)] };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function checkDocument(rule: RegisteredRule, document: Document, context: CheckContext): readonly Finding[] {
  if (document.kind === 'dockerfile') return rule.check.dockerfile?.(document, context) ?? [];
  if (document.kind === 'compose') return rule.check.compose?.(document, context) ?? [];
  if (document.kind === 'ci') return rule.check.ci?.(document, context) ?? [];
  return rule.check.engine?.(document, context) ?? [];
}

/** What is wrong in a file that nobody else judges stands where the judged one names that file. */
function reportedForOthers(
  rule: RegisteredRule,
  found: readonly Finding[],
  document: Document,
  context: CheckContext,
): readonly ReportedFinding[] {
  if (document.kind !== 'compose' || !document.namedAt) return [];
  const { config, project } = context;
  const seen = new Set<number>();
  const findings: ReportedFinding[] = [];
  for (const it of found) {
    const path = otherFileAt(it.range, project);
    const range = path === undefined ? undefined : document.namedAt(it.range);
    if (path === undefined || !range || seen.has(it.range.start)) continue;
    if (kindOf(path, config) !== undefined || isExcluded(path, config)) continue;
    seen.add(it.range.start);
    const there = { message: { template: TEXTS.isWritten, data: {} }, ...reportedPlace(it.range, '', project) };
    const here = reported(rule, { ...it, range }, document, context);
    findings.push({ ...here, related: [there, ...here.related] });
  }
  return findings;
}

function reported(
  rule: RegisteredRule,
  finding: Finding,
  { text }: Document,
  { config, project }: CheckContext,
): ReportedFinding {
  const confidence = finding.confidence ?? 'high';
  const configured = configuredLevel(rule, config);
  const level = configured === undefined || configured === 'off' ? (finding.severity ?? rule.severity) : configured;
  return {
    rule,
    severity: confidence === 'low' ? oneDown(level) : level,
    confidence,
    message: textOf('message', rule.messages, finding.message, finding.data),
    range: checkedRange(finding.range, text),
    related: (finding.related ?? []).map((it) => ({
      ...reportedPlace(it.range, text, project),
      message: textOf('label', rule.labels, it.label, it.data),
    })),
    fixes: (finding.fixes ?? []).map((it) => reportedFix(rule, it, text, project)),
    ...(finding.digestOf === undefined ? {} : { digestOf: finding.digestOf }),
  };
}

function reportedPlace(range: Range, text: string, project: Project): Pick<RelatedPlace, 'range' | 'path'> {
  const path = otherFileAt(range, project);
  if (path === undefined) return { range: checkedRange(ownRange(range), text) };
  return { range: checkedRange(ownRange(range), project.read(path) ?? ''), path };
}

function reportedFix(rule: RegisteredRule, fix: Fix, text: string, project: Project): ReportedFix {
  return {
    title: textOf('title', rule.titles, fix.title, fix.data),
    applicability: fix.applicability,
    ...(fix.rewrite === undefined ? {} : { rewrite: fix.rewrite }),
    ...placedEdits(fix.edits, text, project),
  };
}

/** Nearly all fixes stay in the file. */
function placedEdits(all: readonly Edit[], text: string, project: Project): Pick<ReportedFix, 'edits' | 'elsewhere'> {
  if (!all.some((it) => isElsewhere(it.range))) return { edits: checkedEdits(all, text) };
  const own = all.flatMap((it) => (otherFileAt(it.range, project) ? [] : { ...it, range: ownRange(it.range) }));
  return { edits: checkedEdits(own, text), ...editsElsewhere(all, project) };
}

function editsElsewhere(all: readonly Edit[], project: Project): Pick<ReportedFix, 'elsewhere'> {
  const byPath = new Map<string, Edit[]>();
  for (const { range, text } of all) {
    const path = otherFileAt(range, project);
    if (path !== undefined) byPath.set(path, [...(byPath.get(path) ?? []), { range: ownRange(range), text }]);
  }
  if (byPath.size === 0) return {};
  return {
    elsewhere: [...byPath].map(([path, edits]) => ({ path, edits: checkedEdits(edits, project.read(path) ?? '') })),
  };
}

/** The judged file has a stretch like the others too, for what a service of it lends to another one. */
function otherFileAt(range: Range, { path: judged, fileAt }: Project): string | undefined {
  if (!isElsewhere(range) || judged === undefined) return undefined;
  const path = fileAt(range.start);
  if (path === undefined) throw new Error(UNKNOWN_FILE);
  return path === judged ? undefined : path;
}

const UNKNOWN_FILE = 'it names a place in a file that the project does not have';

function textOf(
  kind: string,
  templates: Readonly<Record<string, string>> | undefined,
  key: string,
  data: Readonly<Record<string, string>> | undefined,
): Text {
  const template = templates && Object.hasOwn(templates, key) ? templates[key] : undefined;
  if (template === undefined) throw new Error(`it has no ${kind} '${key}'`);
  return { template, data: data ?? {} };
}

function checkedRange(range: Range, text: string): Range {
  const { start, end } = range;
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end > text.length)
    throw new Error(`it names the range ${start}..${end} of a text of ${text.length}`);
  return range;
}

function checkedEdits(edits: readonly Edit[], text: string): readonly Edit[] {
  let position = 0;
  for (const { range } of edits) {
    checkedRange(range, text);
    if (range.start < position) throw new Error(`its edits overlap at ${range.start}`);
    position = range.end;
  }
  return edits;
}

function oneDown(level: Severity): Severity {
  return level === 'error' ? 'warning' : 'info';
}

/** Findings at one place stay in the order of their rules. */
function sorted(findings: readonly ReportedFinding[]): readonly ReportedFinding[] {
  return findings.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

function failure(rule: RegisteredRule, error: string): Notice {
  return notice('rule-failed', { template: TEXTS.ruleFailed, data: { rule: rule.id, error: oneLine(error) } });
}

function tooSlow(rule: RegisteredRule): Notice {
  return notice('time', { template: TEXTS.tooSlow, data: { rule: rule.id, seconds: String(TIME_LIMIT / 1000) } });
}

/** A notice about the whole file stands at its start. */
export function notice(code: Notice['code'], message: Text): Notice {
  return { code, message, range: { start: 0, end: 0 }, severity: 'warning', fixes: [] };
}

export function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim().replace(/\.$/, '').slice(0, 200);
}
