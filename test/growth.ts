/**
 * Whether work is linear, without a limit in seconds: a slow or busy machine makes both texts take longer. Linear work takes
 * four times as long for four times the text, work that grows with the square sixteen times.
 */

/** What {@link growth} stays below for linear work. */
export const LINEAR = 10;
/** Milliseconds that no comparison is made below: the clock and the collector of memory are coarser than the work. */
const UNMEASURABLE = 60;
/** How often what looks too much is measured again: other work on the machine makes it look more, never less. */
const ATTEMPTS = 8;

/**
 * How many times longer `work` takes for a text of `4 * length` characters than for one of `length`; 4 where it takes too
 * little to be compared. No length is used twice, so that nothing is remembered.
 */
export function growth(length: number, work: (length: number) => void): number {
  const step = Math.ceil(length / 16);
  let large = milliseconds(work, 4 * length);
  let small = Number.POSITIVE_INFINITY;
  for (let attempt = 1; large >= UNMEASURABLE; attempt++) {
    for (const part of [0, 1, 2])
      small = Math.min(small, milliseconds(work, length + attempt * step + Math.ceil((part * step) / 4)));
    large = Math.min(large, milliseconds(work, 4 * (length + attempt * step)));
    const times = large / small;
    if (times < LINEAR || attempt === ATTEMPTS) return times;
  }
  return 4;
}

/** `unit` over and over, `length` characters or a little more. */
export function filled(unit: string, length: number): string {
  return unit === '' ? '' : unit.repeat(Math.ceil(length / unit.length));
}

/** Of the processor, not of the clock: the machine may be busy. */
function milliseconds(work: (length: number) => void, length: number): number {
  const start = process.cpuUsage();
  work(length);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
