import type { Analysis, AnalyzeOptions, ReportedFix, Source } from './analysis.js';
import { afterAll, type Candidate, holdingOf, withoutConflicts } from './candidates.js';
import { analyze } from './judge.js';
import { afterFix } from './verify.js';

/** A round applies all fixes that do not touch each other, so few files need more than two. */
const MAX_ROUNDS = 10;

export interface FixAllResult {
  readonly text: string;
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
  let analysis = analyze(source, options);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const taken = applyRound(analysis, options);
    if (taken.fixes.length === 0) return { text: analysis.source.text, applied, unsettled: [], analysis };
    for (const { finding } of taken.fixes) applied.set(finding.rule.id, (applied.get(finding.rule.id) ?? 0) + 1);
    analysis = taken.analysis;
  }
  const unsettled = new Set(applyRound(analysis, options).fixes.map((it) => it.finding.rule.id));
  return { text: analysis.source.text, applied, unsettled: [...unsettled].sort(), analysis };
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
  const fix = others.find((it) => afterFix(analysis, [finding], it.edits, options) !== undefined);
  return fix ? [{ finding, fix }] : [];
}
