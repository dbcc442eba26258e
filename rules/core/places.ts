import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { Document } from './rule.js';
import { overlaps, type Range } from './text.js';

/**
 * A piece of a file that a comment or a parse error speaks of: an instruction of a Dockerfile; an entry or list item of a
 * YAML file with its value, one that is written elsewhere left out.
 */
export interface Place extends Range {
  /** The place it is in. */
  readonly parent: Place | undefined;
}

/** All places by start, the outer before the inner. */
export function placesOf(document: Document): readonly Place[] {
  const ranges = rangesOf(document);
  const places: Place[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    let parent = places.at(-1);
    while (parent && parent.end <= start) parent = parent.parent;
    places.push({ start, end, parent });
  }
  return places;
}

function rangesOf(document: Document): readonly Range[] {
  if (document.kind === 'dockerfile') return document.instructions.map((it) => it.range);
  if (document.kind === 'engine' && document.format === 'toml')
    return document.tables.flatMap((it) => linesOf(document.text, it));
  if (document.kind === 'ci' && document.system === 'jenkins')
    return document.jobs.flatMap((job) => job.steps.map((it) => it.range));
  return yamlPlaces(document);
}

/** A table, and each of its lines that has something to say. */
function linesOf(text: string, table: Range): readonly Range[] {
  const lines: Range[] = [];
  for (let start = table.start; start < table.end; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 || found > table.end ? table.end : found;
    const line = text.slice(start, end);
    const own = { start: start + line.length - line.trimStart().length, end: start + line.trimEnd().length };
    if (own.start < own.end && line.trimStart()[0] !== '#') lines.push(own);
    start = end + 1;
  }
  const first = lines[0];
  return first ? [{ start: first.start, end: lines.at(-1)?.end ?? first.end }, ...lines] : [];
}

/** The first place that starts at or behind `offset`, the outermost of those that start together. */
export function placeFrom(places: readonly Place[], offset: number): Place | undefined {
  return places[countUntil(places, (it) => it.start < offset)];
}

/** The places around `offset`, the innermost first. */
export function placesAt(places: readonly Place[], offset: number): readonly Place[] {
  const found: Place[] = [];
  for (let it = places[countUntil(places, ({ start }) => start <= offset) - 1]; it; it = it.parent) {
    if (offset < Math.max(it.end, it.start + 1)) found.push(it);
  }
  return found;
}

/** How many places at the front are `before`, found by halving. */
function countUntil(places: readonly Place[], before: (place: Place) => boolean): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const place = places[middle];
    if (place && before(place)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The findings that stand where the text could be read as written: elsewhere they may be of a half-typed text. */
export function withoutHalfTyped<F extends { readonly range: Range }>(
  document: Document,
  findings: readonly F[],
): readonly F[] {
  const errors = document.errors.filter((it) => !('misplaced' in it));
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
  if (document.kind === 'ci') return document.roots;
  return document.root ? [document.root] : [];
}
