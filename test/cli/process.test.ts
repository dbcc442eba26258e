import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { options } from '../../scripts/bundle.js';
import { folder } from '../workspace/folder.js';
import { type Checked, cli, type Outcome, ROOT } from './cli.js';

/** Beside the sources, so that it finds the package; not where `npm run build` writes, which other tests do. */
const PROGRAM = path.join(ROOT, '.cache/seaworthy-under-test.cjs');
const BAD = 'FROM node:24.4-alpine\nRUN apk add curl\nUSER root\n';
const ENVIRONMENT = { PATH: process.env['PATH'] ?? '', LANG: 'C' };

function start(cwd: string, argv: readonly string[], more: SpawnOptions = {}): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...argv], { cwd, env: ENVIRONMENT, stdio: 'pipe', ...more });
}

async function ended(child: ChildProcess): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (it: string) => {
      texts[name] += it;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code: code ?? -1, ...texts };
}

/** A folder of many files that take a while. */
function many(count: number): string {
  const files = Array.from({ length: count }, (_, index) => [`folder-${index}/Dockerfile`, BAD.repeat(10)] as const);
  return folder(Object.fromEntries(files));
}

describe('the program', () => {
  beforeAll(async () => {
    await build({ ...options({ entry: 'cli/main.ts', out: PROGRAM, executable: true }), logLevel: 'silent' });
  });
  afterAll(() => rmSync(PROGRAM, { force: true }));

  it('prints what it prints within a test', async () => {
    const root = folder({ 'a/Dockerfile': BAD });
    const outcome = await ended(start(root, ['check']));
    expect(outcome).toEqual(await cli(root, ['check']));
    expect(outcome.code).toBe(1);
  });

  it('reads standard input', async () => {
    const child = start(folder(), ['check', '--stdin', '--format', 'json', '--rule', 'root-user']);
    child.stdin?.end(BAD);
    const { stdout, code } = await ended(child);
    expect((JSON.parse(stdout) as Checked).files[0]?.findings.map((it) => it.rule)).toEqual(['root-user']);
    expect(code).toBe(1);
  });

  it('gives the same with several workers, in the same order', async () => {
    const root = many(70);
    const one = await ended(start(root, ['check', '--format', 'json', '--jobs', '1']));
    const three = await ended(start(root, ['check', '--format', 'json', '--jobs', '3']));
    expect(three).toEqual(one);
    expect((JSON.parse(one.stdout) as Checked).files).toHaveLength(70);
  });

  it('ends quietly when its reader has gone', async () => {
    const child = start(many(300), ['check', '--format', 'json', '--jobs', '1']);
    child.stdout?.once('data', () => child.stdout?.destroy());
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (it: string) => {
      stderr += it;
    });
    const code = await new Promise((resolve) => {
      child.on('close', resolve);
    });
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
  });

  if (process.platform !== 'win32')
    it.each(['1', '2'])('stops at Ctrl-C, with --jobs %s', async (jobs) => {
      const child = start(many(400), ['check', '--format', 'ndjson', '--jobs', jobs]);
      child.stdout?.once('data', () => child.kill('SIGINT'));
      const { code, stderr } = await ended(child);
      expect(stderr).toMatch(/^Stopped after \d+ of 400 files\.\n$/);
      expect(code).toBe(130);
    });

  if (process.platform !== 'win32')
    it('goes on after files and folders it may not read', async () => {
      const root = folder({ 'a/Dockerfile': BAD, 'b/Dockerfile': BAD, 'c/Dockerfile': BAD });
      chmodSync(root, 0o755);
      chmodSync(path.join(root, 'a/Dockerfile'), 0);
      chmodSync(path.join(root, 'b'), 0);
      // Root may read everything, so another user has to try.
      const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      const { code, stdout, stderr } = await ended(start(root, ['check', '--rule', 'root-user'], user));
      chmodSync(path.join(root, 'b'), 0o755);
      expect(stderr.split('\n')).toEqual([
        'b: The folder may not be read, so files in it are not checked. Grant read permission or exclude it.',
        'a/Dockerfile: Reading it is not permitted. Grant this user read permission or exclude it.',
        '',
      ]);
      expect(stdout).toContain('c/Dockerfile\n');
      expect(stdout).toContain('2 could not be checked.\n');
      expect(code).toBe(2);
    });

  if (process.platform !== 'win32')
    it('fixes no file it may not write', async () => {
      const root = folder({ 'a/Dockerfile': 'FROM debian:13\nUSER 1000\nRUN apt-get update\n' });
      chmodSync(root, 0o755);
      chmodSync(path.join(root, 'a/Dockerfile'), 0o444);
      const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
      const { code, stderr } = await ended(start(root, ['fix', '--rule', 'package-cache-kept'], user));
      expect(stderr).toBe('a/Dockerfile: Writing it failed with EACCES. Check its permissions and the disk.\n');
      expect(code).toBe(2);
    });
});
