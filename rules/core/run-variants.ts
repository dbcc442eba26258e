import type { AnalyzeOptions, ReportedFinding } from './analysis.js';
import { render } from './message.js';
import type { CheckContext, Document, RegisteredRule } from './rule.js';
import { type RunResult, runRules } from './run.js';

/** Runs the rules on each form in which a file is used; what they find in several of them is told once. */
export function runOnVariants(
  [first, ...others]: readonly [Document, ...Document[]],
  context: CheckContext,
  rules: readonly RegisteredRule[],
  clock: AnalyzeOptions['clock'],
): RunResult {
  const run = runRules(first, context, rules, clock);
  if (others.length === 0) return run;
  const runs = [run, ...others.map((it) => runRules(it, context, rules, clock))];
  const findings = new Map<string, ReportedFinding>();
  for (const it of runs.flatMap((one) => one.findings)) {
    const key = `${it.rule.id} ${it.range.start} ${it.range.end} ${render(it.message, {})}`;
    if (!findings.has(key)) findings.set(key, it);
  }
  const order = new Map(rules.map((rule, index) => [rule, index]));
  return {
    findings: [...findings.values()].sort(
      (a, b) =>
        a.range.start - b.range.start ||
        a.range.end - b.range.end ||
        (order.get(a.rule) ?? 0) - (order.get(b.rule) ?? 0),
    ),
    notices: runs.flatMap((it) => it.notices),
    ran: new Set(rules.filter((rule) => runs.every((it) => it.ran.has(rule)))),
  };
}
