import type { CheckContext } from '../core/rule.js';
import type { ImageReference } from '../images/reference.js';
import { buildersOf } from './build-links.js';
import { commandedBuilds } from './commanded-builds.js';

/** What is found about an image; nothing where its name means a build context: see {@link isNamedContext}. */
export function unlessNamedContext<F>(
  reference: ImageReference,
  context: CheckContext,
  findings: readonly F[],
): readonly F[] {
  return findings.length > 0 && isNamedContext(reference, context) ? [] : findings;
}

/**
 * Whether every build of the judged Dockerfile that is known gives this name to something else than the image of a registry:
 * `additional_contexts` of a compose file, `--build-context` of a pipeline.
 */
function isNamedContext({ written }: ImageReference, { project, config }: CheckContext): boolean {
  const name = written.toLowerCase();
  const builders = buildersOf(project, config);
  if (builders.length > 0) return builders.every((it) => it.contextNames.has(name));
  const builds = commandedBuilds(project);
  return builds.length > 0 && builds.every((it) => it.names.has(name));
}
