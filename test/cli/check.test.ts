import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { encode } from '../../workspace/read.js';
import { folder, repository } from '../workspace/folder.js';
import { type Checked, checked, cli, ruleIds } from './cli.js';

const BAD = 'FROM node:24.4-alpine\nUSER root\n';
const CLEAN = 'FROM scratch\nCOPY app /app\nUSER 10001:10001\nENTRYPOINT ["/app"]\n';

describe('exit codes', () => {
  it('0: nothing found', async () => {
    const root = repository({ Dockerfile: CLEAN });
    expect(await cli(root, ['check'])).toEqual({ code: 0, stdout: 'No findings in 1 file.\n', stderr: '' });
  });

  it('1: something found, at or above the level asked for', async () => {
    const root = repository({ Dockerfile: BAD });
    const code = async (...argv: string[]) => (await cli(root, ['check', '--rule', 'root-user', ...argv])).code;
    expect(await code()).toBe(1);
    expect(await code('--fail-on', 'info')).toBe(1);
    expect(await code('--fail-on', 'warning')).toBe(1);
    expect(await code('--fail-on', 'error')).toBe(0);
  });

  it('2: something asked for could not be checked, whatever was found elsewhere', async () => {
    const root = repository({ Dockerfile: BAD });
    expect((await cli(root, ['check', 'missing', 'Dockerfile'])).code).toBe(2);
  });

  it('0 with a warning where there is nothing to check', async () => {
    const { code, stderr } = await cli(folder({ 'README.md': '' }), ['check']);
    expect(code).toBe(0);
    expect(stderr).toBe('No Dockerfile, compose file or pipeline is here. Name a folder or file that is one.\n');
  });
});

describe('bad input', () => {
  const rest = { 'z/Dockerfile': BAD };

  /** One line on standard error, and the rest is checked. */
  async function complaint(files: Parameters<typeof repository>[0], argv: readonly string[] = ['.']) {
    const root = repository({ ...rest, ...files });
    const outcome = await cli(root, ['check', '--format', 'json', ...argv]);
    const { files: judged } = JSON.parse(outcome.stdout) as Checked;
    expect(ruleIds(judged.filter((it) => it.path === 'z/Dockerfile'))).toContain('root-user');
    const lines = outcome.stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^:]+(?::\d+:\d+)?: [^.]+(?:\.\d[^.]*)?\. [^.].*[.?]$/);
    return { line: lines[0], code: outcome.code, judged };
  }

  it.each([
    ['binary', new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1]), 'It holds binary data'],
    ['Shift_JIS', new Uint8Array([35, 0x93, 0xfa, 0x96, 0x7b, 10]), 'Line 1 is not valid UTF-8'],
    ['50 MB', Buffer.alloc(50_000_000, 'x'), 'It has 50.0 MB'],
  ])('a file that is %s: 2', async (_, content, part) => {
    const { line, code, judged } = await complaint({ Dockerfile: content });
    expect(line).toMatch(new RegExp(`^Dockerfile: ${part}`));
    expect(code).toBe(2);
    expect(judged.find((it) => it.path === 'Dockerfile')?.errors[0]?.code).toBe('unreadable');
  });

  it('UTF-16 with a mark is read', async () => {
    const root = repository({ Dockerfile: encode(BAD, 'utf16le-mark'), 'Dockerfile.be': encode(BAD, 'utf16be-mark') });
    const { files } = await checked(root, ['--rule', 'root-user']);
    expect(files.map((it) => it.findings[0]?.range.start)).toEqual([
      { line: 2, column: 6 },
      { line: 2, column: 6 },
    ]);
  });

  it('a byte-order mark moves no column', async () => {
    const root = repository({ Dockerfile: `\uFEFFFROM node\n` });
    const { files } = await checked(root, ['--rule', 'untagged-image']);
    expect(files[0]?.findings[0]?.range.start).toEqual({ line: 1, column: 6 });
  });

  it('broken YAML: a finding, and what can be read is judged', async () => {
    const { line, code, judged } = await complaint({
      'compose.yaml': 'services:\n  web:\n    image: nginx\n    privileged: true\n  api: [\n',
    });
    expect(line).toMatch(/^compose\.yaml:\d+:\d+: /);
    expect(code).toBe(1);
    expect(judged.find((it) => it.path === 'compose.yaml')?.errors[0]?.code).toBe('syntax');
    expect(ruleIds(judged)).toContain('privileged-service');
  });

  it('an instruction that is none: a finding, and the others are judged', async () => {
    const { line, code, judged } = await complaint({ Dockerfile: 'FROM node\nUSER root\nRUNN x\n' });
    expect(line).toMatch(/^Dockerfile:3:1: /);
    expect(code).toBe(1);
    expect(ruleIds(judged.filter((it) => it.path === 'Dockerfile'))).toContain('untagged-image');
  });

  it('half a Dockerfile is judged as far as it goes', async () => {
    const root = repository({ Dockerfile: 'FROM node\nRUN apt-get update && \\\n' });
    const { stdout, code } = await cli(root, ['check']);
    expect(stdout).toContain('[untagged-image]');
    expect(code).toBe(1);
  });

  it('a missing path: 2', async () => {
    const { line, code } = await complaint({}, ['nope/Dockerfile', 'z']);
    expect(line).toBe('nope/Dockerfile: There is no such file or folder. Check the path.');
    expect(code).toBe(2);
  });

  it('a file that is none of ours: 2', async () => {
    const { line, code } = await complaint({ 'README.md': '# Hello\n' }, ['README.md', 'z']);
    expect(line).toMatch(/^README\.md: Its name and text say neither/);
    expect(code).toBe(2);
  });

  it('a broken configuration: 2, and files are judged without it', async () => {
    const { line, code } = await complaint({ 'seaworthy.yaml': 'rules: {root-user: error\n' });
    expect(line).toMatch(/^seaworthy\.yaml:\d+:\d+: /);
    expect(code).toBe(2);
  });

  it('a broken configuration above the checked folder is reported too', async () => {
    const root = repository({ 'seaworthy.yaml': new Uint8Array([0]), 'a/Dockerfile': CLEAN });
    const { stderr, code } = await cli(path.join(root, 'a'), ['check']);
    expect(stderr).toMatch(/^\S+seaworthy\.yaml: It holds binary data/);
    expect(code).toBe(2);
  });

  it('unknown keys and rules of a configuration are findings on it', async () => {
    const root = repository({ 'seaworthy.yaml': 'profil: strict\nrules:\n  root-usr: off\n', Dockerfile: CLEAN });
    const { stdout, code } = await cli(root, ['check']);
    expect(stdout).toMatch(
      /^seaworthy\.yaml\n {2}1:1 {2}warning .*profile\? \[config\]\n {2}3:3 {2}warning .*root-user\? \[unknown-rule\]/,
    );
    expect(code).toBe(1);
  });
});

describe('options', () => {
  it.each([
    [['chek'], 'chek: There is no such command. Did you mean check?'],
    [['--foo'], '--foo: There is no such command. See seaworthy --help.'],
    [['check', '--fromat', 'json'], '--fromat: There is no such option. Did you mean --format?'],
    [['check', '--unsafe'], '--unsafe: There is no such option. See seaworthy --help.'],
    [
      ['check', '--format', 'xml'],
      '--format: "xml" is none of its values. Use text, json, ndjson, sarif, github, gitlab, junit.',
    ],
    [['check', '--format'], '--format: Its value is missing. Write --format json.'],
    [['check', '--fail-on=never'], '--fail-on: "never" is none of its values. Use error, warning, info.'],
    [['check', '--quiet=yes'], '--quiet: It takes no value. Write --quiet alone.'],
    [
      ['check', '--rule', 'root-user,missing-usr'],
      '--rule: There is no rule "missing-usr". Did you mean missing-user?',
    ],
    [['check', '--rule', 'zzzzzzzz'], '--rule: There is no rule "zzzzzzzz". See seaworthy rules.'],
    [['check', '--jobs', '0'], '--jobs: "0" is no number of workers. Use a whole number from 1 to 64.'],
    [['check', '--config', 'nope.yaml'], 'nope.yaml: There is no such configuration file. Check the path.'],
    [['check', '--baseline', 'nope.json'], 'nope.json: There is no such file or folder. Check the path.'],
    [['check', '--stdin', 'Dockerfile'], '--stdin: Paths are named beside it. Leave one of them out.'],
    [['check', '--stdin-filename', 'x'], '--stdin-filename: It counts with --stdin only. Add --stdin or leave it out.'],
    [['fix', '--format', 'json'], '--format: There is no such option. See seaworthy --help.'],
    [['fix', '--ask-registry'], '--ask-registry: It counts with --unsafe only. Add --unsafe or leave it out.'],
    [['explain'], 'explain: The rule is missing. Name one, such as seaworthy explain missing-user.'],
    [['explain', 'root-usr'], 'explain: There is no rule "root-usr". Did you mean root-user?'],
    [['explain', 'root-user', 'x'], 'x: It is one argument too many. See seaworthy --help.'],
    [['rules', 'x'], 'x: It is one argument too many. See seaworthy --help.'],
  ])('%j: one line and 2', async (argv, line) => {
    expect(await cli(folder({ Dockerfile: BAD }), argv)).toEqual({ code: 2, stdout: '', stderr: `${line}\n` });
  });

  it('--rule runs these alone, whatever the configuration says', async () => {
    const root = repository({ Dockerfile: BAD, 'seaworthy.yaml': 'rules:\n  root-user: off\n' });
    expect(ruleIds((await checked(root, [])).files)).not.toContain('root-user');
    expect(ruleIds((await checked(root, ['--rule', 'root-user'])).files)).toEqual(['root-user']);
    expect(ruleIds((await checked(root, ['--rule', 'untagged-image', '--rule', 'root-user'])).files)).toEqual([
      'root-user',
    ]);
  });

  it('--config replaces the files beside the code', async () => {
    const root = repository({
      Dockerfile: BAD,
      'a/Dockerfile': BAD,
      'seaworthy.yaml': 'rules:\n  root-user: off\n',
      'ci.yaml': 'rules:\n  root-user: error\nexclude: [a]\n',
    });
    const { files } = await checked(root, ['--config', 'ci.yaml']);
    const judged = files.filter((it) => it.kind === 'dockerfile');
    expect(judged.map((it) => it.path)).toEqual(['Dockerfile']);
    expect(judged[0]?.findings.find((it) => it.rule === 'root-user')?.level).toBe('error');
  });

  it('--no-project judges each file alone', async () => {
    const root = repository({ Dockerfile: BAD });
    expect((await cli(root, ['check', '--no-project'])).code).toBe(1);
  });

  it('--quiet leaves the summary out', async () => {
    const root = repository({ Dockerfile: CLEAN });
    expect((await cli(root, ['check', '-q'])).stdout).toBe('');
  });

  it('--color and its variables decide about colours', async () => {
    const root = repository({ Dockerfile: BAD });
    const colored = async (argv: string[], env: Record<string, string> = {}, terminal = false) =>
      (await cli(root, ['check', ...argv], { env, ...(terminal ? { terminal } : {}) })).stdout.includes('\u001b[3');
    expect(await colored([])).toBe(false);
    expect(await colored([], {}, true)).toBe(true);
    expect(await colored(['--color'])).toBe(true);
    expect(await colored(['--no-color'], {}, true)).toBe(false);
    expect(await colored([], { NO_COLOR: '1' }, true)).toBe(false);
    expect(await colored([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await colored([], { TERM: 'dumb' }, true)).toBe(false);
  });

  it('--help and --version', async () => {
    const { stdout, code } = await cli(folder(), ['--help']);
    expect(code).toBe(0);
    for (const it of ['seaworthy check', '--format', '--baseline', 'Ends with 0: clean']) expect(stdout).toContain(it);
    expect(Math.max(...stdout.split('\n').map((it) => it.length))).toBeLessThanOrEqual(110);
    expect((await cli(folder(), [])).stdout).toBe(stdout);
    expect((await cli(folder(), ['check', '--help'])).stdout).toBe(stdout);
    expect((await cli(folder(), ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('paths', () => {
  it('judges a file that is named even where it is ignored, once', async () => {
    const root = repository({ '.gitignore': 'out\n', 'out/Dockerfile': BAD, 'seaworthy.yaml': 'exclude: [out]\n' });
    const { files } = await checked(root, ['--rule', 'root-user', 'out/Dockerfile', './out/Dockerfile', '.']);
    expect(files.filter((it) => it.kind === 'dockerfile').map((it) => it.path)).toEqual(['out/Dockerfile']);
  });

  it('knows a named file by its text', async () => {
    const root = repository({ 'build.txt': BAD, 'stack.yml': 'services:\n  web:\n    privileged: true\n' });
    const { files } = await checked(root, ['build.txt', 'stack.yml']);
    expect(files.map((it) => it.kind)).toEqual(['dockerfile', 'compose']);
  });

  it('shows paths outside of the current folder whole', async () => {
    const root = repository({ 'a/Dockerfile': BAD, 'b/': '' });
    const { files } = await checked(path.join(root, 'b'), ['../a']);
    expect(files[0]?.path).toBe(`${root}/a/Dockerfile`);
  });
});

describe('standard input', () => {
  it('is judged by its file name, with the configuration there', async () => {
    const root = repository({ 'a/seaworthy.yaml': 'rules:\n  root-user: error\n' });
    const stdin = BAD;
    const { files } = await checked(root, ['--stdin', '--stdin-filename', 'a/Dockerfile', '--rule', 'root-user'], {
      stdin,
    });
    expect(files.at(-1)).toMatchObject({ path: 'a/Dockerfile', kind: 'dockerfile', findings: [{ level: 'error' }] });
    const compose = 'services:\n  web:\n    privileged: true\n';
    const other = await checked(root, ['--stdin', '--stdin-filename', 'compose.yaml'], { stdin: compose });
    expect(ruleIds(other.files)).toContain('privileged-service');
  });

  it('is a Dockerfile without a name', async () => {
    expect((await checked(folder(), ['--stdin'], { stdin: BAD })).files[0]).toMatchObject({
      path: 'Dockerfile',
      kind: 'dockerfile',
    });
  });

  it('that is no text: 2', async () => {
    const outcome = await cli(folder(), ['check', '--stdin'], { stdin: new Uint8Array([0]) });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/^Dockerfile: It holds binary data/);
  });
});

describe('baseline', () => {
  const RULES = ['--rule', 'root-user,privileged-service'];

  it('takes known findings out, and new ones stay', async () => {
    const root = repository({
      Dockerfile: BAD,
      'compose.yaml': 'services:\n  web:\n    privileged: true\n  api:\n    privileged: true\n',
    });
    const written = await cli(root, ['check', ...RULES, '--write-baseline', 'known.json']);
    expect(written.code).toBe(0);
    expect(written.stderr).toBe('known.json: 3 findings written.\n');
    const same = await cli(root, ['check', ...RULES, '--baseline', 'known.json']);
    expect(same).toMatchObject({ code: 0, stdout: 'No findings in 2 files.\n3 known from the baseline.\n' });

    // Moved, renamed nowhere, and one more of the same.
    writeFileSync(path.join(root, 'Dockerfile'), `# moved\n\n${BAD}`);
    writeFileSync(
      path.join(root, 'compose.yaml'),
      'services:\n  new:\n    privileged: true\n  web:\n    privileged: true\n  api:\n    privileged: true\n',
    );
    const { files, summary } = await checked(root, [...RULES, '--baseline', 'known.json']);
    expect(ruleIds(files)).toEqual(['privileged-service']);
    expect(summary['known']).toBe(3);
    // The same from another folder.
    expect(
      ruleIds((await checked(folder(), [...RULES, '--baseline', path.join(root, 'known.json'), root])).files),
    ).toEqual(['privileged-service']);
  });

  it('says what no longer occurs', async () => {
    const root = repository({ Dockerfile: BAD });
    await cli(root, ['check', ...RULES, '--write-baseline', 'known.json']);
    writeFileSync(path.join(root, 'Dockerfile'), CLEAN);
    expect((await cli(root, ['check', ...RULES, '--baseline', 'known.json'])).stdout).toContain(
      '1 of the baseline no longer occur. Write it again with --write-baseline.',
    );
    rmSync(path.join(root, 'Dockerfile'));
  });

  it.each(['', '[]', '{"version":2,"findings":{}}', '{"version":1}'])('that is %j: 2', async (text) => {
    const root = repository({ Dockerfile: BAD, 'known.json': text });
    const { code, stderr, stdout } = await cli(root, ['check', '--baseline', 'known.json']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe('known.json: It is no baseline of Seaworthy. Write one with --write-baseline.\n');
  });

  it('that cannot be written: 2', async () => {
    const { code, stderr } = await cli(repository({ Dockerfile: BAD }), [
      'check',
      '-q',
      '--write-baseline',
      'nope/known.json',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('nope/known.json: Writing it failed with ENOENT.');
  });
});

describe('about rules', () => {
  it('explain prints the page of a rule', async () => {
    const { stdout, code } = await cli(folder(), ['explain', 'missing-user']);
    expect(code).toBe(0);
    for (const it of [
      'missing-user\n\n',
      'Why it matters',
      'CIS Docker Benchmark 4.1',
      '# seaworthy: ignore[missing-user]',
      'Found: ',
    ])
      expect(stdout).toContain(it);
  });

  it('rules lists them, for people and for programs', async () => {
    expect((await cli(folder(), ['rules'])).stdout).toMatch(/^6\. .*\n(?: {2}.*\n)* {2}missing-user +warning/m);
    const rules = JSON.parse((await cli(folder(), ['rules', '--format', 'json'])).stdout) as Record<string, unknown>[];
    expect(rules.find((it) => it['rule'] === 'missing-user')).toMatchObject({
      practice: 6,
      level: 'warning',
      kinds: ['dockerfile'],
    });
  });
});

describe('language', () => {
  const japanese = /[\u3040-\u30ff]/;

  it.each([
    ['--locale', ['--locale', 'ja'], {}, true],
    ['LANG', [], { LANG: 'ja_JP.UTF-8' }, true],
    ['LC_ALL before LANG', [], { LC_ALL: 'C', LANG: 'ja_JP.UTF-8' }, false],
    ['--locale before LANG', ['--locale', 'en'], { LANG: 'ja_JP.UTF-8' }, false],
    ['nothing', [], {}, false],
    ['CI', [], { CI: 'true' }, false],
  ])('by %s', async (_, argv, env, expected) => {
    const root = repository({ Dockerfile: BAD });
    const { stdout } = await cli(root, ['check', '--rule', 'root-user', ...argv], { env });
    expect(japanese.test(stdout)).toBe(expected);
    expect(stdout).toContain('[root-user]');
  });

  it('by the configuration', async () => {
    const root = repository({ Dockerfile: BAD, 'seaworthy.yaml': 'locale: ja\n' });
    expect((await cli(root, ['check'])).stdout).toMatch(japanese);
  });

  it.each([
    ['an option', ['check', '--foo', '--locale=ja']],
    ['a path', ['check', '--locale', 'ja', 'nope']],
    ['a rule', ['explain', 'nope', '--locale', 'ja']],
  ])('also where %s is wrong', async (_, argv) => {
    expect((await cli(folder(), argv)).stderr).toMatch(japanese);
  });

  it.each([['--help'], ['rules'], ['explain', 'missing-user']])('also of %s', async (...argv) => {
    expect((await cli(folder(), [...argv, '--locale', 'ja'])).stdout).toMatch(japanese);
  });
});
