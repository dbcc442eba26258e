import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DEFAULT_CONFIG } from '../rules/config.js';
import {
  type Analysis,
  type AnalyzeOptions,
  analyze,
  type ReportedFinding,
  type ReportedFix,
  verifiedFixes,
} from '../rules/core/analyze.js';
import { applyEdits } from '../rules/core/edit.js';
import type { Applicability } from '../rules/core/finding.js';
import { STANDALONE } from '../rules/core/project.js';
import type { RegisteredRule, Target } from '../rules/core/rule.js';
import { kindOf } from '../rules/project/kind.js';
import { RULES } from '../rules/registry.generated.js';
import { realFiles } from './files.js';

/**
 * `npm run bench:fixes`: tries every fix of every finding over the corpus and writes the table of docs/fixes.md.
 * `--refused` prints the refused ones with their places instead, `--rule ID` looks at one rule only.
 */

const PAGE = path.resolve(import.meta.dirname, '../docs/fixes.md');
const BEGIN = '<!-- fixes: written by `npm run bench:fixes` -->';
const END = '<!-- /fixes -->';
const NAMES: Readonly<Record<Target, string>> = {
  dockerfile: 'Dockerfiles',
  compose: 'Compose files',
  ci: 'CI files',
  engine: 'Engine files',
};
const KINDS = ['dockerfile', 'compose', 'ci'] as const satisfies readonly Target[];
const OPTIONS: AnalyzeOptions = { config: { ...DEFAULT_CONFIG, profile: 'strict' }, project: STANDALONE };

interface Row {
  readonly rule: RegisteredRule;
  readonly kind: Target;
  findings: number;
  /** Findings with a fix that rules propose. */
  proposed: number;
  /** Findings with a fix that holds: what people see. */
  offered: number;
  fixes: number;
  verified: number;
  readonly applicability: Set<Applicability>;
  readonly refused: Map<string, string[]>;
}

const wanted = process.argv.includes('--rule') ? process.argv[process.argv.indexOf('--rule') + 1] : undefined;
const work = mkdtempSync(path.join(tmpdir(), 'seaworthy-fixes-'));
try {
  const { folder, description } = realFiles(work);
  const rows = measure(folder);
  if (process.argv.includes('--refused') || wanted !== undefined) printRefused(rows);
  else writePage(rows, description);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function measure(folder: string): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const rule of RULES)
    for (const kind of KINDS) if (rule.check[kind]) rows.set(`${rule.id} ${kind}`, emptyRow(rule, kind));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const name = path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    const kind = kindOf(name, DEFAULT_CONFIG);
    if (kind === undefined || kind === 'config') continue;
    const analysis = analyze({ kind, text: readFileSync(path.join(folder, name), 'utf8') }, OPTIONS);
    for (const finding of analysis.findings) {
      const row = rows.get(`${finding.rule.id} ${kind}`);
      if (row && (wanted === undefined || finding.rule.id === wanted)) count(row, name, analysis, finding);
    }
  }
  return [...rows.values()];
}

function emptyRow(rule: RegisteredRule, kind: Target): Row {
  const numbers = { findings: 0, proposed: 0, offered: 0, fixes: 0, verified: 0 };
  return { rule, kind, ...numbers, applicability: new Set(), refused: new Map() };
}

function count(row: Row, name: string, analysis: Analysis, finding: ReportedFinding): void {
  row.findings++;
  if (finding.fixes.length === 0) return;
  const held = verifiedFixes(analysis, finding, OPTIONS);
  row.proposed++;
  row.fixes += finding.fixes.length;
  row.verified += held.length;
  if (held.length > 0) row.offered++;
  for (const fix of finding.fixes) {
    row.applicability.add(fix.applicability);
    if (held.includes(fix)) continue;
    const reason = whyRefused(analysis, finding, fix);
    const line = analysis.source.text.slice(0, finding.range.start).split('\n').length;
    row.refused.set(reason, [...(row.refused.get(reason) ?? []), `${name}:${line}`]);
  }
}

/** Why the engine withholds a fix, in its own order of demands. */
function whyRefused(before: Analysis, finding: ReportedFinding, { edits }: ReportedFix): string {
  const text = applyEdits(before.source.text, edits);
  if (text === before.source.text) return 'changes nothing';
  const after = analyze({ kind: before.source.kind, text }, OPTIONS);
  if (after.document.errors.length > before.document.errors.length) return 'no longer parses';
  const lost = before.document.comments.length - after.document.comments.length;
  if (lost > 0) return 'loses a comment';
  const added = RULES.filter(({ id }) => of(after, id) > of(before, id)).map((it) => it.id);
  if (added.length > 0) return `leads to ${added.join(', ')}`;
  return of(after, finding.rule.id) >= of(before, finding.rule.id) ? 'the finding stays' : 'something else';
}

function of({ findings }: Analysis, id: string): number {
  return findings.filter((it) => it.rule.id === id).length;
}

function printRefused(rows: readonly Row[]): void {
  for (const { rule, kind, refused, findings, proposed, offered, fixes, verified } of rows) {
    if (wanted !== undefined && rule.id !== wanted) continue;
    if (wanted === undefined && refused.size === 0) continue;
    console.log(
      `${rule.id} ${kind}: ${findings} findings, ${proposed}/${offered} with a fix, ${fixes}/${verified} fixes`,
    );
    for (const [reason, places] of refused) console.log(`  ${reason}: ${places.length}\n    ${places.join('\n    ')}`);
  }
}

function writePage(rows: readonly Row[], description: string): void {
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : `${BEGIN}\n${END}\n`;
  const [head = '', rest = ''] = page.split(BEGIN);
  const tail = rest.slice(rest.indexOf(END));
  const tables = KINDS.map((kind) => table(kind, rows)).filter((it) => it !== '');
  writeFileSync(PAGE, `${head}${BEGIN}\n\nEvery rule on ${description}.\n\n${tables.join('\n\n')}\n\n${tail}`);
}

function table(kind: Target, all: readonly Row[]): string {
  const rows = all.filter((it) => it.kind === kind);
  const withFix = rows.filter((it) => hasFix(it));
  if (rows.length === 0) return '';
  const total = sum(rows);
  const lines = rows
    .toSorted((a, b) => a.rule.id.localeCompare(b.rule.id))
    .map((it) => {
      const link = `[${it.rule.id}](rules/${it.rule.practice.folder}/${it.rule.id}.md)`;
      const kinds = ['safe', 'unsafe', 'manual'].filter((one) => [...it.applicability].some((has) => has === one));
      const refused = [...it.refused].map(([why, places]) => `${places.length} ${why}`).join('; ');
      return `| ${link} | ${it.findings} | ${kinds.join(', ') || (hasFix(it) ? 'none here' : '–')} | ${it.offered} | ${it.verified} | ${refused || '–'} |`;
    });
  return [
    `### ${NAMES[kind]}`,
    '',
    `${withFix.length} of ${rows.length} rules have a fix; ${total.offered} of ${total.findings} findings are offered one.`,
    '',
    '| rule | findings | fix | findings with a fix | fixes verified | withheld, and why |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** Whether an example of the rule shows a fix for this kind of file. */
function hasFix({ rule, kind }: Row): boolean {
  return rule.examples.some((it) => it.in === kind && 'bad' in it && it.fixed !== null);
}

function sum(rows: readonly Row[]): { readonly findings: number; readonly offered: number } {
  return {
    findings: rows.reduce((total, it) => total + it.findings, 0),
    offered: rows.reduce((total, it) => total + it.offered, 0),
  };
}
