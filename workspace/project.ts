import type { Project } from '../rules/core/rule.js';

/** The files around a judged file. */
export interface Projects {
  /** For a file by its absolute path: the workflows in `.github/workflows` of its repository root. Cached until {@link Projects.forget}. */
  readonly of: (file: string) => Project;
  readonly forget: () => void;
}

/** @param read the text of a file, the unsaved one where an editor has it; undefined when it cannot be read. */
export function createProjects(read: (file: string) => string | undefined): Projects {
  throw new Error(`not yet: ${String(read)}`);
}

/** The nearest folder at or above `path` that holds `.git`; `path`'s own folder when none does. */
export function repositoryRoot(path: string): string {
  throw new Error(`not yet: ${path}`);
}
