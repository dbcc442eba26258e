import type { Analysis, AnalyzeOptions, ReportedFix, Source } from './analysis.js';
import { afterAll, type Candidate, holdingOf, withoutConflicts } from './candidates.js';
import { analyze } from './judge.js';
import { afterFix } from './verify.js';

/** A round applies all fixes that do not touch each other, so few files need more than two. */
const MAX_ROUNDS = 10;

export interface FixAllResult {
  readonly text: string;
  /** The new texts of other files of the project, by path. */
  readonly elsewhere: ReadonlyMap<string, string>;
  /** How many fixes were applied, by rule id. */
  readonly applied: ReadonlyMap<string, number>;
  /** Rules whose fixes did not come to an end. */
  readonly unsettled: readonly string[];
  /** The analysis of the resulting text. */
  readonly analysis: Analysis;
}

export interface FixAllOptions extends AnalyzeOptions {
  /** Applies fixes that may change behaviour too. */
  readonly unsafe?: boolean;
}

/**
 * Applies verified fixes round by round until none is left: safe ones, with `unsafe` those too. Rules do not know of
 * each other: of two fixes that touch, the first in the text goes first and the other is made anew from the result.
 */
export function fixAll(source: Source, options: FixAllOptions): FixAllResult {
  const applied = new Map<string, number>();
  const paths = new Set<string>();
  let current = options;
  let analysis = analyze(source, options);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const taken = applyRound(analysis, current);
    if (taken.fixes.length === 0) return { ...resultOf(analysis, paths), applied, unsettled: [] };
    for (const { finding, fix } of taken.fixes) {
      applied.set(finding.rule.id, (applied.get(finding.rule.id) ?? 0) + 1);
      for (const { path } of fix.elsewhere ?? []) paths.add(path);
    }
    analysis = taken.analysis;
    current = { ...options, project: analysis.context.project };
  }
  const unsettled = new Set(applyRound(analysis, current).fixes.map((it) => it.finding.rule.id));
  return { ...resultOf(analysis, paths), applied, unsettled: [...unsettled].sort() };
}

function resultOf(
  analysis: Analysis,
  paths: ReadonlySet<string>,
): Pick<FixAllResult, 'text' | 'elsewhere' | 'analysis'> {
  const { read } = analysis.context.project;
  const elsewhere = new Map([...paths].map((it) => [it, read(it) ?? '']));
  return { text: analysis.source.text, elsewhere, analysis };
}

interface Round {
  readonly analysis: Analysis;
  readonly fixes: readonly Candidate[];
}

function applyRound(analysis: Analysis, options: FixAllOptions): Round {
  const wanted = analysis.findings.flatMap((finding) => {
    const fix = finding.fixes.find((it) => isWanted(it, options));
    return fix ? [{ finding, fix }] : [];
  });
  return applyHolding(analysis, withoutConflicts(wanted), options);
}

function isWanted({ applicability }: ReportedFix, { unsafe }: FixAllOptions): boolean {
  return applicability === 'safe' || (unsafe === true && applicability === 'unsafe');
}

/** Applies those that hold, in one step where they hold together, else the first that holds alone. */
function applyHolding(analysis: Analysis, candidates: readonly Candidate[], options: FixAllOptions): Round {
  const holding = withoutConflicts(
    holdingOf(analysis, candidates, options, (it) => secondChoice(analysis, it, options)),
  );
  const after = afterAll(analysis, holding, options);
  if (after) return { analysis: after, fixes: holding };
  const [first] = holding;
  const alone = first ? afterAll(analysis, [first], options) : undefined;
  return first && alone ? { analysis: alone, fixes: [first] } : { analysis, fixes: [] };
}

/** The preferred fix does not hold: a later one may. It waits for its own round when others go first. */
function secondChoice(analysis: Analysis, { finding }: Candidate, options: FixAllOptions): readonly Candidate[] {
  const others = finding.fixes.filter((it) => isWanted(it, options)).slice(1);
  const fix = others.find((it) => afterFix(analysis, [finding], it, options) !== undefined);
  return fix ? [{ finding, fix }] : [];
}
