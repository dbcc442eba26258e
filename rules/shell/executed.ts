import { checksIntegrity } from './integrity.js';
import type { Download, ShellCommand, ShellFacts, ShellScript, ShellWord } from './model.js';

/** A download whose content is run as a program before anything checked it. */
export interface ExecutedDownload {
  readonly download: Download;
  /** The command that runs the bytes: the `sh` behind the pipe or around the substitution, or the started file itself. */
  readonly by: ShellCommand;
  /** `pipe`: read from standard input; `argument`: `sh -c "$(…)"`, `bash <(…)`, `eval`, `iex (…)`; `file`: saved before. */
  readonly how: 'pipe' | 'argument' | 'file';
  /** The file as it is named where it is run. */
  readonly file?: string;
}

const NOTHING: readonly ExecutedDownload[] = [];

/** Downloads that the same script runs unchecked, in any form; what comes from this machine is left out. */
export function executedDownloads(script: ShellScript, { downloads }: ShellFacts): readonly ExecutedDownload[] {
  if (downloads.length === 0) return NOTHING;
  const seen = new Set<ShellCommand>();
  const found = downloads.flatMap((download): readonly ExecutedDownload[] => {
    if (download.urls.length > 0 && download.urls.every((it) => isLocal(it.value))) return [];
    if (download.command.words.some((it) => /\bexec\(.*\b(?:urlopen|requests\.get)\(/.test(it.value)))
      return [{ download, by: download.command, how: 'argument' }];
    if (download.destination.kind === 'file') return runFile(script, download, download.destination.path);
    return runAtOnce(download);
  });
  // `(curl … || wget …) | sh` runs one of two, by one command.
  return found.filter(({ by }) => !seen.has(by) && seen.add(by));
}

function isLocal(url: string): boolean {
  return /^(?:file:|(?:https?:\/\/)?(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$))/i.test(url);
}

function runAtOnce(download: Download): readonly ExecutedDownload[] {
  return runsPiped(download, download.command) ?? runsInside(download);
}

/** Follows the pipes behind `from`; undefined where they end without a verdict. */
function runsPiped(download: Download, from: ShellCommand): readonly ExecutedDownload[] | undefined {
  for (let next = from.pipedInto; next; next = next.pipedInto) {
    if (runsInput(next)) return [{ download, by: next, how: 'pipe' }];
    if (!FILTERS.has(next.name)) return [];
  }
  return undefined;
}

function runsInside(download: Download): readonly ExecutedDownload[] {
  const { parent } = download.command;
  if (parent?.kind === 'process' && FILTERS.has(parent.command.name)) return runsPiped(download, parent.command) ?? [];
  if (!parent || parent.kind === 'argument') return [];
  return runsArgument(parent.command, download.command, parent.kind)
    ? [{ download, by: parent.command, how: 'argument' }]
    : [];
}

/** Programs that pass on what they read, changed or not. */
const FILTERS = new Set(
  'awk base64 bunzip2 bzip2 cat cut dos2unix envsubst grep gunzip gzip head jq pv sed tail tee tr unxz xz xzcat zcat zstd zstdcat'.split(
    ' ',
  ),
);

const SHELLS = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh', 'mksh', 'fish', 'busybox']);
const LANGUAGES = /^(?:python|pypy)[\d.]*$|^(?:perl|ruby|node|nodejs|php|lua|tclsh)[\d.]*$/;

/** Whether the command reads its program from standard input. */
function runsInput(command: ShellCommand): boolean {
  const { name } = command;
  if (name === 'invoke-expression') return true;
  if (name === 'source' || name === '.') return command.words[1]?.value === '/dev/stdin';
  if (SHELLS.has(name)) return shellProgram(command) === 'input';
  if (!LANGUAGES.test(name)) return false;
  for (const { value } of command.words.slice(1)) {
    if (value === '-' || value === '--' || value === '/dev/stdin') return true;
    if (!value.startsWith('-') || isCodeOption(name, value) || /^-[mf]$/.test(value)) return false;
  }
  return true;
}

/** Options whose argument is the program, or that make of it a filter of lines. */
function isCodeOption(name: string, option: string): boolean {
  if (/^--(?:eval|print|run)$/.test(option)) return true;
  if (/^(?:python|pypy)/.test(name)) return /^-[a-zA-Z]*c$/.test(option);
  if (name === 'php') return option === '-r' || option === '-R';
  return /^-[a-zA-Z]*[enpE]$/.test(option);
}

/** What a shell runs: the argument of -c, standard input, or the file it is given. */
function shellProgram({ name, words }: ShellCommand): 'input' | ShellWord | { readonly code: ShellWord | undefined } {
  const first = name === 'busybox' ? 2 : 1;
  for (let index = first; index < words.length; index++) {
    const word = words[index];
    if (!word) break;
    if (word.value === '-' || word.value === '/dev/stdin' || /^-[a-zA-Z]*s[a-zA-Z]*$/.test(word.value)) return 'input';
    if (word.value === '--') return words[index + 1] ?? 'input';
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word.value))
      return { code: words.slice(index + 1).find((it) => !it.value.startsWith('-')) };
    if (/^[-+]o$|^--(?:rcfile|init-file)$/.test(word.value)) index++;
    else if (!/^[-+]/.test(word.value)) return word;
  }
  return 'input';
}

/** Whether the command runs the substitution that `inner` stands in. */
function runsArgument(command: ShellCommand, inner: ShellCommand, kind: 'substitution' | 'process'): boolean {
  const { name, words } = command;
  const holds = (word: ShellWord | undefined): boolean =>
    word !== undefined && word.range.start <= inner.range.start && inner.range.end <= word.range.end;
  const isAll = (word: ShellWord | undefined): boolean => holds(word) && /^\s*(?:\$\(|`|<\()/.test(word?.value ?? '');
  if (name === 'invoke-expression') return true;
  if (name === 'create') return /scriptblock/i.test(command.parent?.command.words[0]?.value ?? '');
  if (name === 'eval') return isAll(words[1]);
  if (name === '') return command.assignments.length === 0 && isAll(words[0]);
  const fed = command.redirects.some((it) => (it.operator === '<<<' || it.operator === '<') && isAll(it.target));
  if (fed) return runsInput(command);
  if (name === 'source' || name === '.') return kind === 'process' && isAll(words[1]);
  if (SHELLS.has(name)) {
    const program = shellProgram(command);
    if (program === 'input') return false;
    return 'code' in program ? isAll(program.code) : kind === 'process' && isAll(program);
  }
  if (!LANGUAGES.test(name)) return false;
  const option = words.findIndex((it) => isCodeOption(name, it.value));
  return option > 0
    ? isAll(words[option + 1])
    : kind === 'process' && isAll(words.slice(1).find((it) => !it.value.startsWith('-')));
}

/** The first command behind the download that starts the saved file, unless a check stands between. */
function runFile({ commands }: ShellScript, download: Download, path: string): readonly ExecutedDownload[] {
  const from = commands.indexOf(download.command);
  for (const command of commands.slice(from + 1)) {
    if (checksIntegrity(command)) return [];
    const started = startedFile(command);
    if (started !== undefined && isSameFile(started, path))
      return [{ download, by: command, how: 'file', file: started }];
  }
  return [];
}

/** The program file that the command runs: a script given to an interpreter, or a path that is the command itself. */
function startedFile(command: ShellCommand): string | undefined {
  const { name, words } = command;
  if (name === 'source' || name === '.') return words[1]?.value;
  if (name === 'powershell' || name === 'pwsh') {
    const option = words.findIndex((it) => /^-f(?:ile)?$/i.test(it.value));
    return option > 0 ? words[option + 1]?.value : undefined;
  }
  if (SHELLS.has(name)) {
    const program = shellProgram(command);
    return program === 'input' || 'code' in program ? undefined : program.value;
  }
  if (LANGUAGES.test(name)) {
    const first = words
      .slice(1)
      .find((it) => !it.value.startsWith('-') || isCodeOption(name, it.value) || it.value === '-m');
    return first?.value.startsWith('-') ? undefined : first?.value;
  }
  const program = words[0]?.value ?? '';
  // Asking a tool for its version is how people see that the download worked.
  const probes = words.length === 2 && /^(?:-v|-V|-h|(?:--)?(?:version|help))$/.test(words[1]?.value ?? '');
  return /[\\/]/.test(program) && !probes ? program : undefined;
}

/** Relative paths are compared by their last part, as a `cd` may stand between. */
function isSameFile(first: string, second: string): boolean {
  const [a, b] = [first, second].map((it) => it.replaceAll('\\', '/').replace(/^\.\//, ''));
  if (a === undefined || b === undefined || b === '') return false;
  if (a === b) return true;
  const isAbsolute = (path: string): boolean => path.startsWith('/');
  return !(isAbsolute(a) && isAbsolute(b)) && lastPart(a) === lastPart(b) && lastPart(a) !== '';
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
