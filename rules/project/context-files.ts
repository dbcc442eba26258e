import type { FolderEntry, Project } from '../core/project.js';
import { folderOf, joinPath } from './build-links.js';
import { type DockerIgnore, type IgnoreLine, type IgnoreVerdict, parseDockerignore } from './dockerignore.js';

/** A file of a build context that its ignore file does not keep out. */
export interface ContextEntry {
  /** Path within the context. */
  readonly path: string;
  /** A folder that is not looked into: {@link CLOSED_FOLDERS}. */
  readonly isFolder: boolean;
  /** The line of the ignore file that brings it back in. */
  readonly by?: IgnoreLine;
}

/** What a build can copy of a folder. */
export interface ContextFiles {
  readonly folder: string;
  /** The ignore file that counts, as the project names it. */
  readonly ignoreFile?: { readonly path: string; readonly text: string; readonly ignore: DockerIgnore };
  readonly entries: readonly ContextEntry[];
  /** There are more files than are looked at. */
  readonly cut: boolean;
}

/** Files and folders that are looked at, and how deep they may lie. */
export const MAX_ENTRIES = 4000;
const MAX_DEPTH = 12;
/** Steps of matching, about a tenth of a second. */
const MAX_WORK = 8_000_000;

/** Folders of other people's files, whose names say enough. */
export const CLOSED_FOLDERS: ReadonlySet<string> = new Set(
  '.git .hg .svn node_modules bower_components .venv venv __pycache__ .tox .terraform .gradle .mypy_cache .pytest_cache .cache'.split(
    ' ',
  ),
);

const KNOWN = new WeakMap<Project, Map<string, ContextFiles | undefined>>();

/**
 * The files of a context, level by level, so that what is cut off lies deepest.
 *
 * @param dockerfile path of the Dockerfile: `<its name>.dockerignore` beside it counts before `.dockerignore`; undefined for
 *   an additional context, which has no such file.
 */
export function contextFiles(
  project: Project,
  folder: string,
  dockerfile: string | undefined,
): ContextFiles | undefined {
  const known = KNOWN.get(project) ?? new Map<string, ContextFiles | undefined>();
  KNOWN.set(project, known);
  const key = `${folder}\0${dockerfile ?? ''}`;
  if (!known.has(key)) known.set(key, walkOnce(project, folder, dockerfile));
  return known.get(key);
}

/** What was found, and the folders that were looked into. */
interface Walk {
  readonly ignoreFile: ContextFiles['ignoreFile'];
  readonly folders: ReadonlyMap<string, ReturnType<Project['list']>>;
  readonly files: ContextFiles;
}

/** The last walk by the entries of its context: a keystroke in the Dockerfile changes none of them. */
const WALKS = new WeakMap<readonly FolderEntry[], Walk>();

function walkOnce(project: Project, folder: string, dockerfile: string | undefined): ContextFiles | undefined {
  const top = project.list(folder);
  if (!top) return undefined;
  const ignoreFile = ignoreFileOf(project, folder, dockerfile);
  const last = WALKS.get(top);
  const isSame =
    last?.files.folder === folder &&
    last.ignoreFile?.path === ignoreFile?.path &&
    last.ignoreFile?.text === ignoreFile?.text &&
    // Asking makes the judged file depend on them.
    [...last.folders].every(([path, entries]) => project.list(path) === entries);
  if (last && isSame) return last.files;
  const folders = new Map<string, ReturnType<Project['list']>>();
  const list: Project['list'] = (path) => {
    const entries = project.list(path);
    folders.set(path, entries);
    return entries;
  };
  const files = walk(list, folder, ignoreFile);
  WALKS.set(top, { ignoreFile, folders, files });
  return files;
}

/** The ignore file that counts for a build of the Dockerfile in the context; undefined: there is none. */
function ignoreFileOf(project: Project, folder: string, dockerfile: string | undefined): ContextFiles['ignoreFile'] {
  const own = dockerfile === undefined ? [] : [`${dockerfile}.dockerignore`];
  for (const path of [...own, joinPath(folder, '.dockerignore')]) {
    const text = project.read(path);
    if (text !== undefined) return { path, text, ignore: parseDockerignore(text) };
  }
  return undefined;
}

interface Level {
  readonly path: string;
  readonly verdict?: IgnoreVerdict;
}

function walk(list: Project['list'], folder: string, ignoreFile: ContextFiles['ignoreFile']): ContextFiles {
  const ignore = ignoreFile?.ignore;
  const entries: ContextEntry[] = [];
  let seen = 0;
  let cut = false;
  let level: readonly Level[] = [{ path: '' }];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MAX_DEPTH) {
      cut = true;
      break;
    }
    const below: Level[] = [];
    for (const { path: inside, verdict: above } of level) {
      for (const { name, type } of list(inside === '' ? folder : joinPath(folder, inside)) ?? []) {
        if (seen++ >= MAX_ENTRIES || (ignore?.work() ?? 0) > MAX_WORK) {
          cut = true;
          break;
        }
        const path = joinPath(inside, name);
        const verdict = ignore?.judge(path, above);
        const isFolder = type === 'folder';
        const isClosed = isFolder && CLOSED_FOLDERS.has(name);
        if (isFolder && !isClosed && (!verdict?.ignored || ignore?.mayHoldIncluded(path)))
          below.push({ path, ...(verdict ? { verdict } : {}) });
        if (verdict?.ignored || (isFolder && !isClosed) || type === 'other') continue;
        entries.push({ path, isFolder, ...(verdict?.by ? { by: verdict.by } : {}) });
      }
    }
    level = cut ? [] : below;
  }
  return { folder, ...(ignoreFile ? { ignoreFile } : {}), entries, cut };
}

/** Whether a file lies where tests and documentation keep theirs: what looks like a key is made for them there. */
export function isForTests(path: string): boolean {
  return folderOf(path)
    .toLowerCase()
    .split('/')
    .some((it) =>
      /^(?:.*[._-])?(?:tests?|testing|testdata|test[_-]data|fixtures?|mocks?|stubs?|specs?|__tests__|e2e|examples?|samples?|demos?|docs?|vendor|third[_-]party|site-packages)$/.test(
        it,
      ),
    );
}
