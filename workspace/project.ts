import path from 'node:path';
import type { ComposeDocument } from '../rules/compose/model.js';
import { parseCompose } from '../rules/compose/parse.js';
import { fileNumbers } from '../rules/core/elsewhere.js';
import type { FolderEntry, Project } from '../rules/core/project.js';
import type { DockerfileDocument } from '../rules/dockerfile/model.js';
import { parseDockerfile } from '../rules/dockerfile/parse.js';
import type { PipelineDocument } from '../rules/pipeline/model.js';
import { parsePipeline } from '../rules/pipeline/parse.js';
import { createGitIgnore } from './ignore.js';
import { createListings, entryType, type Listings } from './listings.js';
import { readText } from './read.js';
import { isWithin, type Repositories, repositories } from './repository.js';

/** The files around judged files. What was read is kept until it is said to have changed. */
export interface Projects {
  /**
   * For a file by its absolute path, with its text where that is known. What is asked of it until the next call for the same
   * file is remembered.
   */
  readonly of: (file: string, text?: string) => Project;
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
  /** Where what is on the disk is known already. */
  readonly listings?: Listings;
}

export function createProjects({ unsaved, folderOf, listings = createListings() }: ProjectsOptions): Projects {
  const shared = new Map<string, SharedProject>();
  const dependencies = createDependencies();
  const roots = new Map<string, string>();
  const repositoryOf = repositories((file) => listings.typeOf(file) !== undefined);

  const sharedAt = (root: string): SharedProject => {
    const known = shared.get(root) ?? createSharedProject(root, listings, unsaved);
    shared.set(root, known);
    return known;
  };

  /** Folders that were seen to have come before it was told. */
  const untold = new Set<string>();

  const change = (file: string): Change => {
    const folder = path.dirname(file);
    const [before, now] = [listings.listedType(file), entryType(file)];
    const within = [...shared.keys()].filter((root) => isWithin(file, root));
    // Where the folder is not known any more, those who asked for it have not been judged since.
    const relisted = within.length > 0 && (untold.delete(file) || !listings.isListed(folder) || before !== now);
    const isFolder = before === 'folder' || now === 'folder' || listings.isListed(file);
    dropMissing(folder, within);
    if (relisted) listings.drop(folder);
    listings.drop(file);
    const dropsBelow = isFolder && within.length > 0 && !within.includes(file);
    if (dropsBelow) listings.dropBelow(file);
    for (const it of shared.values()) it.drop(file, dropsBelow);
    return { path: file, relisted, isFolder };
  };
  /** A folder that came with what is in it: the one around it was listed without it. Its own coming is told apart. */
  const dropMissing = (folder: string, within: readonly string[]): void => {
    if (within.length === 0 || within.includes(folder)) return;
    const above = path.dirname(folder);
    dropMissing(above, within);
    if (!listings.isListed(above) || listings.listedType(folder) === entryType(folder)) return;
    listings.drop(above);
    untold.add(folder);
  };

  return {
    of: (file, text) => {
      const folder = path.dirname(file);
      const root = roots.get(folder) ?? rootOf(folder, folderOf(file), repositoryOf);
      roots.set(folder, root);
      const project = sharedAt(root);
      if (text !== undefined) project.read(file, text);
      return projectOf(file, project, dependencies.recorder(file));
    },
    changed: (paths) => dependencies.of(paths.map(change)),
    forget: () => {
      shared.clear();
      roots.clear();
      repositoryOf.forget();
      dependencies.clear();
      listings.forget();
      untold.clear();
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
  /** It was read, and has this text. */
  readonly read: (file: string, text: string) => void;
  readonly entries: (folder: string) => readonly FolderEntry[] | undefined;
  readonly dockerfile: (file: string) => DockerfileDocument | undefined;
  readonly compose: (file: string) => ComposeDocument | undefined;
  readonly pipeline: (file: string) => PipelineDocument | undefined;
  readonly ignoredByGit: Project['ignoredByGit'];
  readonly numbers: Pick<Project, 'startOf' | 'fileAt'>;
  readonly drop: (file: string, isFolder: boolean) => void;
}

/** What the change of a path does to what is known. */
interface Change {
  readonly path: string;
  /** It came or went, or is something else now: its folder holds other entries than were told. */
  readonly relisted: boolean;
  /** It is or was a folder: what is in it may have changed with it. */
  readonly isFolder: boolean;
}

function createSharedProject(root: string, listings: Listings, unsaved: ProjectsOptions['unsaved']): SharedProject {
  const texts = new Map<string, string>();
  const reached = new Map<string, boolean>();
  let characters = 0;

  /** Neither the folder nor one between the root and it is a link. */
  const isReached = (folder: string): boolean => {
    if (folder.length <= root.length) return true;
    const known = reached.get(folder);
    if (known !== undefined) return known;
    const found = isReached(path.dirname(folder)) && listings.typeOf(folder) === 'folder';
    reached.set(folder, found);
    return found;
  };

  const keep = (file: string, found: string): void => {
    characters += found.length;
    if (characters > MAX_CHARACTERS) {
      texts.clear();
      characters = found.length;
    }
    texts.set(file, found);
  };
  const text = (file: string): string | undefined => {
    const known = texts.get(file);
    if (known !== undefined) return known;
    if (!isReached(path.dirname(file))) return undefined;
    const type = listings.typeOf(file);
    if (type === 'link') return undefined;
    const found = unsaved?.(file) ?? (type === 'file' ? savedText(file) : undefined);
    if (found !== undefined) keep(file, found);
    return found;
  };
  const entries = (folder: string): readonly FolderEntry[] | undefined => {
    if (!isReached(folder)) return undefined;
    const listing = listings.list(folder);
    return 'error' in listing ? undefined : listing;
  };
  const dockerfiles = parsedTexts(text, parseDockerfile, MAX_DOCKERFILES);
  const composeFiles = parsedTexts(text, parseCompose, MAX_COMPOSE_FILES);
  const pipelines = parsedTexts(text, (it, file) => parsePipeline(it, file.replaceAll('\\', '/')), MAX_PIPELINES);
  const ownRead: Project['read'] = (it) => text(path.join(root, it));
  const gitIgnore = createGitIgnore(root);

  return {
    root,
    text,
    read: (file, found) => {
      // A link that was named counts for itself only.
      const isOwn = isReached(path.dirname(file)) && listings.typeOf(file) === 'file';
      if (isOwn && texts.get(file) !== found) keep(file, found);
    },
    entries,
    dockerfile: dockerfiles.of,
    compose: composeFiles.of,
    pipeline: pipelines.of,
    ignoredByGit: (file, changedRead) => gitIgnore(file, changedRead ?? ownRead),
    numbers: fileNumbers(),
    drop: (file, isFolder) => {
      texts.delete(file);
      reached.clear();
      if (!isFolder) return;
      const prefix = file + path.sep;
      for (const it of texts.keys()) if (it.startsWith(prefix)) texts.delete(it);
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

function projectOf(file: string, shared: SharedProject, record: (path: string) => void): Project {
  const { root } = shared;
  const prefix = root.endsWith(path.sep) ? root : root + path.sep;
  const asked = <R>(relative: string, answer: (absolute: string) => R): R | undefined => {
    if (!isPortable(relative)) return undefined;
    const absolute =
      relative === '' ? root : prefix + (path.sep === '/' ? relative : relative.replaceAll('/', path.sep));
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
  return relative === '' || !/[\0\\]|^[A-Za-z]:|(?:^|\/)\.{0,2}(?:\/|$)/.test(relative);
}

/** Who asked for what. */
interface Dependencies {
  /** Starts anew for a judged file. */
  readonly recorder: (judged: string) => (path: string) => void;
  readonly of: (changes: readonly Change[]) => readonly string[];
  readonly clear: () => void;
}

/** The hashes of what a judged file asked for, and of the folders that this lies in. */
interface Asked {
  readonly paths: number[];
  readonly folders: number[];
}

/**
 * A large workspace asks for hundreds of thousands of paths, and a change is looked up among them now and then: only their
 * hashes are kept. Two of them being the same means that a file is judged once more than it had to be.
 */
function createDependencies(): Dependencies {
  const asked = new Map<string, Asked>();
  return {
    recorder: (judged) => {
      const own: Asked = { paths: [], folders: [] };
      asked.set(judged, own);
      return (it) => {
        if (it !== judged) note(own, it);
      };
    },
    of: (changes) => {
      const paths: number[] = [];
      const folders: number[] = [];
      for (const { path: changed, relisted, isFolder } of changes) {
        paths.push(hashOf(changed));
        if (relisted) paths.push(hashOf(path.dirname(changed)));
        if (isFolder) folders.push(hashOf(changed));
      }
      const found: string[] = [];
      for (const [judged, own] of asked)
        if (paths.some((it) => own.paths.includes(it)) || folders.some((it) => own.folders.includes(it)))
          found.push(judged);
      return found;
    },
    clear: () => asked.clear(),
  };
}

function note({ paths, folders }: Asked, file: string): void {
  const above: number[] = [];
  const hash = hashOf(file, above);
  if (paths.includes(hash)) return;
  paths.push(hash);
  for (const it of above) if (!folders.includes(it)) folders.push(it);
}

const SEPARATOR = path.sep.charCodeAt(0);

/**
 * FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/, cut to the 30 bits that V8 holds without an object.
 * @param above gets the hashes of the folders that the file lies in.
 */
function hashOf(file: string, above?: number[]): number {
  let hash = 0x11c9dc5;
  for (let index = 0; index < file.length; index++) {
    const code = file.charCodeAt(index);
    if (code === SEPARATOR) above?.push(hash);
    hash = Math.imul(hash ^ code, 0x01000193) & 0x3fffffff;
  }
  return hash;
}

function savedText(file: string): string | undefined {
  const read = readText(file);
  return 'text' in read ? read.text : undefined;
}
