import { rmSync } from 'node:fs';
import path from 'node:path';
import { current, write } from './generate/files.js';
import { registry } from './generate/registry.js';
import { loadRules } from './generate/rules.js';
import { ROOT } from './run-tool.js';

/**
 * `npm run generate [-- --check]`: writes everything that follows from the rules, or, with `--check`, names what is out
 * of date, missing or left over, and ends with 1.
 */

const REGISTRY = 'rules/registry.generated.ts';

const check = process.argv.includes('--check');
const { rules, problems } = await loadRules();
const registered = registry(rules);

if (check && current(REGISTRY) !== registered) report([...problems, outOfDate(REGISTRY)]);
else {
  if (current(REGISTRY) !== registered) write(REGISTRY, registered);
  await follow();
}

async function follow(): Promise<void> {
  // The pages run the engine, and the engine loads the registry: it has to be written before.
  const { outputs } = await import('./generate/outputs.js');
  const { files, stray, problems: open } = await outputs(rules);
  const stale = [...files].filter(([name, text]) => current(name) !== text);
  if (check) {
    report([
      ...problems,
      ...open,
      ...stale.map(([name]) => outOfDate(name)),
      ...stray.map((it) => `${it} belongs to no rule. Run \`npm run generate\` and commit the result.`),
    ]);
    return;
  }
  for (const [name, text] of stale) write(name, text);
  // The page of a rule that does not load at the moment is no stray one.
  if (problems.length === 0) for (const it of stray) rmSync(path.join(ROOT, it));
  report(problems);
  for (const it of open) console.warn(it);
  console.log(`${rules.length} rules; ${stale.length} files written.`);
}

function outOfDate(name: string): string {
  return `${name} is out of date. Run \`npm run generate\` and commit the result.`;
}

function report(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
