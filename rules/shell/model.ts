import type { Range, Spanned } from '../core/text.js';

/** The program text of one RUN, CMD, ENTRYPOINT, HEALTHCHECK or compose command. All ranges are offsets of the file. */
export interface ShellScript {
  readonly language: 'posix' | 'powershell' | 'cmd';
  /** Basename of the program in a heredoc's `#!` line when it is no shell: `python3`. Then there are no commands. */
  readonly interpreter?: string;
  readonly range: Range;
  /** Every simple command in order of the text, those in substitutions, subshells and `sh -c '…'` included. */
  readonly commands: readonly ShellCommand[];
  /** False when the text is half-typed or a size limit was met: absence of a command then proves nothing. */
  readonly complete: boolean;
}

/** A word with quotes and escapes removed; expansions stay as written (`$X`, `${X}`, `$(…)`). */
export interface ShellWord extends Spanned<string> {
  /**
   * No expansion is in it (no variable, substitution, `~` or `{a,b}`), so `value` is what the program gets. File name
   * patterns count as literal: `/var/lib/apt/lists/*`, `curl=7.*`.
   */
  readonly literal: boolean;
}

export interface ShellRedirect {
  /** `>`, `>>`, `<`, `<<`, `<<<`, `&>` … */
  readonly operator: string;
  readonly descriptor?: number;
  readonly target: ShellWord;
  /** The body of a here-document or here-string. */
  readonly body?: Spanned<string>;
  readonly range: Range;
}

/** One simple command; `a && b` is two. */
export interface ShellCommand {
  readonly range: Range;
  /** Basename of the program after wrappers: `apt-get` of `sudo -E /usr/bin/apt-get`. Lower case for PowerShell and cmd. Empty for a lone assignment or when it is an expansion. */
  readonly name: string;
  /** The program's word and its arguments, after wrappers and assignments. */
  readonly words: readonly ShellWord[];
  readonly assignments: readonly { readonly name: Spanned<string>; readonly value?: ShellWord }[];
  readonly redirects: readonly ShellRedirect[];
  /** Programs that only start the real one: sudo, env, exec, time, nice, nohup, command, xargs, timeout, gosu … */
  readonly wrappers: readonly string[];
  /** What stands between this command and the one before it in the same list. */
  readonly joinedBy?: '&&' | '||' | ';' | '|' | '&';
  readonly pipedInto?: ShellCommand;
  readonly pipedFrom?: ShellCommand;
  /** The command whose argument this one is part of, and how. */
  readonly parent?: {
    readonly command: ShellCommand;
    /** `$(…)` or backquotes; `<(…)`; the text of `sh -c '…'`, `eval`, `su -c`, `bash <<EOF`, `find -exec`. */
    readonly kind: 'substitution' | 'process' | 'argument';
  };
  /** Inside `if`, `case`, a loop or a function body: it may not run. */
  readonly conditional: boolean;
}

export type PackageManager =
  | 'apt'
  | 'apk'
  | 'yum'
  | 'dnf'
  | 'microdnf'
  | 'tdnf'
  | 'zypper'
  | 'pacman'
  | 'pip'
  | 'uv'
  | 'npm'
  | 'yarn'
  | 'pnpm'
  | 'gem'
  | 'bundler'
  | 'go'
  | 'cargo'
  | 'composer'
  | 'conda'
  | 'choco';

/**
 * A package as named on a command line: `curl=7.88*`, `requests==2.32`, `@scope/name@1`. A file, a folder or an address
 * (`./x.deb`, `.`, `https://…`) has the whole word as its name.
 */
export interface PackageWord {
  readonly name: string;
  /** An exact version alone, `7.88*`; another comparison with its operator, `>=2`, `~1.2`; what npm, go … have after `@`. */
  readonly version?: string;
  /** Several packages share one word when Bash expands it: `php-{cli,fpm}`. */
  readonly word: ShellWord;
}

export interface PackageAction {
  readonly manager: PackageManager;
  readonly command: ShellCommand;
  /** The word or two that say what is done: `install`, `upgrade`, `ci`, `cache clean`, `-S`; empty for a lone `yarn` or `npx x`. */
  readonly verb: string;
  readonly packages: readonly PackageWord[];
  /** Options as written, normalised to `--name` or `--name=value`, short ones unbundled: `-y`, `--no-install-recommends`. */
  readonly flags: readonly { readonly name: string; readonly value?: string; readonly word: ShellWord }[];
}

/**
 * Something that brings packages: also `npm ci`, `pip install -r`, `bundle install`, `npx x` and upgrades; `packages` may
 * be empty then. `verb` tells them apart.
 */
export interface PackageInstall extends PackageAction {
  /** Files that list what is installed: `-r requirements.txt`, `-c`. */
  readonly lists: readonly ShellWord[];
  /** `apk add --virtual NAME`: the group that a later `apk del NAME` removes. */
  readonly virtual?: string;
}

export interface Download {
  readonly command: ShellCommand;
  /** curl, wget, fetch, aria2c, invoke-webrequest, python …: the command's name. */
  readonly tool: string;
  readonly urls: readonly ShellWord[];
  /** Where the bytes go. `pipe`: `command.pipedInto` reads them; `stdout`: a substitution or the build log. */
  readonly destination:
    | { readonly kind: 'file'; readonly path: string; readonly word?: ShellWord }
    | { readonly kind: 'pipe' | 'stdout' | 'none' };
}

export interface FileWrite {
  readonly command: ShellCommand;
  readonly path: ShellWord;
  /** What is written, where it can be told: text of echo, printf, a here-document. */
  readonly content?: ShellWord;
  readonly append: boolean;
}

export interface ModeChange {
  readonly command: ShellCommand;
  readonly mode: ShellWord;
  readonly paths: readonly ShellWord[];
  readonly recursive: boolean;
}

export interface OwnerChange {
  readonly command: ShellCommand;
  readonly owner: ShellWord;
  readonly paths: readonly ShellWord[];
  readonly recursive: boolean;
}

/** What rules ask of a script, computed once per script. */
export interface ShellFacts {
  readonly installs: readonly PackageInstall[];
  readonly removals: readonly PackageAction[];
  /** `apt-get update`, `apk update`, `yum makecache` … */
  readonly indexUpdates: readonly PackageAction[];
  /** `apt-get clean`, `yum clean all`, `npm cache clean`, `pip cache purge`, `conda clean` … */
  readonly cacheCleans: readonly PackageAction[];
  readonly downloads: readonly Download[];
  readonly writes: readonly FileWrite[];
  /** `rm`, `rmdir`, `unlink`, `find … -delete`. */
  readonly deletions: readonly { readonly command: ShellCommand; readonly paths: readonly ShellWord[] }[];
  readonly modeChanges: readonly ModeChange[];
  readonly ownerChanges: readonly OwnerChange[];
}
