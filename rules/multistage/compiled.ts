import { mountTargets } from '../dockerfile/cache-paths.js';
import type { CopyInstruction, Instruction, RunInstruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import { parseScript } from '../shell/parse.js';
import { dataFiles, runCopies, type SourceFiles } from './compiled-files.js';
import { contextPath, hasContext, placedSources, readContext } from './context.js';
import { onlyInstalls, type PackageUse, runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal, type RunBase } from './plan.js';
import { basename, isInside, joinPath, type Reading, shownCommand, type Work } from './reading.js';
import { settingsOf } from './settings.js';
import { startNeedsShell } from './start.js';

/** A file that a command of the build leaves. */
export interface Output {
  readonly work: Work;
  /** Absolute; absent: somewhere in `folder`. */
  readonly path?: string;
  /** The folder that it lands in. */
  readonly folder?: string;
  /** More than the started file may lie there: it counts only where a step picks it out, or the sources are there to be read. */
  readonly loose?: boolean;
}

export interface Needs {
  /** Something has to run in a shell: RUN, a script, the shell form. */
  readonly shell: boolean;
  /** Packages of the system, those left out that come with every program. */
  readonly packages: readonly string[];
}

/** What a compiled language adds to the common way of cutting a stage. */
export interface Compiled extends SourceFiles {
  readonly outputs: readonly Output[];
  readonly use: PackageUse;
  readonly base: (needs: Needs) => RunBase | Refusal;
  readonly buildVariables: RegExp;
  /** How to say where the result goes. */
  readonly hint: string;
  readonly edits?: Plan['edits'];
  /** False: programs of the language do not look for certificates by themselves. */
  readonly certificates?: false;
  /** What programs may link to that the plain distribution lacks, unlike the image that they are built on. */
  readonly besides?: readonly string[];
  /** Packages of the system besides those that the file installs. */
  readonly libraries?: readonly string[];
}

/** The plan for programs that are one file, once they are built. */
export function compiledPlan(reading: Reading, language: Compiled): Plan | Refusal {
  const all = [...language.outputs, ...movedOutputs(reading, language.outputs)];
  // What a cache mount holds is in no layer.
  const outputs = all.filter((it) => !isMounted(reading, it));
  const started = startedFile(reading, outputs, language.hint);
  if (isRefusal(started)) return started;
  const programs = programsToShip(reading, outputs, started.from);
  const steps = stepsOf(reading, outputs);
  const copies = runCopies(reading, steps.last, language, started.script);
  const lostStep = steps.lost;
  if (lostStep)
    return { refused: 'step', data: { command: shownCommand(lostStep.command) }, range: lostStep.command.range };
  const data = [
    ...dataFiles(reading, language, steps.last, copies),
    ...steps.settings.map((from): Artefact => ({ from })),
  ];
  const shell = startNeedsShell(reading) || steps.tail.length > 0 || steps.repeated.length > 0 || hasVolume(reading);
  const provisional = runPackages(reading, { packages: isApk(reading) ? 'apk' : 'apt' }, language.use);
  if (isRefusal(provisional)) return provisional;
  const base = language.base({
    shell,
    packages: [
      ...provisional.packages,
      ...(language.libraries ?? []),
      ...provisional.whole.flatMap((it) =>
        it.facts.installs.flatMap((install) => install.packages.map(({ name }) => name)),
      ),
    ].filter((it) => !COMMON.has(it)),
  });
  if (isRefusal(base)) return base;
  const own = base.packages === 'apt' && language.certificates !== false ? ['ca-certificates'] : [];
  const packages = base.packages
    ? [...new Set([...own, ...(language.libraries ?? []), ...(language.besides ?? []), ...provisional.packages])]
    : [];
  const whole = base.packages ? provisional.whole.filter((it) => it.range.end <= steps.last.range.end) : [];
  return {
    base,
    artefacts: [...programs, ...data],
    last: steps.last,
    repeated: [...whole, ...steps.repeated, ...copies, ...usersOf(reading, steps.last)],
    dropped: steps.repeated,
    packages,
    buildVariables: language.buildVariables,
    ships: listed([...programs, ...data].map((it) => basename(it.from))),
    ...(language.edits ? { edits: language.edits } : {}),
  };
}

/** In every image that a program without a system needs: certificates and time zones. */
const COMMON = new Set(['ca-certificates', 'tzdata', 'bash', 'libc6-compat', 'gcompat', 'netbase']);

function isApk({ base, tag }: Reading): boolean {
  return base === 'alpine' || /alpine/.test(tag);
}

export function listed(names: readonly string[]): string {
  const shown = [...new Set(names)];
  return shown.length <= 3 ? shown.join(', ') : `${shown.slice(0, 3).join(', ')}, …`;
}

function hasVolume({ stage }: Reading): boolean {
  return stage.instructions.some((it) => it.keyword === 'VOLUME');
}

/** USER of the build that the program has, too. */
export function usersOf({ stage }: Reading, last: Instruction): readonly Instruction[] {
  const users = instructionsOf(stage.instructions, 'USER');
  const final = users.at(-1);
  return final && final.range.end <= last.range.end && !/^(?:root|0)(?::|$)/.test(final.user?.value ?? 'root')
    ? [final]
    : [];
}

function isMounted({ document }: Reading, { work, path, folder }: Output): boolean {
  const place = path ?? folder;
  return place !== undefined && mountTargets(document, work.run).some((it) => isInside(it, place));
}

const MOVERS = new Set(['cp', 'mv', 'install', 'ln']);

/** `cp target/release/shop /usr/local/bin/`: the place that counts. */
function movedOutputs(reading: Reading, outputs: readonly Output[]): readonly Output[] {
  return reading.work.flatMap((work): Output[] => {
    if (!MOVERS.has(work.command.name)) return [];
    const operands = operandsOf(work);
    const target = operands.at(-1);
    if (operands.length !== 2 || target === undefined) return [];
    const from = joinPath(work.folder, operands[0] ?? '');
    const to = joinPath(work.folder, target);
    if (from === undefined || to === undefined) return [];
    const source = outputs.find(
      (it) =>
        it.path === from || (it.path === undefined && it.folder !== undefined && from.startsWith(`${it.folder}/`)),
    );
    if (!source) return [];
    return [{ work, path: /\/$|^\.$/.test(target) || BIN.test(to) ? `${to}/${basename(from)}` : to }];
  });
}

const BIN = /^\/(?:usr\/)?(?:local\/)?s?bin$/;

export function operandsOf({ words }: Work): readonly string[] {
  const rest = words.slice(1);
  return rest.filter((it, index) => !it.startsWith('-') && !/^-(?:m|o|g|t)$/.test(rest[index - 1] ?? ''));
}

const PATH_FOLDERS = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/go/bin',
  '/usr/local/cargo/bin',
];

interface Started extends Artefact {
  /** A script of the context that starts the program. */
  readonly script?: CopyInstruction;
}

function startedFile(reading: Reading, outputs: readonly Output[], hint: string): Started | Refusal {
  const { start, stage } = reading;
  if (!start) {
    const only = outputs.length === 1 ? outputs[0]?.path : undefined;
    const range = stage.from.image?.range ?? stage.from.range;
    return { refused: 'start', data: { hint: `ENTRYPOINT ["${only ?? '/app/…'}"]` }, range };
  }
  const { command, words, path } = start;
  const [program = ''] = words;
  const refused = (reason: 'startsBuild' | 'script'): Refusal => ({
    refused: reason,
    data: { command: reason === 'script' ? program : shownCommand(command) },
    range: command.range,
  });
  if (
    /^(?:go|cargo|make|cmake|npm|yarn|mvn|mvnw|gradle|gradlew|dotnet)$/.test(command.name) &&
    words.length > 1 &&
    !path?.includes('/app')
  )
    return refused('startsBuild');
  const exact = outputs.findLast(
    (it) =>
      it.path !== undefined &&
      (path === undefined ? basename(it.path) === program && isOnPath(reading, it.path) : it.path === path),
  );
  if (exact?.path !== undefined) return placedOf(exact.path, path === undefined);
  const open = outputs.filter((it) => it.path === undefined && (it.loose !== true || hasContext(reading)));
  if (path !== undefined) {
    const inside = open.flatMap(({ folder }) =>
      folder !== undefined && path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/')
        ? [folder]
        : [],
    );
    if (new Set(inside).size === 1 && contextFile(reading, path) === undefined) return { from: path };
    const script = scriptOf(reading, path);
    if (script) return startedByScript(reading, script, path, outputs) ?? refused('script');
  }
  const first = outputs[0];
  if (!first) return refused('startsBuild');
  if (path === undefined && open.length === 1) {
    const folder = open[0]?.folder;
    if (folder !== undefined && isOnPath(reading, `${folder}/${program}`))
      return placedOf(`${folder}/${program}`, true);
  }
  const { command: built } = first.work;
  return { refused: 'result', data: { command: shownCommand(built), hint }, range: built.range };
}

/** A program found by PATH goes where every image looks for one. */
function placedOf(from: string, byName: boolean): Artefact {
  return byName && !/^\/usr\/local\/bin\/|^\/usr\/bin\/|^\/bin\//.test(from)
    ? { from, to: `/usr/local/bin/${basename(from)}` }
    : { from };
}

function isOnPath({ stage }: Reading, file: string): boolean {
  const folder = file.slice(0, file.lastIndexOf('/'));
  if (PATH_FOLDERS.includes(folder)) return true;
  return instructionsOf(stage.instructions, 'ENV').some(({ pairs }) =>
    pairs.some((it) => it.name.value === 'PATH' && (it.value?.value ?? '').split(':').includes(folder)),
  );
}

function contextFile(reading: Reading, path: string): string | undefined {
  const placed = placedSources(reading).find((it) => !it.folder && it.target === path);
  if (placed) return placed.source;
  const source = contextPath(reading, path);
  return source !== undefined && readContext(reading, source) !== undefined ? source : undefined;
}

function scriptOf(reading: Reading, path: string): CopyInstruction | undefined {
  return placedSources(reading).find((it) => it.target === path)?.copy;
}

/** What every shell and every system has. */
const EVERYWHERE = new Set(
  (
    'set exec echo cd export test [ [[ true false : exit sleep mkdir cat chmod cp mv ln rm ls printf read shift unset eval source . env ' +
    'local return trap wait kill sed grep cut tr head tail dirname basename date id pwd expr seq sort uniq wc tee touch sh command type'
  ).split(' '),
);

function startedByScript(
  reading: Reading,
  copy: CopyInstruction,
  path: string,
  outputs: readonly Output[],
): Started | undefined {
  const source = placedSources(reading).find((it) => it.target === path)?.source;
  const text = source === undefined ? undefined : readContext(reading, source);
  if (text === undefined || /^#!.*(?:bash|python|perl|ruby)/.test(text)) return undefined;
  const { commands, complete } = parseScript({ program: text, language: 'posix', at: (offset) => offset });
  const called = new Set(commands.map((it) => it.name).filter(Boolean));
  if (!complete || commands.some((it) => it.words[0]?.literal === false && it.words[0].value !== '$@'))
    return undefined;
  const names = new Map(
    outputs.flatMap((it) => (it.path === undefined ? [] : [[basename(it.path), it.path] as const])),
  );
  const programs = [...called].filter((it) => !EVERYWHERE.has(it));
  const found = programs.map((it) => names.get(basename(it)));
  const [only] = found;
  if (only === undefined || found.includes(undefined)) return undefined;
  return { from: only, script: copy };
}

function programsToShip(reading: Reading, outputs: readonly Output[], started: string): readonly Artefact[] {
  // Programs that a command of their own builds, where they are in the end.
  const same = new Set(outputs.filter((it) => it.path === started || it.path === undefined).map((it) => it.work));
  const beside = new Set(outputs.filter((it) => same.has(it.work)).flatMap((it) => it.path ?? []));
  const gone = new Set(
    reading.work
      .filter((it) => MOVERS.has(it.command.name))
      .flatMap((it) => joinPath(it.folder, operandsOf(it)[0] ?? '') ?? []),
  );
  const others = outputs.flatMap(({ path }) =>
    path === undefined || path === started || beside.has(path) || gone.has(path) || path.startsWith('/tmp/')
      ? []
      : [path],
  );
  const all = [...new Set([started, ...others])];
  return all.map((from) => {
    const byName = from === started && reading.start?.path === undefined;
    return placedOf(from, byName || from.startsWith('/go/bin/'));
  });
}

export interface Steps {
  /** The last instruction of the build. */
  readonly last: Instruction;
  /** RUNs behind it. */
  readonly tail: readonly RunInstruction[];
  /** RUNs in front of it that the run stage needs instead. */
  readonly repeated: readonly RunInstruction[];
  /** Files of settings that steps leave. */
  readonly settings: readonly string[];
  /** A step whose result would be lost. */
  readonly lost?: Work;
}

const ACCOUNTS = new Set(['useradd', 'groupadd', 'adduser', 'addgroup', 'usermod']);
const FOLDERS = new Set(['mkdir', 'chown', 'chmod', 'install', 'touch', 'chgrp']);
const HARMLESS = new Set(['set', 'echo', 'true', 'test', '[', ':', 'ls', 'cat', 'pwd', 'export']);

/** Which RUNs belong to the build, and which to the image that runs. */
function stepsOf(reading: Reading, outputs: readonly Output[]): Steps {
  const runs = instructionsOf(reading.stage.instructions, 'RUN');
  const files = new Set(outputs.flatMap((it) => it.path ?? []));
  const sources = new Set(outputs.flatMap((it) => it.work.folder ?? []));
  const isOfRunning = (run: RunInstruction): boolean => {
    const work = reading.work.filter((it) => it.run === run);
    const telling = work.filter((it) => ACCOUNTS.has(it.command.name) || FOLDERS.has(it.command.name));
    if (telling.length === 0 || work.some((it) => !telling.includes(it) && !HARMLESS.has(it.command.name)))
      return false;
    if (telling.some((it) => ACCOUNTS.has(it.command.name))) return true;
    const paths = telling.flatMap((it) =>
      operandsOf(it)
        .slice(it.command.name === 'mkdir' || it.command.name === 'install' ? 0 : 1)
        .map((word) => joinPath(it.folder, word) ?? ''),
    );
    const behind = outputs.every((it) => it.work.run.range.end < run.range.start);
    return paths.some(
      (it) =>
        !files.has(it) && (behind || ![...sources].some((folder) => isInside(folder, it) || isInside(it, folder))),
    );
  };
  const building = runs.filter((it) => !isOfRunning(it));
  const last = building.at(-1) ?? runs.at(-1) ?? reading.stage.from;
  const before = runs.filter((it) => it.range.end <= last.range.end);
  const repeated = before.filter(isOfRunning);
  const leaving = before
    .filter((it) => !repeated.includes(it) && !onlyInstalls(it))
    .flatMap((run) => lostIn(reading, run, sources, files));
  const lost = leaving.filter((it) => !settingsOf(it));
  const account = before
    .filter((it) => !repeated.includes(it))
    .flatMap((run) => reading.work.filter((it) => it.run === run && ACCOUNTS.has(it.command.name)));
  const [first] = [...account, ...lost];
  return {
    last,
    tail: runs.filter((it) => it.range.start > last.range.end),
    repeated,
    settings: [...new Set(leaving.flatMap((it) => settingsOf(it) ?? []))],
    ...(first ? { lost: first } : {}),
  };
}

/** Commands that put something outside of the sources which nothing of the build uses. */
function lostIn(
  reading: Reading,
  run: RunInstruction,
  sources: ReadonlySet<string>,
  files: ReadonlySet<string>,
): readonly Work[] {
  const inSources = (path: string): boolean =>
    [...sources].some((it) => it !== '/' && (isInside(it, path) || isInside(path, it)));
  const outside = (path: string | undefined): boolean =>
    path !== undefined &&
    /^\/(?:etc|var\/lib|var\/www|var\/log|srv|data|config)(?:\/|$)/.test(path) &&
    !/^\/etc\/(?:apt|apk|yum|pki|ssl|profile|ld\.so)/.test(path) &&
    !inSources(path);
  return reading.work.filter((it) => {
    if (it.run !== run) return false;
    const written = it.command.redirects
      .filter((redirect) => /^&?>>?/.test(redirect.operator))
      .map((redirect) => joinPath(it.folder, redirect.target.value));
    const moved = /^(?:cp|mv|ln|sed)$/.test(it.command.name) ? [joinPath(it.folder, operandsOf(it).at(-1) ?? '')] : [];
    const made = it.command.name === 'mkdir' ? operandsOf(it).map((path) => joinPath(it.folder, path)) : [];
    return [...written, ...moved, ...made].some(
      (path) => outside(path) && ![...files].some((file) => file === path || file.startsWith(`${path ?? ''}/`)),
    );
  });
}
