import { factsOf } from '../../rules/shell/facts.js';
import type { PackageAction, ShellCommand, ShellFacts, ShellScript, ShellWord } from '../../rules/shell/model.js';
import { parseScript, type ShellLanguage } from '../../rules/shell/parse.js';

export function script(program: string, language: ShellLanguage = 'posix'): ShellScript {
  return parseScript({ program, language, at: (offset) => offset });
}

export function facts(program: string, language: ShellLanguage = 'posix'): ShellFacts {
  return factsOf(script(program, language));
}

export function values(words: readonly ShellWord[]): readonly string[] {
  return words.map((it) => it.value);
}

/** `name word word`, with what stands around the command. */
export function line(command: ShellCommand): string {
  const parts = [values(command.words).join(' ')];
  if (command.wrappers.length > 0) parts.unshift(`${command.wrappers.join(' ')}:`);
  if (command.assignments.length > 0)
    parts.unshift(command.assignments.map((it) => `${it.name.value}=${it.value?.value ?? '?'}`).join(' '));
  for (const it of command.redirects) parts.push(`${it.descriptor ?? ''}${it.operator}${it.target.value}`);
  return parts.join(' ');
}

export function lines(program: string, language: ShellLanguage = 'posix'): readonly string[] {
  return script(program, language).commands.map(line);
}

/** `name@version` of the packages of all actions. */
export function packages(actions: readonly PackageAction[]): readonly string[] {
  return actions.flatMap((action) =>
    action.packages.map((it) => (it.version === undefined ? it.name : `${it.name} ${it.version}`)),
  );
}

export function flags(action: PackageAction | undefined): readonly string[] {
  return action?.flags.map((it) => (it.value === undefined ? it.name : `${it.name}=${it.value}`)) ?? [];
}
