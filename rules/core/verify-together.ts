import type { Analysis, AnalyzeOptions } from './analysis.js';
import { type Candidate, holdingOf } from './candidates.js';
import { changeSet } from './edit-set.js';
import { rememberVerified } from './verify.js';

/**
 * Verifies the fixes of all findings at once, for outputs that list them all: fixes that touch neither each other nor
 * the same finding are tried in one analysis. Afterwards {@link verifiedFixes} knows the answers.
 *
 * @param options those of the analysis.
 */
export function verifyTogether(analysis: Analysis, options: AnalyzeOptions): void {
  const held = new Set<Candidate['fix']>();
  let waiting: readonly Candidate[] = analysis.findings.flatMap((finding) =>
    finding.fixes.map((fix) => ({ finding, fix })),
  );
  while (waiting.length > 0) {
    const [group, rest] = nextGroup(waiting);
    for (const { fix } of holdingOf(analysis, group, options, () => [])) held.add(fix);
    waiting = rest;
  }
  for (const finding of analysis.findings)
    rememberVerified(
      finding,
      finding.fixes.filter((it) => held.has(it)),
    );
}

/** As many as can be tried together, one of each finding; the first always can. */
function nextGroup(waiting: readonly Candidate[]): readonly [group: readonly Candidate[], rest: readonly Candidate[]] {
  const taken = changeSet();
  const findings = new Set<Candidate['finding']>();
  const group: Candidate[] = [];
  const rest: Candidate[] = [];
  for (const it of waiting) {
    if (!findings.has(it.finding) && (taken.take(it.fix) || group.length === 0)) {
      findings.add(it.finding);
      group.push(it);
    } else rest.push(it);
  }
  return [group, rest];
}
