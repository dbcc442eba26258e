import type { ComposeDocument } from '../compose/model.js';
import { imageOf } from '../compose/queries.js';
import { placeIn } from '../compose/service.js';
import type { Config } from '../config.js';
import { remembered } from '../core/remembered.js';
import type { Range } from '../core/text.js';
import type { DockerfileDocument } from '../dockerfile/model.js';
import { type UsedImage, usedImages } from '../dockerfile/queries.js';
import { officialName } from './official.js';
import type { ImageReference } from './reference.js';
import { comesFrom } from './registries.js';
import { OTHER_OFFICIALS } from './tags.generated.js';
import { versionsOf } from './tags.js';

/** An image that is pulled from a registry because the file names it. */
export interface PulledImage {
  readonly reference: ImageReference;
  /** Where to report what is wrong with the reference as a whole. */
  readonly range: Range;
  /** Where the tag stands as it is used and for nothing else; with a digest behind it. Absent where a variable is in it. */
  readonly tagRange?: Range;
  /** Where a tag can be put; absent where there is one, or where the name ends in a variable. */
  readonly tagPlace?: number;
}

/** The images that the stages of a Dockerfile build on. */
export const baseImages = remembered((document: DockerfileDocument): readonly PulledImage[] => {
  return document.stages.flatMap(({ image }) =>
    image ? [{ reference: image, range: image.range, ...placesOf(document.text, image) }] : [],
  );
});

/** Every image a Dockerfile names, with what names it: FROM, `COPY --from`, `RUN --mount=from`, `# syntax=`. */
export const namedImages = remembered(
  (document: DockerfileDocument): readonly (PulledImage & Pick<UsedImage, 'by'>)[] => {
    return usedImages(document).map(({ reference, by }) => ({
      reference,
      range: reference.range,
      by,
      ...placesOf(document.text, reference),
    }));
  },
);

/** The images of services that do not build them, and that no other service of the file builds. */
export const serviceImages = remembered((document: ComposeDocument): readonly PulledImage[] => {
  const built = new Set(
    document.services.flatMap((service) => (service.get('build') ? (imageOf(service)?.written ?? []) : [])),
  );
  const found = document.services.flatMap((service) => {
    const entry = service.get('image');
    const reference = imageOf(service);
    if (!entry || !reference || service.get('build') || built.has(reference.written)) return [];
    const inherited = entry.inherited || entry.value.inherited;
    const range = placeIn(service, { range: reference.range, inherited });
    return [{ reference, range, inherited, ...(inherited ? {} : placesOf(document.text, reference)) }];
  });
  // What one anchor gives to several services is said once, where it is written if a service stands there.
  const said = new Set(found.filter((it) => !it.inherited).map((it) => it.reference.range.start));
  return found.filter(({ inherited, reference: { range } }) => {
    if (!inherited) return true;
    const isNew = !said.has(range.start);
    said.add(range.start);
    return isNew;
  });
});

/** A variable in front of the name, such as the prefix of a mirror, does not hide where the tag stands. */
export function placesOf(
  text: string,
  { range, tag, digest }: ImageReference,
): Pick<PulledImage, 'tagRange' | 'tagPlace'> {
  const written = text.slice(range.start, range.end);
  const name = written.slice(written.lastIndexOf('/') + 1);
  if (!tag) return /\$\w*$|[}@:"']|^$/.test(name.replace(/^\$\{\w+\}/, '')) ? {} : { tagPlace: range.end };
  const tail = digest ? `${tag.value}@${digest.value}` : tag.value;
  return written.endsWith(`:${tail}`) ? { tagRange: { start: range.end - tail.length, end: range.end } } : {};
}

/** A registry of the organisation itself: what it serves is not questioned. */
export function isTrusted(reference: ImageReference, { registries }: Config): boolean {
  return registries.trusted.some((it) => comesFrom(reference, it));
}

/** A name that Docker Hub has no official image for: it can only mean an image or build context of this machine. */
export function isLocalName(reference: ImageReference): boolean {
  const name = officialName(reference);
  if (reference.explicitRegistry || name === undefined || reference.unknown.has('path')) return false;
  return versionsOf(name).length === 0 && !OTHERS.has(name);
}

const OTHERS = new Set(OTHER_OFFICIALS.split(' '));
