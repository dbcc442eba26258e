import { effectiveCompose } from '../compose/effective.js';
import type { ComposeDocument, ComposeEntry, ComposeService } from '../compose/model.js';
import { asMap, asScalar, textOf } from '../compose/queries.js';
import { joined, setOf } from '../compose/sets.js';
import type { Config } from '../config.js';
import { isElsewhere, placeIn } from '../core/elsewhere.js';
import type { FolderEntry, Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { Expanded, Range } from '../core/text.js';
import { kindOf } from './kind.js';

/** How a compose service builds its image. */
export interface ServiceBuild {
  readonly service: ComposeService;
  /** The compose file, as the project names it. */
  readonly file: string;
  /** As compose sees it: {@link effectiveCompose}. */
  readonly document: ComposeDocument;
  /** The key `build`. */
  readonly entry: ComposeEntry;
  /** The folder whose files the build may copy; undefined: an address, outside of the project, or not known. */
  readonly context?: string;
  /** Absent for an inline Dockerfile, and where it cannot be told. */
  readonly dockerfile?: string;
  readonly inline?: ComposeEntry;
  readonly target?: { readonly name: string; readonly entry: ComposeEntry };
  /** Folders by the name under which `COPY --from` takes files of them. */
  readonly additional: ReadonlyMap<string, string>;
  /** All names of additional contexts, in small letters: FROM and `--from` mean these before any image. */
  readonly contextNames: ReadonlySet<string>;
}

/** The build of a service of the judged compose file; `document` as the rule was given it. */
export function buildOf(
  document: ComposeDocument,
  service: ComposeService,
  project: Project,
): ServiceBuild | undefined {
  return project.path === undefined ? undefined : readBuild(document, service, project, project.path);
}

const BUILDERS = new WeakMap<Project, readonly ServiceBuild[]>();

/**
 * The services that build the judged Dockerfile: those of the compose files in its folder and the folders above, and in
 * folders there whose names say that deployments are described in them.
 */
export function buildersOf(project: Project, config: Config): readonly ServiceBuild[] {
  const { path } = project;
  if (path === undefined) return [];
  const known = BUILDERS.get(project);
  if (known) return known;
  const found = composeFilesAround(path, project, config).flatMap((file) => buildsOf(file, project, path, config));
  BUILDERS.set(project, found);
  return found;
}

/** The project as a Dockerfile sees it that these services build, wherever it is written. */
export function withBuilders<P extends Project>(project: P, builds: readonly ServiceBuild[]): P {
  BUILDERS.set(project, builds);
  return project;
}

/** Whether the judged Dockerfile is written in a compose file. */
export function isInline(project: Project): boolean {
  return BUILDERS.get(project)?.some((it) => it.inline) === true;
}

/** Where something of the compose file of `build` is, on the number line of positions of the judged file. */
export function placeInCompose(project: Project, { file }: ServiceBuild, range: Range): Range {
  return isElsewhere(range) ? range : placeIn(project, file, range);
}

/** Compose files that are read for one Dockerfile, and the folders that are looked in. */
const MAX_FILES = 40;
const MAX_FOLDERS = 12;

/** Folders for compose files that lie beside the folders of the services. */
const DEPLOYMENT_FOLDERS = new Set(
  'docker .docker deploy deployment deployments compose docker-compose infra ops .devcontainer'.split(' '),
);

function composeFilesAround(path: string, project: Project, config: Config): readonly string[] {
  const files: string[] = [];
  const add = (folder: string): void => {
    for (const name of interestingIn(project, folder).documents) {
      const file = joinPath(folder, name);
      if (files.length < MAX_FILES && kindOf(file, config) === 'compose') files.push(file);
    }
  };
  const own = folderOf(path);
  let folder = own;
  for (let count = 0; count < MAX_FOLDERS; count++) {
    add(folder);
    for (const name of interestingIn(project, folder).deployments) {
      const inner = joinPath(folder, name);
      if (!isOrHolds(inner, own)) add(inner);
    }
    if (folder === '') break;
    folder = folderOf(folder);
  }
  return files;
}

function interestingIn(project: Project, folder: string): ReturnType<typeof interesting> {
  return interesting(project.list(folder) ?? NO_ENTRIES);
}

const NO_ENTRIES: readonly FolderEntry[] = [];

/** The names of YAML files and of {@link DEPLOYMENT_FOLDERS}: every Dockerfile below asks for them. */
const interesting = remembered((entries: readonly FolderEntry[]) => ({
  documents: entries.filter((it) => it.type === 'file' && /\.ya?ml$/.test(it.name)).map((it) => it.name),
  deployments: entries.filter((it) => it.type === 'folder' && DEPLOYMENT_FOLDERS.has(it.name)).map((it) => it.name),
}));

function isOrHolds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function buildsOf(file: string, project: Project, dockerfile: string, config: Config): readonly ServiceBuild[] {
  const raw = project.compose(file);
  if (!raw || !/\bbuild\b|\binclude\b|\bextends\b/.test(raw.text)) return [];
  const known = BUILDS.get(raw);
  const read =
    known?.sets === config.compose.sets && holds(known, project) ? known : readBuilds(raw, file, project, config);
  BUILDS.set(raw, read);
  return read.builds.get(dockerfile) ?? [];
}

/** The builds of a compose file, with the answers that they follow from. */
interface ReadBuilds {
  readonly texts: ReadonlyMap<string, ReturnType<Project['read']>>;
  readonly folders: ReadonlyMap<string, ReturnType<Project['list']>>;
  readonly documents: ReadonlyMap<string, ReturnType<Project['compose']>>;
  readonly sets: Config['compose']['sets'];
  /** By Dockerfile. */
  readonly builds: ReadonlyMap<string, readonly ServiceBuild[]>;
}

/** Many Dockerfiles ask for the builds of one compose file. */
const BUILDS = new WeakMap<ComposeDocument, ReadBuilds>();

/** Whether everything is still answered the same; asking makes the judged file depend on it. */
function holds({ texts, folders, documents }: ReadBuilds, project: Project): boolean {
  return (
    [...texts].every(([path, text]) => project.read(path) === text) &&
    [...folders].every(([path, entries]) => project.list(path) === entries) &&
    [...documents].every(([path, document]) => project.compose(path) === document)
  );
}

function readBuilds(raw: ComposeDocument, file: string, project: Project, { compose }: Config): ReadBuilds {
  const texts = new Map<string, ReturnType<Project['read']>>();
  const folders = new Map<string, ReturnType<Project['list']>>();
  const documents = new Map<string, ReturnType<Project['compose']>>();
  const own: Project = {
    ...project,
    path: file,
    read: noted(texts, project.read),
    list: noted(folders, project.list),
    compose: noted(documents, project.compose),
  };
  const builds = new Map<string, ServiceBuild[]>();
  // What overrides another file is read with that one.
  if (setOf(file, own, compose.sets).files[0] === file) {
    const document = effectiveCompose(raw, own, compose.sets);
    for (const service of document.services) {
      const build = readBuild(document, service, own, file);
      if (build?.dockerfile === undefined) continue;
      const same = builds.get(build.dockerfile);
      if (same) same.push(build);
      else builds.set(build.dockerfile, [build]);
    }
  }
  return { texts, folders, documents, sets: compose.sets, builds };
}

function noted<V>(answers: Map<string, V>, ask: (path: string) => V): (path: string) => V {
  return (path) => {
    const answer = ask(path);
    answers.set(path, answer);
    return answer;
  };
}

function readBuild(
  document: ComposeDocument,
  service: ComposeService,
  project: Project,
  file: string,
): ServiceBuild | undefined {
  const entry = service.get('build');
  if (!entry || (entry.value.kind === 'scalar' && entry.value.value === null)) return undefined;
  const map = asMap(entry.value);
  const placed = map?.get('context') ?? entry;
  const folder = document.folderAt ? document.folderAt(placed.value.range) : folderOf(file);
  const context =
    folder === undefined ? undefined : localFolder(folder, map ? textOf(map.get('context')) : textOf(entry));
  const target = textOf(map?.get('target'));
  const targetEntry = map?.get('target');
  const inline = map?.get('dockerfile_inline');
  const contexts = additionalContexts(map);
  const base = {
    service,
    file,
    document,
    entry,
    additional: folder === undefined ? new Map<string, string>() : contextFolders(contexts, folder),
    contextNames: new Set(contexts.keys()),
    ...(context === undefined ? {} : { context }),
    ...(target?.known && target.value !== '' && targetEntry
      ? { target: { name: target.value, entry: targetEntry } }
      : {}),
  };
  if (inline) return { ...base, inline };
  const dockerfile = context === undefined ? undefined : dockerfileOf(context, textOf(map?.get('dockerfile')), project);
  return dockerfile === undefined ? base : { ...base, dockerfile };
}

/** A folder of the project; undefined for addresses and what cannot be told. */
function localFolder(folder: string, written: Expanded | undefined): string | undefined {
  if (written === undefined) return folder;
  if (!written.known || /^[a-z+.-]+:\/\/|^git@|^github\.com\/|^[^./][^/]*@/i.test(written.value)) return undefined;
  return joined(folder, written.value);
}

function dockerfileOf(context: string, written: Expanded | undefined, project: Project): string | undefined {
  if (written) return written.known ? joined(context, written.value) : undefined;
  const names = project.list(context)?.map((it) => it.name) ?? [];
  return joinPath(context, !names.includes('Dockerfile') && names.includes('dockerfile') ? 'dockerfile' : 'Dockerfile');
}

function additionalContexts(map: ReturnType<typeof asMap>): ReadonlyMap<string, string> {
  const value = map?.get('additional_contexts')?.value;
  const pairs =
    value?.kind === 'list'
      ? value.items.flatMap((it) => (it.kind === 'scalar' ? [it.text.split('=', 2)] : []))
      : (asMap(value)?.entries.map((it) => [it.key.value, asScalar(it.value)?.text]) ?? []);
  return new Map(
    pairs.flatMap(([name, written]) =>
      name === undefined || written === undefined ? [] : [[name.toLowerCase(), written] as const],
    ),
  );
}

function contextFolders(contexts: ReadonlyMap<string, string>, folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, written] of contexts) {
    const path = /^[a-z-]+:/i.test(written) || written.includes('$') ? undefined : joined(folder, written);
    if (path !== undefined) found.set(name, path);
  }
  return found;
}

export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** A path of the project as somebody in the folder of `file` would write it. */
export function shownFrom(file: string, path: string): string {
  const from = folderOf(file).split('/').filter(Boolean);
  const to = path.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
