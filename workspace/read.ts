import type { Text } from '../rules/core/message.js';

/** Bytes: a larger file is not read; hand-written Dockerfiles and compose files stay far below. */
export const MAX_FILE_SIZE = 5_000_000;

export type ReadResult =
  | { readonly text: string }
  /** Why the file cannot be judged, as one sentence and what to do. */
  | { readonly problem: Text };

/** Reads a text file: UTF-8 with or without mark, UTF-16 with a mark. Binary, other encodings, too large, missing, forbidden: a problem. Never throws. */
export function readText(file: string): ReadResult {
  throw new Error(`not yet: ${file}`);
}

/** The same for bytes that are there already (standard input). */
export function decode(bytes: Uint8Array): ReadResult {
  throw new Error(`not yet: ${bytes.length}`);
}
