import type { Comment, Range } from '../core/text.js';
import { isSpace, skipSpace } from './characters.js';
import { type Joined, join } from './joined.js';

/** Offsets at which the lines start as BuildKit counts them: only a line feed ends a line. */
export interface Lines {
  readonly text: string;
  readonly starts: readonly number[];
}

/** One instruction's text: its lines without continuation characters, without the comments and empty lines between them. */
export interface LogicalLine {
  readonly joined: Joined;
  /** Offset of its first character, even when that is but a continuation character. */
  readonly start: number;
  /** The first line after it. */
  readonly nextLine: number;
}

export function linesOf(text: string): Lines {
  const starts: number[] = [];
  for (let start = 0; start < text.length; ) {
    starts.push(start);
    const feed = text.indexOf('\n', start);
    start = feed < 0 ? text.length : feed + 1;
  }
  return { text, starts };
}

/** The line without its line end. A byte order mark before the first line is not part of it. */
export function lineRange({ text, starts }: Lines, line: number): Range {
  const from = starts[line] ?? text.length;
  const start = line === 0 && text.charCodeAt(0) === 0xfeff ? 1 : from;
  let end = starts[line + 1] ?? text.length;
  if (end > start && text.charCodeAt(end - 1) === 10) end--;
  while (end > start && text.charCodeAt(end - 1) === 13) end--;
  return { start, end };
}

/** The comment that the line consists of, white space before it aside. */
export function commentOn(lines: Lines, line: number): Comment | undefined {
  const first = lines.text.charCodeAt(lines.starts[line] ?? 0);
  // Most lines begin with a letter: those are told apart without a range.
  if ((first >= 65 && first <= 90) || (first >= 97 && first <= 122)) return undefined;
  const { start, end } = lineRange(lines, line);
  const hash = skipSpace(lines.text, start, end);
  if (hash >= end || lines.text.charCodeAt(hash) !== 35) return undefined;
  return { text: lines.text.slice(hash, end), range: { start: hash, end }, ownLine: true };
}

/**
 * The instruction that starts on `line`; undefined when the line is blank. Comments between its lines are added to `comments`.
 * BuildKit drops white space before the first line only, and continues past comments and blank lines up to the end of the file.
 */
export function readLogicalLine(
  lines: Lines,
  line: number,
  escape: string,
  comments: Comment[],
): LogicalLine | undefined {
  const { text } = lines;
  const whole = lineRange(lines, line);
  const first = { start: skipSpace(text, whole.start, whole.end), end: whole.end };
  if (first.start === first.end) return undefined;
  let cut = continuationAt(text, first, escape);
  const pieces: Range[] = [{ start: first.start, end: cut ?? first.end }];
  let next = line + 1;
  while (cut !== undefined && next < lines.starts.length) {
    const range = lineRange(lines, next);
    const comment = commentOn(lines, next);
    next++;
    if (comment) comments.push(comment);
    if (comment || skipSpace(text, range.start, range.end) === range.end) continue;
    cut = continuationAt(text, range, escape);
    pieces.push({ start: range.start, end: cut ?? range.end });
  }
  return { joined: join(text, pieces), start: first.start, nextLine: next };
}

/** Offset of the continuation character that ends the line: alone, or after any character but itself; blanks may follow it. */
function continuationAt(text: string, { start, end }: Range, escape: string): number | undefined {
  let offset = end;
  while (offset > start && isTabOrBlank(text.charCodeAt(offset - 1))) offset--;
  const at = offset - 1;
  if (at < start || text[at] !== escape) return undefined;
  return at > start && text[at - 1] === escape ? undefined : at;
}

function isTabOrBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Whether the text from `start` to `end` is nothing but white space. */
export function isBlankText(text: string, start: number, end: number): boolean {
  for (let offset = start; offset < end; offset++) if (!isSpace(text.charCodeAt(offset))) return false;
  return true;
}
