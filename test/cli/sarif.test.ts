import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../rules/registry.generated.js';
import { folder } from '../workspace/folder.js';
import { cli, ROOT } from './cli.js';

/** Microsoft's copy of the official schema, from its npm package. Draft 4 calls `id` what later drafts call `$id`. */
const SCHEMA_FILE = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json')),
  'lib/schemas/sarif-2.1.0-rtm.5.json',
);

function validate(log: unknown): readonly string[] {
  const { $schema, id, ...schema } = JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')) as Record<string, unknown>;
  expect($schema).toContain('draft-04');
  // Draft 4's exclusiveMinimum is a boolean: were there one, this draft would read it wrongly.
  expect(JSON.stringify(schema)).not.toMatch(/exclusiveM/);
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats.default(ajv);
  const check = ajv.compile({ ...schema, $id: String(id) });
  return check(log) ? [] : (check.errors ?? []).map((it) => `${it.instancePath} ${it.message}`);
}

async function sarif(cwd: string, argv: readonly string[] = []): Promise<{ readonly log: Log; readonly code: number }> {
  const { stdout, code } = await cli(cwd, ['check', '--format', 'sarif', ...argv]);
  return { log: JSON.parse(stdout) as Log, code };
}

const run = (log: Log) => {
  const [only] = log.runs;
  if (!only) throw new Error('no run');
  return only;
};

describe('sarif', () => {
  it('follows the official schema on all kinds of findings and errors', async () => {
    const root = folder({
      'a b/Dockerfile': 'FROM node\nRUN apt-get update\n# seaworthy: ignore[root-user] nothing here\nUSER root\n',
      'compose.yaml': 'services:\n  web:\n    image: nginx\n    privileged: true\n    user: root\n',
      'Dockerfile.bin': new Uint8Array([0, 1]),
      'broken/compose.yaml': 'services: [\n',
      'bad/seaworthy.yaml': 'rules:\n  no-such-rule: off\n',
    });
    const { log, code } = await sarif(root, ['.', 'missing']);
    expect(validate(log)).toEqual([]);
    expect(code).toBe(2);
    const { results = [], invocations = [], tool } = run(log);
    expect(results.length).toBeGreaterThan(4);
    expect(results.some((it) => (it.fixes ?? []).length > 0)).toBe(true);
    expect(results.every((it) => /^[0-9a-f]{16}:\d+$/.test(it.partialFingerprints?.['seaworthy/v1'] ?? ''))).toBe(true);
    for (const it of results) expect(tool.driver.rules?.[it.ruleIndex ?? -1]?.id).toBe(it.ruleId);
    const [invocation] = invocations;
    expect(invocation?.executionSuccessful).toBe(false);
    expect(invocation?.toolExecutionNotifications?.map((it) => it.descriptor?.id)).toContain('unreadable');
    expect(invocation?.toolConfigurationNotifications?.map((it) => it.descriptor?.id)).toContain('unknown-rule');
  });

  it('follows it on the examples and without any finding', async () => {
    expect(validate((await sarif(ROOT, ['examples'])).log)).toEqual([]);
    const { log, code } = await sarif(folder({ 'sub/': '' }));
    expect(validate(log)).toEqual([]);
    expect(code).toBe(0);
    expect(run(log).results).toEqual([]);
    expect(run(log).invocations?.[0]?.executionSuccessful).toBe(true);
  });

  it('is refused by the schema when it is wrong', () => {
    expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).not.toEqual([]);
  });

  it('describes every rule', async () => {
    const { log } = await sarif(folder());
    const rules = run(log).tool.driver.rules ?? [];
    expect(rules.map((it) => it.id)).toEqual(RULES.map((it) => it.id));
    for (const it of rules) {
      expect(it.help?.markdown).toContain('## Why it matters');
      expect(it.help?.text).toContain('Why it matters');
      expect(Number(it.properties?.['security-severity'])).toBeGreaterThan(0);
    }
  });

  it('names files from the current folder, and others whole', async () => {
    const root = folder({ 'here/a%b/Dockerfile': 'FROM node\n', 'other/Dockerfile': 'FROM node\n' });
    const { log } = await sarif(path.join(root, 'here'), ['--rule', 'untagged-image', '.', '../other']);
    const uris = (run(log).results ?? []).map((it) => it.locations?.[0]?.physicalLocation?.artifactLocation);
    expect(uris[0]).toEqual({ uri: 'a%25b/Dockerfile', uriBaseId: '%SRCROOT%' });
    expect(uris[1]?.uri).toMatch(/^file:\/\/\/.*\/other\/Dockerfile$/);
    expect(uris[1]?.uriBaseId).toBeUndefined();
    expect(run(log).originalUriBaseIds?.['%SRCROOT%']?.uri).toMatch(/^file:\/\/\/.*\/here\/$/);
  });

  it('gives fixes that make the file as fix does', async () => {
    const text = 'FROM debian:13\nUSER 1000\nRUN apt-get update && apt-get install -y curl\n';
    const root = folder({ Dockerfile: text });
    const { log } = await sarif(root, ['--rule', 'package-cache-kept']);
    const [replacement] = run(log).results?.[0]?.fixes?.[0]?.artifactChanges[0]?.replacements ?? [];
    if (!replacement) throw new Error('no replacement');
    const { startLine = 0, startColumn = 0, endLine, endColumn } = replacement.deletedRegion;
    expect([endLine, endColumn]).toEqual([startLine, startColumn]);
    const lines = text.split('\n');
    const line = lines[startLine - 1] ?? '';
    lines[startLine - 1] =
      line.slice(0, startColumn - 1) + (replacement.insertedContent?.text ?? '') + line.slice(startColumn - 1);
    await cli(root, ['fix', '--rule', 'package-cache-kept']);
    expect(lines.join('\n')).toBe(readFileSync(path.join(root, 'Dockerfile'), 'utf8'));
  });
});
