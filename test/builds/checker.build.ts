import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, fixAll, verifiedFixes } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { STANDALONE } from '../../rules/core/project.js';
import { kindOf } from '../../rules/project/kind.js';
import { hasShared, SHARED } from '../shared.js';
import { type Checked, checkAll, type Verdict } from './buildkit.js';
import { hasEngine } from './harness.js';
import { noteLines } from './table.js';

/**
 * BuildKit takes every real Dockerfile after its fixes that it took before, and warns of nothing more. Manual fixes are left
 * out: BuildKit does not take their blanks before a person has filled them in.
 */

const OPTIONS = { config: { ...DEFAULT_CONFIG, profile: 'strict' as const }, project: STANDALONE };

/** What becomes of a Dockerfile, by what is applied. */
const FIXES: readonly (readonly [title: string, fixed: (text: string) => readonly string[]])[] = [
  ['all safe fixes', (text) => [fixAll({ kind: 'dockerfile', text }, OPTIONS).text]],
  ['all safe and unsafe fixes', (text) => [fixAll({ kind: 'dockerfile', text }, { ...OPTIONS, unsafe: true }).text]],
  ['each safe or unsafe fix alone', oneByOne],
];

function oneByOne(text: string): readonly string[] {
  const analysis = analyze({ kind: 'dockerfile', text }, OPTIONS);
  const fixes = analysis.findings
    .flatMap((it) => verifiedFixes(analysis, it, OPTIONS))
    .filter((it) => it.applicability !== 'manual');
  return fixes.map((it) => applyEdits(text, it.edits));
}

interface Real extends Checked {
  readonly name: string;
}

describe.runIf(hasEngine() && hasShared('corpus/files.tar.gz'))('BuildKit’s checker', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-checker-'));
  const accepted = new Map<Real, Verdict>();
  let read = 0;
  const rows: string[] = [];
  beforeAll(() => {
    execFileSync('tar', ['xzf', path.join(SHARED, 'corpus/files.tar.gz'), '-C', folder]);
    const files = realFiles(folder);
    read = files.length;
    for (const [file, verdict] of checkAll(files)) if (verdict.error === undefined) accepted.set(file, verdict);
  }, 600_000);
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    if (rows.length === FIXES.length) noteLines('checker', [...HEAD, ...rows]);
  });

  it('takes most of the real files', () => {
    expect(accepted.size).toBeGreaterThan(1000);
  });

  it.each(FIXES)('takes them after %s, and warns of nothing more', { timeout: 1_800_000 }, (title, fixed) => {
    const before = new Map<Checked, Real>();
    for (const file of accepted.keys())
      for (const text of new Set(fixed(file.text)))
        if (text !== file.text) before.set({ text, images: new Set(file.images) }, file);
    expect(before.size).toBeGreaterThan(500);
    const wrong = new Map<Checked, string>();
    for (const [changed, verdict] of checkAll([...before.keys()])) {
      const file = before.get(changed);
      const worse = file && difference(accepted.get(file), verdict);
      if (worse !== undefined) wrong.set(changed, `${file?.name}: ${worse}`);
    }
    expect([...wrong.values()]).toEqual([]);
    const counts = [read, accepted.size, new Set(before.values()).size, before.size, before.size - wrong.size];
    rows.push(`| ${[title, ...counts].join(' | ')} |`);
  });
});

const HEAD = [
  '| applied | Dockerfiles | accepted before | of these changed | texts made of them | accepted after |',
  '|---|---|---|---|---|---|',
];

/** What BuildKit says of the fixed file that it did not say before. */
function difference(before: Verdict | undefined, { error, warnings }: Verdict): string | undefined {
  if (error !== undefined) return error;
  const left = [...(before?.warnings ?? [])];
  const added = warnings.filter((it) => {
    const index = left.indexOf(it);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
  return added.length > 0 ? added.join(', ') : undefined;
}

function realFiles(folder: string): readonly Real[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => path.relative(folder, path.join(it.parentPath, it.name)).replaceAll('\\', '/'))
    .filter((it) => kindOf(it, DEFAULT_CONFIG) === 'dockerfile')
    .sort()
    .map((name) => ({ name, text: readFileSync(path.join(folder, name), 'utf8'), images: new Set() }));
}
