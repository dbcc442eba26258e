import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import type { Measured } from './harness.js';

const PAGE = path.resolve(import.meta.dirname, '../../docs/fixes.md');
const UPDATE = '`UPDATE_BUILDS=1 npm run test:builds`';
const BEGIN = `<!-- builds: written by ${UPDATE} -->`;
const END = '<!-- /builds -->';

export interface Row {
  readonly name: string;
  readonly title: string;
  readonly before: Measured;
  readonly after: Measured;
}

/** The results of one kind of fix are those of docs/fixes.md, or with UPDATE_BUILDS=1 become them. */
export function settleTable(kind: string, rows: readonly Row[]): void {
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
  settleLines(kind, lines);
}

/** The same with columns of its own. */
export function settleLines(kind: string, lines: readonly string[]): void {
  const table = lines.join('\n');
  if (process.env['UPDATE_BUILDS'] === '1') return write(kind, table);
  const { tables } = readPage();
  expect(withoutSizes(table), `docs/fixes.md says otherwise, ${UPDATE} writes it`).toBe(
    withoutSizes(tables.get(kind) ?? ''),
  );
}

/** For numbers that every change of a rule changes: the page has those of the last update. */
export function noteLines(kind: string, lines: readonly string[]): void {
  if (process.env['UPDATE_BUILDS'] === '1') write(kind, lines.join('\n'));
}

function write(kind: string, table: string): void {
  const { head, tables, tail } = readPage();
  tables.set(kind, table);
  const text = [...tables].map(([name, it]) => `<!-- ${name} -->\n${it}`).join('\n\n');
  writeFileSync(PAGE, `${head}${BEGIN}\n\n${text}\n\n${tail}`);
}

interface Page {
  readonly head: string;
  readonly tables: Map<string, string>;
  readonly tail: string;
}

function readPage(): Page {
  const page = readFileSync(PAGE, 'utf8');
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has lost the marks of the builds`);
  return { head: page.slice(0, begin), tables: parts(page.slice(begin + BEGIN.length, end)), tail: page.slice(end) };
}

/** Packages are updated, and a size differs in its last digit. */
function withoutSizes(table: string): string {
  return table.replace(/[\d.]+ MB/g, 'MB');
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
