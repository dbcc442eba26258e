import { asScalar } from '../compose/queries.js';
import type { Range } from '../core/text.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';
import type { WorkflowDocument, WorkflowJob, WorkflowStep } from './workflow.js';

/** A step that builds a container image, or pushes one that was built elsewhere. */
export interface ImageBuild {
  readonly step: WorkflowStep;
  /** The action or the command. */
  readonly range: Range;
  readonly does: 'build' | 'push';
  /** It pushes the image itself, or leaves it to others: `load`, a later command. */
  readonly pushes: boolean;
  /** By `docker compose build`. */
  readonly composed?: boolean;
  /** The name that the image gets, as an action's input could repeat it; absent where it cannot be told. */
  readonly image?: string;
}

/** Builds and pushes of a job in the order of its steps. Builds whose result goes nowhere are not among them. */
export function imageBuilds(job: WorkflowJob, { text }: WorkflowDocument): readonly ImageBuild[] {
  const all = job.steps.flatMap((step): readonly ImageBuild[] => {
    if (step.uses) return actionBuild(step, job);
    return commandsOf(step).flatMap((it) => commandBuild(it, step, text));
  });
  if (all.some((it) => it.pushes)) return all;
  // What the job itself runs was built for that.
  const started = startedImages(job);
  return all.filter(
    (it) => !(it.image !== undefined && started.has(it.image)) && !(it.composed && started.has(COMPOSED)),
  );
}

/** Stands for all images of a compose file. */
const COMPOSED = 'compose';

/** Images that the job starts containers of. */
function startedImages(job: WorkflowJob): ReadonlySet<string> {
  const words = job.steps.flatMap(commandsOf).map((it) => it.words.map((word) => word.value));
  return new Set(
    words.flatMap((it) => {
      if (it[0]?.endsWith('compose') === true || it[1] === 'compose')
        return it.some((one) => /^(?:up|run)$/.test(one)) ? [COMPOSED] : [];
      return /(?:^|\/)(?:docker|podman|nerdctl)$/.test(it[0] ?? '') && /^(?:run|create)$/.test(it[1] ?? '')
        ? it.slice(2)
        : [];
    }),
  );
}

function commandsOf(step: WorkflowStep): readonly ShellCommand[] {
  return step.run?.script.commands ?? [];
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
  const image = imageOfTags(input(step, 'tags'), job) ?? imageByDigest(step);
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

/** What is pushed by its digest alone is asked for by that. */
function imageByDigest(step: WorkflowStep): string | undefined {
  const name = /(?:^|,)name=([^,\s]+)/.exec(input(step, 'outputs'))?.[1];
  const id = asScalar(step.node.get('id')?.value)?.text;
  return name === undefined || id === undefined ? undefined : `${name}@\${{ steps.${id}.outputs.digest }}`;
}

const ENGINES = new Set(['docker', 'podman', 'nerdctl', 'buildah', 'img']);

function commandBuild(command: ShellCommand, step: WorkflowStep, text: string): readonly ImageBuild[] {
  const act = actOf(command);
  if (!act) return [];
  const image = act.does === 'build' && ENGINES.has(command.name) ? taggedAs(command.words, text) : undefined;
  return [{ step, range: command.range, ...act, ...(image === undefined ? {} : { image }) }];
}

type Act = Pick<ImageBuild, 'does' | 'pushes' | 'composed'>;

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
  if (verbs.includes('build')) return { does: 'build', pushes: has(/^--push$/), composed: true };
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
  const output =
    rest.find((it, index) => /^(?:-o|--output)$/.test(rest[index - 1] ?? '') || it.startsWith('--output=')) ?? '';
  if (has(/^--push$/) || /type=registry|push=true/.test(output)) return PUSHED;
  // Files that a build exports are no image, and buildx keeps nothing unless it is told to.
  if (output !== '' && !/type=(?:docker|oci|image)/.test(output)) return undefined;
  const kept = output !== '' || has(/^(?:--load|-t|--tag(?:=.*)?)$/);
  if (buildx && second === 'build' && name === 'docker' && !kept) return undefined;
  return BUILT;
}

/** The value of the first `-t` as it stands in the file, unless a variable of the shell is in it. */
function taggedAs(words: readonly ShellWord[], text: string): string | undefined {
  const index = words.findIndex((it) => /^(?:-t|--tag|--tag=.*)$/.test(it.value));
  const word = words[words[index]?.value.startsWith('--tag=') ? index : index + 1];
  if (index < 0 || !word) return undefined;
  const written = text
    .slice(word.range.start, word.range.end)
    .replace(/^--tag=/, '')
    .replace(/^(["'])(.*)\1$/s, '$2');
  return /[$`"'\\\s]/.test(written.replaceAll(/\$\{\{[^}]*\}\}/g, '')) || written === '' ? undefined : written;
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
