import { existsSync } from 'node:fs';
import path from 'node:path';

/** The nearest folder at or above `folder` that holds `.git`. */
export function enclosingRepository(folder: string): string | undefined {
  return repositories()(folder);
}

/** {@link enclosingRepository}, remembered for every folder on the way up. */
export interface Repositories {
  (folder: string): string | undefined;
  readonly forget: () => void;
}

/** @param has whether there is something at a path. */
export function repositories(has: (file: string) => boolean = existsSync): Repositories {
  const known = new Map<string, string | undefined>();
  const of = (folder: string): string | undefined => {
    if (known.has(folder)) return known.get(folder);
    const parent = path.dirname(folder);
    const above = (): string | undefined => (parent === folder ? undefined : of(parent));
    // In a worktree or a submodule `.git` is a file.
    const found = has(path.join(folder, '.git')) ? folder : above();
    known.set(folder, found);
    return found;
  };
  return Object.assign(of, { forget: () => known.clear() });
}

/** Whether a path is that of the folder or lies below it. */
export function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}
