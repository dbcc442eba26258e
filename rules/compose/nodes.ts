import type { Range } from '../core/text.js';
import type { ComposeEntry, ComposeList, ComposeMap, ComposeNode } from './model.js';

/** How a collection is written. */
export interface Written {
  readonly range: Range;
  readonly flow: boolean;
  readonly tag?: string;
}

/** A map whose entries are made when they are asked for. */
export function lazyMap(
  { range, flow, tag }: Written,
  inherited: boolean,
  entries: () => readonly ComposeEntry[],
  own?: ComposeMap,
): ComposeMap {
  const all = lazily(entries);
  const byKey = lazily(() => new Map(all().map((it) => [it.key.value, it])));
  const map: ComposeMap = {
    kind: 'map',
    range,
    inherited,
    flow,
    get entries() {
      return all();
    },
    get: (key) => byKey().get(key),
  };
  return withOwn(withTag(map, tag), own);
}

/** The same for a list. */
export function lazyList(
  { range, flow, tag }: Written,
  inherited: boolean,
  items: () => readonly ComposeNode[],
  own?: ComposeList,
): ComposeList {
  const all = lazily(items);
  const list: ComposeList = {
    kind: 'list',
    range,
    inherited,
    flow,
    get items() {
      return all();
    },
  };
  return withOwn(withTag(list, tag), own);
}

/** The same object: V8 takes a hundred times longer for a spread with fields after it, and few values have a tag. */
export function withTag<T extends object>(made: T, tag: string | undefined): T & { readonly tag?: string } {
  return tag === undefined ? made : Object.assign(made, { tag });
}

function withOwn<T extends object, O>(made: T, own: O | undefined): T & { readonly own?: O } {
  return own === undefined ? made : Object.assign(made, { own });
}

export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
