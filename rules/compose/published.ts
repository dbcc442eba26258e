import type { Edit } from '../core/edit.js';
import { UNKNOWN } from '../core/text.js';
import { isExact } from './decode.js';
import { addEntry, replaceScalar } from './edit.js';
import type { ComposeDocument, ComposeMap, ComposeScalar, PublishedPort } from './model.js';
import { asScalar, textOf } from './queries.js';

/** Addresses that mean every interface of the host. */
const EVERYWHERE = new Set(['0.0.0.0', '0', '::', '0:0:0:0:0:0:0:0', '*']);

/** Whether anyone who reaches the host reaches the port: no address of the host is named, or one that means all. */
export function isOnAllInterfaces({ hostAddress }: PublishedPort): boolean {
  return hostAddress === undefined || EVERYWHERE.has(hostAddress.replace(/^\[(.*)\]$/, '$1'));
}

/** Binds the port to the host itself; undefined where a variable or an alias stands in the way. */
export function bindToLoopback(document: ComposeDocument, port: PublishedPort): Edit | undefined {
  if (port.node.inherited) return undefined;
  return port.node.kind === 'map'
    ? bindLong(document, port.node)
    : port.node.kind === 'scalar'
      ? bindShort(port, port.node)
      : undefined;
}

function bindLong(document: ComposeDocument, map: ComposeMap): Edit | undefined {
  const address = map.get('host_ip');
  if (!address) return addEntry(document, map, 'host_ip', '127.0.0.1');
  const node = asScalar(address.value);
  return node && textOf(address)?.literal ? replaceScalar(document, node, '127.0.0.1') : undefined;
}

function bindShort(port: PublishedPort, node: ComposeScalar): Edit | undefined {
  const written = /^\s*((?:\[[0-9a-fA-F:.]*\]|[0-9.]+|\*):(?=[^/]*:)|:::(?=[0-9]))?/.exec(node.text);
  if (!isExact(node) || !written || node.text.includes(UNKNOWN)) return undefined;
  // Without a host port the engine chooses one: then the address needs an empty place behind it.
  const hostPort =
    port.published ?? (port.hostAddress === undefined && !node.text.includes(':') ? undefined : node.text);
  const start = port.range.start;
  const end = start + (written[1] === undefined ? 0 : written[0].length);
  const loopback = hostPort === undefined ? '127.0.0.1::' : '127.0.0.1:';
  // An unquoted number becomes a text with colons, which YAML reads as it is written.
  return { range: { start, end }, text: loopback };
}
