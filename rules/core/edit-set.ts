import type { Edit } from './edit.js';
import { overlaps, type Range } from './text.js';

/** Edits of several fixes that can be made in one step. */
export interface EditSet {
  /** Sorted and disjoint. */
  readonly edits: readonly Edit[];
  /** Takes the edits of a fix unless one of them touches one of another fix; an equal one is made once. */
  readonly take: (edits: readonly Edit[]) => boolean;
}

export function editSet(): EditSet {
  const taken: Edit[] = [];
  return {
    edits: taken,
    take: (edits) => {
      const fresh = edits.filter((it) => !near(taken, it.range).some((one) => isSame(one, it)));
      if (fresh.some((it) => near(taken, it.range).some((one) => overlaps(one.range, it.range)))) return false;
      // Two of one fix at one place keep their order.
      for (const it of fresh)
        taken.splice(
          countUntil(taken, ({ range }) => range.start <= it.range.start),
          0,
          it,
        );
      return true;
    },
  };
}

/** Those that may touch the range: as they are disjoint, their ends are sorted as their starts are. */
function near(taken: readonly Edit[], { start, end }: Range): readonly Edit[] {
  const first = countUntil(taken, (it) => it.range.end < start);
  let last = first;
  while ((taken[last]?.range.start ?? Number.POSITIVE_INFINITY) <= end) last++;
  return taken.slice(first, last);
}

/** How many edits at the front are `before`, found by halving. */
function countUntil(taken: readonly Edit[], before: (edit: Edit) => boolean): number {
  let low = 0;
  let high = taken.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const edit = taken[middle];
    if (edit && before(edit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isSame(one: Edit, other: Edit): boolean {
  return one.range.start === other.range.start && one.range.end === other.range.end && one.text === other.text;
}
