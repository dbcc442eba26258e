import { added, type FactLists } from './fact-lists.js';
import { LANGUAGE_MANAGERS, PIP_MODULE } from './language-managers.js';
import type { Action, Manager } from './managers.js';
import type { PackageAction, PackageInstall, PackageWord, ShellCommand, ShellWord } from './model.js';
import { packageWords } from './notation.js';
import { type Arguments, hasOption, lastValue, type Option, readArguments } from './options.js';
import { SYSTEM_MANAGERS } from './system-managers.js';

interface Call {
  readonly manager: Manager;
  readonly command: ShellCommand;
  readonly read: Arguments;
  readonly verb: string;
  /** What follows the verb. */
  readonly operands: readonly ShellWord[];
}

/** Adds what the command does with packages. */
export function packageActionsOf(command: ShellCommand, actions: FactLists): void {
  if (command.name === '') return;
  const program = programOf(command);
  if (!program) return;
  const { manager, words } = program;
  if (manager.manager === 'pacman') {
    pacman(manager, command, words, actions);
    return;
  }
  const call = callOf(manager, command, words);
  if (!call || asksForHelp(call)) return;
  const action = manager.verbs[call.verb];
  if (action) perform(call, action, actions);
}

function programOf(command: ShellCommand): { manager: Manager; words: readonly ShellWord[] } | undefined {
  const { name, words } = command;
  const manager = managerNamed(name);
  if (manager) return { manager, words: words.slice(1) };
  if (/^(python|pypy)[\d.]*$|^py$/.test(name)) {
    const option = words.findIndex((it) => it.value === '-m');
    const module = option > 0 ? words[option + 1]?.value : undefined;
    const inner =
      module === 'pip' ? PIP_MODULE : module === 'pipx' || module === 'uv' ? managerNamed(module) : undefined;
    return inner ? { manager: inner, words: words.slice(option + 2) } : undefined;
  }
  if (name === 'php' || name === 'ruby') {
    let script = 1;
    while (words[script]?.value.startsWith('-')) script += /^-[dcS]$/.test(words[script]?.value ?? '') ? 2 : 1;
    const inner = managerNamed(baseName(words[script]?.value ?? ''));
    return inner ? { manager: inner, words: words.slice(script + 1) } : undefined;
  }
  return undefined;
}

const MANAGERS: readonly Manager[] = [...SYSTEM_MANAGERS, ...LANGUAGE_MANAGERS];

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
  const skipped = leading(manager, read.operands);
  const own = read.operands.slice(skipped);
  const verb = verbOf(manager, own[0]?.value ?? '', own[1]?.value);
  if (verb === undefined) return undefined;
  const taken = verb === '' ? 0 : verb.includes(' ') ? 2 : 1;
  const operands = own.slice(taken);
  // `conda clean -afy` has letters that elsewhere take a value.
  if (manager.verbs[verb] === 'clean')
    return { manager, command, read: readArguments(words, { ...style, values: NO_VALUES }), verb, operands };
  if (!manager.runs?.includes(verb)) return { manager, command, read, verb, operands };
  // Options behind the package that is run belong to it.
  const last = own[taken - 1];
  const from = last ? words.indexOf(last) + 1 : 0;
  const behind = readArguments(words.slice(from), { ...style, untilOperand: true });
  const options = [...readArguments(words.slice(0, from), style).options, ...behind.options];
  const named = options.some((it) => manager.packages?.includes(it.name));
  return {
    manager,
    command,
    read: { options, operands: behind.operands },
    verb,
    operands: named ? [] : behind.operands.slice(0, 1),
  };
}

const NO_VALUES: ReadonlySet<string> = new Set();

/** Operands before the verb: `cargo +nightly install`, `yarn workspace web add`. */
function leading(manager: Manager, operands: readonly ShellWord[]): number {
  const first = operands[0]?.value ?? '';
  if (manager.manager === 'cargo' && first.startsWith('+')) return 1;
  return manager.manager === 'yarn' && first === 'workspace' ? 2 : 0;
}

function verbOf(manager: Manager, first: string, second: string | undefined): string | undefined {
  const word = manager.manager === 'choco' ? first.toLowerCase() : first;
  const both = `${word} ${second}`;
  if (Object.hasOwn(manager.verbs, both)) return both;
  if (word !== '' && Object.hasOwn(manager.verbs, word)) return word;
  if (!Object.hasOwn(manager.verbs, '')) return undefined;
  // `yarn build` runs a script; only options may stand behind a `yarn` that installs.
  return first !== '' && manager.bare ? undefined : '';
}

function asksForHelp(call: Call): boolean {
  const asked = hasOption(call.read.options, '--help', '-h');
  return asked || (call.verb === '' && hasOption(call.read.options, '--version', '-v', '-V'));
}

function perform(call: Call, action: Action, actions: FactLists): void {
  const { manager, command, read, verb } = call;
  const base = { manager: manager.manager, command, verb, flags: read.options.map(flagOf) };
  if (action === 'clean') {
    actions.cacheCleans = added(actions.cacheCleans, { ...base, packages: [] });
    return;
  }
  if (action === 'update') {
    actions.indexUpdates = added(actions.indexUpdates, { ...base, packages: [] });
    return;
  }
  const packages = packagesOf(call);
  if (action === 'remove') {
    actions.removals = added(actions.removals, { ...base, packages });
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
  actions.installs = added(actions.installs, install);
  if (manager.manager === 'apk' && hasOption(read.options, '-U', '--update-cache', '--update'))
    actions.indexUpdates = added(actions.indexUpdates, { ...base, packages: [] });
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
  if (verb === 'create-project') return created(operands);
  const words = packageWords(manager.notation, [...named, ...operands]);
  const version = manager.version && lastValue(read.options, ...manager.version);
  if (!version) return words;
  return words.map((it) => (it.version === undefined ? { ...it, version: version.value } : it));
}

/** `composer create-project vendor/name folder version` */
function created(operands: readonly ShellWord[]): readonly PackageWord[] {
  const [named, , version] = operands;
  const words = packageWords('composer', named ? [named] : []);
  return version ? words.map((it) => ({ version: version.value, ...it })) : words;
}

/** pacman's verbs are capital letters of a bundle, `-Syu`, or long options, `--sync`. */
function pacman(manager: Manager, command: ShellCommand, words: readonly ShellWord[], actions: FactLists): void {
  const read = readArguments(words, { values: manager.values });
  const { options, operands } = read;
  const act = (verb: string): PackageAction => ({
    manager: manager.manager,
    command,
    verb,
    flags: options.map(flagOf),
    packages: packageWords(manager.notation, operands),
  });
  if (hasOption(options, '-S', '--sync')) {
    const sync = act('-S');
    if (hasOption(options, '-y', '--refresh'))
      actions.indexUpdates = added(actions.indexUpdates, { ...sync, packages: [] });
    if (hasOption(options, '-c', '--clean'))
      actions.cacheCleans = added(actions.cacheCleans, { ...sync, packages: [] });
    else if (operands.length > 0 || hasOption(options, '-u', '--sysupgrade'))
      actions.installs = added(actions.installs, { ...sync, lists: [] });
  } else if (hasOption(options, '-U', '--upgrade'))
    actions.installs = added(actions.installs, { ...act('-U'), lists: [] });
  else if (hasOption(options, '-R', '--remove')) actions.removals = added(actions.removals, act('-R'));
}
