import type { Spanned } from '../core/text.js';
import { readCmd } from './cmd.js';
import { type Draft, decoded, type Found, part, type RawWord, type Source } from './draft.js';
import { readableLength } from './limits.js';
import type { ShellScript } from './model.js';
import { readPowershell } from './powershell.js';
import { build, interpreterOf, type Place } from './programs.js';
import { readPosix } from './unbash.js';
import { powershellName, windowsName } from './windows.js';

export type ShellLanguage = ShellScript['language'];

/** A program text that stands in a file, perhaps quoted or decoded there. */
export interface ShellSource {
  readonly program: string;
  readonly language: ShellLanguage;
  /** Offset in the file of an offset in `program`; `program.length` maps to the end of the text in the file. */
  readonly at: (offset: number) => number;
}

/** `sh -c` inside `sh -c`. */
const MAX_NESTING = 6;

const READERS = { posix: readPosix, powershell: readPowershell, cmd: readCmd } as const;

interface Reading {
  readonly commands: Draft[];
  complete: boolean;
}

/** Reads a program text. Never throws; what is beyond the limits is announced by `complete: false`. */
export function parseScript(source: ShellSource): ShellScript {
  const text: Source = { text: source.program, at: source.at };
  const range = { start: source.at(0), end: source.at(source.program.length) };
  const interpreter = interpreterOf(text);
  if (interpreter && !interpreter.language)
    return { language: source.language, interpreter: interpreter.name, range, commands: [], complete: true };
  const language = interpreter?.language ?? source.language;
  const reading: Reading = { commands: [], complete: true };
  read(reading, text, language, { conditional: false }, 0);
  return { language, range, commands: reading.commands, complete: reading.complete };
}

/** A word of an argument vector. What is not told: it is literal, and its range tells where each character stands. */
export interface ExecWord extends Spanned {
  readonly literal?: boolean;
  readonly at?: (offset: number) => number;
}

/** An argument vector as a script of one command, with `sh -c` texts read as scripts of their own. */
export function execScript(words: readonly ExecWord[], language: ShellLanguage): ShellScript {
  const range = { start: words[0]?.range.start ?? 0, end: words[words.length - 1]?.range.end ?? 0 };
  const reading: Reading = { commands: [], complete: true };
  if (words.length === 0) return { language, range, commands: [], complete: true };
  const raw = {
    range,
    words: words.map(
      ({ value, range: span, literal = true, at }): RawWord => ({
        word: { value, range: span, literal },
        source: () => (at ? { text: value, at } : spanned({ value, range: span })),
      }),
    ),
    assignments: [],
    redirects: [],
    input: [],
  };
  const values = words.map((it) => it.value);
  const name = {
    posix: (written: string) => written,
    powershell: (written: string) => powershellName(written, values),
    cmd: windowsName,
  }[language];
  take(reading, build(raw, { conditional: false }, name), 0);
  return { language, range, commands: reading.commands, complete: reading.complete };
}

function read(reading: Reading, source: Source, language: ShellLanguage, place: Place, nesting: number): void {
  if (nesting > MAX_NESTING) {
    reading.complete = false;
    return;
  }
  const length = readableLength(source.text);
  const cut = length < source.text.length;
  if (cut) reading.complete = false;
  const text = cut ? part(source, 0, length) : source;
  const result = READERS[language](language === 'posix' ? withoutReturns(text) : text, place);
  if (!result.complete) reading.complete = false;
  take(reading, result.found, nesting);
}

/** A shell would take the carriage return of a Windows line end for a part of the last word. */
function withoutReturns(source: Source): Source {
  if (!source.text.includes('\r\n')) return source;
  const offsets: number[] = [];
  let text = '';
  let from = 0;
  for (;;) {
    const end = source.text.indexOf('\r\n', from);
    const to = end < 0 ? source.text.length : end;
    for (let index = from; index < to; index++) offsets.push(index);
    text += source.text.slice(from, to);
    if (end < 0) break;
    offsets.push(end);
    text += '\n';
    from = end + 2;
  }
  offsets.push(source.text.length);
  return decoded(source, text, offsets);
}

function take(reading: Reading, found: readonly Found[], nesting: number): void {
  for (const { command, nested } of found) {
    reading.commands.push(command);
    if (nested.length === 0) continue;
    // What the outer shell substitutes is its command already; in the inner text it would come a second time.
    const outer = new Set(
      found.filter((it) => it.command.parent?.command === command).map((it) => it.command.range.start),
    );
    for (const it of nested) {
      const inner: Reading = { commands: [], complete: true };
      read(
        inner,
        it.source,
        it.language,
        { conditional: command.conditional, parent: { command, kind: 'argument' } },
        nesting + 1,
      );
      if (!inner.complete) reading.complete = false;
      for (const own of inner.commands)
        if (own.parent?.kind === 'argument' || !outer.has(own.range.start)) reading.commands.push(own);
    }
  }
}

/** The text of an argument; characters that JSON must escape take two in the file. */
function spanned(word: Spanned): Source {
  const { value, range } = word;
  const whole: Source = { text: value, at: (offset) => Math.min(range.start + offset, range.end) };
  const length = range.end - range.start;
  if (length === value.length) return whole;
  const offsets: number[] = [];
  let offset = 1;
  const escapes = length > value.length + 2;
  for (const character of value) {
    for (let index = 0; index < character.length; index++) offsets.push(offset++);
    if (escapes && (character === '"' || character === '\\' || character < ' ')) offset++;
  }
  offsets.push(length - 1);
  return decoded({ text: '', at: (it) => Math.min(range.start + it, range.end) }, value, offsets);
}
