import { readFileSync } from 'node:fs';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { enclosingRepository } from './repository.js';

/** The patterns of one `.gitignore`, and those of the folders above it. */
export interface IgnoreRules {
  readonly folder: string;
  readonly patterns: Ignore;
  readonly above: IgnoreRules | undefined;
}

/** Git compares names as the file system does. */
const OPTIONS = { ignorecase: process.platform === 'win32' || process.platform === 'darwin' };

/** The rules that count in `folder`, where there is a `.gitignore`. */
export function ignoreRulesIn(folder: string, above: IgnoreRules | undefined): IgnoreRules | undefined {
  return rulesOf(path.join(folder, '.gitignore'), folder, above);
}

/**
 * The rules of the folders above `root` up to the root of its repository; none where there is no repository. When they
 * ignore `root` itself they do not count: the user asked for it by name.
 */
export function ignoreRulesAbove(root: string): IgnoreRules | undefined {
  const top = enclosingRepository(root);
  if (top === undefined) return undefined;
  let rules = rulesOf(path.join(top, '.git', 'info', 'exclude'), top, undefined);
  const names = path.relative(top, root).split(path.sep).filter(Boolean);
  let folder = top;
  for (const name of names) {
    rules = ignoreRulesIn(folder, rules);
    folder = path.join(folder, name);
    if (rules && isIgnored(folder, true, rules)) return undefined;
  }
  return rules;
}

/** As git decides: the last matching pattern of the nearest file that has one. The folders above are not ignored. */
export function isIgnored(file: string, isFolder: boolean, rules: IgnoreRules): boolean {
  for (let current: IgnoreRules | undefined = rules; current; current = current.above) {
    const relative = file.slice(current.folder.length + (current.folder.endsWith(path.sep) ? 0 : 1));
    const portable = path.sep === '/' ? relative : relative.replaceAll(path.sep, '/');
    const verdict = current.patterns.test(isFolder ? `${portable}/` : portable);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
  }
  return false;
}

function rulesOf(file: string, folder: string, above: IgnoreRules | undefined): IgnoreRules | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return above;
  }
  return { folder, patterns: ignore(OPTIONS).add(text), above };
}

/**
 * Whether git leaves a file out, by the `.gitignore` files that `read` gives, and `.git/info/exclude`. Paths are relative
 * to `root`, with forward slashes. What git already tracks is not known.
 */
export function createGitIgnore(root: string) {
  const parsed = new Map<string, Ignore>();
  const patternsOf = (text: string): Ignore => {
    const known = parsed.get(text) ?? ignore(OPTIONS).add(text);
    parsed.set(text, known);
    return known;
  };
  const rulesAt = (
    folder: string,
    text: string | undefined,
    above: IgnoreRules | undefined,
  ): IgnoreRules | undefined =>
    text === undefined ? above : { folder: path.join(root, folder), patterns: patternsOf(text), above };

  return (file: string, read: (path: string) => string | undefined): boolean => {
    let rules = rulesAt('', read('.git/info/exclude'), undefined);
    rules = rulesAt('', read('.gitignore'), rules);
    const names = file.split('/');
    for (let count = 1; count <= names.length; count++) {
      const current = names.slice(0, count).join('/');
      if (rules && isIgnored(path.join(root, current), count < names.length, rules)) return true;
      if (count < names.length) rules = rulesAt(current, read(`${current}/.gitignore`), rules);
    }
    return false;
  };
}
