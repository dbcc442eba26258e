import { isElsewhere } from '../core/elsewhere.js';
import { rangeWithin } from './decode.js';
import { type Field, fieldBelow } from './fields.js';
import type { ComposeEntry, ComposeList, ComposeMap, ComposeNode, ComposeScalar } from './model.js';
import { lazyList, lazyMap } from './nodes.js';

/**
 * What compose makes of a value and the one that a later file or service gives for it
 * (https://github.com/compose-spec/compose-spec/blob/main/13-merge.md). What is put together keeps the place of the judged
 * file's part, if it has one, and each value below its own place.
 */
export function merged(earlier: ComposeNode, later: ComposeNode, field: Field): ComposeNode {
  if (later.tag === '!override' || field.how === 'replace') return later;
  if (later.kind === 'scalar' && later.value === null && earlier.kind !== 'scalar') return earlier;
  const [first, second] = alike(earlier, later, field);
  if (first.kind === 'map' && second.kind === 'map')
    return field.how === 'logging' && !haveOneDriver(first, second) ? later : mergedMap(first, second, field);
  return first.kind === 'list' && second.kind === 'list' ? mergedList(first, second, field) : later;
}

/** The part of a collection that the judged file writes. */
export function ownMap(map: ComposeMap): ComposeMap | undefined {
  return map.own ?? (isElsewhere(map.range) ? undefined : map);
}

export function mergedMap(earlier: ComposeMap, later: ComposeMap, field: Field): ComposeMap {
  const own = ownMap(later) ?? ownMap(earlier);
  const written = own ?? later;
  return lazyMap(written, written.inherited, () => mergedEntries(earlier, later, field), own);
}

function mergedEntries(earlier: ComposeMap, later: ComposeMap, field: Field): readonly ComposeEntry[] {
  const entries = new Map(earlier.entries.map((it) => [it.key.value, it]));
  for (const entry of later.entries) {
    const name = entry.key.value;
    const before = entries.get(name);
    if (isReset(entry)) entries.delete(name);
    else entries.set(name, before && !isReset(before) ? mergedEntry(before, entry, fieldBelow(field, name)) : entry);
  }
  return [...entries.values()];
}

/** `!reset` takes away what is there, and is nothing itself. */
export function isReset({ value }: ComposeEntry): boolean {
  return value.tag === '!reset';
}

function mergedEntry(earlier: ComposeEntry, later: ComposeEntry, field: Field): ComposeEntry {
  const value = merged(earlier.value, later.value, field);
  if (value === later.value) return later;
  if (value === earlier.value) return earlier;
  const { key, range, inherited } = isElsewhere(later.range) && !isElsewhere(earlier.range) ? earlier : later;
  return { key, value, range, inherited };
}

function mergedList(earlier: ComposeList, later: ComposeList, field: Field): ComposeList {
  const own = ownList(later) ?? ownList(earlier);
  const written = own ?? later;
  return lazyList(written, written.inherited, () => uniqueItems([...earlier.items, ...later.items], field), own);
}

/** The same of a list. */
export function ownList(list: ComposeList): ComposeList | undefined {
  return list.own ?? (isElsewhere(list.range) ? undefined : list);
}

/** Of several items that mean the same thing the last one counts, in the place of the first. */
function uniqueItems(items: readonly ComposeNode[], { keyOf }: Field): readonly ComposeNode[] {
  if (!keyOf) return items;
  const byKey = new Map<string | ComposeNode, ComposeNode>();
  for (const item of items) byKey.set(keyOf(item) ?? item, item);
  return [...byKey.values()];
}

function haveOneDriver(earlier: ComposeMap, later: ComposeMap): boolean {
  const [first, second] = [earlier, later].map((it) => it.get('driver')?.value);
  return !first || !second || (first.kind === 'scalar' && second.kind === 'scalar' && first.text === second.text);
}

/** Both in one form, that of the judged file's part where there are two. */
function alike(earlier: ComposeNode, later: ComposeNode, { how }: Field): readonly [ComposeNode, ComposeNode] {
  if (how === 'join') return [asList(earlier), asList(later)];
  if (how === 'names') return [namesAsMap(earlier), namesAsMap(later)];
  if (how === 'build') return [contextAsMap(earlier), contextAsMap(later)];
  if (how !== 'pairs' || earlier.kind === later.kind) return [earlier, later];
  const form = isElsewhere(later.range) && !isElsewhere(earlier.range) ? earlier.kind : later.kind;
  return form === 'map' ? [pairsAsMap(earlier), pairsAsMap(later)] : [pairsAsList(earlier), pairsAsList(later)];
}

function asList(node: ComposeNode): ComposeNode {
  return node.kind === 'scalar' ? lazyList({ range: node.range, flow: false }, true, () => [node]) : node;
}

function namesAsMap(node: ComposeNode): ComposeNode {
  if (node.kind !== 'list') return node;
  return lazyMap(node, true, () =>
    node.items.flatMap((it) => (it.kind === 'scalar' ? entryWith(it, it.text, nothingIn(it)) : [])),
  );
}

function contextAsMap(node: ComposeNode): ComposeNode {
  if (node.kind !== 'scalar') return node;
  return lazyMap({ range: node.range, flow: false }, true, () => [entryWith(node, 'context', node)]);
}

function pairsAsMap(node: ComposeNode): ComposeNode {
  if (node.kind !== 'list') return node;
  return lazyMap(node, true, () =>
    node.items.flatMap((it) => {
      if (it.kind !== 'scalar') return [];
      const equals = it.text.indexOf('=');
      return equals < 0
        ? entryWith(it, it.text, nothingIn(it))
        : entryWith(it, it.text.slice(0, equals), partOf(it, equals + 1));
    }),
  );
}

function pairsAsList(node: ComposeNode): ComposeNode {
  if (node.kind !== 'map') return node;
  return lazyList(node, true, () =>
    node.entries.flatMap(({ key, value, range }) => {
      if (value.kind !== 'scalar') return [];
      const text = value.value === null ? key.value : `${key.value}=${value.text}`;
      return { ...value, range, text, value: text, inherited: true };
    }),
  );
}

function entryWith({ range }: ComposeScalar, name: string, value: ComposeNode): ComposeEntry {
  return { key: { value: name, range }, value, range, inherited: true };
}

function nothingIn({ range }: ComposeScalar): ComposeScalar {
  return { kind: 'scalar', range, inherited: true, value: null, text: '', style: 'plain', written: '' };
}

function partOf(node: ComposeScalar, start: number): ComposeScalar {
  const range = rangeWithin(node, start, node.text.length);
  const text = node.text.slice(start);
  const written = node.written.slice(range.start - node.range.start, range.end - node.range.start);
  return { ...node, range, text, value: text, written, style: 'plain', inherited: true };
}
