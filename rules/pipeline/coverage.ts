import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import { isBuildAction } from './actions.js';
import { actsOf, includesScan, type JobActs, type PlacedAct, shippedActs } from './acts.js';
import type { PipelineDocument } from './model.js';
import { pipelinesOf } from './project.js';

/** What the pipelines of a repository do to images, put together. */
export interface ImageWork {
  /** Of the judged pipeline; empty where a Dockerfile asks. */
  readonly jobs: readonly JobActs[];
  readonly isScanned: (act: PlacedAct) => boolean;
  readonly signs: boolean;
  /** Something builds an image, whatever becomes of it. */
  readonly builds: boolean;
  /** Something is taken in from where nothing can be read, so a scan or a build may be there. */
  readonly open: boolean;
}

export function imageWorkOf(project: Project, judged?: PipelineDocument): ImageWork {
  return judged ? worksOf(project)(judged) : putTogether(project);
}

/** Several rules ask for it. */
const worksOf = remembered((project: Project) =>
  remembered((judged: PipelineDocument) => putTogether(project, judged)),
);

function putTogether(project: Project, judged?: PipelineDocument): ImageWork {
  const { all, folder, open } = pipelinesOf(project, judged);
  const sums = all.map(({ document }) => sumOf(document)(actsOf(document, project, folder)));
  const scans = new Set(sums.flatMap((it) => it.scans));
  const built = new Set(sums.flatMap((it) => it.built));
  return {
    jobs: judged ? actsOf(judged, project, folder) : [],
    isScanned: isCovered(scans, built),
    signs: sums.some((it) => it.signs),
    builds: sums.some((it) => it.builds),
    open,
  };
}

interface Sum {
  /** Repositories of images that are scanned; undefined: one that cannot be told. */
  readonly scans: readonly (string | undefined)[];
  /** Of those that are built or pushed. */
  readonly built: readonly (string | undefined)[];
  readonly signs: boolean;
  readonly builds: boolean;
}

/** Of one pipeline. */
const sumOf = remembered((document: PipelineDocument) =>
  remembered((jobs: readonly JobActs[]): Sum => {
    const acts = jobs.flatMap((it) => it.acts);
    const scans = acts.filter((it) => it.does === 'scan').map((it) => repositoryOf(it.image));
    return {
      scans: [...new Set(includesScan(document) ? [...scans, undefined] : scans)],
      built: [...new Set(jobs.flatMap(shippedActs).map((it) => repositoryOf(it.image)))],
      signs: acts.some((it) => it.does === 'sign'),
      builds: acts.some((it) => it.does === 'build' || it.does === 'push') || buildsAtAll(document),
    };
  }),
);

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
  scans: ReadonlySet<string | undefined>,
  built: ReadonlySet<string | undefined>,
): (build: PlacedAct) => boolean {
  const exact = [...scans].every((it) => it !== undefined && built.has(it));
  return ({ image }) => {
    const repository = repositoryOf(image);
    return scans.size > 0 && (!exact || repository === undefined || scans.has(repository));
  };
}

/** The last part of an image's name without tag and digest; undefined when an expression is in it. */
function repositoryOf(image: string | undefined): string | undefined {
  const name = image?.replaceAll(/\$\{\{[^}]*\}\}/g, '$').replace(/@.*$/s, '');
  const last = name?.slice(name.lastIndexOf('/') + 1).replace(/:.*$/s, '');
  return last === undefined || last === '' || last.includes('$') ? undefined : last;
}
