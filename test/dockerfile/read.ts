import type { Range } from '../../rules/core/text.js';
import type { Instruction, InstructionOf } from '../../rules/dockerfile/model.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { instructionsOf } from '../../rules/dockerfile/queries.js';

/** The text of lines given one by one. */
export function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** The first instruction of the kind in a Dockerfile with only this after FROM. */
export function only<K extends Instruction['keyword']>(keyword: K, text: string): InstructionOf<K> {
  const [found] = instructionsOf(parseDockerfile(`FROM scratch\n${text}\n`).instructions.slice(1), keyword);
  if (!found) throw new Error(`no ${keyword} in ${text}`);
  return found;
}

/** Keyword and words of every instruction: `RUN|a b`. */
export function outline(text: string): readonly string[] {
  return parseDockerfile(text).instructions.map((it) => [it.keyword, ...it.args].join('|'));
}

export function cut(text: string, range: Range | undefined): string | undefined {
  return range && text.slice(range.start, range.end);
}
