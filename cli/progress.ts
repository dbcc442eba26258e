import type { Output } from './io.js';

/** Milliseconds before anything is shown, and between two changes of the line. */
const PATIENCE = 1000;
const PACE = 100;

export interface Progress {
  readonly show: (line: () => string) => void;
  /** Removes the line, so that other output can take its place. */
  readonly clear: () => void;
}

/** One line at the bottom of a terminal that says how far the work is, shown only when it takes longer than a second. */
export function createProgress(output: Output, enabled: boolean): Progress {
  const started = performance.now();
  let last = started;
  let visible = false;
  return {
    show: (line) => {
      const now = performance.now();
      if (!enabled || !output.isTerminal || now - started < PATIENCE || now - last < PACE) return;
      output.write(`\r\x1b[2K${line()}`);
      last = now;
      visible = true;
    },
    clear: () => {
      if (visible) output.write('\r\x1b[2K');
      visible = false;
    },
  };
}
