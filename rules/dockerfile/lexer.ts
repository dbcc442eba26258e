import { isSpace } from './characters.js';
import { matchPattern } from './pattern.js';

/** What a variable holds where a word is expanded. */
export type VariableState =
  | { readonly kind: 'set'; readonly value: string }
  | { readonly kind: 'unset' }
  /** Declared without a value: `${X:-d}` is `d` unless the build gives one, `$X` alone is not known. */
  | { readonly kind: 'open' }
  /** Decided outside the file. */
  | { readonly kind: 'unknown' };

export interface LexerRules {
  readonly escape: string;
  /** Without it variables stay as written. */
  readonly lookup?: (name: string) => VariableState;
  /** Quotes and escapes stay in the result. */
  readonly raw: boolean;
  /** Stands for what cannot be known. */
  readonly unknown: string;
  readonly work: Work;
}

/** What all pattern matching of a file may still cost; without any left, results count as unknown. */
export interface Work {
  steps: number;
}

export function newWork(): Work {
  return { steps: 2_000_000 };
}

/** For texts whose variables stay as written. */
export const NO_WORK: Work = { steps: 0 };

/** A word of the result and the span of the source it came from. */
export interface LexedWord {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface Lexed {
  readonly value: string;
  /** `value` cut at unquoted white space. */
  readonly words: readonly LexedWord[];
  /** At least one variable is written in the text. */
  readonly variables: boolean;
  /** One of them with an operator: `${X:-d}`. */
  readonly operators: boolean;
}

/** Deeper `${a:-${b:-…}}` than this is refused. */
const MAX_DEPTH = 50;
/** Variables that would put more text than this into a word make it unknown: values can double with each line. */
const MAX_GROWTH = 8192;

interface State {
  readonly text: string;
  readonly rules: LexerRules;
  position: number;
  depth: number;
  variables: boolean;
  operators: boolean;
  grown: number;
}

/** Reads a text as BuildKit's shell lexer does; undefined where BuildKit reports an error (open quote, bad substitution). */
export function lex(text: string, rules: LexerRules): Lexed | undefined {
  const state: State = { text, rules, position: 0, depth: 0, variables: false, operators: false, grown: 0 };
  const words = startWords();
  const value = readUntil(state, undefined, rules.raw, words);
  if (value === undefined) return undefined;
  closeWord(words);
  return { value, words: words.done, variables: state.variables, operators: state.operators };
}

interface WordCollector {
  readonly done: LexedWord[];
  readonly parts: string[];
  start: number;
  end: number;
  open: boolean;
}

function startWords(): WordCollector {
  return { done: [], parts: [], start: 0, end: 0, open: false };
}

function closeWord(words: WordCollector): void {
  const value = words.parts.join('');
  if (value !== '') words.done.push({ value, start: words.start, end: words.end });
  words.parts.length = 0;
  words.open = false;
}

function addToWord(words: WordCollector, text: string, start: number, end: number): void {
  if (!words.open) words.start = start;
  words.open = true;
  words.end = end;
  words.parts.push(text);
}

/** White space in it parts words, as it does in the value of an unquoted variable. */
function addSplitting(words: WordCollector, text: string, start: number, end: number): void {
  let from = 0;
  for (let offset = 0; offset <= text.length; offset++) {
    if (offset < text.length && !isSpace(text.charCodeAt(offset))) continue;
    if (offset > from) addToWord(words, text.slice(from, offset), start, end);
    if (offset < text.length && words.open) closeWord(words);
    from = offset + 1;
  }
}

/** Reads up to the closing character, or to the end when there is none to wait for. */
function readUntil(state: State, stop: string | undefined, raw: boolean, words?: WordCollector): string | undefined {
  const { text, rules } = state;
  const parts: string[] = [];
  while (state.position < text.length) {
    const start = state.position;
    const char = text.charAt(start);
    if (char === stop) {
      state.position++;
      return parts.join('');
    }
    if (char === "'" || char === '"') {
      const quoted = char === '"' ? readDouble(state) : readSingle(state);
      if (quoted === undefined) return undefined;
      parts.push(quoted);
      if (words) addToWord(words, quoted, start, state.position);
    } else if (char === '$') {
      const value = readDollar(state);
      if (value === undefined) return undefined;
      parts.push(value);
      if (words) addSplitting(words, value, start, state.position);
    } else if (char === rules.escape) {
      state.position = Math.min(start + 2, text.length);
      const escaped = text.slice(raw ? start : start + 1, state.position);
      parts.push(escaped);
      if (words) addToWord(words, escaped, start, state.position);
    } else {
      state.position = plainEnd(state, stop);
      const plain = text.slice(start, state.position);
      parts.push(plain);
      if (words) addPlain(words, plain, start);
    }
  }
  return stop === undefined ? parts.join('') : undefined;
}

function addPlain(words: WordCollector, plain: string, start: number): void {
  let from = 0;
  for (let offset = 0; offset <= plain.length; offset++) {
    if (offset < plain.length && !isSpace(plain.charCodeAt(offset))) continue;
    if (offset > from) addToWord(words, plain.slice(from, offset), start + from, start + offset);
    if (offset < plain.length && words.open) closeWord(words);
    from = offset + 1;
  }
}

function plainEnd({ text, rules, position }: State, stop: string | undefined): number {
  let offset = position + 1;
  while (offset < text.length) {
    const char = text.charAt(offset);
    if (char === '$' || char === '"' || char === "'" || char === rules.escape || char === stop) break;
    offset++;
  }
  return offset;
}

/** Nothing in single quotes is special. */
function readSingle(state: State): string | undefined {
  const close = state.text.indexOf("'", state.position + 1);
  if (close < 0) return undefined;
  const from = state.position;
  state.position = close + 1;
  return state.rules.raw ? state.text.slice(from, close + 1) : state.text.slice(from + 1, close);
}

/** In double quotes variables are replaced, and only `"`, `$` and the escape character can be escaped. */
function readDouble(state: State): string | undefined {
  const { text, rules } = state;
  const parts: string[] = rules.raw ? ['"'] : [];
  state.position++;
  while (state.position < text.length) {
    const start = state.position;
    const char = text.charAt(start);
    if (char === '"') {
      state.position++;
      if (rules.raw) parts.push('"');
      return parts.join('');
    }
    if (char === '$') {
      const value = readDollar(state);
      if (value === undefined) return undefined;
      parts.push(value);
      continue;
    }
    state.position++;
    if (char !== rules.escape) {
      parts.push(char);
      continue;
    }
    const next = text.charAt(state.position);
    if (next === '"' || next === '$' || next === rules.escape) {
      state.position++;
      parts.push(rules.raw ? char + next : next);
    } else if (next !== '' || rules.raw) parts.push(char);
  }
  return undefined;
}

/** A variable at `$`; a `$` that begins none stands for itself. */
function readDollar(state: State): string | undefined {
  const value = readVariable(state);
  if (value === undefined || !state.rules.lookup) return value;
  state.grown += value.length;
  return state.grown > MAX_GROWTH ? undefined : value;
}

function readVariable(state: State): string | undefined {
  const { text } = state;
  const start = state.position++;
  if (text.charAt(state.position) !== '{') {
    const name = readName(state);
    return name === '' ? '$' : valueOf(state, name, text.slice(start, state.position));
  }
  state.position++;
  if (/[{}:]/.test(text.charAt(state.position)) || state.depth >= MAX_DEPTH) return undefined;
  const name = readName(state);
  const operator = text.charAt(state.position++);
  if (operator === '}') return valueOf(state, name, text.slice(start, state.position));
  state.depth++;
  const value = operator === '/' ? readReplacement(state, name, start) : readOperator(state, name, operator, start);
  state.depth--;
  return value;
}

function valueOf(state: State, name: string, written: string): string {
  state.variables = true;
  const { lookup, unknown } = state.rules;
  if (!lookup) return written;
  const variable = lookup(name);
  if (variable.kind === 'set') return variable.value;
  return variable.kind === 'unset' ? '' : unknown;
}

function readOperator(state: State, name: string, first: string, start: number): string | undefined {
  const { text, rules } = state;
  const colon = first === ':';
  const operator = colon ? text.charAt(state.position++) : first;
  const trims = operator === '#' || operator === '%';
  // Where variables stay as written, BuildKit lets any other character after the colon pass.
  const known = /^[-+?#%]$/.test(operator) || (colon && !rules.lookup);
  if (!known || (colon && trims)) return undefined;
  const word = readUntil(state, '}', trims);
  if (word === undefined) return undefined;
  state.variables = true;
  state.operators = true;
  if (!rules.lookup) return text.slice(start, state.position);
  const variable = rules.lookup(name);
  if (variable.kind === 'unknown') return rules.unknown;
  const value = variable.kind === 'set' ? variable.value : '';
  const present = variable.kind === 'set' && !(colon && value === '');
  if (operator === '-') return present ? value : word;
  if (operator === '+') return present ? word : '';
  if (operator === '?') return present ? value : rules.unknown;
  if (variable.kind === 'open') return rules.unknown;
  return value.includes(rules.unknown) ? rules.unknown : trimmed(rules, value, word, operator);
}

function trimmed(rules: LexerRules, value: string, word: string, operator: string): string | undefined {
  const longest = word.startsWith(operator);
  const pattern = longest ? word.slice(1) : word;
  return matchPattern(
    value,
    { pattern, place: operator === '#' ? 'prefix' : 'suffix', longest, replacement: '' },
    rules,
  );
}

function readReplacement(state: State, name: string, start: number): string | undefined {
  const { text, rules } = state;
  const all = text.charAt(state.position) === '/';
  if (all) state.position++;
  const pattern = readUntil(state, '/', true);
  const replacement = pattern === undefined ? undefined : readUntil(state, '}', true);
  if (pattern === undefined || replacement === undefined) return undefined;
  state.variables = true;
  state.operators = true;
  if (!rules.lookup) return text.slice(start, state.position);
  const variable = rules.lookup(name);
  if (variable.kind === 'open' || variable.kind === 'unknown') return rules.unknown;
  const value = variable.kind === 'set' ? variable.value : '';
  if (value.includes(rules.unknown)) return rules.unknown;
  return matchPattern(value, { pattern, place: all ? 'all' : 'first', longest: true, replacement }, rules);
}

/** Letters, digits and `_`; a number; or one of the shell's special parameters. */
function readName(state: State): string {
  const { text } = state;
  const start = state.position;
  const first = text.charAt(start);
  if (/[@*#?\-$!]/.test(first)) state.position++;
  else {
    const pattern = /^\p{Nd}/u.test(text.slice(start, start + 2)) ? /\p{Nd}*/uy : /[\p{L}\p{Nd}_]*/uy;
    pattern.lastIndex = start;
    state.position = start + (pattern.exec(text)?.[0].length ?? 0);
  }
  return text.slice(start, state.position);
}
