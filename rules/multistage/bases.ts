import type { ImageReference } from '../images/reference.js';
import { smallerTag } from '../images/smaller.js';
import { versionsOf } from '../images/tags.js';
import type { RunBase } from './plan.js';
import type { Reading } from './reading.js';

const CODENAMES =
  /(?:^|-)(trixie|bookworm|bullseye|buster|stretch|jessie|noble|jammy|focal|bionic|xenial|trusty)(?:-|$)/;

const RELEASES: Readonly<Record<string, string>> = {
  'debian 8': 'jessie',
  'debian 9': 'stretch',
  'debian 10': 'buster',
  'debian 11': 'bullseye',
  'debian 12': 'bookworm',
  'debian 13': 'trixie',
  'ubuntu 14.04': 'trusty',
  'ubuntu 16.04': 'xenial',
  'ubuntu 18.04': 'bionic',
  'ubuntu 20.04': 'focal',
  'ubuntu 22.04': 'jammy',
  'ubuntu 24.04': 'noble',
};

/** The Debian or Ubuntu release of an image, by its tag or by the facts table. */
export function releaseOf({ base, tag }: Reading): string | undefined {
  const written = CODENAMES.exec(tag)?.[1];
  if (written !== undefined) return written;
  if (base === undefined || /alpine/.test(tag)) return undefined;
  const ended = /^(\d+\.\d+)(?:\.(\d+))?(?:-|$)/.exec(tag);
  const last = ended && LAST_RELEASES[`${base} ${ended[1] ?? ''}`];
  // The image of the last patch: earlier ones may have been built on an older release.
  if (last && (ended[2] === undefined || ended[2] === last.patch)) return last.release;
  if (base === 'debian') return RELEASES[`debian ${/^\d+/.exec(tag)?.[0] ?? ''}`];
  if (base === 'ubuntu') return RELEASES[`ubuntu ${/^\d+\.\d+/.exec(tag)?.[0] ?? ''}`];
  for (const { heads, variants } of versionsOf(base)) {
    const head = heads.find((it) => tag === it || tag.startsWith(`${it}-`));
    if (head === undefined) continue;
    const names = variants.find((it) => it.includes(tag.slice(head.length)));
    return names?.map((it) => CODENAMES.exec(it)?.[1]).find((it) => it !== undefined);
  }
  return undefined;
}

interface LastRelease {
  readonly release: string;
  /** Number of the last patch. */
  readonly patch: string;
}

/** The Debian release of versions that are no longer built, by the last tags of their official images. */
const LAST_RELEASES: Readonly<Record<string, LastRelease | undefined>> = {
  'php 5.6': { release: 'stretch', patch: '40' },
  'php 7.0': { release: 'stretch', patch: '33' },
  'php 7.1': { release: 'buster', patch: '33' },
  'php 7.2': { release: 'buster', patch: '34' },
  'php 7.3': { release: 'bullseye', patch: '33' },
  'php 7.4': { release: 'bullseye', patch: '33' },
  'php 8.0': { release: 'bookworm', patch: '30' },
  'python 3.6': { release: 'bullseye', patch: '15' },
  'python 3.7': { release: 'bookworm', patch: '17' },
  'python 3.8': { release: 'bookworm', patch: '20' },
  'ruby 2.7': { release: 'bookworm', patch: '8' },
  'ruby 3.0': { release: 'bookworm', patch: '7' },
  'ruby 3.1': { release: 'bookworm', patch: '7' },
};

/** The newest Debian there is: programs built on an older one run on its C library, not the other way round. */
const NEWEST_DEBIAN = { name: 'trixie', number: '13' };
const NUMBERS: Readonly<Record<string, string>> = { bookworm: '12', trixie: '13' };

export function isAlpine({ base, tag }: Reading): boolean {
  return base === 'alpine' || /(?:^|-)alpine/.test(tag);
}

/** For a program that needs no library of the system: certificates, time zones and an account are there. */
export function staticBase(reading: Reading): RunBase {
  return {
    image: `gcr.io/distroless/static-debian${distrolessNumber(reading)}:nonroot`,
    shell: false,
    unprivileged: true,
  };
}

/** For a program that needs the C library. `cc`: that of C++ and of compilers, too. */
export function glibcBase(reading: Reading, kind: 'base' | 'cc'): RunBase {
  return {
    image: `gcr.io/distroless/${kind}-debian${distrolessNumber(reading)}:nonroot`,
    shell: false,
    unprivileged: true,
  };
}

function distrolessNumber(reading: Reading): string {
  return NUMBERS[releaseOf(reading) ?? ''] ?? NEWEST_DEBIAN.number;
}

/** The plain distribution that the image is made of. */
export function systemBase(reading: Reading): RunBase {
  const { base, tag } = reading;
  if (base === 'alpine') return { image: writtenImage(reading), packages: 'apk', shell: true };
  if (isAlpine(reading)) return { image: `alpine:${alpineVersion(reading)}`, packages: 'apk', shell: true };
  if (base === 'ubuntu' || base === 'debian') {
    const slim =
      base === 'debian' && tag !== '' && !tag.endsWith('-slim') && /^(?:\d+(?:\.\d+)?|[a-z]+)$/.test(tag)
        ? '-slim'
        : '';
    return { image: `${writtenImage(reading)}${slim}`, packages: 'apt', shell: true };
  }
  return { image: `debian:${releaseOf(reading) ?? NEWEST_DEBIAN.name}-slim`, packages: 'apt', shell: true };
}

function alpineVersion({ tag }: Reading): string {
  const written = /alpine(\d+\.\d+)/.exec(tag)?.[1];
  if (written !== undefined) return written;
  return versionsOf('alpine')[0]?.heads[1] ?? '3';
}

/** The image as its FROM writes it. */
export function writtenImage({ stage }: Reading): string {
  return stage.from.args[0] ?? '';
}

/** Languages whose every version has a slim variant. */
const SLIM = new Set(['node', 'python', 'ruby', 'perl']);

/** The same interpreter without the tools of the full image. */
export function slimBase(reading: Reading): RunBase | undefined {
  const { base, tag, stage } = reading;
  const image = stage.image;
  if (!image || base === undefined) return undefined;
  const packages = isAlpine(reading) ? 'apk' : 'apt';
  const same: RunBase = { image: writtenImage(reading), packages, shell: true };
  if (packages === 'apk' || /slim/.test(tag)) return same;
  const smaller = smallerOf(base, image, writtenImage(reading));
  return smaller === undefined ? undefined : { image: smaller, packages, shell: true };
}

function smallerOf(base: string, image: ImageReference, written: string): string | undefined {
  const tag = image.tag?.value;
  if (tag === undefined) return image.literal && !image.digest && SLIM.has(base) ? `${written}:slim` : undefined;
  if (!image.literal) {
    // `node:${VERSION}` becomes `node:${VERSION}-slim` where nothing but a version is in it.
    return SLIM.has(base) && /^\d+(?:\.\d+)*$/.test(tag) && written.endsWith('}') && !image.digest
      ? `${written}-slim`
      : undefined;
  }
  const name = written.slice(0, written.length - (image.digest ? image.digest.value.length + 1 : 0));
  const head = name.slice(0, name.length - tag.length);
  const known = smallerTag(base, tag);
  if (known && known.kind !== 'alpine') return head + known.tag;
  return SLIM.has(base) ? slimTag(base, tag, head) : undefined;
}

/** `22-bookworm` is `22-bookworm-slim` for node and `22-slim-bookworm` elsewhere. */
function slimTag(base: string, tag: string, head: string): string | undefined {
  const match = /^(\d+(?:\.\d+)*|latest|lts|current)(?:-(trixie|bookworm|bullseye|buster|stretch))?$/.exec(tag);
  if (!match) return undefined;
  const [, version = '', release] = match;
  if (version === 'latest') return `${head}slim`;
  if (release === undefined) return `${head}${version}-slim`;
  return base === 'node' ? `${head}${version}-${release}-slim` : `${head}${version}-slim-${release}`;
}
