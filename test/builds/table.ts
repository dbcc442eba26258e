import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Measured } from './harness.js';

const PAGE = path.resolve(import.meta.dirname, '../../docs/fixes.md');
const BEGIN = '<!-- builds: written by `npm run test:builds` -->';
const END = '<!-- /builds -->';

export interface Row {
  readonly name: string;
  readonly title: string;
  readonly before: Measured;
  readonly after: Measured;
}

/** Puts the results of one kind of fix into docs/fixes.md, between its own marks. */
export function writeTable(kind: string, rows: readonly Row[]): void {
  const lines = [
    '| project | fix | size | user | compilers | answer |',
    '|---|---|---|---|---|---|',
    ...rows.map(({ name, title, before, after }) =>
      [
        '',
        `[${name}](../test/builds/projects/${name}/Dockerfile)`,
        title,
        `${megabytes(before.size)} → ${megabytes(after.size)}`,
        `${before.uid} → ${after.uid}`,
        `${listed(before.compilers)} → ${listed(after.compilers)}`,
        before.answer === after.answer ? 'equal' : 'DIFFERS',
        '',
      ]
        .join(' | ')
        .trim(),
    ),
  ];
  writeLines(kind, lines);
}

/** The same with columns of its own. */
export function writeLines(kind: string, lines: readonly string[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has lost the marks of the builds`);
  const own = parts(page.slice(begin + BEGIN.length, end));
  own.set(kind, lines.join('\n'));
  const text = [...own].map(([name, table]) => `<!-- ${name} -->\n${table}`).join('\n\n');
  writeFileSync(PAGE, `${page.slice(0, begin)}${BEGIN}\n\n${text}\n\n${page.slice(end)}`);
}

/** The tables that are there, by their marks. */
function parts(text: string): Map<string, string> {
  const found = [...text.matchAll(/<!-- ([\w -]+) -->\n([\s\S]*?)(?=\n\n<!--|\s*$)/g)];
  return new Map(found.map((it) => [it[1] ?? '', (it[2] ?? '').trim()]));
}

function megabytes(bytes: number): string {
  return bytes < 10_000_000 ? `${(bytes / 1_000_000).toFixed(1)} MB` : `${Math.round(bytes / 1_000_000)} MB`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
