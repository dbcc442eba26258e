import { LIFETIMES, PRODUCTS } from './lifetimes.generated.js';
import { endedReleases } from './lifetimes.js';
import { officialName } from './official.js';
import type { ImageReference } from './reference.js';
import { versionsOf } from './tags.js';

/**
 * The major version that is all a tag pins: `20` of `node:20-alpine`. Undefined for tags with more or less in them, and where one
 * number is a whole release: distributions (`debian:12`, `fedora:44`), years and build numbers.
 */
export function majorVersion(reference: ImageReference): string | undefined {
  const { tag, path } = reference;
  if (!tag || path === '') return undefined;
  const [version = '', ...variant] = tag.value.toLowerCase().split(/[-_]/);
  if (!/^v?\d{1,3}$/.test(version) || variant.some((it, index) => isExact(it, variant[index - 1]))) return undefined;
  if (DISTRIBUTION.test(path.slice(path.lastIndexOf('/') + 1))) return undefined;
  const known = versionsOf(officialName(reference) ?? '').find((it) => it.heads.includes(version));
  return known?.heads.length === 1 ? undefined : version;
}

/** Whether a publisher counts versions in an image's tags, by a facts table; elsewhere a number may be that of a build. */
export function hasVersions(reference: ImageReference): boolean {
  const name = officialName(reference) ?? reference.name;
  return versionsOf(name).length > 0 || Object.hasOwn(LIFETIMES, name) || Object.hasOwn(PRODUCTS, name);
}

/** The most exact tag for what a major version means today, in the same variant: `22-alpine` → `22.23.2-alpine3.24`. */
export function exactMajor(reference: ImageReference): string | undefined {
  const image = officialName(reference);
  const major = majorVersion(reference);
  if (image === undefined || major === undefined) return undefined;
  const suffix = reference.tag?.value.slice(major.length) ?? '';
  for (const { heads, variants } of versionsOf(image)) {
    const variant = heads.includes(major) ? variants.find((it) => it.includes(suffix)) : undefined;
    const exact = heads.findLast((it) => it.startsWith('v') === major.startsWith('v'));
    if (!variant || exact === undefined) continue;
    const value = exact + (variant.at(-1) ?? '');
    // To name the system under the image is no gain where that is the one whose support has ended.
    return endedReleases({ ...reference, tag: { value } }).length === 0 ? value : exact + suffix;
  }
  return undefined;
}

/** Images whose releases bear one number, however often they are built again. */
const DISTRIBUTION =
  /^(?:alma(?:linux)?|amazonlinux|buildpack-deps|centos|debian|fedora|leap|mageia|opensuse|oraclelinux|photon|rocky(?:linux)?|ubi\d*|ubuntu)(?:-(?:init|micro|minimal|slim))?$/;

/** A part that pins what the number before it leaves open: a version, a build, a commit, a pre-release. */
function isExact(part: string, before: string | undefined): boolean {
  if (/^\d/.test(part))
    return before === undefined || !/^(?:alpine|debian|ubuntu|centos|ol|java|jdk|php|python)$/.test(before);
  return (
    /^(?:rc|beta|alpha|m|r|b|build|ea|cu|p|sp|ce|ee)\d+$/.test(part) ||
    (/^[0-9a-f]{7,40}$/.test(part) && /\d/.test(part))
  );
}
