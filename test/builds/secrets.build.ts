import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withoutSyntax } from './buildkit.js';
import { hasEngine, type Measured, measureBuilt } from './harness.js';
import { type Offered, offered } from './offered.js';
import { placesOf, type SecretPlace } from './secret-places.js';
import { makeSshKey } from './ssh-key.js';
import { settleLines } from './table.js';

/** Builds that need a secret: it can be read from the image before the fix, and from none after it. */

const SECRET = 'kX9-Tulip-42-proof';
const SETTING = `//npm.example.com/:_authToken=${SECRET}\n`;

const PIP_SETTINGS = `[global]\nindex-url = https://bot:${SECRET}@pypi.example.com/simple\n`;
const COMPOSER_LOGIN = `{"github-oauth":{"github.com":"${SECRET}"}}`;

interface Case {
  readonly name: string;
  readonly rule: string;
  /** Of the secret that the build is given after the fix. */
  readonly id: string;
  /** Of the mounted file, where that is more than the secret. */
  readonly content?: string;
  /** The build argument that brings the secret before the fix. */
  readonly argument?: string;
  /** The container is given it when it starts, under this name. */
  readonly variable?: string;
}

const CASES: readonly Case[] = [
  { name: 'secret-argument', rule: 'secret-in-env', id: 'deploy_token' },
  { name: 'secret-passed', rule: 'secret-build-argument', id: 'deploy_token', argument: 'DEPLOY_TOKEN' },
  { name: 'secret-old-frontend', rule: 'secret-in-env', id: 'deploy_token' },
  { name: 'secret-written', rule: 'secret-in-env', id: 'npm_token' },
  { name: 'secret-sealed', rule: 'secret-in-env', id: 'signing_key' },
  { name: 'secret-at-start', rule: 'secret-in-env', id: 'session_secret', variable: 'SESSION_SECRET' },
  { name: 'secret-stages', rule: 'secret-in-env', id: 'deploy_token' },
  { name: 'secret-pip', rule: 'secret-in-env', id: 'pip_password' },
  { name: 'secret-pip-settings', rule: 'secret-file-copied', id: 'pip_conf', content: PIP_SETTINGS },
  { name: 'secret-setting', rule: 'secret-in-command', id: 'npm_token' },
  { name: 'secret-composer', rule: 'secret-in-command', id: 'composer_password' },
  { name: 'secret-composer-login', rule: 'secret-in-env', id: 'composer_auth', content: COMPOSER_LOGIN },
  { name: 'secret-copied', rule: 'secret-file-copied', id: 'npmrc', content: SETTING },
  { name: 'secret-removed', rule: 'secret-removed-too-late', id: 'npmrc', content: SETTING },
  { name: 'secret-git-address', rule: 'credentials-in-url', id: 'localhost_password' },
  { name: 'secret-git-login', rule: 'secret-in-env', id: 'git_password' },
];

/** What the builds and the container are given. */
interface Given {
  readonly before?: readonly string[];
  readonly after: readonly string[];
  readonly start?: readonly string[];
}

interface Seen extends Measured {
  readonly secretIn: readonly SecretPlace[];
}

describe.runIf(hasEngine())('secrets', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-secrets-'));
  const rows: string[] = [];
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    if (rows.length === CASES.length + 1) settleLines('secrets', [...HEAD, ...rows]);
  });

  const prove = (fix: Offered, secret: string, given: Given): void => {
    const see = (dockerfile: string, options: readonly string[]): Seen => {
      let secretIn: readonly SecretPlace[] = [];
      const look = (tag: string): void => {
        secretIn = placesOf(tag, secret);
      };
      const measured = measureBuilt(
        fix.folder,
        withoutSyntax(dockerfile),
        { kind: 'output' },
        { options, start: given.start ?? [], look },
      );
      return { ...measured, secretIn };
    };
    const before = see(fix.before, given.before ?? []);
    const after = see(fix.after, given.after);
    expect(before.answer).not.toBe('');
    expect(after.answer).toBe(before.answer);
    expect(before.secretIn).not.toEqual([]);
    expect(after.secretIn).toEqual([]);
    const name = path.basename(fix.folder);
    const cells = [
      `[${name}](../test/builds/projects/${name}/Dockerfile)`,
      fix.title,
      `${before.secretIn.join(', ')} → nowhere`,
      'equal',
    ];
    rows.push(`| ${cells.join(' | ')} |`);
  };

  it.each(CASES)('$name', { timeout: 300_000 }, ({ name, rule, id, content = SECRET, argument, variable }) => {
    const file = path.join(folder, id);
    writeFileSync(file, content);
    prove(offered(name, rule), SECRET, {
      before: argument === undefined ? [] : ['--build-arg', `${argument}=${SECRET}`],
      after: ['--secret', `id=${id},src=${file}`],
      start: variable === undefined ? [] : ['--env', `${variable}=${content}`],
    });
  });

  it('secret-ssh-key', { timeout: 300_000 }, () => {
    const fix = offered('secret-ssh-key', 'secret-file-copied');
    const work = path.join(folder, 'secret-ssh-key');
    cpSync(fix.folder, work, { recursive: true });
    const { privateKey, publicKey } = makeSshKey();
    const file = path.join(work, 'id_rsa');
    writeFileSync(file, privateKey, { mode: 0o600 });
    writeFileSync(path.join(work, 'authorized_keys'), `${publicKey}\n`);
    const [, line = ''] = privateKey.split('\n');
    prove({ ...fix, folder: work }, line, { after: ['--ssh', `default=${file}`] });
  });
});

const HEAD = ['| project | fix | secret found in | answer |', '|---|---|---|---|'];
