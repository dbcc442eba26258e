import { type Edit, lineStartAt, nextLineStart } from '../core/edit.js';
import type { Range } from '../core/text.js';

/**
 * Deletes words of a command with the white space before them. A word that is alone on a continued line takes the line
 * with it. Undefined where the command would not stay whole.
 */
export function removeWords(text: string, words: readonly Range[]): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (const group of neighbours(text, words)) {
    const edit = removeGroup(text, group);
    if (!edit) return undefined;
    edits.push(edit);
  }
  return edits;
}

/** Words with nothing but blanks and continued lines between them are one. */
function neighbours(text: string, words: readonly Range[]): readonly Range[] {
  const groups: Range[] = [];
  for (const word of [...words].sort((a, b) => a.start - b.start)) {
    const last = groups.at(-1);
    if (last && /^(?:[ \t\r\n]|[\\`][ \t]*\r?\n)*$/.test(text.slice(last.end, word.start)))
      groups[groups.length - 1] = { start: last.start, end: word.end };
    else groups.push(word);
  }
  return groups;
}

function removeGroup(text: string, { start, end }: Range): Edit | undefined {
  const quoted = quotedItem(text, { start, end });
  if (quoted) return { range: quoted, text: '' };
  const lineStart = lineStartAt(text, start);
  const next = nextLineStart(text, end);
  const before = text.slice(lineStart, start);
  const after = text.slice(end, next).trimEnd();
  if (before.trim() !== '') return { range: { start: start - trailingBlanks(before), end }, text: '' };
  if (/^[ \t]*[\\`]$/.test(after)) return { range: { start: lineStart, end: next }, text: '' };
  if (after.trim() !== '') return { range: { start, end: end + (after.length - after.trimStart().length) }, text: '' };
  const continuation = /[ \t]*[\\`][ \t]*\r?\n[ \t]*$/.exec(text.slice(Math.max(0, start - 400), start));
  return continuation ? { range: { start: start - continuation[0].length, end }, text: '' } : undefined;
}

/** The word as an item of a list in JSON form, with the comma before it. */
function quotedItem(text: string, { start, end }: Range): Range | undefined {
  const from = text[start] === '"' ? start : start - 1;
  const to = text[start] === '"' ? end : end + 1;
  if (text[from] !== '"' || text[to - 1] !== '"') return undefined;
  const comma = /,[ \t\r\n\\]*$/.exec(text.slice(Math.max(0, from - 400), from));
  return comma ? { start: from - comma[0].length, end: to } : undefined;
}

function trailingBlanks(text: string): number {
  return text.length - text.trimEnd().length;
}
