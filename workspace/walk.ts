import type { Text } from '../rules/core/message.js';
import type { FileKind } from '../rules/project/kind.js';

export interface FoundFile {
  /** Absolute, in the form of the platform. */
  readonly path: string;
  readonly kind: FileKind;
}

export interface WalkProblem {
  readonly path: string;
  readonly message: Text;
}

/**
 * The files below `root` that Seaworthy judges, in a stable order. `.gitignore` files, `exclude` and additional patterns
 * of the configuration are respected, `.git` and `node_modules` skipped, symbolic links not followed. A folder that
 * cannot be read is a problem, the rest goes on. Yields between folders, so a server stays responsive.
 */
export async function* walk(root: string, settings: import('./settings.js').Settings): AsyncGenerator<FoundFile | WalkProblem> {
  await Promise.reject(new Error(`not yet: ${root} ${String(settings)}`));
}
