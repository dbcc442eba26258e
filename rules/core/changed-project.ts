import { parseCompose } from '../compose/parse.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { parsePipeline } from '../pipeline/parse.js';
import { applyEdits } from './edit.js';
import type { FileEdits } from './elsewhere.js';
import type { FolderEntry, Project } from './project.js';

/** The project as it is after edits of its files; none of them is written. */
export function changedProject(project: Project, changes: readonly FileEdits[]): Project {
  if (changes.length === 0) return project;
  return projectWithTexts(
    project,
    new Map(changes.map(({ path, edits }) => [path, applyEdits(project.read(path) ?? '', edits)])),
  );
}

/** The project with other texts of some files, by path. */
export function projectWithTexts(project: Project, texts: ReadonlyMap<string, string>): Project {
  if (texts.size === 0) return project;
  const parsed =
    <D>(parse: (text: string, path: string) => D, otherwise: (path: string) => D | undefined) =>
    (path: string): D | undefined => {
      const text = texts.get(path);
      return text === undefined ? otherwise(path) : parse(text, path);
    };
  const read: Project['read'] = (path) => texts.get(path) ?? project.read(path);
  return {
    ...project,
    read,
    ignoredByGit: (path) => project.ignoredByGit(path, read),
    list: (folder) => {
      const entries = project.list(folder);
      const added = entriesBelow(folder, [...texts.keys()]).filter(
        (it) => !entries?.some(({ name }) => name === it.name),
      );
      return added.length > 0 ? [...(entries ?? []), ...added] : entries;
    },
    dockerfile: parsed(parseDockerfile, project.dockerfile),
    compose: parsed(parseCompose, project.compose),
    pipeline: parsed(parsePipeline, project.pipeline),
  };
}

/** What a folder holds of these files: the files, and the folders on the way to them. */
function entriesBelow(folder: string, paths: readonly string[]): readonly FolderEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const found = new Map<string, FolderEntry>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const [name = '', ...below] = path.slice(prefix.length).split('/');
    found.set(name, { name, type: below.length > 0 ? 'folder' : 'file' });
  }
  return [...found.values()];
}
