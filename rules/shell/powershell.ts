import type { Spanned } from '../core/text.js';
import { type Draft, part, type RawWord, rangeIn, type Source } from './draft.js';
import type { ShellCommand, ShellRedirect } from './model.js';
import { commentEnd, type Hole, type Reading, redirectAt, type Token, tokenAt } from './powershell-words.js';
import { build, type Place } from './programs.js';
import { powershellName, type WindowsReading } from './windows.js';

/** Blocks and parentheses inside each other; deeper ones are left out. */
const MAX_DEPTH = 40;

const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'if else elseif foreach for while do until switch try catch finally function filter param begin process end trap ' +
    'class enum data workflow'
  ).split(' '),
);
const PREFIXES: ReadonlySet<string> = new Set(['return', '&', '.']);

/** Reads PowerShell as far as rules need it: commands, words, pipes, redirects, assignments, method calls. */
export function readPowershell(source: Source, place: Place): WindowsReading {
  const reading: Reading = { source, found: [], state: { complete: true } };
  statements(reading, 0, source.text.length, place, 0);
  return { found: reading.found, complete: reading.state.complete };
}

/** Reads the statements in `[start, end)`; tells the first command that was found. */
function statements(reading: Reading, start: number, end: number, place: Place, depth: number): Draft | undefined {
  if (depth > MAX_DEPTH) {
    reading.state.complete = false;
    return undefined;
  }
  const { text } = reading.source;
  let first: Draft | undefined;
  let before: Draft | undefined;
  let joinedBy: ShellCommand['joinedBy'] = place.joinedBy;
  let position = start;
  while (position < end) {
    const character = text[position] ?? '';
    if (/[\s`]/.test(character)) {
      if (character === '\n' && joinedBy !== '|' && before) joinedBy = ';';
      position++;
      continue;
    }
    const operator = /^(&&|\|\||[;|)}\]])/.exec(text.slice(position, position + 2))?.[1];
    if (operator) {
      if (operator === '&&' || operator === '||' || operator === '|') joinedBy = operator;
      else if (operator === ';') joinedBy = ';';
      position += operator.length;
      continue;
    }
    if (character === '#' || text.startsWith('<#', position)) {
      position = commentEnd(text, position, end);
      continue;
    }
    const read = command(reading, position, end, placed(place, joinedBy), depth);
    position = Math.max(read.end, position + 1);
    if (!read.command) continue;
    if (joinedBy === '|' && before) {
      before.pipedInto = read.command;
      read.command.pipedFrom = before;
    }
    first ??= read.command;
    before = read.command;
    joinedBy = ';';
  }
  return first;
}

function placed(place: Place, joinedBy: ShellCommand['joinedBy']): Place {
  return {
    conditional: place.conditional,
    ...(joinedBy ? { joinedBy } : {}),
    ...(place.parent ? { parent: place.parent } : {}),
  };
}

const ASSIGNMENT = /(\$[\w:]+|\$\{[^}\n]*\}|\[[\w.]+\]::\w+)(?:\.\w+|\[[^\]\n]{0,80}\])?[ \t]*[-+*/]?=(?!=)[ \t]*/y;

function command(
  reading: Reading,
  start: number,
  end: number,
  place: Place,
  depth: number,
): { end: number; command: Draft | undefined } {
  const { source } = reading;
  ASSIGNMENT.lastIndex = start;
  const assigned = ASSIGNMENT.exec(source.text)?.[0];
  const isAssignment = assigned !== undefined && start + assigned.length <= end;
  const tokens: Token[] = [];
  const redirects: ShellRedirect[] = [];
  let position = isAssignment ? start + assigned.length : start;
  while (position < end) {
    const character = source.text[position] ?? '';
    if (character === ' ' || character === '\t' || character === '\r' || character === ',') {
      position++;
      continue;
    }
    const continuation = /^[`\\]\r?\n/.exec(source.text.slice(position, position + 3))?.[0];
    if (continuation) {
      position += continuation.length;
      continue;
    }
    if (/[;|)}\n]/.test(character) || source.text.startsWith('&&', position)) break;
    if (character === '#') {
      position = commentEnd(source.text, position, end);
      continue;
    }
    const redirect = redirectAt(reading, position, end);
    if (redirect) {
      redirects.push(redirect.redirect);
      position = redirect.end;
      continue;
    }
    const token = tokenAt(reading, position, end);
    tokens.push(token);
    position = Math.max(token.end, position + 1);
  }
  const last = tokens[tokens.length - 1];
  const stop = Math.max(last?.end ?? start, start + (assigned?.trimEnd().length ?? 0));
  const name = isAssignment ? assignedName(source, start, assigned) : undefined;
  const own = statement(reading, { tokens, redirects, name, start, end: stop }, place, depth);
  return { end: position, command: own };
}

interface Statement {
  readonly tokens: readonly Token[];
  readonly redirects: readonly ShellRedirect[];
  /** The variable that the statement sets. */
  readonly name: Spanned | undefined;
  readonly start: number;
  readonly end: number;
}

function assignedName(source: Source, start: number, written: string): Spanned {
  const value = written.replace(/[ \t]*[-+*/]?=[ \t]*$/, '');
  return { value, range: rangeIn(source, start, start + value.length) };
}

function statement(reading: Reading, read: Statement, place: Place, depth: number): Draft | undefined {
  const { source, found } = reading;
  const first = read.tokens[0];
  const head = first?.head.toLowerCase() ?? '';
  if (first && !read.name && KEYWORDS.has(head)) {
    const inside = { ...placed(place, undefined), conditional: true };
    for (const token of read.tokens)
      for (const hole of token.holes)
        statements(reading, hole.start, hole.end, hole.kind === 'block' ? inside : placed(place, undefined), depth + 1);
    return undefined;
  }
  const tokens = PREFIXES.has(head) && read.tokens.length > 1 ? read.tokens.slice(1) : read.tokens;
  const opening = tokens[0];
  const isExpression =
    opening !== undefined && tokens === read.tokens && /^[($["'@\d!-]/.test(source.text[opening.start] ?? '');
  if (isExpression && opening.holes.length > 0 && !read.name) return expression(reading, tokens, place, depth);
  if (!read.name && read.redirects.length === 0) {
    if (!opening) return undefined;
    // A variable or a number that stands alone runs nothing; a string may be piped on.
    if (isExpression && !/["'@]/.test(source.text[opening.start] ?? '')) {
      for (const token of tokens)
        for (const hole of token.holes) openHole(reading, hole, placed(place, undefined), depth);
      return undefined;
    }
  }

  const words = tokens.map((it) => it.raw);
  const values = words.map((it) => it.word.value);
  const value = isExpression && opening ? { value: opening.raw.word } : {};
  const raw = {
    range: rangeIn(source, read.start, Math.max(read.end, read.start)),
    words: isExpression && read.name ? [] : words,
    assignments: read.name ? [{ name: read.name, ...value }] : [],
    redirects: read.redirects,
    input: [],
  };
  const program = (written: string) => powershellName(written, values);
  const [own, ...more] = build(raw, place, program);
  if (!own) return undefined;
  if (isExpression) own.command.name = '';
  found.push(own, ...more);
  for (const token of tokens) holes(reading, token, own.command, place, depth);
  return own.command;
}

function holes(reading: Reading, token: Token, parent: Draft, place: Place, depth: number): void {
  for (const hole of token.holes) {
    const kind = hole.kind === 'block' ? 'argument' : 'substitution';
    const conditional = place.conditional || hole.kind === 'block';
    openHole(reading, hole, { conditional, parent: { command: parent, kind } }, depth);
  }
}

function openHole(reading: Reading, hole: Hole, place: Place, depth: number): Draft | undefined {
  if (hole.kind === 'method') return method(reading, hole, place, depth + 1);
  return statements(reading, hole.start, hole.end, place, depth + 1);
}

/** `(New-Object Net.WebClient).DownloadFile('https://…', 'file')`: the method is a command too. */
function expression(reading: Reading, tokens: readonly Token[], place: Place, depth: number): Draft | undefined {
  let main: Draft | undefined;
  for (const token of tokens)
    for (const hole of token.holes) {
      const own = main ? placed(place, undefined) : place;
      const read = openHole(reading, hole, own, depth);
      if (hole.kind === 'method' || !main) main = read ?? main;
    }
  return main;
}

function method(reading: Reading, hole: Hole, place: Place, depth: number): Draft | undefined {
  const { source, found } = reading;
  if (!hole.name) return undefined;
  if (depth > MAX_DEPTH) {
    reading.state.complete = false;
    return undefined;
  }
  const written = source.text.slice(hole.name.start, hole.name.end);
  const range = rangeIn(source, hole.name.start, hole.name.end);
  const own = hole.name;
  const words: RawWord[] = [
    { word: { value: written, range, literal: true }, source: () => part(source, own.start, own.end) },
  ];
  const tokens: Token[] = [];
  let position = hole.start;
  let plus = false;
  while (position < hole.end) {
    if (/[\s,;|)}]/.test(source.text[position] ?? '')) {
      position++;
      continue;
    }
    const token = tokenAt(reading, position, hole.end);
    position = Math.max(token.end, position + 1);
    tokens.push(token);
    if (token.raw.word.value === '+') {
      plus = true;
      continue;
    }
    const before = words[words.length - 1];
    if (plus && before && words.length > 1) words[words.length - 1] = added(before, token.raw);
    else words.push(token.raw);
    plus = false;
  }
  const raw = { range: rangeIn(source, own.start, hole.end + 1), words, assignments: [], redirects: [], input: [] };
  const [command] = build(raw, place, (it) => it.toLowerCase());
  if (!command) return undefined;
  found.push(command);
  for (const token of tokens) holes(reading, token, command.command, place, depth);
  return command.command;
}

function added(left: RawWord, right: RawWord): RawWord {
  const value = left.word.value + right.word.value;
  const range = { start: left.word.range.start, end: right.word.range.end };
  const at = (offset: number) =>
    offset < left.word.value.length ? left.source().at(offset) : right.source().at(offset - left.word.value.length);
  return {
    word: { value, range, literal: left.word.literal && right.word.literal },
    source: () => ({ text: value, at }),
  };
}
