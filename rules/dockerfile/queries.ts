import { remembered } from '../core/remembered.js';
import { type Expanded, type Range, type Spanned, UNKNOWN } from '../core/text.js';
import { type ImageReference, readImageReference } from '../images/reference.js';
import type { PackageInstall } from '../shell/model.js';
import { newWork } from './lexer.js';
import type {
  CopyInstruction,
  DockerfileDocument,
  Instruction,
  InstructionOf,
  Mount,
  RunInstruction,
  ShellInstruction,
  Stage,
  UserInstruction,
} from './model.js';
import {
  environmentIn,
  expand,
  expandWords,
  globalScope,
  inFrom,
  inStage,
  type StageScope,
  stageScope,
  type Variables,
} from './scope.js';

/** The stage that is exported: the last one, or the target that a compose file names. Absent in a file without FROM. */
export function shippedStage(document: DockerfileDocument): Stage | undefined {
  return document.shipped ?? document.stages.at(-1);
}

/** The stage and those it builds on through `FROM stage`, the root first. */
export const chainOf = remembered((stage: Stage): readonly Stage[] => {
  const chain: Stage[] = [];
  for (let current: Stage | undefined = stage; current; current = current.base) chain.push(current);
  return chain.toReversed();
});

/** The chain of the shipped stage, root first; empty in a file without FROM. What happens in these stages is in the image. */
export function shippedChain(document: DockerfileDocument): readonly Stage[] {
  const stage = shippedStage(document);
  return stage ? chainOf(stage) : [];
}

/** All stages that the shipped one needs: by FROM, `COPY --from` and `RUN --mount=from`. */
export function reachedStages(document: DockerfileDocument): ReadonlySet<Stage> {
  const reached = new Set<Stage>();
  const stage = shippedStage(document);
  const pending = stage ? [stage] : [];
  for (let current = pending.pop(); current; current = pending.pop()) {
    if (reached.has(current)) continue;
    reached.add(current);
    if (current.base) pending.push(current.base);
    for (const { source } of sourcesOf(document, current)) if (source) pending.push(source);
  }
  return reached;
}

/** The instructions of one kind, in order: `instructionsOf(stage.instructions, 'RUN')`. */
export function instructionsOf<K extends Instruction['keyword']>(
  instructions: readonly Instruction[],
  ...keywords: readonly K[]
): readonly InstructionOf<K>[] {
  const [only, ...others] = keywords;
  if (only === undefined || others.length > 0) {
    const wanted: ReadonlySet<string> = new Set(keywords);
    return instructions.filter((it): it is InstructionOf<K> => wanted.has(it.keyword));
  }
  const group = byKeyword(instructions).get(only) ?? NONE;
  return isGroupOf(group, only) ? group : [];
}

/** Those of a group are all of one kind. */
function isGroupOf<K extends Instruction['keyword']>(
  group: readonly Instruction[],
  keyword: K,
): group is readonly InstructionOf<K>[] {
  return group[0]?.keyword === keyword;
}

const NONE: readonly Instruction[] = [];

/** Nearly every rule asks for some of them. */
const byKeyword = remembered((instructions: readonly Instruction[]): ReadonlyMap<string, readonly Instruction[]> => {
  const groups = new Map<string, Instruction[]>();
  for (const it of instructions) {
    const group = groups.get(it.keyword);
    if (group) group.push(it);
    else groups.set(it.keyword, [it]);
  }
  return groups;
});

/** Every instruction of the file and the triggers of its ONBUILDs (each after its ONBUILD). */
export const everyInstruction = remembered((document: DockerfileDocument): readonly Instruction[] => {
  return withAllTriggers(document.instructions);
});

function withAllTriggers(instructions: readonly Instruction[]): readonly Instruction[] {
  return instructions.some((it) => it.keyword === 'ONBUILD') ? instructions.flatMap(withTriggers) : instructions;
}

function withTriggers(instruction: Instruction): readonly Instruction[] {
  if (instruction.keyword !== 'ONBUILD' || !instruction.trigger) return [instruction];
  return [instruction, ...withTriggers(instruction.trigger)];
}

/** The RUN instructions of the chain of the shipped stage, in the order they run. */
export function shippedRuns(document: DockerfileDocument): readonly RunInstruction[] {
  return shippedChain(document).flatMap((stage) => instructionsOf(stage.instructions, 'RUN'));
}

/** The stage whose instruction this is; absent for one before the first FROM. */
export function stageAt(document: DockerfileDocument, offset: number): Stage | undefined {
  const { stages } = document;
  let low = 0;
  let high = stages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stages[middle]?.from.range.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return stages[low - 1];
}

/** The stage before `before` that `name` means: its name in any letter case, or its number. */
export function stageNamed(document: DockerfileDocument, name: string, before: Stage | undefined): Stage | undefined {
  const end = before?.index ?? document.stages.length;
  const named = scopesOf(document)
    .named.get(name.toLowerCase())
    ?.findLast((it) => it.index < end);
  if (named || !/^\d{1,6}$/.test(name)) return named;
  const index = Number(name);
  return index < end ? document.stages[index] : undefined;
}

/** `text` with the ARG and ENV values that hold at `offset`, as BuildKit expands a word there (`${X:-d}`, `${X:+a}`, `#`, `%`, `/`). */
export function expandAt(document: DockerfileDocument, text: string, offset: number): Expanded {
  if (PLAIN.test(text)) return { value: text, known: true, literal: true };
  return expand(text, document.escape, variablesAt(document, offset));
}

/** Nothing in it stands for something else: no variable, quote or escape character. */
const PLAIN = /^[\w./:@=,+~%-]*$/;

/** The variable's value in the image's configuration at the end of the stage: ENV of its chain. */
export function environmentOf(document: DockerfileDocument, stage: Stage): ReadonlyMap<string, Expanded> {
  const scope = scopesOf(document).stages[stage.index];
  return scope ? environmentIn(scope) : new Map();
}

export interface EffectiveUser {
  readonly instruction: UserInstruction;
  readonly stage: Stage;
  /** After variables; `app:app` stays whole. */
  readonly user: Expanded;
}

/** The last USER of the stage's chain; absent: that of the base image. */
export function effectiveUser(document: DockerfileDocument, stage: Stage): EffectiveUser | undefined {
  for (let current: Stage | undefined = stage; current; current = current.base) {
    const instruction = instructionsOf(current.instructions, 'USER').findLast((it) => it.user);
    if (!instruction) continue;
    const user = expandAt(document, instruction.args[0] ?? '', instruction.range.start);
    return { instruction, stage: current, user };
  }
  return undefined;
}

/** `root`, `0`, also with a group or leading zeros: `0:0`, `root:app`. */
export function isRootUser(user: string): boolean {
  const [name = ''] = user.split(':');
  // A group alone leaves the user at its default, which is root.
  return name === 'root' || /^0+$/.test(name) || (name === '' && user.length > 1);
}

/** The last SHELL before the end of the stage's chain. */
export function effectiveShell(stage: Stage): ShellInstruction | undefined {
  for (let current: Stage | undefined = stage; current; current = current.base) {
    const instruction = instructionsOf(current.instructions, 'SHELL').findLast((it) => it.words.length > 0);
    if (instruction) return instruction;
  }
  return undefined;
}

/** Absolute working directory at the end of the stage, `/` when none is set and the base is scratch; absent when the base image decides. */
export function effectiveWorkdir(document: DockerfileDocument, stage: Stage): Expanded | undefined {
  let current: Expanded | undefined = stage.fromScratch ? { value: '/', known: true, literal: true } : undefined;
  for (const instruction of chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'WORKDIR'))) {
    const next = expandAt(document, instruction.args[0] ?? '', instruction.range.start);
    if (next.value === '') continue;
    if (isAbsolute(next.value)) current = { ...next, value: cleanPath(next.value) };
    else if (next.value.startsWith(UNKNOWN)) current = { value: UNKNOWN, known: false, literal: false };
    else if (current) {
      const value = cleanPath(`${current.value}/${next.value}`);
      current = { value, known: !value.includes(UNKNOWN), literal: current.literal && next.literal };
    }
  }
  return current;
}

function isAbsolute(path: string): boolean {
  return /^([/\\]|[A-Za-z]:([/\\]|$))/.test(path);
}

/** The path without `.`, `..` and doubled separators. */
function cleanPath(path: string): string {
  if (!path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export interface ExposedPort {
  readonly first: number;
  readonly last: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly range: Range;
}

/** Ports of EXPOSE in the stage's chain whose numbers are known. */
export function exposedPorts(document: DockerfileDocument, stage: Stage): readonly ExposedPort[] {
  return chainOf(stage)
    .flatMap((it) => instructionsOf(it.instructions, 'EXPOSE'))
    .flatMap(({ args, ports, range }) => {
      const variables = variablesAt(document, range.start);
      return ports.flatMap((port, index) =>
        expandWords(args[index] ?? '', document.escape, variables).flatMap(({ value }) => readPort(value, port.range)),
      );
    });
}

function readPort(text: string, range: Range): readonly ExposedPort[] {
  const match = /^(?:.*:)?(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  if (!match) return [];
  const first = Number(match[1]);
  const last = match[2] === undefined ? first : Number(match[2]);
  const written = match[3]?.toLowerCase();
  const protocol = written === 'udp' || written === 'sctp' ? written : 'tcp';
  return first <= last && last <= 65535 ? [{ first, last, protocol, range }] : [];
}

export interface InstalledPackages {
  readonly run: RunInstruction;
  readonly stage: Stage;
  readonly install: PackageInstall;
}

/** Package installations of the stage's chain, those left out that the same RUN removes again. */
export const installedPackages = remembered((stage: Stage): readonly InstalledPackages[] =>
  chainOf(stage).flatMap((it) =>
    instructionsOf(it.instructions, 'RUN').flatMap((run) =>
      run.facts.installs.flatMap((install) => {
        const kept = withoutRemoved(run, install);
        return kept ? [{ run, stage: it, install: kept }] : [];
      }),
    ),
  ),
);

/** What of the installation is still there after the RUN; undefined when nothing of it is. */
function withoutRemoved(run: RunInstruction, install: PackageInstall): PackageInstall | undefined {
  const removed = new Set(
    run.facts.removals
      .filter((it) => it.manager === install.manager && it.command.range.start > install.command.range.start)
      .flatMap((it) => it.packages.map(({ name }) => name)),
  );
  if (removed.size === 0) return install;
  if (install.virtual !== undefined && removed.has(install.virtual)) return undefined;
  const packages = install.packages.filter((it) => !removed.has(it.name));
  if (packages.length === install.packages.length) return install;
  return packages.length > 0 || install.lists.length > 0 ? { ...install, packages } : undefined;
}

export interface UsedImage {
  readonly reference: ImageReference;
  /** The word as written, with its place. */
  readonly word: Spanned;
  readonly by: 'from' | 'copy' | 'mount' | 'syntax';
}

/** Every external image the file names: FROM, `COPY --from`, `RUN --mount=from`, `# syntax=`; stage names and scratch are none. */
export const usedImages = remembered((document: DockerfileDocument): readonly UsedImage[] => {
  const syntax = document.directives.find((it) => it.name === 'syntax');
  const images: UsedImage[] = syntax ? [usedImage(syntax.value, literal(syntax.value.value), 'syntax')] : [];
  for (const stage of document.stages) {
    if (stage.image && stage.from.image) images.push({ reference: stage.image, word: stage.from.image, by: 'from' });
    for (const { source, word, name, by } of sourcesOf(document, stage)) {
      if (!source && name.value !== 'scratch' && name.value !== '' && !/^\d+$/.test(name.value))
        images.push(usedImage(word, name, by));
    }
  }
  return images;
});

function usedImage(word: Spanned, name: Expanded, by: UsedImage['by']): UsedImage {
  return { reference: readImageReference(name, word.range), word, by };
}

function literal(value: string): Expanded {
  return { value, known: true, literal: true };
}

interface FileSource {
  readonly word: Spanned;
  readonly name: Expanded;
  /** The stage it names; absent for an image. */
  readonly source?: Stage;
  readonly by: 'copy' | 'mount';
}

/** What a stage's COPY, ADD and RUN instructions take files from, the build context aside. */
function sourcesOf(document: DockerfileDocument, stage: Stage): readonly FileSource[] {
  return withAllTriggers(stage.instructions).flatMap((instruction) => {
    const words = sourceWords(instruction);
    return words.map((word): FileSource => {
      const name = expandAt(document, word.value, instruction.range.start);
      const source = stageNamed(document, name.value, stage);
      return { word, name, by: instruction.keyword === 'RUN' ? 'mount' : 'copy', ...(source ? { source } : {}) };
    });
  });
}

function sourceWords(instruction: Instruction): readonly Spanned[] {
  if (instruction.keyword === 'RUN') return instruction.mounts.flatMap(mountSource);
  const copies = instruction.keyword === 'COPY' || instruction.keyword === 'ADD';
  return copies ? copySource(instruction) : [];
}

function copySource({ from }: CopyInstruction): readonly Spanned[] {
  return from ? [from] : [];
}

function mountSource({ options }: Mount): readonly Spanned[] {
  const option = options.find((it) => it.name === 'from');
  if (option?.value === undefined) return [];
  const { value, range } = option;
  const exact = range.end - range.start === 'from='.length + value.length;
  return [{ value, range: exact ? { start: range.end - value.length, end: range.end } : range }];
}

interface Scopes {
  readonly from: Variables;
  readonly stages: readonly StageScope[];
  /** The stages of each name, in lower case. */
  readonly named: ReadonlyMap<string, readonly Stage[]>;
}

function variablesAt(document: DockerfileDocument, offset: number): Variables {
  const { from, stages } = scopesOf(document);
  const stage = stageAt(document, offset);
  const scope = stage && stages[stage.index];
  // FROM itself sees the arguments before the first FROM, whatever the stages above set.
  return scope && stage.from.range.end < offset ? inStage(scope, offset) : from;
}

const scopesOf = remembered((document: DockerfileDocument): Scopes => {
  const globals = globalScope(document.globalArgs, document.escape, newWork());
  const stages: StageScope[] = [];
  const named = new Map<string, Stage[]>();
  for (const stage of document.stages) {
    const { instructions, base, fromScratch, name } = stage;
    stages.push(stageScope(instructions, globals, document.escape, base && stages[base.index], fromScratch));
    const key = name?.value.toLowerCase();
    const same = key === undefined ? undefined : named.get(key);
    if (same) same.push(stage);
    else if (key !== undefined) named.set(key, [stage]);
  }
  return { from: inFrom(globals), stages, named };
});
