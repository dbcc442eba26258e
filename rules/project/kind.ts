import type { Config } from '../config.js';
import type { Target } from '../core/rule.js';

/** What a file is judged as. `config` is a `seaworthy.yaml`. */
export type FileKind = Target | 'config';

/**
 * The kind of a file by its path (forward slashes, relative to the folder of its configuration) and, where an editor
 * knows it, its language id; undefined: not ours.
 */
export function kindOf(path: string, config: Config, languageId?: string): FileKind | undefined {
  throw new Error(`not yet: ${path} ${config.profile} ${languageId}`);
}
