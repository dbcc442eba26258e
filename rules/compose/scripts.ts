import type { ShellScript } from '../shell/model.js';
import { execScript, parseScript } from '../shell/parse.js';
import { type CommandWord, splitCommand, wordOf } from './command.js';
import { offsetsOf } from './decode.js';
import type { ComposeNode, ComposeScalar, ComposeService } from './model.js';

/**
 * `command`, `entrypoint` or the test of `healthcheck` as a script. A string of the first two is split into words and no
 * shell reads it; where the entry point is `sh -c`, the first word of the command is what that shell runs.
 */
export function scriptOf(
  service: ComposeService,
  key: 'command' | 'entrypoint' | 'healthcheck',
): ShellScript | undefined {
  if (key === 'healthcheck') {
    const health = service.get('healthcheck')?.value;
    return health?.kind === 'map' ? healthScript(health.get('test')?.value) : undefined;
  }
  const words = wordsOf(service.get(key)?.value);
  const script = words[0];
  if (!script) return undefined;
  if (key === 'command' && startsShell(wordsOf(service.get('entrypoint')?.value)))
    return parseScript({ program: script.value, language: 'posix', at: script.at });
  return execScript(words, 'posix');
}

/** `sh -c`, `bash -euxc`, and no script yet. */
function startsShell(words: readonly CommandWord[]): boolean {
  const last = words.at(-1)?.value ?? '';
  return words.length > 1 && /^-[a-z]*c$/.test(last) && /(?:^|\/)(?:ba|da|a|k|z)?sh$/.test(words.at(-2)?.value ?? '');
}

function healthScript(test: ComposeNode | undefined): ShellScript | undefined {
  if (test?.kind === 'scalar') return test.value === null ? undefined : shellText(test);
  if (test?.kind !== 'list') return undefined;
  const [form, ...rest] = test.items;
  const mode = form?.kind === 'scalar' ? form.text : '';
  if (mode === 'CMD') return execScript(rest.flatMap(itemWords), 'posix');
  const script = rest[0];
  return mode === 'CMD-SHELL' && script?.kind === 'scalar' ? shellText(script) : undefined;
}

function shellText(node: ComposeScalar): ShellScript {
  const { value, at } = wordOf(node);
  return parseScript({ program: value, language: 'posix', at });
}

function wordsOf(node: ComposeNode | undefined): readonly CommandWord[] {
  if (node?.kind === 'list') return node.items.flatMap(itemWords);
  return node?.kind === 'scalar' && node.value !== null ? splitCommand(node.text, offsetsOf(node)) : [];
}

function itemWords(node: ComposeNode): readonly CommandWord[] {
  return node.kind === 'scalar' ? [wordOf(node)] : [];
}
