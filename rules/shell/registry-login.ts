import type { Edit } from '../core/edit.js';
import type { ShellCommand, ShellWord } from './model.js';

/** A password of a registry that stands on a command line. */
export interface PasswordArgument {
  /** `docker login`, as a person would say it. */
  readonly program: string;
  /** `-p` or `--password`. */
  readonly option: string;
  /** Option and password. */
  readonly words: readonly ShellWord[];
  /** Offset in the last word at which the password starts: behind `--password=`. */
  readonly skipped: number;
}

/** Programs with `PROGRAM … login -p PASSWORD`, and how many words stand before `login`. */
const PROGRAMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['docker', ['login']],
  ['podman', ['login']],
  ['buildah', ['login']],
  ['skopeo', ['login']],
  ['nerdctl', ['login']],
  ['oras', ['login']],
  ['cosign', ['login']],
  ['notation', ['login']],
  ['crane', ['auth', 'login']],
  ['helm', ['registry', 'login']],
]);

/** The password that a command logs in to a registry with, where it is an argument. */
export function passwordArgument({ name, words }: ShellCommand): PasswordArgument | undefined {
  const verbs = PROGRAMS.get(name);
  if (!verbs) return undefined;
  const operands = words.slice(1).filter((it) => !it.value.startsWith('-'));
  if (!verbs.every((it, index) => operands[index]?.value === it)) return undefined;
  const program = [name, ...verbs].join(' ');
  for (const [index, word] of words.entries()) {
    const next = words[index + 1];
    if (/^(?:-p|--password)$/.test(word.value) && next && next.value !== '-')
      return { program, option: word.value, words: [word, next], skipped: 0 };
    if (word.value.startsWith('--password='))
      return { program, option: '--password', words: [word], skipped: '--password='.length };
    if (/^-p./.test(word.value)) return { program, option: '-p', words: [word], skipped: 2 };
  }
  return undefined;
}

/**
 * Gives the password by standard input. Undefined where the command has one already, or stands in a text whose quotes
 * would end by it.
 *
 * @param quotes whether double quotes may be written there.
 */
export function passwordByInput(
  text: string,
  command: ShellCommand,
  { words, skipped }: PasswordArgument,
  quotes: boolean,
): readonly Edit[] | undefined {
  const first = words[0];
  const last = words.at(-1);
  if (!first || !last || command.pipedFrom || command.redirects.some((it) => it.operator.startsWith('<')))
    return undefined;
  const written = text.slice(last.range.start, last.range.end).slice(skipped).replace(/^=/, '');
  if (/[\n`]|\$\(/.test(written) || written === '') return undefined;
  const quoted = /^(["']).*\1$/.test(written);
  if (!quoted && !quotes && /[$\s]/.test(written)) return undefined;
  const value = quoted || !quotes || /^[\w./+-]+$/.test(written) ? written : `"${written}"`;
  const { start } = command.range;
  return [
    { range: { start, end: start }, text: `echo ${value} | ` },
    { range: { start: first.range.start, end: last.range.end }, text: '--password-stdin' },
  ];
}
