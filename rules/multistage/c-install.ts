import type { CopyInstruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import { listed } from './compiled.js';
import { placedSources } from './context.js';
import {
  fetchedArtefacts,
  interpretation,
  outermost,
  repeatedCopies,
  scriptRefusal,
  settingLines,
} from './interpreted.js';
import { runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal, type RunBase } from './plan.js';
import { basename, expanded, isInside, joinPath, optionIn, type Reading, shownCommand, type Work } from './reading.js';

export interface InstalledProgram {
  readonly base: RunBase;
  /** Packages that its language needs. */
  readonly libraries: readonly string[];
  readonly buildVariables: RegExp;
}

/**
 * The plan for what `make install` and the like put below one folder: the folder ships whole. Undefined where nothing is
 * installed so, or the folder is not known, or not all that is in it comes from the build.
 */
export function installedPlan(
  reading: Reading,
  { base, libraries, buildVariables }: InstalledProgram,
): Plan | Refusal | undefined {
  const installs = reading.work.filter(isInstall);
  const configurations = reading.work.filter(isConfiguration);
  const known = installs.map((it) => prefixOf(reading, it, configurations));
  if (known.length === 0 || !known.every((it) => it !== undefined && isOwnFolder(reading, it))) return undefined;
  const prefixes = outermost(known.flatMap((it) => it ?? []));
  const unclear = startRefusal(reading, prefixes, installs);
  if (unclear) return unclear;
  const sources = reading.work.filter(isOwn).flatMap((it) => folderOf(it) ?? []);
  const folders = [...new Set([...prefixes, ...sources])].filter((it) => it !== '/');
  const steps = interpretation(reading, { folders, isOwn });
  if (isRefusal(steps)) return steps;
  const packages = runPackages(reading, base, { links: true, language: false });
  if (isRefusal(packages)) return packages;
  const own: readonly Artefact[] = prefixes.map((from) => ({ from, folder: true }));
  const isSource = (path: string): boolean =>
    /^\/(?:tmp|usr\/src)(?:\/|$)/.test(path) || sources.some((it) => isInside(path, it) || isInside(it, path));
  const artefacts = [...own, ...fetchedArtefacts(steps, own).filter((it) => !isSource(it.from))];
  const servesBuild = (copy: CopyInstruction): boolean => {
    const target = joinPath(reading.folderAt(copy), expanded(reading.document, copy, copy.destination?.value ?? ''));
    return target !== undefined && (isSource(target) || reading.work.some((it) => names(it, target)));
  };
  const cached = base.packages === 'apt' && prefixes.includes('/usr/local') ? ['RUN ldconfig'] : [];
  return {
    base,
    artefacts,
    last: steps.last,
    repeated: [
      ...packages.whole,
      ...steps.moved,
      ...repeatedCopies(reading, steps, artefacts, servesBuild),
      ...steps.users,
    ],
    dropped: steps.moved,
    packages: [...new Set([...packages.packages, ...libraries])],
    buildVariables,
    ...(reading.start ? {} : { user: false as const }),
    added: [...settingLines(steps, artefacts), ...cached],
    ships: listed(artefacts.map((it) => (it.from === '/usr/local' ? it.from : basename(it.from)))),
  };
}

const MAKERS = /^(?:g?make|ninja|samu)$/;

function isInstall({ command, words }: Work): boolean {
  const { name } = command;
  if (MAKERS.test(name)) return words.some((it) => /^(?:alt)?install(?:[-_]\w+)?$/.test(it));
  if (name === 'cmake') return words.includes('--install') || (words.includes('--build') && words.includes('install'));
  return name === 'meson' && words.includes('install');
}

/** Steps that leave their result in the sources, or below the folder that they install to. */
function isOwn(work: Work): boolean {
  const { name } = work.command;
  return (
    isConfiguration(work) ||
    MAKERS.test(name) ||
    /^(?:cmake|meson|qmake|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|patch|strip|ldconfig|auto\w+|aclocal|libtoolize|(?:autogen|bootstrap|buildconf)(?:\.sh)?)$/.test(
      name,
    )
  );
}

function isConfiguration({ command, words }: Work): boolean {
  if (command.name === 'cmake') return !words.includes('--build') && !words.includes('--install');
  if (command.name === 'meson') return words.includes('setup') || !/^(?:compile|install|test)$/.test(words[1] ?? '');
  return /(?:^|\/)(?:configure|config|Configure)$/.test(words[0] ?? '');
}

/** The folder that the step works in. */
function folderOf({ words, folder }: Work): string | undefined {
  const into = optionIn(words, '-C', '--directory', '--build', '--install');
  return into === undefined ? folder : joinPath(folder, into);
}

function names({ words, command }: Work, path: string): boolean {
  return words.includes(path) || command.redirects.some((it) => it.target.value === path);
}

/** Where the step installs to, by its own words, by the configuration before it, or by what is started. */
function prefixOf(reading: Reading, install: Work, configurations: readonly Work[]): string | undefined {
  if (install.words.some((it) => it.startsWith('DESTDIR='))) return undefined;
  const written =
    install.words.map((it) => /^(?:PREFIX|prefix|INSTALL_PREFIX|INSTALL_TOP)=(.*)$/.exec(it)?.[1]).find(Boolean) ??
    optionIn(install.words, '--prefix');
  if (written !== undefined) return joinPath(undefined, written);
  const configured = configurations.findLast((it) => it.command.range.start < install.command.range.start);
  if (configured) return configuredPrefix(configured);
  return reading.start?.path?.startsWith('/usr/local/') === true ? '/usr/local' : undefined;
}

/** Settings of `configure` for folders that installing fills. */
const FILLED =
  /^--(?:exec-prefix|(?:bin|sbin|lib|libexec|sysconf|localstate|sharedstate|data|dataroot|include|conf|run|openssl)dir|(?:conf|sbin|modules|pid|lock|error-log|http-log)-path)=(.*)$/;

/** What autoconf, CMake and Meson install to unless they are told otherwise. */
const DEFAULT_PREFIX = '/usr/local';

function configuredPrefix({ words }: Work): string | undefined {
  // A module lands in the folders of the program that it is made for.
  if (words.some((it) => /^--with-apxs|^--(?:enable|with)-systemd/.test(it))) return undefined;
  const written =
    optionIn(words, '--prefix') ??
    words.map((it) => /^(?:-D)?CMAKE_INSTALL_PREFIX(?::\w+)?=(.*)$/.exec(it)?.[1]).find(Boolean) ??
    DEFAULT_PREFIX;
  const prefix = joinPath(undefined, written);
  if (prefix === undefined) return undefined;
  const others = words.flatMap((it) => FILLED.exec(it)?.[1] ?? []);
  return others.every((it) => it.startsWith('${prefix}') || isInside(prefix, joinPath(undefined, it) ?? ''))
    ? prefix
    : undefined;
}

/** Whether all that lies in the folder comes from the build. */
function isOwnFolder({ base }: Reading, path: string): boolean {
  // Distributions leave it empty.
  if (path === DEFAULT_PREFIX) return /^(?:debian|ubuntu|alpine|buildpack-deps)$/.test(base ?? '');
  return !/^\/(?:(?:usr|var|opt|srv|home|root|media|mnt)?$|(?:etc|tmp|run|boot|dev|proc|sys|s?bin|lib\w*|usr\/(?:s?bin|lib\w*|share|include|src|local\/\w+$))(?:\/|$))/.test(
    path,
  );
}

function startRefusal(reading: Reading, prefixes: readonly string[], [install]: readonly Work[]): Refusal | undefined {
  const { start, stage } = reading;
  if (!start) return undefined;
  if (/^(?:g?make|cmake|ninja)$/.test(start.command.name))
    return { refused: 'startsBuild', data: { command: shownCommand(start.command) }, range: start.command.range };
  const script = scriptRefusal(reading, /\b(?:make|gcc|cmake|git)\b/);
  if (script) return script;
  const { path } = start;
  const isThere =
    path === undefined ||
    prefixes.some((it) => isInside(it, path)) ||
    /^\/(?:usr\/)?s?bin\//.test(path) ||
    placedSources(reading).some((it) => it.target === path) ||
    instructionsOf(stage.instructions, 'COPY', 'ADD').some((it) => it.destination?.value === path);
  if (isThere || !install) return undefined;
  return {
    refused: 'result',
    data: { command: shownCommand(install.command), hint: '`--prefix=/opt/app`' },
    range: install.command.range,
  };
}
