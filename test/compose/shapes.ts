import { expect } from 'vitest';
import type { ComposeDocument, ComposeEntry, ComposeNode } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { applyEdits, type Edit } from '../../rules/core/edit.js';

/** The entries of a map stay a list, so that their order and doubled keys show. */
export type Shape =
  | { readonly scalar: ComposeNodeValue; readonly text: string }
  | { readonly list: readonly Shape[] }
  | { readonly map: readonly (readonly [key: string, value: Shape])[] };
type ComposeNodeValue = string | number | boolean | null;

export function shapeOf(node: ComposeNode): Shape {
  if (node.kind === 'scalar') return { scalar: node.value, text: node.text };
  if (node.kind === 'list') return { list: node.items.map(shapeOf) };
  return { map: node.entries.map((it) => [it.key.value, shapeOf(it.value)] as const) };
}

export function shapesOf(document: ComposeDocument): readonly Shape[] {
  return document.roots.map(shapeOf);
}

export function edited(document: ComposeDocument, edit: Edit): ComposeDocument {
  const after = parseCompose(applyEdits(document.text, [edit]));
  if (after.errors.length > 0) expect(after.errors).toEqual([]);
  if (after.text.includes('\n') && after.eol !== document.eol) expect(after.eol).toBe(document.eol);
  return after;
}

export interface Placed {
  readonly parents: readonly ComposeEntry[];
  readonly entry: ComposeEntry;
}

export function entriesIn(document: ComposeDocument): readonly Placed[] {
  const collect = (node: ComposeNode, parents: readonly ComposeEntry[]): readonly Placed[] => {
    if (node.kind === 'scalar') return [];
    // A list ends the chain of maps: what is above it must not go.
    if (node.kind === 'list') return [];
    return node.entries.flatMap((entry) => [{ parents, entry }, ...collect(entry.value, [...parents, entry])]);
  };
  return document.roots.flatMap((it) => collect(it, []));
}

export function everyNode(document: ComposeDocument): readonly ComposeNode[] {
  const collect = (node: ComposeNode): readonly ComposeNode[] => {
    if (node.kind === 'scalar') return [node];
    const below = node.kind === 'list' ? node.items : node.entries.map((it) => it.value);
    return [node, ...below.flatMap(collect)];
  };
  return document.roots.flatMap(collect);
}

export function rootsWithout(
  document: ComposeDocument,
  dropped: ReadonlySet<unknown>,
  keepEmpty: boolean,
): readonly Shape[] {
  return document.roots.flatMap((it) => {
    const shape = without(it, dropped, keepEmpty);
    return shape && !('scalar' in shape) ? [shape] : [];
  });
}

/** The shape without some entries or items; a map that becomes empty goes, too, unless `keepEmpty`. */
function without(node: ComposeNode, dropped: ReadonlySet<unknown>, keepEmpty = false): Shape | undefined {
  if (dropped.has(node)) return undefined;
  if (node.kind === 'scalar') return shapeOf(node);
  if (node.kind === 'list') return { list: node.items.flatMap((it) => without(it, dropped, keepEmpty) ?? []) };
  const map = node.entries.flatMap((it) => {
    const value = dropped.has(it) ? undefined : without(it.value, dropped, keepEmpty);
    return value ? [[it.key.value, value] as const] : [];
  });
  if (map.length === 0 && node.entries.length > 0)
    return keepEmpty && !node.flow ? { scalar: null, text: '' } : keepEmpty ? { map } : undefined;
  return { map };
}

export function meaning(node: ComposeNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(meaning);
  return Object.fromEntries(node.entries.map((it) => [it.key.value, meaning(it.value)]));
}

/** Comments outside the deleted part are all still there. */
export function expectComments(before: ComposeDocument, after: ComposeDocument, { range }: Edit): void {
  const kept = before.comments.filter((it) => it.range.end <= range.start || it.range.start >= range.end);
  expectSame(
    after.comments.map((it) => it.text),
    kept.map((it) => it.text),
    'comments',
  );
}

/** As `toEqual`, which is slow on trees that are equal. */
export function expectSame(found: unknown, wanted: unknown, name: string): void {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) expect(found, name).toEqual(wanted);
}
