import { type Expanded, UNKNOWN } from '../core/text.js';
import { type LexedWord, lex, type VariableState, type Work } from './lexer.js';
import type { ArgInstruction, EnvInstruction, Instruction } from './model.js';

/** Arguments that BuildKit sets by itself, once `ARG` names them; in FROM without that. */
const PREDEFINED = new Set([
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
  'TARGETOSVERSION',
  'TARGETSTAGE',
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'BUILDVARIANT',
  'BUILDOSVERSION',
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'FTP_PROXY',
  'ftp_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
  'SOURCE_DATE_EPOCH',
]);

/** The variables that hold at one place. */
export interface Variables {
  readonly lookup: (name: string) => VariableState;
  readonly work: Work;
}

/** What a variable holds from an offset on. */
interface Change {
  readonly from: number;
  readonly state: VariableState;
}

/** The values of ARG before the first FROM. */
export interface GlobalScope {
  readonly values: ReadonlyMap<string, VariableState>;
  readonly work: Work;
}

/** The variables of a stage over time. */
export interface StageScope {
  readonly changes: ReadonlyMap<string, readonly Change[]>;
  readonly base?: StageScope;
  /** Nothing but the file sets variables. */
  readonly fromScratch: boolean;
  /** What the stage's own ENV instructions leave in the image. */
  readonly environment: ReadonlyMap<string, Expanded>;
  readonly work: Work;
}

export function expand(text: string, escape: string, { lookup, work }: Variables): Expanded {
  const lexed = lex(text, { escape, raw: false, unknown: UNKNOWN, lookup, work });
  if (!lexed) {
    const literal = !text.includes('$');
    return { value: literal ? text : UNKNOWN, known: literal, literal };
  }
  return { value: lexed.value, known: !lexed.value.includes(UNKNOWN), literal: !lexed.variables };
}

/** The words that a text becomes where a variable's value may be several of them. */
export function expandWords(text: string, escape: string, { lookup, work }: Variables): readonly LexedWord[] {
  return lex(text, { escape, raw: false, unknown: UNKNOWN, lookup, work })?.words ?? [];
}

export function globalScope(args: readonly ArgInstruction[], escape: string, work: Work): GlobalScope {
  const values = new Map<string, VariableState>();
  const scope = { values, work };
  for (const word of args.flatMap((it) => it.args)) {
    const equals = word.indexOf('=');
    if (equals > 0) values.set(word.slice(0, equals), stateOf(expand(word.slice(equals + 1), escape, inFrom(scope))));
    else if (equals < 0 && !values.has(word)) values.set(word, predefined(word) ?? { kind: 'open' });
  }
  return scope;
}

/** Variables as FROM sees them. One that no ARG declares is empty for BuildKit; templates fill it in before. */
export function inFrom({ values, work }: GlobalScope): Variables {
  return { lookup: (name) => values.get(name) ?? predefined(name) ?? { kind: 'open' }, work };
}

/** Variables as an instruction of the stage at `offset` sees them. */
export function inStage(scope: StageScope, offset: number): Variables {
  return { lookup: (name) => lookUp(scope, name, offset), work: scope.work };
}

/** Reads a stage's ARG and ENV instructions. ARG values, too, go on into the stages built on this one. */
export function stageScope(
  instructions: readonly Instruction[],
  globals: GlobalScope,
  escape: string,
  base: StageScope | undefined,
  fromScratch: boolean,
): StageScope {
  const changes = new Map<string, Change[]>();
  const environment = new Map<string, Expanded>();
  const scope = { changes, fromScratch, environment, work: globals.work, ...(base ? { base } : {}) };
  const set = (name: string, change: Change): void => {
    const all = changes.get(name);
    if (all) all.push(change);
    else changes.set(name, [change]);
  };
  for (const instruction of instructions) {
    if (instruction.keyword === 'ENV') readEnv(instruction, scope, escape, environment, set);
    if (instruction.keyword === 'ARG') readArg(instruction, scope, escape, globals, set);
  }
  return scope;
}

/** What ENV leaves in the image at the end of the stage, the stages it builds on included. */
export function environmentIn(scope: StageScope): ReadonlyMap<string, Expanded> {
  const chain: StageScope[] = [];
  for (let current: StageScope | undefined = scope; current; current = current.base) chain.push(current);
  return new Map(chain.toReversed().flatMap((it) => [...it.environment]));
}

type SetVariable = (name: string, change: Change) => void;

/** All values of one ENV are read before any of them is set. */
function readEnv(
  instruction: EnvInstruction,
  scope: StageScope,
  escape: string,
  environment: Map<string, Expanded>,
  set: SetVariable,
): void {
  const { args, range } = instruction;
  const variables = inStage(scope, range.start);
  const pending: (readonly [string, Expanded])[] = [];
  for (let index = 0; index + 1 < args.length; index += 3) {
    const name = expand(args[index] ?? '', escape, variables);
    if (name.known) pending.push([name.value, expand(args[index + 1] ?? '', escape, variables)]);
  }
  for (const [name, value] of pending) {
    environment.set(name, value);
    set(name, { from: range.end, state: stateOf(value) });
  }
}

function readArg(
  instruction: ArgInstruction,
  scope: StageScope,
  escape: string,
  globals: GlobalScope,
  set: SetVariable,
): void {
  for (const [index, word] of instruction.args.entries()) {
    const range = instruction.pairs[index]?.range ?? instruction.range;
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    if (equals >= 0) {
      const value = expand(word.slice(equals + 1), escape, inStage(scope, range.start));
      set(name, { from: range.end, state: stateOf(value) });
      continue;
    }
    const state = globals.values.get(name) ?? predefined(name);
    if (state && state.kind !== 'open') set(name, { from: range.end, state });
    // Without a value anywhere, an earlier one of the same name stays.
    else if (!isSet(scope, name)) set(name, { from: range.end, state: { kind: 'open' } });
  }
}

function isSet(scope: StageScope, name: string): boolean {
  for (let current: StageScope | undefined = scope; current; current = current.base)
    if (current.changes.has(name)) return true;
  return false;
}

/** The stage's own values first, then what ENV left in the stages below, then their ARG values. */
function lookUp(scope: StageScope, name: string, offset: number): VariableState {
  const own = lastBefore(scope.changes.get(name) ?? [], offset);
  if (own) return own;
  let inherited: VariableState | undefined;
  let root = scope;
  for (let current = scope.base; current; current = current.base) {
    const left = current.environment.get(name);
    if (left) return stateOf(left);
    inherited ??= current.changes.get(name)?.at(-1)?.state;
    root = current;
  }
  if (inherited) return inherited;
  return root.fromScratch ? inEmptyImage(name) : { kind: 'unknown' };
}

/** BuildKit gives an image from scratch nothing but a PATH. */
function inEmptyImage(name: string): VariableState {
  if (name !== 'PATH') return { kind: 'unset' };
  return { kind: 'set', value: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' };
}

function lastBefore(changes: readonly Change[], offset: number): VariableState | undefined {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1]?.state;
}

function stateOf({ value }: Expanded): VariableState {
  return { kind: 'set', value };
}

function predefined(name: string): VariableState | undefined {
  return PREDEFINED.has(name) ? { kind: 'unknown' } : undefined;
}
