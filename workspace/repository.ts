import { existsSync } from 'node:fs';
import path from 'node:path';

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

/** Whether a path is that of the folder or lies below it. */
export function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}
