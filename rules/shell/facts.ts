import type { ShellFacts, ShellScript } from './model.js';

/** What rules ask of a script: package actions, downloads, writes and the like, normalised. */
export function factsOf(script: ShellScript): ShellFacts {
  throw new Error(`not yet: ${script.language}`);
}
