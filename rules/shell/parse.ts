import type { Spanned } from '../core/text.js';
import type { ShellScript } from './model.js';

export type ShellLanguage = ShellScript['language'];

/** A program text that stands in a file, perhaps quoted or decoded there. */
export interface ShellSource {
  readonly program: string;
  readonly language: ShellLanguage;
  /** Offset in the file of an offset in `program`; `program.length` maps to the end of the text in the file. */
  readonly at: (offset: number) => number;
}

/** Reads a program text. Never throws; what is beyond the limits is announced by `complete: false`. */
export function parseScript(source: ShellSource): ShellScript {
  throw new Error(`not yet: ${source.language}`);
}

/** An argument vector as a script of one command, with `sh -c` texts read as scripts of their own. */
export function execScript(words: readonly Spanned[], language: ShellLanguage): ShellScript {
  throw new Error(`not yet: ${words.length} ${language}`);
}
