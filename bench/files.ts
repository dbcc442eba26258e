import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createListings } from '../workspace/listings.js';
import { createSettings } from '../workspace/settings.js';
import { walk } from '../workspace/walk.js';
import { composeOf, dockerfileOf } from './samples.js';

const ROOT = path.resolve(import.meta.dirname, '..');
const ARCHIVE = path.join(ROOT, '../shared/corpus/files.tar.gz');
const CLI = path.join(ROOT, 'cli/out/seaworthy.cjs');

export interface FileSet {
  readonly folder: string;
  readonly description: string;
}

/** The corpus of real files where it lies beside the project, else as many made ones. */
export function realFiles(work: string): FileSet {
  const folder = path.join(work, 'files');
  mkdirSync(folder, { recursive: true });
  if (existsSync(ARCHIVE)) {
    execFileSync('tar', ['xzf', ARCHIVE, '-C', folder]);
    return { folder, description: 'the corpus of 1,946 real files' };
  }
  makeFiles(folder, 2000, 60);
  return { folder, description: '2,000 made files of 60 lines' };
}

/** A workspace of `count` files that are judged: copies of the corpus, each a folder of its own, else made files. */
export async function makeWorkspace(folder: string, count: number): Promise<string> {
  if (!existsSync(ARCHIVE)) {
    makeFiles(folder, count, 40);
    return 'made files of 40 lines';
  }
  for (let copy = 0, left = count; left > 0; copy++) {
    const place = path.join(folder, `copy${copy}`);
    mkdirSync(place, { recursive: true });
    execFileSync('tar', ['xzf', ARCHIVE, '-C', place]);
    let judged = 0;
    for await (const it of walk(place, createSettings({}), createListings())) if (judged++ >= left) rmSync(it.path);
    left -= Math.min(left, judged);
  }
  return 'copies of the corpus';
}

/** `count` files of `lines` lines with a mistake in each, half Dockerfiles, half compose files, fifty to a folder. */
export function makeFiles(folder: string, count: number, lines: number): void {
  const texts = [`${dockerfileOf(lines - 1)}USER root\n`, `${composeOf(lines - 1)}    privileged: true\n`];
  for (let index = 0; index < count; index++) {
    const place = path.join(folder, `part${Math.floor(index / 50)}`, `service${index}`);
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, index % 2 === 0 ? 'Dockerfile' : 'compose.yaml'), texts[index % 2] ?? '');
  }
}

/** Seconds of the whole command, start included, on one core, best of `rounds`. */
export function checkSeconds(folder: string, rounds: number, options: readonly string[] = []): number {
  return fastest(rounds, () => {
    const args = [CLI, 'check', '--jobs', '1', ...options, folder];
    const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
    if (status !== 0 && status !== 1) throw new Error(`seaworthy check ended with ${status}`);
  });
}

export interface Peer {
  readonly name: string;
  /** Absent when it is not installed here. */
  readonly seconds?: number;
}

/** Other linters on the same folder, each with the command that its own documentation gives. */
const PEERS: readonly (readonly [name: string, program: string, args: (folder: string) => readonly string[]])[] = [
  [
    'hadolint',
    'sh',
    (folder) => ['-c', `command -v hadolint && find "${folder}" -name Dockerfile | xargs hadolint --no-fail`],
  ],
  ['Trivy', 'trivy', (folder) => ['config', '--quiet', '--skip-check-update', folder]],
  ['Checkov', 'checkov', (folder) => ['--quiet', '--framework', 'dockerfile', '-d', folder]],
  ['KICS', 'kics', (folder) => ['scan', '--silent', '-p', folder]],
];

export function peers(folder: string): readonly Peer[] {
  return PEERS.map(([name, program, args]) => {
    const started = performance.now();
    const { status, error } = spawnSync(program, args(folder), { stdio: 'ignore', timeout: 600_000 });
    if (error || status === 127 || (name === 'hadolint' && status === 1)) return { name };
    return { name, seconds: (performance.now() - started) / 1000 };
  });
}

function fastest(rounds: number, run: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    run();
    best = Math.min(best, (performance.now() - started) / 1000);
  }
  return best;
}
