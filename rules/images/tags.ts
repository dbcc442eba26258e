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

/**
 * The most exact tag for what a moving tag means today: `lts-alpine` → `24.19.0-alpine3.24`. A tag that is unknown, or
 * none, means the newest release.
 */
export function exactTag(image: string, moving: string | undefined): string | undefined {
  const versions = versionsOf(image);
  const [word = 'latest', ...rest] = moving?.split('-') ?? [];
  const version =
    versions.find((it) => it.aliases.includes(word)) ??
    versions.find((it) => it.aliases.includes('latest')) ??
    versions[0];
  if (!version) return undefined;
  const suffix = rest.length > 0 ? `-${rest.join('-')}` : '';
  const variant =
    version.variants.find((it) => it.includes(suffix)) ??
    version.variants.find((it) => it.includes('')) ??
    version.variants.find((it) => !it.some((name) => /alpine|slim/.test(name))) ??
    version.variants[0];
  return variant && joined(version, variant);
}

/** The same release with fewer programs in it: the slim variant, else the Alpine one; undefined when `exact` is one. */
export function slimTag(image: string, exact: string): string | undefined {
  if (/slim|alpine/.test(exact)) return undefined;
  const version = versionsOf(image).find((it) => exact.startsWith(it.heads.at(-1) ?? '\n'));
  if (!version) return undefined;
  const suffix = exact.slice((version.heads.at(-1) ?? '').length);
  const wanted = [...suffix.split('-'), 'slim'].sort().join('-');
  const variant =
    version.variants.find((names) => names.some((it) => it.split('-').sort().join('-') === wanted)) ??
    version.variants.find((names) => names.includes('-slim')) ??
    version.variants.find((names) => names.includes('-alpine'));
  return variant && joined(version, variant);
}

function joined({ heads }: TagVersion, variant: readonly string[]): string {
  return `${heads.at(-1) ?? ''}${variant.at(-1) ?? ''}`;
}
