import { DOCKER_HUB, type ImageReference } from './reference.js';

/** The short name of a Docker Official Image, also when it comes from a mirror: `node`. */
export function officialName({ registry, path }: ImageReference): string | undefined {
  if (registry === DOCKER_HUB) return path.startsWith('library/') ? path.slice('library/'.length) : undefined;
  const whole = `${registry}/${path}`;
  const mirror = MIRRORS.find((it) => whole.startsWith(it));
  return mirror === undefined ? undefined : whole.slice(mirror.length);
}

/** Registries that serve the Docker Official Images under another name. */
const MIRRORS = [
  'public.ecr.aws/docker/library/',
  'mirror.gcr.io/library/',
  'mcr.microsoft.com/mirror/docker/library/',
];
