import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { listFiles, PackageManager } from '@vscode/vsce';
import { describe, expect, it } from 'vitest';
import { RULES } from '../rules/registry.generated.js';
import { missingOptional } from '../scripts/lock.js';

const ROOT = path.resolve(import.meta.dirname, '..');

/** All that a user downloads. A line more is a decision: update it together with .vscodeignore. */
const SHIPPED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'THIRD_PARTY_LICENSES.txt',
  'client/out/extension.cjs',
  'client/out/pages.json.br',
  'l10n/bundle.l10n.ja.json',
  'package.json',
  'package.nls.ja.json',
  'package.nls.json',
  'schemas/config.schema.json',
  'server/out/server.cjs',
];

describe('the settings', () => {
  it('leave it to the user alone whether registries are asked, who does not want it', () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const setting: unknown = manifest.contributes.configuration.properties['seaworthy.askRegistry'];
    expect(setting).toMatchObject({ scope: 'application', default: false });
  });
});

describe('the lock file', () => {
  it('names the binaries of every platform, so that npm ci takes it', () => {
    expect(missingOptional(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'))).toEqual([]);
  });
});

describe('the packed extension', () => {
  it('holds the listed files only', async () => {
    const files = (await listFiles({ cwd: ROOT, packageManager: PackageManager.None })).map((it) =>
      it.replaceAll('\\', '/'),
    );
    expect(files.sort()).toEqual(SHIPPED);
  });

  it('holds the page of every rule in both languages, packed', () => {
    const packed = readFileSync(path.join(ROOT, 'client/out/pages.json.br'));
    const pages: Record<string, string> = JSON.parse(brotliDecompressSync(packed).toString());
    const expected = RULES.flatMap(({ id, practice }) =>
      ['rules', 'ja/rules'].map((folder) => `${folder}/${practice.folder}/${id}.md`),
    );
    expect(Object.keys(pages).sort()).toEqual([...expected, 'rules/README.md', 'ja/rules/README.md'].sort());
    for (const [name, text] of Object.entries(pages))
      expect(text, name).toBe(readFileSync(path.join(ROOT, 'docs', name), 'utf8'));
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
