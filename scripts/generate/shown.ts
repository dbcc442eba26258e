import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, analyze, ignoreEdit, type ReportedFinding } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { exampleText, readMarks } from '../../rules/core/example.js';
import type { Applicability } from '../../rules/core/finding.js';
import type { Example, RegisteredRule } from '../../rules/core/rule.js';
import { exampleDigests, exampleProject } from '../../workspace/example-project.js';

export type BadExample = Extract<Example, { readonly bad: string }>;

/** A bad example with what is reported on it. */
export interface ShownExample {
  readonly example: BadExample;
  readonly text: string;
  readonly analysis: Analysis;
  readonly findings: readonly ReportedFinding[];
}

export function badExamples(rule: RegisteredRule): readonly ShownExample[] {
  return rule.examples.flatMap((example) => {
    if ('good' in example) return [];
    const { text } = readMarks(exampleText(example.bad, '\n'));
    const analysis = analyze(
      { kind: example.in, text },
      {
        config: { ...DEFAULT_CONFIG, ...example.config },
        project: exampleProject(example),
        digests: exampleDigests(example),
        rules: [rule],
        only: new Set([rule.id]),
      },
    );
    return [{ example, text, analysis, findings: analysis.findings }];
  });
}

/** The applicabilities of the fixes that the examples show, the least doubtful first. */
export function applicabilities(shown: readonly ShownExample[]): readonly Applicability[] {
  const found = new Set(
    shown.flatMap((it) => it.findings.flatMap(({ fixes }) => fixes.map((fix) => fix.applicability))),
  );
  return (['safe', 'unsafe', 'manual'] as const).filter((it) => found.has(it));
}

/** The example's first finding with the comment that silences it: the comment and what it stands above. */
export function ignoredLines({ analysis, text, findings }: ShownExample, reason: string): string | undefined {
  const [finding] = findings;
  if (!finding) return undefined;
  const edit = ignoreEdit(analysis, finding, reason);
  if (!edit) return undefined;
  const lines = applyEdits(text, [edit]).slice(edit.range.start).split('\n');
  const comments = lines.findIndex((it, index) => index > 0 && !it.trim().startsWith('#'));
  const shown = lines.slice(0, comments + 1);
  const indentation = Math.min(...shown.map((it) => it.length - it.trimStart().length));
  return shown.map((it) => it.slice(indentation)).join('\n');
}
