import type { Range } from '../core/text.js';

/** A part of an image reference. `range` is absent where the value came out of a variable. */
export interface ReferencePart {
  readonly value: string;
  readonly range?: Range;
}

/**
 * An image name as the distribution project's `reference` grammar defines it
 * (https://pkg.go.dev/github.com/distribution/reference), normalised as Docker does.
 */
export interface ImageReference {
  /** The whole reference as written in the file. */
  readonly range: Range;
  /** The reference after variables were replaced, as a person would write it. */
  readonly written: string;
  /** Registry host with port; `docker.io` when none is written. */
  readonly registry: string;
  readonly explicitRegistry: boolean;
  /** Path on the registry: `library/node`, `bitnami/redis`. */
  readonly path: string;
  /** The short name people use: `node`, `bitnami/redis`, `ghcr.io/a/b`. */
  readonly name: string;
  readonly tag?: ReferencePart;
  readonly digest?: ReferencePart;
  /** A variable without a known value is in it: what is not known is absent, and a rule that needs it stays silent. */
  readonly unresolved: boolean;
  /** Written without variables, so that edits inside `range` are possible. */
  readonly literal: boolean;
}
