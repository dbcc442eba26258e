import type { Analysis, AnalyzeOptions, ReportedFinding, ReportedFix } from './analysis.js';
import { applyEdits } from './edit.js';
import { analyze } from './judge.js';

/**
 * The fixes of a finding that hold what they promise: applied to a copy and re-analysed, the finding is gone, nothing
 * new at its level or above appears and the text still parses.
 */
export function verifiedFixes(
  analysis: Analysis,
  finding: ReportedFinding,
  options: AnalyzeOptions,
): readonly ReportedFix[] {
  return finding.fixes.filter((fix) => {
    const text = applyEdits(analysis.source.text, fix.edits);
    const after = analyze({ ...analysis.source, text }, options);
    const same = (all: readonly ReportedFinding[]): number => all.filter((it) => it.rule === finding.rule).length;
    return same(after.findings) < same(analysis.findings);
  });
}
