import type { Project } from '../core/project.js';
import { variablesOf } from './dotenv.js';
import type { ComposeNode } from './model.js';

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

/** Folders above a file that a file which includes it is looked for in, its own among them. */
const MAX_FOLDERS = 8;

/** The set that includes a file which is in none itself, the nearest above it, if it may change what the file says. */
export function includingSet(
  path: string,
  project: Project,
  named: readonly (readonly string[])[],
): ComposeSet | undefined {
  let folder = folderOf(path);
  for (let count = 0; count < MAX_FOLDERS; count++) {
    const base = firstOf(NAMES, folder, project);
    const document = base === undefined || base === path ? undefined : project.compose(base);
    if (base !== undefined && document?.roots.some((it) => includes(it.get('include')?.value, folder, path))) {
      const set = setOf(base, project, named);
      // Without them nothing is said there that the file does not say itself.
      const adds = set.files.length > 1 || project.read(joined(set.folder, '.env') ?? '') !== undefined;
      return adds ? set : undefined;
    }
    if (folder === '') return undefined;
    folder = folderOf(folder);
  }
  return undefined;
}

function includes(node: ComposeNode | undefined, folder: string, path: string): boolean {
  if (node?.kind === 'scalar') return joined(folder, node.text) === path;
  if (node?.kind === 'map') return includes(node.get('path')?.value, folder, path);
  return node?.items.some((it) => includes(it, folder, path)) === true;
}

/** Each is asked for by itself: then only their coming and going matters. */
function firstOf(names: readonly string[], folder: string, project: Project): string | undefined {
  const paths = names.map((it) => (folder === '' ? it : `${folder}/${it}`));
  return paths.find((it) => project.read(it) !== undefined);
}

function defaultFiles(path: string, folder: string, project: Project): readonly string[] {
  const name = path.slice(folder === '' ? 0 : folder.length + 1);
  if (!NAMES.includes(name) && !OVERRIDES.includes(name)) return [path];
  const files = [NAMES, OVERRIDES].flatMap((it) => firstOf(it, folder, project) ?? []);
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
