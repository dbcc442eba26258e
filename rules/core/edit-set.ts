import type { Changes } from './analysis.js';
import type { Edit } from './edit.js';
import { overlaps, type Range } from './text.js';

/** Edits of several fixes that can be made in one step. */
export interface EditSet {
  /** Sorted and disjoint. */
  readonly edits: readonly Edit[];
  /** Whether {@link EditSet.take} would take them. */
  readonly fits: (edits: readonly Edit[]) => boolean;
  /** Takes the edits of a fix unless one of them touches one of another fix; an equal one is made once. */
  readonly take: (edits: readonly Edit[]) => boolean;
}

export function editSet(): EditSet {
  const taken: Edit[] = [];
  const freshOf = (edits: readonly Edit[]): readonly Edit[] =>
    edits.filter((it) => !near(taken, it.range).some((one) => isSame(one, it)));
  const isFree = (it: Edit): boolean => !near(taken, it.range).some((one) => overlaps(one.range, it.range));
  return {
    edits: taken,
    fits: (edits) => freshOf(edits).every(isFree),
    take: (edits) => {
      const fresh = freshOf(edits);
      if (!fresh.every(isFree)) return false;
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

/** The same for fixes that change several files. */
export interface ChangeSet {
  readonly changes: () => Changes;
  readonly take: (fix: Changes) => boolean;
}

export function changeSet(): ChangeSet {
  const own = editSet();
  const others = new Map<string, EditSet>();
  return {
    changes: () => ({
      edits: own.edits,
      ...(others.size > 0 ? { elsewhere: [...others].map(([path, { edits }]) => ({ path, edits })) } : {}),
    }),
    take: ({ edits, elsewhere = [] }) => {
      if (!own.fits(edits) || elsewhere.some((it) => others.get(it.path)?.fits(it.edits) === false)) return false;
      own.take(edits);
      for (const it of elsewhere) {
        const other = others.get(it.path) ?? editSet();
        others.set(it.path, other);
        other.take(it.edits);
      }
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
