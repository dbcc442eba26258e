import type { Edit } from '../core/edit.js';
import type { DockerfileDocument, RunInstruction } from '../dockerfile/model.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';
import { gitAddress, loginApart } from './git-login.js';
import { cleanUp } from './left-behind.js';
import { mountVariable, secretForm } from './secret-variable.js';
import { isSetAnywhere } from './variable-uses.js';

/** A secret that stands in a word of a command, and the variable that is to hold it. */
export interface WrittenValue {
  readonly value: string;
  readonly word: ShellWord;
  readonly name: string;
}

/**
 * Puts a variable in the place of a value that the shell reads plainly or in double quotes, and mounts it as a secret.
 *
 * @param names what the variables of other fixes for this file hold.
 */
export function mountValue(
  document: DockerfileDocument,
  run: RunInstruction,
  command: ShellCommand,
  { value, word, name }: WrittenValue,
  names: Map<string, string>,
): readonly Edit[] | undefined {
  const plain = run.form === 'shell' && !run.onbuild && run.heredocs.length === 0 && run.script.language === 'posix';
  if (!plain || command.parent || !secretForm(document)) return undefined;
  const written = document.text.slice(word.range.start, word.range.end);
  const at = written.indexOf(value);
  if (at < 0 || written !== written.replaceAll(/['\\\n]/g, '') || written.includes(value, at + 1)) return undefined;
  // One name, one value.
  if (isSetAnywhere(document, name) || document.text.includes(name) || (names.get(name) ?? value) !== value)
    return undefined;
  const mounted = mountVariable(document, run, name);
  const start = word.range.start + at;
  const end = start + value.length;
  const variable = /\w/.test(document.text.charAt(end)) ? `\${${name}}` : `$${name}`;
  const address = gitAddress(document, command);
  const isLogin = address?.word === word && address.login.includes(value);
  const replaced: readonly Edit[] = isLogin
    ? loginApart(command, address, address.login.replace(value, variable))
    : [{ range: { start, end }, text: written.includes('"') ? variable : `"${variable}"` }];
  const cleaned = cleanUp(document, run, isLogin ? [] : [command]);
  if (!mounted || !cleaned) return undefined;
  names.set(name, value);
  return [...mounted, ...replaced, ...cleaned];
}
