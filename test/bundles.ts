import { bundle } from '../scripts/bundle.js';

/** What the tests of the server, the command line and the package run is what is shipped: built once, before them all. */
export async function setup(): Promise<void> {
  await bundle();
}
