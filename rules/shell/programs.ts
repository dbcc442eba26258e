import type { Source } from './draft.js';
import { type Draft, type Found, joined, type Nested, type RawCommand, type RawWord } from './draft.js';
import type { ShellCommand } from './model.js';
import { peel, programName, startsOther } from './wrappers.js';

export const POSIX_SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'rbash']);
const POWERSHELLS: ReadonlySet<string> = new Set(['powershell', 'pwsh']);
const FIND_EXEC: ReadonlySet<string> = new Set(['-exec', '-execdir', '-ok', '-okdir']);
/** Options of shells whose value is the next word. */
const SHELL_VALUES: ReadonlySet<string> = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file']);

export interface Place {
  readonly joinedBy?: ShellCommand['joinedBy'];
  readonly conditional: boolean;
  readonly parent?: ShellCommand['parent'];
}

/** Peels wrappers off a command and finds the programs among its arguments; `name` folds the program's name. */
export function build(raw: RawCommand, place: Place, name: (written: string) => string): readonly Found[] {
  const first = name(raw.words[0]?.word.value ?? '');
  const peeled = peel(startsOther(first) ? raw.words.map((it) => name(it.word.value)) : [first]);
  const words = peeled.program === 0 ? raw.words : raw.words.slice(peeled.program);
  const assignments = peeled.assignments.flatMap((index) => {
    const word = raw.words[index]?.word;
    return word ? [wordAssignment(word)] : [];
  });
  const command: Draft = {
    range: raw.range,
    name: programName(peeled.program === 0 ? first : name(words[0]?.word.value ?? '')),
    words: words.map((it) => it.word),
    assignments: assignments.length === 0 ? raw.assignments : [...raw.assignments, ...assignments],
    redirects: raw.redirects,
    wrappers: peeled.wrappers,
    conditional: place.conditional,
  };
  if (place.joinedBy) command.joinedBy = place.joinedBy;
  if (place.parent) command.parent = place.parent;
  const own: Found = { command, nested: nestedIn(command, raw, words) };
  // A `find` that another one starts is left alone: the chain could be as long as the text.
  const started = place.parent?.kind === 'argument' && place.parent.command.name === 'find';
  return command.name === 'find' && !started ? [own, ...executed(command, words, place, name)] : [own];
}

function wordAssignment(word: ShellCommand['words'][number]): ShellCommand['assignments'][number] {
  const equals = word.value.indexOf('=');
  const { start, end } = word.range;
  // A quoted word is longer in the file: then the parts cannot be told apart there.
  const plain = end - start === word.value.length;
  const split = plain ? start + equals : end;
  return {
    name: { value: word.value.slice(0, equals), range: { start, end: split } },
    value: {
      value: word.value.slice(equals + 1),
      range: { start: plain ? split + 1 : start, end },
      literal: word.literal,
    },
  };
}

function nestedIn(command: Draft, raw: RawCommand, words: readonly RawWord[]): readonly Nested[] {
  const { name } = command;
  if (POSIX_SHELLS.has(name)) return shellProgram(raw, words);
  if (POWERSHELLS.has(name)) return powershellProgram(words);
  if (name === 'cmd') return cmdProgram(words);
  if (name === 'eval') return text(words.slice(1), 'posix');
  if (name === 'invoke-expression')
    return text(
      words.slice(1).filter((it) => it.word.literal && !/^-command$/i.test(it.word.value)),
      'powershell',
    );
  if (name === 'su' || name === 'runuser' || name === 'script' || name === 'flock') {
    const option = words.findIndex((it) => /^-[a-z]{0,3}c$|^--command$/.test(it.word.value));
    return option < 0 ? [] : text(words.slice(option + 1, option + 2), 'posix');
  }
  return [];
}

function text(words: readonly RawWord[], language: Nested['language']): readonly Nested[] {
  if (words.length === 0) return [];
  return [{ source: joined(words.map((it) => it.source())), language }];
}

/** `sh -c text`, `bash -euxo pipefail -c text`, `bash <<EOF`. */
function shellProgram(raw: RawCommand, words: readonly RawWord[]): readonly Nested[] {
  let command = false;
  let index = 1;
  for (; index < words.length; index++) {
    const value = words[index]?.word.value ?? '';
    if (value === '--' || value === '-') {
      index++;
      break;
    }
    if (!/^[-+]./.test(value)) break;
    if (value.startsWith('--')) {
      if (SHELL_VALUES.has(value)) index++;
      continue;
    }
    if (value.startsWith('-') && value.includes('c')) command = true;
    // The letter that takes a value may end a bundle: `-euxo pipefail`.
    if (SHELL_VALUES.has(value[0] + value.slice(-1))) index++;
  }
  const operand = words[index];
  if (command) return operand ? text([operand], 'posix') : [];
  const fromInput = !operand || words.some((it) => it.word.value === '-s') || operand.word.value === '/dev/stdin';
  return fromInput ? raw.input.map((source): Nested => ({ source, language: 'posix' })) : [];
}

function powershellProgram(words: readonly RawWord[]): readonly Nested[] {
  for (let index = 1; index < words.length; index++) {
    const value = words[index]?.word.value.toLowerCase() ?? '';
    if (/^[-/](c|co|com|comm|comma|comman|command)$/.test(value)) return text(words.slice(index + 1), 'powershell');
    if (/^[-/](f|fi|fil|file|e|ec|enc|encodedcommand)$/.test(value)) return [];
    if (
      /^[-/](ex|exec|executionpolicy|ep|version|inputformat|outputformat|windowstyle|w|workingdirectory|wd)$/.test(
        value,
      )
    )
      index++;
    else if (!/^[-/]/.test(value)) return value.endsWith('.ps1') ? [] : text(words.slice(index), 'powershell');
  }
  return [];
}

function cmdProgram(words: readonly RawWord[]): readonly Nested[] {
  const option = words.findIndex((it) => /^\/[ckr]$/i.test(it.word.value));
  return option < 0 ? [] : text(words.slice(option + 1), 'cmd');
}

/** The commands of `find … -exec cmd {} \;`. */
function executed(find: Draft, words: readonly RawWord[], place: Place, name: (written: string) => string): Found[] {
  const found: Found[] = [];
  for (let index = 1; index < words.length; index++) {
    if (!FIND_EXEC.has(words[index]?.word.value ?? '')) continue;
    let end = index + 1;
    while (end < words.length && !isExecEnd(words, end)) end++;
    const own = words.slice(index + 1, end);
    const first = own[0];
    const last = own[own.length - 1];
    if (!first || !last) continue;
    found.push(
      ...build(
        {
          range: { start: first.word.range.start, end: last.word.range.end },
          words: own,
          assignments: [],
          redirects: [],
          input: [],
        },
        { conditional: place.conditional, parent: { command: find, kind: 'argument' } },
        name,
      ),
    );
    index = end;
  }
  return found;
}

function isExecEnd(words: readonly RawWord[], index: number): boolean {
  const value = words[index]?.word.value;
  return value === ';' || (value === '+' && words[index - 1]?.word.value === '{}');
}

export interface Interpreter {
  readonly name: string;
  readonly language?: Nested['language'];
}

/** What a `#!` in the first line names; absent when there is none. */
export function interpreterOf(source: Source): Interpreter | undefined {
  if (!source.text.startsWith('#!')) return undefined;
  const lineEnd = source.text.indexOf('\n');
  const line = source.text.slice(2, lineEnd < 0 ? undefined : lineEnd).trim();
  const words = line.split(/\s+/);
  const name = programName(
    words[peel(words.filter((it) => it !== '-S')).program + (words.includes('-S') ? 1 : 0)] ?? '',
  );
  if (!name) return undefined;
  if (POSIX_SHELLS.has(name)) return { name, language: 'posix' };
  if (POWERSHELLS.has(name)) return { name, language: 'powershell' };
  return { name };
}
