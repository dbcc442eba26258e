import { basename, joinPath, type Work } from './reading.js';

/** Accounts, name resolution and package managers: what an image has there is put together by more than one step. */
const SHARED =
  /^\/etc\/(?:passwd|group|shadow|gshadow|sudoers|subuid|subgid|hosts|resolv\.conf|ld\.so|alternatives|apt|apk|yum|dnf|pki|ssl|rc\d?\.d|init\.d)/;

/**
 * The files and folders of settings below /etc that a command leaves, and nothing else of its result: they can be shipped as they are.
 * Undefined where it also leaves something else, or the names are not known.
 */
export function settingsOf(work: Work): readonly string[] | undefined {
  const written = writtenPaths(work);
  if (written === undefined || written.length === 0) return undefined;
  const paths = written.map((it) => joinPath(work.folder, withoutPattern(it)));
  return paths.every((it): it is string => it !== undefined && isSettings(it)) ? [...new Set(paths)] : undefined;
}

/** All files of a folder below that of a program: the folder. */
function withoutPattern(path: string): string {
  const end = path.lastIndexOf('/');
  const folder = path.slice(0, end);
  return path.includes('*', end) && /^\/etc\/[^/*]+\//.test(folder) ? folder : path;
}

function isSettings(path: string): boolean {
  return /^\/etc\/[\w./+-]+$/.test(path) && !SHARED.test(path);
}

function writtenPaths({ command, words }: Work): readonly string[] | undefined {
  const redirected = command.redirects.filter((it) => /^&?>>?/.test(it.operator)).map((it) => it.target.value);
  const named = namedTargets(command.name, words);
  return named === undefined ? undefined : [...redirected, ...named];
}

/** What the command itself changes; undefined where that is not told. */
function namedTargets(name: string, words: readonly string[]): readonly string[] | undefined {
  if (name === 'echo' || name === 'printf' || name === 'cat') return [];
  const operands = words.slice(1).filter((it) => !it.startsWith('-'));
  if (name === 'tee') return operands;
  if (name === 'sed') return sedFiles(words);
  if (name !== 'cp' && name !== 'mv') return undefined;
  const target = operands.at(-1);
  const sources = operands.slice(0, -1);
  if (target === undefined || sources.length === 0 || words.some((it) => /^-[a-zA-Z]*t|^--target/.test(it)))
    return undefined;
  // What is moved away is missing in the image, too.
  if (name === 'mv' && sources.some((it) => it.startsWith('/etc/'))) return undefined;
  if (target.endsWith('/'))
    return sources.every((it) => !/[*?[]|\/$/.test(it)) ? sources.map((it) => target + basename(it)) : undefined;
  return sources.length === 1 && basename(target).includes('.') ? [target] : undefined;
}

/** The files that sed changes in place. */
function sedFiles(words: readonly string[]): readonly string[] {
  if (!words.some((it) => /^-[a-zA-Z]*i|^--in-place/.test(it))) return [];
  const takesScript = (it: string): boolean => /^-[a-zA-Z]*[ef]$|^--(?:expression|file)$/.test(it);
  const hasScript = words.some((it) => takesScript(it) || /^--(?:expression|file)=/.test(it));
  const operands = words.slice(1).filter((it, index) => !it.startsWith('-') && !takesScript(words[index] ?? ''));
  return hasScript ? operands : operands.slice(1);
}
