import path from 'node:path';
import { parseCompose } from '../rules/compose/parse.js';
import { fileNumbers } from '../rules/core/elsewhere.js';
import type { FolderEntry, Project } from '../rules/core/project.js';
import { parseDockerfile } from '../rules/dockerfile/parse.js';
import { parsePipeline } from '../rules/pipeline/parse.js';
import { createGitIgnore } from './ignore.js';

/**
 * A project of given texts, for examples and tests.
 *
 * @param judged path of the judged file.
 * @param texts all files by path; forward slashes. Its root is that of the file system.
 */
export function projectOfTexts(judged: string, texts: Readonly<Record<string, string>>): Project {
  const read: Project['read'] = (file) => (Object.hasOwn(texts, file) ? texts[file] : undefined);
  const gitIgnore = createGitIgnore(path.sep);
  const parsed = <D>(file: string, parse: (text: string, path: string) => D): D | undefined => {
    const text = read(file);
    return text === undefined ? undefined : parse(text, file);
  };
  return {
    path: judged,
    read,
    list: (folder) => entriesOf(folder, Object.keys(texts)),
    dockerfile: (it) => parsed(it, parseDockerfile),
    compose: (it) => parsed(it, parseCompose),
    pipeline: (it) => parsed(it, parsePipeline),
    pathOf: (absolute) => absolute.replace(/^\//, ''),
    ignoredByGit: (file, changedRead) => gitIgnore(file, changedRead ?? read),
    ...fileNumbers(),
  };
}

function entriesOf(folder: string, paths: readonly string[]): readonly FolderEntry[] | undefined {
  const prefix = folder === '' ? '' : `${folder}/`;
  const found = new Map<string, FolderEntry>();
  for (const it of paths) {
    if (!it.startsWith(prefix)) continue;
    const [name = '', ...below] = it.slice(prefix.length).split('/');
    found.set(name, { name, type: below.length > 0 ? 'folder' : 'file' });
  }
  if (found.size === 0 && folder !== '') return undefined;
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
