import type { ComposeMap } from '../compose/model.js';
import type { PipelineSystem } from './model.js';

/** The names that CI systems give their files, by the end of the path. */
const PATHS: readonly (readonly [pattern: RegExp, system: PipelineSystem])[] = [
  [/(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/, 'github'],
  [/(?:^|\/)\.github\/actions\/(?:[^/]+\/){1,4}action\.ya?ml$/, 'github'],
  [/(?:^|\/)\.gitlab-ci[^/]*\.ya?ml$|\.gitlab-ci\.ya?ml$/, 'gitlab'],
  [/(?:^|\/)\.gitlab\/(?:ci|pipelines|jobs)\/(?:[^/]+\/){0,6}[^/]+\.ya?ml$/, 'gitlab'],
  [/(?:^|\/)\.?azure-pipelines?[^/]*\.ya?ml$/i, 'azure'],
  [/(?:^|\/)\.?azure-pipelines?\/(?:[^/]+\/){0,6}[^/]+\.ya?ml$/i, 'azure'],
  [/(?:^|\/)\.circleci\/[^/]+\.ya?ml$/, 'circleci'],
  [/(?:^|\/)bitbucket-pipelines\.ya?ml$/, 'bitbucket'],
  [/(?:^|\/)Jenkinsfile(?:[.-](?!.*\.?(?:md|bak|orig|txt)$)[\w.-]+)?$|\.[Jj]enkinsfile$/, 'jenkins'],
  [/(?:^|\/)\.drone\.ya?ml$/, 'drone'],
  [/(?:^|\/)\.woodpecker(?:\/(?:[^/]+\/){0,3}[^/]+)?\.ya?ml$/, 'woodpecker'],
];

/** The system that a file is for, by its path with forward slashes; undefined: it is no pipeline by its name. */
export function pipelineSystemOf(path: string): PipelineSystem | undefined {
  return PATHS.find(([pattern]) => pattern.test(path))?.[1];
}

/** The system that a text is for, where its path does not say. */
export function systemByContent(text: string, root: ComposeMap | undefined): PipelineSystem {
  const has = (key: string): boolean => root?.get(key) !== undefined;
  const isMap = (key: string): boolean => root?.get(key)?.value.kind === 'map';
  if (
    /^\s*(?:\/\/[^\n]*\n\s*|#![^\n]*\n\s*|@Library[^\n]*\n\s*|def [^\n]*\n\s*){0,50}(?:pipeline|node|podTemplate)\b[^\n:]*\{/.test(
      text,
    )
  )
    return 'jenkins';
  if (has('pipelines')) return 'bitbucket';
  if (isMap('jobs') && (has('version') || has('workflows') || has('orbs'))) return 'circleci';
  if (isMap('jobs') || has('on') || has('runs')) return 'github';
  if (has('kind') && has('steps')) return 'drone';
  if (has('pool') || has('trigger') || has('jobs') || (has('stages') && listsMaps(root, 'stages'))) return 'azure';
  if (has('steps')) return has('when') || listsKey(root, 'image') || isMap('steps') ? 'woodpecker' : 'azure';
  if (
    root?.entries.some(({ value }) => value.kind === 'map' && (value.get('script') || value.get('extends'))) ||
    has('include')
  )
    return 'gitlab';
  return 'github';
}

function listsMaps(root: ComposeMap | undefined, key: string): boolean {
  const value = root?.get(key)?.value;
  return value?.kind === 'list' && value.items.some((it) => it.kind === 'map');
}

function listsKey(root: ComposeMap | undefined, key: string): boolean {
  const steps = root?.get('steps')?.value;
  return steps?.kind === 'list' && steps.items.some((it) => it.kind === 'map' && it.get(key) !== undefined);
}
