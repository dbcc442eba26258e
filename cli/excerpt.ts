import { lineStartAt } from '../rules/core/edit.js';
import type { Range } from '../rules/core/text.js';
import { maskLine } from './mask.js';
import type { Excerpt } from './report.js';

/** Columns of a terminal that one line of source may take. */
const WIDTH = 100;

/** A line of source, as it is and as it may be shown. */
export interface MaskedLine {
  readonly start: number;
  readonly text: string;
  readonly masked: string;
}

/** The line that holds an offset; several findings of one line mask it once. */
export function maskedLines(text: string): (offset: number) => MaskedLine {
  let last: MaskedLine | undefined;
  return (offset) => {
    const start = lineStartAt(text, offset);
    if (last?.start !== start) {
      const line = lineFrom(text, start);
      last = { start, text: line, masked: maskLine(line) };
    }
    return last;
  };
}

/**
 * The line in which `range` starts, with what of the range lies in it; undefined where hiding secrets would move the
 * marks to a wrong place.
 */
export function excerptOf(line: MaskedLine, range: Range): Excerpt | undefined {
  const start = Math.min(range.start - line.start, line.text.length);
  const end = Math.max(start, Math.min(range.end - line.start, line.text.length));
  const shown = withoutSecrets(line, start, end);
  return shown && cut(shown);
}

/** Without its end. */
function lineFrom(text: string, start: number): string {
  const found = text.indexOf('\n', start);
  return text.slice(start, found < 0 ? text.length : found).replace(/\r$/, '');
}

function withoutSecrets({ text, masked }: MaskedLine, start: number, end: number): Excerpt | undefined {
  if (masked === text) return { text, start, end };
  // What is before the range and in it may have become shorter.
  const before = maskLine(text.slice(0, start));
  const through = maskLine(text.slice(0, end));
  if (!masked.startsWith(before) || !masked.startsWith(through)) return undefined;
  return { text: masked, start: before.length, end: Math.max(before.length, through.length) };
}

function cut({ text: line, start, end }: Excerpt): Excerpt {
  const indentation = line.length - line.trimStart().length;
  const first = Math.min(indentation, start);
  const from = end - first > WIDTH && start - first > WIDTH / 2 ? start - 20 : first;
  const head = from > first ? '…' : '';
  const tail = line.length - from > WIDTH ? '…' : '';
  const text = head + line.slice(from, from + WIDTH) + tail;
  const shift = head.length - from;
  return { text, start: start + shift, end: Math.min(end + shift, text.length) };
}
