import { supportedVariant } from './lifetimes.js';
import { movingWord } from './moving.js';
import { officialName } from './official.js';
import type { ImageReference } from './reference.js';
import { type TagVersion, versionsOf } from './tags.js';

/**
 * Whether an image's tag means something new with every release: a word for the newest (`latest`, `lts-alpine`), or a variant of an
 * official image without a version (`alpine`, `slim-trixie`, `fpm`).
 */
export function hasMovingTag(reference: ImageReference): boolean {
  const tag = reference.tag?.value;
  if (tag === undefined) return false;
  return movingWord(tag) !== undefined || versionOfVariant(officialName(reference) ?? '', tag) !== undefined;
}

/** The newest release that has a variant of this name; undefined where the name is that of a release: `trixie` of debian. */
function versionOfVariant(image: string, tag: string): TagVersion | undefined {
  const versions = versionsOf(image);
  if (versions.some((it) => it.heads.includes(tag))) return undefined;
  const suffix = `-${tag}`;
  return versions.find((it) => it.variants.some((names) => names.includes(suffix)));
}

/**
 * The most exact tag for what a moving tag means today: `lts-alpine` → `24.19.0-alpine3.24`. A tag that is unknown, or
 * none, means the newest release; one that only names a variant, the newest in that variant.
 */
export function exactTag(image: string, moving: string | undefined): string | undefined {
  const versions = versionsOf(image);
  const [word = 'latest', ...rest] = moving?.split('-') ?? [];
  const newest = versions.find((it) => it.aliases.includes('latest')) ?? versions[0];
  const named = versions.find((it) => it.aliases.includes(word));
  const bare = named || moving === undefined ? undefined : versionOfVariant(image, moving);
  const version = named ?? bare ?? newest;
  if (!version) return undefined;
  const suffix = bare ? `-${moving}` : rest.length > 0 ? `-${rest.join('-')}` : '';
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

/** As exact as it gets, and on a release of the system that is supported where the version has one. */
function joined({ heads, variants }: TagVersion, variant: readonly string[]): string {
  const exact = variant.at(-1) ?? '';
  return `${heads.at(-1) ?? ''}${supportedVariant(variants.flat(), exact) ?? exact}`;
}
