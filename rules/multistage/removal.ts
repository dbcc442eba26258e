import type { Edit } from '../core/edit.js';
import type { Fix, RelatedPlace } from '../core/finding.js';
import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { Range } from '../core/text.js';
import { appendCommand } from '../dockerfile/append.js';
import { compiles } from '../dockerfile/building.js';
import type { DockerfileDocument, RunInstruction, Stage } from '../dockerfile/model.js';
import { programsUsed } from '../dockerfile/purpose.js';
import { chainOf, type InstalledPackages, installedPackages } from '../dockerfile/queries.js';
import type { PackageManager, PackageWord } from '../shell/model.js';
import { buildKindOf, SYSTEM_PACKAGES } from '../shell/package-kinds.js';
import { releaseOf } from './bases.js';
import { type LibraryHome, runtimePackages } from './libraries.js';
import { readingOf } from './reading.js';
import { redHatRuntimePackages } from './red-hat-libraries.js';

/** Build tools removed at the end of the RUN that installs and uses them. */
export interface RemovalFix {
  readonly fixes: readonly Fix<'remove'>[];
  /** Why there is none. */
  readonly related: readonly RelatedPlace<'library'>[];
}

const NONE: RemovalFix = { fixes: [], related: [] };

const REMOVE: Partial<Record<PackageManager, string>> = {
  apt: 'apt-get purge -y --auto-remove',
  apk: 'apk del',
  yum: 'yum remove -y',
  dnf: 'dnf remove -y',
  microdnf: 'microdnf remove -y',
  zypper: 'zypper remove -y --clean-deps',
};

/** Programs that neither compile nor start anything that does. */
const NEVER_BUILDING = new Set(
  (
    'set rm cd mkdir echo printf export true test [ : if case for cat ls cp mv touch tee sed awk grep find xargs sort id sleep which ' +
    'apt-get apt apk yum dnf microdnf zypper apt-mark apt-cache dpkg dpkg-query rpm update-alternatives update-ca-certificates ' +
    'ln chmod chown chgrp install adduser addgroup useradd groupadd usermod groupmod passwd chpasswd ldconfig locale-gen ' +
    'curl wget tar unzip gunzip gpg sha256sum sha512sum md5sum service a2enmod a2dismod a2ensite a2dissite ssh-keygen'
  ).split(' '),
);

/** Programs that fetch sources with git and the like. */
const FETCHING =
  /^(?:git|svn|hg|bzr|cvs|repo|composer|php|go|cargo|npm|yarn|pnpm|bundle|mix|rebar3|make|cmake|.*\.sh)$/;

export interface RemovalOptions {
  /** Where the last RUN of the image starts that may need a compiler; before the file where none does. */
  readonly lastBuild: number;
  readonly project: Project;
  /** The tools, for people. */
  readonly listed: string;
}

/**
 * Removes the tools where they were used: in a RUN that does something with them, and no later one builds. A removal takes
 * along what came as a dependency only, so the libraries that programs were linked to are installed by name.
 */
export function removalFix(
  document: DockerfileDocument,
  { run, stage, install }: InstalledPackages,
  tools: readonly PackageWord[],
  { lastBuild, project, listed }: RemovalOptions,
): RemovalFix {
  const command = REMOVE[install.manager];
  if (command === undefined || install.virtual !== undefined || tools.some((it) => !/^[\w@.+:-]+$/.test(it.name)))
    return NONE;
  if (!usesTools(run, install.command.range.end, tools) || lastBuild > run.range.start) return NONE;
  const names = [...new Set(tools.map((it) => it.name))].join(' ');
  const sudo = install.command.wrappers.includes('sudo') ? 'sudo ' : '';
  const last = appendCommand(document, run, `${sudo}${command} ${names}`);
  if (!last) return NONE;
  const companions = companionsOf(document, stage, project, install.manager);
  const bringing = tools.filter((it) => companions(it.name) === undefined);
  if (bringing.length > 0)
    return {
      fixes: [],
      related: bringing
        .slice(0, 3)
        .map(({ name, word }) => ({ range: word.range, label: 'library', data: { package: name } })),
    };
  const counts = packageCounts(stage);
  const stays = (name: string): boolean => (counts.get(name) ?? 0) > tools.filter((it) => it.name === name).length;
  const all = new Set<string>();
  const edits = tools.flatMap((tool) => {
    const added = (companions(tool.name) ?? []).filter((it) => !all.has(it) && !stays(it));
    for (const it of added) all.add(it);
    return added.length === 0 ? [] : [addedBehind(document, tool, install.packages, added)];
  });
  const sorted = [...edits.toSorted((a, b) => a.range.start - b.range.start), last];
  return {
    fixes: [{ title: 'remove', data: { packages: listed }, applicability: 'unsafe', edits: sorted }],
    related: [],
  };
}

/** Whether something behind the installation needs the tools: else they were installed for later. */
function usesTools(run: RunInstruction, end: number, tools: readonly PackageWord[]): boolean {
  const { compiling, fetching } = lastUses(run);
  return tools.every((it) => (buildKindOf(it.name) === 'sources' ? fetching : compiling) > end);
}

/** Where the last command of a RUN starts that compiles, and that fetches; before the file where none does. */
const lastUses = remembered(({ script, facts }: RunInstruction) => ({
  compiling: lastStart(script.commands.filter((it) => it.name !== '' && !NEVER_BUILDING.has(it.name))),
  fetching: lastStart([
    ...script.commands.filter((it) => FETCHING.test(it.name)),
    ...facts.installs.filter((it) => !SYSTEM_PACKAGES.has(it.manager)).map((it) => it.command),
  ]),
}));

/** Where the last of them starts; before the file where there is none. */
export function lastStart(all: readonly { readonly range: Range }[]): number {
  let last = -1;
  for (const { range } of all) last = Math.max(last, range.start);
  return last;
}

/** How often each package is installed in the stages of the image. */
const packageCounts = remembered((stage: Stage): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const { install } of installedPackages(stage))
    for (const { name } of install.packages) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
});

/** Where the last RUN starts that may need a compiler; before the file where none does. */
export function lastBuilding(runs: readonly RunInstruction[]): number {
  return lastStart(runs.filter(builds));
}

/** Whether the RUN may need a compiler: it compiles, or installs packages of a language, which may. */
function builds({ script, facts }: RunInstruction): boolean {
  return (
    script.commands.some(
      (it) => compiles(it) || /^(?:docker-php-ext-install|pecl|phpize|poetry|pipenv|git|.*\.sh)$/.test(it.name),
    ) || facts.installs.some((it) => !SYSTEM_PACKAGES.has(it.manager))
  );
}

/** The names go behind the package that they belong to, on a line of their own where packages have one each. */
function addedBehind(
  { text }: DockerfileDocument,
  { word }: PackageWord,
  packages: readonly PackageWord[],
  added: readonly string[],
): Edit {
  const ends = packages.map((it) => it.word.range.end).filter((it) => it <= word.range.start);
  const between = text.slice(Math.max(0, ...ends), word.range.start);
  const separator = ends.length > 0 && /^(?:[ \t]*[\\`]\r?\n[ \t]*|[ \t]+)$/.test(between) ? between : ' ';
  const { end } = word.range;
  return { range: { start: end, end }, text: added.map((it) => separator + it).join('') };
}

/** The packages that a tool or a header package brings and a program may need; undefined where they are not known. */
function companionsOf(
  document: DockerfileDocument,
  stage: Stage,
  project: Project,
  manager: PackageManager,
): (name: string) => readonly string[] | undefined {
  // The older manager leaves alone what came along.
  if (manager === 'yum') return () => [];
  const [root = stage] = chainOf(stage);
  const reading = readingsIn(project)(document)(root);
  const release = releaseOf(reading);
  const base = reading.base ?? '';
  const language = /^(?:python|ruby|php|node|perl)$/.test(base);
  const used = programsUsed(stage);
  return (written) => {
    const name = written.replace(/:[a-z0-9]+$/, '');
    const jdk = /^(openjdk-?\d+|default)-jdk(-headless)?$/.exec(name);
    if (jdk) return [`${jdk[1] ?? ''}-jre${jdk[2] ?? ''}`];
    const kind = buildKindOf(name);
    if (kind === 'sources') return [];
    if (kind === 'compiler') return compilerLibraries(name, manager, { used, release });
    const interpreter = /^(python\d?|ruby|nodejs|perl)-(?:dev|devel)$/.exec(name)?.[1];
    if (interpreter !== undefined) return language ? [] : interpreterLibraries(interpreter, manager, release);
    if (manager === 'apt' || manager === 'apk') {
      const home: LibraryHome = {
        packages: manager,
        language: base === 'python' || base === 'ruby',
        base,
        ...(release === undefined ? {} : { release }),
      };
      return runtimePackages(name, home);
    }
    return manager === 'zypper' ? undefined : redHatRuntimePackages(name);
  };
}

/** A RUN may install tools many times. */
const readingsIn = remembered((project: Project) =>
  remembered((document: DockerfileDocument) => remembered((stage: Stage) => readingOf(document, stage, project))),
);

/** The library of Debian's Python, which programs that embed it are linked to. */
const PYTHON_LIBRARIES: Readonly<Record<string, string>> = {
  stretch: 'libpython3.5',
  buster: 'libpython3.7',
  bullseye: 'libpython3.9',
  bookworm: 'libpython3.11',
  trixie: 'libpython3.13',
  focal: 'libpython3.8',
  jammy: 'libpython3.10',
  noble: 'libpython3.12t64',
};

function interpreterLibraries(
  name: string,
  manager: PackageManager,
  release: string | undefined,
): readonly string[] | undefined {
  if (manager !== 'apt' || !name.startsWith('python')) return [name];
  const library = release !== undefined && name === 'python3' ? PYTHON_LIBRARIES[release] : undefined;
  return library === undefined ? undefined : [name, library];
}

/** Debian has the library of C++ for its own sake, Alpine has it for its compiler. */
function compilerLibraries(
  name: string,
  manager: PackageManager,
  { used, release }: { readonly used: ReadonlySet<string>; readonly release: string | undefined },
): readonly string[] | undefined {
  if (/^(?:maven|gradle|ant|sbt|leiningen)$/.test(name)) return used.has('java') ? undefined : [];
  if (/^(?:gdc|ldc|crystal|valac)$/.test(name)) return undefined;
  if (name.includes('gfortran')) {
    if (manager !== 'apt') return ['libgfortran'];
    return release === undefined || /^(?:jessie|stretch)$/.test(release) ? undefined : ['libgfortran5'];
  }
  return manager === 'apk' && /^(?:g\+\+|build-base|alpine-sdk|clang.*)$/.test(name) ? ['libstdc++'] : [];
}
