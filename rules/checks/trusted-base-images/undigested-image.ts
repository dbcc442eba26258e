import type { Finding, Fix } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { isSet } from '../../core/text.js';
import { fullName } from '../../images/full-name.js';
import { majorVersion } from '../../images/major.js';
import { hasMovingTag } from '../../images/pins.js';
import { isLocalName, isTrusted, namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { unlessNamedContext } from '../../project/named-contexts.js';

export default defineRule({
  id: 'undigested-image',
  severity: 'info',
  profile: 'strict',
  yieldsTo: ['untagged-image', 'moving-tag', 'major-only-tag', 'unpinned-external-stage'],
  summary: 'An image must be pinned to its content with a digest.',
  why: `
    A tag, even that of an exact version, is a name that the publisher can give to something else: publishers rebuild versions for
    each update of the system below, and whoever takes over their account or registry can replace an old release without a trace.
    A digest is the checksum of the image: what comes is what was tested, or nothing at all.

    Keep the tag in front of the digest (\`node:24.19.0@sha256:…\`): people read it, and update bots need it to raise both. Images without
    a version are reported by untagged-image, moving-tag, major-only-tag and unpinned-external-stage; the \`# syntax=\` line,
    stages, images that the compose file builds and those of trusted registries are left alone.

    Only the registry knows the digest. \`seaworthy fix --unsafe --ask-registry\` asks it, and so does the editor where the setting
    \`seaworthy.askRegistry\` is on; without them nothing is sent and no fix is offered.
  `,
  fixSafety: `
    The digest is what the registry has under the tag when it is asked; a machine that pulled the tag before may have an older image.
    From then on the image gets no updates, those against known holes included, until the digest is renewed: Renovate and
    Dependabot do it.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'https://docs.docker.com/reference/cli/docker/image/pull/#pull-an-image-by-digest-immutable-identifier',
  ],
  standards: { cis: ['4.2', '5.28'], nist: ['4.1.5', '4.2.2'], owasp: ['RULE #13'], cwe: ['CWE-494', 'CWE-1357'] },
  equivalents: { semgrep: ['dockerfile-source-not-pinned'] },
  messages: {
    noDigest:
      '{image} has no digest, so its publisher can put another image under this tag. Add @sha256: behind the tag.',
    noDigestByDefault: '{image} is used by default and has no digest. Add @sha256: behind the tag of the default.',
  },
  titles: { pin: 'Pin {image} to {digest}, with no updates until that is renewed' },

  check: {
    dockerfile: (document, context) =>
      namedImages(document).flatMap((it) =>
        it.by === 'syntax' ? [] : unlessNamedContext(it.reference, context, judge(it, context)),
      ),
    compose: (document, context) => serviceImages(document).flatMap((it) => judge(it, context)),
  },

  examples: [
    {
      title: 'An exact version; the registries of two were asked',
      in: 'dockerfile',
      digests: {
        'docker.io/library/node:24.19.0-trixie-slim':
          'sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7',
        'ghcr.io/astral-sh/uv:0.9.2': 'sha256:6dbd24a1d4b5a5f7e9b5c7c1c6f0c1c5d1a9e7b6c5d4e3f2a1b0c9d8e7f6a5b4',
      },
      bad: `
        FROM --platform=linux/amd64 «node:24.19.0-trixie-slim» AS build
        FROM «debian:13.6»
        COPY --from=build /app /app
        COPY --from=«ghcr.io/astral-sh/uv:0.9.2» /uv /usr/local/bin/
      `,
      expect: ['noDigest', 'noDigest', 'noDigest'],
      fixed: `
        FROM --platform=linux/amd64 node:24.19.0-trixie-slim@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7 AS build
        FROM debian:13.6
        COPY --from=build /app /app
        COPY --from=ghcr.io/astral-sh/uv:0.9.2@sha256:6dbd24a1d4b5a5f7e9b5c7c1c6f0c1c5d1a9e7b6c5d4e3f2a1b0c9d8e7f6a5b4 /uv /usr/local/bin/
      `,
    },
    {
      title: 'The prefix of a mirror before the name',
      in: 'dockerfile',
      digests: {
        'mirror.gcr.io/library/alpine:3.24.1':
          'sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7',
      },
      bad: `
        ARG MIRROR=mirror.gcr.io/library/
        FROM «\${MIRROR}alpine:3.24.1»
      `,
      expect: ['noDigestByDefault'],
      fixed: `
        ARG MIRROR=mirror.gcr.io/library/
        FROM \${MIRROR}alpine:3.24.1@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7
      `,
    },
    {
      title: 'The default of an argument',
      in: 'dockerfile',
      digests: {
        'docker.io/library/alpine:3.24.1': 'sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7',
      },
      bad: `
        ARG ALPINE=3.24.1
        FROM «alpine:\${ALPINE}»
      `,
      expect: ['noDigestByDefault'],
      fixed: null,
    },
    {
      title: 'A digest, with or without a tag',
      in: 'dockerfile',
      good: `
        # syntax=docker/dockerfile:1
        FROM node:24.19.0@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7 AS build
        FROM alpine@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7 AS test
        FROM build AS run
        FROM scratch
        COPY --from=build /app /app
      `,
    },
    {
      title: 'What only the caller knows',
      in: 'dockerfile',
      good: `
        ARG BASE
        ARG VERSION
        ARG DIGEST
        FROM \${BASE} AS a
        FROM node:\${VERSION} AS b
        FROM node:24.19.0@\${DIGEST} AS c
        FROM node:24.19.0\${DIGEST}
      `,
    },
    {
      title: 'No version at all: what other rules report',
      in: 'dockerfile',
      good: `
        FROM node AS a
        FROM node:latest AS b
        FROM node:24 AS c
      `,
    },
    {
      title: 'A local name, and an image of a trusted registry',
      in: 'dockerfile',
      config: { registries: { allowed: [], trusted: ['registry.example.com'] } },
      good: `
        FROM our-base:2.1.0 AS a
        FROM registry.example.com/shop/base:2.1.0
      `,
    },
    {
      title: 'Services; the registries of two were asked',
      in: 'compose',
      digests: {
        'docker.io/library/postgres:18.6-alpine3.24':
          'sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7',
        'localhost:5000/mail:2.1.0': 'sha256:6dbd24a1d4b5a5f7e9b5c7c1c6f0c1c5d1a9e7b6c5d4e3f2a1b0c9d8e7f6a5b4',
      },
      bad: `
        services:
          db:
            image: "«postgres:18.6-alpine3.24»" # moved by Renovate
          app:
            image: «ghcr.io/acme/shop:\${SHOP_VERSION:-3.1.4}»
          mail: { image: «localhost:5000/mail:2.1.0» }
      `,
      expect: ['noDigest', 'noDigestByDefault', 'noDigest'],
      fixed: `
        services:
          db:
            image: "postgres:18.6-alpine3.24@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7" # moved by Renovate
          app:
            image: ghcr.io/acme/shop:\${SHOP_VERSION:-3.1.4}
          mail: { image: localhost:5000/mail:2.1.0@sha256:6dbd24a1d4b5a5f7e9b5c7c1c6f0c1c5d1a9e7b6c5d4e3f2a1b0c9d8e7f6a5b4 }
      `,
    },
    {
      title: 'An image that services share by an anchor',
      in: 'compose',
      digests: {
        'docker.io/library/postgres:18.6': 'sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7',
      },
      bad: `
        services:
          db: &db
            image: «postgres:18.6»
          replica:
            <<: *db
      `,
      expect: ['noDigest'],
      fixed: `
        services:
          db: &db
            image: postgres:18.6@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7
          replica:
            <<: *db
      `,
    },
    {
      title: 'A digest, and the name of an image that the service builds',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web:1.4.0
          worker:
            image: shop/web:1.4.0
          db:
            image: postgres:18.6@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7
      `,
    },
  ],
});

type Found = Finding<'noDigest' | 'noDigestByDefault', 'pin', never>;

function judge({ reference, range, tagRange }: PulledImage, { config, digests }: CheckContext): readonly Found[] {
  const { tag, digest, unknown, written } = reference;
  if (!tag || digest || unknown.has('digest') || unknown.has('path') || /[:@/]$/.test(written)) return [];
  // Without a version the image is named too loosely for a digest to be the first thing to ask for.
  if (hasMovingTag(reference) || majorVersion(reference) !== undefined) return [];
  if (isLocalName(reference) || isTrusted(reference, config)) return [];
  const found: Found = {
    message: isSet(reference) ? 'noDigest' : 'noDigestByDefault',
    data: { image: written },
    range,
  };
  const name = fullName(reference);
  if (!tagRange || name === undefined) return [found];
  const known = digests.get(name);
  return [
    known === undefined ? { ...found, digestOf: name } : { ...found, fixes: [pin(written, known, tagRange.end)] },
  ];
}

function pin(image: string, digest: string, place: number): Fix<'pin'> {
  return {
    title: 'pin',
    data: { image, digest: `${digest.slice(0, SHOWN)}…` },
    applicability: 'unsafe',
    edits: [{ range: { start: place, end: place }, text: `@${digest}` }],
  };
}

/** What Docker shows of a digest. */
const SHOWN = 'sha256:'.length + 12;
