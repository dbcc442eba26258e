import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { Document } from './rule.js';
import { overlaps, type Range } from './text.js';

/**
 * The pieces of a file that a comment or a parse error speaks of: instructions of a Dockerfile; entries and list items
 * of a YAML file, each with its value, those that are written elsewhere left out. By start, the outer before the inner.
 */
export function placesOf(document: Document): readonly Range[] {
  const places = document.kind === 'dockerfile' ? document.instructions.map((it) => it.range) : yamlPlaces(document);
  return places.toSorted((a, b) => a.start - b.start || b.end - a.end);
}

/** The first place that starts at or behind `offset`, the outermost of those that start together. */
export function placeFrom(places: readonly Range[], offset: number): Range | undefined {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return places[low];
}

/** The places around `offset`, the innermost first. */
export function placesAt(places: readonly Range[], offset: number): readonly Range[] {
  return places.filter((it) => it.start <= offset && offset < Math.max(it.end, it.start + 1)).toReversed();
}

/** The findings that stand where the text could be read as written: elsewhere they may be of a half-typed text. */
export function withoutHalfTyped<F extends { readonly range: Range }>(
  document: Document,
  findings: readonly F[],
): readonly F[] {
  const { errors } = document;
  if (errors.length === 0) return findings;
  const places = placesOf(document);
  return findings.filter(({ range }) => {
    const place = placesAt(places, range.start)[0] ?? range;
    return !errors.some((it) => overlaps(it.range, place));
  });
}

function yamlPlaces(document: Exclude<Document, { readonly kind: 'dockerfile' }>): readonly Range[] {
  const places: Range[] = [];
  const open: ComposeNode[] = [...rootsOf(document)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.inherited || node.kind === 'scalar') continue;
    if (node.kind === 'list') {
      for (const item of node.items) if (!item.inherited) places.push(item.range);
      open.push(...node.items);
      continue;
    }
    for (const entry of node.entries) {
      if (entry.inherited) continue;
      places.push(entry.range);
      open.push(entry.value);
    }
  }
  return places;
}

/** The top-level map of every YAML document of the file. */
export function rootsOf(document: Exclude<Document, { readonly kind: 'dockerfile' }>): readonly ComposeMap[] {
  if (document.kind === 'compose') return document.roots;
  return document.root ? [document.root] : [];
}
