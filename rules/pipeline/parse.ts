import type { ComposeMap } from '../compose/model.js';
import { TEXTS } from '../compose/texts.js';
import { readYaml } from '../compose/yaml.js';
import { lineEndOf, type Spanned } from '../core/text.js';
import { azureIncludes, azureJobs } from './azure.js';
import { bitbucketJobs } from './bitbucket.js';
import { circleJobs } from './circleci.js';
import { droneJobs } from './drone.js';
import { githubIncludes, githubJobs } from './github.js';
import { gitlabIncludes, gitlabJobs } from './gitlab.js';
import { readJenkinsfile } from './jenkins.js';
import { pipelineSystemOf, systemByContent } from './kind.js';
import type { PipelineDocument, PipelineJob, PipelineSystem } from './model.js';

/**
 * Reads the file of a CI system. Never throws.
 *
 * @param path tells the system by its name; where it does not, the content does.
 */
export function parsePipeline(text: string, path?: string): PipelineDocument {
  const named = path === undefined ? undefined : pipelineSystemOf(path);
  if (named === 'jenkins' || (named === undefined && systemByContent(text, undefined) === 'jenkins')) {
    return {
      kind: 'ci',
      system: 'jenkins',
      text,
      eol: lineEndOf(text),
      includes: [],
      roots: [],
      errors: [],
      ...readJenkinsfile(text),
    };
  }
  return yamlPipeline(text, named);
}

function yamlPipeline(text: string, named: PipelineSystem | undefined): PipelineDocument {
  const { roots, comments, errors } = readYaml(text);
  const maps = roots.flatMap((it) => (it.kind === 'map' ? [it] : []));
  // GitLab components say in a first document what they are given.
  const root = maps.find((it) => !it.get('spec')) ?? maps[0];
  const system = named ?? systemByContent(text, root);
  const first = roots[0];
  const misplaced =
    first && !root && !(first.kind === 'scalar' && first.value === null)
      ? [{ range: first.range, message: { template: TEXTS.workflowNotAMap, data: {} } }]
      : [];
  const jobs = root ? jobsOf(system, root, maps) : [];
  return {
    kind: 'ci',
    system,
    text,
    eol: lineEndOf(text),
    ...(root ? { root } : {}),
    roots: maps,
    jobs,
    includes: root ? includesOf(system, root, jobs) : [],
    comments,
    errors: [...errors, ...misplaced],
  };
}

function jobsOf(system: PipelineSystem, root: ComposeMap, roots: readonly ComposeMap[]): readonly PipelineJob[] {
  switch (system) {
    case 'github':
      return githubJobs(root);
    case 'gitlab':
      return gitlabJobs(root);
    case 'azure':
      return azureJobs(root);
    case 'circleci':
      return circleJobs(root);
    case 'bitbucket':
      return bitbucketJobs(root);
    case 'drone':
    case 'woodpecker':
      return droneJobs(roots);
    default:
      return [];
  }
}

function includesOf(system: PipelineSystem, root: ComposeMap, jobs: readonly PipelineJob[]): readonly Spanned[] {
  switch (system) {
    case 'github':
      return githubIncludes(jobs);
    case 'gitlab':
      return gitlabIncludes(root);
    case 'azure':
      return azureIncludes(root, jobs);
    default:
      return [];
  }
}
