import { compiles } from '../dockerfile/building.js';
import type { CopyInstruction, Instruction, RunInstruction } from '../dockerfile/model.js';
import { instructionsOf, isRootUser } from '../dockerfile/queries.js';
import { SYSTEM_PACKAGES } from '../shell/package-kinds.js';
import { operandsOf } from './compiled.js';
import { contextCopies, contextPath, placedSources, readContext } from './context.js';
import type { Refusal } from './plan.js';
import { isInside, joinPath, type Reading, shownCommand, type Work } from './reading.js';

/** How a program in a language of its own image comes about, step by step. */
export interface Interpretation {
  /** The last instruction of the build. */
  readonly last: Instruction;
  /** RUNs of the build stage that the run stage needs instead: accounts, folders. */
  readonly moved: readonly RunInstruction[];
  /** COPY instructions of the build stage that the run stage repeats. */
  readonly copies: readonly CopyInstruction[];
  /** USER of the build that the program has, too. */
  readonly users: readonly Instruction[];
  /** Commands that do something else than installing and building: what they leave lies in the folders of the program. */
  readonly others: readonly Work[];
  /** Owner of the files, for `--chown`. */
  readonly owner?: string;
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
export function interpretation(reading: Reading, { folders, isOwn, runs }: Interpreter): Interpretation | Refusal {
  const all = instructionsOf(reading.stage.instructions, 'RUN');
  const workOf = (run: RunInstruction): readonly Work[] => reading.work.filter((it) => it.run === run);
  const builds = (run: RunInstruction): boolean =>
    workOf(run).some((it) => isOwn(it) || compiles(it.command)) ||
    run.facts.installs.some((it) => SYSTEM_PACKAGES.has(it.manager));
  const setsUp = (run: RunInstruction): boolean => {
    const work = workOf(run);
    return (
      work.some((it) => ACCOUNTS.has(it.command.name) || FOLDERS.has(it.command.name)) &&
      work.every((it) => ACCOUNTS.has(it.command.name) || FOLDERS.has(it.command.name) || HARMLESS.has(it.command.name))
    );
  };
  const last = all.findLast(builds);
  if (!last) return unclear(reading.work[0], reading);
  const head = all.filter((it) => it.range.end <= last.range.end);
  const tail = all.filter((it) => it.range.start > last.range.end);
  const foreign = tail
    .flatMap(workOf)
    .find(
      (it) =>
        !ACCOUNTS.has(it.command.name) &&
        !FOLDERS.has(it.command.name) &&
        !HARMLESS.has(it.command.name) &&
        !/^(?:ln|sed|cp|mv|sh|source|\.)$/.test(it.command.name) &&
        !(runs?.(it) ?? false) &&
        !isSetting(it),
    );
  if (foreign) return unclear(foreign, reading);
  const lost =
    head.flatMap(workOf).find((it) => leaves(reading, it, folders, isOwn)) ??
    // An account that is made in the midst of a build would be missing in the run stage.
    head
      .filter(builds)
      .flatMap(workOf)
      .find((it) => ACCOUNTS.has(it.command.name));
  if (lost) return unclear(lost, reading);
  const moved = head.filter((it) => setsUp(it) && !builds(it) && isOutside(workOf(it), folders));
  const others = head
    .flatMap((it) => (moved.includes(it) ? [] : workOf(it)))
    .filter((it) => !isOwn(it) && !isHarmless(it));
  const copies = contextCopies(reading).filter((it) => it.range.end < last.range.start);
  const final = instructionsOf(reading.stage.instructions, 'USER').at(-1);
  const user =
    final && final.range.end <= last.range.end && !isRootUser(final.user?.value ?? 'root') ? final : undefined;
  const owner = ownerOf(reading, last, folders);
  return { last, moved, copies, others, users: user ? [user] : [], ...(owner === undefined ? {} : { owner }) };
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

/** Settings of the system that a run stage can repeat no less than a build stage. */
function isSetting({ command }: Work): boolean {
  return /^(?:a2enmod|a2dismod|a2ensite|setcap|npm|yarn)$/.test(command.name) && command.words[1]?.value !== 'install';
}

/** Whether the command puts something where no plan looks for it. */
function leaves(reading: Reading, work: Work, folders: readonly string[], isOwn: (work: Work) => boolean): boolean {
  const { command, folder, words } = work;
  if (isOwn(work) || isHarmless(work) || ACCOUNTS.has(command.name)) return writesOutside(work, folders, []);
  if (/^(?:cp|mv|ln)$/.test(command.name)) return writesOutside(work, folders, [operandsOf(work).at(-1) ?? '']);
  if (
    /^(?:sed|tar|unzip|curl|wget|git|gpg|gpg2|dpkg|rpm|sh|bash|update-alternatives|corepack|locale-gen|curl\.exe)$/.test(
      command.name,
    )
  ) {
    const targets = words.filter((it) => it.startsWith('/'));
    return (
      writesOutside(work, folders, targets) ||
      /^(?:dpkg|rpm|sh|bash|corepack|update-alternatives|locale-gen)$/.test(command.name) ||
      folder === undefined ||
      !folders.some((it) => isInside(it, folder))
    );
  }
  return folder === undefined || !folders.some((it) => isInside(it, folder)) || reading.document.errors.length > 0;
}

function writesOutside({ command, folder }: Work, folders: readonly string[], targets: readonly string[]): boolean {
  const redirected = command.redirects.filter((it) => /^&?>>?/.test(it.operator)).map((it) => it.target.value);
  return [...redirected, ...targets].some((it) => {
    const path = joinPath(folder, it);
    return (
      path === undefined ||
      !(
        /^\/(?:tmp|dev)(?:\/|$)|^\/root\/\.|^\/etc\/(?:apt|apk)/.test(path) ||
        folders.some((own) => isInside(own, path))
      )
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

/** USER of the build, or who is given the folder of the program. */
function ownerOf(reading: Reading, last: Instruction, folders: readonly string[]): string | undefined {
  const user = instructionsOf(reading.stage.instructions, 'USER').findLast((it) => it.range.end < last.range.start)
    ?.user?.value;
  if (user !== undefined && !isRootUser(user))
    return user.includes(':') || /^\d+$/.test(user) || user.includes('$') ? user : `${user}:${user}`;
  const given = reading.work.findLast(
    (it) =>
      it.command.name === 'chown' &&
      it.run.range.end <= last.range.end &&
      operandsOf(it)
        .slice(1)
        .some((path) => folders.includes(joinPath(it.folder, path) ?? '')),
  );
  const owner = given && operandsOf(given)[0];
  return owner !== undefined && /^[\w:.-]+$/.test(owner) && !isRootUser(owner) ? owner : undefined;
}

/** Programs that a script of the context starts with, where all that it calls is in the image. */
export function scriptRefusal(reading: Reading, removed: RegExp): Refusal | undefined {
  const { start } = reading;
  if (start?.path === undefined || !/\.sh$|entrypoint[\w.-]*$|\/(?:start|run|init)$/.test(start.path)) return undefined;
  const source =
    placedSources(reading).find((it) => !it.folder && it.target === start.path)?.source ??
    contextPath(reading, start.path);
  const text = source === undefined ? undefined : readContext(reading, source);
  if (text !== undefined && !removed.test(text)) return undefined;
  return { refused: 'script', data: { command: start.words[0] ?? '' }, range: start.command.range };
}

/** A COPY behind the build brings the same again. */
export function isCovered(reading: Reading, copy: CopyInstruction, last: Instruction): boolean {
  const all = placedSources(reading);
  const later = all.filter((it) => it.copy.range.start > last.range.end && it.source === '');
  return all.filter((it) => it.copy === copy).every((it) => later.some(({ target }) => isInside(target, it.target)));
}
