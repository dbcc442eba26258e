import type { FolderEntry } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { CopyInstruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import { basename, expanded, isInside, joinPath, type Reading } from './reading.js';

/** Whether the files around the Dockerfile can be read. */
export function hasContext({ project }: Reading): boolean {
  return project.path !== undefined;
}

/** The text of a file of the build context, which is taken to be the Dockerfile's folder. */
export function readContext({ project }: Reading, path: string): string | undefined {
  const whole = inProject(project.path, path);
  return whole === undefined ? undefined : project.read(whole);
}

export function listContext({ project }: Reading, path: string): readonly FolderEntry[] | undefined {
  const whole = inProject(project.path, path);
  return whole === undefined ? undefined : project.list(whole);
}

function inProject(judged: string | undefined, path: string): string | undefined {
  if (judged === undefined) return undefined;
  const folder = judged.includes('/') ? `/${judged.slice(0, judged.lastIndexOf('/'))}` : '/';
  return joinPath(folder, path)?.slice(1);
}

/** COPY and ADD of files from the build context. */
export function contextCopies({ stage }: Reading): readonly CopyInstruction[] {
  return instructionsOf(stage.instructions, 'COPY', 'ADD').filter(
    (it) =>
      !it.from &&
      it.heredocs.length === 0 &&
      it.destination &&
      !it.sources.some(({ value }) => /^\w+:\/\/|^git@/.test(value)),
  );
}

/** Where a source of COPY comes to lie. */
export interface Placed {
  readonly copy: CopyInstruction;
  /** Relative to the context; empty for all of it. */
  readonly source: string;
  /** Absolute, in the image. */
  readonly target: string;
  readonly folder: boolean;
}

export const placedSources = remembered((reading: Reading): readonly Placed[] =>
  contextCopies(reading).flatMap((copy) => {
    const written = expanded(reading.document, copy, copy.destination?.value ?? '');
    const destination = joinPath(reading.folderAt(copy), written);
    if (destination === undefined) return [];
    return copy.sources.flatMap((word): Placed[] => {
      const source = (joinPath('/', expanded(reading.document, copy, word.value)) ?? '/?').slice(1);
      const folder = source === '' || isFolder(reading, source, written, copy.sources.length);
      if (folder) return [{ copy, source, target: destination, folder }];
      const into = copy.sources.length > 1 || /(?:^|\/)\.{0,2}$/.test(written) || !namesFile(destination, source);
      return [
        { copy, source, target: into ? `${destination}/${basename(source)}`.replace('//', '/') : destination, folder },
      ];
    });
  }),
);

function isFolder(reading: Reading, source: string, destination: string, sources: number): boolean {
  if (listContext(reading, source)) return true;
  if (readContext(reading, source) !== undefined || sources > 1) return false;
  // `COPY src ./src`: names without an ending that do not land in a folder as such.
  return (
    !basename(source).includes('.') &&
    !/[*?[]/.test(source) &&
    !/^[A-Z]/.test(basename(source)) &&
    basename(destination.replace(/\/$/, '')) === basename(source)
  );
}

function namesFile(destination: string, source: string): boolean {
  return (
    basename(destination) === basename(source) || basename(destination).includes('.') || !basename(source).includes('.')
  );
}

/** The path in the build context of what lies at an absolute path of the image. */
export function contextPath(reading: Reading, path: string): string | undefined {
  for (const { source, target, folder } of placedSources(reading).toReversed()) {
    if (folder && isInside(target, path)) {
      const rest = target === '/' ? path.slice(1) : path.slice(target.length + 1);
      return [source, rest].filter(Boolean).join('/');
    }
    if (!folder && target === path && !/[*?[]/.test(source)) return source;
  }
  return undefined;
}

/** The text of the file of the context that lies at an absolute path of the image. */
export function readAt(reading: Reading, path: string): string | undefined {
  const source = contextPath(reading, path);
  return source === undefined ? undefined : readContext(reading, source);
}

const MAX_FILES = 300;

/** The texts of a folder's files with a certain ending, four folders deep. */
export function textsBelow(reading: Reading, folder: string, ending: RegExp): readonly string[] {
  const texts: string[] = [];
  const visit = (path: string, depth: number): void => {
    for (const { name, type } of listContext(reading, path) ?? []) {
      if (texts.length >= MAX_FILES || name.startsWith('.') || name === 'node_modules' || name === 'vendor') continue;
      const inner = path === '' ? name : `${path}/${name}`;
      if (type === 'folder' && depth < 4) visit(inner, depth + 1);
      else if (type === 'file' && ending.test(name)) {
        const text = readContext(reading, inner);
        if (text !== undefined) texts.push(text);
      }
    }
  };
  visit(folder, 0);
  return texts;
}
