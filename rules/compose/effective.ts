import type { Config } from '../config.js';
import { isElsewhere } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { Spanned } from '../core/text.js';
import { layerOf, variablesIn } from './include.js';
import { isReset, ownList, ownMap } from './merge.js';
import type { ComposeDocument, ComposeMap, ComposeNode, ComposeService } from './model.js';
import { lazyList, lazyMap } from './nodes.js';
import { includingSet, joined, setOf } from './sets.js';
import { createReading, servicesIn, together } from './sources.js';
import { TEXTS } from './texts.js';

/**
 * A compose file as `docker compose` sees it: put together with the files of its set, with what it includes and what its
 * services extend. Values keep the places where they are written, on the number line of positions, and those of other
 * files or services count as inherited. A file that stands alone is given back as it is. Never throws.
 */
export function effectiveCompose(
  document: ComposeDocument,
  project: Project,
  sets: Config['compose']['sets'] = [],
): ComposeDocument {
  const { path } = project;
  if (path === undefined) return puttingTogether(document, project, { files: [''], folder: undefined });
  const set = setOf(path, project, sets);
  const around = set.files.length === 1 ? includingSet(path, project, sets) : undefined;
  const whole = around && puttingTogether(document, project, around);
  // What stops compose on the way leaves the file by itself.
  return whole?.roots.some(holdsOwn) ? whole : puttingTogether(document, project, set);
}

/** Whether any service is the judged file's own. */
function holdsOwn(root: ComposeMap): boolean {
  return servicesIn(root).some((it) => !isElsewhere(it.range));
}

/** The document of a set, which names the judged file or includes it. */
function puttingTogether(
  document: ComposeDocument,
  project: Project,
  set: { readonly files: readonly string[]; readonly folder: string | undefined },
): ComposeDocument {
  const { path } = project;
  const variables = set.folder === undefined ? undefined : variablesIn([joined(set.folder, '.env') ?? ''], project);
  const usesNone = !variables || !document.text.includes('$');
  const isAlone = set.files.length === 1 && set.files[0] === (path ?? '');
  if (isAlone && usesNone && !isPutTogether(document)) return document;
  const reading = createReading(document, project);
  const scope = { folder: set.folder, variables, within: [], sources: new Map() };
  const layers = set.files.map((it) => layerOf(it, scope, it !== (path ?? ''), reading));
  const missing = set.files.find((_, index) => layers[index] === undefined);
  if (missing !== undefined && set.files.includes(path ?? ''))
    reading.note({ start: 0, end: 0 }, TEXTS.missingOfSet, { file: missing });
  const present = layers.flatMap((it) => it ?? []);
  const whole = together(present);
  const root = [...reading.texts].some((it) => it.includes('!reset')) ? withoutReset(whole) : whole;
  return {
    ...document,
    roots: [root],
    services: servicesOf(root, present, missing !== undefined),
    own: document,
    notes: reading.notes,
    namedAt: ({ start }) => {
      const file = project.fileAt(start);
      return file === undefined ? undefined : reading.named.get(file);
    },
    folderAt: ({ start }) => {
      const file = project.fileAt(start) ?? path;
      return file === undefined ? undefined : (reading.folders.get(file) ?? set.folder);
    },
  };
}

/** Whether more is to be done for the file than to read it. */
const isPutTogether = remembered(
  ({ roots, services, text }: ComposeDocument): boolean =>
    roots.length > 1 ||
    services.some((it) => it.get('extends')) ||
    roots.some((it) => it.get('include')) ||
    /!reset|!override/.test(text),
);

function servicesOf(root: ComposeMap, layers: readonly ComposeMap[], incomplete: boolean): readonly ComposeService[] {
  const names = new Map<string, Spanned>();
  for (const { key } of layers.flatMap(servicesIn)) if (!names.has(key.value)) names.set(key.value, key);
  return servicesIn(root).map((entry) => {
    const { key, value } = entry;
    const unsure = incomplete || value.get('extends') !== undefined;
    return { name: names.get(key.value) ?? key, entry, node: value, get: value.get, ...(unsure ? { unsure } : {}) };
  });
}

/** Values that take others away are none themselves, wherever they stand. */
function withoutReset(root: ComposeMap): ComposeMap {
  const known = new WeakMap<ComposeNode, ComposeNode>();
  const show = (node: ComposeNode): ComposeNode => {
    if (node.kind === 'scalar') return node;
    const shown = known.get(node) ?? make(node);
    known.set(node, shown);
    return shown;
  };
  const make = (node: Exclude<ComposeNode, { readonly kind: 'scalar' }>): ComposeNode =>
    node.kind === 'map' ? map(node) : lazyList(node, node.inherited, () => node.items.map(show), ownList(node));
  const map = (it: ComposeMap): ComposeMap =>
    lazyMap(
      it,
      it.inherited,
      () => it.entries.flatMap((entry) => (isReset(entry) ? [] : { ...entry, value: show(entry.value) })),
      ownMap(it),
    );
  return map(root);
}
