import type { Spanned } from '../core/text.js';
import type { Joined } from './joined.js';
import { rangeIn } from './joined.js';

/**
 * The JSON form: its words; `mixed` for valid JSON with something else than strings in it, which BuildKit refuses;
 * undefined for anything else, which BuildKit takes for the shell form.
 */
export function readJsonWords(joined: Joined, start: number, end: number): readonly Spanned[] | 'mixed' | undefined {
  const { text } = joined;
  if (text[start] !== '[' || start >= end) return undefined;
  const words: Spanned[] = [];
  let offset = skip(text, start + 1, end);
  if (text[offset] === ']' && offset < end) return skip(text, offset + 1, end) === end ? words : undefined;
  while (offset < end) {
    if (text[offset] !== '"') return isJson(text.slice(start, end)) ? 'mixed' : undefined;
    const close = stringEnd(text, offset, end);
    const value = close === undefined ? undefined : decode(text.slice(offset, close));
    if (close === undefined || value === undefined) return undefined;
    words.push({ value, range: rangeIn(joined, offset, close) });
    offset = skip(text, close, end);
    if (offset < end && text[offset] === ']') return skip(text, offset + 1, end) === end ? words : undefined;
    if (offset >= end || text[offset] !== ',') return undefined;
    offset = skip(text, offset + 1, end);
  }
  return undefined;
}

function skip(text: string, start: number, end: number): number {
  let offset = start;
  while (offset < end && isJsonSpace(text.charCodeAt(offset))) offset++;
  return offset;
}

function isJsonSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

function stringEnd(text: string, start: number, end: number): number | undefined {
  for (let offset = start + 1; offset < end; offset++) {
    if (text[offset] === '\\') offset++;
    else if (text[offset] === '"') return offset + 1;
  }
  return undefined;
}

function decode(literal: string): string | undefined {
  if (/^"[ !#-[\]-~]*"$/.test(literal)) return literal.slice(1, -1);
  try {
    const value: unknown = JSON.parse(literal);
    // Go has no lone surrogates in a string: each becomes U+FFFD.
    return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\uFFFD') : undefined;
  } catch {
    return undefined;
  }
}

/** Go's reader refuses deeper nesting than this. */
const MAX_DEPTH = 10_000;

function isJson(text: string): boolean {
  if (isDeeper(text, MAX_DEPTH)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let offset = 0; offset < text.length && depth <= limit; offset++) {
    const char = text[offset];
    if (char === '"') offset = (stringEnd(text, offset, text.length) ?? text.length) - 1;
    else if (char === '[' || char === '{') depth++;
    else if (char === ']' || char === '}') depth--;
  }
  return depth > limit;
}
