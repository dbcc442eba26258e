import type { Config } from '../config.js';
import type { Target } from '../core/rule.js';
import { pipelineSystemOf } from '../pipeline/kind.js';
import { coveredBy } from './glob.js';

/** What a file is judged as. `config` is a `seaworthy.yaml`. */
export type FileKind = Target | 'config';

/** A word behind `Dockerfile.` is a name for a variant, unless it says that the file is something else. */
const NO_DOCKERFILE = /\.(?:dockerignore|md|markdown|rst|adoc|html?|ipynb|swp|orig|rej)$/i;
const DOCKERFILE =
  /^(?:Dockerfile|Containerfile)(?:\..+)?$|^(?:dockerfile|containerfile)$|.\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/;
const COMPOSE = /^(?:docker-)?compose.*\.ya?ml$|.\.compose\.ya?ml$/;
const ENGINE = /^daemon\.json$|^buildkitd(?:[.-][\w.-]+)?\.toml$/;
const CONFIGURATION = /^seaworthy\.ya?ml$/;

/**
 * The kind of a file by its path (forward slashes, relative to the folder of its configuration) and, where an editor
 * knows it, its language id; undefined: not ours.
 */
export function kindOf(path: string, config: Config, languageId?: string): FileKind | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (CONFIGURATION.test(name)) return 'config';
  const asked = kindByPattern(path, config);
  if (asked !== undefined) return asked;
  if (NO_DOCKERFILE.test(name)) return undefined;
  if (DOCKERFILE.test(name)) return 'dockerfile';
  if (ENGINE.test(name)) return 'engine';
  if (pipelineSystemOf(path) !== undefined) return 'ci';
  if (COMPOSE.test(name)) return 'compose';
  if (languageId === 'dockerfile') return 'dockerfile';
  if (languageId === 'dockercompose') return 'compose';
  return undefined;
}

/** Whether the configuration excludes a file or folder; the path is written as for {@link kindOf}. */
export function isExcluded(path: string, config: Config): boolean {
  return config.exclude.some((it) => coveredBy(path, it));
}

function kindByPattern(path: string, { files }: Config): Target | undefined {
  if (files.dockerfile.some((it) => coveredBy(path, it))) return 'dockerfile';
  if (files.compose.some((it) => coveredBy(path, it))) return 'compose';
  return undefined;
}
