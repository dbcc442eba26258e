import { type Dirent, existsSync, lstatSync, readdirSync, type Stats } from 'node:fs';
import path from 'node:path';
import type { ComposeDocument } from '../rules/compose/model.js';
import { parseCompose } from '../rules/compose/parse.js';
import { fileNumbers } from '../rules/core/elsewhere.js';
import type { EntryType, FolderEntry, Project } from '../rules/core/project.js';
import type { DockerfileDocument } from '../rules/dockerfile/model.js';
import { parseDockerfile } from '../rules/dockerfile/parse.js';
import type { PipelineDocument } from '../rules/pipeline/model.js';
import { parsePipeline } from '../rules/pipeline/parse.js';
import { createGitIgnore } from './ignore.js';
import { readText } from './read.js';
import { isWithin, type Repositories, repositories } from './repository.js';

/** The files around judged files. What was read is kept until it is said to have changed. */
export interface Projects {
  /** For a file by its absolute path. What is asked of it until the next call for the same file is remembered. */
  readonly of: (file: string) => Project;
  /** Drops what is known of these files and says which judged ones asked for them; absolute paths. */
  readonly changed: (paths: readonly string[]) => readonly string[];
  /** Everything is read anew. */
  readonly forget: () => void;
}

export interface ProjectsOptions {
  /** The text that counts instead of what is on disk: an editor has it and did not save it. */
  readonly unsaved?: (file: string) => string | undefined;
  /** The folder that nothing is read outside of: the opened folder or the current one that holds the file. */
  readonly folderOf: (file: string) => string | undefined;
}

export function createProjects({ unsaved, folderOf }: ProjectsOptions): Projects {
  const shared = new Map<string, SharedProject>();
  const dependencies = createDependencies();
  const roots = new Map<string, string>();
  const repositoryOf = repositories();

  const sharedAt = (root: string): SharedProject => {
    const known = shared.get(root) ?? createSharedProject(root, unsaved);
    shared.set(root, known);
    return known;
  };

  return {
    of: (file) => {
      const folder = path.dirname(file);
      const root = roots.get(folder) ?? rootOf(folder, folderOf(file), repositoryOf);
      roots.set(folder, root);
      return projectOf(file, sharedAt(root), dependencies.recorder(file));
    },
    changed: (paths) => {
      const changes = paths.map((file) => {
        const now = entryType(file);
        const effects = [...shared.values()].map((it) => it.drop(file, now));
        return {
          path: file,
          relisted: effects.some((it) => it.relisted),
          isFolder: effects.some((it) => it.isFolder),
        };
      });
      return dependencies.of(changes);
    },
    forget: () => {
      shared.clear();
      roots.clear();
      repositoryOf.forget();
      dependencies.clear();
    },
  };
}

/** The absolute path of a file of the project that a judged file has. */
export function absolutePath(judged: string, project: Project, file: string): string {
  const root = project.path === undefined ? path.dirname(judged) : judged.slice(0, -project.path.length);
  return path.join(root, file);
}

/** The repository, where it lies within the opened folder; else that folder. */
function rootOf(folder: string, opened: string | undefined, repositoryOf: Repositories): string {
  const repository = repositoryOf(folder);
  if (opened === undefined) return repository ?? folder;
  return repository !== undefined && isWithin(repository, opened) ? repository : opened;
}

/** What the judged files of one root have in common. */
interface SharedProject {
  readonly root: string;
  /** By absolute path. */
  readonly text: (file: string) => string | undefined;
  readonly entries: (folder: string) => readonly FolderEntry[] | undefined;
  readonly dockerfile: (file: string) => DockerfileDocument | undefined;
  readonly compose: (file: string) => ComposeDocument | undefined;
  readonly pipeline: (file: string) => PipelineDocument | undefined;
  readonly ignoredByGit: Project['ignoredByGit'];
  readonly numbers: Pick<Project, 'startOf' | 'fileAt'>;
  /** @param now what is there now. */
  readonly drop: (file: string, now: EntryType | undefined) => Effect;
}

/** What the change of a path does to what is known. */
interface Effect {
  /** It came or went, or is something else now: its folder holds other entries than were told. */
  readonly relisted: boolean;
  /** It is or was a folder: what is in it may have changed with it. */
  readonly isFolder: boolean;
}

function createSharedProject(root: string, unsaved: ProjectsOptions['unsaved']): SharedProject {
  const texts = new Map<string, string | undefined>();
  const folders = new Map<string, readonly FolderEntry[] | undefined>();
  const types = new Map<string, EntryType | undefined>();
  let characters = 0;

  const typeOf = (file: string): EntryType | undefined => {
    if (!types.has(file)) types.set(file, entryType(file));
    return types.get(file);
  };
  /** No folder between the root and the file is a link. */
  const isReached = (file: string): boolean => {
    const folder = path.dirname(file);
    return folder === root || folder.length <= root.length || (typeOf(folder) === 'folder' && isReached(folder));
  };

  const textOf = (file: string): string | undefined => {
    const type = typeOf(file);
    if (type === 'link') return undefined;
    // Most files that are asked for are missing: to open one costs an exception.
    return unsaved?.(file) ?? (type === 'file' ? savedText(file) : undefined);
  };
  const text = (file: string): string | undefined => {
    if (texts.has(file)) return texts.get(file);
    const found = isReached(file) ? textOf(file) : undefined;
    characters += found?.length ?? 0;
    if (characters > MAX_CHARACTERS) {
      texts.clear();
      characters = found?.length ?? 0;
    }
    texts.set(file, found);
    return found;
  };
  const entries = (folder: string): readonly FolderEntry[] | undefined => {
    if (folders.has(folder)) return folders.get(folder);
    const real = folder === root || (typeOf(folder) === 'folder' && isReached(folder));
    const found = real ? entriesOf(folder) : undefined;
    folders.set(folder, found);
    return found;
  };
  const dockerfiles = parsedTexts(text, parseDockerfile, MAX_DOCKERFILES);
  const composeFiles = parsedTexts(text, parseCompose, MAX_COMPOSE_FILES);
  const pipelines = parsedTexts(text, (it, file) => parsePipeline(it, file.replaceAll('\\', '/')), MAX_PIPELINES);
  const ownRead: Project['read'] = (it) => text(path.join(root, it));
  const gitIgnore = createGitIgnore(root);

  return {
    root,
    text,
    entries,
    dockerfile: dockerfiles.of,
    compose: composeFiles.of,
    pipeline: pipelines.of,
    ignoredByGit: (file, changedRead) => gitIgnore(file, changedRead ?? ownRead),
    numbers: fileNumbers(),
    drop: (file, now) => {
      const parent = path.dirname(file);
      const listed = folders.get(parent)?.find((it) => it.name === path.basename(file))?.type;
      // Where the folder is not known any more, those who asked for it have not been judged since.
      const relisted = isWithin(file, root) && (!folders.has(parent) || listed !== now);
      const isFolder = [listed, types.get(file), now].includes('folder') || folders.has(file);
      if (relisted) folders.delete(parent);
      texts.delete(file);
      types.delete(file);
      folders.delete(file);
      if (isFolder && file !== root && isWithin(file, root)) dropBelow(file, [texts, types, folders]);
      return { relisted, isFolder };
    },
  };
}

/** UTF-16 code units of the texts that are kept, so that a large workspace does not lie in memory whole. */
const MAX_CHARACTERS = 4_000_000;

/** Dockerfiles that are kept parsed: a large workspace has thousands, and most are asked for by their neighbours only. */
const MAX_DOCKERFILES = 32;

/** A compose file may include many others, which are asked for together again and again. */
const MAX_COMPOSE_FILES = 200;

/** Every pipeline is judged by what all pipelines of its repository do, so all of them have to fit. */
const MAX_PIPELINES = 600;

/** The documents of texts that are asked for again and again. */
function parsedTexts<D>(
  textOf: (file: string) => string | undefined,
  parse: (text: string, file: string) => D,
  limit: number,
): { readonly of: (file: string) => D | undefined } {
  const known = new Map<string, { readonly text: string; readonly document: D }>();
  return {
    of: (file) => {
      const text = textOf(file);
      if (text === undefined) return undefined;
      const before = known.get(file);
      if (before?.text === text) return before.document;
      const document = parse(text, file);
      known.delete(file);
      known.set(file, { text, document });
      const [oldest] = known.keys();
      if (known.size > limit && oldest !== undefined) known.delete(oldest);
      return document;
    },
  };
}

/** A folder came or went: what was known of the files in it is not known any more. */
function dropBelow(folder: string, caches: readonly Map<string, unknown>[]): void {
  const prefix = folder + path.sep;
  for (const cache of caches) for (const key of cache.keys()) if (key.startsWith(prefix)) cache.delete(key);
}

function projectOf(file: string, shared: SharedProject, record: (path: string) => void): Project {
  const { root } = shared;
  const asked = <R>(relative: string, answer: (absolute: string) => R): R | undefined => {
    if (!isPortable(relative)) return undefined;
    const absolute = path.join(root, relative);
    record(absolute);
    return answer(absolute);
  };
  return {
    path: path.relative(root, file).replaceAll('\\', '/'),
    read: (it) => asked(it, shared.text),
    list: (it) => asked(it, shared.entries),
    dockerfile: (it) => asked(it, shared.dockerfile),
    compose: (it) => asked(it, shared.compose),
    pipeline: (it) => asked(it, shared.pipeline),
    ignoredByGit: shared.ignoredByGit,
    pathOf: (absolute) => {
      const relative = path.relative(root, absolute).replaceAll('\\', '/');
      return isPortable(relative) ? relative : undefined;
    },
    startOf: shared.numbers.startOf,
    fileAt: shared.numbers.fileAt,
  };
}

/** A path of the contract: it cannot leave the root. */
function isPortable(relative: string): boolean {
  return (
    relative === '' ||
    (!/[\0\\]|^[A-Za-z]:/.test(relative) && relative.split('/').every((it) => it !== '' && it !== '.' && it !== '..'))
  );
}

/** Who asked for what. */
interface Dependencies {
  /** Starts anew for a judged file. */
  readonly recorder: (judged: string) => (path: string) => void;
  readonly of: (changes: readonly (Effect & { readonly path: string })[]) => readonly string[];
  readonly clear: () => void;
}

function createDependencies(): Dependencies {
  const asked = new Map<string, Set<string>>();
  const askedBy = createIndex();
  return {
    recorder: (judged) => {
      for (const it of asked.get(judged) ?? []) askedBy.remove(it, judged);
      const own = new Set<string>();
      asked.set(judged, own);
      return (it) => {
        if (!own.has(it)) own.add(askedBy.add(it, judged));
      };
    },
    of: (changes) => {
      const found = new Set<string>();
      for (const { path: changed, relisted, isFolder } of changes) {
        for (const it of askedBy.get(changed)) found.add(it);
        if (relisted) for (const it of askedBy.get(path.dirname(changed))) found.add(it);
        if (!isFolder) continue;
        for (const it of askedBy.keys())
          if (it.startsWith(changed + path.sep)) for (const one of askedBy.get(it)) found.add(one);
      }
      return [...found];
    },
    clear: () => {
      asked.clear();
      askedBy.clear();
    },
  };
}

/** The judged files by the path that they asked for. Nearly every path is asked for by one. */
interface Index {
  /** @returns the path, as the one string that stands for it everywhere. */
  readonly add: (path: string, judged: string) => string;
  readonly remove: (path: string, judged: string) => void;
  readonly get: (path: string) => Iterable<string>;
  readonly keys: () => Iterable<string>;
  readonly clear: () => void;
}

function createIndex(): Index {
  const known = new Map<string, { readonly path: string; judged: string | Set<string> }>();
  return {
    add: (asked, judged) => {
      const entry = known.get(asked);
      if (!entry) known.set(asked, { path: asked, judged });
      else if (typeof entry.judged !== 'string') entry.judged.add(judged);
      else if (entry.judged !== judged) entry.judged = new Set([entry.judged, judged]);
      return entry?.path ?? asked;
    },
    remove: (asked, judged) => {
      const entry = known.get(asked);
      if (entry && typeof entry.judged !== 'string') entry.judged.delete(judged);
      else if (entry?.judged === judged) known.delete(asked);
    },
    get: (asked) => {
      const judged = known.get(asked)?.judged ?? [];
      return typeof judged === 'string' ? [judged] : judged;
    },
    keys: () => known.keys(),
    clear: () => known.clear(),
  };
}

function savedText(file: string): string | undefined {
  const read = readText(file);
  return 'text' in read ? read.text : undefined;
}

function entriesOf(folder: string): readonly FolderEntry[] | undefined {
  // Most folders that are asked for are missing: asking first is cheaper than an exception.
  if (!existsSync(folder)) return undefined;
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((it) => ({ name: it.name, type: typeOfEntry(it) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

function entryType(file: string): EntryType | undefined {
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    return stats && typeOfEntry(stats);
  } catch {
    // Below a file: in a worktree of git, `.git` is one.
    return undefined;
  }
}

function typeOfEntry(it: Dirent | Stats): EntryType {
  if (it.isSymbolicLink()) return 'link';
  if (it.isFile()) return 'file';
  return it.isDirectory() ? 'folder' : 'other';
}
