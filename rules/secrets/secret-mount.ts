import { deleteLines, type Edit } from '../core/edit.js';
import type {
  ArgInstruction,
  DockerfileDocument,
  EnvInstruction,
  Instruction,
  Pair,
  RunInstruction,
  Stage,
} from '../dockerfile/model.js';
import { chainOf, everyInstruction, instructionsOf, shippedChain, stageAt } from '../dockerfile/queries.js';
import type { PackageManager } from '../shell/model.js';
import { carrySetUp } from './carried-setup.js';
import { gitAddress, loginApart } from './git-login.js';
import { cleanUp } from './left-behind.js';
import { commandsBefore, mountVariable } from './secret-variable.js';
import { readersOf, runsOneOf } from './variable-readers.js';

/** What takes a variable out of ENV and ARG. */
export interface TakenOut {
  readonly edits: readonly Edit[];
  /** RUNs get it as a secret. */
  readonly mounted: boolean;
  /** The program of the container had it in its environment, and reads it there as far as can be told. */
  readonly started: boolean;
  /** As the file says it, where it does. */
  readonly value?: string;
}

/**
 * Takes a variable out of ENV and ARG and mounts it as a secret in each RUN that reads it; undefined where another
 * instruction of the build reads it, or where nobody can tell whether a RUN does.
 */
export function takeOut(document: DockerfileDocument, name: string): TakenOut | undefined {
  const known = TAKEN_OUT.get(document) ?? new Map<string, TakenOut | undefined>();
  TAKEN_OUT.set(document, known);
  if (!known.has(name)) known.set(name, findWay(document, name));
  return known.get(name);
}

const TAKEN_OUT = new WeakMap<DockerfileDocument, Map<string, TakenOut | undefined>>();

/** The edits alone, where a RUN reads the variable and nothing has to be given at the start. */
export function mountInstead(document: DockerfileDocument, name: string): readonly Edit[] | undefined {
  const taken = takeOut(document, name);
  return taken?.mounted === true && !taken.started ? taken.edits : undefined;
}

/** A change in more places than these is not one that a person looks through. */
const MAX_PLACES = 50;

/** Each variable is looked for in all of them. */
const MAX_INSTRUCTIONS = 1000;

interface Uses {
  readonly definitions: readonly Definition[];
  readonly runs: readonly RunInstruction[];
  /** CMD, ENTRYPOINT or HEALTHCHECK names it. */
  readonly started: boolean;
  /** ENV that is put together with it, and the RUNs that read that. */
  readonly derived: readonly Derived[];
}

interface Derived {
  readonly instruction: EnvInstruction;
  readonly name: string;
  /** The command that sets it in a RUN. */
  readonly command: string;
  readonly runs: readonly RunInstruction[];
}

interface Definition {
  readonly instruction: ArgInstruction | EnvInstruction;
  readonly pair: Pair;
}

function findWay(document: DockerfileDocument, name: string): TakenOut | undefined {
  if (!/^[A-Za-z_]\w{0,100}$/.test(name)) return undefined;
  const uses = usesOf(document, name);
  const values = new Set(uses?.definitions.flatMap(({ pair }) => literalOf(pair, name)));
  // One secret has one value.
  if (!uses || values.size > 1) return undefined;
  const [value] = values;
  const found = value === undefined ? {} : { value };
  const removals = [...new Set(uses.definitions.map((it) => it.instruction))].map((it) =>
    withoutPairs(document, it, name),
  );
  const mounts = uses.runs.map((it) => mountIn(document, it, name));
  for (const { instruction, name: other, command, runs } of uses.derived) {
    removals.push(withoutPairs(document, instruction, other));
    mounts.push(...runs.map((it) => setIn(document, it, name, command)));
  }
  const isSet = uses.definitions.some((it) => it.instruction.keyword === 'ENV' && isShipped(document, it));
  if (mounts.length > 0)
    return together([...removals.map((it) => it && [it]), ...mounts], (edits) => ({
      ...found,
      edits,
      mounted: true,
      started: isSet && uses.started,
    }));
  if (uses.started && !isSet) return undefined;
  const isRead =
    document.instructions.length > MAX_INSTRUCTIONS ||
    document.stages.some(
      (stage) =>
        uses.definitions.some((it) => reaches(document, it, stage)) &&
        instructionsOf(stage.instructions, 'RUN').some((run) => mayRead(run, uses.definitions)),
    );
  if (isRead) return undefined;
  return together(
    removals.map((it) => it && [it]),
    (edits) => ({ ...found, edits, mounted: false, started: isSet }),
  );
}

function together<T>(
  parts: readonly (readonly Edit[] | undefined)[],
  result: (edits: readonly Edit[]) => T,
): T | undefined {
  const edits = parts.flatMap((it) => it ?? []);
  return parts.includes(undefined) ? undefined : result(merged(edits));
}

/** Undefined where something else than a RUN or the start of the container reads it. */
function usesOf(document: DockerfileDocument, name: string): Uses | undefined {
  const mentions = mentionsOf(document).get(name) ?? [];
  if (mentions.length > MAX_PLACES) return undefined;
  const definitions: Definition[] = [];
  const runs = new Set<RunInstruction>();
  const derived: Derived[] = [];
  let started = false;
  for (const instruction of mentions) {
    if (instruction.keyword === 'ONBUILD') continue;
    const pairs = pairsNamed(instruction, name);
    if (isDefinition(instruction) && pairs.length > 0 && !instruction.onbuild) {
      definitions.push(...pairs.map((pair) => ({ instruction, pair })));
      if (
        readers(instruction)
          .get(name)
          ?.some((it) => it.name.value !== name)
      )
        return undefined;
    } else if (instruction.keyword === 'ENV' && !instruction.onbuild) {
      const found = derivedFrom(document, instruction, name);
      if (!found) return undefined;
      derived.push(found);
      for (const run of found.runs) runs.add(run);
    } else if (instruction.keyword === 'RUN' && !instruction.onbuild) runs.add(instruction);
    else if (isStart(instruction) && !instruction.onbuild) started = true;
    else return undefined;
  }
  for (const run of toolRuns(document, name, definitions)) runs.add(run);
  const isGiven = [...runs].every((run) => {
    const stage = stageAt(document, run.range.start);
    return stage !== undefined && definitions.some((it) => reaches(document, it, stage));
  });
  return definitions.length > 0 && isGiven ? { definitions, runs: [...runs], started, derived } : undefined;
}

/** RUNs whose tools read the variable by themselves. */
function toolRuns(
  document: DockerfileDocument,
  name: string,
  definitions: readonly Definition[],
): readonly RunInstruction[] {
  const programs = readersOf(name);
  if (!programs) return [];
  return document.stages.flatMap((stage) =>
    instructionsOf(stage.instructions, 'RUN').filter(
      (run) => runsOneOf(run, programs) && definitions.some((it) => isBehind(run, it) && reaches(document, it, stage)),
    ),
  );
}

/** `ENV PIP_INDEX_URL=https://bot:$TOKEN@…`, which only RUNs read; undefined where anything else may. */
function derivedFrom(document: DockerfileDocument, instruction: EnvInstruction, name: string): Derived | undefined {
  const [pair, ...others] = readers(instruction).get(name) ?? [];
  const value = pair?.value?.value ?? '';
  if (!pair || others.length > 0 || !/^[\w:/@.?=&%+~,{}$-]+$/.test(value)) return undefined;
  const other = pair.name.value;
  const mentions = (mentionsOf(document).get(other) ?? []).filter((it) => it !== instruction);
  const named = mentions.flatMap((it) => (it.keyword === 'RUN' && !it.onbuild ? [it] : []));
  const runs = [...new Set([...named, ...toolRuns(document, other, [{ instruction, pair }])])];
  if (runs.length === 0 || named.length < mentions.length) return undefined;
  return { instruction, name: other, command: `export ${other}="${value}"`, runs };
}

/** Sets a variable before anything else; undefined where that cannot be done in place. */
function setIn(
  document: DockerfileDocument,
  run: RunInstruction,
  name: string,
  command: string,
): readonly Edit[] | undefined {
  const plain = run.form === 'shell' && run.script.language === 'posix' && run.heredocs.length === 0;
  const flag = plain ? mountVariable(document, run, name) : undefined;
  return flag && [commandsBefore(document, run, flag, command)];
}

function isStart({ keyword }: Instruction): boolean {
  return keyword === 'CMD' || keyword === 'ENTRYPOINT' || keyword === 'HEALTHCHECK';
}

function isBehind(run: RunInstruction, { pair }: Definition): boolean {
  return run.range.start > pair.range.end;
}

/** The stage, or one that it builds on, holds the definition. */
function reaches(document: DockerfileDocument, { pair }: Definition, stage: Stage): boolean {
  const own = stageAt(document, pair.range.start);
  return own !== undefined && chainOf(stage).includes(own);
}

function isShipped(document: DockerfileDocument, { pair }: Definition): boolean {
  const own = stageAt(document, pair.range.start);
  return own !== undefined && shippedChain(document).includes(own);
}

function literalOf({ value }: Pair, name: string): readonly string[] {
  const text = value?.value ?? '';
  const fallback = new RegExp(`^\\$\\{${name}:?-([^$]*)\\}$`).exec(text)?.[1];
  return [fallback ?? text].filter((it) => it !== '' && !it.includes('$'));
}

/** A script finds each variable in its environment; what is named here looks for none but its own. */
function mayRead(run: RunInstruction, definitions: readonly Definition[]): boolean {
  if (!definitions.some((it) => isBehind(run, it))) return false;
  if (run.script.language !== 'posix' || run.script.interpreter !== undefined || !run.script.complete) return true;
  const installs = new Set(run.facts.installs.filter((it) => SYSTEM.has(it.manager)).map((it) => it.command));
  return run.script.commands.some((it) => it.name !== '' && !INDIFFERENT.has(it.name) && !installs.has(it));
}

const SYSTEM = new Set<PackageManager>([
  'apt',
  'apk',
  'yum',
  'dnf',
  'microdnf',
  'tdnf',
  'zypper',
  'pacman',
  'pip',
  'gem',
]);
const INDIFFERENT = new Set(
  'set cd mkdir chmod chown chgrp rm cp mv ln touch install echo printf cat tee sed git tar unzip gunzip curl wget useradd groupadd adduser addgroup usermod userdel apt-get apt apk yum dnf microdnf apt-key dpkg ldconfig locale-gen update-ca-certificates true test [ sha256sum'.split(
    ' ',
  ),
);

/** The mount, and what keeps the secret out of the layer; undefined where it would stay there. */
function mountIn(document: DockerfileDocument, run: RunInstruction, name: string): readonly Edit[] | undefined {
  const mount = mountVariable(document, run, name);
  const reads = new RegExp(`\\$(?:\\{${name}\\b|${name}(?!\\w))`);
  const given = run.script.commands.filter((it) => reads.test(document.text.slice(it.range.start, it.range.end)));
  const isPlain = run.form !== 'exec';
  const addresses = given.flatMap((command) => {
    const address = isPlain ? gitAddress(document, command) : undefined;
    return address && reads.test(address.login) ? [{ command, address }] : [];
  });
  const others = given.filter((it) => addresses.every(({ command }) => command !== it));
  const cleaned = cleanUp(document, run, others);
  const apart = addresses.flatMap(({ command, address }) => loginApart(command, address, address.login));
  if (!cleaned) return others.length === given.length ? carrySetUp(document, run, name, given) : undefined;
  return mount && [...mount, ...apart, ...cleaned];
}

/** Sorted; an edit that several mounts need is made once. */
function merged(edits: readonly Edit[]): readonly Edit[] {
  const sorted = edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  return sorted.filter((it, index) => {
    const before = sorted[index - 1];
    return (
      !before || before.range.start !== it.range.start || before.range.end !== it.range.end || before.text !== it.text
    );
  });
}

/** Whether ENV or ARG sets the variable somewhere in the file. */
export function isSetAnywhere(document: DockerfileDocument, name: string): boolean {
  return mentionsOf(document).has(name);
}

const MENTIONS = new WeakMap<DockerfileDocument, ReadonlyMap<string, readonly Instruction[]>>();

/** The instructions whose text names a variable, for every variable that ENV or ARG sets. */
function mentionsOf(document: DockerfileDocument): ReadonlyMap<string, readonly Instruction[]> {
  const known = MENTIONS.get(document);
  if (known) return known;
  const instructions = everyInstruction(document);
  const mentions = new Map<string, Instruction[]>();
  for (const it of instructions) if (isDefinition(it)) for (const { name } of it.pairs) mentions.set(name.value, []);
  for (const instruction of instructions)
    for (const name of new Set(namesIn(document.text.slice(instruction.range.start, instruction.range.end))))
      mentions.get(name)?.push(instruction);
  MENTIONS.set(document, mentions);
  return mentions;
}

function namesIn(text: string): readonly string[] {
  return text.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? [];
}

const READERS = new WeakMap<Instruction, ReadonlyMap<string, readonly Pair[]>>();

/** The pairs of the instruction whose values name a variable, for every name in them. */
function readers(instruction: ArgInstruction | EnvInstruction): ReadonlyMap<string, readonly Pair[]> {
  const known = READERS.get(instruction);
  if (known) return known;
  const found = new Map<string, Pair[]>();
  for (const pair of instruction.pairs)
    for (const name of new Set(namesIn(pair.value?.value ?? ''))) {
      const same = found.get(name);
      if (same) same.push(pair);
      else found.set(name, [pair]);
    }
  READERS.set(instruction, found);
  return found;
}

function isDefinition(instruction: Instruction): instruction is ArgInstruction | EnvInstruction {
  return instruction.keyword === 'ARG' || instruction.keyword === 'ENV';
}

function pairsNamed(instruction: Instruction, name: string): readonly Pair[] {
  return isDefinition(instruction) ? instruction.pairs.filter((it) => it.name.value === name) : [];
}

/** The whole instruction where it says nothing else. */
function withoutPairs(
  { text }: DockerfileDocument,
  instruction: ArgInstruction | EnvInstruction,
  name: string,
): Edit | undefined {
  const { pairs, range, keywordRange } = instruction;
  if (pairs.every((it) => it.name.value === name)) return deleteLines(text, range);
  const index = pairs.findIndex((it) => it.name.value === name);
  const pair = pairs[index];
  if (!pair || pairs.some((it, at) => at > index && it.name.value === name)) return undefined;
  const next = pairs[index + 1];
  const start = next ? pair.range.start : (pairs[index - 1]?.range.end ?? keywordRange.end);
  const end = next ? next.range.start : pair.range.end;
  // A comment between continued lines would go with it.
  const gap = next ? text.slice(pair.range.end, end) : text.slice(start, pair.range.start);
  return gap.includes('#') ? undefined : { range: { start, end }, text: '' };
}
