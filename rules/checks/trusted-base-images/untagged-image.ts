import type { Finding, Fix } from '../../core/finding.js';
import type { CheckContext } from '../../core/rule.js';
import { defineRule } from '../../core/rule.js';
import { officialName } from '../../images/official.js';
import { exactTag, slimTag } from '../../images/pins.js';
import { baseImages, isLocalName, isTrusted, type PulledImage, serviceImages } from '../../images/pulled.js';
import type { ImageReference } from '../../images/reference.js';
import { unlessNamedContext } from '../../project/named-contexts.js';

export default defineRule({
  id: 'untagged-image',
  severity: 'warning',
  summary: 'An image must be named with a tag or a digest.',
  why: `
    Without a tag Docker takes \`latest\`: whatever the publisher pushed last. The same file then builds another image tomorrow
    than the one that was tested and scanned today, and nobody sees it in a diff. Whoever takes over the publisher's account or
    pushes a bad release gets into every following build at once, and there is no version to go back to.

    A version tag says what is wanted, makes updates a reviewed change, and lets scanners and update bots do their work.
    Stage names, \`scratch\`, images that the compose file builds itself and names that depend on an argument without a default are
    left alone.
  `,
  fixSafety: `
    The tags offered are the newest release on the day of the facts table. It may be newer than the image that was pulled so far;
    a slim or Alpine variant also has fewer programs and, for Alpine, another C library.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'https://docs.docker.com/reference/dockerfile/#from',
  ],
  standards: { cis: ['4.2', '5.28'], nist: ['4.1.5', '4.2.2'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {
    hadolint: ['DL3006'],
    trivy: ['DS-0001'],
    checkov: ['CKV_DOCKER_7'],
    semgrep: ['missing-image-version'],
    dclint: ['service-image-require-explicit-tag'],
    tally: ['DL3006'],
  },
  messages: {
    noTag:
      '{image} has no tag, so Docker takes latest and each build may get another image. Add a version or a digest.',
    localName:
      '{image} has no tag, so unless this machine has it, Docker pulls the latest one. Add a version or a digest.',
  },
  titles: {
    pin: 'Use {image}',
    pinSlim: 'Use the smaller {image}',
  },

  check: {
    dockerfile: (document, context) =>
      baseImages(document).flatMap((it) => unlessNamedContext(it.reference, context, judge(it, context))),
    compose: (document, context) => serviceImages(document).flatMap((it) => judge(it, context)),
  },

  examples: [
    {
      title: 'No tag',
      in: 'dockerfile',
      bad: `
        FROM «node»
        COPY . /app
      `,
      expect: ['noTag'],
      fixed: `
        FROM node:26.7.0-trixie
        COPY . /app
      `,
      alternatives: [
        `
        FROM node:26.7.0-trixie-slim
        COPY . /app
        `,
      ],
    },
    {
      title: 'No tag, with a platform and a stage name',
      in: 'dockerfile',
      bad: `
        FROM --platform=linux/amd64 «docker.io/library/redis» AS cache
      `,
      expect: ['noTag'],
      fixed: `
        FROM --platform=linux/amd64 docker.io/library/redis:8.10.1-trixie AS cache
      `,
      alternatives: [
        `
        FROM --platform=linux/amd64 docker.io/library/redis:8.10.1-alpine3.23 AS cache
        `,
      ],
    },
    {
      title: 'An image of another registry with a port',
      in: 'dockerfile',
      bad: `
        FROM «registry.example.com:5000/shop/base»
      `,
      expect: ['noTag'],
      fixed: null,
    },
    {
      title: 'The default of an argument has no tag',
      in: 'dockerfile',
      bad: `
        ARG BASE=debian
        FROM «$BASE»
      `,
      expect: ['noTag'],
      fixed: null,
    },
    {
      title: 'The prefix of a mirror before the name',
      in: 'dockerfile',
      bad: `
        ARG MIRROR=mirror.gcr.io/library/
        FROM «\${MIRROR}alpine»
      `,
      expect: ['noTag'],
      fixed: `
        ARG MIRROR=mirror.gcr.io/library/
        FROM \${MIRROR}alpine:3.24.1
      `,
    },
    {
      title: 'The registry is unknown, but a tag is missing in any case',
      in: 'dockerfile',
      bad: `
        ARG REGISTRY
        FROM «\${REGISTRY}/ubuntu»
      `,
      expect: ['noTag'],
      fixed: null,
    },
    {
      title: 'A name that can only be a local image',
      in: 'dockerfile',
      bad: `
        FROM «our-base»
      `,
      expect: ['localName'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'A tag, a digest, or both',
      in: 'dockerfile',
      good: `
        FROM node:24 AS build
        FROM node@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7 AS test
        FROM localhost:5000/base:1.4.2@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7
      `,
    },
    {
      title: 'Earlier stages and scratch',
      in: 'dockerfile',
      good: `
        FROM golang:1.27 AS Build
        FROM --platform=$BUILDPLATFORM build AS test
        FROM scratch
        COPY --from=build /app /app
      `,
    },
    {
      title: 'A computed stage name',
      in: 'dockerfile',
      good: `
        ARG TARGETARCH
        FROM alpine:3.24 AS base-amd64
        FROM alpine:3.24 AS base-arm64
        FROM base-\${TARGETARCH}
      `,
    },
    {
      title: 'An argument whose value only the caller knows',
      in: 'dockerfile',
      good: `
        ARG BASE
        FROM \${BASE}
      `,
    },
    {
      title: 'A gap in a template',
      in: 'dockerfile',
      good: `
        FROM REPLACE-ME
      `,
    },
    {
      title: 'The default of an argument has a tag',
      in: 'dockerfile',
      good: `
        ARG BASE=alpine:3.24
        FROM $BASE
      `,
    },
    {
      title: 'An image of a trusted registry',
      in: 'dockerfile',
      config: { registries: { allowed: [], trusted: ['registry.example.com'] } },
      good: `
        FROM registry.example.com/shop/base
      `,
    },
    {
      title: 'A name that the compose file gives to a folder, and one that it does not',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build:
                context: web
                additional_contexts:
                  Base: ../base
                  alpine: docker-image://alpine:3.24.1
        `,
      },
      bad: `
        FROM base AS a
        FROM alpine AS b
        FROM «node»
      `,
      expect: ['noTag'],
      fixed: `
        FROM base AS a
        FROM alpine AS b
        FROM node:26.7.0-trixie
      `,
      alternatives: [
        `
        FROM base AS a
        FROM alpine AS b
        FROM node:26.7.0-trixie-slim
        `,
      ],
    },
    {
      title: 'A name that the pipeline gives to a folder',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        '.github/workflows/build.yml': `
          on: push
          jobs:
            build:
              runs-on: ubuntu-24.04
              steps:
                - run: docker buildx build --build-context base=base -f web/Dockerfile --load .
        `,
      },
      good: `
        FROM base
      `,
    },
    {
      title: 'A service without a tag',
      in: 'compose',
      bad: `
        services:
          db:
            image: "«postgres»"
      `,
      expect: ['noTag'],
      fixed: `
        services:
          db:
            image: "postgres:18.6-trixie"
      `,
      alternatives: [
        `
        services:
          db:
            image: "postgres:18.6-alpine3.24"
        `,
      ],
    },
    {
      title: 'The image comes from a merged map',
      in: 'compose',
      bad: `
        x-db: &db
          image: postgres
        services:
          «db»:
            <<: *db
          standby:
            <<: *db
      `,
      expect: ['noTag'],
      fixed: null,
    },
    {
      title: 'A service that builds its image, and one that uses it',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web
          worker:
            image: shop/web
            command: work
          cache:
            image: redis:8.10-alpine
          other:
            image: \${OTHER_IMAGE}
      `,
    },
  ],
});

function judge(
  { reference, range, tagPlace }: PulledImage,
  { config }: CheckContext,
): readonly Finding<'noTag' | 'localName', 'pin' | 'pinSlim', never>[] {
  const { tag, digest, unknown } = reference;
  if (tag || digest || unknown.has('tag') || unknown.has('digest') || unknown.has('path')) return [];
  // A name that ends this way is still being typed.
  if (/(?:^|[:@/])$/.test(reference.written) || isTrusted(reference, config)) return [];
  // Docker takes no capital letters: `REPLACE-ME` is a gap in a template.
  if (
    /[A-Z]/.test(
      reference.written
        .replace(/\$\{[^}]*\}|\$\w+/g, '')
        .split('/')
        .at(-1) ?? '',
    )
  )
    return [];
  const data = { image: reference.written };
  if (isLocalName(reference)) return [{ message: 'localName', data, range, confidence: 'low' }];
  return [{ message: 'noTag', data, range, fixes: tagPlace === undefined ? [] : pins(reference, tagPlace) }];
}

function pins(reference: ImageReference, place: number): readonly Fix<'pin' | 'pinSlim'>[] {
  const image = officialName(reference);
  const exact = image === undefined ? undefined : exactTag(image, undefined);
  if (image === undefined || exact === undefined) return [];
  const add = (title: 'pin' | 'pinSlim', tag: string): Fix<'pin' | 'pinSlim'> => ({
    title,
    data: { image: `${reference.written}:${tag}` },
    applicability: 'unsafe',
    edits: [{ range: { start: place, end: place }, text: `:${tag}` }],
  });
  const slim = slimTag(image, exact);
  return slim === undefined ? [add('pin', exact)] : [add('pin', exact), add('pinSlim', slim)];
}
