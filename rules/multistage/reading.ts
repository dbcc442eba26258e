import type { Project } from '../core/project.js';
import { UNKNOWN } from '../core/text.js';
import type {
  CmdInstruction,
  DockerfileDocument,
  EntrypointInstruction,
  Instruction,
  RunInstruction,
  Stage,
} from '../dockerfile/model.js';
import { ownCommand, ownEntrypoint } from '../dockerfile/privilege.js';
import { expandAt, instructionsOf } from '../dockerfile/queries.js';
import { officialName } from '../images/official.js';
import type { ShellCommand } from '../shell/model.js';

/** One command of a RUN, with where it works. */
export interface Work {
  readonly command: ShellCommand;
  readonly run: RunInstruction;
  /** Absolute; absent where it cannot be told. */
  readonly folder?: string;
  /** Its words after variables. */
  readonly words: readonly string[];
}

/** What one stage does, step by step. */
export interface Reading {
  readonly document: DockerfileDocument;
  readonly stage: Stage;
  readonly project: Project;
  /** Name of the official image it is built on: `golang`. */
  readonly base?: string;
  readonly tag: string;
  readonly work: readonly Work[];
  /** The working folder in front of each instruction, and at the end. */
  readonly folderAt: (instruction: Instruction | undefined) => string | undefined;
  readonly start?: Start;
}

/** What the container starts. */
export interface Start {
  readonly by: CmdInstruction | EntrypointInstruction;
  readonly command: ShellCommand;
  /** Its words after variables. */
  readonly words: readonly string[];
  /** Absolute path of the program, where it is written as a path. */
  readonly path?: string;
}

/** Working folders that official images set. */
const FOLDERS: Readonly<Record<string, string>> = {
  golang: '/go',
  gradle: '/home/gradle',
  php: '/var/www/html',
  wordpress: '/var/www/html',
  joomla: '/var/www/html',
  nextcloud: '/var/www/html',
  matomo: '/var/www/html',
  mediawiki: '/var/www/html',
  phpmyadmin: '/var/www/html',
  backdrop: '/var/www/html',
  drupal: '/var/www/html',
  friendica: '/var/www/html',
  monica: '/var/www/html',
  yourls: '/var/www/html',
  postfixadmin: '/var/www/html',
};

/** Variables that official images set. */
const VARIABLES: Readonly<Record<string, string>> = {
  GOPATH: '/go',
  HOME: '/root',
  CARGO_HOME: '/usr/local/cargo',
  GEM_HOME: '/usr/local/bundle',
  PHP_INI_DIR: '/usr/local/etc/php',
};

export function readingOf(document: DockerfileDocument, stage: Stage, project: Project): Reading {
  const base = stage.image && officialName(stage.image);
  const folders = new Map<Instruction | undefined, string | undefined>();
  const known =
    stage.fromScratch || base !== undefined || stage.image?.name.startsWith('mcr.microsoft.com/dotnet/') === true;
  let folder: string | undefined = known ? (FOLDERS[base ?? ''] ?? '/') : undefined;
  const work: Work[] = [];
  for (const instruction of stage.instructions) {
    folders.set(instruction, folder);
    if (instruction.keyword === 'WORKDIR')
      folder = joinPath(folder, expanded(document, instruction, instruction.args[0] ?? ''));
    if (instruction.keyword === 'RUN') work.push(...workOf(document, instruction, folder));
  }
  folders.set(undefined, folder);
  const start = startOf(document, stage, folder);
  return {
    document,
    stage,
    project,
    ...(base === undefined ? {} : { base }),
    tag: stage.image?.tag?.value ?? writtenTag(stage),
    work,
    folderAt: (it) => folders.get(it),
    ...(start ? { start } : {}),
  };
}

/** What is written behind the colon: a variable may hold the version, and the rest of the tag is still there. */
function writtenTag({ from }: Stage): string {
  const [name = ''] = (from.args[0] ?? '').split('@');
  return /:([^/:{}]*(?:\$\{[^}]*\}[^/:{}]*)*)$/.exec(name)?.[1] ?? '';
}

function workOf(document: DockerfileDocument, run: RunInstruction, from: string | undefined): readonly Work[] {
  let folder = from;
  return run.script.commands.map((command) => {
    const words = command.words.map((it) => expanded(document, run, it.value));
    const work = { command, run, words, ...(folder === undefined ? {} : { folder }) };
    if (command.name === 'cd' || command.name === 'pushd') folder = joinPath(folder, words[1] ?? '');
    return work;
  });
}

/** A text of the instruction after variables; {@link UNKNOWN} where one cannot be told. */
export function expanded(document: DockerfileDocument, { range }: Instruction, text: string): string {
  if (!text.includes('$')) return text;
  const known = text.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced: string | undefined, plain: string | undefined) => {
      const { value, known: isKnown } = expandAt(document, whole, range.start);
      return isKnown && value !== '' ? value : (VARIABLES[braced ?? plain ?? ''] ?? UNKNOWN);
    },
  );
  return known.includes('$') ? UNKNOWN : known;
}

function startOf(document: DockerfileDocument, stage: Stage, folder: string | undefined): Start | undefined {
  for (const by of [ownEntrypoint(stage), ownCommand(stage)]) {
    const commands = by?.script.commands.filter((it) => it.name !== '' && !SETUP.has(it.name) && !isLauncher(it)) ?? [];
    const [command] = commands;
    if (!by || !command || passesOn(command)) continue;
    const words = command.words.map((it) => expanded(document, by, it.value));
    const [program = ''] = words;
    const path = program.includes('/') ? joinPath(folder, program) : undefined;
    return { by, command, words, ...(path === undefined ? {} : { path }) };
  }
  return undefined;
}

const SETUP = new Set(['cd', 'set', 'export', 'ulimit', 'umask', 'echo', 'exec', 'true', ':']);

/** `tini --`: what CMD holds is started. */
function passesOn({ name, words }: ShellCommand): boolean {
  return (
    /^(?:tini|tini-static|dumb-init|catatonit)$/.test(name) && words.slice(1).every((it) => it.value.startsWith('-'))
  );
}

/** `sh -c '…'` with the command in it, and programs that only pass signals on. */
function isLauncher({ name, words }: ShellCommand): boolean {
  if (/^(?:ba|da|a|z)?sh$/.test(name)) return words.some((it) => /^-[a-z]*c$/.test(it.value));
  return false;
}

/** The path without `.` and `..`; absent where it cannot be told. */
export function joinPath(folder: string | undefined, path: string): string | undefined {
  if (path.includes(UNKNOWN) || path.startsWith('~')) return undefined;
  const whole = path.startsWith('/') ? path : folder === undefined ? undefined : `${folder}/${path}`;
  if (whole === undefined) return undefined;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function isInside(folder: string, path: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`);
}

/** ENV and ARG of the stage, with the value that counts for a RUN in the build. */
export function variableIn(reading: Reading, name: string): string | undefined {
  const { stage } = reading;
  const pairs = instructionsOf(stage.instructions, 'ENV', 'ARG').flatMap((it) => it.pairs);
  return pairs.findLast((it) => it.name.value === name)?.value?.value;
}

/** The value of `-o x` and `--output=x` among words. */
export function optionIn(words: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (names.includes(word)) return words[index + 1];
    const name = names.find((it) => word.startsWith(`${it}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return undefined;
}

/** Whether a RUN of the stage, or what the container starts or checks itself with, uses one of the programs. */
export function shownCommand({ name, words }: ShellCommand): string {
  const rest = words.slice(1).map((it) => it.value);
  return [name, ...rest.filter((it) => /^[\w:./@-]+$/.test(it) && !it.startsWith('-')).slice(0, 2)]
    .join(' ')
    .slice(0, 40);
}

/** The working folder behind an instruction of the stage. */
export function folderBehind(reading: Reading, instruction: Instruction): string | undefined {
  const { instructions } = reading.stage;
  return reading.folderAt(instructions[instructions.indexOf(instruction) + 1]);
}
