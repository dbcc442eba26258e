import { type Expanded, type Range, type Spanned, UNKNOWN } from '../core/text.js';

/** A part of an image reference. `range` is absent where the value came out of a variable. */
export interface ReferencePart {
  readonly value: string;
  readonly range?: Range;
}

/**
 * An image name as the distribution project's `reference` grammar defines it
 * (https://pkg.go.dev/github.com/distribution/reference), normalised as Docker does.
 */
export interface ImageReference {
  /** The whole reference as written in the file. */
  readonly range: Range;
  /** The reference after variables were replaced, as a person would write it; an unknown part as `…`. */
  readonly written: string;
  /** Registry host with port; `docker.io` when none is written, empty when it cannot be told. */
  readonly registry: string;
  readonly explicitRegistry: boolean;
  /** Path on the registry: `library/node`, `bitnami/redis`; empty when it cannot be told. */
  readonly path: string;
  /** The short name people use: `node`, `bitnami/redis`, `ghcr.io/a/b`. */
  readonly name: string;
  readonly tag?: ReferencePart;
  readonly digest?: ReferencePart;
  /** The parts that a variable without a known value hides: absence of a tag then proves nothing. */
  readonly unknown: ReadonlySet<'registry' | 'path' | 'tag' | 'digest'>;
  /** Written without variables, so that edits inside `range` are possible. */
  readonly literal: boolean;
  /** See `Expanded`. */
  readonly from?: readonly Spanned[];
}

/** The registry that an image without a host comes from. */
export const DOCKER_HUB = 'docker.io';

/** Hosts that all mean Docker Hub. */
const HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com']);

/**
 * Reads an image reference. Never throws: what is no valid reference comes back with what could be read of it.
 * @param range where it is written; its length equals that of `value` when nothing in it is quoted or replaced.
 */
export function readImageReference({ value, literal, from }: Expanded, range: Range): ImageReference {
  const exact = literal && range.end - range.start === value.length;
  const part = (start: number, end: number): ReferencePart => {
    const text = value.slice(start, end);
    return exact ? { value: text, range: { start: range.start + start, end: range.start + end } } : { value: text };
  };
  const at = value.indexOf('@');
  const nameEnd = at < 0 ? value.length : at;
  const slash = value.lastIndexOf('/', nameEnd - 1);
  const colon = value.indexOf(':', slash + 1);
  const pathEnd = colon >= 0 && colon < nameEnd ? colon : nameEnd;
  const whole = value.slice(0, pathEnd);
  const { host, path } = splitHost(whole);

  const unknown = new Set<'registry' | 'path' | 'tag' | 'digest'>();
  // What replaces the variable may itself hold a tag or digest when nothing but it ends the name.
  const tail = (end: number): boolean => value.slice(end - 1, end) === UNKNOWN;
  if (whole.slice(slash + 1).includes(UNKNOWN)) {
    unknown.add('path');
    if (slash < 0) unknown.add('registry');
    if (pathEnd === value.length && tail(pathEnd)) unknown.add('tag').add('digest');
  } else if (path.includes(UNKNOWN)) unknown.add('path');
  if (host?.includes(UNKNOWN)) unknown.add('registry');
  const hasTag = pathEnd < nameEnd;
  if (hasTag && value.slice(pathEnd + 1, nameEnd).includes(UNKNOWN)) {
    unknown.add('tag');
    if (at < 0 && tail(nameEnd)) unknown.add('digest');
  }
  if (at >= 0 && value.slice(at + 1).includes(UNKNOWN)) unknown.add('digest');

  const registry = unknown.has('registry') ? '' : normalHost(host);
  const full = registry === DOCKER_HUB && !path.includes('/') ? `library/${path}` : path;
  return {
    range,
    written: value.replaceAll(UNKNOWN, '…'),
    registry,
    explicitRegistry: host !== undefined,
    path: unknown.has('path') ? '' : full,
    name: (registry === DOCKER_HUB || registry === ''
      ? path.replace(/^library\//, '')
      : `${registry}/${path}`
    ).replaceAll(UNKNOWN, '…'),
    ...(hasTag && !unknown.has('tag') && pathEnd + 1 < nameEnd ? { tag: part(pathEnd + 1, nameEnd) } : {}),
    ...(at >= 0 && !unknown.has('digest') && at + 1 < value.length ? { digest: part(at + 1, value.length) } : {}),
    unknown,
    literal,
    ...(from ? { from } : {}),
  };
}

/** The first component is a host when it has a dot or a port, is `localhost`, or has a capital letter (distribution's rule). */
function splitHost(name: string): { readonly host?: string; readonly path: string } {
  const slash = name.indexOf('/');
  if (slash < 0) return { path: name };
  const first = name.slice(0, slash);
  const isHost = /[.:]|[A-Z]/.test(first) || first === 'localhost' || first.includes(UNKNOWN);
  return isHost ? { host: first, path: name.slice(slash + 1) } : { path: name };
}

function normalHost(host: string | undefined): string {
  if (host === undefined || HUB_HOSTS.has(host.toLowerCase())) return DOCKER_HUB;
  return host.toLowerCase();
}
