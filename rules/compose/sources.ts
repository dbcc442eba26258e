import { isElsewhere } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import type { Range } from '../core/text.js';
import { interpolate } from './expanded.js';
import { FILE } from './fields.js';
import type { Variables } from './interpolate.js';
import { mergedMap } from './merge.js';
import type { ComposeDocument, ComposeEntry, ComposeMap, ComposeNode, YamlError } from './model.js';
import { lazyMap } from './nodes.js';
import { viewer } from './placed.js';

/** What the files of one set have in common, or those of one `include`. */
export interface Scope {
  /** That their relative paths count from; undefined: nothing is known of the files around. */
  readonly folder: string | undefined;
  readonly variables: Variables | undefined;
  /** The files that led here by `include`. */
  readonly within: readonly string[];
  /** Where the judged file begins to include them. */
  readonly place?: Range;
  readonly sources: Map<string, Source>;
}

/** A file as the judged one sees it. */
export interface Source {
  readonly path: string;
  readonly scope: Scope;
  /** Its documents as one. */
  readonly root: ComposeMap;
  /** Services of it after `extends`, as far as they were asked for. */
  readonly extended: Map<string, ComposeMap>;
}

/** What is read, and said, on the way to one effective document. */
export interface Reading {
  readonly project: Project;
  /** A file in a scope; `lent`: what it holds is another file's or service's. Undefined: it cannot be read. */
  readonly source: (path: string, scope: Scope, lent: boolean) => Source | undefined;
  /** Says something about a place of the judged file; of other places their own files speak. */
  readonly note: (place: Range, template: string, data: Readonly<Record<string, string>>) => void;
  readonly notes: readonly YamlError[];
  /** The folder that relative paths of a file count from. */
  readonly folders: Map<string, string>;
  /** Where the judged file first names a file, or the one that leads there. */
  readonly named: Map<string, Range>;
  /** Says that further files are to be included; false: there are too many. */
  readonly including: (files: number) => boolean;
  /** The texts of all files that were read. */
  readonly texts: ReadonlySet<string>;
}

/** Files that one verdict includes, all together. */
const MAX_INCLUDED = 200;

export function createReading(document: ComposeDocument, project: Project): Reading {
  const notes: YamlError[] = [];
  const texts = new Set<string>();
  let included = 0;
  return {
    project,
    source: (path, scope, lent) => {
      const key = `${lent} ${path}`;
      const known = scope.sources.get(key);
      if (known) return known;
      const found = path === (project.path ?? '') ? document : project.compose(path);
      if (!found) return undefined;
      texts.add(found.text);
      const show = viewer({ start: lent ? project.startOf(path) : 0, lent, variables: scope.variables });
      const source = { path, scope, root: together(found.roots.map((it) => mapped(it, show))), extended: new Map() };
      scope.sources.set(key, source);
      return source;
    },
    note: (range, template, data) => {
      if (isElsewhere(range) || notes.some((it) => it.range.start === range.start)) return;
      notes.push({ range, message: { template, data } });
    },
    notes,
    folders: new Map(),
    named: new Map(),
    including: (files) => {
      included += files;
      return included <= MAX_INCLUDED;
    },
    texts,
  };
}

/** Several files, or documents of one, as one: the later ones override the earlier. */
export function together(roots: readonly ComposeMap[]): ComposeMap {
  const [first, ...others] = roots;
  const nothing = lazyMap({ range: { start: 0, end: 0 }, flow: false }, true, () => []);
  return others.reduce((root, it) => mergedMap(root, it, FILE), first ?? nothing);
}

function mapped(map: ComposeMap, show: (node: ComposeNode) => ComposeNode): ComposeMap {
  const shown = show(map);
  return shown.kind === 'map' ? shown : map;
}

/** The services of a root that are maps. */
export function servicesIn(root: ComposeMap): readonly (ComposeEntry & { readonly value: ComposeMap })[] {
  const services = root.get('services')?.value;
  if (services?.kind !== 'map') return [];
  return services.entries.flatMap((it) => (it.value.kind === 'map' ? { ...it, value: it.value } : []));
}

/** The text of a scalar, if all of it is known. */
export function knownText(node: ComposeNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  const { value, known } = interpolate(node.text, node);
  return known ? value : undefined;
}
