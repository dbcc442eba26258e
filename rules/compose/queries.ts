import { remembered } from '../core/remembered.js';
import type { Expanded, Range } from '../core/text.js';
import { type ImageReference, readImageReference } from '../images/reference.js';
import { innerRange, rangeWithin } from './decode.js';
import { interpolate } from './expanded.js';
import type {
  ComposeDocument,
  ComposeEntry,
  ComposeList,
  ComposeMap,
  ComposeNode,
  ComposeScalar,
  ComposeService,
  EnvironmentVariable,
} from './model.js';

export { interpolate } from './expanded.js';
export { portsOf } from './ports.js';
export { scriptOf } from './scripts.js';
export { volumesOf } from './volumes.js';

/** A YAML 1.1 or 1.2 spelling of true (`true`, `yes`, `on`, quoted or not), or a variable whose default is one. */
export function isTrue(node: ComposeNode | undefined): boolean {
  return node?.kind === 'scalar' && TRUE.has(interpolate(node.text, node).value.toLowerCase());
}

/** A spelling of false: what switches a setting off explicitly. */
export function isFalse(node: ComposeNode | undefined): boolean {
  return node?.kind === 'scalar' && FALSE.has(interpolate(node.text, node).value.toLowerCase());
}

const TRUE = new Set(['true', 'yes', 'on', 'y']);
const FALSE = new Set(['false', 'no', 'off', 'n']);

export function asMap(node: ComposeNode | undefined): ComposeMap | undefined {
  return node?.kind === 'map' ? node : undefined;
}
export function asList(node: ComposeNode | undefined): ComposeList | undefined {
  return node?.kind === 'list' ? node : undefined;
}
export function asScalar(node: ComposeNode | undefined): ComposeScalar | undefined {
  return node?.kind === 'scalar' ? node : undefined;
}

/** The map that a file has for a service. */
export function serviceIn(root: ComposeMap, name: string): ComposeMap | undefined {
  return asMap(asMap(root.get('services')?.value)?.get(name)?.value);
}

/** The interpolated text of an entry's scalar value; absent when it has none or is no scalar. */
export function textOf(entry: ComposeEntry | undefined): Expanded | undefined {
  const node = asScalar(entry?.value);
  return node && node.value !== null ? interpolate(node.text, node) : undefined;
}

export interface ListItem {
  readonly text: Expanded;
  readonly node: ComposeScalar;
  readonly range: Range;
  readonly inherited: boolean;
}

/** The scalar items of a list (a lone scalar counts as a list of one), interpolated. */
export function itemsOf(entry: ComposeEntry | undefined): readonly ListItem[] {
  if (!entry) return [];
  const nodes = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  return nodes.flatMap((node) =>
    node.kind === 'scalar' && node.value !== null
      ? [{ text: interpolate(node.text, node), node, range: node.range, inherited: node.inherited }]
      : [],
  );
}

/** The value at a path of keys: `at(service.node, 'deploy', 'resources')`. */
export function at(map: ComposeMap | undefined, ...path: readonly string[]): ComposeEntry | undefined {
  let entry: ComposeEntry | undefined;
  let current = map;
  for (const key of path) {
    entry = current?.get(key);
    current = asMap(entry?.value);
  }
  return entry;
}

export interface ScalarPlace {
  readonly node: ComposeScalar;
  /** Keys and list indices that lead to it: `['services', 'web', 'environment', '0']`. */
  readonly path: readonly string[];
}

/** Every scalar value that the file writes once, in order, also those in `x-` extensions; aliases are not followed again. */
export const everyScalar = remembered((document: ComposeDocument): readonly ScalarPlace[] => {
  const found: ScalarPlace[] = [];
  for (const root of (document.own ?? document).roots) collect(root, [], found);
  return found;
});

function collect(node: ComposeNode, path: readonly string[], found: ScalarPlace[]): void {
  if (node.inherited) return;
  if (node.kind === 'scalar') {
    if (node.value !== null) found.push({ node, path });
    return;
  }
  if (node.kind === 'list')
    for (const [index, item] of node.items.entries()) collect(item, [...path, String(index)], found);
  else for (const { key, value } of node.entries) collect(value, [...path, key.value], found);
}

/** The image of a service, whether or not it is built; absent without `image`. */
export const imageOf = remembered((service: ComposeService): ImageReference | undefined => {
  const entry = service.get('image');
  const node = asScalar(entry?.value);
  const text = textOf(entry);
  if (!node || !text || text.value === '') return undefined;
  return readImageReference(text, innerRange(node));
});

export const environmentOf = remembered((service: ComposeService): readonly EnvironmentVariable[] => {
  const value = service.get('environment')?.value;
  if (value?.kind === 'list') return value.items.flatMap((it) => (it.kind === 'scalar' ? listVariable(it) : []));
  return value?.kind === 'map' ? value.entries.map(mapVariable) : [];
});

function listVariable(node: ComposeScalar): readonly EnvironmentVariable[] {
  const equals = node.text.indexOf('=');
  const end = equals < 0 ? node.text.length : equals;
  if (end === 0) return [];
  const name = { value: node.text.slice(0, end), range: rangeWithin(node, 0, end) };
  const base = { name, range: node.range, inherited: node.inherited };
  if (equals < 0) return [base];
  const value = interpolate(node.text.slice(equals + 1), node);
  return [{ ...base, value: { ...value, range: rangeWithin(node, equals + 1, node.text.length) } }];
}

function mapVariable({ key, value, range, inherited }: ComposeEntry): EnvironmentVariable {
  const base = { name: key, range, inherited: inherited || value.inherited };
  if (value.kind !== 'scalar' || value.value === null) return base;
  return { ...base, value: { ...interpolate(value.text, value), range: innerRange(value) } };
}

export interface SecurityOption {
  /** `seccomp`, `apparmor`, `label`, `no-new-privileges`, `systempaths` …, lower case. */
  readonly name: string;
  /** After `:` or `=`, as written; absent for a bare word. */
  readonly value?: string;
  readonly item: ListItem;
}

/** The elements of `security_opt`, both separators understood. */
export const securityOptions = remembered((service: ComposeService): readonly SecurityOption[] => {
  return itemsOf(service.get('security_opt')).map((item) => {
    const text = item.text.value.trim();
    // Docker splits at `=` when there is one, else at `:`.
    const end = text.includes('=') ? text.indexOf('=') : text.indexOf(':');
    if (end < 0) return { name: text.toLowerCase(), item };
    return { name: text.slice(0, end).toLowerCase(), value: text.slice(end + 1), item };
  });
});

/** `cap_add` or `cap_drop` without `CAP_`, in capitals: `SYS_ADMIN`, `ALL`. */
export function capabilitiesOf(
  service: ComposeService,
  key: 'cap_add' | 'cap_drop',
): readonly { readonly name: string; readonly item: ListItem }[] {
  return itemsOf(service.get(key)).map((item) => ({
    name: item.text.value.trim().toUpperCase().replace(/^CAP_/, ''),
    item,
  }));
}
