import type { ComposeMap, YamlError } from '../compose/model.js';
import type { Comment, LineEnd, Range } from '../core/text.js';

/** A configuration file of a container engine: Docker's daemon.json, BuildKit's buildkitd.toml. */
export interface EngineDocument {
  readonly kind: 'engine';
  readonly format: 'json' | 'toml';
  readonly text: string;
  readonly eol: LineEnd;
  /** The settings of daemon.json, with the generic nodes of the compose model. */
  readonly root?: ComposeMap;
  /** The tables of a TOML file from their header to the next one, what stands above the first of them included. */
  readonly tables: readonly Range[];
  readonly comments: readonly Comment[];
  readonly errors: readonly YamlError[];
}
