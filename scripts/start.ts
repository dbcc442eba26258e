import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from './run-tool.js';

/**
 * `npm start`: the built command line on the examples. Findings are what it is meant to show, so they are no failure
 * here; a command line that does not run, or sees nothing wrong in examples/bad, is.
 */

const CLI = path.join(ROOT, 'cli/out/seaworthy.cjs');

const shown = check(['examples'], 'inherit');
if (shown.status !== 0 && shown.status !== 1) fail(`seaworthy ended with ${shown.status}`);
const { status, stdout } = check(['--format', 'json', 'examples/bad'], 'pipe');
if (status !== 1) fail(`seaworthy ended with ${status} on examples/bad, where it has to find something`);
const files = (JSON.parse(stdout) as { files: readonly { findings: readonly unknown[] }[] }).files;
const findings = files.reduce((sum, it) => sum + it.findings.length, 0);
if (findings === 0) fail('seaworthy found nothing in examples/bad');
console.log(`\nexamples/bad has ${findings} findings in ${files.length} files; examples/good is its repaired twin.`);
console.log('Try it on your own files: node cli/out/seaworthy.cjs check PATH    In an editor: npm run editor');

function check(args: readonly string[], stdout: 'inherit' | 'pipe'): { status: number | null; stdout: string } {
  const result = spawnSync(process.execPath, [CLI, 'check', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', stdout, 'inherit'],
  });
  if (result.error) throw result.error;
  return result;
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
