import type { Range } from '../core/text.js';
import type { ShellCommand, ShellRedirect, ShellWord } from './model.js';

/** A text to read, with the way from its offsets to those of the file. */
export interface Source {
  readonly text: string;
  readonly at: (offset: number) => number;
}

/** A command that is still being built: pipes and parents are known only after their other end was read. */
export type Draft = { -readonly [K in keyof ShellCommand]: ShellCommand[K] };

/** A program text found among a command's arguments. */
export interface Nested {
  readonly source: Source;
  readonly language: 'posix' | 'powershell' | 'cmd';
}

/** A command together with the program texts that it runs. */
export interface Found {
  readonly command: Draft;
  readonly nested: readonly Nested[];
}

/** A word of a command before its wrappers are peeled off. */
export interface RawWord {
  readonly word: ShellWord;
  /** The decoded word as a text of its own, with exact offsets. */
  readonly source: () => Source;
}

export interface RawCommand {
  readonly range: Range;
  readonly words: readonly RawWord[];
  readonly assignments: ShellCommand['assignments'];
  readonly redirects: readonly ShellRedirect[];
  /** Bodies of here-documents and here-strings that are the command's standard input. */
  readonly input: readonly Source[];
}

/**
 * The span of `[start, end)` of a source in the file. The end of a span that stops right before a removed line
 * continuation is the end of its last character, not the beginning of the next line.
 */
export function rangeIn(source: Source, start: number, end: number): Range {
  const length = source.text.length;
  const from = Math.min(Math.max(start, 0), length);
  const to = Math.min(Math.max(end, from), length);
  const first = source.at(from);
  if (to === from) return { start: first, end: first };
  const after = source.at(to);
  if (after - first === to - from) return { start: first, end: after };
  const last = source.at(to - 1) + 1;
  return { start: first, end: Math.max(first, after - last <= 1 ? after : last) };
}

/** A part of a source as a source. */
export function part(source: Source, start: number, end: number): Source {
  return { text: source.text.slice(start, end), at: (offset) => source.at(start + offset) };
}

/** Sources one after the other, a blank between them. */
export function joined(sources: readonly Source[]): Source {
  const only = sources[0];
  if (only && sources.length === 1) return only;
  const starts: number[] = [];
  let length = 0;
  for (const source of sources) {
    starts.push(length);
    length += source.text.length + 1;
  }
  const at = (offset: number): number => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? length) <= offset) low = middle;
      else high = middle;
    }
    const source = sources[low];
    return source ? source.at(Math.min(offset - (starts[low] ?? 0), source.text.length)) : 0;
  };
  return { text: sources.map((it) => it.text).join(' '), at };
}

/** A text whose character `i` came from character `offsets[i]` of `source`; one more entry tells where it ends. */
export function decoded(source: Source, text: string, offsets: readonly number[]): Source {
  return { text, at: (offset) => source.at(offsets[offset] ?? offsets[offsets.length - 1] ?? 0) };
}
