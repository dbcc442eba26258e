import type { ComposeService } from '../compose/model.js';
import { imageOf } from '../compose/queries.js';
import { officialName } from './official.js';

/** Whether a service is a registry: the one that Docker began and the CNCF carries on (https://distribution.github.io). */
export function isRegistryServer(service: ComposeService): boolean {
  const image = imageOf(service);
  if (!image || image.path === '') return false;
  return officialName(image) === 'registry' || /^(?:docker|distribution)\/distribution$/.test(image.path);
}
