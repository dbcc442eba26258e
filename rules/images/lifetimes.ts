import { rememberedBy, rememberedText } from '../core/remembered.js';
import { AS_OF, CODENAMES, LIFETIMES, PRODUCT_NAMES, PRODUCTS } from './lifetimes.generated.js';
import { officialName } from './official.js';
import type { ImageReference } from './reference.js';
import { versionsOf } from './tags.js';

/** A release in an image whose regular support is over on the day of the facts table. */
export interface EndedRelease {
  /** As people call it: `Debian 10`. */
  readonly name: string;
  /** Last day of regular support: `2022-09-10`. */
  readonly ended: string;
  /** Last day of the extended support that is still there. */
  readonly extended?: string;
}

interface Cycle {
  readonly name: string;
  readonly lts: boolean;
  readonly ended?: string;
  readonly extended?: string;
}

/** Characters: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests */
const LONGEST_TAG = 128;

/** A release that a tag or path names, and where in the tag. */
interface NamedRelease {
  readonly product: string;
  readonly cycle: Cycle;
}

/** The releases named in the reference whose regular support is over: the image's own and that of the system under it. */
export function endedReleases(reference: ImageReference): readonly EndedRelease[] {
  return (reference.tag?.value.length ?? 0) > LONGEST_TAG ? [] : endedOfImage(reference);
}

const endedOfImage = rememberedBy(nameWithTag, (reference): readonly EndedRelease[] =>
  namedReleases(reference).flatMap(({ product, cycle: { name, ended, extended } }) =>
    ended === undefined
      ? []
      : [
          {
            name: `${PRODUCT_NAMES[product] ?? product} ${name}`,
            ended,
            ...(extended === undefined ? {} : { extended }),
          },
        ],
  ),
);

function nameWithTag({ registry, path, tag }: ImageReference): string {
  return `${registry}/${path}:${tag?.value ?? ''}`;
}

function namedReleases(reference: ImageReference): readonly NamedRelease[] {
  if (reference.path === '') return [];
  const tag = reference.tag?.value.toLowerCase() ?? '';
  const product = productOf(reference);
  const own = product === undefined ? undefined : ownCycle(product, tag);
  const found: NamedRelease[] = product !== undefined && own ? [{ product, cycle: own }] : [];
  const parts = [...tag.split('-'), ...(reference.path.split('/').at(-1)?.split('-').slice(1) ?? [])];
  parts.forEach((part, index) => {
    const release = systemOf(part, parts[index + 1]) ?? runtimeOf(part);
    if (release && !found.some((it) => it.product === release.product)) found.push(release);
  });
  return found;
}

function productOf(reference: ImageReference): string | undefined {
  const name = officialName(reference) ?? reference.name;
  const product = PRODUCTS[name] ?? name;
  return Object.hasOwn(LIFETIMES, product) ? product : undefined;
}

function ownCycle(product: string, tag: string): Cycle | undefined {
  const codename = tag.split('-')[0] ?? '';
  const number = codenamesOf(product).get(codename) ?? (product === 'node' ? NODE_CODENAMES.get(codename) : undefined);
  return cycleOf(product, number ?? /^(?:v|open-)?(\d+(?:\.\d+)*)/.exec(tag)?.[1]);
}

/** https://github.com/nodejs/Release/blob/main/CODENAMES.md */
const NODE_CODENAMES = new Map(
  'argon=4 boron=6 carbon=8 dubnium=10 erbium=12 fermium=14 gallium=16 hydrogen=18 iron=20 jod=22 krypton=24'
    .split(' ')
    .map((it): [string, string] => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]),
);

/** `bullseye`, `alpine3.14`, `ubuntu22.04`, `debian-11`, `al2`: the system that the image is built on. */
function systemOf(part: string, next: string | undefined): NamedRelease | undefined {
  for (const product of ['debian', 'ubuntu'] as const) {
    const cycle = cycleOf(product, codenamesOf(product).get(part));
    if (cycle) return { product, cycle };
  }
  const [, name = '', glued = ''] =
    /^(debian|ubuntu|alpine|centos|fedora|oraclelinux|ol|amazonlinux|al)(\d[\d.]*)?$/.exec(part) ?? [];
  const product = SYSTEMS.get(name);
  if (product === undefined) return undefined;
  const version = glued || (/^\d+(?:\.\d+)?$/.test(next ?? '') ? next : undefined);
  const cycle = cycleOf(product, product === 'ubuntu' ? version?.replace(/^(\d\d)(\d\d)$/, '$1.$2') : version);
  return cycle && { product, cycle };
}

const SYSTEMS = new Map([
  ['debian', 'debian'],
  ['ubuntu', 'ubuntu'],
  ['alpine', 'alpine'],
  ['centos', 'centos'],
  ['fedora', 'fedora'],
  ['oraclelinux', 'oraclelinux'],
  ['ol', 'oraclelinux'],
  ['amazonlinux', 'amazonlinux'],
  ['al', 'amazonlinux'],
]);

/** `php7.4`, `python3.8`: the language an image of something else carries. */
function runtimeOf(part: string): NamedRelease | undefined {
  const [, product, version] = /^(php|python|ruby)(\d\.\d+)/.exec(part) ?? [];
  const cycle = product === undefined ? undefined : cycleOf(product, version);
  return product !== undefined && cycle ? { product, cycle } : undefined;
}

const cyclesOf = rememberedText((product): readonly Cycle[] => (LIFETIMES[product] ?? '').split(' ').map(parseCycle));

function parseCycle(text: string): Cycle {
  const [, name = '', lts, ended, extended] = /^([^*:]+)(\*)?(?::([^+]+)(?:\+(.+))?)?$/.exec(text) ?? [];
  return {
    name,
    lts: lts !== undefined,
    ...(ended === undefined ? {} : { ended }),
    ...(extended === undefined ? {} : { extended }),
  };
}

/** The cycle a version belongs to: `3.8.10` → 3.8. A rough version means the newest of its cycles: `9` → 9.6. */
function cycleOf(product: string, version: string | undefined): Cycle | undefined {
  if (version === undefined) return undefined;
  // The only release of Amazon Linux 1 that was ever called by its number is its last.
  if (product === 'amazonlinux' && version === '1') return cycleOf(product, '2018.03');
  const cycles = cyclesOf(product);
  for (const numbers = version.split('.'); numbers.length > 0; numbers.pop()) {
    const exact = cycles.find((it) => it.name === numbers.join('.'));
    if (exact) return exact;
  }
  return cycles.find((it) => it.name.startsWith(`${version}.`));
}

const codenamesOf = rememberedText((product): ReadonlyMap<string, string> => {
  if (product !== 'debian' && product !== 'ubuntu') return new Map();
  return new Map(
    CODENAMES[product]
      .split(' ')
      .map((it): [string, string] => [it.slice(0, it.indexOf('=')), it.slice(it.indexOf('=') + 1)]),
  );
});

/** The newest cycle that is supported; of products with long-term releases the newest of these. */
function newestSupported(product: string): Cycle | undefined {
  const supported = cyclesOf(product).filter((it) => it.ended === undefined);
  return supported.find((it) => it.lts) ?? supported[0];
}

/**
 * A tag of the same image and variant in which nothing is past its end: `3.8-slim-buster` → `3.14-slim-trixie`, as
 * exact as the one written; undefined when the facts table has none.
 */
export function supportedTag(reference: ImageReference): string | undefined {
  const tag = reference.tag?.value.toLowerCase();
  if (tag === undefined || reference.path === '') return undefined;
  const image = officialName(reference);
  if (image === undefined) return unofficialTag(reference.name, tag);
  const product = productOf(reference);
  const codename = tag.split('-')[0] ?? '';
  for (const system of ['debian', 'ubuntu'] as const)
    if (
      image === system ||
      (versionsOf(image).some((it) => it.heads.includes(newestCodename(system))) && codenamesOf(system).has(codename))
    )
      return systemTag(image, system, tag);
  return variantTag(image, product, tag);
}

/** Images outside the table whose tags follow a plain scheme. */
function unofficialTag(name: string, tag: string): string | undefined {
  const next = newestSupported(PRODUCTS[name] ?? name)?.name;
  if (next === undefined) return undefined;
  if (name === 'opensuse/leap' || name === 'rockylinux/rockylinux') return /^[\d.]+$/.test(tag) ? next : undefined;
  const variant = /^mcr\.microsoft\.com\/dotnet\/(?!core)/.test(name) ? /^\d+\.\d+(-alpine)?$/.exec(tag) : null;
  return variant ? `${next}.0${variant[1] ?? ''}` : undefined;
}

/** Images whose versions are those of the system (debian, buildpack-deps): the codename or the number, and the variant. */
function systemTag(image: string, system: 'debian' | 'ubuntu', tag: string): string | undefined {
  const [written = '', ...rest] = tag.split('-');
  const version = versionsOf(image).find((it) => it.heads.includes(newestCodename(system)));
  const suffix = rest
    .filter((it) => !/^\d{6}/.test(it))
    .map((it) => `-${it}`)
    .join('');
  if (!version?.variants.some((it) => it.includes(suffix))) return undefined;
  const head = codenamesOf(system).has(written) ? version.heads[0] : headAsExact(version.heads, written);
  return head === undefined ? undefined : head + suffix;
}

function newestCodename(system: 'debian' | 'ubuntu'): string {
  const newest = newestSupported(system)?.name;
  return [...codenamesOf(system)].find(([, cycle]) => cycle === newest)?.[0] ?? '';
}

function variantTag(image: string, product: string | undefined, tag: string): string | undefined {
  const versions = versionsOf(image);
  const codename = tag.split('-')[0] ?? '';
  const number = image === 'node' ? NODE_CODENAMES.get(codename) : undefined;
  if (number !== undefined) return variantTag(image, product, number + tag.slice(codename.length));
  const written = /^v?\d[\w.+]*(?:-b\d+)?(?=-|$)/.exec(tag)?.[0];
  if (written === undefined) return undefined;
  const own = product === undefined ? undefined : cycleOf(product, /\d+(?:\.\d+)*/.exec(written)?.[0]);
  const next = own?.ended === undefined ? own?.name : newestSupported(product ?? '')?.name;
  const inCycle = (head: string): boolean =>
    next !== undefined && (head === next || head.startsWith(`${next}.`) || head.startsWith(`${next}u`));
  const candidates = own
    ? versions.filter((it) => it.heads.some(inCycle))
    : versions.filter((it) => it.heads.includes(written));
  const suffix = tag.slice(written.length);
  for (const version of candidates) {
    const variant = supportedVariant(version.variants.flat(), suffix);
    const head = version.heads.includes(written)
      ? written
      : headAsExact(
          version.heads.filter((it) => !own || inCycle(it)),
          written,
        );
    if (variant !== undefined && head !== undefined) return head + variant;
  }
  return undefined;
}

/** The head with as many numbers as `written`, else the next more exact, else the most exact one. */
function headAsExact(heads: readonly string[], written: string): string | undefined {
  const numbers = (head: string): number => head.split(/\D+/).filter(Boolean).length;
  return heads.find((it) => numbers(it) >= Math.max(1, numbers(written))) ?? heads.at(-1);
}

/** The suffix that differs from the written one in releases of the system alone; the newest supported one wins. */
export function supportedVariant(variants: readonly string[], suffix: string): string | undefined {
  if (variants.includes(suffix) && !suffix.split('-').some(isEnded)) return suffix;
  const shape = shapeOf(suffix);
  const fitting = variants.filter((it) => shapeOf(it) === shape && !it.split('-').some(isEnded));
  return fitting.toSorted((a, b) => releaseAge(b) - releaseAge(a))[0];
}

/** The suffix with every system release replaced by the system's name, in any order: `-slim-buster` and `-trixie-slim` are alike. */
function shapeOf(suffix: string): string {
  return suffix
    .split('-')
    .filter((it) => !/^(?:20)?\d{6}/.test(it))
    .map(
      (it) => (systemOf(it, undefined) ?? runtimeOf(it))?.product ?? it.replace(/^(alpine|oraclelinux)\d[\d.]*$/, '$1'),
    )
    .sort()
    .join('-');
}

function isEnded(part: string): boolean {
  return (systemOf(part, undefined) ?? runtimeOf(part))?.cycle.ended !== undefined;
}

function releaseAge(suffix: string): number {
  const releases = suffix.split('-').flatMap((it) => (systemOf(it, undefined) ?? runtimeOf(it))?.cycle.name ?? []);
  const [major = 0, minor = 0] = releases[0]?.split('.').map(Number) ?? [];
  return major * 1000 + minor;
}

/** The day of the facts table. */
export const FACTS_AS_OF = AS_OF;
