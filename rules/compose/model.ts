import type { Text } from '../core/message.js';
import type { Comment, Expanded, LineEnd, Range, Spanned } from '../core/text.js';
import type { Variables } from './interpolate.js';

/**
 * One compose file. Values are those after anchors, aliases and merge keys, each with the place where it is written.
 * Rules see it as `docker compose` does (effective.ts): put together with the files it belongs to, of which every value
 * keeps its place on the number line of positions (core/elsewhere.ts) and counts as inherited.
 */
export interface ComposeDocument {
  readonly kind: 'compose';
  readonly text: string;
  readonly eol: LineEnd;
  /** The top-level map of each YAML document; compose merges them in order. */
  readonly roots: readonly ComposeMap[];
  readonly services: readonly ComposeService[];
  readonly comments: readonly Comment[];
  readonly errors: readonly YamlError[];
  /** The judged file alone, where `roots` and `services` are put together from more than that. */
  readonly own?: ComposeDocument;
  /** What of the other files could not be put together, at the place that names them. */
  readonly notes?: readonly YamlError[];
  /** Where the judged file names the other one that this place is in, by `include` or `extends`. */
  readonly namedAt?: (place: Range) => Range | undefined;
  /** The folder that relative paths written at this place count from, as the project names it; undefined: not known. */
  readonly folderAt?: (place: Range) => string | undefined;
}

/** Why the YAML or the compose file could not be read as written. */
export interface YamlError {
  readonly range: Range;
  readonly message: Text;
}

interface NodeBase {
  /** Exact span of the value as written, comments and line end behind it excluded. For an aliased value: where it is defined. */
  readonly range: Range;
  /** It comes through an alias, a merge key or from another file or service: an edit at `range` would change more than this. */
  readonly inherited: boolean;
  /** An explicit tag such as `!reset` or `!override`. */
  readonly tag?: string;
}

export interface ComposeScalar extends NodeBase {
  readonly kind: 'scalar';
  /** As YAML 1.2 core reads it; `yes` is a string: ask {@link isTrue}. */
  readonly value: string | number | boolean | null;
  /** The decoded text: `0` for `0`, `0022` for `0022`, empty for null. */
  readonly text: string;
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** The source at `range`, quotes and block header included. */
  readonly written: string;
  /** What is known of the variables in it; absent: nothing. */
  readonly variables?: Variables;
}

export interface ComposeMap extends NodeBase {
  readonly kind: 'map';
  readonly flow: boolean;
  /** Own entries first as written, then merged ones that no own entry hides. */
  readonly entries: readonly ComposeEntry[];
  readonly get: (key: string) => ComposeEntry | undefined;
  /** The part that the judged file writes, for edits, where the map is put together from several. */
  readonly own?: ComposeMap;
}

export interface ComposeList extends NodeBase {
  readonly kind: 'list';
  readonly flow: boolean;
  readonly items: readonly ComposeNode[];
  readonly own?: ComposeList;
}

export type ComposeNode = ComposeScalar | ComposeMap | ComposeList;

export interface ComposeEntry {
  readonly key: Spanned;
  readonly value: ComposeNode;
  /** Key to end of value. */
  readonly range: Range;
  /** Came through a merge key, or the map it is in did. */
  readonly inherited: boolean;
}

export interface ComposeService {
  /** Where it is first defined: what it lacks is reported there. */
  readonly name: Spanned;
  /** Its name and value, as edits ask for them. */
  readonly entry: ComposeEntry;
  readonly node: ComposeMap;
  readonly get: (key: string) => ComposeEntry | undefined;
  /** More of it is written where it cannot be read: what it seems to lack may be there. */
  readonly unsure?: boolean;
}

/** One variable of `environment`, from a list or a map. */
export interface EnvironmentVariable {
  readonly name: Spanned;
  /** Absent for a variable passed through from the caller's environment. Its range leaves quotes out. */
  readonly value?: Expanded & { readonly range: Range };
  /** The list item or map entry. */
  readonly range: Range;
  readonly inherited: boolean;
}

/** One element of `ports`, short or long form; a range of ports stays one element. */
export interface PublishedPort {
  /** Address of the host it is bound to; absent: all interfaces. */
  readonly hostAddress?: string;
  /** First and last host port; absent when the engine chooses it. */
  readonly published?: { readonly first: number; readonly last: number };
  readonly target?: { readonly first: number; readonly last: number };
  readonly protocol: string;
  readonly known: boolean;
  readonly node: ComposeNode;
  readonly range: Range;
}

/** One element of `volumes` of a service, short or long form. */
export interface ServiceVolume {
  readonly type: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'cluster' | 'image';
  /** Path of the host (`~` and variables as far as known) or name of the volume. */
  readonly source?: Expanded & { readonly range: Range };
  /** Path in the container, without doubled or trailing slashes. */
  readonly target?: string;
  readonly readOnly: boolean;
  readonly options: readonly string[];
  /** The driver_opts `device` of the named volume, when it is a bind by that way. */
  readonly device?: string;
  readonly node: ComposeNode;
  readonly range: Range;
}
