import type { ImageReference } from './reference.js';

/** An image of a registry, with everything that Docker would add to its name. */
export interface FullName {
  /** With its port; `docker.io` for Docker Hub. */
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

const HOST = String.raw`(?:\[[0-9a-f:]+\]|[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::\d+)?`;
const COMPONENT = String.raw`[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*`;
const NAME = new RegExp(String.raw`^(${HOST})/(${COMPONENT}(?:/${COMPONENT})*):(\w[\w.-]{0,127})$`);
/** Of host and repository, as the distribution project limits them. */
const LONGEST = 255;

/** `docker.io/library/node:24-slim` for `node:24-slim`; undefined where a part is missing, unknown or can name nothing. */
export function fullName({ registry, path, tag }: ImageReference): string | undefined {
  const name = `${registry}/${path}:${tag?.value ?? ''}`;
  return readFullName(name) && name;
}

/** The parts of what {@link fullName} wrote. */
export function readFullName(name: string): FullName | undefined {
  const [, host = '', repository = '', tag = ''] = NAME.exec(name) ?? [];
  return host === '' || host.length + repository.length > LONGEST ? undefined : { host, repository, tag };
}
