import { officialName } from './official.js';
import type { ImageReference } from './reference.js';

/** The working folder of an official image whose variants all have the same; undefined where that is not known. */
export function workdirOf(reference: ImageReference): string | undefined {
  const name = officialName(reference);
  return name === undefined ? undefined : WORKDIRS.get(name);
}

const WORKDIRS: ReadonlyMap<string, string> = new Map([
  ...'debian ubuntu alpine node python ruby rust maven eclipse-temurin openjdk gcc fedora rockylinux almalinux amazonlinux'
    .split(' ')
    .map((it) => [it, '/'] as const),
  ['golang', '/go'],
  ['composer', '/app'],
  ['gradle', '/home/gradle'],
]);
