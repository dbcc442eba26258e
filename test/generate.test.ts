import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RULES } from '../rules/registry.generated.js';
import { bundles, loadTranslations, ruleTemplates, textSources } from '../scripts/generate/translations.js';

const ROOT = path.resolve(import.meta.dirname, '..');
const COPIED = ['rules', 'scripts', 'cli', 'workspace', 'server', 'client', 'l10n', 'docs', 'schemas'];
const FILES = ['package.json', 'package.nls.json', 'package.nls.ja.json', 'README.md', 'tsconfig.base.json'];

/** Generators run on a copy of the project, so that they can be seen to fail. */
describe('generate', () => {
  let copy = '';
  beforeAll(() => {
    copy = mkdtempSync(path.join(tmpdir(), 'seaworthy-generate-'));
    for (const it of COPIED) cpSync(path.join(ROOT, it), path.join(copy, it), { recursive: true, filter: isSource });
    for (const it of FILES) cpSync(path.join(ROOT, it), path.join(copy, it));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'), 'junction');
    expect(generate(copy).status).toBe(0);
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('has nothing to check when it has just run', () => {
    const { status, stale } = check(copy);
    expect(stale).toEqual([]);
    expect(status).toBe(0);
  });

  it('names every file that is out of date, left over or lost', () => {
    const page = 'docs/rules/least-privilege/missing-user.md';
    const changed = [
      page,
      'docs/rules/README.md',
      'docs/ja/rules/least-privilege/root-user.md',
      'schemas/config.schema.json',
      'l10n/bundle.l10n.json',
      'l10n/bundle.l10n.ja.json',
      'l10n/command-line.ja.json',
    ];
    for (const it of changed) edit(copy, it, (text) => `${text} `);
    edit(copy, 'README.md', (text) => text.replace('[missing-user]', '[missing-usr]'));
    edit(copy, 'package.json', (text) => text.replace('%configuration.profile%', 'Which rules run.'));
    edit(copy, 'package.nls.json', (text) => text.replace('"configuration.exclude"', '"configuration.excluded"'));
    writeFileSync(path.join(copy, 'docs/rules/least-privilege/forgotten.md'), '# forgotten\n');
    rmSync(path.join(copy, 'docs/rules/least-privilege/root-user.md'));
    const expected = [
      ...changed,
      'README.md',
      'package.json',
      'package.nls.json',
      'docs/rules/least-privilege/forgotten.md',
      'docs/rules/least-privilege/root-user.md',
    ];
    const { status, stale } = check(copy);
    expect(status).toBe(1);
    expect(stale.toSorted()).toEqual(expected.toSorted());
    expect(generate(copy).status).toBe(0);
    expect(check(copy).stale).toEqual([]);
  });

  it('names the registry when a rule came or went', () => {
    const file = path.join(copy, 'rules/checks/least-privilege/missing-user.ts');
    const text = readFileSync(file, 'utf8');
    rmSync(file);
    const { status, stale } = check(copy);
    expect(status).toBe(1);
    expect(stale).toEqual(['rules/registry.generated.ts']);
    writeFileSync(file, text);
  });

  it('names a rule that cannot be loaded, and leaves its page', () => {
    const file = path.join(copy, 'rules/checks/least-privilege/missing-user.ts');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, `${text}\nthrow new Error('half done');\n`);
    const { status, output } = generate(copy);
    expect(status).toBe(1);
    expect(output).toMatch(/^rules\/checks\/least-privilege\/missing-user\.ts: it could not be loaded: half done$/m);
    expect(readFileSync(path.join(copy, 'docs/rules/least-privilege/missing-user.md'), 'utf8')).toContain(
      '# missing-user',
    );
    writeFileSync(file, text);
    expect(generate(copy).status).toBe(0);
  });

  it('goes on with a new rule, which lacks nothing but its translation', () => {
    expect(run(copy, 'scripts/new-rule.ts', 'least-privilege', 'tried-rule').status).toBe(0);
    expect(readFileSync(path.join(copy, 'docs/rules/least-privilege/tried-rule.md'), 'utf8')).toContain(
      'MAINTAINER me',
    );
    const { output, stale } = check(copy);
    expect(stale).toEqual([]);
    expect(output).toMatch(/^l10n\/ja\/tried-rule\.json lacks the translation of "One sentence that says/m);
    expect(run(copy, 'scripts/new-rule.ts', 'least-privilege', 'tried-rule')).toMatchObject({
      status: 2,
      output: expect.stringContaining('The rule tried-rule exists.'),
    });
    rmSync(path.join(copy, 'rules/checks/least-privilege/tried-rule.ts'));
    rmSync(path.join(copy, 'l10n/ja/tried-rule.json'));
    expect(generate(copy).status).toBe(0);
  });

  it('names a translation that is missing, left over or has other placeholders', () => {
    const file = 'l10n/ja/rules.core.suppress.json';
    edit(copy, file, (text) =>
      text
        .replace('"Remove the comment":', '"Remove this comment":')
        .replace('"{id}を{near}に置き換える"', '"{id}を置き換える"'),
    );
    const { status, output } = check(copy);
    expect(status).toBe(1);
    expect(output).toContain(`${file} lacks the translation of "Remove the comment".`);
    expect(output).toContain(`${file}: "Remove this comment" is in no text of the code. Remove it.`);
    expect(output).toContain(
      `${file}: the placeholders of "Replace {id} with {near}" are not those of its translation.`,
    );
    cpSync(path.join(ROOT, file), path.join(copy, file));
  });
});

describe('translations', async () => {
  const sources = await textSources(RULES);
  const { japanese, problems } = loadTranslations(sources);

  it('are there for every text, and for nothing else', () => {
    expect(problems).toEqual([]);
  });

  it('reach the editor, and with the rest of a rule the command line', () => {
    const files = bundles(sources, japanese);
    const [editor, besides] = ['bundle.l10n.ja', 'command-line.ja'].map(
      (it): Record<string, string> => JSON.parse(files.get(`l10n/${it}.json`) ?? ''),
    );
    for (const rule of RULES) {
      for (const it of [rule.summary, ...Object.values(rule.messages)])
        expect(editor).toHaveProperty([it], japanese[it]);
      for (const it of ruleTemplates(rule)) expect({ ...besides, ...editor }).toHaveProperty([it], japanese[it]);
    }
  });

  it('are Japanese', () => {
    const words = Object.entries(japanese).filter(
      ([english, it]) => / /.test(english) && !/[\u3040-\u30ff\u4e00-\u9fff]/.test(it),
    );
    expect(words).toEqual([]);
  });
});

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

function generate(root: string, ...args: readonly string[]): Ran {
  return run(root, 'scripts/generate.ts', ...args);
}

function run(root: string, ...args: readonly string[]): Ran {
  const tsx = path.join(ROOT, 'node_modules/tsx/dist/cli.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsx, ...args], { cwd: root, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

interface Checked extends Ran {
  /** The files that do not follow from the rules. */
  readonly stale: readonly string[];
}

function check(root: string): Checked {
  const { status, output } = generate(root, '--check');
  const named = output.matchAll(/^(\S+) (?:is out of date|belongs to no rule)\./gm);
  return { status, output, stale: [...named].map((it) => it[1] ?? '') };
}

function edit(root: string, file: string, change: (text: string) => string): void {
  const place = path.join(root, file);
  const text = readFileSync(place, 'utf8');
  const changed = change(text);
  expect(changed, file).not.toBe(text);
  writeFileSync(place, changed);
}

function isSource(file: string): boolean {
  return !/[\\/](?:out|node_modules|\.cache)$/.test(file);
}
