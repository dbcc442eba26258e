import { isBlank, isSpace } from './characters.js';

/** A word inside a text: `value` is what BuildKit takes it for, quotes and escapes kept where it keeps them. */
export interface Word {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Words between blanks, quotes meaning nothing: FROM, EXPOSE, COPY. Empty for an empty text. */
export function blankWords(text: string, start: number, end: number): readonly Word[] {
  const words: Word[] = [];
  if (start >= end) return words;
  let from = start;
  for (let offset = start; offset <= end; offset++) {
    if (offset < end && !isBlank(text.charCodeAt(offset))) continue;
    words.push({ value: text.slice(from, offset), start: from, end: offset });
    while (offset + 1 < end && isBlank(text.charCodeAt(offset + 1))) offset++;
    from = offset + 1;
  }
  return words;
}

/** Words in which quotes and escapes protect white space: ENV, ARG, LABEL. Quotes and escapes stay in them. */
export function quotedWords(text: string, start: number, end: number, escape: string): readonly Word[] {
  const words: Word[] = [];
  let offset = start;
  while (true) {
    while (offset < end && isSpace(text.charCodeAt(offset))) offset++;
    if (offset >= end) return words;
    const word = quotedWord(text, offset, end, escape);
    if (word.value.length > 0) words.push(word);
    offset = word.end;
  }
}

function quotedWord(text: string, start: number, end: number, escape: string): Word {
  let quote = '';
  let offset = start;
  for (; offset < end; offset++) {
    const char = text.charAt(offset);
    if (char === escape && quote !== "'") {
      // An escape character that ends the text protects nothing and is dropped.
      if (offset + 1 === end) return { value: text.slice(start, offset), start, end };
      offset++;
    } else if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (isSpace(text.charCodeAt(offset))) break;
  }
  return { value: text.slice(start, offset), start, end: offset };
}

export interface FlagWord extends Word {
  /** Quotes or escapes were removed, so offsets in `value` are not those of the text. */
  readonly decoded: boolean;
}

/** The `--flag` words at the start of the arguments, and where the rest begins. A lone `--` ends them. */
export function flagWords(
  text: string,
  start: number,
  end: number,
): { readonly flags: readonly FlagWord[]; readonly rest: number } {
  const flags: FlagWord[] = [];
  let offset = start;
  while (true) {
    while (offset < end && isAsciiSpace(text.charCodeAt(offset))) offset++;
    if (offset >= end) return { flags, rest: end };
    if (text[offset] !== '-' || text[offset + 1] !== '-' || offset + 1 >= end) return { flags, rest: offset };
    const word = flagWord(text, offset, end);
    offset = word.end;
    if (word.value === '--') return { flags, rest: offset };
    flags.push(word);
  }
}

/** BuildKit looks for flags byte by byte, so that wider white space is none to it here. */
function isAsciiSpace(code: number): boolean {
  return code < 0x80 && isSpace(code);
}

/** In flags the escape character is always the backslash, whatever the directive says. */
function flagWord(text: string, start: number, end: number): FlagWord {
  const parts: string[] = [];
  let quote = '';
  let from = start;
  let offset = start;
  for (; offset < end; offset++) {
    const char = text.charAt(offset);
    if (char === '\\') {
      parts.push(text.slice(from, offset));
      from = ++offset;
    } else if (quote !== '' ? char === quote : char === '"' || char === "'") {
      parts.push(text.slice(from, offset));
      from = offset + 1;
      quote = quote === '' ? char : '';
    } else if (quote === '' && isAsciiSpace(text.charCodeAt(offset))) break;
  }
  const stop = Math.min(offset, end);
  parts.push(text.slice(from, stop));
  return { value: parts.join(''), start, end: stop, decoded: parts.length > 1 };
}
