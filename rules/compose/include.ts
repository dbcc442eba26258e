import { isElsewhere } from '../core/elsewhere.js';
import type { Range } from '../core/text.js';
import { variablesOf } from './dotenv.js';
import { withExtended } from './extends.js';
import type { Variables } from './interpolate.js';
import { ownMap } from './merge.js';
import type { ComposeEntry, ComposeMap, ComposeNode } from './model.js';
import { lazyMap } from './nodes.js';
import { folderOf, joined } from './sets.js';
import { knownText, type Reading, type Scope, type Source, together } from './sources.js';
import { TEXTS } from './texts.js';

/** What `include` takes from a file. */
const SECTIONS = ['services', 'networks', 'volumes', 'configs', 'secrets', 'models'];
const MAX_DEPTH = 50;

/** A file of a set, with what its services extend and what it includes; undefined: it cannot be read. */
export function layerOf(path: string, scope: Scope, lent: boolean, reading: Reading): ComposeMap | undefined {
  const source = reading.source(path, scope, lent);
  if (!source) return undefined;
  const root = withExtended(source, reading);
  const entry = root.get('include');
  const items = entry?.value.kind === 'list' ? entry.value.items : [];
  if (items.length === 0) return root;
  const included = items.flatMap((it) => includedBy(source, it, reading) ?? []);
  return withSections(root, included, reading);
}

interface Included {
  readonly root: ComposeMap;
  /** Where it is included. */
  readonly place: Range;
}

function includedBy(source: Source, item: ComposeNode, reading: Reading): Included | undefined {
  const { scope } = source;
  const { folder } = scope;
  const written = item.kind === 'map' ? textsIn(item.get('path')?.value) : textsIn(item);
  if (folder === undefined || written.length === 0) return undefined;
  // A file that compose fetches is not known here.
  if (written.some((it) => /^(?:[a-z]+:\/\/|git@|oci:|github\.com\/)/i.test(it))) return undefined;
  const files = written.map((it) => joined(folder, it) ?? '');
  const within = [...scope.within, source.path];
  const place = isElsewhere(item.range) ? (scope.place ?? item.range) : item.range;
  const again = files.findIndex((it) => within.includes(it));
  if (again >= 0) {
    reading.note(place, TEXTS.endlessInclude, { file: written[again] ?? '' });
    return undefined;
  }
  if (within.length > MAX_DEPTH || !reading.including(files.length)) return undefined;
  const around = innerScope(source, item, files, within, reading);
  if (!around) return undefined;
  const inner = { ...around, place };
  for (const it of files) if (!reading.folders.has(it)) reading.folders.set(it, inner.folder ?? '');
  if (!isElsewhere(place)) for (const it of files) if (!reading.named.has(it)) reading.named.set(it, place);
  const layers = files.map((it) => layerOf(it, inner, it !== reading.project.path, reading));
  const missing = layers.indexOf(undefined);
  if (missing >= 0) reading.note(item.range, TEXTS.missingFile, { file: written[missing] ?? '' });
  return { root: together(layers.flatMap((it) => it ?? [])), place: item.range };
}

function textsIn(node: ComposeNode | undefined): readonly string[] {
  const items = node?.kind === 'list' ? node.items : node ? [node] : [];
  return items.flatMap((it) => knownText(it) ?? []);
}

/** The included files' own folder and variables; those of the including file win. */
function innerScope(
  { scope }: Source,
  item: ComposeNode,
  [first = '']: readonly string[],
  within: readonly string[],
  { project }: Reading,
): Scope | undefined {
  const folder = scope.folder ?? '';
  const own = item.kind === 'map' ? item.get('project_directory') : undefined;
  const named = own && knownText(own.value);
  const inner = own ? (named === undefined ? undefined : joined(folder, named)) : folderOf(first);
  if (inner === undefined) return undefined;
  const env = item.kind === 'map' ? textsIn(item.get('env_file')?.value) : [];
  const files = env.length > 0 ? env.flatMap((it) => joined(folder, it) ?? []) : [joined(inner, '.env') ?? ''];
  return { folder: inner, variables: variablesIn(files, project, scope.variables), within, sources: new Map() };
}

/** The variables of env files, of which the later ones win; `outer` wins over all. */
export function variablesIn(
  files: readonly string[],
  project: Reading['project'],
  outer?: Variables,
): Variables | undefined {
  let variables = outer;
  for (const file of files.toReversed()) {
    const text = project.read(file);
    if (text !== undefined) variables = variablesOf(text, project.startOf(file), variables);
  }
  return variables;
}

/** The root with what the included files hold. */
function withSections(root: ComposeMap, included: readonly Included[], reading: Reading): ComposeMap {
  const sections = SECTIONS.flatMap((name) => {
    const own = root.get(name);
    const entries = new Map<string, ComposeEntry>();
    for (const { root: other, place } of included)
      for (const it of entriesOf(other.get(name)?.value)) {
        if (entries.has(it.key.value)) reading.note(place, TEXTS.includedTwice, { name: it.key.value });
        entries.set(it.key.value, it);
      }
    if (entries.size === 0) return [];
    for (const it of entriesOf(own?.value)) {
      if (entries.has(it.key.value)) reading.note(it.key.range, TEXTS.includedTwice, { name: it.key.value });
      entries.set(it.key.value, it);
    }
    const source = own ?? included.map((it) => it.root.get(name)).find((it) => it !== undefined);
    return source ? [{ ...source, value: withAll(source, [...entries.values()]) }] : [];
  });
  const names = new Set(sections.map((it) => it.key.value));
  const others = root.entries.filter((it) => it.key.value !== 'include' && !names.has(it.key.value));
  return lazyMap(root, root.inherited, () => [...others, ...sections], ownMap(root));
}

function withAll({ value }: ComposeEntry, entries: readonly ComposeEntry[]): ComposeMap {
  const own = value.kind === 'map' ? ownMap(value) : undefined;
  return lazyMap({ range: value.range, flow: own?.flow === true }, value.inherited, () => entries, own);
}

function entriesOf(node: ComposeNode | undefined): readonly ComposeEntry[] {
  return node?.kind === 'map' ? node.entries : [];
}
