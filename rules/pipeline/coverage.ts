import type { Project } from '../core/project.js';
import { isBuildAction } from './actions.js';
import { actsOf, includesScan, type JobActs, type PlacedAct, shippedActs } from './acts.js';
import type { PipelineDocument } from './model.js';
import { pipelinesOf } from './project.js';

/** What the pipelines of a repository do to images, put together. */
export interface ImageWork {
  /** Of the judged pipeline; empty where a Dockerfile asks. */
  readonly jobs: readonly JobActs[];
  /** Builds and pushes of all pipelines. */
  readonly shipped: readonly PlacedAct[];
  readonly isScanned: (act: PlacedAct) => boolean;
  readonly signs: boolean;
  /** Something builds an image, whatever becomes of it. */
  readonly builds: boolean;
  /** Something is taken in from where nothing can be read, so a scan or a build may be there. */
  readonly open: boolean;
}

export function imageWorkOf(project: Project, judged?: PipelineDocument): ImageWork {
  const pipelines = pipelinesOf(project, judged);
  const byPipeline = pipelines.all.map(({ document }) => ({ document, jobs: actsOf(document, project, pipelines) }));
  const jobs = byPipeline.flatMap((it) => it.jobs);
  const acts = jobs.flatMap((it) => it.acts);
  const shipped = jobs.flatMap(shippedActs);
  const scans = [
    ...acts.filter((it) => it.does === 'scan').map((it) => repositoryOf(it.image)),
    ...byPipeline.filter((it) => includesScan(it.document)).map(() => undefined),
  ];
  return {
    jobs: byPipeline.find((it) => it.document === judged)?.jobs ?? [],
    shipped,
    isScanned: isCovered(scans, new Set(shipped.map((it) => repositoryOf(it.image)))),
    signs: acts.some((it) => it.does === 'sign'),
    builds:
      acts.some((it) => it.does === 'build' || it.does === 'push') || byPipeline.some((it) => buildsAtAll(it.document)),
    open: pipelines.open,
  };
}

/** A build that only shows that it works, and one that a called workflow or template tells by its name. */
function buildsAtAll({ jobs, includes }: PipelineDocument): boolean {
  const called = [
    ...includes,
    ...jobs.flatMap((it) => [...(it.uses ? [it.uses] : []), ...it.steps.flatMap((step) => step.uses ?? [])]),
  ];
  return called.some(
    ({ value }) => isBuildAction(value) || /docker|container|image|kaniko|buildah|Auto-DevOps/i.test(value),
  );
}

/**
 * A scan covers every image, unless all scans name images that the repository builds and this is another one: the scanned
 * name may be an alias, and one scan may go through many images.
 */
function isCovered(
  scans: readonly (string | undefined)[],
  built: ReadonlySet<string | undefined>,
): (build: PlacedAct) => boolean {
  const exact = scans.every((it) => it !== undefined && built.has(it));
  return ({ image }) => {
    const repository = repositoryOf(image);
    return scans.length > 0 && (!exact || repository === undefined || scans.includes(repository));
  };
}

/** The last part of an image's name without tag and digest; undefined when an expression is in it. */
function repositoryOf(image: string | undefined): string | undefined {
  const name = image?.replaceAll(/\$\{\{[^}]*\}\}/g, '$').replace(/@.*$/s, '');
  const last = name?.slice(name.lastIndexOf('/') + 1).replace(/:.*$/s, '');
  return last === undefined || last === '' || last.includes('$') ? undefined : last;
}
