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
  ['Dockerfile', 'dockerfile', dockerfileOf, { 200: 3, 10_000: 120 }],
  ['compose file', 'compose', composeOf, {}],
];
const STRICT = { ...DEFAULT_CONFIG, profile: 'strict' } as const;
const SIZES = [200, 1000, 10_000];

/**
 * What one keystroke costs. The text is another one each time, and what is typed stands at the top: all that follows is
 * somewhere else than before.
 */
export function keystrokes(): readonly KeystrokeCost[] {
  return SAMPLES.flatMap(([name, kind, of, budgets]) =>
    SIZES.map((lines) => {
      const text = of(lines);
      const budget = budgets[lines];
      const milliseconds = median(Math.max(11, Math.round(60_000 / lines)), (round) => {
        const typed = `# ${'x'.repeat(Math.abs(round) % 50)}\n`;
        analyze({ kind, text: `${typed}${text}` }, { config: STRICT, project: STANDALONE });
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
