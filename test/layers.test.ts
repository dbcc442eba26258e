import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { afterEach, describe, expect, it } from 'vitest';

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
  ['server/main.ts', "import './main.js';", 'no-cycles'],
];

describe('layers', async () => {
  const config = await extractConfig(path.resolve(import.meta.dirname, '../.dependency-cruiser.cjs'));
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it.each(PLANTED)('%s: %s is refused by %s', async (file, line, rule) => {
    folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-layers-'));
    for (const it of ['rules/dockerfile/parse.ts', 'rules/checks/b/other.ts', 'server/main.ts']) write(folder, it, '');
    write(folder, file, line);
    const { output } = await cruise(['.'], { ...config.options, ruleSet: config, validate: true, baseDir: folder });
    if (typeof output === 'string') throw new Error(output);
    expect(output.summary.violations.map((it) => it.rule.name)).toContain(rule);
  });
});

function write(folder: string, file: string, text: string): void {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${text}\n`);
}
