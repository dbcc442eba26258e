import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Project } from '../rules/core/rule.js';
import { parseWorkflow } from '../rules/project/parse.js';

/** The files around a judged file. */
export interface Projects {
  /**
   * For a file by its absolute path: the workflows in the nearest `.github/workflows` at or above it, up to its
   * repository root. Cached until {@link Projects.forget}.
   */
  readonly of: (file: string) => Project;
  readonly forget: () => void;
}

const NO_PROJECT: Project = { workflows: [] };

/** @param read the text of a file, the unsaved one where an editor has it; undefined when it cannot be read. */
export function createProjects(read: (file: string) => string | undefined): Projects {
  const byFolder = new Map<string, Project>();

  const projectOf = (folder: string): Project => {
    const known = byFolder.get(folder);
    if (known) return known;
    const project = workflowsIn(folder, read) ?? projectAbove(folder);
    byFolder.set(folder, project);
    return project;
  };

  const projectAbove = (folder: string): Project => {
    const parent = path.dirname(folder);
    return parent === folder || isRepositoryRoot(folder) ? NO_PROJECT : projectOf(parent);
  };

  return { of: (file) => projectOf(path.dirname(file)), forget: () => byFolder.clear() };
}

/** The nearest folder at or above `file` that holds `.git`; the folder it lies in when none does. */
export function repositoryRoot(file: string): string {
  return enclosingRepository(file) ?? path.dirname(file);
}

/** The nearest folder at or above `folder` that holds `.git`. */
export function enclosingRepository(folder: string): string | undefined {
  for (let current = folder; ; ) {
    if (isRepositoryRoot(current)) return current;
    const parent = path.dirname(current);
    if (parent === current) return undefined;
    current = parent;
  }
}

/** In a worktree or a submodule `.git` is a file. */
export function isRepositoryRoot(folder: string): boolean {
  return existsSync(path.join(folder, '.git'));
}

function workflowsIn(folder: string, read: (file: string) => string | undefined): Project | undefined {
  const place = path.join(folder, '.github', 'workflows');
  const texts = names(place)
    .filter((it) => /\.ya?ml$/.test(it))
    .sort()
    .flatMap((it) => read(path.join(place, it)) ?? []);
  return texts.length > 0 ? { workflows: texts.map((it) => parseWorkflow(it)) } : undefined;
}

function names(folder: string): readonly string[] {
  // Most folders have none: asking first is cheaper than an exception.
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
