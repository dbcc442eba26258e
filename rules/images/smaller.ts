import { versionsOf } from './tags.js';

/** A sibling of the same release that carries less. */
export interface SmallerTag {
  readonly tag: string;
  /** `alpine`: another C library and other commands. `jre`: no compiler. `slim`: the same, less of it. */
  readonly kind: 'slim' | 'jre' | 'alpine';
}

/** Names of distributions in tags; an Alpine sibling has its own in their place. */
const CODENAME =
  /^(?:sid|forky|trixie|bookworm|bullseye|buster|resolute|noble|jammy|focal|ubi\d+|ol\d+|oraclelinux\d+|al\d+)$/;

/** Words of tags that already leave something out, or are of Windows. */
const SMALL =
  /^(?:slim|jre\d*|alpine[\d.]*|minimal|distroless|headless|tiny|scratch|musl|uclibc|nanoserver|windowsservercore|windows)$/;

/** Data is sorted by the rules of the C library: files of one are read wrongly by the other. */
const BOUND_TO_LIBRARY = new Set(['postgres', 'postgis']);

/** The smaller sibling of an official image's tag, with the version as exact as written; undefined where the facts table has none. */
export function smallerTag(image: string, tag: string): SmallerTag | undefined {
  if (tag.split('-').some((it) => SMALL.test(it))) return undefined;
  for (const { heads, variants } of versionsOf(image)) {
    if (!heads.some((it) => tag.startsWith(it))) continue;
    const suffixes = variants.flat();
    const head = heads.find((it) => tag.startsWith(it) && suffixes.includes(tag.slice(it.length)));
    if (head === undefined) continue;
    // The same image under another name: `caddy:2` is built on Alpine.
    const same = variants.find((names) => names.includes(tag.slice(head.length)));
    if (same?.some((it) => it.split('-').some((word) => SMALL.test(word)))) return undefined;
    const words = tag.slice(head.length).split('-').filter(Boolean);
    const named = (wanted: readonly string[]): string | undefined =>
      suffixes.find((it) => sorted(it.split('-').filter(Boolean)) === sorted(wanted));
    const slim = named([...words, 'slim']);
    if (slim !== undefined) return { tag: head + slim, kind: 'slim' };
    const jre = words.some((it) => it.startsWith('jdk'))
      ? named(words.map((it) => it.replace(/^jdk/, 'jre')))
      : undefined;
    if (jre !== undefined) return { tag: head + jre, kind: 'jre' };
    if (BOUND_TO_LIBRARY.has(image)) return undefined;
    const alpine = named([...words.filter((it) => !CODENAME.test(it)), 'alpine']);
    return alpine === undefined ? undefined : { tag: head + alpine, kind: 'alpine' };
  }
  return undefined;
}

function sorted(words: readonly string[]): string {
  return words.toSorted().join('-');
}
