import type { Edit } from '../core/edit.js';
import { isElsewhere } from '../core/elsewhere.js';
import { addEntry, addItem } from './edit.js';
import type { ComposeDocument, ComposeMap, ComposeService, ServiceVolume } from './model.js';
import { asList, asMap, asScalar, environmentOf, imageOf, itemsOf } from './queries.js';
import { removeFrom } from './service.js';

const PROXY_IMAGE = /(?:docker-)?socket-proxy|docker-proxy|docker-socket-(?:guard|protector|filter)|sockguard/;

/** A service whose image only lets some requests through to the socket. */
export function isSocketProxy(service: ComposeService): boolean {
  return PROXY_IMAGE.test(imageOf(service)?.name ?? '');
}

const PROXY = 'docker-socket-proxy';

type Plan = (service: ComposeService, volume: ServiceVolume) => readonly Edit[] | undefined;

/**
 * How a service of the file does without the socket: the mount gone, the address of a proxy in its environment, and the
 * proxy, where the file has none yet. Undefined where that is not clean or the service could not reach it. What is the same
 * for all services is found out once.
 */
export function proxyPlan(document: ComposeDocument): Plan {
  const proxies = document.services.filter(isSocketProxy);
  const known = new Map<string, Edit | undefined>();
  const proxyService = (services: ComposeMap, socket: string, networks: readonly string[]): Edit | undefined => {
    const key = [socket, ...networks].join('\n');
    if (!known.has(key)) known.set(key, addProxyService(document, services, socket, networks));
    return known.get(key);
  };
  return (service, volume) => {
    const node = asScalar(volume.node);
    const services = servicesOf(document, service);
    if (!node || !services || !volume.source?.literal || service.get('network_mode')) return undefined;
    if (environmentOf(service).some((it) => it.name.value === 'DOCKER_HOST')) return undefined;
    // On another network the proxy's name would mean nothing.
    const networks = networksOf(service);
    const present = proxies.find((it) => isReached(it, networks));
    if (!present && services.get(PROXY)) return undefined;
    const removed = removeFrom(document, service, 'volumes', { node });
    const address = addAddress(document, service, `tcp://${present?.name.value ?? PROXY}:2375`);
    const proxy = present ? [] : [proxyService(services, volume.source.value, networks)];
    const added = [address, ...proxy].flatMap((it) => it ?? []);
    if (!removed || added.length !== proxy.length + 1) return undefined;
    return moveOut(removed, added, document);
  };
}

/** Names of the networks that a service is in; `default` when it names none. */
function networksOf(service: ComposeService): readonly string[] {
  const value = service.get('networks')?.value;
  const names =
    value?.kind === 'map'
      ? value.entries.map((it) => it.key.value)
      : itemsOf(service.get('networks')).map((it) => it.text.value);
  return names.length === 0 ? ['default'] : names;
}

function isReached(proxy: ComposeService, networks: readonly string[]): boolean {
  return networksOf(proxy).some((it) => networks.includes(it));
}

function addProxyService(
  document: ComposeDocument,
  services: ComposeMap,
  socket: string,
  networks: readonly string[],
): Edit | undefined {
  return addEntry(document, services, PROXY, {
    image: 'tecnativa/docker-socket-proxy:0.3.0',
    environment: { CONTAINERS: '1' },
    volumes: [`${socket}:/var/run/docker.sock:ro`],
    ...(networks.join() === 'default' ? {} : { networks }),
  });
}

/** What would be inserted at the end of the deleted lines takes their place. */
function moveOut(removed: Edit, added: readonly Edit[], { text, eol }: ComposeDocument): readonly Edit[] | undefined {
  const { start, end } = removed.range;
  const inside = added.filter((it) => it.range.start > start && it.range.start <= end);
  const others = added.filter((it) => !inside.includes(it));
  if (inside.length === 0) return inOrder([removed, ...others]);
  const whole = text[start - 1] === '\n' && text[end - 1] === '\n' && inside.every((it) => it.text.startsWith(eol));
  if (!whole) return undefined;
  const moved = inside.map((it) => it.text.slice(eol.length) + eol).join('');
  return inOrder([{ range: removed.range, text: moved }, ...others]);
}

function addAddress(document: ComposeDocument, service: ComposeService, address: string): Edit | undefined {
  const entry = service.get('environment');
  if (!entry || isElsewhere(entry.range))
    return addEntry(document, service.node, 'environment', { DOCKER_HOST: address });
  const environment = entry.value;
  const list = asList(environment);
  if (list) return addItem(document, list, `DOCKER_HOST=${address}`);
  const map = asMap(environment);
  return map && addEntry(document, map, 'DOCKER_HOST', address);
}

function servicesOf({ roots }: ComposeDocument, service: ComposeService) {
  return roots
    .map((it) => asMap(it.get('services')?.value))
    .find((it) => it?.get(service.name.value)?.value === service.node);
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return edits.toSorted((a, b) => a.range.start - b.range.start);
}
