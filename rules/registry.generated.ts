// Written by `npm run generate` from the file names in rules/checks. Do not edit.

import { PRACTICES } from './core/practice.js';
import type { RegisteredRule } from './core/rule.js';

/** Every rule, by practice, then by id. */
export const RULES: readonly RegisteredRule[] = [

];

const BY_ID: ReadonlyMap<string, RegisteredRule> = new Map(RULES.map((it) => [it.id, it]));

export function ruleById(id: string): RegisteredRule | undefined {
  return BY_ID.get(id);
}
