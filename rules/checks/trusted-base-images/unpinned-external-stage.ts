import { rangeWithin } from '../../compose/decode.js';
import type { ComposeService } from '../../compose/model.js';
import { at, itemsOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Finding, Fix } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import { officialName } from '../../images/official.js';
import { exactTag, hasMovingTag } from '../../images/pins.js';
import { isLocalName, isTrusted, namedImages, type PulledImage, placesOf } from '../../images/pulled.js';
import { type ImageReference, readImageReference } from '../../images/reference.js';
import { unlessNamedContext } from '../../project/named-contexts.js';

export default defineRule({
  id: 'unpinned-external-stage',
  severity: 'warning',
  summary: 'An image that files are copied from must be named with a version or a digest.',
  why: `
    \`COPY --from=\` and \`RUN --mount=from=\` take programs out of other images, often the very tools that build or start yours, and
    the \`# syntax=\` line names the image that reads the Dockerfile itself. They are base images in all but name, yet reviews and update
    bots look at FROM. Without a version, or with a tag such as \`latest\`, whatever was pushed there last gets into the next
    build, and a publisher who was broken into is in your image the same day.

    Stages of the file, digests and versions are fine, also \`docker/dockerfile:1\`, as Docker recommends it. In compose files the
    \`docker-image://\` entries of \`additional_contexts\` count.
  `,
  fixSafety: `
    The version offered is the newest release on the day of the facts table, which may be newer than what was copied so far.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'https://docs.docker.com/reference/dockerfile/#copy---from',
    'https://docs.docker.com/build/buildkit/frontend/',
  ],
  standards: { cis: ['4.2'], nist: ['4.1.5', '4.2.2'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: { hadolint: ['DL3022'], tally: ['DL3022'] },
  messages: {
    noTag: '{image} has no version, so each build may copy other files. Add a version or a digest.',
    moves: '{image} means another image with every release, so each build may differ. Pin a version or a digest.',
    localName:
      'No stage above is called {image}, so unless the build names it, Docker pulls an image without a version.',
    noFrontend: '{image} has no version, so each build may read this file in another way. Add a version.',
  },
  titles: { pin: 'Use {image}' },

  check: {
    dockerfile: (document, context) =>
      namedImages(document).flatMap((it) =>
        it.by === 'from' ? [] : unlessNamedContext(it.reference, context, judge(it, context)),
      ),
    compose: (document, context) =>
      document.services.flatMap((service) => contextsOf(document.text, service).flatMap((it) => judge(it, context))),
  },

  examples: [
    {
      title: 'A tool copied out of an image without a version',
      in: 'dockerfile',
      bad: `
        FROM php:8.5-fpm
        COPY --from=«composer» /usr/bin/composer /usr/bin/composer
      `,
      expect: ['noTag'],
      fixed: `
        FROM php:8.5-fpm
        COPY --from=composer:2.10.2 /usr/bin/composer /usr/bin/composer
      `,
    },
    {
      title: 'A moving tag, copied and mounted',
      in: 'dockerfile',
      bad: `
        FROM python:3.14-slim
        COPY --from=«ghcr.io/astral-sh/uv:latest» /uv /bin/
        RUN --mount=type=bind,from=«golang:latest»,source=/usr/local/go,target=/usr/local/go go version
      `,
      expect: ['moves', 'moves'],
      fixed: `
        FROM python:3.14-slim
        COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
        RUN --mount=type=bind,from=golang:1.27.0-trixie,source=/usr/local/go,target=/usr/local/go go version
      `,
    },
    {
      title: 'The image that reads the Dockerfile',
      in: 'dockerfile',
      bad: `
        # syntax=«docker/dockerfile:experimental»
        FROM alpine:3.24
      `,
      expect: ['moves'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM alpine:3.24
      `,
    },
    {
      title: 'Its name alone',
      in: 'dockerfile',
      bad: `
        # syntax=«docker/dockerfile»
        FROM alpine:3.24
      `,
      expect: ['noFrontend'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM alpine:3.24
      `,
    },
    {
      title: 'A name that may be a context of the build',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        COPY --from=«assets» /dist /srv
      `,
      expect: ['localName'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Stages, versions, digests and unknown values',
      in: 'dockerfile',
      good: `
        # syntax=docker/dockerfile:1
        ARG TOOLS
        FROM golang:1.27 AS build
        FROM alpine:3.24
        ARG TOOLS
        COPY --from=build /app /app
        COPY --from=0 /app /app2
        COPY --from=composer:2.10 /usr/bin/composer /usr/bin/
        COPY --from=busybox@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7 /bin/sh /bin/
        COPY --from=\${TOOLS} /tool /tool
      `,
    },
    {
      title: 'Contexts of a build',
      in: 'compose',
      bad: `
        services:
          app:
            build:
              context: .
              additional_contexts:
                - base=docker-image://«alpine»
                - tools=docker-image://acme/tools:1.4
          web:
            build:
              context: .
              additional_contexts:
                node: docker-image://«node:latest»
      `,
      expect: ['noTag', 'moves'],
      fixed: `
        services:
          app:
            build:
              context: .
              additional_contexts:
                - base=docker-image://alpine:3.24.1
                - tools=docker-image://acme/tools:1.4
          web:
            build:
              context: .
              additional_contexts:
                node: docker-image://node:26.7.0-trixie
      `,
    },
    {
      title: 'Contexts with a version, and folders',
      in: 'compose',
      good: `
        services:
          app:
            build:
              context: .
              additional_contexts:
                - base=docker-image://alpine:3.24
                - shared=../shared
      `,
    },
  ],
});

type Message = 'noTag' | 'moves' | 'localName' | 'noFrontend';
type Found = Finding<Message, 'pin', never>;

function judge(
  { reference, range, tagRange, tagPlace, by }: PulledImage & { readonly by?: string },
  { config }: CheckContext,
): readonly Found[] {
  const { tag, digest, unknown, written, path } = reference;
  if (digest || unknown.size > 0 || path === '' || isTrusted(reference, config)) return [];
  const data = { image: written };
  if (!tag) {
    if (/(?:^|[:@/])$/.test(written)) return [];
    if (by !== undefined && isLocalName(reference)) return [{ message: 'localName', data, range, confidence: 'low' }];
    const place = tagPlace === undefined ? undefined : { start: tagPlace, end: tagPlace };
    return [{ message: by === 'syntax' ? 'noFrontend' : 'noTag', data, range, fixes: pin(reference, place, ':') }];
  }
  // Also `labs`, the channel of docker/dockerfile for what is being tried out.
  if (!hasMovingTag(reference) && !(by === 'syntax' && tag.value === 'labs')) return [];
  return [{ message: 'moves', data, range, fixes: pin(reference, tagRange, '') }];
}

function pin(reference: ImageReference, range: Range | undefined, before: string): readonly Fix<'pin'>[] {
  const version = versionFor(reference);
  if (!range || version === undefined) return [];
  const { written, tag } = reference;
  const name = tag ? written.slice(0, -tag.value.length - 1) : written;
  return [
    {
      title: 'pin',
      data: { image: `${name}:${version}` },
      applicability: 'unsafe',
      edits: [{ range, text: before + version }],
    },
  ];
}

function versionFor(reference: ImageReference): string | undefined {
  const { name, tag } = reference;
  if (name === 'docker/dockerfile') return tag?.value === 'labs' ? '1-labs' : '1';
  const image = officialName(reference);
  return image === undefined ? undefined : exactTag(image, tag?.value);
}

/** `additional_contexts` of a build, as a map or as a list of `name=value`. */
function contextsOf(text: string, service: ComposeService): readonly PulledImage[] {
  const contexts = at(service.node, 'build', 'additional_contexts');
  const items =
    contexts?.value.kind === 'map'
      ? contexts.value.entries.flatMap((it) => itemsOf(it))
      : itemsOf(contexts).filter((it) => it.text.value.includes('='));
  return items.flatMap(({ text: value, node, inherited }) => {
    const [, before = '', image = ''] = /^([^=]*=?docker-image:\/\/)(.+)$/.exec(value.value) ?? [];
    if (image === '') return [];
    const place = rangeWithin(node, before.length, node.text.length);
    const reference = readImageReference({ ...value, value: image }, place);
    const range = placeIn(service, { range: place, inherited });
    return [{ reference, range, ...(inherited ? {} : placesOf(text, reference)) }];
  });
}
