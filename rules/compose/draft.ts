import type { Range, Spanned } from '../core/text.js';
import type { ComposeEntry, ComposeMap, ComposeNode, ComposeScalar } from './model.js';
import { lazyList, lazyMap, withTag } from './nodes.js';

/** A YAML node before aliases and merge keys are followed. `size`: how many values it stands for when they are. */
export type Draft = {
  readonly range: Range;
  readonly tag?: string;
  readonly size: number;
  /** Its nodes, once they were asked for. Kept here, because weak maps of every value keep the garbage collector busy. */
  own?: ComposeNode;
  inherited?: ComposeNode;
} & (
  | {
      readonly kind: 'scalar';
      readonly value: ComposeScalar['value'];
      readonly text: string;
      readonly style: ComposeScalar['style'];
      readonly written: string;
    }
  | { readonly kind: 'map'; readonly flow: boolean; readonly entries: readonly DraftEntry[] }
  | { readonly kind: 'list'; readonly flow: boolean; readonly items: readonly Draft[] }
  /** `target` is absent where there is none or it must not be followed. */
  | { readonly kind: 'alias'; readonly target?: Draft }
  | { readonly kind: 'open' }
);

export interface DraftEntry {
  readonly key: Spanned;
  readonly value: Draft;
  readonly range: Range;
  /** It is a `<<` whose value lends its entries. */
  readonly merge: boolean;
}

/**
 * The node of the model for a draft, with what is below it made when it is asked for. A draft has at most two nodes, its
 * own and one for all aliases, so that nested aliases cost nothing until somebody walks through them.
 */
export function nodeOf(draft: Draft, inherited: boolean): ComposeNode {
  if (draft.kind === 'alias') return draft.target ? nodeOf(draft.target, true) : nothingAt(draft.range);
  if (inherited) {
    draft.inherited ??= make(draft, true);
    return draft.inherited;
  }
  draft.own ??= make(draft, false);
  return draft.own;
}

function make(draft: Draft, inherited: boolean): ComposeNode {
  const { range, tag } = draft;
  switch (draft.kind) {
    case 'scalar': {
      const { value, text, style, written } = draft;
      return withTag({ kind: 'scalar', range, inherited, value, text, style, written }, tag);
    }
    case 'map':
      return lazyMap(draft, inherited, () => entriesOf(draft.entries, inherited));
    case 'list':
      return lazyList(draft, inherited, () => draft.items.map((it) => nodeOf(it, inherited)));
    default:
      return nothingAt(range);
  }
}

function nothingAt(range: Range): ComposeScalar {
  return { kind: 'scalar', range, inherited: true, value: null, text: '', style: 'plain', written: '' };
}

/** Own entries as written, then those of `<<` that none before hides; of several sources the first wins. */
function entriesOf(drafts: readonly DraftEntry[], inherited: boolean): readonly ComposeEntry[] {
  const own = drafts
    .filter((it) => !it.merge)
    .map((it): ComposeEntry => ({ key: it.key, value: nodeOf(it.value, inherited), range: it.range, inherited }));
  const merges = drafts.filter((it) => it.merge);
  if (merges.length === 0) return own;
  const seen = new Set(own.map((it) => it.key.value));
  const merged: ComposeEntry[] = [];
  for (const source of merges.flatMap((it) => mergeSources(it.value, inherited))) {
    for (const entry of source.entries) {
      if (seen.has(entry.key.value)) continue;
      seen.add(entry.key.value);
      merged.push(entry);
    }
  }
  return [...own, ...merged];
}

/** The maps that a `<<` takes entries from; one that is written in place is no other's. */
function mergeSources(value: Draft, inherited: boolean): readonly ComposeMap[] {
  if (value.kind === 'list') return value.items.flatMap((it) => mergeSources(it, inherited));
  const node = nodeOf(value, inherited);
  if (node.kind === 'list') return node.items.filter((it) => it.kind === 'map');
  return node.kind === 'map' ? [node] : [];
}
