import type { ComposeDocument } from '../compose/model.js';
import type { DockerfileDocument } from '../dockerfile/model.js';
import type { PipelineDocument } from '../pipeline/model.js';

export type EntryType = 'file' | 'folder' | 'link' | 'other';

/** What a folder holds. Links are not followed. */
export interface FolderEntry {
  readonly name: string;
  readonly type: EntryType;
}

/**
 * The files around the judged one, as data: a file is read when a rule asks for it, and who answers remembers which
 * verdict asked. Paths are relative to the project's root, the repository or the opened folder, with forward slashes and
 * no `.` or `..` in them; the root is the empty path. What lies outside, or behind a link, is never read.
 */
export interface Project {
  /** Of the judged file; absent: it stands alone, and nothing around it is known. */
  readonly path?: string;
  /** The text of a file, the unsaved one where an editor has it; undefined: missing, unreadable, too large, outside. */
  readonly read: (path: string) => string | undefined;
  /** The entries of a folder by name; undefined: no such folder, or not readable. */
  readonly list: (folder: string) => readonly FolderEntry[] | undefined;
  /** The same text as {@link Project.read}, parsed. */
  readonly dockerfile: (path: string) => DockerfileDocument | undefined;
  readonly compose: (path: string) => ComposeDocument | undefined;
  readonly pipeline: (path: string) => PipelineDocument | undefined;
  /** Whether git leaves a file of this project out; the `.gitignore` files are those that `read` gives. */
  readonly ignoredByGit: (path: string, read?: Project['read']) => boolean;
  /** The path of the contract for an absolute one with forward slashes; undefined: outside. */
  readonly pathOf: (absolute: string) => string | undefined;
  /** Where the file's stretch on the number line of positions starts: see `elsewhere.ts`. */
  readonly startOf: (path: string) => number;
  /** The file in whose stretch an offset lies; undefined: the judged one. */
  readonly fileAt: (offset: number) => string | undefined;
}

/** Between the starts of two files on the number line of positions: no text is longer. */
export const STRETCH = 2 ** 32;

/** Of a text that stands alone. */
export const STANDALONE: Project = {
  read: () => undefined,
  list: () => undefined,
  dockerfile: () => undefined,
  compose: () => undefined,
  pipeline: () => undefined,
  ignoredByGit: () => false,
  pathOf: () => undefined,
  startOf: () => STRETCH,
  fileAt: () => undefined,
};
