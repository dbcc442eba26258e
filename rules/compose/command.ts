import type { Range, Spanned } from '../core/text.js';
import { offsetsOf } from './decode.js';
import { hasVariable } from './interpolate.js';
import type { ComposeScalar } from './model.js';

/**
 * A word of a command. `$$` is `$` already; variables of compose stay as they are written, which a shell reads as
 * expansions too.
 */
export interface CommandWord extends Spanned {
  readonly literal: boolean;
  /** Offset in the file of an offset in `value`. */
  readonly at: (offset: number) => number;
}

/** The whole text of a scalar as one word. */
export function wordOf(node: ComposeScalar): CommandWord {
  const offsets = offsetsOf(node);
  const kept: number[] = [];
  for (let index = 0; index < node.text.length; index++) {
    kept.push(index);
    if (node.text.startsWith('$$', index)) index++;
  }
  const whole = { start: 0, content: node.text.length, end: node.text.length };
  return made(node.text.replaceAll('$$', '$'), kept, whole, offsets, !hasVariable(node.text));
}

/**
 * Splits a command as compose does (with mattn/go-shellwords): quotes and backslashes join, and an operator of a shell
 * outside quotes ends the command, for no shell reads it.
 */
export function splitCommand(text: string, offsets: (offset: number) => number): readonly CommandWord[] {
  const words: CommandWord[] = [];
  let value = '';
  let kept: number[] = [];
  let start = 0;
  let content = 0;
  let started = false;
  let literal = true;
  let quote = '';
  const finish = (end: number): void => {
    if (started) words.push(made(value, kept, { start, content, end }, offsets, literal));
    value = '';
    kept = [];
    started = false;
    literal = true;
  };
  const keep = (from: number, to: number, next = to): void => {
    content = next;
    for (let index = from; index < to; index++) kept.push(index);
    value += text.slice(from, to);
  };
  const begin = (at: number): void => {
    if (started) return;
    start = at;
    content = at;
    started = true;
  };
  let index = 0;
  while (index < text.length) {
    const char = text.charAt(index);
    if (quote === '' && /\s/.test(char)) {
      finish(index++);
      continue;
    }
    if (quote === '' && /[;&|<>]/.test(char)) break;
    begin(index);
    const variable = char === '$' ? variableEnd(text, index) : index;
    if (variable > index) {
      keep(index, variable);
      literal = false;
      index = variable;
    } else if (text.startsWith('$$', index)) {
      keep(index, index + 1, index + 2);
      index += 2;
    } else if (char === '\\' && quote !== "'") {
      keep(index + 1, Math.min(index + 2, text.length));
      index += 2;
    } else {
      if (char === quote) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else keep(index, index + 1);
      index++;
    }
  }
  // `2>file`: the number belongs to the operator.
  if (text.charAt(index) === '>' && /^\d/.test(value)) started = false;
  finish(Math.min(index, text.length));
  return words;
}

interface Written extends Range {
  /** Where the content of the word ends, before a closing quote. */
  readonly content: number;
}

function made(
  value: string,
  kept: readonly number[],
  written: Written,
  offsets: (offset: number) => number,
  literal: boolean,
): CommandWord {
  const range = { start: offsets(written.start), end: offsets(written.end) };
  return { value, range, literal, at: (offset) => offsets(kept[offset] ?? written.content) };
}

/** What is longer is no variable that anybody wrote. */
const MAX_VARIABLE = 4096;

/** End of `$X` or `${…}` that begins at `start`; `start` itself when there is none. */
function variableEnd(text: string, start: number): number {
  const name = /^\$(?:[A-Za-z_]\w*)/.exec(text.slice(start, start + 256))?.[0];
  if (name !== undefined) return start + name.length;
  if (!/^\$\{[A-Za-z_]/.test(text.slice(start, start + 3))) return start;
  let depth = 0;
  const limit = Math.min(text.length, start + MAX_VARIABLE);
  for (let index = start + 1; index < limit; index++) {
    if (text.startsWith('${', index - 1)) depth++;
    else if (text.charAt(index) === '}' && --depth === 0) return index + 1;
  }
  return start;
}
