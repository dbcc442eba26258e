import type { Config } from '../config.js';
import type { Project } from '../core/project.js';
import type { CopyInstruction, DockerfileDocument } from '../dockerfile/model.js';
import { expandAt, instructionsOf } from '../dockerfile/queries.js';
import { buildersOf, folderOf, joinPath, type ServiceBuild } from './build-links.js';
import { commandedBuilds } from './commanded-builds.js';
import { cleanPath } from './dockerignore.js';

/** The folder that COPY takes files from. */
export interface BuildContext {
  readonly folder: string;
  /** The services that say so; none where it follows from a pipeline, or from what the Dockerfile copies. */
  readonly builds: readonly ServiceBuild[];
}

/**
 * The contexts that the judged Dockerfile is built with: those that compose files name, else those that pipelines name, else
 * the nearest folder that has what the Dockerfile copies by name, else its own. None where that cannot be told.
 */
export function contextsOf(document: DockerfileDocument, project: Project, config: Config): readonly BuildContext[] {
  const { path } = project;
  if (path === undefined) return [];
  const builds = buildersOf(project, config);
  const named = new Map<string, ServiceBuild[]>();
  for (const it of builds) {
    if (it.context === undefined) continue;
    const same = named.get(it.context);
    if (same) same.push(it);
    else named.set(it.context, [it]);
  }
  if (builds.length > 0) return [...named].map(([folder, of]) => ({ folder, builds: of }));
  const commanded = new Set(commandedBuilds(project).map((it) => it.context));
  if (commanded.size > 0) return [...commanded].map((it) => ({ folder: it, builds: [] }));
  const folder = likelyFolder(document, project, path);
  return folder === undefined ? [] : [{ folder, builds: [] }];
}

/** Folders that hold how something is built, not what is built. */
const BUILD_FOLDERS =
  /^(?:\.?docker(?:files?)?|build|builds|ci|\.ci|deploy(?:ments?)?|package|packaging|containers?|images?|infra|ops|\.devcontainer|\.github|\.buildkite)$/i;

function likelyFolder(document: DockerfileDocument, project: Project, path: string): string | undefined {
  const sources = namedSources(document);
  const own = folderOf(path);
  let folder = own;
  if (sources.length > 0) {
    for (let count = 0; count < 8; count++) {
      if (sources.every((it) => exists(project, joinPath(folder, it)))) return folder;
      if (folder === '') return undefined;
      folder = folderOf(folder);
    }
    return undefined;
  }
  return own.split('/').some((it) => BUILD_FOLDERS.test(it)) ? undefined : own;
}

/** What the Dockerfile takes from its context by a plain name, as paths of the context. */
function namedSources(document: DockerfileDocument): readonly string[] {
  const found = contextCopies(document).flatMap((copy) =>
    copy.sources.flatMap((source) => {
      const { value, known } = expandAt(document, source.value, copy.range.start);
      const path = cleanSource(value);
      return known && path !== '.' && !/[*?[]/.test(path) && !isAddress(value) ? [path] : [];
    }),
  );
  return [...new Set(found)].slice(0, 50);
}

/** COPY and ADD of all stages that take files of the build context. */
export function contextCopies(document: DockerfileDocument): readonly CopyInstruction[] {
  return instructionsOf(document.instructions, 'COPY', 'ADD').filter((it) => !it.from);
}

export function isAddress(source: string): boolean {
  return /^(?:[a-z]+:\/\/|git@)/i.test(source);
}

/** A source as a path of the context: it cannot leave it. */
export function cleanSource(source: string): string {
  const path = cleanPath(`/${source.replaceAll('\\', '/')}`).slice(1);
  return path === '' ? '.' : path;
}

function exists(project: Project, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return project.list(folderOf(path))?.some((it) => it.name === name) === true;
}
