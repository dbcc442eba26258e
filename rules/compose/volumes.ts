import { type Expanded, type Range, UNKNOWN } from '../core/text.js';
import { innerRange, rangeWithin } from './decode.js';
import { interpolate } from './expanded.js';
import type {
  ComposeDocument,
  ComposeMap,
  ComposeNode,
  ComposeScalar,
  ComposeService,
  ServiceVolume,
} from './model.js';

/** The mounts of a service; the document is asked for the `driver_opts` of named volumes. */
export function volumesOf(service: ComposeService, document: ComposeDocument): readonly ServiceVolume[] {
  const known = VOLUMES.get(service);
  if (known) return known;
  const volumes = readVolumes(service, document);
  VOLUMES.set(service, volumes);
  return volumes;
}

/** Many rules ask for them; a service belongs to one document. */
const VOLUMES = new WeakMap<ComposeService, readonly ServiceVolume[]>();

function readVolumes(service: ComposeService, document: ComposeDocument): readonly ServiceVolume[] {
  const value = service.get('volumes')?.value;
  if (value?.kind !== 'list') return [];
  return value.items.flatMap((it) => {
    const volume = readVolume(it);
    if (!volume) return [];
    const bound = volume.type === 'volume' ? boundBy(volume.source?.value, document) : undefined;
    return [bound ? { ...volume, device: bound.device, readOnly: volume.readOnly || bound.readOnly } : volume];
  });
}

/** The path in the container that an element of `volumes` is mounted at. */
export function targetOf(node: ComposeNode): string | undefined {
  return readVolume(node)?.target;
}

function readVolume(node: ComposeNode): ServiceVolume | undefined {
  if (node.kind === 'list') return undefined;
  return node.kind === 'scalar' ? shortVolume(node) : longVolume(node);
}

/** `[source:]target[:options]`, where a single letter before a colon is a drive of Windows. */
function shortVolume(node: ComposeScalar): ServiceVolume | undefined {
  const { value, literal } = interpolate(node.text, node);
  if (value === '') return undefined;
  const [first = '', second, third] = sections(value);
  const base = { node, range: innerRange(node) };
  if (second === undefined) return { ...base, type: 'volume', target: cleaned(first), readOnly: false, options: [] };
  const options = third === undefined || third === '' ? [] : third.split(',').map((it) => it.trim());
  return {
    ...base,
    type: typeOf(first),
    source: { ...sourceOf(first, node, literal), range: sourceRange(first, node) },
    target: cleaned(second),
    readOnly: options.includes('ro') || options.includes('readonly'),
    options,
  };
}

/** Split at colons, the one of a drive letter excepted. */
function sections(text: string): readonly string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) !== ':') continue;
    if (at - start === 1 && /[A-Za-z]/.test(text.charAt(start))) continue;
    found.push(text.slice(start, at));
    start = at + 1;
  }
  found.push(text.slice(start));
  return found;
}

/** A source is literal when the first variable stands behind it. */
function sourceOf(source: string, node: ComposeScalar, literal: boolean): Expanded {
  return { value: source, known: !source.includes(UNKNOWN), literal: literal || node.text.startsWith(`${source}:`) };
}

function sourceRange(source: string, node: ComposeScalar): Range {
  return node.text.startsWith(source) ? rangeWithin(node, 0, source.length) : innerRange(node);
}

function typeOf(source: string): ServiceVolume['type'] {
  if (/^\\\\[.?]\\pipe\\/.test(source) || /^\/\/[.?]\/pipe\//.test(source)) return 'npipe';
  // A name has no slash, and what a variable alone names is a path more often than not.
  return /^(?:[./~\\\uFFFC]|[A-Za-z]:)/.test(source) ? 'bind' : 'volume';
}

function longVolume(node: ComposeMap): ServiceVolume | undefined {
  const type = scalarAt(node, 'type');
  const source = scalarAt(node, 'source') ?? scalarAt(node, 'src');
  const target = scalarAt(node, 'target') ?? scalarAt(node, 'destination') ?? scalarAt(node, 'dst');
  const text = source && interpolate(source.text, source);
  const bind = mapAt(node, 'bind');
  const options = [
    ...textsAt(bind, 'propagation'),
    ...textsAt(bind, 'selinux'),
    ...(isOn(scalarAt(mapAt(node, 'volume'), 'nocopy')) ? ['nocopy'] : []),
  ];
  return {
    type: TYPES[type ? interpolate(type.text, type).value : ''] ?? (text ? typeOf(text.value) : 'volume'),
    ...(source && text ? { source: { ...text, range: innerRange(source) } } : {}),
    ...(target ? { target: cleaned(interpolate(target.text, target).value) } : {}),
    readOnly: isOn(scalarAt(node, 'read_only')),
    options,
    node,
    range: node.range,
  };
}

const TYPES: Readonly<Record<string, ServiceVolume['type']>> = {
  bind: 'bind',
  volume: 'volume',
  tmpfs: 'tmpfs',
  npipe: 'npipe',
  cluster: 'cluster',
  image: 'image',
};

/** A path in the container as Docker normalises it: no doubled or trailing slashes, no `.` and `..`. */
function cleaned(target: string): string {
  if (!target.startsWith('/')) return target;
  const parts: string[] = [];
  for (const part of target.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function scalarAt(map: ComposeMap | undefined, key: string): ComposeScalar | undefined {
  const value = map?.get(key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? value : undefined;
}

function mapAt(map: ComposeMap | undefined, key: string): ComposeMap | undefined {
  const value: ComposeNode | undefined = map?.get(key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

function textsAt(map: ComposeMap | undefined, key: string): readonly string[] {
  const value = scalarAt(map, key);
  return value ? [interpolate(value.text, value).value] : [];
}

function isOn(node: ComposeScalar | undefined): boolean {
  return node !== undefined && /^(?:true|yes|on|y)$/i.test(interpolate(node.text, node).value);
}

/** The `device` of a named volume that the local driver binds to a path of the host. */
function boundBy(
  name: string | undefined,
  { roots }: ComposeDocument,
): { readonly device: string; readonly readOnly: boolean } | undefined {
  if (name === undefined) return undefined;
  for (const root of roots) {
    const options = mapAt(mapAt(mapAt(root, 'volumes'), name), 'driver_opts');
    const device = scalarAt(options, 'device');
    const flags = [...textsAt(options, 'o'), ...textsAt(options, 'type')]
      .flatMap((it) => it.split(','))
      .map((it) => it.trim());
    if (device && flags.some((it) => it === 'bind' || it === 'rbind'))
      return { device: interpolate(device.text, device).value, readOnly: flags.includes('ro') };
  }
  return undefined;
}
