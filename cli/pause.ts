import { setImmediate } from 'node:timers/promises';

/** Milliseconds of work after which Ctrl-C is looked for. */
const SLICE = 30;

let started = 0;

/** Lets others have their turn when the last one was a while ago. */
export async function pause(): Promise<void> {
  if (performance.now() - started < SLICE) return;
  await setImmediate();
  started = performance.now();
}
