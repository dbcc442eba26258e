import { deleteLines, type Edit } from '../core/edit.js';
import type { Range } from '../core/text.js';
import type {
  ArgInstruction,
  DockerfileDocument,
  EnvInstruction,
  Instruction,
  Pair,
  RunInstruction,
} from '../dockerfile/model.js';
import { chainOf, everyInstruction, stageAt } from '../dockerfile/queries.js';
import { cleanUp } from './left-behind.js';
import { mountVariable, secretForm } from './secret-variable.js';

/**
 * Edits that take a variable out of ENV and ARG and mount it as a secret in each RUN that names it; undefined where
 * anything but a RUN of the same chain of stages names it, or no RUN does: then nobody can tell who reads it.
 */
export function mountInstead(document: DockerfileDocument, name: string): readonly Edit[] | undefined {
  const known = MOUNTS.get(document) ?? new Map<string, readonly Edit[] | undefined>();
  MOUNTS.set(document, known);
  if (!known.has(name)) known.set(name, findMounts(document, name));
  return known.get(name);
}

const MOUNTS = new WeakMap<DockerfileDocument, Map<string, readonly Edit[] | undefined>>();

/** A change in more places than these is not one that a person looks through. */
const MAX_PLACES = 50;

function findMounts(document: DockerfileDocument, name: string): readonly Edit[] | undefined {
  if (!/^[A-Za-z_]\w{0,100}$/.test(name) || !secretForm(document)) return undefined;
  if ((mentionsOf(document).get(name)?.length ?? 0) > MAX_PLACES) return undefined;
  const definitions: { readonly instruction: ArgInstruction | EnvInstruction; readonly pair: Pair }[] = [];
  const runs: RunInstruction[] = [];
  for (const instruction of mentionsOf(document).get(name) ?? []) {
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
    } else if (instruction.keyword === 'RUN' && instruction.form !== 'exec' && !instruction.onbuild)
      runs.push(instruction);
    else return undefined;
  }
  if (
    runs.length === 0 ||
    !inOneChain(
      document,
      definitions.map((it) => it.pair.range),
      runs,
    )
  )
    return undefined;
  const removals = [...new Set(definitions.map((it) => it.instruction))].map((it) => withoutPairs(document, it, name));
  const edits: Edit[] = [];
  for (const it of [...removals.map((edit) => edit && [edit]), ...runs.map((run) => mountIn(document, run, name))]) {
    if (!it) return undefined;
    edits.push(...it);
  }
  return merged(edits);
}

/** The mount, and what keeps the secret out of the layer; undefined where it would stay there. */
function mountIn(document: DockerfileDocument, run: RunInstruction, name: string): readonly Edit[] | undefined {
  const mount = mountVariable(document, run, name);
  const reads = new RegExp(`\\$(?:\\{${name}\\b|${name}(?!\\w))`);
  const given = run.script.commands.filter((it) => reads.test(document.text.slice(it.range.start, it.range.end)));
  const cleaned = cleanUp(document, run, given);
  return mount && cleaned && [...mount, ...cleaned];
}

/** Sorted; an edit that several mounts need is made once. */
function merged(edits: readonly Edit[]): readonly Edit[] {
  const sorted = edits.toSorted((a, b) => a.range.start - b.range.start);
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

/** Every definition is in one stage or before the first, and every RUN in that stage or in one that builds on it. */
function inOneChain(
  document: DockerfileDocument,
  definitions: readonly Range[],
  runs: readonly RunInstruction[],
): boolean {
  const stages = new Set(definitions.flatMap((it) => stageAt(document, it.start) ?? []));
  const [stage] = stages;
  if (!stage || stages.size > 1) return false;
  return runs.every((it) => {
    const own = stageAt(document, it.range.start);
    return own !== undefined && chainOf(own).includes(stage);
  });
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
