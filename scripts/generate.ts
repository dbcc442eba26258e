import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { registry } from './generate/registry.js';
import { loadRules } from './generate/rules.js';
import { ROOT } from './run-tool.js';

/**
 * `npm run generate [-- --check]`: writes everything that follows from the rules, or, with `--check`, names what is out
 * of date and ends with 1.
 */

const check = process.argv.includes('--check');
const loaded = await loadRules();
const { rules } = loaded;
const problems = [...loaded.problems];

const files = new Map<string, string>([['rules/registry.generated.ts', registry(rules)]]);

const stale = [...files].filter(([name, text]) => current(name) !== text);
for (const [name, text] of stale) {
  if (check) problems.push(`${name} is out of date. Run \`npm run generate\` and commit the result.`);
  else write(name, text);
}
for (const line of problems) console.error(line);
process.exitCode = problems.length > 0 ? 1 : 0;
if (!check) console.log(`${rules.length} rules; ${stale.length} files written.`);

function current(name: string): string | undefined {
  const file = path.join(ROOT, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** In one step, so that whoever reads the file meanwhile has the old text or the new one. */
function write(name: string, text: string): void {
  const file = path.join(ROOT, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
