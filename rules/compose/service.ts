import type { Edit } from '../core/edit.js';
import { isElsewhere } from '../core/elsewhere.js';
import type { Range } from '../core/text.js';
import { addEntry, addItem, removeEntry, removeItem } from './edit.js';
import type { ComposeDocument, ComposeEntry, ComposeList, ComposeNode, ComposeService } from './model.js';
import { asList, asMap, isTrue, type ListItem } from './queries.js';
import { flowText } from './write.js';

/**
 * Where to report what a service has: at the place itself, or at the service's key when an anchor is written for several.
 * What comes from another file, or from a service that it extends, is reported there.
 */
export function placeIn(service: ComposeService, part: { readonly range: Range; readonly inherited: boolean }): Range {
  return part.inherited && !isElsewhere(part.range) ? service.name.range : part.range;
}

/** Whether all of a service is known, so that what is not there is missing. An override alone is a part of one. */
export function isWhole(service: ComposeService): boolean {
  return isInSight(service) && WHOLE.some((it) => service.get(it) !== undefined);
}

/** Whether no file that is known to have more of the service is out of sight. */
export function isInSight(service: ComposeService): boolean {
  return service.unsure !== true && !service.get('extends');
}

/** What a service that runs in a container has one of. */
const WHOLE = ['image', 'build'];

/**
 * Adds an item to a list of the service that compose puts together from its files: to the list, or as a new one beside that of
 * another file. Undefined where an anchor has the list, for a new one would take its place.
 */
export function addToList(
  document: ComposeDocument,
  service: ComposeService,
  key: string,
  item: string,
): Edit | undefined {
  const entry = service.get(key);
  if (!entry || isElsewhere(entry.range)) return addEntry(document, service.node, key, [item]);
  const list = asList(entry.value);
  return list && !entry.inherited && list.items.length > 0 ? addItem(document, list, item) : undefined;
}

/**
 * Deletes a key of the service, or gives it one of its own that says false where an anchor says true for several; undefined where
 * that is not clean or would leave nothing of the service.
 */
export function removeKey(document: ComposeDocument, service: ComposeService, entry: ComposeEntry): Edit | undefined {
  if (entry.inherited && !isElsewhere(entry.range) && isTrue(entry.value))
    return addEntry(document, service.node, entry.key.value, 'false');
  const parent = entryOf(document, service);
  const isLast = (service.node.own ?? service.node).entries.length < 2;
  if (!parent || (isLast && !mayGo(document, service))) return undefined;
  return removeEntry(document, [parent], entry);
}

/**
 * Deletes an item of the list under a key of the service, with the key when it was the last one. Where an anchor has the list
 * for several, the service gets one of its own.
 */
export function removeFrom(
  document: ComposeDocument,
  service: ComposeService,
  key: string,
  item: Pick<ListItem, 'node'>,
): Edit | undefined {
  const entry = service.get(key);
  const list = asList(entry?.value);
  if (!entry || !list) return undefined;
  if (list.inherited && !isElsewhere(list.range)) return ownList(document, service, entry, list, item.node);
  return (list.own ?? list).items.length === 1
    ? removeKey(document, service, entry)
    : removeItem(document, entry, list, item.node);
}

/** Whether the judged file's part of a service can go as a whole: another file has the rest, and other services stay. */
function mayGo({ roots }: ComposeDocument, { node }: ComposeService): boolean {
  const own = node.own?.entries.length ?? node.entries.length;
  return (
    node.entries.length > own && roots.some((it) => (asMap(it.get('services')?.value)?.own?.entries.length ?? 0) > 1)
  );
}

/** The list of an anchor without an item, in the place of its alias or as a new key that hides the one of `<<`. */
function ownList(
  document: ComposeDocument,
  service: ComposeService,
  { key, range, inherited }: ComposeEntry,
  list: ComposeList,
  item: ComposeNode,
): Edit | undefined {
  const others = (list.own ?? list).items.filter((it) => it !== item);
  const texts = others.flatMap((it) =>
    it.kind === 'scalar' && it.value !== null && it.tag === undefined ? it.text : [],
  );
  if (texts.length < others.length) return undefined;
  if (inherited) return addEntry(document, service.node, key.value, texts);
  const alias = document.text.slice(key.range.end, range.end);
  return /^:[ \t]+\*\S+$/.test(alias)
    ? { range: { start: key.range.end, end: range.end }, text: `: ${flowText(texts)}` }
    : undefined;
}

function entryOf({ roots }: ComposeDocument, service: ComposeService): ComposeEntry | undefined {
  for (const root of roots) {
    const entry = asMap(root.get('services')?.value)?.get(service.name.value);
    if (entry?.value === service.node) return entry;
  }
  return undefined;
}
