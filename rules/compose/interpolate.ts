import { type Expanded, type Range, type Spanned, UNKNOWN } from '../core/text.js';

/** What is known of the variables that compose would see. */
export interface Variables {
  /** The value of a variable that is set; undefined: not known to be set. */
  readonly get: (name: string) => string | undefined;
  /** Nothing but what `get` tells is set, so a variable without a value is empty and `${X:+text}` is empty. */
  readonly complete: boolean;
  /** Where the value of a variable is written. */
  readonly placeOf?: (name: string) => Range | undefined;
}

export const NOTHING_KNOWN: Variables = { get: () => undefined, complete: false };

/** Deeper ones stay as written. */
const MAX_NESTING = 20;

/**
 * Compose's interpolation (https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md): `$X`, `${X}`, the
 * operators `:-`, `-`, `:?`, `?`, `:+`, `+` with nested texts, and `$$`. What is no valid form stays as written.
 */
export function expand(text: string, variables: Variables): Expanded {
  const reader: Reader = { text, variables, position: 0, from: [] };
  const value = text.includes('$') ? readText(reader, false, 0) : text;
  const expanded = { value, known: !value.includes(UNKNOWN), literal: !hasVariable(text) };
  return reader.from.length > 0 ? { ...expanded, from: reader.from } : expanded;
}

interface Reader {
  readonly text: string;
  readonly variables: Variables;
  position: number;
  readonly from: Spanned[];
}

/** Up to the end, or to the `}` that closes the braces around it. */
function readText(reader: Reader, inBraces: boolean, depth: number): string {
  const { text } = reader;
  let result = '';
  while (reader.position < text.length) {
    if (inBraces && text.charAt(reader.position) === '}') return result;
    const next = nextSpecial(text, reader.position, inBraces);
    result += text.slice(reader.position, next);
    reader.position = next;
    if (text.charAt(next) === '$') result += readDollar(reader, depth);
  }
  return result;
}

function nextSpecial(text: string, from: number, inBraces: boolean): number {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '$' || (inBraces && char === '}')) return at;
  }
  return text.length;
}

function readDollar(reader: Reader, depth: number): string {
  const { text, position } = reader;
  const next = text.charAt(position + 1);
  if (next === '$') {
    reader.position += 2;
    return '$';
  }
  const braces = next === '{';
  const name = nameAt(text, position + (braces ? 2 : 1));
  if (name === '') {
    reader.position++;
    return '$';
  }
  if (braces) return readBraces(reader, name, depth);
  reader.position += 1 + name.length;
  return valueOf(reader, name) ?? withoutValue(reader.variables);
}

function readBraces(reader: Reader, name: string, depth: number): string {
  const { text, position: start, variables } = reader;
  const value = valueOf(reader, name);
  const behind = start + 2 + name.length;
  if (text.charAt(behind) === '}') {
    reader.position = behind + 1;
    return value ?? withoutValue(variables);
  }
  const colon = text.charAt(behind) === ':';
  const operator = text.charAt(behind + (colon ? 1 : 0));
  if (!'-?+'.includes(operator) || operator === '' || depth >= MAX_NESTING) return asWritten(reader, start);
  reader.position = behind + (colon ? 2 : 1);
  const word = readText(reader, true, depth + 1);
  // Nothing closes the braces, nor any that are open around them.
  if (reader.position >= text.length) return text.slice(start);
  reader.position++;
  const set = value !== undefined && !(colon && value === '');
  if (operator === '-') return set ? value : word;
  if (operator === '?') return set ? value : withoutValue(variables);
  if (set) return word;
  return variables.complete ? '' : UNKNOWN;
}

function valueOf({ variables, from }: Reader, name: string): string | undefined {
  const value = variables.get(name);
  const range = value === undefined ? undefined : variables.placeOf?.(name);
  if (range) from.push({ value: name, range });
  return value;
}

function asWritten(reader: Reader, start: number): string {
  reader.position = start + 1;
  return '$';
}

function withoutValue({ complete }: Variables): string {
  return complete ? '' : UNKNOWN;
}

function nameAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && (end === start ? isNameStart : isNamePart)(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

function isNameStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

function isNamePart(code: number): boolean {
  return isNameStart(code) || (code >= 48 && code <= 57);
}

/** Whether a `$` of the text is more than an escaped or lone one. */
export function hasVariable(text: string): boolean {
  for (let at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at)) {
    if (text.charAt(at + 1) === '$') {
      at += 2;
      continue;
    }
    const start = at + (text.charAt(at + 1) === '{' ? 2 : 1);
    if (isNameStart(text.charCodeAt(start))) return true;
    at++;
  }
  return false;
}
