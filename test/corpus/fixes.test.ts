import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, analyze, fixAll, type ReportedFix, verifiedFixes } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { STANDALONE } from '../../rules/core/project.js';
import type { Range } from '../../rules/core/text.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { kindOf } from '../../rules/project/kind.js';
import { hasShared, SHARED } from '../shared.js';

const OPTIONS = { config: DEFAULT_CONFIG, project: STANDALONE };
/** Each how many-eth Dockerfile is fixed: enough of every repository, in seconds. */
const STEP = 11;

interface File {
  readonly name: string;
  readonly text: string;
}

/** What fixes do to real Dockerfiles beside curing their findings. */
describe.skipIf(!hasShared('corpus/files.tar.gz'))('fixes of real Dockerfiles', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-fixes-'));
  let files: readonly File[] = [];
  beforeAll(() => {
    execFileSync('tar', ['xzf', path.join(SHARED, 'corpus/files.tar.gz'), '-C', folder]);
    files = read(folder).filter((_, index) => index % STEP === 0);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('come to an end together, the unsafe ones too, and keep every comment', () => {
    const wrong: string[] = [];
    for (const { name, text } of files) {
      const result = fixAll({ kind: 'dockerfile', text }, { ...OPTIONS, unsafe: true });
      if (result.unsettled.length > 0) wrong.push(`${name}: ${result.unsettled.join(', ')}`);
      const again = fixAll({ kind: 'dockerfile', text: result.text }, { ...OPTIONS, unsafe: true });
      if (again.text !== result.text) wrong.push(`${name}: not the same twice`);
      const left = parseDockerfile(result.text).comments.map((it) => it.text);
      for (const { text: comment } of parseDockerfile(text).comments)
        if (!left.includes(comment)) wrong.push(`${name}: lost ${comment}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('are the same with other line ends', () => {
    const wrong: string[] = [];
    for (const { name, text } of files) {
      if (text.includes('\r')) continue;
      const plain = fixAll({ kind: 'dockerfile', text }, { ...OPTIONS, unsafe: true }).text;
      const windows = fixAll({ kind: 'dockerfile', text: text.replaceAll('\n', '\r\n') }, { ...OPTIONS, unsafe: true });
      if (windows.text !== plain.replaceAll('\n', '\r\n')) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('leave every instruction that they do not edit as it was', () => {
    const wrong: string[] = [];
    for (const { name, text } of files) {
      const analysis = analyze({ kind: 'dockerfile', text }, OPTIONS);
      for (const finding of analysis.findings)
        for (const fix of verifiedFixes(analysis, finding, OPTIONS))
          if (!keepsOthers(analysis, fix)) wrong.push(`${name}: ${finding.rule.id}`);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});

function read(folder: string): readonly File[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => path.join(it.parentPath, it.name))
    .filter((it) => kindOf(path.relative(folder, it).replaceAll('\\', '/'), DEFAULT_CONFIG) === 'dockerfile')
    .sort()
    .map((it) => ({ name: path.relative(folder, it), text: readFileSync(it, 'utf8') }));
}

/** The instructions that no edit touches stand in the fixed file, word for word and in order. */
function keepsOthers({ source }: Analysis, { edits }: ReportedFix): boolean {
  const fixed = parseDockerfile(applyEdits(source.text, edits));
  const texts = fixed.instructions.map((it) => `${it.keyword} ${fixed.text.slice(it.range.start, it.range.end)}`);
  let position = 0;
  for (const { range, keyword } of parseDockerfile(source.text).instructions) {
    if (edits.some((it) => touches(it.range, range))) continue;
    const found = texts.indexOf(`${keyword} ${source.text.slice(range.start, range.end)}`, position);
    if (found < 0) return false;
    position = found + 1;
  }
  return true;
}

/** What is inserted at the end of an instruction belongs to it, at its start it does not. */
function touches(edit: Range, range: Range): boolean {
  if (edit.start === edit.end) return range.start < edit.start && edit.start <= range.end;
  return edit.start < range.end && range.start < edit.end;
}
