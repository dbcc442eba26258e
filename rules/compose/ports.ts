import { remembered } from '../core/remembered.js';
import { UNKNOWN } from '../core/text.js';
import { innerRange } from './decode.js';
import { interpolate } from './expanded.js';
import type { ComposeMap, ComposeNode, ComposeScalar, ComposeService, PublishedPort } from './model.js';

/** The elements of `ports`, short and long form. */
export const portsOf = remembered((service: ComposeService): readonly PublishedPort[] => {
  const value = service.get('ports')?.value;
  if (value?.kind !== 'list') return [];
  return value.items.flatMap((it) => readPort(it) ?? []);
});

/** One element; undefined where it is none. */
export function readPort(node: ComposeNode): PublishedPort | undefined {
  if (node.kind === 'scalar') return shortPort(node);
  return node.kind === 'map' ? longPort(node) : undefined;
}

/** `[address:][host]:container[/protocol]`; an IPv6 address with or without brackets. */
function shortPort(node: ComposeScalar): PublishedPort | undefined {
  const text = interpolate(node.text, node).value.trim();
  if (text === '') return undefined;
  const slash = text.lastIndexOf('/');
  const numbers = slash < 0 ? text : text.slice(0, slash);
  const parts = numbers.split(':');
  const target = parts.pop() ?? '';
  const published = parts.pop();
  const address = parts.join(':').replace(/^\[(.*)\]$/, '$1');
  return {
    ...portFields(address, published, target),
    protocol: slash < 0 ? 'tcp' : text.slice(slash + 1).toLowerCase(),
    known: isKnown(text, published, target),
    node,
    range: innerRange(node),
  };
}

function longPort(node: ComposeMap): PublishedPort {
  const field = (key: string): string | undefined => {
    const value = node.get(key)?.value;
    return value?.kind === 'scalar' && value.value !== null ? interpolate(value.text, value).value.trim() : undefined;
  };
  const target = field('target');
  const published = field('published');
  const address = field('host_ip') ?? '';
  const protocol = field('protocol') ?? 'tcp';
  return {
    ...portFields(address, published, target),
    protocol: protocol.toLowerCase(),
    known: isKnown(address + protocol, published, target),
    node,
    range: node.range,
  };
}

type Ports = NonNullable<PublishedPort['published']>;

function portFields(
  address: string,
  published: string | undefined,
  target: string | undefined,
): Pick<PublishedPort, 'hostAddress' | 'published' | 'target'> {
  const host = published === undefined ? undefined : portsIn(published);
  const container = target === undefined ? undefined : portsIn(target);
  return {
    ...(address === '' ? {} : { hostAddress: address }),
    ...(host ? { published: host } : {}),
    ...(container ? { target: container } : {}),
  };
}

/** `80` or `80-90`. */
function portsIn(text: string): Ports | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!found) return undefined;
  const first = Number(found[1]);
  const last = found[2] === undefined ? first : Number(found[2]);
  return last < first || last > 65_535 ? undefined : { first, last };
}

/** No variable hides a part, and what stands for a port is one. */
function isKnown(text: string, published: string | undefined, target: string | undefined): boolean {
  if (text.includes(UNKNOWN)) return false;
  return (!published || portsIn(published) !== undefined) && target !== undefined && portsIn(target) !== undefined;
}
