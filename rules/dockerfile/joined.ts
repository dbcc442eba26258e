import type { Range } from '../core/text.js';

/** A text joined from pieces of the file (continued lines, a heredoc's body), with the way back to their places. */
export interface Joined {
  readonly text: string;
  /** Where each piece starts in `text`, ascending. */
  readonly starts: readonly number[];
  /** Where each piece starts in the file. */
  readonly offsets: readonly number[];
}

const FIRST: readonly number[] = [0];

/** `file.slice(start, end)` for each piece, joined. Empty pieces are left out unless all are empty. */
export function join(file: string, pieces: readonly Range[]): Joined {
  const [only] = pieces;
  if (only && pieces.length === 1)
    return { text: file.slice(only.start, only.end), starts: FIRST, offsets: [only.start] };
  const starts: number[] = [];
  const offsets: number[] = [];
  const texts: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    if (piece.start >= piece.end) continue;
    starts.push(length);
    offsets.push(piece.start);
    texts.push(file.slice(piece.start, piece.end));
    length += piece.end - piece.start;
  }
  if (starts.length > 0) return { text: texts.join(''), starts, offsets };
  return { text: '', starts: [0], offsets: [pieces[0]?.start ?? 0] };
}

/** The place in the file of an offset in the text; the end of the text is the end of the last piece. */
export function offsetAt({ starts, offsets }: Joined, offset: number): number {
  if (starts.length === 1) return (offsets[0] ?? 0) + offset;
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Number.POSITIVE_INFINITY) <= offset) low = middle;
    else high = middle;
  }
  return (offsets[low] ?? 0) + offset - (starts[low] ?? 0);
}

/** The place in the file of a part of the text: what lies between its first and its last character. */
export function rangeIn(joined: Joined, start: number, end: number): Range {
  const first = offsetAt(joined, start);
  return { start: first, end: start >= end ? first : offsetAt(joined, end - 1) + 1 };
}
