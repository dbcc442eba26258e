import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import { input, isBuildxAction } from '../pipeline/actions.js';
import type { PipelineStep } from '../pipeline/model.js';
import { pipelinesOf } from '../pipeline/project.js';
import { rememberedReading } from '../pipeline/remembered-reading.js';
import { calledCommands, joined } from '../pipeline/scripts.js';
import type { ShellCommand } from '../shell/model.js';
import { lastValue, readArguments } from '../shell/options.js';
import { joinPath } from './build-links.js';

/** A build that a pipeline starts, by itself or through the scripts that it calls. Paths are those of the project. */
export interface CommandedBuild {
  readonly dockerfile: string;
  readonly context: string;
  /** Names that `--build-context` gives to something else than an image of a registry, in small letters. */
  readonly names: ReadonlySet<string>;
}

/** How the pipelines of the repository build the judged Dockerfile; only what is written without variables. */
export const commandedBuilds = remembered((project: Project): readonly CommandedBuild[] => {
  const { path } = project;
  if (path === undefined) return [];
  const { all, folder } = pipelinesOf(project);
  return all.flatMap((it) => buildsIn(it.document, project, folder)).filter((it) => it.dockerfile === path);
});

const buildsIn = rememberedReading((document, project, folder): readonly CommandedBuild[] =>
  document.jobs.flatMap((it) => it.steps).flatMap((it) => buildsOfStep(it, project, folder)),
);

function buildsOfStep(step: PipelineStep, project: Project, folder: string): readonly CommandedBuild[] {
  if (step.uses) return isBuildxAction(step.uses.value) ? buildOfAction(step, folder) : [];
  const own = step.run?.script.commands ?? [];
  const start = joined(folder, step.folder ?? '');
  const called = calledCommands(step, project, folder);
  const moving = new Set(called.filter((it) => changesFolder(it.command)).map((it) => it.path));
  return [
    ...(start === undefined || own.some(changesFolder) ? [] : own.flatMap((it) => buildOfCommand(it, start))),
    ...called.flatMap((it) => (moving.has(it.path) ? [] : buildOfCommand(it.command, it.folder))),
  ];
}

function changesFolder({ name }: ShellCommand): boolean {
  return name === 'cd' || name === 'pushd' || name === 'popd';
}

/** Without `context` the action takes the whole repository, and the names of `file` count from there. */
function buildOfAction(step: PipelineStep, folder: string): readonly CommandedBuild[] {
  const written = input(step, 'context').replace(/^\$\{\{ *github\.workspace *\}\}/, '.');
  const context = joined(folder, written);
  const file = input(step, 'file').replace(/^\$\{\{ *github\.workspace *\}\}/, '.');
  if (context === undefined || isRemote(written)) return [];
  const dockerfile = file === '' ? joinPath(context, 'Dockerfile') : joined(folder, file);
  const names = namesOf(input(step, 'build-contexts').split('\n'));
  return dockerfile === undefined ? [] : [{ dockerfile, context, names }];
}

const ENGINES = new Set(['docker', 'podman', 'nerdctl', 'buildah']);

const VALUES = new Set(
  `-f --file -t --tag --build-arg --build-context --target --platform --cache-from --cache-to -o --output --secret --ssh --network --label
  --progress --builder --add-host --iidfile --metadata-file --attest --shm-size --ulimit --allow --annotation --no-cache-filter
  --cgroup-parent -m --memory --isolation --call`.split(/\s+/),
);

function buildOfCommand({ name, words }: ShellCommand, folder: string): readonly CommandedBuild[] {
  if (!ENGINES.has(name)) return [];
  const start = words.findIndex((it) => it.value === 'build' || it.value === 'bud');
  if (start < 1 || words.slice(1, start).some((it) => !/^(?:buildx|image|builder)$/.test(it.value))) return [];
  const { options, operands } = readArguments(words.slice(start + 1), { values: VALUES });
  const [operand] = operands;
  const file = lastValue(options, '-f', '--file');
  if (operands.length !== 1 || !operand?.literal || (file && !file.literal) || isRemote(operand.value)) return [];
  const context = joined(folder, operand.value);
  if (context === undefined) return [];
  const dockerfile = file ? joined(folder, file.value) : joinPath(context, 'Dockerfile');
  if (dockerfile === undefined) return [];
  const names = options.flatMap((it) => (it.name === '--build-context' && it.value ? [it.value] : []));
  return [{ dockerfile, context, names: namesOf(names) }];
}

/** Standard input, an archive, an address. */
function isRemote(context: string): boolean {
  return context === '-' || /^[a-z+.-]+:\/\/|^git@|\.git(?:#|$)|\.tar(?:\.\w+)?$/i.test(context);
}

function namesOf(pairs: readonly string[]): ReadonlySet<string> {
  return new Set(pairs.flatMap((it) => /^\s*([^=\s]+)=./.exec(it)?.[1]?.toLowerCase() ?? []));
}
