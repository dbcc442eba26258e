import type { LineEnd, Range } from './text.js';

/** Replaces `range` with `text`; an empty range inserts, an empty text deletes. */
export interface Edit {
  readonly range: Range;
  readonly text: string;
}

/** What an edit needs to know of the file it changes. */
export interface EditableText {
  readonly text: string;
  readonly eol: LineEnd;
}

/**
 * The text after all edits. They must be sorted by start and disjoint.
 * @throws RangeError when they are not, or point outside the text.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const { range, text: replacement } of edits) {
    if (range.start < position || range.end < range.start || range.end > text.length)
      throw new RangeError(`Edit ${range.start}..${range.end} overlaps the one before it or leaves the text.`);
    result += text.slice(position, range.start) + replacement;
    position = range.end;
  }
  return result + text.slice(position);
}

export function lineStartAt(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset behind the line end of the line that holds `offset`, or the end of the text. */
export function nextLineStart(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found < 0 ? text.length : found + 1;
}

/** Inserts `line` above the line that holds `offset`, with that line's indentation. */
export function insertLineAbove({ text, eol }: EditableText, offset: number, line: string): Edit {
  const start = lineStartAt(text, offset);
  const indentation = /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  return { range: { start, end: start }, text: indentation + line + eol };
}

/** Inserts `line` below the line that holds `offset`, with that line's indentation. */
export function insertLineBelow({ text, eol }: EditableText, offset: number, line: string): Edit {
  const start = lineStartAt(text, offset);
  const indentation = /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
  const next = nextLineStart(text, offset);
  const closed = text[next - 1] === '\n';
  return closed
    ? { range: { start: next, end: next }, text: indentation + line + eol }
    : { range: { start: text.length, end: text.length }, text: eol + indentation + line };
}

/** Deletes the whole lines that `range` touches, with the line end of the last. */
export function deleteLines(text: string, range: Range): Edit {
  const start = lineStartAt(text, range.start);
  const end = nextLineStart(text, Math.max(range.start, range.end - 1));
  return { range: { start, end }, text: '' };
}
