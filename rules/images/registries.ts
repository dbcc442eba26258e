import { DOCKER_HUB, type ImageReference } from './reference.js';

/** Host names that all mean Docker Hub, and the address its clients are told. */
const HUB = /^(?:https?:\/\/)?(?:(?:index|registry-1|registry\.hub|hub)\.)?docker\.(?:io|com)(?=\/|$)/i;

/**
 * Whether an image comes from a place that a pattern of the configuration names: a host (`ghcr.io`, `registry.acme.dev:5000`,
 * `*.acme.dev`) or a host with the start of a path (`ghcr.io/acme`, `docker.io/library/*`). All names of Docker Hub are one.
 */
export function comesFrom({ registry, path }: ImageReference, pattern: string): boolean {
  const [host = '', ...folders] = normalPattern(pattern).split('/');
  if (!matchesHost(registry, host)) return false;
  const wanted = folders.filter((it) => it !== '' && it !== '*' && it !== '**');
  const parts = path.split('/');
  return wanted.every(
    (it, index) => it === parts[index] || (it.endsWith('*') && (parts[index] ?? '').startsWith(it.slice(0, -1))),
  );
}

function normalPattern(pattern: string): string {
  const trimmed = pattern.trim();
  return HUB.test(trimmed)
    ? trimmed.replace(HUB, DOCKER_HUB).replace(/\/v[12]\/?$/, '')
    : trimmed.replace(/^https?:\/\//, '');
}

function matchesHost(registry: string, pattern: string): boolean {
  const host = pattern.toLowerCase();
  if (host === '*') return true;
  return host.startsWith('*.')
    ? registry.endsWith(host.slice(1)) && registry.length > host.length - 1
    : registry === host;
}
