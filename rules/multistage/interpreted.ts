import { compiles } from '../dockerfile/building.js';
import type { CopyInstruction, Instruction, RunInstruction } from '../dockerfile/model.js';
import { instructionsOf, isRootUser } from '../dockerfile/queries.js';
import { SYSTEM_PACKAGES } from '../shell/package-kinds.js';
import { operandsOf } from './compiled.js';
import { contextPath, placedSources, readContext } from './context.js';
import { type Artefact, isRefusal, type Refusal } from './plan.js';
import { basename, expanded, isInside, joinPath, optionIn, type Reading, shownCommand, type Work } from './reading.js';
import { settingsOf } from './settings.js';

/** How a program in a language of its own image comes about, step by step. */
export interface Interpretation {
  /** The last instruction of the build. */
  readonly last: Instruction;
  /** RUNs of the build stage that the run stage needs instead: accounts, folders. */
  readonly moved: readonly RunInstruction[];
  /** COPY and ADD of the build stage. */
  readonly copies: readonly CopyInstruction[];
  /** USER of the build that the program has, too. */
  readonly users: readonly Instruction[];
  /** Folders of the program in which something else than installing and building left its result: they ship as they are. */
  readonly touched: readonly string[];
  /** Sources and programs that were fetched, and settings of the system that were changed: they ship as they are. */
  readonly fetched: readonly string[];
  /** Lines of the run stage that switch on what the build did. */
  readonly enabled: readonly string[];
  /** What the build gave to other users than root. */
  readonly gifts: readonly Gift[];
  /** Owner of the folders, for `--chown`. */
  readonly owner?: string;
  /** Who built, where that was not root. */
  readonly builder?: string;
}

/** A chown of the build. */
export interface Gift {
  readonly owner: string;
  /** Absolute. */
  readonly paths: readonly string[];
  /** They are folders of the program, not something in them. */
  readonly whole: boolean;
}

export interface Interpreter {
  /** The folders in which installing and building may leave something. */
  readonly folders: readonly string[];
  /** Commands whose result the plan takes along. */
  readonly isOwn: (work: Work) => boolean;
  /** Commands that may stay in the run stage, because all they need is there. */
  readonly runs?: (work: Work) => boolean;
}

const ACCOUNTS = new Set(['useradd', 'groupadd', 'adduser', 'addgroup', 'usermod', 'groupmod']);
const FOLDERS = new Set(['mkdir', 'chown', 'chmod', 'install', 'touch', 'chgrp']);
const HARMLESS = new Set(
  'set echo true test [ : ls cat pwd export cd rm find which type uname date env printenv head tail grep sleep apt-mark ldconfig printf'.split(
    ' ',
  ),
);

/** Reads off which steps build; refused where one leaves something in a place that does not ship. */
export function interpretation(reading: Reading, { folders: own, isOwn, runs }: Interpreter): Interpretation | Refusal {
  const all = instructionsOf(reading.stage.instructions, 'RUN');
  const workOf = (run: RunInstruction): readonly Work[] => reading.work.filter((it) => it.run === run);
  const fetched = fetchedPaths(reading).filter((it) => !own.some((folder) => isInside(folder, it)));
  const folders = [...own, ...fetched];
  const builds = (run: RunInstruction): boolean =>
    workOf(run).some((it) => isOwn(it) || compiles(it.command) || fetches(it) || !mayStay(it, runs)) ||
    run.facts.installs.some((it) => SYSTEM_PACKAGES.has(it.manager));
  const last = all.findLast(builds);
  if (!last) return unclear(reading.work[0], reading);
  const head = all.filter((it) => it.range.end <= last.range.end);
  const moved = head.filter((it) => setsUp(workOf(it)) && !builds(it) && isOutside(workOf(it), folders));
  const rest = head.filter((it) => !moved.includes(it)).flatMap(workOf);
  // An account that is made in the midst of a build would be missing in the run stage.
  const settings = [...new Set(rest.flatMap((it) => settingsOf(it) ?? []))];
  const removed = removedPaths(reading);
  const removedAfter = ({ command }: Work): readonly string[] =>
    removed.filter((it) => it.at > command.range.start).map((it) => it.path);
  const known = [...folders, ...settings];
  const isLost = (it: Work): boolean =>
    !settingsOf(it) && leaves(it, known, isOwn) && leaves(it, [...known, ...removedAfter(it)], isOwn);
  const lost = rest.find((it) => ACCOUNTS.has(it.command.name) || isLost(it));
  if (lost) return unclear(lost, reading);
  const others = rest.filter((it) => !isOwn(it) && !isHarmless(it) && !isEnabling(it));
  const places = [...others, ...rest.filter(makes)].flatMap(placesOf);
  const touched = outermost(own.filter((folder) => places.some((it) => isInside(folder, it))));

  const copies = instructionsOf(reading.stage.instructions, 'COPY', 'ADD').filter(
    (it) => it.range.end < last.range.start,
  );
  const final = instructionsOf(reading.stage.instructions, 'USER').at(-1);
  const user =
    final && final.range.end <= last.range.end && !isRootUser(final.user?.value ?? 'root') ? final : undefined;
  const builder = builderOf(reading, last);
  const gifts = giftsIn(rest, folders);
  if (isRefusal(gifts)) return gifts;
  const given = gifts.findLast(({ owner: to, paths }) => !isRootUser(to) && paths.some((it) => folders.includes(it)));
  const owner = builder ?? given?.owner ?? copiedOwner(reading, copies, folders);
  return {
    last,
    moved,
    copies,
    touched,
    fetched: [...fetched, ...settings],
    users: user ? [user] : [],
    enabled: rest.filter(isEnabling).map((it) => `RUN ${it.words.join(' ')}`),
    gifts,
    ...(owner === undefined ? {} : { owner }),
    ...(builder === undefined ? {} : { builder }),
  };
}

interface RemovedPath {
  readonly path: string;
  /** Where the command that removes it stands. */
  readonly at: number;
}

function removedPaths({ work }: Reading): readonly RemovedPath[] {
  return work
    .filter((it) => it.command.name === 'rm')
    .flatMap((it) =>
      operandsOf(it).flatMap((operand) => {
        const path = joinPath(it.folder, operand.replace(/\/\*$/, ''));
        const isKept = path === undefined || (!path.startsWith('/tmp/') && isShared(path));
        return isKept ? [] : [{ path, at: it.command.range.start }];
      }),
    );
}

/** Folders that no other one of them holds. */
export function outermost(folders: readonly string[]): readonly string[] {
  const all = new Set(folders);
  return [...all].filter((it) => {
    for (let end = it.lastIndexOf('/'); end >= 0; end = it.lastIndexOf('/', end - 1)) {
      if (it !== '/' && all.has(it.slice(0, end) || '/')) return false;
      if (end === 0) break;
    }
    return true;
  });
}

/** Where a command leaves something: what it names, else the folder it works in. */
function placesOf(work: Work): readonly string[] {
  const { command, folder, words } = work;
  const { name } = command;
  const redirected = command.redirects.filter((it) => /^&?>>?/.test(it.operator)).map((it) => it.target.value);
  const named = /^(?:cp|mv|ln)$/.test(name)
    ? [operandsOf(work).at(-1) ?? '']
    : /^(?:curl|wget|tar|bsdtar|unzip)$/.test(name)
      ? targetsOf(work)
      : name === 'sed' || name === 'tee'
        ? operandsOf(work).slice(name === 'sed' && !words.includes('-e') ? 1 : 0)
        : makes(work)
          ? // A folder of the program itself comes with WORKDIR.
            operandsOf(work).map((it) => `${it}/..`)
          : name === 'git' && words.includes('clone')
            ? [cloned(work) ?? '.']
            : redirected.length > 0 || isFilter(work)
              ? []
              : ['.', ...words.slice(1).filter((it) => it.startsWith('/'))];
  return [...redirected, ...named].flatMap((it) => joinPath(folder, it.replace(/\/?\*$/, '') || '/') ?? []);
}

/** Makes folders or files. */
function makes({ command }: Work): boolean {
  return command.name === 'mkdir' || command.name === 'touch' || command.name === 'install';
}

/** Reads and prints. */
function isFilter({ command }: Work): boolean {
  return /^(?:gpg|gpg2|sha256sum|sha512sum|md5sum|sha1sum|shasum|diff|awk|cut|tr|xargs|sort|ldd|dpkg-query|nproc|command|\[)$/.test(
    command.name,
  );
}

/** Switches something on that every image of the kind has. */
function isEnabling({ command, words }: Work): boolean {
  return /^(?:a2enmod|a2dismod|a2ensite|a2dissite)$/.test(command.name) && words.every((it) => /^[\w.-]+$/.test(it));
}

function setsUp(work: readonly Work[]): boolean {
  const isSetup = ({ command }: Work): boolean => ACCOUNTS.has(command.name) || FOLDERS.has(command.name);
  return work.some(isSetup) && work.every((it) => isSetup(it) || HARMLESS.has(it.command.name));
}

/** Needs nothing that only the build stage has. */
function mayStay(work: Work, runs: Interpreter['runs']): boolean {
  const { name, words } = work.command;
  if (name === 'ln') return words.some((it) => it.value.startsWith('/dev/')) || words.some((it) => it.value === '-s');
  return (
    name === '' ||
    ACCOUNTS.has(name) ||
    FOLDERS.has(name) ||
    HARMLESS.has(name) ||
    /^(?:sed|a2enmod|a2dismod|a2ensite|a2dissite|setcap)$/.test(name) ||
    (runs?.(work) ?? false)
  );
}

/** Sources that git and archives bring, and programs that are downloaded: absolute paths that ship as they are. */
function fetchedPaths(reading: Reading): readonly string[] {
  const gone = reading.work
    .filter((it) => it.command.name === 'rm')
    .flatMap((it) => operandsOf(it).map((path) => joinPath(it.folder, path)));
  const found = reading.work.flatMap((work): readonly (string | undefined)[] => {
    const { command, words, folder } = work;
    if (command.name === 'git' && words.includes('clone')) return [cloned(work)];
    if (command.name === 'tar' || command.name === 'bsdtar') {
      const into = optionIn(words, '-C', '--directory');
      return [into === undefined ? folder : joinPath(folder, into)];
    }
    if (command.name === 'unzip') return [joinPath(folder, optionIn(words, '-d') ?? '.')];
    const download = work.run.facts.downloads.find((it) => it.command === command);
    return download?.destination.kind === 'file' ? [joinPath(folder, download.destination.path)] : [];
  });
  const kept = found.flatMap((it) => (it === undefined || isShared(it) || gone.includes(it) ? [] : [it]));
  return [...new Set(kept)].filter((it) => !kept.some((other) => other !== it && isInside(other, it)));
}

/** `git clone URL FOLDER`, or a folder named after the address. */
function cloned({ words, folder }: Work): string | undefined {
  const at = words.findIndex((it) => /^(?:https?|git|ssh):\/\/|^git@/.test(it));
  const address = words[at];
  if (address === undefined) return undefined;
  const into = words[at + 1];
  return joinPath(folder, into !== undefined && !into.startsWith('-') ? into : basename(address).replace(/\.git$/, ''));
}

function fetches({ command }: Work): boolean {
  return /^(?:git|curl|wget|tar|bsdtar|unzip)$/.test(command.name);
}

/** Folders of the system, which a COPY of theirs would mix with those of another image. */
function isShared(path: string): boolean {
  return /^\/(?:tmp(?:\/.*)?|etc\/.*|usr\/local\/bin\/composer(?:\.phar)?|usr|usr\/(?:local|bin|lib|share|sbin)|usr\/local\/(?:bin|lib|share|etc|sbin)|bin|sbin|lib|etc|var|var\/(?:lib|www|cache|log)|opt|root|root\/\..*|home|dev(?:\/.*)?|mnt)?$/.test(
    path,
  );
}

function unclear(work: Work | undefined, { stage }: Reading): Refusal {
  return {
    refused: 'step',
    data: { command: work ? shownCommand(work.command) : 'RUN' },
    range: work?.command.range ?? stage.from.range,
  };
}

function isHarmless({ command, run }: Work): boolean {
  return (
    HARMLESS.has(command.name) ||
    command.name === '' ||
    run.facts.installs.some((it) => SYSTEM_PACKAGES.has(it.manager) && it.command === command) ||
    [...run.facts.indexUpdates, ...run.facts.cacheCleans, ...run.facts.removals].some((it) => it.command === command) ||
    FOLDERS.has(command.name)
  );
}

/** Whether the command puts something where no plan looks for it. */
function leaves(work: Work, folders: readonly string[], isOwn: (work: Work) => boolean): boolean {
  const { command, folder } = work;
  const { name } = command;
  if (FOLDERS.has(name)) {
    const targets = operandsOf(work).slice(/^(?:mkdir|install|touch)$/.test(name) ? 0 : 1);
    return writesOutside(work, folders, targets);
  }
  if (name === 'rm') return operandsOf(work).some((it) => /^\/etc\/(?!apt|apk)/.test(joinPath(folder, it) ?? ''));
  if (name === 'git' && work.words.includes('clone')) return writesOutside(work, folders, [cloned(work) ?? '/']);
  if (isOwn(work) || isHarmless(work) || isEnabling(work)) return writesOutside(work, folders, []);
  if (/^(?:cp|mv|ln)$/.test(name)) return writesOutside(work, folders, [operandsOf(work).at(-1) ?? '']);
  if (/^(?:curl|wget|tar|bsdtar|unzip)$/.test(name)) return writesOutside(work, folders, targetsOf(work));
  if (/^(?:gpg|gpg2|sha256sum|md5sum|sha1sum|shasum|diff|grep|awk|cut|tr|xargs)$/.test(name))
    return writesOutside(work, folders, []);
  if (/^(?:dpkg|rpm|sh|bash|corepack|update-alternatives|locale-gen|update-ca-certificates)$/.test(name)) return true;
  if (name === 'sed' && !work.words.some((it) => /^-[a-zA-Z]*i|^--in-place/.test(it))) return false;
  const paths = work.words.slice(1).filter((it) => it.startsWith('/'));
  return (
    folder === undefined ||
    !(folders.some((it) => isInside(it, folder)) || paths.length > 0) ||
    writesOutside(work, folders, paths)
  );
}

/** Where a download or an archive goes. */
function targetsOf(work: Work): readonly string[] {
  const { command, words, folder } = work;
  if (command.name === 'curl' || command.name === 'wget') {
    const found = work.run.facts.downloads.find((it) => it.command === command)?.destination;
    return found?.kind === 'file' ? [found.path] : [];
  }
  if (command.name !== 'unzip' && words.slice(1, 3).some((it) => /^-?[a-z]*c[a-z]*f?$/.test(it))) return [];
  return [optionIn(words, '-C', '--directory', '-d') ?? folder ?? '/'];
}

function writesOutside({ command, folder }: Work, folders: readonly string[], targets: readonly string[]): boolean {
  const redirected = command.redirects.filter((it) => /^&?>>?/.test(it.operator)).map((it) => it.target.value);
  return [...redirected, ...targets].some((it) => {
    const path = joinPath(folder, it.replace(/\/?\*$/, '') || '/');
    if (path === undefined) return true;
    const passing =
      /^\/(?:tmp|dev)(?:\/|$)|^\/usr\/local\/bin\/composer(?:\.phar)?$|^\/root\/\.|^\/etc\/(?:apt|apk)|^\/usr\/src(?:\/|$)|^\/var\/(?:lib\/apt|cache)/.test(
        path,
      );
    return !(
      passing ||
      folders.some((own) => isInside(own, path) || (FOLDERS.has(command.name) && path !== '/' && isInside(path, own)))
    );
  });
}

function isOutside(work: readonly Work[], folders: readonly string[]): boolean {
  if (work.some((it) => ACCOUNTS.has(it.command.name))) return true;
  const paths = work
    .filter((it) => FOLDERS.has(it.command.name))
    .flatMap((it) =>
      operandsOf(it)
        .slice(/^(?:mkdir|install|touch)$/.test(it.command.name) ? 0 : 1)
        .map((word) => joinPath(it.folder, word) ?? ''),
    );
  return paths.some((it) => !folders.some((own) => isInside(own, it) || isInside(it, own)));
}

/** The last USER in front of the end of the build. */
function builderOf(reading: Reading, last: Instruction): string | undefined {
  const user = instructionsOf(reading.stage.instructions, 'USER').findLast((it) => it.range.end < last.range.start)
    ?.user?.value;
  if (user === undefined || isRootUser(user)) return undefined;
  return user.includes(':') || /^\d+$/.test(user) || user.includes('$') ? user : `${user}:${user}`;
}

/** COPY gives everything to root: what the build gave away has to be given away again. */
function giftsIn(work: readonly Work[], folders: readonly string[]): readonly Gift[] | Refusal {
  const gifts: Gift[] = [];
  for (const it of work) {
    if (it.command.name !== 'chown') continue;
    const [owner = '', ...operands] = operandsOf(it);
    const paths = operands.flatMap((path) => joinPath(it.folder, path.replace(/\/\*$/, '') || '/') ?? []);
    if (paths.every((path) => isShared(path) && !folders.includes(path))) continue;
    if (!/^[\w:.-]+$/.test(owner) || paths.length < operands.length)
      return { refused: 'step', data: { command: shownCommand(it.command) }, range: it.command.range };
    gifts.push({ owner, paths, whole: paths.every((path) => folders.includes(path)) });
  }
  return gifts;
}

/** Every image of PHP has it. */
const WEB_ROOT = '/var/www/html';

/** Lines of the run stage behind its COPY lines: what the build switched on and gave away. */
export function settingLines({ enabled, gifts }: Interpretation, artefacts: readonly Artefact[]): readonly string[] {
  const open = gifts.filter(
    ({ owner, paths }) => !paths.every((path) => artefacts.some((it) => it.from === path && it.owner === owner)),
  );
  return [
    ...enabled,
    ...open.map(({ owner, paths, whole }) => {
      const list = paths.join(' ');
      const isThere = (path: string): boolean => path === WEB_ROOT || artefacts.some((it) => it.from === path);
      return whole && !paths.every(isThere)
        ? `RUN mkdir -p ${list} && chown -R ${owner} ${list}`
        : `RUN chown -R ${owner} ${list}`;
    }),
  ];
}

function copiedOwner(
  reading: Reading,
  copies: readonly CopyInstruction[],
  folders: readonly string[],
): string | undefined {
  const found = copies.findLast((copy) => {
    const target = targetOf(reading, copy);
    return (
      target !== undefined && folders.some((it) => isInside(it, target)) && copy.flags.some((it) => it.name === 'chown')
    );
  });
  return found?.flags.find((it) => it.name === 'chown')?.value?.value;
}

function targetOf(reading: Reading, copy: CopyInstruction): string | undefined {
  return joinPath(reading.folderAt(copy), expanded(reading.document, copy, copy.destination?.value ?? ''));
}

/** Programs that only a build starts, brought by COPY. */
const TOOLS = /(?:^|\/)(?:composer|uv|uvx|install-php-extensions|bun|pnpm)\/?$/;

/**
 * COPY and ADD of the build that the run stage repeats: not what a later one brings again, what an artefact holds, or
 * what only the build starts.
 */
export function repeatedCopies(
  reading: Reading,
  { copies, last }: Interpretation,
  artefacts: readonly Artefact[],
  skipped: (copy: CopyInstruction) => boolean = () => false,
): readonly CopyInstruction[] {
  return copies.filter((copy) => {
    if (skipped(copy) || isCovered(reading, copy, last)) return false;
    if (copy.from && copy.sources.every((it) => TOOLS.test(it.value))) return false;
    const target = targetOf(reading, copy);
    return target === undefined || !artefacts.some((it) => it.folder === true && isInside(it.from, target));
  });
}

/** COPY and ADD of the build that lie beside the sources: configuration, agents. */
export function copiesBeside(
  reading: Reading,
  { copies }: Interpretation,
  sources: readonly string[],
): readonly CopyInstruction[] {
  return copies.filter((copy) => {
    const target = targetOf(reading, copy);
    if (target === undefined || target === '/' || (copy.from && copy.sources.every((it) => TOOLS.test(it.value))))
      return false;
    return !sources.some((it) => isInside(it, target) || isInside(target, it));
  });
}

/** Programs that a script of the context starts with, where all that it calls is in the image. */
export function scriptRefusal(reading: Reading, removed: RegExp): Refusal | undefined {
  const { start } = reading;
  const [program = ''] = start?.words ?? [];
  // Without a path it is one that COPY has put where programs are looked for.
  const byName = placedSources(reading).find(
    (it) => !it.folder && /\/s?bin\/[^/]+$/.test(it.target) && basename(it.target) === program,
  );
  // `bash /start.sh`
  const inShell = /^(?:ba|da|a)?sh$/.test(basename(program))
    ? start?.words.slice(1).find((it) => !it.startsWith('-'))
    : undefined;
  const file = inShell === undefined ? (start?.path ?? byName?.target) : joinPath(reading.folderAt(undefined), inShell);
  if (!start || file === undefined) return undefined;
  if (inShell === undefined && !/\.sh$|entrypoint[\w.-]*$|\/(?:start|run|init)$/.test(file)) return undefined;
  const source =
    placedSources(reading).find((it) => !it.folder && it.target === file)?.source ?? contextPath(reading, file);
  const text = source === undefined ? undefined : readContext(reading, source);
  if (text !== undefined && !removed.test(text)) return undefined;
  return { refused: 'script', data: { command: start.words[0] ?? '' }, range: start.command.range };
}

/** A COPY behind the build brings the same again. */
function isCovered(reading: Reading, copy: CopyInstruction, last: Instruction): boolean {
  const all = placedSources(reading);
  const later = all.filter((it) => it.copy.range.start > last.range.end && it.source === '');
  const own = all.filter((it) => it.copy === copy);
  return own.length > 0 && own.every((it) => later.some(({ target }) => isInside(target, it.target)));
}

/** The fetched paths as artefacts, those left out that another artefact holds. */
export function fetchedArtefacts({ fetched, owner }: Interpretation, others: readonly Artefact[]): readonly Artefact[] {
  return fetched
    .filter((it) => !others.some(({ from, folder }) => folder === true && isInside(from, it)))
    .map((from) => ({
      from,
      folder: true,
      ...(owner === undefined || from.startsWith('/etc/') ? {} : { owner }),
    }));
}

export function ownedBy(owner: string | undefined): Pick<Artefact, 'owner'> {
  return owner === undefined ? {} : { owner };
}
