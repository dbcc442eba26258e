import type { ShellCommand, ShellScript, ShellWord } from './model.js';
import { hasOption, lastValue, readArguments } from './options.js';

export interface GitClone {
  readonly command: ShellCommand;
  readonly source: ShellWord;
  /** Where it goes, when that is named. */
  readonly folder?: ShellWord;
  /** Value of `--branch`: a branch or a tag. */
  readonly branch?: ShellWord;
  /** The words of `--depth` and the like, because of which other commits are not there. */
  readonly shallow: readonly ShellWord[];
  readonly recursive: boolean;
}

/** Options of git and of git clone that take the next word. */
const VALUES: ReadonlySet<string> = new Set(
  (
    '-C -c --git-dir --work-tree -b --branch -o --origin -u --upload-pack --reference --reference-if-able --separate-git-dir ' +
    '--depth --shallow-since --shallow-exclude --config -j --jobs --template --filter --server-option --bundle-uri --revision'
  ).split(' '),
);

/** The clones of the script that check out a branch or a tag. */
export function gitClones({ commands }: ShellScript): readonly GitClone[] {
  return commands.flatMap((command): readonly GitClone[] => {
    if (command.name !== 'git') return [];
    const { options, operands } = readArguments(command.words.slice(1), { values: VALUES });
    const [verb, source, folder] = operands;
    if (verb?.value !== 'clone' || !source) return [];
    if (hasOption(options, '--mirror', '--bare', '--no-checkout', '-n', '--revision', '--help', '-h')) return [];
    const branch = lastValue(options, '-b', '--branch');
    const shallow = options
      .filter((it) => /^--(?:depth|shallow-.*)$/.test(it.name))
      .flatMap(({ word, valueWord }) =>
        valueWord && valueWord.range.start > word.range.end ? [word, valueWord] : [word],
      );
    return [
      {
        command,
        source,
        ...(folder ? { folder } : {}),
        ...(branch ? { branch } : {}),
        shallow,
        recursive: hasOption(options, '--recursive', '--recurse-submodules'),
      },
    ];
  });
}

/** Whether the command puts another revision in place of the one that was cloned. */
export function movesHead({ name, words }: ShellCommand): boolean {
  if (name !== 'git') return false;
  const { operands } = readArguments(words.slice(1), { values: VALUES });
  return /^(?:checkout|reset|switch|fetch|pull|revert|worktree|bisect|rev-parse|verify-commit|verify-tag)$/.test(
    operands[0]?.value ?? '',
  );
}

/** Whether a revision is a branch by its name; versions have digits. */
export function isBranch(name: string): boolean {
  return name !== 'HEAD' && (/^[A-Za-z/_-]+$/.test(name) || /\.x$|^stable\//.test(name));
}

/** Host and path of a repository, and what its address says behind `#`: without the folder behind `:`, empty for nothing. */
export interface GitAddress {
  readonly repository: string;
  readonly revision: string;
}

/** An address that BuildKit takes for a git repository; absent for another one. */
export function readGitAddress(address: string): GitAddress | undefined {
  const [place = '', fragment = ''] = address.split('#', 2);
  const path =
    /^(?:ssh|git):\/\/(?:[^/@]*@)?([^?]+)/.exec(place) ??
    /^https?:\/\/(?:[^/@]*@)?([^?]+\.git)(?:\?|$)/.exec(place) ??
    /^[\w.-]+@([\w.-]+:[^?]+)/.exec(place);
  const named = /[?&](?:ref|branch|tag)=([^&]+)/.exec(place);
  if (!path?.[1]) return undefined;
  return {
    repository: path[1].replace(/\.git$/, '').replace(':', '/'),
    revision: named?.[1] ?? fragment.split(':')[0] ?? '',
  };
}
