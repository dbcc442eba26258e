/**
 * `npm run bench:accuracy`: judges the corpus again, compares with what was read, and writes the numbers into
 * docs/accuracy.md. Ends with 1 when a finding that was called right is gone.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { realFiles } from '../files.js';
import { type CorpusFinding, findingsIn, keyOf } from './findings.js';
import { type Label, labelsOf, SETS, type SetName } from './labels.js';
import { comparedWithReading } from './reading.js';

const PAGE = path.resolve(import.meta.dirname, '../../docs/accuracy.md');
const BEGIN = '<!-- accuracy: written by `npm run bench:accuracy` -->';
const END = '<!-- /accuracy -->';

const work = mkdtempSync(path.join(tmpdir(), 'seaworthy-accuracy-'));
try {
  const findings = findingsIn(realFiles(work).folder);
  const found = new Set(findings.map(keyOf));
  const page = readFileSync(PAGE, 'utf8');
  const start = page.indexOf(BEGIN) + BEGIN.length;
  const end = page.indexOf(END);
  if (start < BEGIN.length || end < 0) throw new Error(`${PAGE} has lost its marks`);
  writeFileSync(PAGE, `${page.slice(0, start)}\n\n${tables(found)}\n\n${reading(findings)}\n\n${page.slice(end)}`);
  const lost = SETS.flatMap((set) => labelsOf(set).filter((it) => it.verdict === 'right' && !found.has(keyOf(it))));
  for (const it of lost) console.error(`gone, and it was right: ${it.rule} in ${it.repository}/${it.path}: ${it.text}`);
  if (lost.length > 0) process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

function tables(found: ReadonlySet<string>): string {
  return [
    '| set | read | right | arguable | wrong | precision | arguable counted as wrong | wrong at level error | no longer reported |',
    '|---|---|---|---|---|---|---|---|---|',
    ...SETS.filter((it) => labelsOf(it).length > 0).map((it) => row(it, labelsOf(it), found)),
    '',
    'By rule, all sets together:',
    '',
    '| rule | right | arguable | wrong |',
    '|---|---|---|---|',
    ...rules(),
  ].join('\n');
}

function reading(findings: readonly CorpusFinding[]): string {
  const { files, mistakes, reported, missed } = comparedWithReading(findings);
  return [
    `${files} Dockerfiles read by hand: ${mistakes} mistakes seen, ${reported} of them reported.`,
    '',
    '| missed | where | why |',
    '|---|---|---|',
    ...missed.map((it) => `| ${it.seen} | ${it.repository}/${it.path} | ${it.missed ?? 'not known'} |`),
  ].join('\n');
}

function row(set: SetName, labels: readonly Label[], found: ReadonlySet<string>): string {
  const [right, arguable, wrong] = counted(labels);
  const percent = (part: number): string => `${((part / labels.length) * 100).toFixed(1)} %`;
  const errors = labels.filter((it) => it.verdict === 'wrong' && it.severity === 'error').length;
  const gone = labels.filter((it) => !found.has(keyOf(it)));
  const cells = [set, labels.length, right, arguable, wrong, percent(right + arguable), percent(right), errors];
  return `| ${cells.join(' | ')} | ${gone.length} (${gone.filter((it) => it.verdict === 'wrong').length} of them wrong) |`;
}

function rules(): readonly string[] {
  const byRule = new Map<string, Label[]>();
  for (const it of SETS.flatMap((set) => labelsOf(set))) byRule.set(it.rule, [...(byRule.get(it.rule) ?? []), it]);
  return [...byRule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, labels]) => `| ${rule} | ${counted(labels).join(' | ')} |`);
}

function counted(labels: readonly Label[]): readonly [right: number, arguable: number, wrong: number] {
  const of = (verdict: Label['verdict']): number => labels.filter((it) => it.verdict === verdict).length;
  return [of('right'), of('arguable'), of('wrong')];
}
