import { OFFICIAL_TAGS } from './tags.generated.js';

/** One release of an image. Every head with every suffix is a tag: `26` + `-alpine`. */
export interface TagVersion {
  /** From rough to exact: `26`, `26.7`, `26.7.0`. A codename comes before the numbers. */
  readonly heads: readonly string[];
  /** Tags that name this release without its number: `latest`, `lts`. */
  readonly aliases: readonly string[];
  /** Suffixes that mean the same image, the shortest first: `['', '-trixie']`. */
  readonly variants: readonly (readonly string[])[];
}

const parsed = new Map<string, readonly TagVersion[]>();

/** The releases of a Docker Official Image that the facts table knows, newest first; empty for other images. */
export function versionsOf(image: string): readonly TagVersion[] {
  const known = parsed.get(image);
  if (known) return known;
  const versions = Object.hasOwn(OFFICIAL_TAGS, image) ? (OFFICIAL_TAGS[image] ?? '').split(';').map(parseVersion) : [];
  parsed.set(image, versions);
  return versions;
}

function parseVersion(text: string): TagVersion {
  const [heads = '', aliases = '', ...variants] = text.split(' ');
  return {
    heads: heads.split('/'),
    aliases: aliases.split(',').filter(Boolean),
    variants: variants.map((it) => it.split('=')),
  };
}
