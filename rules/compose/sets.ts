import type { Project } from '../core/project.js';
import { variablesOf } from './dotenv.js';

/** The files that `docker compose` reads together, in order: the later ones override the earlier. */
export interface ComposeSet {
  /** Paths of the project. */
  readonly files: readonly string[];
  /** Which relative paths count from. */
  readonly folder: string;
}

/** The names that compose looks for, the first that exists counts. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/**
 * The set that a file belongs to; the file alone where no other is read with it.
 *
 * @param named sets of the configuration, absolute paths: the first with the file counts.
 */
export function setOf(path: string, project: Project, named: readonly (readonly string[])[] = []): ComposeSet {
  for (const set of named) {
    // One outside of the project stays as it is written, and is missing.
    const files = set.map((it) => project.pathOf(it) ?? it);
    if (files.includes(path)) return { files, folder: folderOf(files[0] ?? path) };
  }
  const folder = folderOf(path);
  const listed = filesOfEnvironment(folder, project);
  if (listed?.includes(path)) return { files: listed, folder };
  return { files: listed ? [path] : defaultFiles(path, folder, project), folder };
}

/** Those of `COMPOSE_FILE` in the `.env` file beside. */
function filesOfEnvironment(folder: string, project: Project): readonly string[] | undefined {
  const text = project.read(joined(folder, '.env') ?? '');
  if (text === undefined || !text.includes('COMPOSE_FILE')) return undefined;
  const { get } = variablesOf(text, 0);
  const files = get('COMPOSE_FILE')?.split(get('COMPOSE_PATH_SEPARATOR') ?? /[:;]/);
  return files?.flatMap((it) => joined(folder, it) ?? []);
}

function defaultFiles(path: string, folder: string, project: Project): readonly string[] {
  const name = path.slice(folder === '' ? 0 : folder.length + 1);
  if (!NAMES.includes(name) && !OVERRIDES.includes(name)) return [path];
  const present = new Set(
    project.list(folder)?.flatMap((it) => (it.type === 'file' || it.type === 'link' ? it.name : [])),
  );
  const base = NAMES.find((it) => present.has(it));
  const override = OVERRIDES.find((it) => present.has(it));
  const files = [base, override].flatMap((it) => (it === undefined ? [] : (joined(folder, it) ?? [])));
  return files.length === 2 && files.includes(path) ? files : [path];
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** A path that is written relative to a folder; undefined where it leaves the project or is none of it. */
export function joined(folder: string, written: string): string | undefined {
  if (/^[/\\~]|^[A-Za-z]:[\\/]|\0/.test(written)) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
