import type { Position as LspPosition, Range as LspRange } from 'vscode-languageserver';
import type { Edit } from '../rules/core/edit.js';
import { lineStarts, positionAt, type Range } from '../rules/core/text.js';

/** The only place where offsets (UTF-16, half-open) and the positions of the Language Server Protocol meet. */
export interface Positions {
  readonly toRange: (range: Range) => LspRange;
  readonly toOffset: (position: LspPosition) => number;
  readonly toTextEdit: (edit: Edit) => { readonly range: LspRange; readonly newText: string };
}

export function positionsOf(text: string): Positions {
  const starts = lineStarts(text);
  const toPosition = (offset: number): LspPosition => {
    const { line, column } = positionAt(starts, offset);
    return { line, character: column };
  };
  const toRange = ({ start, end }: Range): LspRange => ({ start: toPosition(start), end: toPosition(end) });
  return {
    toRange,
    toOffset: ({ line, character }) => {
      const start = starts[line];
      if (start === undefined) return text.length;
      return Math.min(start + character, starts[line + 1] ?? text.length);
    },
    toTextEdit: ({ range, text }) => ({ range: toRange(range), newText: text }),
  };
}
