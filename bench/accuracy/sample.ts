/**
 * Draws findings to be read: `npx tsx bench/accuracy/sample.ts --kind dockerfile --count 50 --seed fresh [--context 6]`.
 * The same seed draws the same ones; what has a label is left out. Rules take turns, and no file gives more than two of one rule.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { maskLine } from '../../cli/mask.js';
import { realFiles } from '../files.js';
import { type CorpusFinding, findingsIn, keyOf } from './findings.js';
import { labelsOf, SETS } from './labels.js';

/** Findings of one rule in one folder of a repository. */
const PER_FOLDER = 2;

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'dockerfile' },
    count: { type: 'string', default: '50' },
    seed: { type: 'string', default: 'first' },
    context: { type: 'string', default: '6' },
    json: { type: 'boolean', default: false },
  },
});

const work = mkdtempSync(path.join(tmpdir(), 'seaworthy-accuracy-'));
try {
  const known = new Set(SETS.flatMap((it) => labelsOf(it).map(keyOf)));
  const all = findingsIn(realFiles(work).folder).filter((it) => it.kind === values.kind && !known.has(keyOf(it)));
  const drawn = draw(all, Number(values.count), values.seed);
  if (values.json) console.log(JSON.stringify(drawn.map((it) => ({ ...it, source: undefined, offset: undefined }))));
  else for (const [index, it] of drawn.entries()) console.log(shown(it, index + 1, Number(values.context)));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function draw(all: readonly CorpusFinding[], count: number, seed: string): readonly CorpusFinding[] {
  const hash = (it: CorpusFinding): string =>
    createHash('sha256')
      .update(`${seed}\n${keyOf(it)}`)
      .digest('hex');
  const shuffled = all.map((it) => ({ it, at: hash(it) })).sort((a, b) => (a.at < b.at ? -1 : 1));
  const queues = new Map<string, CorpusFinding[]>();
  const perFolder = new Map<string, number>();
  for (const { it } of shuffled) {
    const place = `${it.rule} ${it.repository}/${it.path.split('/').slice(0, 2).join('/')}`;
    perFolder.set(place, (perFolder.get(place) ?? 0) + 1);
    if ((perFolder.get(place) ?? 0) <= PER_FOLDER) queues.set(it.rule, [...(queues.get(it.rule) ?? []), it]);
  }
  const drawn: CorpusFinding[] = [];
  while (drawn.length < count && [...queues.values()].some((it) => it.length > 0)) {
    for (const queue of queues.values()) {
      const next = queue.shift();
      if (next && drawn.length < count) drawn.push(next);
    }
  }
  return drawn;
}

function shown(
  { repository, path: file, rule, severity, message, source, offset }: CorpusFinding,
  number: number,
  context: number,
): string {
  const lines = source.split('\n');
  const line = source.slice(0, offset).split('\n').length - 1;
  const excerpt = lines
    .slice(Math.max(0, line - context), line + context + 1)
    .map((it, index) => `${Math.max(0, line - context) + index === line ? '>' : ' '} ${maskLine(it).slice(0, 160)}`);
  return [`#${number} ${rule} [${severity}] ${repository}/${file}:${line + 1}`, `  ${message}`, ...excerpt, ''].join(
    '\n',
  );
}
