import type { Draft } from './draft.js';
import type { Instruction, ParseError } from './model.js';
import { TEXTS } from './texts.js';

/** Why BuildKit refuses this instruction wherever it stands. */
export function draftErrors(draft: Draft): readonly ParseError[] {
  if (draft.keyword === undefined)
    return [
      { range: draft.keywordRange, message: { template: TEXTS.unknownInstruction, data: { word: draft.written } } },
    ];
  return [];
}

/** Why BuildKit refuses these instructions in this order. */
export function structureErrors(instructions: readonly Instruction[], text: string): readonly ParseError[] {
  if (instructions.some((it) => it.keyword === 'FROM')) return [];
  const end = instructions[0]?.keywordRange.end ?? Math.min(1, text.length);
  return [
    { range: { start: instructions[0]?.keywordRange.start ?? 0, end }, message: { template: TEXTS.noFrom, data: {} } },
  ];
}
