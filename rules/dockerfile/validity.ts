import { contains, type Range } from '../core/text.js';
import type { Draft } from './draft.js';
import { flagErrors } from './flag-validity.js';
import { nearestKeyword } from './keywords.js';
import type { CopyInstruction, Instruction, OnbuildInstruction, Pair, ParseError } from './model.js';
import { TEXTS } from './texts.js';

/** Why BuildKit refuses this instruction wherever it stands, of its trigger only what it checks before the trigger runs. */
export function instructionErrors(instruction: Instruction, draft: Draft): readonly ParseError[] {
  if (instruction.keyword === 'ONBUILD' && draft.trigger && instruction.trigger)
    return [
      ...flagErrors(instruction),
      ...triggerErrors(instruction),
      ...syntaxErrors(instruction.trigger, draft.trigger),
    ];
  const syntax = syntaxErrors(instruction, draft);
  return syntax.length > 0 ? syntax : [...flagErrors(instruction), ...meaningErrors(instruction, draft)];
}

/** Why BuildKit refuses these instructions in this order. */
export function structureErrors(instructions: readonly Instruction[]): readonly ParseError[] {
  const from = instructions.findIndex((it) => it.keyword === 'FROM');
  const before = from < 0 ? instructions : instructions.slice(0, from);
  const homeless = before.find((it) => it.keyword !== 'ARG' && it.keyword !== 'UNKNOWN');
  if (homeless) {
    const { keyword, keywordRange } = homeless;
    const found = from < 0 ? error(keywordRange, TEXTS.noFrom) : error(keywordRange, TEXTS.beforeFrom, { keyword });
    return [{ ...found, misplaced: true }];
  }
  // Behind an unknown instruction FROM may be what is being typed.
  if (from >= 0 || before.some((it) => it.keyword === 'UNKNOWN')) return [];
  return [error(before.at(-1)?.keywordRange ?? { start: 0, end: 0 }, TEXTS.noFrom)];
}

/** What already the parser of words refuses. */
function syntaxErrors(instruction: Instruction, draft: Draft): readonly ParseError[] {
  if (draft.json === 'mixed') return [error(instruction.bodyRange, TEXTS.mixedJson)];
  if (instruction.keyword !== 'ENV' && instruction.keyword !== 'LABEL') return [];
  const [first] = instruction.pairs;
  if (!first) return [];
  if (!first.value) return [noValue(instruction.keyword, first)];
  const bare = instruction.pairs.find((it) => !it.value);
  return bare ? [error(bare.range, TEXTS.noEquals, { word: bare.name.value })] : [];
}

function noValue(keyword: string, { name }: Pair): ParseError {
  return error(name.range, TEXTS.noValue, { keyword, name: name.value });
}

function meaningErrors(instruction: Instruction, draft: Draft): readonly ParseError[] {
  const { keyword, keywordRange, bodyRange, args } = instruction;
  switch (keyword) {
    case 'UNKNOWN':
      return [unknownInstruction(draft, instruction.range)];
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
      return [];
    case 'FROM':
      return fromErrors(instruction.args, instruction.name?.value, keywordRange, bodyRange, instruction.name?.range);
    case 'COPY':
    case 'ADD':
      if (args.length < 2) return [error(keywordRange, TEXTS.noDestination, { keyword })];
      return copyErrors(instruction);
    case 'HEALTHCHECK':
      return healthErrors(draft, args.length, keywordRange);
    case 'SHELL':
      if (args.length === 0) return [error(keywordRange, TEXTS.noArgument, { keyword })];
      return instruction.json ? [] : [error(bodyRange, TEXTS.shellForm)];
    case 'VOLUME':
      if (args.length > 0 && args.includes('')) return [error(bodyRange, TEXTS.emptyVolume)];
      break;
    case 'ENV':
    case 'LABEL':
    case 'ARG': {
      const blank = instruction.pairs.find((it) => it.name.range.start === it.name.range.end);
      if (blank) return [error(blank.range, TEXTS.blankName, { keyword })];
    }
  }
  return args.length === 0 ? [error(keywordRange, TEXTS.noArgument, { keyword })] : [];
}

function unknownInstruction({ written, keywordRange }: Draft, range: Range): ParseError {
  if (written === '') return error(range, TEXTS.strayContinuation);
  const keyword = nearestKeyword(written);
  return keyword
    ? error(keywordRange, TEXTS.misspeltInstruction, { word: written, keyword })
    : error(keywordRange, TEXTS.unknownInstruction, { word: written });
}

function fromErrors(
  args: readonly string[],
  name: string | undefined,
  keywordRange: Range,
  bodyRange: Range,
  nameRange: Range = bodyRange,
): readonly ParseError[] {
  if (args.length === 0) return [error(keywordRange, TEXTS.noArgument, { keyword: 'FROM' })];
  if (args.length !== 1 && (args.length !== 3 || args[1]?.toLowerCase() !== 'as'))
    return [error(bodyRange, TEXTS.fromWords)];
  if (name === undefined || /^[a-z][a-z0-9\-_.]*$/.test(name.toLowerCase())) return [];
  return [error(nameRange, TEXTS.stageName, { name })];
}

function copyErrors({ keyword, heredocs, destination }: CopyInstruction): readonly ParseError[] {
  if (!destination || !heredocs.some((it) => contains(it.range, destination.range))) return [];
  return [error(destination.range, TEXTS.heredocDestination, { keyword })];
}

function healthErrors({ type, start, end, keywordRange }: Draft, count: number, range: Range): readonly ParseError[] {
  if (!type) return [error(range, TEXTS.noArgument, { keyword: 'HEALTHCHECK' })];
  const word = type.value.toUpperCase();
  if (word === 'NONE') return count > 1 ? [error(type.range, TEXTS.healthNone)] : [];
  if (word !== 'CMD') return [error(type.range, TEXTS.healthType, { word: type.value })];
  return start < end ? [] : [error({ start: keywordRange.start, end: type.range.end }, TEXTS.healthCommand)];
}

function triggerErrors({ trigger }: OnbuildInstruction): readonly ParseError[] {
  if (trigger?.keyword === 'ONBUILD') return [error(trigger.keywordRange, TEXTS.onbuildChain)];
  if (trigger?.keyword !== 'FROM' && trigger?.keyword !== 'MAINTAINER') return [];
  return [error(trigger.keywordRange, TEXTS.onbuildForbidden, { keyword: trigger.keyword })];
}

function error(range: Range, template: string, data: Readonly<Record<string, string>> = {}): ParseError {
  return { range, message: { template, data } };
}
