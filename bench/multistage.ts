import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_CONFIG } from '../rules/config.js';
import { type Analysis, type AnalyzeOptions, analyze, verifiedFixes } from '../rules/core/analyze.js';
import { applyEdits } from '../rules/core/edit.js';
import { STANDALONE } from '../rules/core/project.js';
import { isRefusal } from '../rules/multistage/plan.js';
import { multiStage } from '../rules/multistage/rewrite.js';
import { kindOf } from '../rules/project/kind.js';
import { realFiles } from './files.js';

/**
 * `npm run bench:multistage`: for how many real files the multi-stage rewrite is offered, why not for the others, and
 * what a reading of the offered ones found; into docs/fixes.md. `--show` prints what is offered, before and after.
 */

const PAGE = path.resolve(import.meta.dirname, '../docs/fixes.md');
const REVIEW = path.resolve(import.meta.dirname, 'multistage/review.json');
const BEGIN = '<!-- multistage: written by `npm run bench:multistage` -->';
const END = '<!-- /multistage -->';
const RULES = ['single-stage-build', 'build-tools-in-image'] as const;
const OPTIONS: AnalyzeOptions = { config: DEFAULT_CONFIG, project: STANDALONE };

/** Why there is no rewrite, for the table. */
const REASONS: Readonly<Record<string, string>> = {
  nothing: 'nothing is built in the file: a tool is installed to be used, or to work in the image',
  result:
    'where a command leaves its result is not told: `make install` with a folder that only its Makefile knows, or that of the system',
  start: 'nothing tells which program is started',
  startsBuild: 'the program is built again when the container starts',
  step: 'a step leaves something where no plan looks for it: configuration of the system, sources fetched by git',
  script: 'a script that is not there to be read starts the program',
  base: 'no run-time image is known for the base image, or a variable names it',
  packages: 'the run-time package of a library is not known',
  several: 'several languages are built',
  chain: 'built on another stage of the file',
  onbuild: 'ONBUILD',
  withheld: 'planned, and withheld by the engine: the finding would stay, or another one appear',
};

interface Counts {
  files: number;
  offered: number;
  readonly refused: Map<string, number>;
}

interface Judgement {
  readonly repository: string;
  readonly path: string;
  readonly offered: boolean;
  readonly verdict: 'would merge' | 'would edit' | 'wrong';
  readonly why: string;
}

const work = mkdtempSync(path.join(tmpdir(), 'seaworthy-multistage-'));
try {
  const { folder, description } = realFiles(work);
  const counts = measure(folder);
  if (!process.argv.includes('--show')) writePage(counts, description);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function measure(folder: string): ReadonlyMap<string, Counts> {
  const counts = new Map(RULES.map((it) => [it, { files: 0, offered: 0, refused: new Map<string, number>() }]));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).replaceAll('\\', '/');
    if (kindOf(name, DEFAULT_CONFIG) !== 'dockerfile') continue;
    const analysis = analyze({ kind: 'dockerfile', text: readFileSync(file, 'utf8') }, OPTIONS);
    for (const rule of RULES) {
      const row = counts.get(rule);
      if (row && analysis.findings.some((it) => it.rule.id === rule)) count(row, analysis, rule, name);
    }
  }
  return counts;
}

function count(row: Counts, analysis: Analysis, rule: string, name: string): void {
  row.files++;
  const findings = analysis.findings.filter((it) => it.rule.id === rule);
  const held = findings.flatMap((it) => verifiedFixes(analysis, it, OPTIONS)).find((it) => it.rewrite === 'multistage');
  if (held) {
    row.offered++;
    if (process.argv.includes('--show'))
      console.log(`\n===== ${name}\n${applyEdits(analysis.source.text, held.edits)}`);
    return;
  }
  const why = reasonOf(analysis);
  row.refused.set(why, (row.refused.get(why) ?? 0) + 1);
}

function reasonOf({ document }: Analysis): string {
  if (document.kind !== 'dockerfile') return 'nothing';
  const stage = document.stages.at(-1);
  const result = stage && multiStage(document, stage, { project: STANDALONE, numeric: false });
  if (!result) return 'nothing';
  return isRefusal(result) ? result.refused : 'withheld';
}

function writePage(counts: ReadonlyMap<string, Counts>, description: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has lost the marks of the multi-stage table`);
  const parts = [`On ${description}, each alone without the files around it.`, table(counts), review()];
  writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n\n${parts.filter(Boolean).join('\n\n')}\n\n${page.slice(end)}`);
}

function table(counts: ReadonlyMap<string, Counts>): string {
  const rows = [...counts].map(([rule, { files, offered, refused }]) => {
    const known = [...refused.values()].reduce((sum, it) => sum + it, 0) - (refused.get('nothing') ?? 0);
    return `| ${rule} | ${files} | ${refused.get('nothing') ?? 0} | ${offered} | ${known} |`;
  });
  const reasons = new Map<string, number>();
  for (const { refused } of counts.values())
    for (const [why, number] of refused) reasons.set(why, (reasons.get(why) ?? 0) + number);
  return [
    '| rule | files with a finding | nothing is built there | rewrite offered | refused |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    '| why not | files |',
    '|---|---|',
    ...[...reasons].toSorted((a, b) => b[1] - a[1]).map(([why, number]) => `| ${REASONS[why] ?? why} | ${number} |`),
  ].join('\n');
}

/** What a reader of the rewrites thought of them. */
function review(): string {
  if (!existsSync(REVIEW)) return '';
  const read: unknown = JSON.parse(readFileSync(REVIEW, 'utf8'));
  const all = Array.isArray(read) ? read.filter(isJudgement) : [];
  const offered = all.filter((it) => it.offered);
  const others = all.filter((it) => !it.offered);
  const row = (name: string, verdict: Judgement['verdict']): string => {
    const of = (some: readonly Judgement[]): number => some.filter((it) => it.verdict === verdict).length;
    return `| ${name} | ${of(offered)} | ${of(others)} |`;
  };
  return [
    `All ${offered.length} offered rewrites were read afresh, as a reviewer of a pull request would, and ${others.length} more of files`,
    'that build but have no finding, rewritten for the reading only ([review.json](../bench/multistage/review.json) says why):',
    '',
    '| verdict | offered | others |',
    '|---|---|---|',
    row('would merge', 'would merge'),
    row('would edit first', 'would edit'),
    row('wrong', 'wrong'),
  ].join('\n');
}

function isJudgement(value: unknown): value is Judgement {
  return typeof value === 'object' && value !== null && 'verdict' in value && 'offered' in value;
}
