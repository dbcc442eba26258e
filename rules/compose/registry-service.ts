import { officialName } from '../images/official.js';
import type { ComposeDocument, ComposeService, PublishedPort } from './model.js';
import { isOnAllInterfaces } from './published.js';
import { environmentOf, imageOf, portsOf, textOf, volumesOf } from './queries.js';

/** Whether a service is a registry: the program that Docker began and the CNCF carries on. */
export function isRegistry(service: ComposeService): boolean {
  const image = imageOf(service);
  if (!image || image.path === '') return false;
  return officialName(image) === 'registry' || /^(?:ghcr\.io\/)?distribution\/distribution$/.test(image.name);
}

/** A registry that others can reach and that lets everybody in. What is set out of sight is not guessed at. */
export function isOpenRegistry(document: ComposeDocument, service: ComposeService): boolean {
  return isRegistry(service) && isPublished(service) && !mayBeConfigured(document, service);
}

/** Whether the port is the one that images are pulled from and pushed to. */
export function servesImages({ known, target }: PublishedPort): boolean {
  return known && target !== undefined && target.first !== DEBUG_PORT;
}

/** The registry's metrics and profiles. */
const DEBUG_PORT = 5001;

function isPublished(service: ComposeService): boolean {
  if (textOf(service.get('network_mode'))?.value === 'host') return true;
  return portsOf(service).some((it) => servesImages(it) && isOnAllInterfaces(it));
}

/** What is set elsewhere cannot be seen; a login or a mirror of public images is another matter. */
function mayBeConfigured(document: ComposeDocument, service: ComposeService): boolean {
  const elsewhere = ['build', 'command', 'entrypoint', 'env_file', 'configs', 'extends'].some((it) => service.get(it));
  const mounts = volumesOf(service, document).some(
    ({ target }) => target === undefined || /^\/etc(?:\/|$)|\.ya?ml$/.test(target),
  );
  if (elsewhere || mounts) return true;
  const names = environmentOf(service).map((it) => it.name.value);
  if (names.some((it) => /^REGISTRY_(?:AUTH|HTTP_TLS_CLIENTCAS|CONFIGURATION_PATH|HTTP_ADDR)/.test(it))) return true;
  return names.includes('REGISTRY_PROXY_REMOTEURL') && !names.includes('REGISTRY_PROXY_PASSWORD');
}
