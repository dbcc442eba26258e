import { officialName } from '../images/official.js';
import { DOCKER_HUB, type ImageReference } from '../images/reference.js';
import type { ShellCommand } from '../shell/model.js';
import { SYSTEM_PACKAGES } from '../shell/package-kinds.js';
import type { DockerfileDocument, RunInstruction, Stage } from './model.js';
import { ownCommand, ownEntrypoint, startCommands } from './privilege.js';
import { isForPeople, startsForPeople } from './purpose.js';
import { chainOf, expandAt, installedPackages, instructionsOf, shippedStage, stageNamed } from './queries.js';

/** An image with shell and package manager that ships although nothing in it needs either. */
export interface NeedlessShell {
  readonly reference: ImageReference;
  /** An image without them that the program could run on. */
  readonly alternative: string;
}

/**
 * Where the shipped stage only copies a program that was built elsewhere and starts it directly: its base need be no more
 * than the program's own runtime. Undefined where a step, the start or the health check uses a shell.
 */
export function needlessShell(document: DockerfileDocument): NeedlessShell | undefined {
  const stage = shippedStage(document);
  const reference = stage?.rootImage;
  if (!stage || !reference || stage.windows || isForPeople(stage) || startsForPeople(stage)) return undefined;
  const chain = chainOf(stage).flatMap((it) => it.instructions);
  if (!instructionsOf(chain, 'RUN').every(onlyPrepares) || !installedPackages(stage).every(isCarried)) return undefined;
  if (!instructionsOf(chain, 'HEALTHCHECK').every((it) => it.none || isDirect(it.form, it.script.commands)))
    return undefined;
  const bodies = [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) => (it ? [it] : []));
  const started = startCommands(stage);
  if (started.length === 0 || !bodies.every((it) => it.form === 'exec') || !isDirect('exec', started.slice(0, 1)))
    return undefined;
  const alternative = runtimeFor(document, stage, reference, started[0]?.name ?? '');
  return alternative === undefined ? undefined : { reference, alternative };
}

/** Steps that a COPY with `--chown` and `--chmod`, or an image without a shell, makes needless. */
const PREPARES = new Set(
  'set true echo adduser addgroup useradd groupadd mkdir chown chmod rm update-ca-certificates apt-get apt apk microdnf dnf yum'.split(
    ' ',
  ),
);

function onlyPrepares({ script, heredocs, onbuild }: RunInstruction): boolean {
  return script.complete && heredocs.length === 0 && !onbuild && script.commands.every((it) => PREPARES.has(it.name));
}

/** Images without a shell have these packages as well. */
function isCarried({ install }: { readonly install: RunInstruction['facts']['installs'][number] }): boolean {
  return (
    SYSTEM_PACKAGES.has(install.manager) &&
    install.lists.length === 0 &&
    install.packages.every((it) => /^(?:ca-certificates|tzdata)$/.test(it.name))
  );
}

/** Programs of a distribution; what an image without a shell has no replacement for. */
const OF_DISTRIBUTION =
  /^(?:sh|ash|bash|dash|zsh|su|sudo|env|cat|cp|cut|date|echo|find|grep|ls|sed|awk|sleep|tail|head|test|true|false|timeout|xargs|wget|curl|nc|nginx|httpd|apache2.*|tini|dumb-init|gosu|su-exec|busybox|perl|cron|crond|supervisord)$/;

/** One program is started, no shell and no script. */
function isDirect(form: string, commands: readonly ShellCommand[]): boolean {
  const [command] = commands;
  if (form !== 'exec' || !command || commands.length !== 1) return false;
  const { name, wrappers, words } = command;
  const path = words[0]?.value ?? '';
  return (
    name !== '' &&
    wrappers.length === 0 &&
    words[0]?.literal === true &&
    !OF_DISTRIBUTION.test(name) &&
    !/entry-?point|\.(?:sh|bash|pl|rb|php)$|(?:^|[-_])(?:run|start|init|launch)(?:[-_]|$)/.test(path)
  );
}

/** Distributions with a shell and a package manager. */
const DISTRIBUTIONS = new Set([
  'alpine',
  'debian',
  'ubuntu',
  'fedora',
  'rockylinux',
  'almalinux',
  'amazonlinux',
  'oraclelinux',
]);
const JAVA = new Set(['eclipse-temurin', 'openjdk', 'amazoncorretto', 'sapmachine']);
/** The releases of Java that there are such images for. */
const JAVA_RELEASE = /^(?:17|21|25)(?:\D|$)/;

function runtimeFor(
  document: DockerfileDocument,
  stage: Stage,
  reference: ImageReference,
  program: string,
): string | undefined {
  const official = officialName(reference);
  if (official === 'node') return program === 'node' ? 'gcr.io/distroless/nodejs' : undefined;
  if (official === 'python') return /^python3?$/.test(program) ? 'gcr.io/distroless/python3' : undefined;
  if (official !== undefined && JAVA.has(official))
    return program === 'java' && JAVA_RELEASE.test(reference.tag?.value ?? '') ? 'gcr.io/distroless/java' : undefined;
  if (!isDistribution(official, reference)) return undefined;
  const sources = buildersOf(document, stage);
  if (sources.length === 0) return undefined;
  // Go is linked statically as a rule; a program for Alpine's C library needs a static build first.
  if (sources.every((it) => it === 'golang') || official === 'alpine') return 'gcr.io/distroless/static';
  return 'gcr.io/distroless/cc';
}

function isDistribution(official: string | undefined, { registry, path }: ImageReference): boolean {
  if (official !== undefined) return DISTRIBUTIONS.has(official);
  return registry !== DOCKER_HUB && /^(?:redhat|ubi\d*)\/ubi(?:-minimal)?$/.test(path.replace(/^ubi\d+\//, 'redhat/'));
}

/** The images that the stages were built on which programs are copied from. */
function buildersOf(document: DockerfileDocument, stage: Stage): readonly (string | undefined)[] {
  return chainOf(stage)
    .flatMap((it) => instructionsOf(it.instructions, 'COPY'))
    .flatMap(({ from, range }) => {
      const source = from && stageNamed(document, expandAt(document, from.value, range.start).value, stage);
      return source ? [source.rootImage && officialName(source.rootImage)] : [];
    });
}
