/** Words for whatever was released or built last. */
const CHANNELS = new Set([
  'alpha',
  'beta',
  'canary',
  'current',
  'daily',
  'dev',
  'devel',
  'develop',
  'development',
  'edge',
  'experimental',
  'head',
  'insiders',
  'latest',
  'lts',
  'main',
  'mainline',
  'master',
  'next',
  'nightly',
  'oldstable',
  'preview',
  'rawhide',
  'rolling',
  'sid',
  'snapshot',
  'stable',
  'test',
  'testing',
  'tip',
  'trunk',
  'unstable',
]);

/** Channels that no fixed release is named after, so that a major version beside them does not hold them: `1-latest`. */
const ALWAYS_MOVING = new Set(['latest', 'nightly', 'edge', 'canary']);

/**
 * The word in a tag that makes it mean something new with every release: `lts` of `lts-alpine`; undefined for tags that a
 * version, a date or a commit pins (`2.426.1-lts`, `stable-20260803`, `dev-3f5c2a91`) and for those that just name a variant.
 */
export function movingWord(tag: string): string | undefined {
  const parts = tag.toLowerCase().split(/[-_]/);
  if (parts.some(isRelease) || /\d{4}[-_.]\d\d[-_.]\d\d/.test(tag)) return undefined;
  const word = parts.find((it) => CHANNELS.has(it));
  if (word === undefined) return undefined;
  const hasNumber = parts.some((it) => /^v?\d+$/.test(it));
  return hasNumber && !ALWAYS_MOVING.has(word) ? undefined : word;
}

/** A version with a point in it, a date, a build number or a commit. */
function isRelease(part: string): boolean {
  return /^v?\d+\.\d/.test(part) || /^\d{5,}/.test(part) || (/^[0-9a-f]{7,40}$/.test(part) && /\d/.test(part));
}
