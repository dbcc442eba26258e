import type { ShellFacts } from './model.js';

/** The facts of a script while they are collected. */
export type FactLists = { -readonly [K in keyof ShellFacts]: ShellFacts[K][number][] };

/** Most scripts have nothing of most kinds: they share one list, and have one of their own from its first entry on. */
const NOTHING: never[] = [];

export function emptyLists(): FactLists {
  return {
    installs: NOTHING,
    removals: NOTHING,
    indexUpdates: NOTHING,
    cacheCleans: NOTHING,
    downloads: NOTHING,
    writes: NOTHING,
    deletions: NOTHING,
    modeChanges: NOTHING,
    ownerChanges: NOTHING,
  };
}

/** The list with one more entry. */
export function added<T>(list: T[], fact: T): T[] {
  if (list.length === 0) return [fact];
  list.push(fact);
  return list;
}
