import type { Edit } from '../core/edit.js';
import { placeIn } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import { lineEndOf } from '../core/text.js';

/**
 * Edits that put `name=value` into the `.env` file beside a compose file, and `.env` into `.gitignore` where git would
 * take it. None where the name is there already; undefined where that cannot be done.
 *
 * @param file path of the compose file.
 * @returns by places on the number line of positions.
 */
export function keepInEnvFile(
  project: Project,
  file: string,
  name: string,
  value: string,
): readonly Edit[] | undefined {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const path = `${folder}.env`;
  const before = project.read(path);
  if (before === undefined && project.list(folder.slice(0, -1))?.some((it) => it.name === '.env')) return undefined;
  const written = dotenvValue(value);
  if (written === undefined) return undefined;
  const isThere = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=`, 'm').test(before ?? '');
  const entry = isThere ? [] : [appendLine(project, path, before, `${name}=${written}`)];
  if (project.ignoredByGit(path)) return entry;
  const ignoring = `${folder}.gitignore`;
  return [...entry, appendLine(project, ignoring, project.read(ignoring), '.env')];
}

/** As compose reads it: nothing is replaced between single quotes, and no other quote ends them. */
function dotenvValue(value: string): string | undefined {
  if (/^[\w.,:/@%+=~^-]+$/.test(value)) return value;
  return /['\\\r\n]/.test(value) ? undefined : `'${value}'`;
}

function appendLine(project: Project, path: string, text: string | undefined, line: string): Edit {
  const eol = lineEndOf(text ?? '');
  const end = text?.length ?? 0;
  const isOpen = text !== undefined && text !== '' && !text.endsWith('\n');
  return { range: placeIn(project, path, { start: end, end }), text: `${isOpen ? eol : ''}${line}${eol}` };
}
