import { isElsewhere } from '../core/elsewhere.js';
import type { Range } from '../core/text.js';
import { SERVICE } from './fields.js';
import { mergedMap, ownMap } from './merge.js';
import type { ComposeEntry, ComposeMap } from './model.js';
import { lazyMap } from './nodes.js';
import { serviceIn } from './queries.js';
import { folderOf, joined } from './sets.js';
import { knownText, type Reading, type Source, servicesIn } from './sources.js';
import { TEXTS } from './texts.js';

/** Longer chains are not followed. */
const MAX_CHAIN = 50;

/**
 * The root of a file with every service as it is after `extends`. Where what is extended cannot be found, the key stays,
 * for then nobody knows what the service lacks.
 */
export function withExtended(source: Source, reading: Reading): ComposeMap {
  const { root } = source;
  const entry = root.get('services');
  const services = entry?.value;
  if (!entry || services?.kind !== 'map' || !servicesIn(root).some((it) => it.value.get('extends'))) return root;
  const entries = services.entries.map((it) => {
    const by = it.value.kind === 'map' ? it.value.get('extends') : undefined;
    if (it.value.kind !== 'map' || !by) return it;
    const chain = { first: isElsewhere(by.range) ? (source.scope.place ?? by.range) : by.range, passed: [] };
    return { ...it, value: extended(source, it.key.value, it.value, chain, reading) };
  });
  const value = lazyMap(services, services.inherited, () => entries, ownMap(services));
  const all = root.entries.map((it) => (it === entry ? { ...it, value } : it));
  return lazyMap(root, root.inherited, () => all, ownMap(root));
}

interface Chain {
  /** Where it begins. */
  readonly first: Range;
  /** The services on it, each with its file. */
  readonly passed: readonly string[];
}

function extended(source: Source, name: string, map: ComposeMap, chain: Chain, reading: Reading): ComposeMap {
  const entry = map.get('extends');
  if (!entry) return map;
  const known = source.extended.get(name);
  if (known) return known;
  const passed = [...chain.passed, keyOf(source, name)];
  const base = baseOf(source, entry, { ...chain, passed }, reading);
  const whole = base ? mergedMap(base, without(map, entry), SERVICE) : map;
  source.extended.set(name, whole);
  return whole;
}

function keyOf({ path }: Source, name: string): string {
  return `${path}\n${name}`;
}

function without(map: ComposeMap, entry: ComposeEntry): ComposeMap {
  return lazyMap(map, map.inherited, () => map.entries.filter((it) => it !== entry), ownMap(map));
}

function baseOf(source: Source, entry: ComposeEntry, chain: Chain, reading: Reading): ComposeMap | undefined {
  const { value, range } = entry;
  const name = knownText(value.kind === 'map' ? value.get('service')?.value : value);
  const file = value.kind === 'map' ? value.get('file') : undefined;
  const found = file ? otherFile(source, file, chain.first, reading) : reading.source(source.path, source.scope, true);
  if (name === undefined || !found) return undefined;
  const base = serviceIn(found.root, name);
  if (!base) reading.note(range, TEXTS.missingService, { service: name });
  if (!base || chain.passed.length > MAX_CHAIN) return undefined;
  if (!chain.passed.includes(keyOf(found, name))) return extended(found, name, base, chain, reading);
  reading.note(chain.first, TEXTS.endlessExtends, { service: name });
  return undefined;
}

function otherFile(source: Source, entry: ComposeEntry, first: Range, reading: Reading): Source | undefined {
  const written = knownText(entry.value);
  const folder = reading.folders.get(source.path) ?? source.scope.folder;
  if (written === undefined || folder === undefined) return undefined;
  const path = joined(folder, written);
  const found = path === undefined ? undefined : reading.source(path, source.scope, true);
  if (!found) {
    reading.note(entry.range, TEXTS.missingFile, { file: written });
    return undefined;
  }
  if (!reading.folders.has(found.path)) reading.folders.set(found.path, folderOf(found.path));
  if (!isElsewhere(first) && !reading.named.has(found.path)) reading.named.set(found.path, first);
  return found;
}
