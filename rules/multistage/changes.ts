import type { Edit } from '../core/edit.js';

/** Lines on either side beyond which two texts are one change. */
const MAX_CELLS = 4_000_000;

/** The edits that turn one text into the other, line by line, each as small as it can be. */
export function editsBetween(before: string, after: string): readonly Edit[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  )
    tail++;
  const left = old.slice(head, old.length - tail);
  const right = fresh.slice(head, fresh.length - tail);
  const kept = left.length * right.length > MAX_CELLS ? [] : common(left, right);
  const edits: Edit[] = [];
  let offset = lengthOf(old.slice(0, head));
  let [i, j] = [0, 0];
  for (const [nextLeft, nextRight] of [...kept, [left.length, right.length] as const]) {
    const removed = left.slice(i, nextLeft);
    const added = right.slice(j, nextRight);
    edits.push(...replaced(offset, removed, added));
    offset += lengthOf(removed) + (left[nextLeft]?.length ?? 0);
    [i, j] = [nextLeft + 1, nextRight + 1];
  }
  return edits;
}

/** A first line that only becomes longer is a change of its own, so that it is not taken for one of what follows it. */
function replaced(offset: number, removed: readonly string[], added: readonly string[]): readonly Edit[] {
  const [first = '', ...others] = removed;
  const [longer = '', ...fresh] = added;
  const written = first.trimEnd();
  return others.length > 0 && written !== '' && longer.startsWith(written)
    ? [...changed(offset, first, longer), ...changed(offset + first.length, others.join(''), fresh.join(''))]
    : changed(offset, removed.join(''), added.join(''));
}

function changed(offset: number, removed: string, added: string): readonly Edit[] {
  return removed === added ? [] : [narrowed(offset, removed, added)];
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, it) => sum + it.length, 0);
}

/** Positions of a longest common subsequence. */
function common(left: readonly string[], right: readonly string[]): readonly (readonly [number, number])[] {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--)
      lengths[i * width + j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length; ) {
    if (left[i] === right[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** Without what both begin and end with. */
function narrowed(offset: number, removed: string, added: string): Edit {
  let start = 0;
  while (start < removed.length && start < added.length && removed[start] === added[start]) start++;
  let end = 0;
  while (
    end < removed.length - start &&
    end < added.length - start &&
    removed[removed.length - 1 - end] === added[added.length - 1 - end]
  )
    end++;
  // Half of a line end is no place for an edit.
  if (added[start - 1] === '\r') start--;
  if (end > 0 && added[added.length - end] === '\n' && added[added.length - end - 1] === '\r') end--;
  return {
    range: { start: offset + start, end: offset + removed.length - end },
    text: added.slice(start, added.length - end),
  };
}
