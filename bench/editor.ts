import { DEFAULT_CONFIG } from '../rules/config.js';
import { analyze } from '../rules/core/analyze.js';
import { STANDALONE } from '../rules/core/project.js';
import type { Target } from '../rules/core/rule.js';
import { composeOf, dockerfileOf } from './samples.js';

export interface KeystrokeCost {
  readonly name: string;
  readonly lines: number;
  /** Milliseconds for parsing and all rules, warm, median. */
  readonly milliseconds: number;
  /** Milliseconds that the design allows. */
  readonly budget?: number;
}

const SAMPLES: readonly (readonly [
  name: string,
  kind: Target,
  of: (lines: number) => string,
  budgets: Record<number, number>,
])[] = [
  ['Dockerfile', 'dockerfile', dockerfileOf, { 200: 2, 10_000: 100 }],
  ['compose file', 'compose', composeOf, {}],
];
const SIZES = [200, 1000, 10_000];

/** What one keystroke costs: the text is another one each time, so nothing is remembered. */
export function keystrokes(): readonly KeystrokeCost[] {
  return SAMPLES.flatMap(([name, kind, of, budgets]) =>
    SIZES.map((lines) => {
      const text = of(lines);
      const budget = budgets[lines];
      const milliseconds = median(Math.max(11, Math.round(60_000 / lines)), (round) => {
        analyze({ kind, text: `${text}# ${round}\n` }, { config: DEFAULT_CONFIG, project: STANDALONE });
      });
      return { name, lines, milliseconds, ...(budget === undefined ? {} : { budget }) };
    }),
  );
}

function median(rounds: number, run: (round: number) => void): number {
  // As many again before, until everything is compiled.
  for (let round = 0; round < rounds; round++) run(-round);
  const times = Array.from({ length: rounds }, (_, round) => {
    const started = performance.now();
    run(round);
    return performance.now() - started;
  });
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0;
}
