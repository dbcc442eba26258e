import type { PackageInstall, PackageManager, PackageWord } from './model.js';

/** What an installation leaves to the day of the build: names of packages, and sources of git without a commit. */
export interface Unpinned {
  readonly names: readonly PackageWord[];
  readonly sources: readonly PackageWord[];
}

/** The packages of an operating system that are named without a version; files, addresses and variables are none of them. */
export function unpinnedSystemPackages(install: PackageInstall): readonly PackageWord[] {
  const { manager, verb, packages } = install;
  if (!SYSTEM_VERBS.test(verb) || !SYSTEM.has(manager)) return [];
  return packages.filter(
    ({ name, version, word }) =>
      version === undefined &&
      word.literal &&
      !isFile(name) &&
      !/^[@<>]|[*?]/.test(name) &&
      !isPinnedByName(install, name, word.value),
  );
}

const SYSTEM: ReadonlySet<PackageManager> = new Set(['apt', 'apk', 'yum', 'dnf', 'microdnf', 'tdnf', 'zypper']);
const SYSTEM_VERBS = /^(?:|install|reinstall|add|in|install-n|install-na|install-nevra|module install|downgrade)$/;

/** `tool/stable` of apt; `httpd-2.4.62`, `nodejs:22` of rpm: `java-21-openjdk` only has a number in its name. */
function isPinnedByName({ manager }: PackageInstall, name: string, written: string): boolean {
  if (manager === 'apt') return written.includes('/');
  if (manager === 'apk') return false;
  return /-(?:\d+:)?\d[\w~^+]*[.~_-]\d/.test(name) || /-v?\d[\w.~^+]*$/.test(name) || name.includes(':');
}

/** The libraries and tools of a language that are named without a version, and git repositories without a commit. */
export function unpinnedLibraries(install: PackageInstall, hasContext: boolean): Unpinned {
  const verbs = LANGUAGE_VERBS.get(install.manager);
  const isLocal = install.lists.length > 0 || install.flags.some(({ name }) => LOCAL_FLAGS.has(name));
  if (!verbs?.test(install.verb) || isLocal) return NONE;
  // What stands behind `gem install x --` is for the compiler.
  const end =
    install.manager === 'gem' ? install.command.words.find((it) => it.value === '--')?.range.start : undefined;
  const named = install.packages.filter(
    ({ word, name }) =>
      name !== '' && (word.literal || /^(?:git\+|git:)/.test(name)) && (end === undefined || word.range.start < end),
  );
  return {
    names: named.filter(
      (it) => !isAddress(it.name) && !isRepository(install.manager, it.name) && isFree(install.manager, it, hasContext),
    ),
    sources: named.filter((it) => isFreeSource(install.manager, it)),
  };
}

const NONE: Unpinned = { names: [], sources: [] };

/** What only takes what is at hand, or pins by itself. */
const LOCAL_FLAGS = new Set(['--no-index', '--require-hashes', '--path', '--local', '--offline', '--group']);

const LANGUAGE_VERBS: ReadonlyMap<PackageManager, RegExp> = new Map([
  ['pip', /^(?:install|inject)$/],
  ['uv', /^(?:pip install|tool install|add)$/],
  ['npm', /^(?:i|ins?|inst?a?l?l?|isnt|isnta|isntal|isntall|add)$/],
  ['yarn', /^(?:global )?add$/],
  ['pnpm', /^add$/],
  ['gem', /^i(?:nstall)?$/],
  ['go', /^(?:install|get|run)$/],
  ['cargo', /^(?:bin)?(?:stall|install)$/],
]);

function isFree(manager: PackageManager, { name, version, word }: PackageWord, hasContext: boolean): boolean {
  if (manager === 'go') {
    // Inside a module go.mod says the version of what is named without one.
    if (version === undefined) return !hasContext && /^[\w-]+(?:\.[\w-]+)+\/./.test(name);
    return /^(?:latest|upgrade|main|master|HEAD)$/.test(version);
  }
  if ((manager === 'pip' || manager === 'uv') && name.includes('/')) return false;
  if (isFile(name) || /\.(?:whl|tgz|gem|zip|tar|tar\.\w+)$/.test(name)) return false;
  return version === undefined && !/[=<>~!]/.test(word.value);
}

/** `user/repository` of npm, and every address that git fetches. */
function isRepository(manager: PackageManager, name: string): boolean {
  if (/^(?:git\+|git:|git@|ssh:)|\.git(?:[#@]|$)/.test(name)) return true;
  return (
    NODE.has(manager) &&
    /^(?:(?:github|gitlab|bitbucket|gist):[\w.-]+(?:\/[\w.-]+)?|[\w-][\w.-]*\/[\w.-]+)(?:#|$)/.test(name)
  );
}

const NODE: ReadonlySet<PackageManager> = new Set(['npm', 'yarn', 'pnpm']);

function isFreeSource(manager: PackageManager, { name, version, word }: PackageWord): boolean {
  if (manager === 'go' || manager === 'gem') return false;
  const { value } = word;
  if (manager === 'cargo') return version === undefined && isAddress(name);
  if (!isRepository(manager, name) && !/@\s*git\+/.test(value)) return false;
  if (NODE.has(manager)) return !/#./.test(value);
  // The part behind the path: `git+https://user@host/x.git@v1#egg=x`.
  return !/\/[^@]*@[^@/]+$/.test(value.replace(/^[^:]*:\/\/[^/]*/, '').replace(/#.*$/, ''));
}

function isAddress(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name);
}

/** A path, or a package in a file. */
function isFile(name: string): boolean {
  return /^(?:[./~]|file:|[A-Za-z]:\\)|\.(?:deb|rpm|apk)$|\/$|:\/\//.test(name);
}
