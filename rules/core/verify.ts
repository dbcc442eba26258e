import { kindOf } from '../project/kind.js';
import type { Analysis, AnalyzeOptions, Changes, ReportedFinding, ReportedFix } from './analysis.js';
import { changedProject, projectWithTexts } from './changed-project.js';
import { applyEdits, type Edit } from './edit.js';
import type { FileEdits } from './elsewhere.js';
import type { Severity } from './finding.js';
import { analyze } from './judge.js';
import { render } from './message.js';
import type { Project } from './project.js';
import type { Document } from './rule.js';
import type { Range } from './text.js';

/** Results by finding: an editor asks again at every move of the cursor. A finding belongs to one analysis. */
const KNOWN = new WeakMap<ReportedFinding, readonly ReportedFix[]>();

const RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2 };

/**
 * The fixes of a finding that hold what they promise: applied to a copy and re-analysed, the finding is gone, nothing
 * new at its level or above appears, the text parses as before, and line ends and comments survive.
 *
 * @param options those of the analysis.
 */
export function verifiedFixes(
  analysis: Analysis,
  finding: ReportedFinding,
  options: AnalyzeOptions,
): readonly ReportedFix[] {
  const known = KNOWN.get(finding);
  if (known) return known;
  const held = finding.fixes.filter((it) => afterFix(analysis, [finding], it, options) !== undefined);
  KNOWN.set(finding, held);
  return held;
}

/** Answers {@link verifiedFixes} from what was verified otherwise. */
export function rememberVerified(finding: ReportedFinding, fixes: readonly ReportedFix[]): void {
  KNOWN.set(finding, fixes);
}

/** The analysis after the changes that fix `fixed`, or undefined when they do not hold. */
export function afterFix(
  before: Analysis,
  fixed: readonly ReportedFinding[],
  changes: Changes,
  options: AnalyzeOptions,
): Analysis | undefined {
  const { edits, elsewhere = [] } = changes;
  const text = applyEdits(before.source.text, edits);
  if ((text === before.source.text && elsewhere.length === 0) || !keepsLineEnds(before, text)) return undefined;
  const project = changedProject(options.project, elsewhere);
  const after = analyze({ kind: before.source.kind, text }, { ...options, project });
  if (!parsesAsBefore(before, after) || !keepsComments(before.document, after.document, edits)) return undefined;
  const level = Math.min(...fixed.map((it) => RANK[it.severity]));
  if (!curesWithoutHarm(before, fixed, edits, after, { level, repeats: changes.rewrite === 'multistage' }))
    return undefined;
  // The other files are judged beside the changed text of this one.
  const { path } = options.project;
  const whole = path === undefined ? project : projectWithTexts(project, new Map([[path, text]]));
  return elsewhere.every((it) => doesNoHarm(it, before, whole, level, options)) ? after : undefined;
}

/** The other files that a fix changes are held to the same. */
function doesNoHarm(
  { path, edits }: FileEdits,
  { context }: Analysis,
  changed: Project,
  level: number,
  options: AnalyzeOptions,
): boolean {
  const kind = kindOf(path, options.config);
  if (kind === undefined || kind === 'config') return true;
  const of = (project: Project): Analysis =>
    analyze({ kind, text: project.read(path) ?? '' }, { ...options, project: { ...project, path } });
  const before = of(context.project);
  const after = of(changed);
  return (
    keepsLineEnds(before, after.source.text) &&
    parsesAsBefore(before, after) &&
    keepsComments(before.document, after.document, edits) &&
    curesWithoutHarm(before, [], edits, after, { level, repeats: false })
  );
}

/** A file keeps its line end; one that already mixes them does not mix them more. */
function keepsLineEnds({ source, document }: Analysis, text: string): boolean {
  const foreign = document.eol === '\n' ? /\r\n/g : /(?<!\r)\n/g;
  return count(text, foreign) <= count(source.text, foreign);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** No new error, and no rule that fails or no longer runs. */
function parsesAsBefore(before: Analysis, after: Analysis): boolean {
  const guards = ({ notices }: Analysis): number =>
    notices.filter((it) => it.code === 'rule-failed' || it.code === 'time' || it.code === 'size').length;
  return after.document.errors.length <= before.document.errors.length && guards(after) <= guards(before);
}

/** Every comment is still there. In YAML one may go with the entry it belongs to, where an edit only deletes. */
function keepsComments(before: Document, after: Document, edits: readonly Edit[]): boolean {
  const left = new Map<string, number>();
  for (const { text } of after.comments) left.set(text, (left.get(text) ?? 0) + 1);
  return before.comments.every(({ text, range }) => {
    const found = left.get(text) ?? 0;
    left.set(text, found - 1);
    return found > 0 || (before.kind !== 'dockerfile' && edits.some((it) => it.text === '' && covers(it.range, range)));
  });
}

function covers(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

interface Demand {
  /** Nothing new may be of this rank or above. */
  readonly level: number;
  /** A second stage on the same release has the findings of the first again: those are not new. */
  readonly repeats: boolean;
}

/**
 * Pairs the findings of before, moved by the edits, with those of after. What the fixed ones leave must be nothing:
 * a finding without a partner is new, or is the one that was to be cured.
 */
function curesWithoutHarm(
  before: Analysis,
  fixed: readonly ReportedFinding[],
  edits: readonly Edit[],
  after: Analysis,
  { level, repeats }: Demand,
): boolean {
  const cured = new Set(fixed);
  const others = before.findings.filter((it) => !cured.has(it));
  const exact = (it: ReportedFinding, range: Range): string =>
    `${it.rule.id} ${range.start} ${range.end} ${render(it.message, {})}`;
  const moved = (it: ReportedFinding): string => exact(it, movedRange(it.range, edits));

  const unchanged = unpaired(after.findings, others, (it) => exact(it, it.range), moved);
  const stillThere = new Set(fixed.map(moved));
  if (unchanged.after.some((it) => stillThere.has(exact(it, it.range)))) return false;

  const said = (it: ReportedFinding): string => `${it.rule.id} ${it.message.template}`;
  const similar = unpaired(unchanged.after, unchanged.before, said, said);
  const ofRule = (it: ReportedFinding): string => it.rule.id;
  const { after: added, before: gone } = unpaired(similar.after, similar.before, ofRule, ofRule);
  const outspoken = [...fixed, ...gone];
  const wasSilent = (it: ReportedFinding): boolean => {
    const index = outspoken.findIndex((louder) => it.rule.yieldsTo?.includes(louder.rule.id));
    return index >= 0 && outspoken.splice(index, 1).length > 0;
  };
  const known = new Set(repeats ? others.map(said) : []);
  const repeated = (it: ReportedFinding): boolean =>
    known.has(said(it)) || (repeats && others.some((other) => it.rule.yieldsTo?.includes(other.rule.id)));
  return added.every((it) => RANK[it.severity] < level || repeated(it) || wasSilent(it));
}

/** What is left on both sides when equal keys have been paired. */
function unpaired(
  after: readonly ReportedFinding[],
  before: readonly ReportedFinding[],
  keyAfter: (finding: ReportedFinding) => string,
  keyBefore: (finding: ReportedFinding) => string,
): { readonly after: readonly ReportedFinding[]; readonly before: readonly ReportedFinding[] } {
  const waiting = new Map<string, ReportedFinding[]>();
  for (const it of before) waiting.set(keyBefore(it), [...(waiting.get(keyBefore(it)) ?? []), it]);
  const left = after.filter((it) => waiting.get(keyAfter(it))?.shift() === undefined);
  return { after: left, before: [...waiting.values()].flat() };
}

/** Where a range is after the edits. One that was replaced is where its replacement is. */
function movedRange({ start, end }: Range, edits: readonly Edit[]): Range {
  const moved = movedOffset(start, edits, 'start');
  return { start: moved, end: end === start ? moved : movedOffset(end, edits, 'end') };
}

function movedOffset(offset: number, edits: readonly Edit[], side: 'start' | 'end'): number {
  let shift = 0;
  for (const { range, text } of edits) {
    const inserted = range.start === range.end;
    // What is inserted at the start of a range stands before it, at its end behind it.
    if (range.start > offset || (range.start === offset && side === 'end')) break;
    if (range.end <= offset && (!inserted || range.start < offset || side === 'start'))
      shift += text.length - (range.end - range.start);
    else return side === 'start' ? range.start + shift : range.start + shift + text.length;
  }
  return offset + shift;
}
