import type { Config } from '../config.js';
import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { Spanned } from '../core/text.js';
import type { DockerfileDocument } from '../dockerfile/model.js';
import { joinPath } from '../project/build-links.js';
import { cleanSource } from '../project/context.js';
import { type ContextEntry, type ContextFiles, isForTests } from '../project/context-files.js';
import { takenFiles } from '../project/context-leaks.js';
import { isEnvFile } from './file-secrets.js';
import { secretFile } from './secret-files.js';
import { type FoundToken, findTokens } from './tokens.js';

/** A token in a file that a COPY takes into the image. */
export interface CopiedToken {
  readonly source: Spanned;
  /** As the project names it. */
  readonly path: string;
  readonly text: string;
  readonly token: FoundToken;
}

/** Files that are read for one Dockerfile. */
const MAX_READ = 20;

/**
 * The first token of each env file of the context that is made to be read, such as `.env.example`, and is copied. What is a
 * secret by its name is told as such: context-leaks-secrets, secret-file-copied.
 */
export function copiedTokens(document: DockerfileDocument, project: Project, config: Config): readonly CopiedToken[] {
  const seen = new Set<string>();
  return takenFiles(document, project, config).flatMap(({ source, files, entries }) => {
    const named = files.entries.filter((it) => it.path === cleanSource(source.value));
    return [...named, ...entries].flatMap((entry): readonly CopiedToken[] => {
      const path = joinPath(files.folder, entry.path);
      if (seen.size >= MAX_READ || seen.has(path) || !readable(files).has(entry)) return [];
      seen.add(path);
      const text = project.read(path) ?? '';
      const [token] = findTokens(text);
      return token ? [{ source, path, text, token }] : [];
    });
  });
}

const readable = remembered(
  ({ entries }: ContextFiles): ReadonlySet<ContextEntry> =>
    new Set(
      entries.filter(
        ({ path, isFolder }) => !isFolder && isEnvFile(path) && secretFile(path) === undefined && !isForTests(path),
      ),
    ),
);
