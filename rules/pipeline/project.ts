import type { FolderEntry, Project } from '../core/project.js';
import { pipelineSystemOf } from './kind.js';
import type { PipelineDocument } from './model.js';
import { joined } from './scripts.js';

/** A pipeline and where it is: absent for a text that stands alone. */
export interface PlacedPipeline {
  readonly path?: string;
  readonly document: PipelineDocument;
}

/** The pipelines of one repository. */
export interface Pipelines {
  /** The folder whose pipelines these are, that scripts are called from. */
  readonly folder: string;
  readonly all: readonly PlacedPipeline[];
  /** Something is taken in from where nothing can be read: another repository, an address. */
  readonly open: boolean;
}

/** Files and folders that hold pipelines, in the folder that a CI system starts in. */
const FOLDERS: readonly string[] = [
  '.github',
  '.circleci',
  '.woodpecker',
  '.gitlab',
  '.azure-pipelines',
  'azure-pipelines',
];

/** What every such name has in it: a folder may hold thousands of others. */
const MAY_BE_ONE = /github|circleci|gitlab|pipelines|Jenkinsfile|jenkinsfile|drone|woodpecker/;

/** Folders in folders, and files that are taken in by files that are. */
const MAX_DEPTH = 5;

/** More pipelines than any repository has. */
const MAX_PIPELINES = 500;

/**
 * The pipelines that belong to the judged file: those of the nearest folder above it that has some, the judged one among
 * them, and what they take in from the same project.
 */
export function pipelinesOf(project: Project, judged?: PipelineDocument): Pipelines {
  const own: readonly PlacedPipeline[] = judged
    ? [{ document: judged, ...(project.path === undefined ? {} : { path: project.path }) }]
    : [];
  if (project.path === undefined) return { folder: '', all: own, open: false };
  const { folder, paths } = nearest(project);
  const documents = new Map<string, PipelineDocument>();
  if (judged) documents.set(project.path, judged);
  let open = false;
  const waiting = [...paths, ...(judged ? [project.path] : [])];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const document = path === project.path && judged ? judged : project.pipeline(path);
    if (!document || documents.size > MAX_PIPELINES) continue;
    documents.set(path, document);
    for (const { value } of document.includes) {
      const included = includedPath(project, document, path, folder, value);
      if (included === undefined) open ||= !isTemplate(value);
      else if (!documents.has(included) && !waiting.includes(included)) waiting.push(included);
    }
  }
  return { folder, open, all: [...documents].map(([path, document]) => ({ path, document })) };
}

/** A template of GitLab itself is told by its name. */
function isTemplate(name: string): boolean {
  return name.endsWith('.gitlab-ci.yml') && /^[A-Z]/.test(name);
}

function includedPath(
  project: Project,
  { system }: PipelineDocument,
  from: string,
  folder: string,
  written: string,
): string | undefined {
  if (/:\/\/|@/.test(written)) return undefined;
  const relative = written.replace(/^\/+/, '');
  if (system !== 'azure') {
    const path = joined(folder, relative);
    if (path === undefined) return undefined;
    if (/\.ya?ml$/.test(path)) return project.read(path) === undefined ? undefined : path;
    // A folder with an action.
    return ['action.yml', 'action.yaml'].map((it) => `${path}/${it}`).find((it) => project.read(it) !== undefined);
  }
  const beside = written.startsWith('/') ? '' : from.slice(0, Math.max(0, from.lastIndexOf('/')));
  const path = joined(beside, relative);
  return path !== undefined && project.read(path) !== undefined ? path : undefined;
}

/** The folder whose pipelines the judged file belongs to, that scripts are called from. */
export function pipelineFolder(project: Project): string {
  return project.path === undefined ? '' : nearest(project).folder;
}

function nearest(project: Project): { readonly folder: string; readonly paths: readonly string[] } {
  const parts = (project.path ?? '').split('/').slice(0, -1);
  for (;;) {
    const folder = parts.join('/');
    const paths = pipelinesIn(project, folder);
    if (paths.length > 0 || parts.length === 0) return { folder, paths };
    parts.pop();
  }
}

function pipelinesIn(project: Project, folder: string): readonly string[] {
  const entries = project.list(folder);
  // Inside `.github` and its like no pipeline starts.
  if (!entries || FOLDERS.some((it) => `/${folder}/`.includes(`/${it}/`))) return [];
  return entries.filter((it) => MAY_BE_ONE.test(it.name)).flatMap((it) => pipelinesAt(project, folder, it));
}

function pipelinesAt(project: Project, folder: string, { name, type }: FolderEntry): readonly string[] {
  const path = folder === '' ? name : `${folder}/${name}`;
  if (type === 'file') return pipelineSystemOf(path) === undefined ? [] : [path];
  return type === 'folder' && FOLDERS.includes(name) ? below(project, path, 0) : [];
}

function below(project: Project, folder: string, depth: number): readonly string[] {
  if (depth > MAX_DEPTH) return [];
  return (project.list(folder) ?? []).flatMap(({ name, type }): readonly string[] => {
    const path = `${folder}/${name}`;
    if (type === 'folder') return below(project, path, depth + 1);
    return type === 'file' && pipelineSystemOf(path) !== undefined ? [path] : [];
  });
}
