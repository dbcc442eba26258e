import { type Action, MANAGERS, type Manager, PIP_MODULE } from './managers.js';
import type { PackageAction, PackageInstall, PackageWord, ShellCommand, ShellWord } from './model.js';
import { packageWords } from './notation.js';
import { type Arguments, hasOption, lastValue, type Option, readArguments } from './options.js';

export interface PackageActions {
  readonly installs: PackageInstall[];
  readonly removals: PackageAction[];
  readonly indexUpdates: PackageAction[];
  readonly cacheCleans: PackageAction[];
}

interface Call {
  readonly manager: Manager;
  readonly command: ShellCommand;
  readonly read: Arguments;
  readonly verb: string;
  /** What follows the verb. */
  readonly operands: readonly ShellWord[];
}

/** Adds what the command does with packages. */
export function packageActionsOf(command: ShellCommand, actions: PackageActions): void {
  if (command.name === '') return;
  const program = programOf(command);
  if (!program) return;
  const { manager, words } = program;
  if (manager.manager === 'pacman') {
    pacman(manager, command, words, actions);
    return;
  }
  const call = callOf(manager, command, words);
  const action = call && manager.verbs[call.verb];
  if (!call || !action) return;
  if (asksForHelp(call)) return;
  perform(call, action, actions);
}

function programOf(command: ShellCommand): { manager: Manager; words: readonly ShellWord[] } | undefined {
  const { name, words } = command;
  const manager = managerNamed(name);
  if (manager) return { manager, words: words.slice(1) };
  if (/^(python|pypy)[\d.]*$|^py$/.test(name)) {
    const module = words.findIndex((it) => it.value === '-m');
    return words[module + 1]?.value === 'pip' && module > 0
      ? { manager: PIP_MODULE, words: words.slice(module + 2) }
      : undefined;
  }
  if (name === 'php' || name === 'ruby') {
    const script = words.findIndex((it, index) => index > 0 && !it.value.startsWith('-'));
    const inner = script > 0 ? managerNamed(baseName(words[script]?.value ?? '')) : undefined;
    return inner ? { manager: inner, words: words.slice(script + 1) } : undefined;
  }
  return undefined;
}

const byName = new Map<string, Manager | undefined>();

function managerNamed(name: string): Manager | undefined {
  if (name.length > 20) return undefined;
  if (byName.has(name)) return byName.get(name);
  const found = MANAGERS.find((it) => it.programs.test(name));
  // Bounded: the names come from files that anyone may have written.
  if (byName.size < 2000) byName.set(name, found);
  return found;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function callOf(manager: Manager, command: ShellCommand, words: readonly ShellWord[]): Call | undefined {
  const style = { values: manager.values, ...(manager.singleDash ? { singleDash: true } : {}) };
  const read = readArguments(words, style);
  const first = read.operands[0]?.value;
  const second = read.operands[1]?.value;
  const two = `${first} ${second}`;
  const offset = first?.startsWith('+') ? 1 : 0;
  const one = read.operands[offset]?.value ?? '';
  const lower = manager.manager === 'choco' ? one.toLowerCase() : one;
  const verb = two in manager.verbs ? two : lower in manager.verbs ? lower : '' in manager.verbs ? '' : undefined;
  if (verb === undefined) return undefined;
  // `yarn build` runs a script; only options may stand behind a `yarn` that installs.
  if (verb === '' && one !== '' && manager.bare) return undefined;
  const taken = verb === '' ? 0 : verb === two ? 2 : offset + 1;
  if (!manager.runs?.includes(verb)) return { manager, command, read, verb, operands: read.operands.slice(taken) };
  // Options behind the package that is run belong to it.
  const from = verb === '' ? 0 : words.indexOf(read.operands[taken - 1] ?? words[0] ?? NO_WORD) + 1;
  const own = readArguments(words.slice(from), { ...style, untilOperand: true });
  const before = readArguments(words.slice(0, from), style).options;
  return {
    manager,
    command,
    read: { options: [...before, ...own.options], operands: own.operands },
    verb,
    operands: own.options.some((it) => manager.packages?.includes(it.name)) ? [] : own.operands.slice(0, 1),
  };
}

const NO_WORD: ShellWord = { value: '', range: { start: 0, end: 0 }, literal: true };

function asksForHelp(call: Call): boolean {
  const asked = hasOption(call.read.options, '--help', '-h');
  return asked || (call.verb === '' && hasOption(call.read.options, '--version', '-v', '-V'));
}

function perform(call: Call, action: Action, actions: PackageActions): void {
  const { manager, command, read, verb } = call;
  const base = { manager: manager.manager, command, flags: read.options.map(flagOf) };
  if (action === 'clean') {
    actions.cacheCleans.push({ ...base, packages: [] });
    return;
  }
  if (action === 'update') {
    actions.indexUpdates.push({ ...base, packages: [] });
    return;
  }
  const packages = packagesOf(call);
  if (action === 'remove') {
    actions.removals.push({ ...base, packages });
    return;
  }
  // A dry run or a local `go run .` brings nothing.
  if (manager.manager === 'go' && verb === 'run' && !packages.some((it) => it.version !== undefined)) return;
  const lists = read.options.flatMap((it) => (it.valueWord && manager.lists?.includes(it.name) ? [it.valueWord] : []));
  const virtual = manager.manager === 'apk' ? lastValue(read.options, '-t', '--virtual') : undefined;
  const install: PackageInstall = {
    ...base,
    packages,
    lists: verb === 'pip sync' ? [...lists, ...call.operands] : lists,
    ...(virtual ? { virtual: virtual.value } : {}),
  };
  actions.installs.push(install);
  if (manager.manager === 'apk' && hasOption(read.options, '-U', '--update-cache', '--update'))
    actions.indexUpdates.push({ ...base, packages: [] });
}

function flagOf(option: Option): PackageAction['flags'][number] {
  const { name, value, word } = option;
  return value === undefined ? { name, word } : { name, value, word };
}

function packagesOf(call: Call): readonly PackageWord[] {
  const { manager, read, verb } = call;
  const named = read.options.flatMap((it) =>
    it.valueWord && manager.packages?.includes(it.name) ? [it.valueWord] : [],
  );
  const operands = manager.bare?.includes(verb) ? [] : call.operands;
  const words = packageWords(manager.notation, [...named, ...operands]);
  const version = manager.version && lastValue(read.options, ...manager.version);
  if (!version) return words;
  return words.map((it) => (it.version === undefined ? { ...it, version: version.value } : it));
}

/** pacman's verbs are capital letters of a bundle, `-Syu`, or long options, `--sync`. */
function pacman(manager: Manager, command: ShellCommand, words: readonly ShellWord[], actions: PackageActions): void {
  const read = readArguments(words, { values: manager.values });
  const { options, operands } = read;
  const base = {
    manager: manager.manager,
    command,
    flags: options.map(flagOf),
    packages: packageWords(manager.notation, operands),
  };
  if (hasOption(options, '-S', '--sync')) {
    if (hasOption(options, '-y', '--refresh')) actions.indexUpdates.push({ ...base, packages: [] });
    if (hasOption(options, '-c', '--clean')) actions.cacheCleans.push({ ...base, packages: [] });
    else if (operands.length > 0) actions.installs.push({ ...base, lists: [] });
  } else if (hasOption(options, '-U', '--upgrade')) actions.installs.push({ ...base, lists: [] });
  else if (hasOption(options, '-R', '--remove')) actions.removals.push(base);
}
