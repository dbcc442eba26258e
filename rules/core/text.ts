/** Half-open span of UTF-16 code units: `text.slice(start, end)`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A decoded value and the exact source it came from. */
export interface Spanned<T = string> {
  readonly value: T;
  readonly range: Range;
}

/**
 * Stands in an expanded text for what a variable without a known value would put there (U+FFFC, object replacement
 * character), so that the structure around it can still be read.
 */
export const UNKNOWN = '\uFFFC';

/** A text after its variables were replaced. */
export interface Expanded {
  /** Has {@link UNKNOWN} where a variable's value cannot be told. */
  readonly value: string;
  /** No {@link UNKNOWN} is in it. */
  readonly known: boolean;
  /** No variable is written in it at all. */
  readonly literal: boolean;
  /** The variables whose values went in from a file, each with the place of its value there (elsewhere.ts). */
  readonly from?: readonly Spanned[];
}

/** Whether the value is written out, here or in the file of the variables, and is no default that a caller may replace. */
export function isSet({ literal, from }: Pick<Expanded, 'literal' | 'from'>): boolean {
  return literal || from !== undefined;
}

/** A comment from `#` to the end of the line, without the line end. */
export interface Comment {
  readonly text: string;
  readonly range: Range;
  /** Nothing but white space stands before it on its line. */
  readonly ownLine: boolean;
}

export type LineEnd = '\n' | '\r\n';

/** Zero-based line and zero-based UTF-16 column. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Offsets at which the lines of `text` start; LF, CRLF and a lone CR end a line, as in the Language Server Protocol. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset);
    if (code === 13 && text.charCodeAt(offset + 1) === 10) continue;
    if (code === 10 || code === 13) starts.push(offset + 1);
  }
  return starts;
}

/** The position of `offset`, found by halving in the result of {@link lineStarts}. */
export function positionAt(starts: readonly number[], offset: number): Position {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= offset) low = middle;
    else high = middle;
  }
  return { line: low, column: offset - (starts[low] ?? 0) };
}

/** The line end that most lines of `text` have; LF for a text of one line. */
export function lineEndOf(text: string): LineEnd {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
}

export function contains(outer: Range, inner: Range): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** Whether the two spans share a code unit, or touch where one of them is empty. */
export function overlaps(first: Range, second: Range): boolean {
  if (first.start === first.end || second.start === second.end)
    return first.start <= second.end && second.start <= first.end;
  return first.start < second.end && second.start < first.end;
}
