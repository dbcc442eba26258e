import type { ComposeDocument, ComposeService } from '../compose/model.js';
import { textOf } from '../compose/queries.js';
import type { Config } from '../config.js';
import { placeIn } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import type { Range } from '../core/text.js';
import type { DockerfileDocument, Stage } from '../dockerfile/model.js';
import { effectiveUser, isRootUser } from '../dockerfile/queries.js';
import { userOf } from '../images/users.js';
import { buildersOf, buildOf, placeInCompose, type ServiceBuild } from './build-links.js';
import { targetOf } from './shipped-variants.js';

/** Whether the services that build a stage of the judged Dockerfile give it another user. */
export interface ServiceUsers {
  /** There are some, and every one names a user that is not root. */
  readonly all: boolean;
  /** One that names none. */
  readonly without?: { readonly name: string; readonly range: Range };
}

export function serviceUsers(
  document: DockerfileDocument,
  stage: Stage,
  project: Project,
  config: Config,
): ServiceUsers {
  const last = document.stages.at(-1);
  const builds = buildersOf(project, config).filter((it) => (targetOf(document, it) ?? last) === stage);
  const without = builds.find((it) => !hasUser(it));
  if (!without) return { all: builds.length > 0 };
  const { value: name, range } = without.service.name;
  return { all: false, without: { name, range: placeInCompose(project, without, range) } };
}

/** One that only the environment knows is not root by intention. */
function hasUser({ service }: ServiceBuild): boolean {
  const user = textOf(service.get('user'));
  return user !== undefined && user.value !== '' && !(user.known && isRootUser(user.value));
}

/** The stage of a Dockerfile that a service runs. */
export interface BuiltStage {
  readonly document: DockerfileDocument;
  readonly stage: Stage;
  /** The Dockerfile, as the project names it. */
  readonly file: string;
}

/** What a service of the judged compose file builds; undefined where the Dockerfile is not there. */
export function builtStage(
  document: ComposeDocument,
  service: ComposeService,
  project: Project,
): BuiltStage | undefined {
  const build = buildOf(document, service, project);
  const file = build?.dockerfile;
  const dockerfile = file === undefined ? undefined : project.dockerfile(file);
  const stage = dockerfile && build && (targetOf(dockerfile, build) ?? dockerfile.stages.at(-1));
  return dockerfile && stage && file !== undefined ? { document: dockerfile, stage, file } : undefined;
}

export interface ImageUser {
  readonly name: string;
  /** Of USER's argument, on the number line of positions. */
  readonly range: Range;
}

/** The USER of the image that a service builds, where it is not root. */
export function userOfBuild(project: Project, { document, stage, file }: BuiltStage): ImageUser | undefined {
  const last = effectiveUser(document, stage);
  const written = last?.instruction.user;
  if (!last || !written || !last.user.known || last.user.value === '' || isRootUser(last.user.value)) return undefined;
  return { name: last.user.value, range: placeIn(project, file, written.range) };
}

/** Where it is written that a service of the judged compose file runs as root: in its `user`, or in the Dockerfile it builds. */
export function placeOfRoot(document: ComposeDocument, service: ComposeService, project: Project): Range | undefined {
  const user = textOf(service.get('user'));
  if (user && user.value !== '') return user.known && isRootUser(user.value) ? service.get('user')?.range : undefined;
  const built = builtStage(document, service, project);
  if (!built) return undefined;
  const last = effectiveUser(built.document, built.stage);
  const { image } = built.stage.from;
  const root = built.stage.rootImage;
  if (last?.instruction.user)
    return last.user.known && isRootUser(last.user.value)
      ? placeIn(project, built.file, last.instruction.user.range)
      : undefined;
  return !last && image && root && userOf(root).root === 'yes' ? placeIn(project, built.file, image.range) : undefined;
}
