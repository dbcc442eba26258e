import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { FindingName } from './findings.js';

/**
 * `right`: a careful reader of the file would agree. `wrong`: what it says is not true there, or does not matter.
 * `arguable`: true, and a reader may have good reasons to leave it so.
 */
export type Verdict = 'right' | 'wrong' | 'arguable';

export interface Label extends FindingName {
  /** As it was shown when it was read. */
  readonly severity: 'error' | 'warning' | 'info';
  readonly verdict: Verdict;
  readonly why: string;
}

/** Sets of findings that were read in their files, in the order in which that was done. */
export const SETS = ['dockerfile-first', 'dockerfile-fresh', 'compose-first', 'compose-fresh'] as const;
export type SetName = (typeof SETS)[number];

export function fileOf(set: SetName): string {
  return path.resolve(import.meta.dirname, 'labels', `${set}.json`);
}

export function labelsOf(set: SetName): readonly Label[] {
  const file = fileOf(set);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
}
