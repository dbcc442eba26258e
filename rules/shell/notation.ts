import type { Manager } from './managers.js';
import type { PackageWord, ShellWord } from './model.js';
import { expandBraces } from './options.js';

type Notation = Manager['notation'];

interface Split {
  readonly name: string;
  readonly version?: string;
}

/** The packages that the words name. Files, folders and addresses keep the whole word as their name. */
export function packageWords(notation: Notation, words: readonly ShellWord[]): readonly PackageWord[] {
  const packages: PackageWord[] = [];
  for (const word of words) {
    const before = packages[packages.length - 1];
    if (notation === 'composer' && before && before.version === undefined && /^[\^~<>=v*\d]/.test(word.value)) {
      packages[packages.length - 1] = { ...before, version: word.value };
      continue;
    }
    for (const value of word.literal ? [word.value] : expandBraces(word.value)) {
      const split = splitPackage(notation, value);
      if (split) packages.push({ ...split, word });
    }
  }
  return packages;
}

/** Whether the word names a file, a folder or an address instead of a package of an index. */
export function isLocalOrUrl(value: string): boolean {
  return (
    /^\.{0,2}\//.test(value) ||
    value === '.' ||
    value === '..' ||
    value.startsWith('.[') ||
    /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ||
    /^(git@|git\+|file:)/.test(value) ||
    /^[a-z]:[\\/]/i.test(value) ||
    /\.(deb|rpm|apk|whl|gem|tgz|tar\.gz|tar\.bz2|zip)$/i.test(value)
  );
}

/** `name[extra] @ https://…` */
const ADDRESSED = /^([\w.-]+)(?:\[[^\]]*\])? *@ *(.+)$/;

function splitPackage(notation: Notation, value: string): Split | undefined {
  if (value === '') return undefined;
  if (isLocalOrUrl(value) && !(notation === 'pip' && ADDRESSED.test(value))) return { name: value };
  switch (notation) {
    case 'apt': {
      // `name-` removes, in an install as well.
      if (/[^-]-$/.test(value) && !value.includes('=')) return undefined;
      const [named, version] = cut(value, '=');
      const name = named.replace(/:[a-z0-9-]+$/, '').replace(/\/[^/]*$/, '');
      return version === undefined ? { name } : { name, version };
    }
    case 'apk': {
      if (value.startsWith('!')) return undefined;
      const { name, version } = comparison(value, /[=<>~]/);
      const plain = name.replace(/@[^@]*$/, '');
      return version === undefined ? { name: plain } : { name: plain, version };
    }
    case 'zypper':
    case 'pacman':
      return comparison(value, /[=<>]/);
    case 'pip':
      return pip(value);
    case 'npm': {
      const at = value.indexOf('@', 1);
      return at < 0 ? { name: value } : { name: value.slice(0, at), version: value.slice(at + 1) };
    }
    case 'go':
    case 'at':
      return split(cut(value, '@'));
    case 'gem':
      return split(cut(value, ':'));
    case 'composer':
      return split(cut(value, /[:=]/.exec(value)?.[0] ?? ':'));
    // `channel::name=1.2`
    case 'conda':
      return comparison(value.slice(value.lastIndexOf(':') + 1), /[=<>!~ ]/);
    // A dash before the version of an rpm may as well be part of the name.
    default:
      return { name: value };
  }
}

function pip(value: string): Split {
  const [requirement] = cut(value, ';');
  const address = ADDRESSED.exec(requirement);
  if (address?.[1] && address[2] !== undefined) return { name: address[1], version: address[2] };
  const found = comparison(requirement.trim(), /[=<>!~]/);
  return { ...found, name: found.name.replace(/\[.*$/, '').trim() };
}

/** Name and version around the first comparison: an exact version stands alone, others keep their operator. */
function comparison(value: string, operators: RegExp): Split {
  const at = value.search(operators);
  if (at <= 0) return { name: value };
  const version = value.slice(at);
  return { name: value.slice(0, at), version: version.replace(/^={1,3} */, '') };
}

function split([name, version]: readonly [string, string | undefined]): Split {
  return version === undefined ? { name } : { name, version };
}

function cut(value: string, at: string): readonly [string, string | undefined] {
  const index = value.indexOf(at);
  return index <= 0 ? [value, undefined] : [value.slice(0, index), value.slice(index + at.length)];
}
