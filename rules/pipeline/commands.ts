import type { ShellCommand, ShellWord } from '../shell/model.js';
import type { Act } from './model.js';

const ENGINES = new Set(['docker', 'podman', 'nerdctl', 'buildah', 'img']);

/** What a command builds or pushes; undefined: neither, or a build whose result goes nowhere. */
export function commandAct(command: ShellCommand, text: string): Act | undefined {
  const act = actOf(command);
  if (!act || act.does !== 'build' || !ENGINES.has(command.name)) return act;
  const image = taggedAs(command.words, text);
  return image === undefined ? act : { ...act, image };
}

const BUILT: Act = { does: 'build', pushes: false };
const PUSHED: Act = { does: 'build', pushes: true };
const PUSH: Act = { does: 'push', pushes: true };

function actOf({ name, words }: ShellCommand): Act | undefined {
  const rest = words.slice(1).map((it) => it.value);
  const verbs = rest.filter((it) => !it.startsWith('-'));
  const has = (option: RegExp): boolean => rest.some((it) => option.test(it));
  const [first = '', second = ''] = verbs;
  if (name === 'docker-compose' || name === 'podman-compose') return composeAct(verbs, has);
  if (ENGINES.has(name))
    return first === 'compose' ? composeAct(verbs.slice(1), has) : engineAct(name, verbs, rest, has);
  switch (name) {
    case 'executor':
      if (!has(/^--(?:context|dockerfile|destination)/)) return undefined;
      return has(/^--no-push(?:=true)?$/) ? undefined : PUSHED;
    case 'ko':
      if (!/^(?:build|publish|resolve|apply)$/.test(first)) return undefined;
      return has(/^(?:-L|--local|--push=false)$/) ? BUILT : PUSHED;
    case 'pack':
      return first === 'build' ? (has(/^--publish$/) ? PUSHED : BUILT) : undefined;
    case 'az':
      return first === 'acr' && second === 'build' && !has(/^--no-push$/) ? PUSHED : undefined;
    case 'gcloud':
      return verbs.includes('builds') && verbs.includes('submit') ? PUSHED : undefined;
    case 's2i':
      return first === 'build' ? BUILT : undefined;
    case 'depot':
      if (!/^(?:build|bake)$/.test(first)) return undefined;
      return has(/^--push$/) ? PUSHED : has(/^--load$/) ? BUILT : undefined;
    case 'earthly':
      return has(/^--push$/) ? PUSHED : undefined;
    case 'werf':
      return /^(?:build|converge|bundle)$/.test(first) ? PUSHED : undefined;
    case 'skaffold':
      return /^(?:build|run)$/.test(first) && !has(/^--push=false$/) ? PUSHED : undefined;
    case 'buildctl':
    case 'buildctl-daemonless.sh':
      return first === 'build' && has(/push=true/) ? PUSHED : undefined;
    case 'crane':
    case 'gcrane':
      return first === 'push' ? PUSH : undefined;
    case 'skopeo':
      return first === 'copy' &&
        has(/^(?:docker-daemon|docker-archive|oci|oci-archive|containers-storage|dir):/) &&
        has(/^docker:\/\//)
        ? PUSH
        : undefined;
    case 'dotnet':
      return first === 'publish' && has(/PublishContainer|ContainerRegistry/) ? PUSHED : undefined;
    case 'mvn':
    case 'mvnw':
    case 'gradle':
    case 'gradlew':
      return javaAct(verbs);
    default:
      return undefined;
  }
}

function composeAct(verbs: readonly string[], has: (option: RegExp) => boolean): Act | undefined {
  if (verbs.includes('build')) return { does: 'build', pushes: has(/^--push$/), composed: true };
  return verbs.includes('push') ? PUSH : undefined;
}

function engineAct(
  name: string,
  verbs: readonly string[],
  rest: readonly string[],
  has: (option: RegExp) => boolean,
): Act | undefined {
  const [first = '', second = ''] = verbs;
  if (first === 'push' || (/^(?:image|manifest)$/.test(first) && second === 'push')) return PUSH;
  const buildx = first === 'buildx' && /^(?:build|bake)$/.test(second);
  const build = /^(?:build|bud|bake)$/.test(first) || (/^(?:image|builder)$/.test(first) && second === 'build');
  if (!buildx && !build) return undefined;
  const output =
    rest.find((it, index) => /^(?:-o|--output)$/.test(rest[index - 1] ?? '') || it.startsWith('--output=')) ?? '';
  if (has(/^--push(?:=true)?$/) || /type=registry|push=true/.test(output)) return PUSHED;
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
