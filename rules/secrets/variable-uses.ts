import { remembered } from '../core/remembered.js';
import type { Range } from '../core/text.js';
import type {
  ArgInstruction,
  DockerfileDocument,
  EnvInstruction,
  Instruction,
  Pair,
  RunInstruction,
  Stage,
} from '../dockerfile/model.js';
import { chainOf, everyInstruction, instructionsOf, stageAt } from '../dockerfile/queries.js';
import { readersOf, runsOneOf } from './variable-readers.js';

/** Why a variable stays where it is, at the instruction that decides. */
export interface Kept {
  /**
   * `reads`: no RUN and not the start of the container. `script`: what a RUN starts may read it. `stays`: the secret would
   * be in the layer of the RUN all the same.
   */
  readonly kept: 'reads' | 'script' | 'stays';
  readonly range: Range;
}

/** A change in more places than these is not one that a person looks through. */
const MAX_PLACES = 50;

export interface Uses {
  readonly definitions: readonly Definition[];
  readonly runs: readonly RunInstruction[];
  /** CMD, ENTRYPOINT or HEALTHCHECK names it. */
  readonly started: boolean;
  /** ENV that is put together with it, and the RUNs that read that. */
  readonly derived: readonly Derived[];
}

export interface Derived {
  readonly instruction: EnvInstruction;
  readonly name: string;
  /** The command that sets it in a RUN. */
  readonly command: string;
  readonly runs: readonly RunInstruction[];
}

export interface Definition {
  readonly instruction: ArgInstruction | EnvInstruction;
  readonly pair: Pair;
}

/** Kept where something else than a RUN or the start of the container reads it; undefined where nobody can tell. */
export function usesOf(document: DockerfileDocument, name: string): Uses | Kept | undefined {
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
        return { kept: 'reads', range: instruction.keywordRange };
    } else if (instruction.keyword === 'ENV' && !instruction.onbuild) {
      const found = derivedFrom(document, instruction, name);
      if (!found) return { kept: 'reads', range: instruction.keywordRange };
      derived.push(found);
      for (const run of found.runs) runs.add(run);
    } else if (instruction.keyword === 'RUN' && !instruction.onbuild) runs.add(instruction);
    else if (isStart(instruction) && !instruction.onbuild) started = true;
    else return { kept: 'reads', range: instruction.keywordRange };
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

function isStart({ keyword }: Instruction): boolean {
  return keyword === 'CMD' || keyword === 'ENTRYPOINT' || keyword === 'HEALTHCHECK';
}

export function isBehind(run: RunInstruction, { pair }: Definition): boolean {
  return run.range.start > pair.range.end;
}

/** The stage, or one that it builds on, holds the definition. */
export function reaches(document: DockerfileDocument, { pair }: Definition, stage: Stage): boolean {
  const own = stageAt(document, pair.range.start);
  return own !== undefined && chainOf(stage).includes(own);
}

/** Whether ENV or ARG sets the variable somewhere in the file. */
export function isSetAnywhere(document: DockerfileDocument, name: string): boolean {
  return mentionsOf(document).has(name);
}

/** The instructions whose text names a variable, for every variable that ENV or ARG sets. */
const mentionsOf = remembered((document: DockerfileDocument): ReadonlyMap<string, readonly Instruction[]> => {
  const instructions = everyInstruction(document);
  const mentions = new Map<string, Instruction[]>();
  for (const it of instructions) if (isDefinition(it)) for (const { name } of it.pairs) mentions.set(name.value, []);
  for (const instruction of instructions)
    for (const name of new Set(namesIn(document.text.slice(instruction.range.start, instruction.range.end))))
      mentions.get(name)?.push(instruction);
  return mentions;
});

function namesIn(text: string): readonly string[] {
  return text.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? [];
}

/** The pairs of the instruction whose values name a variable, for every name in them. */
const readers = remembered((instruction: ArgInstruction | EnvInstruction): ReadonlyMap<string, readonly Pair[]> => {
  const found = new Map<string, Pair[]>();
  for (const pair of instruction.pairs)
    for (const name of new Set(namesIn(pair.value?.value ?? ''))) {
      const same = found.get(name);
      if (same) same.push(pair);
      else found.set(name, [pair]);
    }
  return found;
});

function isDefinition(instruction: Instruction): instruction is ArgInstruction | EnvInstruction {
  return instruction.keyword === 'ARG' || instruction.keyword === 'ENV';
}

function pairsNamed(instruction: Instruction, name: string): readonly Pair[] {
  return isDefinition(instruction) ? instruction.pairs.filter((it) => it.name.value === name) : [];
}
