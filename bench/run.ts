import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { bundle, options } from '../scripts/bundle.js';
import type { KeystrokeCost } from './editor.js';
import { checkSeconds, makeWorkspace, type Peer, peers, realFiles } from './files.js';
import { type WorkspaceCost, workspaceCost } from './workspace.js';

/** `npm run bench`: measures the budgets of the design on this machine and writes docs/benchmarks.md. */

const REPORT = path.resolve(import.meta.dirname, '../docs/benchmarks.md');
const WORKSPACE_FILES = 10_000;
/** Of each command; the best counts, as other work on the machine makes it look slower, never faster. */
const ROUNDS = 7;

const work = mkdtempSync(path.join(tmpdir(), 'seaworthy-bench-'));
try {
  await bundle();
  const costs = await keystrokesAsShipped();
  const files = realFiles(work);
  const recommended = checkSeconds(files.folder, ROUNDS);
  const strict = checkSeconds(files.folder, ROUNDS, ['--profile', 'strict']);
  const verified = checkSeconds(files.folder, ROUNDS, ['--format', 'json']);
  const others = peers(files.folder);
  const large = path.join(work, 'large');
  const made = await makeWorkspace(large, WORKSPACE_FILES);
  const workspace = await workspaceCost(large);
  const report = [
    head(),
    editorSection(costs),
    filesSection(files.description, { recommended, strict, verified }, others),
    workspaceSection(workspace, made),
  ].join('\n');
  writeFileSync(REPORT, report);
  console.log(report);
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Built as what is shipped is: the tool that runs this script makes code that is a quarter slower. */
async function keystrokesAsShipped(): Promise<readonly KeystrokeCost[]> {
  const outfile = path.join(work, 'editor.cjs');
  await build(options({ entry: 'bench/editor.ts', out: outfile }));
  const { keystrokes } = (await import(outfile)) as typeof import('./editor.js');
  return keystrokes();
}

function head(): string {
  const [cpu] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  return `# Benchmarks

Written by \`npm run bench\` on ${day}: ${cpu?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node},
${process.platform}. Times differ between machines; the ratios are what to compare.
`;
}

function editorSection(costs: readonly KeystrokeCost[]): string {
  const rows = costs.map(({ name, lines, milliseconds, budget }) => {
    const share = budget === undefined ? '' : `${((milliseconds / budget) * 100).toFixed(0)} % of ${budget} ms`;
    return `| ${name} | ${lines} | ${milliseconds.toFixed(2)} | ${share} |`;
  });
  const growth = ['Dockerfile', 'compose file'].map((name) => {
    const at = (lines: number): number =>
      costs.find((it) => it.name === name && it.lines === lines)?.milliseconds ?? Number.NaN;
    return `${name}: ten times the lines take ${(at(10_000) / at(1000)).toFixed(1)} times as long.`;
  });
  return `## A keystroke

Parsing and all rules (profile strict), warm, median; something is typed in the first line.

| file | lines | ms | of the budget |
|---|---|---|---|
${rows.join('\n')}

${growth.join(' ')}
`;
}

interface OwnSeconds {
  readonly recommended: number;
  readonly strict: number;
  readonly verified: number;
}

function filesSection(
  description: string,
  { recommended, strict, verified }: OwnSeconds,
  others: readonly Peer[],
): string {
  const rows = others.map(({ name, seconds }) =>
    seconds === undefined
      ? `| ${name} | not installed here | |`
      : `| ${name} | ${seconds.toFixed(2)} | ${(seconds / recommended).toFixed(1)} |`,
  );
  return `## The command line

\`seaworthy check\` on one core, start included, best of ${ROUNDS}, on ${description}.

| tool | seconds | times ours |
|---|---|---|
| Seaworthy, recommended | ${recommended.toFixed(2)} | 1 |
| Seaworthy, strict | ${strict.toFixed(2)} | ${(strict / recommended).toFixed(1)} |
| Seaworthy, JSON with every fix tried | ${verified.toFixed(2)} | ${(verified / recommended).toFixed(1)} |
${rows.join('\n')}
`;
}

function workspaceSection(cost: WorkspaceCost, made: string): string {
  const { seconds, longestWait, coldWait, medianWait, keystrokes: typed, processor, memory } = cost;
  return `## A workspace of ${WORKSPACE_FILES.toLocaleString('en')} files

They are ${made}; ${cost.reported.toLocaleString('en')} of them have findings.

| | measured | budget |
|---|---|---|
| all findings reported, from the start of the server | ${seconds.toFixed(1)} s | 10 s |
| processor time of the server for it | ${processor.toFixed(1)} s | |
| longest wait of ${typed} keystrokes meanwhile | ${longestWait.toFixed(0)} ms | 50 ms |
| the same in the first two seconds, before the code is compiled | ${coldWait.toFixed(0)} ms | |
| median wait | ${medianWait.toFixed(1)} ms | |
| memory of the server at its largest | ${memory.toFixed(0)} MB | 300 MB |
`;
}
