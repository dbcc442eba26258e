import type { RunInstruction } from '../dockerfile/model.js';
import { programsUsed } from '../dockerfile/purpose.js';
import { installedPackages } from '../dockerfile/queries.js';
import { buildKindOf, PROGRAMS_OF_BUILD_TOOLS, SYSTEM_PACKAGES } from '../shell/package-kinds.js';
import { releaseOf } from './bases.js';
import { runtimePackages } from './libraries.js';
import type { Refusal, RunBase } from './plan.js';
import { type Reading, shownCommand, type Work } from './reading.js';

/** Tools that get a build ready. */
const FOR_BUILDS = new Set(
  (
    'curl wget unzip zip tar gzip bzip2 xz-utils xz zstd gnupg gnupg2 gpg dirmngr lsb-release apt-transport-https apt-utils ' +
    'software-properties-common file patch rsync openssh-client openssh jq protobuf-compiler protobuf protoc upx upx-ucl ' +
    'python3-pip python3-setuptools python3-wheel py3-pip py3-setuptools py3-wheel python3-venv virtualenv python3-virtualenv pipx ' +
    'debhelper gettext-base moreutils musl-tools mingw-w64 nodejs npm yarn composer unrar p7zip-full cpio diffutils findutils ' +
    'php-cli rustup sccache mold lld coreutils util-linux procps ant bc rename'
  ).split(' '),
);

/** Those of them that a health check may call: they stay where no step of the build uses them. */
const MAY_RUN = new Set('curl wget jq procps coreutils openssh-client openssh rsync'.split(' '));

export interface RunPackages {
  /** What the run stage installs. */
  readonly packages: readonly string[];
  /** RUNs that only install what runs as well, or tell where packages come from. */
  readonly whole: readonly RunInstruction[];
}

/** Which of the installed packages the program needs when it runs. */
export interface PackageUse {
  /** Programs are linked to libraries of the system. */
  readonly links: boolean;
  /** The run-time image is that of the language. */
  readonly language: boolean;
  /** Further packages that only the build needs. */
  readonly build?: (name: string) => boolean;
  /** Packages that mostly serve builds, but not here. */
  readonly keep?: RegExp;
}

export function runPackages(
  reading: Reading,
  base: Pick<RunBase, 'packages'>,
  { links, language, build, keep }: PackageUse,
): RunPackages | Refusal {
  const used = programsUsed(reading.stage);
  const inBuild = new Set(reading.work.map((it) => it.command.name));
  const release = releaseOf(reading);
  const packages: string[] = [];
  const unknown: string[] = [];
  const whole = new Map<RunInstruction, boolean>();
  let place = reading.stage.from.range;
  for (const { run, install } of installedPackages(reading.stage)) {
    if (!SYSTEM_PACKAGES.has(install.manager)) continue;
    const forRunning: string[] = [];
    for (const { name, word } of install.packages) {
      const kind = buildKindOf(name);
      const plain = name.replace(/:[a-z0-9]+$/, '');
      if (plain.includes('$') && !(build?.(plain) ?? false)) {
        unknown.push(name);
        place = word.range;
      } else if (isStarted(plain, used) || keep?.test(plain)) forRunning.push(word.value);
      else if (kind === 'headers' && links) {
        const found = runtimePackages(plain, {
          packages: base.packages ?? 'apt',
          language,
          ...(reading.base === undefined ? {} : { base: reading.base }),
          ...(release === undefined ? {} : { release }),
        });
        if (found) packages.push(...found);
        else {
          unknown.push(name);
          place = word.range;
        }
      } else if (
        kind === undefined &&
        !(FOR_BUILDS.has(plain) && (!MAY_RUN.has(plain) || inBuild.has(plain))) &&
        !(build?.(plain) ?? false)
      )
        forRunning.push(word.value);
    }
    packages.push(...forRunning);
    const all = forRunning.length === install.packages.length;
    whole.set(run, all && (whole.get(run) ?? true));
  }
  const changes = packages.length > 0 ? repositoryChanges(reading) : [];
  const unclear = changes.find((it) => !onlyChangesRepositories(it.run));
  if (unclear)
    return { refused: 'step', data: { command: shownCommand(unclear.command) }, range: unclear.command.range };
  if (unknown.length > 0)
    return { refused: 'packages', data: { packages: unknown.slice(0, 3).join(', ') }, range: place };
  const runs = [...whole].flatMap(([run, all]) => (all && onlyInstalls(run) ? [run] : []));
  const inWhole = new Set(
    runs.flatMap((it) => it.facts.installs.flatMap((install) => install.packages.map(({ word }) => word.value))),
  );
  const repositories = [...new Set(changes.map((it) => it.run))].filter((it) => !runs.includes(it));
  return { packages: [...new Set(packages)].filter((it) => !inWhole.has(it)), whole: [...repositories, ...runs] };
}

/** Commands that change where packages come from: those of the run stage need the same. */
function repositoryChanges({ work }: Reading): readonly Work[] {
  return work.filter(({ command, words }) => {
    const { name, redirects } = command;
    if (name === 'add-apt-repository' || name === 'apt-key') return true;
    const targets = redirects.filter((it) => it.operator.startsWith('>')).map((it) => it.target.value);
    const changes = /^(?:sed|rm|cp|mv|curl|wget|tee|ln)$/.test(name) ? words.slice(1) : [];
    return [...targets, ...changes].some((it) => REPOSITORIES.test(it));
  });
}

const REPOSITORIES = /^\/etc\/(?:apt\/sources|apk\/(?:repositories|keys)|yum\.repos)/;

const WRITERS = new Set('set echo printf cat tee sed rm true test [ : apt-get apk'.split(' '));

/** Nothing in it needs more than a shell, and nothing but repositories is changed. */
export function onlyChangesRepositories({ script, facts }: RunInstruction): boolean {
  const targets = script.commands.flatMap(({ name, words, redirects }) => [
    ...redirects.filter((it) => it.operator.startsWith('>')).map((it) => it.target.value),
    ...(name === 'rm' || name === 'tee' ? words.slice(1).map((it) => it.value) : []),
    ...(name === 'sed' ? words.slice(-1).map((it) => it.value) : []),
  ]);
  return (
    script.complete &&
    facts.installs.length === 0 &&
    script.commands.every((it) => WRITERS.has(it.name)) &&
    targets.length > 0 &&
    targets.every((it) => it.startsWith('-') || REPOSITORIES.test(it) || it.startsWith('/var/lib/apt/lists'))
  );
}

function isStarted(name: string, used: ReadonlySet<string>): boolean {
  const programs = Object.hasOwn(PROGRAMS_OF_BUILD_TOOLS, name) ? (PROGRAMS_OF_BUILD_TOOLS[name] ?? []) : [];
  return [name, ...programs].some((it) => used.has(it));
}

const AROUND = new Set('set rm apt-get apt apk true echo export dnf yum microdnf'.split(' '));

/** Nothing but the package manager works in it. */
export function onlyInstalls({ script }: RunInstruction): boolean {
  return script.complete && script.commands.every((it) => AROUND.has(it.name));
}

/** The line that installs packages and leaves no lists behind. */
export function installLine(packages: readonly string[], manager: 'apt' | 'apk'): string {
  const names = packages.toSorted().join(' ');
  return manager === 'apk'
    ? `RUN apk add --no-cache ${names}`
    : `RUN apt-get update && apt-get install -y --no-install-recommends ${names} && rm -rf /var/lib/apt/lists/*`;
}
