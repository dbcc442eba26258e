import { diffLines } from 'diff';
import type { Edit } from '../rules/core/edit.js';

/** Edits of whole lines that turn one text into the other, so that cursors and folds outside of them stay. */
export function editsBetween(before: string, after: string): readonly Edit[] {
  const edits: Edit[] = [];
  let position = 0;
  for (const { value, added, removed } of diffLines(before, after)) {
    if (added) {
      const last = edits.at(-1);
      // A replaced line comes as removal and addition at the same place.
      if (last && last.range.end === position && last.text === '')
        edits[edits.length - 1] = { range: last.range, text: value };
      else edits.push({ range: { start: position, end: position }, text: value });
      continue;
    }
    if (removed) edits.push({ range: { start: position, end: position + value.length }, text: '' });
    position += value.length;
  }
  return edits;
}
