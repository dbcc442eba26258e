import type { Analysis, AnalyzeOptions, ReportedFinding, Source } from './analysis.js';
import type { Edit } from './edit.js';

export type { Analysis, AnalyzeOptions, Notice, ReportedFinding, ReportedFix, Source } from './analysis.js';
export { analyze, SIZE_LIMIT } from './judge.js';
export { verifiedFixes } from './verify.js';

const notYet = (...all: readonly unknown[]): never => {
  throw new Error(`not yet: ${all.length}`);
};

export interface FixAllResult {
  readonly text: string;
  /** How many fixes were applied, by rule id. */
  readonly applied: ReadonlyMap<string, number>;
  /** Rules whose fixes did not come to an end. */
  readonly unsettled: readonly string[];
  /** The analysis of the resulting text. */
  readonly analysis: Analysis;
}

/** Applies verified fixes round by round until none is left: safe ones, with `unsafe` those too. */
export function fixAll(source: Source, options: AnalyzeOptions & { readonly unsafe?: boolean }): FixAllResult {
  return notYet(source, options);
}

/** The edit that silences a finding with a comment of ours. */
export function ignoreEdit(analysis: Analysis, finding: ReportedFinding, reason: string): Edit {
  return notYet(analysis, finding, reason);
}
