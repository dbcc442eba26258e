import { lineStartAt } from '../rules/core/edit.js';
import type { Range } from '../rules/core/text.js';
import { maskLine } from './mask.js';
import type { Excerpt } from './report.js';

/** Columns of a terminal that one line of source may take. */
const WIDTH = 100;

/**
 * The line in which `range` starts, with what of the range lies in it and without secrets; undefined where hiding them
 * would move the marks to a wrong place.
 */
export function excerptOf(text: string, range: Range): Excerpt | undefined {
  const line = lineOf(text, range.start);
  const lineStart = lineStartAt(text, range.start);
  const start = Math.min(range.start - lineStart, line.length);
  const end = Math.max(start, Math.min(range.end - lineStart, line.length));
  const masked = withoutSecrets(line, start, end);
  return masked && cut(masked);
}

/** The line that holds `offset`, without its end. */
export function lineOf(text: string, offset: number): string {
  const found = text.indexOf('\n', offset);
  return text.slice(lineStartAt(text, offset), found < 0 ? text.length : found).replace(/\r$/, '');
}

function withoutSecrets(text: string, start: number, end: number): Excerpt | undefined {
  const masked = maskLine(text);
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
