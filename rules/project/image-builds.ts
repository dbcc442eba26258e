import { asScalar } from '../compose/queries.js';
import type { Range } from '../core/text.js';
import type { ShellCommand } from '../shell/model.js';
import type { WorkflowJob, WorkflowStep } from './workflow.js';

/** A step that builds a container image, or pushes one that was built elsewhere. */
export interface ImageBuild {
  readonly step: WorkflowStep;
  /** The action or the command. */
  readonly range: Range;
  readonly does: 'build' | 'push';
  /** It pushes the image itself, or leaves it to others: `load`, a later command. */
  readonly pushes: boolean;
  /** The name that the image gets, as an action's input could repeat it; absent where it cannot be told. */
  readonly image?: string;
}

/** Builds and pushes of a job in the order of its steps. Builds whose result goes nowhere are not among them. */
export function imageBuilds(job: WorkflowJob): readonly ImageBuild[] {
  return job.steps.flatMap((step) => {
    if (step.uses) return actionBuild(step, job);
    return (step.run?.script.commands ?? []).flatMap((it) => commandBuild(it, step));
  });
}

/** Actions that build and always push. */
const PUSHING_ACTIONS =
  /^(?:elgohr\/publish-docker-github-action|mr-smithers-excellent\/docker-build-push|aevea\/action-kaniko|int128\/kaniko-action|whoan\/docker-build-with-cache-action|vaultvulp\/gp-docker-action|matootie\/dockerhub-buildx|jerray\/publish-docker-action|pangzineng\/github-action-one-click-docker|macbre\/push-to-ghcr|openzim\/docker-publish-action|home-assistant\/builder)(?:@|$)/;

/** Actions that build and leave the image on the runner. */
const BUILDING_ACTIONS = /^(?:redhat-actions\/(?:buildah-build|s2i-build))(?:@|$)/;

/** Those with the inputs of docker/build-push-action. */
const BUILDX_ACTIONS = /^(?:docker|depot|useblacksmith)\/(?:build-push-action|bake-action)(?:@|$)/;

function actionBuild(step: WorkflowStep, job: WorkflowJob): readonly ImageBuild[] {
  const uses = step.uses;
  const action = uses?.value.toLowerCase() ?? '';
  if (!uses) return [];
  const base = { step, range: uses.range, does: 'build' as const };
  if (PUSHING_ACTIONS.test(action)) return [{ ...base, pushes: true }];
  if (BUILDING_ACTIONS.test(action)) return [{ ...base, pushes: false }];
  if (action.startsWith('redhat-actions/push-to-registry')) return [{ ...base, does: 'push', pushes: true }];
  if (!BUILDX_ACTIONS.test(action)) return [];
  const outputs = `${input(step, 'outputs')}\n${input(step, 'set')}`;
  const pushes = isOn(input(step, 'push')) || /type=registry|push=true|push=\$/.test(outputs);
  const keeps = isOn(input(step, 'load')) || /type=(?:docker|oci|tar|image)\b/.test(outputs);
  if (!pushes && !keeps) return [];
  const image = imageOfTags(input(step, 'tags'), job);
  return [{ ...base, pushes, ...(image === undefined ? {} : { image }) }];
}

function input({ with: inputs }: WorkflowStep, name: string): string {
  return asScalar(inputs?.get(name)?.value)?.text.trim() ?? '';
}

/** An expression may turn out true: then it is on when it matters. */
function isOn(value: string): boolean {
  return value !== '' && value !== 'false';
}

/** The first of the tags; those that docker/metadata-action made are asked for by its own output. */
function imageOfTags(tags: string, job: WorkflowJob): string | undefined {
  const first = tags.split(/[\n,]/, 1)[0]?.trim() ?? '';
  const made = /^\$\{\{ *steps\.([\w-]+)\.outputs\.tags *\}\}$/.exec(first)?.[1];
  if (made === undefined) return first === '' || /outputs\.tags/.test(first) ? undefined : first;
  const maker = job.steps.find((it) => asScalar(it.node.get('id')?.value)?.text === made);
  return maker?.uses?.value.startsWith('docker/metadata-action')
    ? `\${{ fromJSON(steps.${made}.outputs.json).tags[0] }}`
    : undefined;
}

const ENGINES = new Set(['docker', 'podman', 'nerdctl', 'buildah', 'img']);

function commandBuild(command: ShellCommand, step: WorkflowStep): readonly ImageBuild[] {
  const act = actOf(command);
  if (!act) return [];
  return [{ step, range: command.range, ...act }];
}

type Act = Pick<ImageBuild, 'does' | 'pushes' | 'image'>;

function actOf({ name, words }: ShellCommand): Act | undefined {
  const rest = words.slice(1).map((it) => it.value);
  const verbs = rest.filter((it) => !it.startsWith('-'));
  const has = (option: RegExp): boolean => rest.some((it) => option.test(it));
  if (name === 'docker-compose' || (ENGINES.has(name) && verbs[0] === 'compose'))
    return composeAct(name === 'docker-compose' ? verbs : verbs.slice(1), has);
  if (ENGINES.has(name)) return engineAct(name, verbs, rest, has);
  if (name === 'executor' && has(/^--(?:context|dockerfile|destination)/))
    return has(/^--no-push$/) ? undefined : PUSHED;
  if (name === 'ko' && /^(?:build|publish|resolve|apply)$/.test(verbs[0] ?? ''))
    return has(/^(?:-L|--local|--push=false)$/) ? BUILT : PUSHED;
  if (name === 'pack' && verbs[0] === 'build') return has(/^--publish$/) ? PUSHED : BUILT;
  if (name === 'az' && verbs[0] === 'acr' && verbs[1] === 'build') return has(/^--no-push$/) ? undefined : PUSHED;
  if (name === 'gcloud' && verbs.includes('builds') && verbs.includes('submit')) return PUSHED;
  if (name === 's2i' && verbs[0] === 'build') return BUILT;
  if (name === 'depot' && /^(?:build|bake)$/.test(verbs[0] ?? ''))
    return has(/^--push$/) ? PUSHED : has(/^--load$/) ? BUILT : undefined;
  if (/^(?:mvn|mvnw|gradle|gradlew)$/.test(name)) return javaAct(verbs);
  if (name === 'dotnet' && verbs[0] === 'publish' && has(/PublishContainer|ContainerRegistry/)) return PUSHED;

  return undefined;
}

const BUILT: Act = { does: 'build', pushes: false };
const PUSHED: Act = { does: 'build', pushes: true };

function composeAct(verbs: readonly string[], has: (option: RegExp) => boolean): Act | undefined {
  if (verbs.includes('build')) return has(/^--push$/) ? PUSHED : BUILT;
  return verbs.includes('push') ? { does: 'push', pushes: true } : undefined;
}

function engineAct(
  name: string,
  verbs: readonly string[],
  rest: readonly string[],
  has: (option: RegExp) => boolean,
): Act | undefined {
  const [first = '', second = ''] = verbs;
  if (first === 'push' || (/^(?:image|manifest)$/.test(first) && second === 'push'))
    return { does: 'push', pushes: true };
  const buildx = first === 'buildx' && /^(?:build|bake)$/.test(second);
  const build = /^(?:build|bud)$/.test(first) || (/^(?:image|builder)$/.test(first) && second === 'build');
  if (!buildx && !build) return undefined;
  const image = taggedAs(rest);
  const named = image === undefined ? {} : { image };
  const output =
    rest.find((it, index) => /^(?:-o|--output)$/.test(rest[index - 1] ?? '') || it.startsWith('--output=')) ?? '';
  if (has(/^--push$/) || /type=registry|push=true/.test(output)) return { ...PUSHED, ...named };
  // Files that a build exports are no image, and buildx keeps nothing unless it is told to.
  if (output !== '' && !/type=(?:docker|oci|image)/.test(output)) return undefined;
  if (buildx && second === 'build' && output === '' && !has(/^--load$/) && name === 'docker' && image === undefined)
    return undefined;
  return { ...BUILT, ...named };
}

/** The value of the first `-t`, unless a variable is in it. */
function taggedAs(rest: readonly string[]): string | undefined {
  const index = rest.findIndex((it) => /^(?:-t|--tag)$/.test(it));
  const value = index < 0 ? rest.find((it) => it.startsWith('--tag='))?.slice('--tag='.length) : rest[index + 1];
  return value === undefined || /[$`]/.test(value) ? undefined : value;
}

function javaAct(verbs: readonly string[]): Act | undefined {
  for (const goal of verbs) {
    if (/(?:^|:)jib(?:-maven-plugin:build|:build)?$/.test(goal)) return PUSHED;
    if (
      /(?:^|:)jib(?::dockerBuild|DockerBuild)$|jibDockerBuild$|spring-boot:build-image|^:?(?:[\w-]+:)*bootBuildImage$/.test(
        goal,
      )
    )
      return BUILT;
  }
  return undefined;
}
