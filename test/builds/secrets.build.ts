import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasEngine, type Measured, measureBuilt } from './harness.js';
import { offered } from './offered.js';
import { placesOf, type SecretPlace } from './secret-places.js';
import { writeLines } from './table.js';

/** Builds that need a secret: it can be read from the image before the fix, and from none after it. */

const SECRET = 'kX9-Tulip-42-proof';
const SETTING = `//npm.example.com/:_authToken=${SECRET}\n`;

const CASES = [
  { name: 'secret-argument', rule: 'secret-in-env', id: 'deploy_token', content: SECRET },
  { name: 'secret-old-frontend', rule: 'secret-in-env', id: 'deploy_token', content: SECRET },
  { name: 'secret-written', rule: 'secret-in-env', id: 'npm_token', content: SECRET },
  { name: 'secret-setting', rule: 'secret-in-command', id: 'npm_token', content: SECRET },
  { name: 'secret-removed', rule: 'secret-removed-too-late', id: 'npmrc', content: SETTING },
] as const;

interface Seen extends Measured {
  readonly secretIn: readonly SecretPlace[];
}

describe.runIf(hasEngine())('secrets', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-secrets-'));
  const rows: string[] = [];
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    if (rows.length === CASES.length) writeLines('secrets', [...HEAD, ...rows]);
  });

  it.each(CASES)('$name', { timeout: 300_000 }, ({ name, rule, id, content }) => {
    const fix = offered(name, rule);
    const file = path.join(folder, id);
    writeFileSync(file, content);
    const see = (dockerfile: string): Seen => {
      let secretIn: readonly SecretPlace[] = [];
      const look = (tag: string): void => {
        secretIn = placesOf(tag, SECRET);
      };
      const options = ['--secret', `id=${id},src=${file}`];
      const measured = measureBuilt(fix.folder, withoutSyntax(dockerfile), { kind: 'output' }, { options, look });
      return { ...measured, secretIn };
    };
    const before = see(fix.before);
    const after = see(fix.after);
    expect(before.answer).not.toBe('');
    expect(after.answer).toBe(before.answer);
    expect(before.secretIn).not.toEqual([]);
    expect(after.secretIn).toEqual([]);
    const cells = [
      `[${name}](../test/builds/projects/${name}/Dockerfile)`,
      fix.title,
      `${before.secretIn.join(', ')} → nowhere`,
      'equal',
    ];
    rows.push(`| ${cells.join(' | ')} |`);
  });
});

const HEAD = ['| project | fix | secret found in | answer |', '|---|---|---|---|'];

/** The tests pull nothing: the frontend of the engine, a current one, does what the line asks another one for. */
function withoutSyntax(dockerfile: string): string {
  return dockerfile.replace(/^# *syntax *=.*\n/, '');
}
