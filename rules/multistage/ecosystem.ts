import type { Plan, Refusal } from './plan.js';
import type { Reading } from './reading.js';

/** A way to build programs that can be cut into build and run. */
export interface Ecosystem {
  /** As people call it. */
  readonly name: string;
  /** Others whose tools it uses: a Rust program may well be linked by gcc. */
  readonly includes?: readonly string[];
  /** Whether the stage builds in this way. */
  readonly builds: (reading: Reading) => boolean;
  readonly plan: (reading: Reading) => Plan | Refusal;
}
