import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { PRACTICES, type Practice } from '../../rules/core/practice.js';
import type { RegisteredRule, Rule } from '../../rules/core/rule.js';
import { ROOT } from '../run-tool.js';

export const CHECKS = path.join(ROOT, 'rules/checks');

/** Rules in the order they are shown everywhere: by practice, then by id. */
export interface LoadedRules {
  readonly rules: readonly RegisteredRule[];
  /** One line for each rule file that could not be taken, and why. */
  readonly problems: string[];
}

/** Loads every file of `rules/checks/<practice>/`: a rule is registered by its file's existence. */
export async function loadRules(): Promise<LoadedRules> {
  const rules: RegisteredRule[] = [];
  const problems = strayFolders();
  for (const practice of PRACTICES) {
    for (const file of rulesIn(practice)) {
      const loaded = await load(practice, file);
      if (typeof loaded === 'string') problems.push(loaded);
      else rules.push(loaded);
    }
  }
  return { rules, problems };
}

function rulesIn({ folder }: Practice): readonly string[] {
  const place = path.join(CHECKS, folder);
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((it) => it.endsWith('.ts') && it !== 'texts.ts')
    .sort();
}

async function load(practice: Practice, file: string): Promise<RegisteredRule | string> {
  const name = `rules/checks/${practice.folder}/${file}`;
  try {
    const loaded: unknown = await import(pathToFileURL(path.join(ROOT, name)).href);
    const rule = (loaded as { readonly default?: Rule }).default;
    if (rule === undefined) return `${name}: it has no default export. Export the result of defineRule.`;
    const id = file.slice(0, -'.ts'.length);
    if (rule.id !== id) return `${name}: its id is '${rule.id}'. Give it the file's name, '${id}'.`;
    return { ...rule, practice };
  } catch (error) {
    return `${name}: it could not be loaded: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function strayFolders(): string[] {
  const known = new Set<string>(PRACTICES.map((it) => it.folder));
  return readdirSync(CHECKS)
    .filter((it) => !known.has(it))
    .map((it) => `rules/checks/${it}: it is no practice. The folders are those of rules/core/practice.ts.`);
}
