import type { Config } from '../config.js';
import type { Project } from '../core/project.js';
import type { DockerfileDocument, Stage } from '../dockerfile/model.js';
import { stageNamed } from '../dockerfile/queries.js';
import { buildersOf, type ServiceBuild } from './build-links.js';

/**
 * The file once for each stage that is built from it: those that compose files name as their target, and the last one
 * where a service names none, or where all that are named are for development. One that stands alone is given as it is.
 */
export function shippedVariants(
  document: DockerfileDocument,
  project: Project,
  config: Config,
): readonly [DockerfileDocument, ...DockerfileDocument[]] {
  const last = document.stages.at(-1);
  if (project.path === undefined || document.stages.length < 2 || !last) return [document];
  const builds = buildersOf(project, config);
  const named = builds.map((it) => targetOf(document, it) ?? last);
  const [first, ...others] = [...new Set(named.filter((it) => it === last || !isForDevelopment(it)))];
  if (!first) return [document];
  const variant = (shipped: Stage): DockerfileDocument => (shipped === last ? document : { ...document, shipped });
  return [variant(first), ...others.map(variant)];
}

/** The stage that a service builds; undefined: it names none that is there. */
export function targetOf(document: DockerfileDocument, { target }: ServiceBuild): Stage | undefined {
  return target && stageNamed(document, target.name, undefined);
}

/** Stages that are worked or tested in, or that others build on, are not what is shipped. */
function isForDevelopment({ name }: Stage): boolean {
  return /(?:^|[._-])(?:dev|devel|develop|development|debug|test|tests|testing|lint|ci|local|watch|build|builder|base|deps|dependencies)(?:$|[._-])/i.test(
    name?.value ?? '',
  );
}
