import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Text } from '../rules/core/message.js';
import { type FileKind, kindOf } from '../rules/project/kind.js';
import type { Listings } from '../workspace/listings.js';
import { readText, reasonOf } from '../workspace/read.js';
import { relativePath, type Settings } from '../workspace/settings.js';
import { type FoundFile, walk } from '../workspace/walk.js';
import { TEXTS } from './texts.js';

export interface TargetProblem {
  /** Absolute. */
  readonly path: string;
  readonly message: Text;
}

export interface Targets {
  readonly files: readonly FoundFile[];
  readonly problems: readonly TargetProblem[];
}

/** The files that the named paths stand for, each once, in the order they were named. A file that is named is judged even where it is ignored. */
export async function targetsOf(
  paths: readonly string[],
  cwd: string,
  { settings, listings }: { readonly settings: Settings; readonly listings: Listings },
): Promise<Targets> {
  const files = new Map<string, FoundFile>();
  const problems: TargetProblem[] = [];
  for (const named of paths.length > 0 ? paths : ['.']) {
    const absolute = path.resolve(cwd, named);
    const kind = pathKind(absolute);
    if (typeof kind === 'object') problems.push({ path: absolute, message: kind });
    else if (kind === 'file') {
      const found = namedFile(absolute, settings);
      if ('kind' in found) files.set(found.path, found);
      else problems.push(found);
    } else {
      for await (const found of walk(absolute, settings, listings)) {
        if ('kind' in found) files.set(found.path, found);
        else problems.push(found);
      }
    }
  }
  return { files: [...files.values()], problems };
}

/** The kind of a file that was named: by its name, else by what is in it. */
export function namedKind(file: string, settings: Settings, text: () => string | undefined): FileKind | undefined {
  const { config, base } = settings.of(file);
  return kindOf(relativePath(base, file), config) ?? kindOfText(text(), path.extname(file));
}

function namedFile(file: string, settings: Settings): FoundFile | TargetProblem {
  let problem: Text | undefined;
  const kind = namedKind(file, settings, () => {
    const read = readText(file);
    if ('text' in read) return read.text;
    problem = read.problem;
    return undefined;
  });
  return kind ? { path: file, kind } : { path: file, message: problem ?? { template: TEXTS.unknownKind, data: {} } };
}

function kindOfText(text: string | undefined, extension: string): FileKind | undefined {
  if (text === undefined) return undefined;
  if (/^\.ya?ml$/i.test(extension)) return /^services\s*:/m.test(text) ? 'compose' : undefined;
  return /^[ \t]*FROM[ \t]+\S/im.test(text) ? 'dockerfile' : undefined;
}

function pathKind(file: string): 'file' | 'folder' | Text {
  try {
    // A dangling link is missing, a link that goes in circles says so.
    return statSync(realpathSync(file)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return reasonOf(error);
  }
}
