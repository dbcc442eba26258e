import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, analyze, fixAll, verifiedFixes } from '../../rules/core/analyze.js';
import { STANDALONE } from '../../rules/core/project.js';
import type { Target } from '../../rules/core/rule.js';
import { kindOf } from '../../rules/project/kind.js';
import { hasShared, SHARED } from '../shared.js';

const ARCHIVE = path.join(SHARED, 'corpus/files.tar.gz');
/** Findings per rule over the corpus: a change of a rule shows here what it does to real files. */
const COUNTS = path.join(import.meta.dirname, 'counts.json');
const OPTIONS = { config: { ...DEFAULT_CONFIG, profile: 'strict' as const }, project: STANDALONE };

interface CorpusFile {
  readonly name: string;
  readonly kind: Target;
  readonly text: string;
}

describe.skipIf(!hasShared('corpus/files.tar.gz'))('the corpus of real files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-corpus-'));
  let files: readonly CorpusFile[] = [];
  let analyses: readonly (readonly [CorpusFile, Analysis])[] = [];
  beforeAll(() => {
    execFileSync('tar', ['xzf', ARCHIVE, '-C', folder]);
    files = read(folder);
    analyses = files.map((file) => [file, analyze(file, OPTIONS)]);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is read whole', () => {
    expect(files.length).toBeGreaterThan(1800);
  });

  it('makes no rule fail and no guard strike', () => {
    const struck = analyses.flatMap(([{ name }, { notices }]) =>
      notices
        .filter(({ code }) => code === 'rule-failed' || code === 'size' || code === 'time')
        .map((it) => `${name}: ${it.message.template} ${JSON.stringify(it.message.data)}`),
    );
    expect(struck).toEqual([]);
  });

  it('has as many findings of each rule as was last looked at', () => {
    const counts: Record<string, number> = {};
    for (const [, { findings }] of analyses)
      for (const { rule } of findings) counts[rule.id] = (counts[rule.id] ?? 0) + 1;
    const sorted = Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b)));
    if (process.env['UPDATE_COUNTS'] === '1') writeFileSync(COUNTS, `${JSON.stringify(sorted, null, 2)}\n`);
    expect(sorted).toEqual(existsSync(COUNTS) ? JSON.parse(readFileSync(COUNTS, 'utf8')) : {});
  });

  it('is fixed to a fixed point, into files with the same stages and services', () => {
    const unsettled: string[] = [];
    const changedShape: string[] = [];
    for (const [file, before] of analyses) {
      if (!before.findings.some((it) => it.fixes.some((fix) => fix.applicability === 'safe'))) continue;
      const result = fixAll(file, OPTIONS);
      if (result.unsettled.length > 0) unsettled.push(`${file.name}: ${result.unsettled.join()}`);
      if (shape(before) !== shape(result.analysis)) changedShape.push(file.name);
      const again = fixAll({ kind: file.kind, text: result.text }, OPTIONS);
      if (again.text !== result.text) unsettled.push(`${file.name}: not idempotent`);
    }
    expect(unsettled).toEqual([]);
    expect(changedShape).toEqual([]);
  }, 300_000);

  it('gets most of the fixes that rules propose', () => {
    let proposed = 0;
    let verified = 0;
    for (const [, analysis] of analyses) {
      // Every tenth finding with a fix: enough to see a rule whose fixes do not hold.
      for (const finding of analysis.findings
        .filter((it) => it.fixes.length > 0)
        .filter((_, index) => index % 10 === 0)) {
        proposed += finding.fixes.length;
        verified += verifiedFixes(analysis, finding, OPTIONS).length;
      }
    }
    console.log(`corpus: ${verified} of ${proposed} sampled fixes verified`);
    expect(verified / proposed).toBeGreaterThan(0.9);
  }, 300_000);
});

function read(folder: string): readonly CorpusFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .flatMap((it) => {
      const file = path.join(it.parentPath, it.name);
      const name = path.relative(folder, file).replaceAll('\\', '/');
      const kind = kindOf(name, DEFAULT_CONFIG);
      return kind === undefined || kind === 'config' ? [] : [{ name, kind, text: readFileSync(file, 'utf8') }];
    });
}

/** What a safe fix must not change: an image may be written in another way, but it has to be the same one. */
function shape({ document }: Analysis): string {
  if (document.kind === 'dockerfile')
    return JSON.stringify(
      document.stages.map(({ name, image, base, fromScratch, from }) => {
        const { registry, path: place, tag, digest } = image ?? {};
        return [
          name?.value,
          registry,
          place,
          tag?.value,
          digest?.value,
          base?.index,
          fromScratch,
          from.platform?.value,
        ];
      }),
    );
  if (document.kind === 'compose') return JSON.stringify(document.services.map((it) => it.name.value));
  if (document.kind === 'engine') return JSON.stringify(document.tables);
  return JSON.stringify(document.jobs.map((it) => it.name.value));
}
