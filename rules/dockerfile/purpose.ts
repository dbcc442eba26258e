import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { ShellCommand } from '../shell/model.js';
import type { CmdInstruction, EntrypointInstruction, HealthcheckInstruction, Instruction, Stage } from './model.js';
import { startCommands } from './privilege.js';
import { chainOf } from './queries.js';

/** A stage or base image with such a word in its name is for people, not for production. */
const FOR_PEOPLE =
  /(?:^|[^a-z])(?:dev|devel|development|devcontainers?|debug|debugger|test|tests|testing|toolbox|tools|builder|build|ci|gitpod)(?:$|[^a-z])/i;

/** Whether the names of the stage and of what it is built on say that it is for people: to develop, test or build in. */
export const isForPeople = remembered((stage: Stage): boolean => {
  const names = [stage.name?.value, ...chainOf(stage).map((it) => it.image?.path)];
  return names.some((it) => it !== undefined && FOR_PEOPLE.test(it));
});

/** Whether the file makes a dev container: https://containers.dev/implementors/spec/#devcontainerjson. */
export function liesInDevContainer({ path }: Project): boolean {
  return path !== undefined && /(?:^|\/)\.devcontainer\//.test(path);
}

/** Whether a build tool is run, which then stays needed for as long as it is started. */
export function isBuildTool({ name }: ShellCommand): boolean {
  return TOOLCHAINS.has(name);
}

/** The words of what runs in the container: the programs it could not do without are among them. */
export function programsUsed(stage: Stage): ReadonlySet<string> {
  return new Set(
    chainOf(stage)
      .flatMap((it) => it.instructions)
      .filter(runs)
      .flatMap((it) => it.script.commands)
      .flatMap(({ name, wrappers, words }) => [
        name,
        ...wrappers,
        ...words.flatMap((word) => word.value.slice(0, 500).split(/[^\w+-]+/)),
      ]),
  );
}

function runs(
  instruction: Instruction,
): instruction is CmdInstruction | EntrypointInstruction | HealthcheckInstruction {
  return instruction.keyword === 'CMD' || instruction.keyword === 'ENTRYPOINT' || instruction.keyword === 'HEALTHCHECK';
}

/**
 * Whether what the container starts is for people: a shell, something that only waits, a test run, a server that reloads
 * at each change.
 */
export const startsForPeople = remembered((stage: Stage): boolean => startCommands(stage).some(isForDevelopment));

const SHELLS = new Set(['sh', 'bash', 'zsh', 'fish', 'dash', 'ash', 'tmux', 'screen', 'byobu', 'pwsh']);
const WATCHERS = new Set(
  'nodemon ts-node-dev tsx-watch air reflex gin realize pytest tox nox jest mocha karma cypress rspec phpunit webpack-dev-server livereload'.split(
    ' ',
  ),
);
const RUNNERS = new Set([
  'npm',
  'yarn',
  'pnpm',
  'bun',
  'npx',
  'make',
  'composer',
  'rake',
  'deno',
  'lerna',
  'nx',
  'turbo',
]);
const TOOLCHAINS = new Set([
  'go',
  'cargo',
  'dotnet',
  'mvn',
  'mvnw',
  'gradle',
  'gradlew',
  'mix',
  'swift',
  'sbt',
  'lein',
]);
const FOR_TOOLCHAIN = new Set(['test', 'watch', 'bench', 'vet', 'clippy', 'check', 'verify']);
const DEVELOPMENT_TASK =
  /^(?:start[:-])?(?:dev|develop|development|watch|test|tests|lint|e2e|serve|hot|debug)(?:[:-].*)?$/;

function isForDevelopment({ name, words, parent }: ShellCommand): boolean {
  const rest = words.slice(1).map((it) => it.value);
  if (SHELLS.has(name))
    return parent === undefined && rest.every((it) => /^-+[a-z]*[il]+[a-z]*$/.test(it) || it === '--login');
  if (WATCHERS.has(name) || name === 'cmp' || name === 'diff') return true;
  if (name === 'sleep') return rest[0] === 'infinity' || Number(rest[0]) > 3600;
  if (name === 'tail') return rest.includes('/dev/null');
  if (name === 'ng' || name === 'vite' || name === 'next' || name === 'nuxt' || name === 'gatsby')
    return rest[0] === undefined ? name === 'vite' : /^(?:serve|dev|develop|test)$/.test(rest[0]);
  if (TOOLCHAINS.has(name)) return rest.some((it) => FOR_TOOLCHAIN.has(it));
  return RUNNERS.has(name) && rest.slice(0, 6).some((it) => DEVELOPMENT_TASK.test(it));
}
