import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';
import { missingOptional } from '../scripts/lock.js';

const ROOT = path.resolve(import.meta.dirname, '..');

/** All that a user downloads. A line more is a decision: update it together with .vscodeignore. */
const SHIPPED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'THIRD_PARTY_LICENSES.txt',
  'client/out/extension.cjs',
  'l10n/bundle.l10n.ja.json',
  'package.json',
  'package.nls.ja.json',
  'package.nls.json',
  'schemas/config.schema.json',
  'server/out/server.cjs',
];

/** One page per rule in each language: their list is that of the rules, which `generate --check` compares. */
const PAGE = /^docs\/(ja\/)?rules\/(README|[a-z-]+\/[a-z0-9-]+)\.md$/;

describe('the lock file', () => {
  it('names the binaries of every platform, so that npm ci takes it', () => {
    expect(missingOptional(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'))).toEqual([]);
  });
});

describe('the packed extension', () => {
  it('holds the listed files and the rule pages only', async () => {
    const files = (await listFiles({ cwd: ROOT, packageManager: PackageManager.None })).map((it) =>
      it.replaceAll('\\', '/'),
    );
    expect(files.filter((it) => !PAGE.test(it)).sort()).toEqual(SHIPPED);
    expect(files.filter((it) => PAGE.test(it)).length).toBeGreaterThan(0);
  });

  it('passes on the licence of every package that its bundles name as imported', () => {
    const notices = readFileSync(path.join(ROOT, 'THIRD_PARTY_LICENSES.txt'), 'utf8');
    for (const name of ['vscode-languageclient', 'vscode-languageserver', 'yaml', 'unbash', 'ignore']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((MIT|ISC)\\)$`, 'm'));
    }
  });

  it('needs nothing but Node and VS Code at run time', () => {
    for (const name of ['client/out/extension.cjs', 'server/out/server.cjs', 'cli/out/seaworthy.cjs']) {
      const text = readFileSync(path.join(ROOT, name), 'utf8');
      const required = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map((it) => it[1] ?? '');
      const foreign = new Set(required.filter((it) => it !== 'vscode' && !isBuiltin(it)));
      expect([...foreign], name).toEqual([]);
    }
  });
});
