import type { Range } from '../core/text.js';
import { type Joined, join, rangeIn } from './joined.js';
import { type LexerRules, lex, NO_WORK } from './lexer.js';
import { type Lines, lineRange } from './lines.js';
import type { Heredoc } from './model.js';

/** A `<<EOF` word: what it announces. */
export interface HeredocMark {
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
  /** In the text it was found in. */
  readonly start: number;
  readonly end: number;
}

const RAW: LexerRules = { escape: '\\', raw: true, unknown: '', work: NO_WORK };
const COOKED: LexerRules = { escape: '\\', raw: false, unknown: '', work: NO_WORK };

/** The heredocs that a line announces. None when the line has a shell syntax that BuildKit's lexer cannot read. */
export function heredocMarks(line: string): readonly HeredocMark[] {
  if (!line.includes('<<')) return [];
  const words = lex(line, RAW)?.words ?? [];
  const marks: HeredocMark[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (!word?.value.includes('<<')) continue;
    // `<< EOF`: the name is the next word, but not after `<<-`.
    const next = /^\d*<<$/.test(word.value) ? words[++index] : undefined;
    const mark = heredocMark(next ? `${word.value} ${next.value}` : word.value, word.start, (next ?? word).end);
    if (mark) marks.push(mark);
  }
  return marks;
}

/** Whether the text is one heredoc word: `<<EOF`, `<<-EOF`, `3<<'EOF'`. */
export function isHeredocWord(text: string): boolean {
  return heredocMark(text, 0, text.length) !== undefined;
}

function heredocMark(word: string, start: number, end: number): HeredocMark | undefined {
  const match = /^\d*<<(-?)([^<]+)$/.exec(word);
  const rest = match?.[2];
  if (match === null || rest === undefined) return undefined;
  const chomp = match[1] === '-';
  if (/^\w+$/.test(rest)) return { name: rest, expand: true, chomp, start, end };
  const cooked = lex(rest, COOKED);
  const raw = lex(rest, RAW)?.words;
  const name = cooked?.words[0]?.value;
  if (name === undefined || cooked?.words.length !== 1 || raw?.length !== 1 || cooked.operators) return undefined;
  return { name, expand: raw[0]?.value === name, chomp, start, end };
}

/** Finds the line that closes a heredoc without reading the lines between once for each heredoc. */
export interface Terminators {
  readonly lines: Lines;
  /** UTF-16 code units that have been searched one heredoc at a time. */
  searched?: number;
  plain?: ReadonlyMap<string, readonly number[]>;
  chomped?: ReadonlyMap<string, readonly number[]>;
}

function closingLine(terminators: Terminators, mark: HeredocMark, from: number): number | undefined {
  const near = nearLine(terminators, mark, from);
  if (near !== undefined) return near;
  const { name, chomp } = mark;
  const index = chomp
    ? (terminators.chomped ??= indexLines(terminators.lines, true))
    : (terminators.plain ??= indexLines(terminators.lines, false));
  const numbers = index.get(name) ?? [];
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return numbers[low];
}

/** Heredocs are short, and most files have few: the next lines are looked at before all lines of the file are sorted. */
function nearLine(terminators: Terminators, { name, chomp }: HeredocMark, from: number): number | undefined {
  const { lines, searched = 0 } = terminators;
  const { text, starts } = lines;
  if (searched > text.length) return undefined;
  let line = from;
  for (const last = Math.min(from + NEAR, starts.length); line < last; line++) {
    let start = starts[line] ?? text.length;
    if (chomp) while (text.charCodeAt(start) === TAB) start++;
    if (text.startsWith(name, start) && isLineEnd(lines, line, start + name.length)) break;
  }
  terminators.searched = searched + (starts[line] ?? text.length) - (starts[from] ?? text.length);
  return line < Math.min(from + NEAR, starts.length) ? line : undefined;
}

/** Lines. */
const NEAR = 200;
const TAB = 9;

function isLineEnd(lines: Lines, line: number, offset: number): boolean {
  return offset === lineRange(lines, line).end;
}

function indexLines(lines: Lines, chomp: boolean): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (let line = 0; line < lines.starts.length; line++) {
    const { start, end } = lineRange(lines, line);
    const text = lines.text.slice(start, end);
    const key = chomp ? text.replace(/^\t+/, '') : text;
    const numbers = index.get(key);
    if (numbers) numbers.push(line);
    else index.set(key, [line]);
  }
  return index;
}

export interface ReadHeredocs {
  readonly heredocs: readonly Heredoc[];
  /** The first line after the bodies. */
  readonly nextLine: number;
  /** The word whose closing line is missing. */
  readonly open?: Range;
}

/**
 * Reads the bodies that follow on `line`. A heredoc that is never closed takes no lines, so that the instructions after a
 * half-typed one stay; BuildKit refuses the file.
 */
export function readHeredocs(
  terminators: Terminators,
  joined: Joined,
  marks: readonly HeredocMark[],
  line: number,
): ReadHeredocs {
  const { lines } = terminators;
  const heredocs: Heredoc[] = [];
  let nextLine = line;
  for (const mark of marks) {
    const range = rangeIn(joined, mark.start, mark.end);
    const { name, expand, chomp } = mark;
    const start = lines.starts[nextLine] ?? lines.text.length;
    const close = closingLine(terminators, mark, nextLine);
    if (close === undefined) {
      const { end } = lineRange(lines, nextLine - 1);
      heredocs.push({ name, content: '', contentRange: { start: end, end }, expand, chomp, range });
      return { heredocs, nextLine, open: range };
    }
    const contentRange = { start, end: lines.starts[close] ?? lines.text.length };
    const content = join(lines.text, bodyPieces(lines.text, contentRange, chomp)).text;
    heredocs.push({ name, content, contentRange, expand, chomp, range });
    nextLine = close + 1;
  }
  return { heredocs, nextLine };
}

/** The heredoc's body as a program, leading tabs cut where the heredoc asks for it. */
export function heredocProgram(file: string, { contentRange, chomp }: Heredoc): Joined {
  return join(file, bodyPieces(file, contentRange, chomp));
}

function bodyPieces(file: string, range: Range, chomp: boolean): readonly Range[] {
  if (!chomp) return [range];
  const pieces: Range[] = [];
  for (let start = range.start; start < range.end; ) {
    const feed = file.indexOf('\n', start);
    const end = feed < 0 || feed >= range.end ? range.end : feed + 1;
    while (start < end && file[start] === '\t') start++;
    pieces.push({ start, end });
    start = end;
  }
  return pieces.length > 0 ? pieces : [range];
}
