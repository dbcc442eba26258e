import type { Edit } from './edit.js';
import { type Project, STRETCH } from './project.js';
import type { Range } from './text.js';

/*
 * Places in several files are ranges on one number line, as in Clang's SourceManager: the judged text starts at 0, every
 * other file of the project at a multiple of this. So a range computed from another one stays in its file, and rules
 * need not know which file a value of the effective model was written in.
 */

/** Whether a place is in another file than the judged one: a finding there is that file's own to report. */
export function isElsewhere({ start }: Range): boolean {
  return start >= STRETCH;
}

/** The place of `range`, an own range of another file of the project, on the number line of positions. */
export function placeIn(project: Project, path: string, { start, end }: Range): Range {
  const first = path === project.path ? 0 : project.startOf(path);
  return { start: first + start, end: first + end };
}

/** The range within its own file. */
export function ownRange({ start, end }: Range): Range {
  const first = start - (start % STRETCH);
  return { start: start - first, end: end - first };
}

/** Edits of one file, as ranges of that file. One that is missing is created by an insertion at 0. */
export interface FileEdits {
  readonly path: string;
  /** Sorted and disjoint. */
  readonly edits: readonly Edit[];
}

/** Numbers the files of a project, in the order in which they are asked for. */
export function fileNumbers(): Pick<Project, 'startOf' | 'fileAt'> {
  const paths: string[] = [];
  const numbers = new Map<string, number>();
  return {
    startOf: (path) => {
      const number = numbers.get(path) ?? paths.push(path);
      numbers.set(path, number);
      return number * STRETCH;
    },
    fileAt: (offset) => paths[Math.floor(offset / STRETCH) - 1],
  };
}
