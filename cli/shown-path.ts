import path from 'node:path';

/** A path as it is printed: relative to the current folder where it lies below it, with forward slashes. */
export function shownPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  if (relative === '') return '.';
  const outside = relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative);
  const shown = outside ? file : relative;
  return path.sep === '/' ? shown : shown.replaceAll(path.sep, '/');
}
