import type { Edit } from '../core/edit.js';
import { placeIn } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import { joinPath } from './build-links.js';
import type { ContextFiles } from './context-files.js';

/**
 * The edit that adds lines to the end of the context's ignore file, where the last word is theirs; one that is missing
 * is made.
 *
 * @param lines patterns and comments.
 */
export function addIgnoreLines(project: Project, { folder, ignoreFile }: ContextFiles, lines: readonly string[]): Edit {
  return addLines(project, ignoreFile?.path ?? joinPath(folder, '.dockerignore'), ignoreFile?.text, lines);
}

/** The edit that adds lines to the end of a text file of the project; `text` undefined: it is made. */
export function addLines(project: Project, path: string, text: string | undefined, lines: readonly string[]): Edit {
  const eol = text?.includes('\r\n') ? '\r\n' : '\n';
  const end = text?.length ?? 0;
  const before = text === undefined || text === '' || text.endsWith('\n') ? '' : eol;
  return { range: placeIn(project, path, { start: end, end }), text: before + lines.join(eol) + eol };
}

/** A path as a pattern that means nothing but it. */
export function literalPattern(path: string): string {
  const escaped = path.replace(/[\\*?[\]^]/g, (it) => `\\${it}`);
  return /^[#!]/.test(escaped) ? `\\${escaped}` : escaped;
}
