import { type Expanded, type Range, type Spanned, UNKNOWN } from '../core/text.js';
import { expand, type Variables } from './interpolate.js';

/** One line of an env file. */
export interface DotenvEntry {
  readonly name: Spanned;
  /** Absent: it is taken from the caller's environment. The range leaves quotes out. */
  readonly value?: Expanded & { readonly range: Range };
  /** Name to end of value, quotes included. */
  readonly range: Range;
}

/**
 * Reads an env file as compose does (https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax):
 * `export`, comments, single quotes that keep everything, double quotes with escapes, both over several lines, and variables of
 * the lines above or of `outer`. Lines that are none of that are left out.
 */
export function readDotenv(text: string, outer?: Variables): readonly DotenvEntry[] {
  const values = new Map<string, string>();
  const variables: Variables = {
    get: (name) => outer?.get(name) ?? values.get(name),
    complete: false,
    ...(outer?.placeOf ? { placeOf: outer.placeOf } : {}),
  };
  const entries: DotenvEntry[] = [];
  const line = /(?:^|(?<=[\n\r]))\uFEFF?[ \t]*(?:export[ \t]+)?([\w.[\]-]+)[ \t]*(?:[=:][ \t]*|(?=[\r\n]|$))/dgu;
  for (let found = line.exec(text); found; found = line.exec(text)) {
    const name = found[1] ?? '';
    const end = found.index + found[0].length;
    const start = found.indices?.[1]?.[0] ?? found.index;
    const key = { value: name, range: { start, end: start + name.length } };
    if (!/[=:][ \t]*$/.test(found[0])) {
      entries.push({ name: key, range: key.range });
      continue;
    }
    const value = valueAt(text, end, variables);
    values.set(name, value.text.value);
    entries.push({ name: key, value: { ...value.text, range: value.inner }, range: { start, end: value.end } });
    line.lastIndex = value.end;
  }
  return entries;
}

interface Value {
  readonly text: Expanded;
  readonly inner: Range;
  readonly end: number;
}

function valueAt(text: string, start: number, variables: Variables): Value {
  const quote = text.charAt(start);
  const close = quote === '"' || quote === "'" ? closingQuote(text, start) : -1;
  if (close < 0) return bareValue(text, start, variables);
  const inner = { start: start + 1, end: close };
  const written = text.slice(inner.start, close);
  const single = { value: written.replaceAll("\\'", "'"), known: true, literal: true };
  return { text: quote === "'" ? single : expand(unescaped(written), variables), inner, end: close + 1 };
}

/** The next one that no backslash stands before; -1: none. */
function closingQuote(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (text.charAt(at) === quote) return at;
  }
  return -1;
}

/** To the end of the line, or to a comment behind white space. */
function bareValue(text: string, start: number, variables: Variables): Value {
  let lineEnd = start;
  while (lineEnd < text.length && !'\r\n'.includes(text.charAt(lineEnd))) lineEnd++;
  let end = start;
  for (let at = start; at < lineEnd; at++) {
    const char = text.charAt(at);
    if (char === '#' && (at === start || ' \t'.includes(text.charAt(at - 1)))) break;
    if (char !== ' ' && char !== '\t') end = at + 1;
  }
  return { text: expand(text.slice(start, end), variables), inner: { start, end }, end };
}

/** A dollar behind a backslash is one that no variable begins with. */
function unescaped(written: string): string {
  return written.replaceAll(/\\(.)/gsu, (whole, char: string) => ESCAPES[char] ?? whole);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$$' };

/**
 * The variables that an env file gives.
 *
 * @param start where the file begins on the number line of positions.
 * @param outer those that win over it.
 */
export function variablesOf(text: string, start: number, outer?: Variables): Variables {
  const entries = new Map(readDotenv(text, outer).map((it) => [it.name.value, it]));
  return {
    get: (name) => {
      const known = outer?.get(name);
      const value = entries.get(name)?.value?.value;
      return known !== undefined && known !== UNKNOWN ? known : value;
    },
    complete: false,
    placeOf: (name) => {
      const known = outer?.placeOf?.(name);
      const range = entries.get(name)?.value?.range;
      return known ?? (range && { start: range.start + start, end: range.end + start });
    },
  };
}
