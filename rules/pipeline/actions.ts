import { asScalar, isTrue } from '../compose/queries.js';
import type { Act, PipelineJob, PipelineStep, PipelineSystem } from './model.js';

/** What the action, task, orb, pipe or plugin of a step builds or pushes. */
export function actionAct(step: PipelineStep, job: PipelineJob, system: PipelineSystem): readonly Act[] {
  const uses = step.uses?.value.toLowerCase() ?? '';
  switch (system) {
    case 'github':
      return githubAct(uses, step, job);
    case 'azure':
      return azureAct(uses, step);
    case 'circleci':
      return circleAct(uses);
    case 'bitbucket':
      return /(?:ecr|gcr|acr|docker)[\w-]*push-image|push-image/.test(uses) ? [PUSH] : [];
    case 'drone':
    case 'woodpecker':
      return pluginAct(uses, step);
    default:
      return [];
  }
}

const PUSH: Act = { does: 'push', pushes: true };
const PUSHED: Act = { does: 'build', pushes: true };
const BUILT: Act = { does: 'build', pushes: false };

/** Actions that build and always push. */
const PUSHING_ACTIONS =
  /^(?:elgohr\/publish-docker-github-action|mr-smithers-excellent\/docker-build-push|aevea\/action-kaniko|int128\/kaniko-action|whoan\/docker-build-with-cache-action|vaultvulp\/gp-docker-action|matootie\/dockerhub-buildx|jerray\/publish-docker-action|pangzineng\/github-action-one-click-docker|macbre\/push-to-ghcr|openzim\/docker-publish-action|home-assistant\/builder)(?:@|$)/;

/** Actions that build and leave the image on the runner. */
const BUILDING_ACTIONS = /^(?:redhat-actions\/(?:buildah-build|s2i-build))(?:@|$)/;

/** Those with the inputs of docker/build-push-action. */
const BUILDX_ACTIONS = /^(?:docker|depot|useblacksmith)\/(?:build-push-action|bake-action)(?:@|$)/;

/** Whether an action of GitHub builds images, whatever becomes of them. */
export function isBuildAction(uses: string): boolean {
  const action = uses.toLowerCase();
  return PUSHING_ACTIONS.test(action) || BUILDING_ACTIONS.test(action) || BUILDX_ACTIONS.test(action);
}

/** Whether it has the inputs of docker/build-push-action. */
export function isBuildxAction(uses: string): boolean {
  return BUILDX_ACTIONS.test(uses.toLowerCase());
}

function githubAct(action: string, step: PipelineStep, job: PipelineJob): readonly Act[] {
  if (PUSHING_ACTIONS.test(action)) return [PUSHED];
  if (BUILDING_ACTIONS.test(action)) return [BUILT];
  if (action.startsWith('redhat-actions/push-to-registry')) return [PUSH];
  if (!BUILDX_ACTIONS.test(action)) return [];
  const outputs = `${input(step, 'outputs')}\n${input(step, 'set')}`;
  const pushes = isOn(input(step, 'push')) || /type=registry|push=true|push=\$/.test(outputs);
  const keeps = isOn(input(step, 'load')) || /type=(?:docker|oci|tar|image)\b/.test(outputs);
  if (!pushes && !keeps) return [];
  const image = imageOfTags(input(step, 'tags'), job) ?? imageByDigest(step);
  return [{ does: 'build', pushes, ...(image === undefined ? {} : { image }) }];
}

export function input({ with: inputs }: PipelineStep, name: string): string {
  return asScalar(inputs?.get(name)?.value)?.text.trim() ?? '';
}

/** An expression may turn out true: then it is on when it matters. */
function isOn(value: string): boolean {
  return value !== '' && value !== 'false';
}

/** The first of the tags; those that docker/metadata-action made are asked for by its own output. */
function imageOfTags(tags: string, job: PipelineJob): string | undefined {
  const first = tags.split(/[\n,]/, 1)[0]?.trim() ?? '';
  const made = /^\$\{\{ *steps\.([\w-]+)\.outputs\.tags *\}\}$/.exec(first)?.[1];
  if (made === undefined) return first === '' || /outputs\.tags/.test(first) ? undefined : first;
  const maker = job.steps.find((it) => asScalar(it.node?.get('id')?.value)?.text === made);
  return maker?.uses?.value.startsWith('docker/metadata-action')
    ? `\${{ fromJSON(steps.${made}.outputs.json).tags[0] }}`
    : undefined;
}

/** What is pushed by its digest alone is asked for by that. */
function imageByDigest(step: PipelineStep): string | undefined {
  const name = /(?:^|,)name=([^,\s]+)/.exec(input(step, 'outputs'))?.[1];
  const id = asScalar(step.node?.get('id')?.value)?.text;
  return name === undefined || id === undefined ? undefined : `${name}@\${{ steps.${id}.outputs.digest }}`;
}

/** The tasks Docker and DockerCompose in their versions. */
function azureAct(task: string, step: PipelineStep): readonly Act[] {
  if (task.startsWith('dockercompose@')) {
    const action = input(step, 'action').toLowerCase();
    if (action.startsWith('build')) return [{ ...BUILT, composed: true }];
    return action.startsWith('push') ? [PUSH] : [];
  }
  if (!task.startsWith('docker@')) return [];
  const command = input(step, 'command').toLowerCase() || (task === 'docker@2' ? 'buildandpush' : 'build an image');
  const repository = input(step, 'repository') || input(step, 'imageName');
  const image = repository === '' || repository.includes('$') ? {} : { image: repository };
  if (command === 'buildandpush') return [{ ...PUSHED, ...image }];
  if (command === 'build' || command === 'build an image') return [{ ...BUILT, ...image }];
  return command === 'push' || command === 'push an image' ? [{ ...PUSH, ...image }] : [];
}

/** Commands and jobs of the orbs that build: `circleci/docker/publish@2.6.0`. */
function circleAct(command: string): readonly Act[] {
  const [, orb = '', name = ''] = /^([\w.-]+\/[\w.-]+)\/([\w.-]+)/.exec(command) ?? [];
  if (!/docker|ecr|gcr|acr|artifact-registry|kaniko/.test(orb) || /scan|lint|check|install|login/.test(name)) return [];
  if (/publish|build[-_]and[-_]push/.test(name)) return [PUSHED];
  if (name.startsWith('push')) return [PUSH];
  return name.startsWith('build') ? [BUILT] : [];
}

/** Images of plugins that build and push. */
const PLUGINS =
  /(?:^|\/)(?:plugins\/(?:docker|ecr|gcr|gar|acr|heroku|kaniko(?:-[a-z]+)?|buildx(?:-[a-z]+)?)|(?:drone|wp|plugin)-(?:docker(?:-buildx)?|kaniko|buildah)|drone-kaniko)(?:[:@]|$)/;

function pluginAct(image: string, step: PipelineStep): readonly Act[] {
  if (!PLUGINS.test(image)) return [];
  // Without a push nothing is left of the build.
  if (['dry_run', 'dry-run', 'no_push'].some((it) => isTrue(step.with?.get(it)?.value))) return [];
  if (input(step, 'push') === 'false') return [];
  const repository = input(step, 'repo');
  return [{ ...PUSHED, ...(repository === '' || repository.includes('$') ? {} : { image: repository }) }];
}
