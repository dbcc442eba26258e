import type { Range } from '../core/text.js';
import type { ComposeScalar } from './model.js';

/** The text inside the quotes, or all of it where there are none. */
export function innerRange({ range, style, written }: ComposeScalar): Range {
  if (style !== 'single' && style !== 'double') return range;
  const closed = written.length > 1 && written.endsWith(written.charAt(0));
  return { start: range.start + 1, end: range.end - (closed ? 1 : 0) };
}

/** Whether each character of the text stands in the source as it is, one behind the other. */
export function isExact(node: ComposeScalar): boolean {
  const { start, end } = innerRange(node);
  // Escapes and folded lines make the source longer than what it stands for, never shorter.
  return node.style !== 'block' && end - start === node.text.length;
}

/** The place of a part of a scalar's text; the whole of its text where the part cannot be told from the source. */
export function rangeWithin(node: ComposeScalar, start: number, end: number): Range {
  const inner = innerRange(node);
  return isExact(node) ? { start: inner.start + start, end: inner.start + end } : inner;
}

/** Offset in the file for each offset of a scalar's text, and one more for its end. */
export function offsetsOf(node: ComposeScalar): (offset: number) => number {
  const inner = innerRange(node);
  if (isExact(node)) return (offset) => Math.min(inner.start + offset, inner.end);
  const source = node.written.slice(inner.start - node.range.start, inner.end - node.range.start);
  const from = node.style === 'block' ? headerLength(source) : 0;
  const offsets =
    node.style === 'double'
      ? doubleOffsets(source, node.text)
      : foldedOffsets(source, from, node.text, node.style === 'single');
  return (offset) => inner.start + (offsets[offset] ?? source.length);
}

/** The line of `|` or `>` with its line end. */
function headerLength(source: string): number {
  const end = source.indexOf('\n');
  return end < 0 ? source.length : end + 1;
}

/** What is no white space stands in the text as in the source; runs of white space are aligned at their ends. */
function foldedOffsets(source: string, from: number, text: string, doubledQuotes: boolean): readonly number[] {
  const offsets: number[] = [];
  let at = from;
  let index = 0;
  while (index < text.length) {
    const textEnd = blankEnd(text, index);
    const sourceEnd = blankEnd(source, at);
    alignBlanks(offsets, text.slice(index, textEnd), source, at, sourceEnd);
    index = textEnd;
    at = sourceEnd;
    while (index < text.length && !isBlank(text.charAt(index))) {
      offsets.push(at);
      at += doubledQuotes && source.startsWith("''", at) ? 2 : 1;
      index++;
    }
  }
  return offsets;
}

/** Line ends of the text in the order of those of the source, the blanks behind the last one from the right. */
function alignBlanks(offsets: number[], blanks: string, source: string, start: number, end: number): void {
  const tail = blanks.length - 1 - blanks.lastIndexOf('\n');
  let at = start;
  for (let index = 0; index < blanks.length - tail; index++) {
    const wanted = blanks.charAt(index);
    const found = source.indexOf(wanted, at);
    if (found >= 0 && found < end) at = found;
    const pair = wanted === '\n' && at > start && source.charAt(at - 1) === '\r';
    offsets.push(Math.min(pair ? at - 1 : at, end));
    at = Math.min(at + 1, end);
  }
  for (let index = tail; index > 0; index--) offsets.push(Math.max(at, end - index));
}

function blankEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isBlank(text.charAt(end))) end++;
  return end;
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

/** Follows the escapes and folded lines of a text in double quotes. */
function doubleOffsets(source: string, text: string): readonly number[] {
  const offsets: number[] = [];
  let at = 0;
  while (at < source.length && offsets.length < text.length) {
    if (source.charAt(at) === '\\') {
      const length = escapeLength(source, at);
      const continued = /[\r\n]/.test(source.charAt(at + 1));
      if (!continued) for (let unit = 0; unit < unitsOf(source, at); unit++) offsets.push(at);
      at = continued ? blankEnd(source, at + 1) : at + length;
      continue;
    }
    const end = blankEnd(source, at);
    if (end === at) {
      offsets.push(at++);
      continue;
    }
    const lines = source.slice(at, end).split('\n').length - 1;
    if (lines === 0) for (let blank = at; blank < end; blank++) offsets.push(blank);
    else for (let line = 0; line < Math.max(1, lines - 1); line++) offsets.push(at);
    at = end;
  }
  return offsets;
}

function escapeLength(source: string, at: number): number {
  return { x: 4, u: 6, U: 10 }[source.charAt(at + 1)] ?? 2;
}

/** UTF-16 units that an escape stands for. */
function unitsOf(source: string, at: number): number {
  return source.charAt(at + 1) === 'U' && Number.parseInt(source.slice(at + 2, at + 10), 16) > 0xffff ? 2 : 1;
}
