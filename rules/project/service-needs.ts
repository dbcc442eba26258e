import type { ComposeDocument, ComposeService } from '../compose/model.js';
import { imageOf, scriptOf, textOf } from '../compose/queries.js';
import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import { ownCommand, ownEntrypoint } from '../dockerfile/privilege.js';
import { isRootUser } from '../dockerfile/queries.js';
import { capabilitiesOfProgram, type HardeningNeeds, hardeningNeeds } from '../images/hardening.js';
import type { ShellScript } from '../shell/model.js';
import { type BuiltStage, builtStage, userOfBuild } from './identity.js';

/**
 * What a service needs of what hardening takes away: by its user, its image or the one that its Dockerfile begins with, and by
 * the programs that it starts. Undefined where none of these is known.
 */
export function needsOf(
  document: ComposeDocument,
  service: ComposeService,
  project: Project,
): HardeningNeeds | undefined {
  return needsIn(project)(document)(service);
}

/** Several rules ask for them. */
const needsIn = remembered((project: Project) =>
  remembered((document: ComposeDocument) =>
    remembered((service: ComposeService) => findNeeds(document, service, project)),
  ),
);

function findNeeds(document: ComposeDocument, service: ComposeService, project: Project): HardeningNeeds | undefined {
  const built = builtStage(document, service, project);
  const image = built ? built.stage.rootImage : imageOf(service);
  const known = image && hardeningNeeds(image);
  const ofPrograms = startedPrograms(service, built).map(capabilitiesOfProgram);
  const isKnown = known !== undefined || ofPrograms.some((it) => it !== undefined);
  if (hasOwnUser(service, project, built)) return { ...known, capabilities: [] };
  if (!isKnown) return undefined;
  const capabilities = new Set([...(known?.capabilities ?? []), ...ofPrograms.flatMap((it) => it ?? [])]);
  // What the image is built to write to, its own program may add to.
  const writes = built ? undefined : known?.writes;
  return { capabilities: [...capabilities], ...(writes === undefined ? {} : { writes }) };
}

/** A user that is not root has no capabilities whatever is added: https://man7.org/linux/man-pages/man7/capabilities.7.html */
function hasOwnUser(service: ComposeService, project: Project, built: BuiltStage | undefined): boolean {
  const user = textOf(service.get('user'));
  if (user && user.value !== '') return user.known && !isRootUser(user.value);
  return built !== undefined && userOfBuild(project, built) !== undefined;
}

/** Programs by name, and what entry points, shells and other starters are told to start. */
function startedPrograms(service: ComposeService, built: BuiltStage | undefined): readonly string[] {
  const entrypoint = service.get('entrypoint')
    ? scriptOf(service, 'entrypoint')
    : built && ownEntrypoint(built.stage)?.script;
  // An entry point in the compose file makes the image's command void.
  const command =
    service.get('command') || service.get('entrypoint')
      ? scriptOf(service, 'command')
      : built && ownCommand(built.stage)?.script;
  return [entrypoint, command].flatMap((it) => (it ? programsOf(it) : []));
}

function programsOf({ commands }: ShellScript): readonly string[] {
  return commands.flatMap(({ name, wrappers, words }) => {
    const others = STARTERS.test(name)
      ? words.slice(1, 4).map((it) => it.value.slice(it.value.lastIndexOf('/') + 1))
      : [];
    return [name, ...wrappers, ...others];
  });
}

/** What starts the program that its arguments name: `docker-entrypoint.sh mysqld`, `tini -- nginx`, `service cron start`. */
const STARTERS = /entrypoint|\.sh$|^(?:tini|dumb-init|catatonit|init|service|rc-service|bash|sh|ash)$/;
