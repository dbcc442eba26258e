import { deleteLines, type Edit } from '../core/edit.js';
import { remembered, rememberedText } from '../core/remembered.js';
import type { ArgInstruction, DockerfileDocument, EnvInstruction, Pair, RunInstruction } from '../dockerfile/model.js';
import { instructionsOf, shippedChain, stageAt } from '../dockerfile/queries.js';
import type { PackageManager } from '../shell/model.js';
import { SYSTEM_PACKAGES } from '../shell/package-kinds.js';
import { carrySetUp } from './carried-setup.js';
import { gitAddress, loginApart } from './git-login.js';
import { cleanUp } from './left-behind.js';
import { commandsBefore, mountVariable } from './secret-variable.js';
import { type Definition, isBehind, type Kept, reaches, usesOf } from './variable-uses.js';

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
  const way = waysOf(document)(name);
  return way && 'edits' in way ? way : undefined;
}

/** Why {@link takeOut} does not, where a place tells it. */
export function whyKept(document: DockerfileDocument, name: string): Kept | undefined {
  const way = waysOf(document)(name);
  return way && 'kept' in way ? way : undefined;
}

/** Several rules ask about one variable. */
const waysOf = remembered((document: DockerfileDocument) => rememberedText((name) => findWay(document, name)));

/** The edits alone, where a RUN reads the variable and nothing has to be given at the start. */
export function mountInstead(document: DockerfileDocument, name: string): readonly Edit[] | undefined {
  const taken = takeOut(document, name);
  return taken?.mounted === true && !taken.started ? taken.edits : undefined;
}

/** Each variable is looked for in all of them. */
const MAX_INSTRUCTIONS = 1000;

function findWay(document: DockerfileDocument, name: string): TakenOut | Kept | undefined {
  if (!/^[A-Za-z_]\w{0,100}$/.test(name)) return undefined;
  const uses = usesOf(document, name);
  if (uses && 'kept' in uses) return uses;
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
  const staying = uses.runs.find((it, index) => !mounts[index] && mountVariable(document, it, name));
  if (staying) return { kept: 'stays', range: staying.keywordRange };
  const isSet = uses.definitions.some((it) => it.instruction.keyword === 'ENV' && isShipped(document, it));
  if (mounts.length > 0)
    return together([...removals.map((it) => it && [it]), ...mounts], (edits) => ({
      ...found,
      edits,
      mounted: true,
      started: isSet && uses.started,
    }));
  if (uses.started && !isSet) return undefined;
  if (document.instructions.length > MAX_INSTRUCTIONS) return undefined;
  const reading = document.stages
    .filter((stage) => uses.definitions.some((it) => reaches(document, it, stage)))
    .flatMap((stage) => instructionsOf(stage.instructions, 'RUN'))
    .find((run) => mayRead(run, uses.definitions));
  if (reading) return { kept: 'script', range: reading.keywordRange };
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

const SYSTEM = new Set<PackageManager>([...SYSTEM_PACKAGES, 'pip', 'gem']);

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
