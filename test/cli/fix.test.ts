import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applyPatch } from 'diff';
import { describe, expect, it } from 'vitest';
import { encode } from '../../workspace/read.js';
import { folder, repository } from '../workspace/folder.js';
import { cli } from './cli.js';

const CACHE = 'FROM debian:13\nUSER 1000\nRUN apt-get update && apt-get install -y curl\n';
const CLEANED =
  'FROM debian:13\nUSER 1000\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n';
const ONLY = ['--rule', 'package-cache-kept,root-user'];

const text = (root: string, name = 'Dockerfile') => readFileSync(path.join(root, name), 'utf8');

describe('fix', () => {
  it('applies safe fixes, says which, and what is left', async () => {
    const root = repository({ Dockerfile: `${CACHE}USER root\n` });
    const { code, stdout, stderr } = await cli(root, ['fix', ...ONLY]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        'Dockerfile: 1 fixed (package-cache-kept)',
        'Fixed 1 finding in 1 file.',
        '1 finding left.',
        'seaworthy fix --unsafe repairs 1 of them.',
        '',
      ].join('\n'),
    );
    expect(text(root)).toBe(`${CLEANED}USER root\n`);
    expect((await cli(root, ['fix', ...ONLY])).stdout).toContain('Nothing to fix in 1 file.');
  });

  it('applies unsafe fixes only when asked to, and says what each may change', async () => {
    const root = repository({ Dockerfile: `${CACHE}USER root\n` });
    const { stdout } = await cli(root, ['fix', '--unsafe', ...ONLY]);
    expect(stdout).toContain('Dockerfile: 2 fixed (package-cache-kept, root-user)\n');
    expect(stdout).toMatch(/^root-user may change: .{20}/m);
    expect(text(root)).not.toContain('USER root');
  });

  it('changes nothing but what it says: encoding, marks and line ends stay', async () => {
    const windows = CACHE.replaceAll('\n', '\r\n');
    const root = repository({
      Dockerfile: encode(windows, 'utf16le-mark'),
      'Dockerfile.mark': encode(windows, 'utf8-mark'),
    });
    await cli(root, ['fix', ...ONLY]);
    const expected = CLEANED.replaceAll('\n', '\r\n');
    expect(readFileSync(path.join(root, 'Dockerfile'))).toEqual(Buffer.from(encode(expected, 'utf16le-mark')));
    expect(readFileSync(path.join(root, 'Dockerfile.mark'))).toEqual(Buffer.from(encode(expected, 'utf8-mark')));
  });

  it('--diff writes nothing and prints a patch that does the same', async () => {
    const root = repository({ 'a/Dockerfile': CACHE });
    const { stdout, stderr, code } = await cli(root, ['fix', '--diff', ...ONLY]);
    expect(code).toBe(1);
    expect(text(root, 'a/Dockerfile')).toBe(CACHE);
    expect(stdout).toMatch(/^--- a\/a\/Dockerfile\n\+\+\+ b\/a\/Dockerfile\n@@ /);
    expect(stderr).toContain('Would fix 1 finding in 1 file.\n');
    expect(applyPatch(CACHE, stdout)).toBe(CLEANED);
    writeFileSync(path.join(root, 'fix.patch'), stdout);
    execFileSync('git', ['apply', '--directory=', 'fix.patch'], { cwd: root });
    expect(text(root, 'a/Dockerfile')).toBe(CLEANED);
    expect((await cli(root, ['fix', '--diff', ...ONLY])).code).toBe(0);
  });

  it('--diff of a file elsewhere has one slash before its path', async () => {
    const file = path.join(repository({ Dockerfile: CACHE }), 'Dockerfile');
    const { stdout } = await cli(folder({}), ['fix', '--diff', file, ...ONLY]);
    const name = file.split(path.sep).join('/').replace(/^\//, '');
    expect(stdout.split('\n').slice(0, 2)).toEqual([`--- a/${name}`, `+++ b/${name}`]);
  });

  it('changes the other files that a fix needs, and creates those that are missing', async () => {
    const SECRET = 'services:\n  web:\n    image: example/web:1.4\n    environment:\n      KEY_SECRET: blue-kettle-9\n';
    const root = repository({ 'app/compose.yaml': SECRET, '.gitignore': 'node_modules' });
    const only = ['--unsafe', '--rule', 'secret-in-environment'];
    const diff = await cli(root, ['fix', '--diff', ...only]);
    expect(diff.stdout.match(/^\+\+\+ .*$/gm)).toEqual([
      '+++ b/app/.env',
      '+++ b/app/.gitignore',
      '+++ b/app/compose.yaml',
    ]);
    expect(diff.stdout).not.toContain('blue-kettle-9');
    expect(text(root, 'app/compose.yaml')).toBe(SECRET);
    const { stdout, code } = await cli(root, ['fix', ...only]);
    expect(code).toBe(0);
    expect(stdout).toContain('Fixed 1 finding in 3 files.\n');
    expect(text(root, 'app/compose.yaml')).toContain('KEY_SECRET: ${KEY_SECRET:?}\n');
    expect(text(root, 'app/.env')).toBe('KEY_SECRET=blue-kettle-9\n');
    expect(text(root, 'app/.gitignore')).toBe('.env\n');
  });

  it('writes through no link that leaves the repository', async () => {
    const outside = folder({ Dockerfile: CACHE });
    const root = repository({ 'b/Dockerfile': CACHE });
    symlinkSync(path.join(outside, 'Dockerfile'), path.join(root, 'Dockerfile'));
    const { code, stderr } = await cli(root, ['fix', ...ONLY, 'Dockerfile', 'b']);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^Dockerfile: It is a link to \S+Dockerfile, outside of its repository or folder\. Name that file itself\.\n$/,
    );
    expect(text(outside)).toBe(CACHE);
    expect(text(root, 'b/Dockerfile')).toBe(CLEANED);
  });

  it('goes on after what it cannot read', async () => {
    const root = repository({
      'a/Dockerfile': new Uint8Array([0]),
      'b/Dockerfile': CACHE,
      'c/seaworthy.yaml': 'a: [\n',
      'c/Dockerfile': CACHE,
    });
    const { code, stderr } = await cli(root, ['fix', ...ONLY, 'missing', '.']);
    expect(code).toBe(2);
    expect(
      stderr
        .trimEnd()
        .split('\n')
        .map((it) => it.slice(0, it.indexOf(':'))),
    ).toEqual(['missing', 'c/seaworthy.yaml', 'a/Dockerfile']);
    expect(text(root, 'b/Dockerfile')).toBe(CLEANED);
    expect(text(root, 'c/Dockerfile')).toBe(CLEANED);
  });

  it('respects what comments and configuration silence', async () => {
    const silenced = CACHE.replace('RUN', '# seaworthy: ignore[package-cache-kept] a throw-away image\nRUN');
    const root = repository({
      Dockerfile: silenced,
      'a/Dockerfile': CACHE,
      'a/seaworthy.yaml': 'rules:\n  package-cache-kept: off\n',
    });
    expect((await cli(root, ['fix'])).code).toBe(0);
    expect(text(root)).toBe(silenced);
    expect(text(root, 'a/Dockerfile')).toBe(CACHE);
  });

  it('stops between files when asked to, with whole files', async () => {
    const root = repository({ 'a/Dockerfile': CACHE, 'b/Dockerfile': CACHE });
    const { code, stderr } = await cli(root, ['fix'], { signal: AbortSignal.abort() });
    expect(code).toBe(130);
    expect(stderr).toBe('Stopped after 0 of 2 files.\n');
    expect(text(root, 'a/Dockerfile')).toBe(CACHE);
  });
});
