import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { CorpusFinding } from './findings.js';

/** A Dockerfile that was read by hand before the tool had judged it. */
export interface ReadFile {
  readonly repository: string;
  readonly path: string;
  readonly mistakes: readonly Mistake[];
}

export interface Mistake {
  /** The line, without its indentation. */
  readonly text: string;
  /** Of the rule that should report it; `none`: there was no such rule when it was read. */
  readonly rule: string;
  /** What the reader saw. */
  readonly seen: string;
  /** Why the tool stays silent, where it is known and stays so. */
  readonly missed?: string;
}

const FILE = path.resolve(import.meta.dirname, 'reading.json');

export interface Compared {
  readonly files: number;
  readonly mistakes: number;
  readonly reported: number;
  readonly missed: readonly (Mistake & Pick<ReadFile, 'repository' | 'path'>)[];
  /** Findings that the reader had not written down. */
  readonly more: readonly CorpusFinding[];
}

/** What was read, beside what the tool finds in the same files. */
export function comparedWithReading(findings: readonly CorpusFinding[]): Compared {
  const files: readonly ReadFile[] = JSON.parse(readFileSync(FILE, 'utf8'));
  const missed: (Mistake & Pick<ReadFile, 'repository' | 'path'>)[] = [];
  const more: CorpusFinding[] = [];
  let mistakes = 0;
  for (const { repository, path: file, mistakes: read } of files) {
    const found = findings.filter((it) => it.repository === repository && it.path === file);
    mistakes += read.length;
    const matched = new Set<CorpusFinding>();
    for (const it of read) {
      const same = found.find((one) => !matched.has(one) && isSame(it, one));
      if (same) matched.add(same);
      else missed.push({ ...it, repository, path: file });
    }
    more.push(...found.filter((it) => !matched.has(it)));
  }
  return { files: files.length, mistakes, reported: mistakes - missed.length, missed, more };
}

/** The same rule within the instruction that begins on the line; for `none`, any rule on that line. */
function isSame({ text, rule }: Mistake, { rule: found, source, offset }: CorpusFinding): boolean {
  let start = source.indexOf(text);
  while (start >= 0 && !isLine(source, start, text)) start = source.indexOf(text, start + 1);
  if (start < 0) return false;
  if (rule === 'none') return offset >= start && offset <= start + text.length;
  if (rule !== found) return false;
  const next = /\n[A-Z]+ /.exec(source.slice(start));
  return offset >= start && offset <= start + (next?.index ?? source.length);
}

/** Not the beginning of a longer line: `FROM base` is not `FROM base AS build`. */
function isLine(source: string, start: number, text: string): boolean {
  return /^\s*(?:\n|$)/.test(source.slice(start + text.length)) || source.indexOf(text, start + 1) < 0;
}
