import { type Draft, decoded, type Found, type RawWord, rangeIn, type Source } from './draft.js';
import type { ShellCommand, ShellRedirect } from './model.js';
import { build, type Place } from './programs.js';
import { type WindowsReading, windowsName } from './windows.js';

interface Token {
  readonly raw: RawWord;
  readonly start: number;
  readonly end: number;
}

/** Reads cmd text as far as rules need it: commands, words, pipes, redirects, `if` and `for`. */
export function readCmd(source: Source, place: Place): WindowsReading {
  const { text } = source;
  const found: Found[] = [];
  let complete = true;
  let before: Draft | undefined;
  let joinedBy: ShellCommand['joinedBy'] = place.joinedBy;
  const outside: boolean[] = [];
  let tokens: Token[] = [];
  let redirects: ShellRedirect[] = [];
  let sometimes = false;
  // Inside the parentheses of `for %i in (…)`.
  let list = false;
  let position = 0;

  const finish = (): void => {
    const words = tokens.slice(behindKeywords(tokens));
    sometimes ||= words.length < tokens.length;
    const first = words[0] ?? tokens[0];
    const last = tokens[tokens.length - 1];
    const name = windowsName(first?.raw.word.value ?? '');
    if (first && last && name !== 'rem' && !name.startsWith('::') && words.length > 0) {
      const raw = {
        range: rangeIn(source, first.start, last.end),
        words: words.map((it) => it.raw),
        assignments: [],
        redirects,
        input: [],
      };
      const own: Place = {
        conditional: place.conditional || sometimes,
        ...(joinedBy ? { joinedBy } : {}),
        ...(place.parent ? { parent: place.parent } : {}),
      };
      const built = build(raw, own, windowsName);
      found.push(...built);
      const command = built[0]?.command;
      if (command && joinedBy === '|' && before) {
        before.pipedInto = command;
        command.pipedFrom = before;
      }
      before = command ?? before;
      joinedBy = ';';
    }
    tokens = [];
    redirects = [];
    list = false;
  };

  while (position < text.length) {
    const character = text[position] ?? '';
    const operator = /^(&&|\|\||[&|\n])/.exec(text.slice(position, position + 2))?.[1];
    if (operator) {
      finish();
      // An `if` or `for` reaches to the end of its line.
      if (operator === '\n') sometimes = outside.at(-1) ?? false;
      if (before && operator !== '\n') joinedBy = isJoin(operator) ? operator : ';';
      position += operator.length;
    } else if (/\s/.test(character) || (character === '@' && tokens.length === 0)) position++;
    else if (/^[\^\\]\r?\n/.test(text.slice(position, position + 3))) position += text[position + 1] === '\r' ? 3 : 2;
    else if (character === '(' && (tokens.length === 0 || (!list && behindKeywords(tokens) === tokens.length))) {
      finish();
      outside.push(sometimes);
      position++;
    } else if (character === ')' && (list || outside.length > 0)) {
      if (!list) {
        finish();
        sometimes = outside.pop() ?? false;
      }
      position++;
    } else {
      const redirect = /^(\d)?(>>?|<)(&\d)?/.exec(text.slice(position, position + 5));
      if (redirect?.[2]) position = readRedirect(redirect[0], redirect[1], redirect[2], redirect[3]);
      else {
        const token = tokenAt(position);
        tokens.push(token);
        const word = token.raw.word.value.toLowerCase();
        if (tokens.length === 1 || word === 'do') list = word === 'for';
        position = Math.max(token.end, position + 1);
      }
    }
  }
  finish();
  return { found, complete };

  function readRedirect(
    written: string,
    descriptor: string | undefined,
    operator: string,
    other: string | undefined,
  ): number {
    const start = position;
    const number = descriptor ? { descriptor: Number(descriptor) } : {};
    let from = start + written.length;
    if (other) {
      const target = { value: other.slice(1), range: rangeIn(source, from - 1, from), literal: true };
      redirects.push({ operator: `${operator}&`, ...number, target, range: rangeIn(source, start, from) });
      return from;
    }
    while (text[from] === ' ') from++;
    const token = tokenAt(from);
    redirects.push({ operator, ...number, target: token.raw.word, range: rangeIn(source, start, token.end) });
    return token.end;
  }

  function tokenAt(start: number): Token {
    const offsets: number[] = [];
    const pieces: string[] = [];
    let literal = true;
    let quote = false;
    let after = start;
    let index = start;
    for (; index < text.length; index++) {
      const character = text[index] ?? '';
      if (character === '"') {
        quote = !quote;
        continue;
      }
      if (character === '\n' || (!quote && /[\s&|<>]/.test(character))) break;
      if (!quote && character === ')' && (list || outside.length > 0)) break;
      if (!quote && character === '^' && index + 1 < text.length) {
        if (/[\r\n]/.test(text[index + 1] ?? '')) break;
        index++;
      } else if (character === '%' || character === '!') literal = false;
      offsets.push(index);
      pieces.push(text[index] ?? '');
      after = index + 1;
    }
    if (quote) complete = false;
    const value = pieces.join('');
    offsets.push(after);
    const word = { value, range: rangeIn(source, start, index), literal };
    return { raw: { word, source: () => decoded(source, value, offsets) }, start, end: index };
  }
}

function isJoin(operator: string): operator is '&&' | '||' | '|' {
  return operator === '&&' || operator === '||' || operator === '|';
}

/** Index of what stands behind `if exist x`, `else`, `for … do`, `call`. */
function behindKeywords(tokens: readonly Token[]): number {
  let index = 0;
  for (;;) {
    const word = wordAt(tokens, index);
    if (word === 'else' || word === 'call' || word === 'do') index++;
    else if (word === 'for') {
      while (index < tokens.length && wordAt(tokens, index) !== 'do') index++;
    } else if (word === 'if') {
      index++;
      while (/^(not|\/i)$/.test(wordAt(tokens, index) ?? '')) index++;
      const test = wordAt(tokens, index) ?? '';
      if (/^(exist|defined|errorlevel|cmdextversion)$/.test(test)) index += 2;
      else index += test.includes('==') ? 1 : 3;
    } else return Math.min(index, tokens.length);
  }
}

function wordAt(tokens: readonly Token[], index: number): string | undefined {
  return tokens[index]?.raw.word.value.toLowerCase();
}
