import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { applyPatch } from 'diff';
import { describe, expect, it } from 'vitest';
import { encode } from '../../workspace/read.js';
import { folder, repository } from '../workspace/folder.js';
import { digestOf, hasAll, registryServer } from '../workspace/registry-server.js';
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

describe('fix --ask-registry', () => {
  const ASK = ['fix', '--unsafe', '--ask-registry', '--rule', 'undigested-image'];
  const image = (host: string, name: string): string => `${host}/acme/${name}`;
  const pinned = (host: string, name: string): string =>
    `${image(host, name)}@${digestOf(`/v2/acme/${name.replace(':', '/manifests/')}`)}`;

  it('pins images to what their registry has, and asks once for each', async () => {
    const { host, asked } = await registryServer(hasAll);
    const [app, tool] = [image(host, 'app:1.4.2'), image(host, 'tool:2.0.1')];
    const root = repository({
      Dockerfile: `FROM ${app} AS a\r\nCOPY --from=${tool} /t /t\r\n`,
      'compose.yaml': `services:\n  app:\n    image: "${app}" # ours\n`,
    });
    const { code, stdout, stderr } = await cli(root, ASK);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Fixed 3 findings in 2 files.\n');
    expect(stdout).toMatch(/^undigested-image may change: .*Renovate/m);
    const [pinnedApp, pinnedTool] = [pinned(host, 'app:1.4.2'), pinned(host, 'tool:2.0.1')];
    expect(text(root)).toBe(`FROM ${pinnedApp} AS a\r\nCOPY --from=${pinnedTool} /t /t\r\n`);
    expect(text(root, 'compose.yaml')).toBe(`services:\n  app:\n    image: "${pinnedApp}" # ours\n`);
    expect([...asked].sort()).toEqual(['HEAD /v2/acme/app/manifests/1.4.2', 'HEAD /v2/acme/tool/manifests/2.0.1']);
  });

  it('writes nothing with --diff, and says what it would write', async () => {
    const { host } = await registryServer(hasAll);
    const root = repository({ Dockerfile: `FROM ${image(host, 'app:1.4.2')}\n` });
    const { code, stdout } = await cli(root, [...ASK, '--diff']);
    expect(code).toBe(1);
    expect(stdout).toContain(`\n+FROM ${pinned(host, 'app:1.4.2')}\n`);
    expect(text(root)).toBe(`FROM ${image(host, 'app:1.4.2')}\n`);
  });

  it('says in a line what it was not told, and pins the others', async () => {
    const { host } = await registryServer((request, response) => {
      if (request.url?.includes('gone')) response.writeHead(404).end();
      else hasAll(request, response);
    });
    const root = repository({
      Dockerfile: `FROM ${image(host, 'gone:1.4.2')} AS a\nFROM ${image(host, 'app:1.4.2')}\n`,
      'b/Dockerfile': `FROM ${image(host, 'gone:1.4.2')}\n`,
    });
    const { code, stderr } = await cli(root, ASK);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `${image(host, 'gone:1.4.2')}: The registry has no such image or tag. Check its name and tag.\n`,
    });
    expect(text(root)).toBe(`FROM ${image(host, 'gone:1.4.2')} AS a\nFROM ${pinned(host, 'app:1.4.2')}\n`);
  });

  it.each([
    ['the option', ['fix', '--unsafe', '--rule', 'undigested-image'], ''],
    [
      'the rule',
      ['fix', '--unsafe', '--ask-registry'],
      '--ask-registry: undigested-image is off here, so nothing was asked. Add --profile strict or --rule undigested-image.\n',
    ],
  ])('sends nothing without %s', async (_, argv, said) => {
    const { host, asked } = await registryServer(hasAll);
    const root = repository({ Dockerfile: `FROM ${image(host, 'app:1.4.2')}\n` });
    const { code, stderr } = await cli(root, argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: said });
    expect(asked).toEqual([]);
  });

  it('sends nothing about images that a comment, a trusted registry or a variable leaves alone', async () => {
    const { host, asked } = await registryServer(hasAll);
    const root = repository({
      Dockerfile: [
        'ARG TAG=1.4.2',
        '# seaworthy: ignore[undigested-image] built every hour',
        `FROM ${image(host, 'app:1.4.2')} AS a`,
        `FROM ${host}/acme/app:$TAG AS b`,
        `FROM ${host}/acme/app AS c`,
        `FROM ${host}/acme/app:latest AS d`,
        `FROM ${image(host, 'app:1.4.2')}@${digestOf('')}`,
        '',
      ].join('\n'),
      'b/Dockerfile': `FROM ${image(host, 'app:1.4.2')}\n`,
      'b/seaworthy.yaml': `registries:\n  trusted: ['${host}']\n`,
    });
    expect((await cli(root, ASK)).code).toBe(0);
    expect(asked).toEqual([]);
  });

  it('stops while it waits for an answer, and leaves the file as it is', async () => {
    const stop = new AbortController();
    const { host } = await registryServer(() => stop.abort());
    const root = repository({ Dockerfile: `FROM ${image(host, 'app:1.4.2')}\n` });
    const { code, stderr } = await cli(root, ASK, { signal: stop.signal });
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'Stopped after 0 of 1 files.\n' });
    expect(text(root)).toBe(`FROM ${image(host, 'app:1.4.2')}\n`);
  });

  it('fixes the text that a file has once the answer is there', async () => {
    let file = '';
    const { host } = await registryServer((request, response) => {
      writeFileSync(file, `# a line more\nFROM ${image(host, 'app:1.4.2')}\n`);
      hasAll(request, response);
    });
    const root = repository({ Dockerfile: `FROM ${image(host, 'app:1.4.2')}\n` });
    file = path.join(root, 'Dockerfile');
    expect((await cli(root, ASK)).code).toBe(0);
    expect(text(root)).toBe(`# a line more\nFROM ${pinned(host, 'app:1.4.2')}\n`);
  });

  it('asks for 500 images in a run, and says so', async () => {
    const { host, asked } = await registryServer((_, response) => response.writeHead(404).end());
    const lines = Array.from({ length: 510 }, (_, index) => `FROM ${image(host, `app:1.4.${index}`)} AS s${index}\n`);
    const root = repository({ Dockerfile: lines.join('') });
    const { code, stderr } = await cli(root, ASK);
    expect(code).toBe(2);
    expect(stderr).toContain('--ask-registry: 500 images were asked for, and one run asks for no more.');
    expect(asked).toHaveLength(500);
  });
});
