import type { LineEnd, Range } from './text.js';

/** A text with the places that `«»` marked in it. */
export interface MarkedText {
  readonly text: string;
  /** In order of the text. */
  readonly marks: readonly Range[];
}

/** The text of an example as a file: blank first and last lines and the common indentation are gone, the last line is closed. */
export function exampleText(written: string, eol: LineEnd): string {
  return `${dedent(written)}\n`.replaceAll('\n', eol);
}

/**
 * Takes the marks out of an example.
 * @throws Error when a mark has no partner.
 */
export function readMarks(marked: string): MarkedText {
  const marks: Range[] = [];
  let text = '';
  let open: number | undefined;
  for (const part of marked.split(/([«»])/)) {
    if (part === '«') {
      if (open !== undefined) throw new Error('« inside «»');
      open = text.length;
    } else if (part === '»') {
      if (open === undefined) throw new Error('» without «');
      marks.push({ start: open, end: text.length });
      open = undefined;
    } else text += part;
  }
  if (open !== undefined) throw new Error('« without »');
  return { text, marks };
}

/** Without blank first and last lines and the indentation that all lines share. */
export function dedent(written: string): string {
  const lines = written.replaceAll('\r\n', '\n').split('\n');
  while (lines[0]?.trim() === '') lines.shift();
  while (lines.at(-1)?.trim() === '') lines.pop();
  const widths = lines.filter((it) => it.trim() !== '').map((it) => it.length - it.trimStart().length);
  const width = Math.min(...widths, Number.MAX_SAFE_INTEGER);
  return lines.map((it) => it.slice(Math.min(width, it.length - it.trimStart().length)).trimEnd() || '').join('\n');
}
