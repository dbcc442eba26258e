import { contentOf, isDevice } from './content.js';
import type { FileWrite, ModeChange, OwnerChange, ShellCommand, ShellFacts, ShellWord } from './model.js';
import { expandBraces, hasOption, lastValue, type OptionStyle, readArguments } from './options.js';

type Deletion = ShellFacts['deletions'][number];

const NO_VALUES: OptionStyle = { values: new Set() };
const CMDLETS: ReadonlySet<string> = new Set(['set-content', 'add-content', 'out-file']);
const NO_WRITES: readonly FileWrite[] = [];
const OUTPUT = /^(>|>>|>\||&>|&>>)$/;

/** Files that the command writes by redirection, tee or a cmdlet; devices such as /dev/null are none. */
export function writesOf(command: ShellCommand): readonly FileWrite[] {
  if (command.redirects.length === 0 && command.name !== 'tee' && !CMDLETS.has(command.name)) return NO_WRITES;
  const writes: FileWrite[] = [];
  for (const redirect of command.redirects) {
    if (!OUTPUT.test(redirect.operator) || (redirect.descriptor ?? 1) !== 1) continue;
    if (isDevice(redirect.target.value)) continue;
    writes.push(write(command, redirect.target, redirect.operator.endsWith('>>'), contentOf(command)));
  }
  if (command.name === 'tee') {
    const { options, operands } = readArguments(command.words.slice(1), NO_VALUES);
    const append = hasOption(options, '-a', '--append');
    for (const path of operands)
      if (!isDevice(path.value)) writes.push(write(command, path, append, contentOf(command)));
  }
  const cmdlet = cmdletWrite(command);
  if (cmdlet) writes.push(cmdlet);
  return writes;
}

function write(command: ShellCommand, path: ShellWord, append: boolean, content: ShellWord | undefined): FileWrite {
  return content ? { command, path, content, append } : { command, path, append };
}

function cmdletWrite(command: ShellCommand): FileWrite | undefined {
  if (!CMDLETS.has(command.name)) return undefined;
  let path: ShellWord | undefined;
  let value: ShellWord | undefined;
  let append = command.name === 'add-content';
  const positional: ShellWord[] = [];
  for (let index = 1; index < command.words.length; index++) {
    const word = command.words[index];
    const parameter = /^-([a-z]+):?$/i.exec(word?.value ?? '')?.[1]?.toLowerCase();
    if (!parameter) {
      if (word) positional.push(word);
    } else if (/^(append|force|nonewline|noclobber|whatif|confirm|passthru)$/.test(parameter)) {
      if (parameter === 'append') append = true;
    } else {
      const next = command.words[++index];
      if (/^(path|filepath|literalpath|pspath)$/.test(parameter)) path = next;
      else if (parameter.startsWith('val') || parameter.startsWith('inputo')) value = next;
    }
  }
  path ??= positional.shift();
  value ??= command.name === 'out-file' ? undefined : positional.shift();
  return path ? write(command, path, append, value ?? contentOf(command)) : undefined;
}

/** What the command deletes; absent when it deletes nothing. */
export function deletionOf(command: ShellCommand): Deletion | undefined {
  switch (command.name) {
    case 'rm':
    case 'rmdir':
    case 'unlink':
      return removed(command);
    case 'shred':
      return command.words.some((it) => /^-[a-z]*u|^--remove/.test(it.value)) ? removed(command) : undefined;
    case 'find':
      return command.words.some((it) => it.value === '-delete') ? { command, paths: foundPaths(command) } : undefined;
    case 'remove-item':
      return { command, paths: removedItems(command) };
    case 'del':
    case 'erase':
    case 'rd':
      return { command, paths: command.words.slice(1).filter((it) => !/^\/[a-z]$/i.test(it.value)) };
    default:
      return undefined;
  }
}

function removed(command: ShellCommand): Deletion {
  const { operands } = readArguments(command.words.slice(1), NO_VALUES);
  const paths = operands.filter((it) => it.value !== '{}').flatMap(braces);
  const finder = command.parent?.kind === 'argument' ? command.parent.command : command.pipedFrom;
  const fromFind = finder?.name === 'find' && (operands.length > paths.length || command.wrappers.includes('xargs'));
  return { command, paths: fromFind ? [...paths, ...foundPaths(finder)] : paths };
}

function removedItems(command: ShellCommand): readonly ShellWord[] {
  const paths: ShellWord[] = [];
  for (let index = 1; index < command.words.length; index++) {
    const word = command.words[index];
    if (!word) break;
    const parameter = /^-([a-z]+):?$/i.exec(word.value)?.[1]?.toLowerCase();
    if (!parameter) paths.push(word);
    else if (/^(include|exclude|filter|erroraction|ea|stream)$/.test(parameter)) index++;
  }
  return paths.flatMap((it) => it.value.split(',').map((value) => ({ ...it, value })));
}

function braces(word: ShellWord): readonly ShellWord[] {
  if (word.literal) return [word];
  const values = expandBraces(word.value);
  return values.length === 1 ? [word] : values.map((value) => ({ ...word, value, literal: !/[$`~]/.test(value) }));
}

const FIND_NEUTRAL = /^-(type|mindepth|maxdepth|delete|print0?|depth|xdev|mount|exec|execdir|follow|L|H|P|O\d)$/;
const FIND_NAME = /^-(i?name|i?path|i?wholename)$/;

/** The paths that a `find` goes through; with `-name`, patterns under them; none when another test picks among them. */
function foundPaths(find: ShellCommand): readonly ShellWord[] {
  const words = find.words.slice(1);
  const first = words.findIndex((it) => /^[-(!]/.test(it.value) && !/^-[LHP]$|^-O\d$/.test(it.value));
  const roots = words.slice(0, first < 0 ? undefined : first).filter((it) => !it.value.startsWith('-'));
  const patterns: ShellWord[] = [];
  let picky = false;
  let exec = false;
  for (let index = Math.max(first, 0); index < words.length; index++) {
    const word = words[index];
    if (!word) break;
    if (exec) {
      exec = word.value !== ';' && word.value !== '+';
      continue;
    }
    if (FIND_NAME.test(word.value)) {
      const pattern = words[++index];
      if (pattern) patterns.push(pattern);
    } else if (/^-(exec|execdir|ok|okdir)$/.test(word.value)) exec = true;
    else if (/^-(type|mindepth|maxdepth)$/.test(word.value)) index++;
    else if (/^[-!]/.test(word.value) && !FIND_NEUTRAL.test(word.value) && !/^-(o|or|a|and)$/.test(word.value))
      picky = true;
  }
  if (picky) return [];
  if (patterns.length === 0) return roots;
  return roots.flatMap((root) =>
    patterns.map((it) => ({
      value: it.value.startsWith('/') ? it.value : `${root.value.replace(/\/$/, '')}/**/${it.value}`,
      range: it.range,
      literal: root.literal && it.literal,
    })),
  );
}

/** `chmod`, `mkdir -m` and `install -m`. */
export function modeChangeOf(command: ShellCommand): ModeChange | undefined {
  if (command.name === 'mkdir' || command.name === 'install') {
    const made = madeWith(command);
    return made?.mode ? { command, mode: made.mode, paths: made.paths, recursive: false } : undefined;
  }
  if (command.name !== 'chmod') return undefined;
  const { recursive, rest, reference } = changed(command);
  const mode = rest[0];
  if (!mode || reference) return undefined;
  return { command, mode, paths: rest.slice(1).flatMap(braces), recursive };
}

/** `chown`, `chgrp` and `install -o`; for `chgrp` the owner is a group. */
export function ownerChangeOf(command: ShellCommand): OwnerChange | undefined {
  if (command.name === 'install') {
    const made = madeWith(command);
    return made?.owner ? { command, owner: made.owner, paths: made.paths, recursive: false } : undefined;
  }
  if (command.name !== 'chown' && command.name !== 'chgrp') return undefined;
  const { recursive, rest, reference } = changed(command);
  const owner = rest[0];
  if (!owner || reference) return undefined;
  return { command, owner, paths: rest.slice(1).flatMap(braces), recursive };
}

/** `chmod -x` has a mode that looks like an option, so only the letters that are options count as such. */
function changed(command: ShellCommand): { recursive: boolean; reference: boolean; rest: readonly ShellWord[] } {
  let recursive = false;
  let reference = false;
  const rest: ShellWord[] = [];
  let dashes = false;
  for (const word of command.words.slice(1)) {
    const { value } = word;
    if (dashes || !value.startsWith('-') || (!/^-[RvcfhHLP]+$/.test(value) && !value.startsWith('--'))) rest.push(word);
    else if (value === '--') dashes = true;
    else if (value === '--recursive' || (!value.startsWith('--') && value.includes('R'))) recursive = true;
    else if (value.startsWith('--reference')) reference = true;
  }
  return { recursive, reference, rest };
}

const MAKE_VALUES: OptionStyle = {
  values: new Set([
    '-m',
    '--mode',
    '-o',
    '--owner',
    '-g',
    '--group',
    '-t',
    '--target-directory',
    '-S',
    '--suffix',
    '-Z',
  ]),
};

function madeWith(
  command: ShellCommand,
): { mode?: ShellWord; owner?: ShellWord; paths: readonly ShellWord[] } | undefined {
  const { options, operands } = readArguments(command.words.slice(1), MAKE_VALUES);
  const mode = lastValue(options, '-m', '--mode');
  const owner = lastValue(options, '-o', '--owner');
  if (!mode && !owner) return undefined;
  const folders = command.name === 'mkdir' || hasOption(options, '-d', '--directory');
  const target = lastValue(options, '-t', '--target-directory');
  const paths = folders ? operands : target ? [target] : operands.slice(-1);
  return { ...(mode ? { mode } : {}), ...(owner ? { owner } : {}), paths: paths.flatMap(braces) };
}
