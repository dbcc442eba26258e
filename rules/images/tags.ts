import { rememberedText } from '../core/remembered.js';
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

/** The releases of a Docker Official Image that the facts table knows, newest first; empty for other images. */
export const versionsOf = rememberedText((image): readonly TagVersion[] =>
  Object.hasOwn(OFFICIAL_TAGS, image) ? (OFFICIAL_TAGS[image] ?? '').split(';').map(parseVersion) : [],
);

function parseVersion(text: string): TagVersion {
  const [heads = '', aliases = '', ...variants] = text.split(' ');
  return {
    heads: heads.split('/'),
    aliases: aliases.split(',').filter(Boolean),
    variants: variants.map((it) => it.split('=')),
  };
}
