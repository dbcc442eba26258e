import type { Edit } from '../core/edit.js';
import { type DataStore, dataStoreAt, dataStoreOf } from '../images/datastores.js';
import { isExact } from './decode.js';
import { addEntry, replaceScalar } from './edit.js';
import type { ComposeDocument, ComposeMap, ComposeScalar, ComposeService, PublishedPort } from './model.js';
import { asScalar, imageOf, textOf } from './queries.js';

/** Addresses that mean every interface of the host. */
const EVERYWHERE = new Set(['0.0.0.0', '0', '::', '0:0:0:0:0:0:0:0', '*']);

/** Whether anyone who reaches the host reaches the port: no address of the host is named, or one that means all. */
export function isOnAllInterfaces({ hostAddress }: PublishedPort): boolean {
  return hostAddress === undefined || EVERYWHERE.has(hostAddress.replace(/^\[(.*)\]$/, '$1'));
}

/** The data store that a service's port leads to. By its port alone, a program is only guessed. */
export function dataStoreBehind(
  service: ComposeService,
  { target, protocol }: PublishedPort,
): { readonly store: DataStore; readonly guessed: boolean } | undefined {
  const image = imageOf(service);
  const known = image && dataStoreOf(image);
  // Java's debugger is no data's, whatever runs it.
  if (known) return target?.first === 5005 ? undefined : { store: known, guessed: false };
  // An image that is known to be something else is not guessed at.
  if (image || !target || target.first !== target.last || protocol !== 'tcp') return undefined;
  const store = dataStoreAt(target.first);
  return store && { store, guessed: true };
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

/** `[address:]` at the start of a short form, with something behind it that ends in the container's port. */
const ADDRESS = /^(?:\[[0-9A-Fa-f:.]{2,45}\]|[0-9.]{1,15}|\*|::):(?=[^/]*:)/;

function bindShort(port: PublishedPort, node: ComposeScalar): Edit | undefined {
  // What stands for the address may be hidden in a variable.
  if (!port.known || !isExact(node)) return undefined;
  const address = ADDRESS.exec(node.text)?.[0] ?? '';
  if ((port.hostAddress !== undefined) !== (address !== '')) return undefined;
  // Without a host port the engine chooses one: its place stays empty.
  const chosen = address === '' && !port.published;
  const { start } = port.range;
  return { range: { start, end: start + address.length }, text: chosen ? '127.0.0.1::' : '127.0.0.1:' };
}
