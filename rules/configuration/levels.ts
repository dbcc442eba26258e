import type { Config } from '../config.js';

/** What a rule can be set to. */
export type Level = Config['rules'][string];

export const LEVELS: readonly Level[] = ['off', 'info', 'warning', 'error'];

export function levelNamed(name: string): Level | undefined {
  return LEVELS.find((it) => it === name);
}
