import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { afterEach, describe, expect, it } from 'vitest';
import { ROOT, runTool } from '../scripts/run-tool.js';

/** A gate that finds nothing proves nothing: each planted import has to be refused, by the rule that is meant. */
const PLANTED: readonly (readonly [file: string, line: string, rule: string])[] = [
  ['rules/core/planted.ts', "import 'node:fs';", 'rules-are-pure'],
  ['rules/core/planted.ts', "import '../../server/main.js';", 'rules-are-pure'],
  ['rules/checks/a/planted.ts', "import type { x } from '../../dockerfile/parse.js';", 'checks-see-models-only'],
  ['rules/checks/a/planted.ts', "import '../b/other.js';", 'checks-see-models-only'],
  ['client/planted.ts', "import '../rules/dockerfile/parse.js';", 'client-is-thin'],
  ['workspace/planted.ts', "import '../server/main.js';", 'workspace-serves-both'],
  ['cli/planted.ts', "import '../server/main.js';", 'server-and-cli-are-siblings'],
  ['cli/planted.ts', "import 'node:child_process';", 'nothing-leaves-the-machine'],
  ['server/planted.ts', "import 'node:https';", 'nothing-leaves-the-machine'],
  ['cli/planted.ts', "import '../workspace/registry.js';", 'registries-are-asked-for-the-user'],
  ['server/main.ts', "import './main.js';", 'no-cycles'],
];

describe('layers', async () => {
  const config = await extractConfig(path.resolve(import.meta.dirname, '../.dependency-cruiser.cjs'));
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(PLANTED)('%s: %s is refused by %s', async (file, line, rule) => {
    folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-layers-'));
    for (const it of [
      'rules/dockerfile/parse.ts',
      'rules/checks/b/other.ts',
      'server/main.ts',
      'workspace/registry.ts',
    ])
      write(folder, it, '');
    write(folder, file, line);
    const { output } = await cruise(['.'], { ...config.options, ruleSet: config, validate: true, baseDir: folder });
    if (typeof output === 'string') throw new Error(output);
    expect(output.summary.violations.map((it) => it.rule.name)).toContain(rule);
  });
});

describe('the network', () => {
  it.each([
    ['cli/planted.ts', ['no-restricted-globals']],
    ['workspace/registry.ts', []],
  ])('fetch in %s: the linter says %j', (file, expected) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-layers-'));
    write(folder, '.oxlintrc.json', readFileSync(path.join(ROOT, '.oxlintrc.json'), 'utf8'));
    write(folder, file, "export const answer = await fetch('https://example.com');");
    const run = runTool('oxlint', ['-c', path.join(folder, '.oxlintrc.json'), folder], { quiet: true });
    rmSync(folder, { recursive: true, force: true });
    expect(run.output.match(/(?<=eslint\()[\w-]+/g) ?? []).toEqual(expected);
  });
});

function write(folder: string, file: string, text: string): void {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${text}\n`);
}
