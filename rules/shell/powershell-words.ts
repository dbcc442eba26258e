import { decoded, type Found, type RawWord, rangeIn, type Source } from './draft.js';
import type { ShellRedirect } from './model.js';

/** A piece of a word that holds statements or a method's arguments. */
export interface Hole {
  readonly kind: 'group' | 'block' | 'method';
  readonly start: number;
  readonly end: number;
  /** The method's name. */
  readonly name?: { readonly start: number; readonly end: number };
}

export interface Token {
  readonly raw: RawWord;
  readonly start: number;
  readonly end: number;
  /** What stands before the first hole. */
  readonly head: string;
  readonly holes: readonly Hole[];
}

export interface Reading {
  readonly source: Source;
  readonly found: Found[];
  readonly state: { complete: boolean };
}

export function redirectAt(
  reading: Reading,
  start: number,
  end: number,
): { redirect: ShellRedirect; end: number } | undefined {
  const { source } = reading;
  const written = /^([\d*])?(>>?)(&\d)?/.exec(source.text.slice(start, Math.min(start + 5, end)));
  if (!written?.[2]) return undefined;
  const from = start + written[0].length;
  const descriptor = written[1] && written[1] !== '*' ? { descriptor: Number(written[1]) } : {};
  if (written[3]) {
    const target = { value: written[3].slice(1), range: rangeIn(source, from - 1, from), literal: true };
    return { redirect: { operator: '>&', ...descriptor, target, range: rangeIn(source, start, from) }, end: from };
  }
  let position = from;
  while (source.text[position] === ' ' && position < end) position++;
  const token = tokenAt(reading, position, end);
  const operator = written[1] === '*' ? `&${written[2]}` : written[2];
  return {
    redirect: { operator, ...descriptor, target: token.raw.word, range: rangeIn(source, start, token.end) },
    end: token.end,
  };
}

/** One word: text, quoted pieces, variables, and the holes in it. */
export function tokenAt(reading: Reading, start: number, end: number): Token {
  const { source, state } = reading;
  const { text } = source;
  const offsets: number[] = [];
  const holes: Hole[] = [];
  const pieces: string[] = [];
  let length = 0;
  let after = start;
  let literal = true;
  let head: number | undefined;
  let position = start;
  const add = (from: number, to: number) => {
    for (let index = from; index < to; index++) offsets.push(index);
    pieces.push(text.slice(from, to));
    length += to - from;
    after = to;
  };
  const hole = (open: number, kind: Hole['kind'] | undefined, name?: Hole['name']) => {
    const close = balanced(text, open, end);
    if (text[close] === undefined || close >= end) state.complete = false;
    head ??= length;
    literal = false;
    if (kind) holes.push({ kind, start: open + 1, end: Math.min(close, end), ...(name ? { name } : {}) });
    add(position, Math.min(close + 1, end));
    position = Math.min(close + 1, end);
  };
  while (position < end) {
    const character = text[position] ?? '';
    if (/[\s;|,)}>]/.test(character) || text.startsWith('&&', position)) break;
    if (character === '`') {
      const next = text[position + 1];
      if (next === undefined || next === '\n' || next === '\r') break;
      add(position + 1, position + 2);
      position += 2;
    } else if (character === "'" || character === '"') {
      position = quoted(position, character);
    } else if (character === '@' && (text[position + 1] === "'" || text[position + 1] === '"')) {
      position = hereString(position);
    } else if (character === '(') {
      const name = /[.:]([A-Za-z_]\w*)$/.exec(text.slice(Math.max(start, position - 60), position))?.[1];
      if (name) hole(position, 'method', { start: position - name.length, end: position });
      else hole(position, 'group');
    } else if (character === '{') {
      const before = text[position - 1];
      hole(position, before === '@' || before === '$' ? undefined : 'block');
    } else {
      if (character === '$') literal = false;
      add(position, position + 1);
      position++;
    }
  }
  const value = pieces.join('');
  offsets.push(after);
  const word = { value, range: rangeIn(source, start, position), literal };
  return {
    raw: { word, source: () => decoded(source, value, offsets) },
    start,
    end: position,
    head: head === undefined ? value : value.slice(0, head),
    holes,
  };

  function quoted(open: number, quote: string): number {
    let index = open + 1;
    while (index < end) {
      const character = text[index];
      if (character === quote) {
        if (text[index + 1] !== quote) return index + 1;
        add(index, index + 1);
        index += 2;
      } else if (quote === '"' && character === '`' && index + 1 < end) {
        add(index + 1, index + 2);
        index += 2;
      } else if (quote === '"' && text.startsWith('$(', index)) {
        const close = Math.min(balanced(text, index + 1, end), end);
        holes.push({ kind: 'group', start: index + 2, end: close });
        head ??= length;
        literal = false;
        add(index, Math.min(close + 1, end));
        index = close + 1;
      } else {
        if (quote === '"' && character === '$') literal = false;
        add(index, index + 1);
        index++;
      }
    }
    state.complete = false;
    return end;
  }

  function hereString(open: number): number {
    const quote = text[open + 1] ?? "'";
    const from = text.indexOf('\n', open);
    const close = from < 0 ? -1 : text.indexOf(`\n${quote}@`, from);
    if (close < 0 || close >= end) {
      state.complete = false;
      add(open, end);
      return end;
    }
    if (quote === '"' && text.slice(from + 1, close).includes('$')) literal = false;
    add(Math.min(from + 1, close), close);
    return close + 3;
  }
}

/** Offset of the bracket that closes the one at `open`; `end` when there is none. Strings are stepped over. */
function balanced(text: string, open: number, end: number): number {
  let depth = 0;
  for (let index = open; index < end; index++) {
    const character = text[index];
    if (character === '(' || character === '{') depth++;
    else if (character === ')' || character === '}') {
      depth--;
      if (depth === 0) return index;
    } else if (character === '`') index++;
    else if (character === "'" || character === '"') {
      let close = index + 1;
      while (close < end && text[close] !== character) close += character === '"' && text[close] === '`' ? 2 : 1;
      index = close;
    }
  }
  return end;
}

export function commentEnd(text: string, start: number, end: number): number {
  const close = text[start] === '<' ? text.indexOf('#>', start) + 2 : text.indexOf('\n', start);
  return close <= start ? end : Math.min(close, end);
}
