import type { Analysis, AnalyzeOptions, Changes, ReportedFinding, ReportedFix } from './analysis.js';
import { changeSet } from './edit-set.js';
import { afterFix } from './verify.js';

/** A fix that is tried together with those of other findings. */
export interface Candidate {
  readonly finding: ReportedFinding;
  readonly fix: ReportedFix;
}

/**
 * Those that hold. Tried in one analysis, and halved until each part holds as a whole, so that one bad fix among many
 * costs few analyses; `otherwise` says what becomes of that one.
 *
 * @param candidates without conflicts.
 */
export function holdingOf(
  analysis: Analysis,
  candidates: readonly Candidate[],
  options: AnalyzeOptions,
  otherwise: (refused: Candidate) => readonly Candidate[],
): readonly Candidate[] {
  if (afterAll(analysis, candidates, options)) return candidates;
  const [only] = candidates;
  if (only && candidates.length === 1) return otherwise(only);
  const middle = candidates.length >> 1;
  return [candidates.slice(0, middle), candidates.slice(middle)].flatMap((it) =>
    it.length > 0 ? holdingOf(analysis, it, options, otherwise) : [],
  );
}

/** The analysis after all of them, or undefined when they do not hold together. */
export function afterAll(
  analysis: Analysis,
  candidates: readonly Candidate[],
  options: AnalyzeOptions,
): Analysis | undefined {
  const findings = candidates.map((it) => it.finding);
  return candidates.length > 0 ? afterFix(analysis, findings, mergedChanges(candidates), options) : undefined;
}

/** Findings are in order of start, then rule; a fix that touches one taken before it is left out. */
export function withoutConflicts(candidates: readonly Candidate[]): readonly Candidate[] {
  const taken = changeSet();
  return candidates.filter(({ fix }) => taken.take(fix));
}

function mergedChanges(candidates: readonly Candidate[]): Changes {
  const taken = changeSet();
  for (const { fix } of candidates) taken.take(fix);
  return taken.changes();
}
