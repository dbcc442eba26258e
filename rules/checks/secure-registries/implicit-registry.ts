import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { isLocalName, namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { DOCKER_HUB } from '../../images/reference.js';

export default defineRule({
  id: 'implicit-registry',
  severity: 'info',
  profile: 'strict',
  summary: 'An image must be named with the host of its registry.',
  why: `
    \`redis\` means docker.io/library/redis to Docker, but other engines try the registries of their configuration one after the other,
    and a mirror or a build service may have a default of its own. Whoever can push that name to the first of them serves the
    image. A written host also shows in review where an image comes from, and lets a proxy or a policy tell what may be pulled.

    The full name says what Docker takes anyway. Names that can only be local, stages, the \`# syntax=\` line, images that the file
    builds, and names that start with a variable, which is where the host then comes from, are left alone.
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/image/tag/',
    'https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md',
    'https://www.redhat.com/en/blog/be-careful-when-pulling-images-short-name',
  ],
  standards: { cis: ['4.2'], nist: ['4.1.5', '4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-829'] },
  equivalents: {},
  messages: {
    noHost: '{image} names no registry, so the engine chooses one. Write {full}.',
  },
  titles: { complete: 'Write {full}' },

  check: {
    dockerfile: (document) =>
      namedImages(document).flatMap((it) => (it.by === 'syntax' ? [] : judge(document.text, it))),
    compose: (document) => serviceImages(document).flatMap((it) => judge(document.text, it)),
  },

  examples: [
    {
      title: 'Short names',
      in: 'dockerfile',
      bad: `
        FROM --platform=linux/amd64 «node:24.19.0-trixie» AS build
        FROM «library/debian:13.6»
        COPY --from=«hashicorp/terraform:1.14.0» /bin/terraform /bin/
        RUN --mount=type=bind,from=«alpine:3.24.1»,target=/alpine ls /alpine
      `,
      expect: ['noHost', 'noHost', 'noHost', 'noHost'],
      fixed: `
        FROM --platform=linux/amd64 docker.io/library/node:24.19.0-trixie AS build
        FROM docker.io/library/debian:13.6
        COPY --from=docker.io/hashicorp/terraform:1.14.0 /bin/terraform /bin/
        RUN --mount=type=bind,from=docker.io/library/alpine:3.24.1,target=/alpine ls /alpine
      `,
    },
    {
      title: 'The version comes from an argument',
      in: 'dockerfile',
      bad: `
        ARG NODE
        FROM «node:\${NODE}»
      `,
      expect: ['noHost'],
      fixed: `
        ARG NODE
        FROM docker.io/library/node:\${NODE}
      `,
    },
    {
      title: 'Hosts, stages and scratch',
      in: 'dockerfile',
      good: `
        # syntax=docker/dockerfile:1
        FROM docker.io/library/node:24.19.0 AS build
        FROM ghcr.io/acme/base:1.4.0 AS base
        FROM localhost/own:1.4.0 AS own
        FROM build AS test
        FROM scratch
        COPY --from=build /app /app
        COPY --from=0 /lib /lib
      `,
    },
    {
      title: 'A local name, and a registry that a variable holds',
      in: 'dockerfile',
      good: `
        ARG REGISTRY=
        ARG BASE=node:24.19.0
        FROM our-base:1.4.0 AS a
        FROM \${REGISTRY}node:24.19.0 AS b
        FROM $BASE
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        services:
          db:
            image: "«postgres:18.6»"
          search:
            image: «opensearchproject/opensearch:3.3.0»
      `,
      expect: ['noHost', 'noHost'],
      fixed: `
        services:
          db:
            image: "docker.io/library/postgres:18.6"
          search:
            image: docker.io/opensearchproject/opensearch:3.3.0
      `,
    },
    {
      title: 'The name of an image that the service builds, and one with a host',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web:1.4.0
          worker:
            image: shop/web:1.4.0
          db:
            image: quay.io/acme/postgres:18.6
          app:
            image: \${REGISTRY:-}shop/app:1.4.0
      `,
    },
  ],
});

function judge(text: string, { reference, range }: PulledImage): readonly Finding<'noHost', 'complete', never>[] {
  const { explicitRegistry, registry, path, unknown, written } = reference;
  if (explicitRegistry || registry !== DOCKER_HUB || path === '' || unknown.has('path') || isLocalName(reference))
    return [];
  const { start } = reference.range;
  // The name as Docker reads it stands behind `library/`, which may be written already.
  const name = path.replace(/^library\//, '');
  const own = written.startsWith('library/') ? path : name;
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(path) || text.slice(start, start + own.length) !== own) return [];
  const host = own === path ? `${DOCKER_HUB}/` : `${DOCKER_HUB}/library/`;
  const data = { image: own, full: host + own };
  const fixes: readonly Fix<'complete'>[] =
    range.start === start
      ? [
          {
            title: 'complete',
            data: { full: data.full },
            applicability: 'safe',
            edits: [{ range: { start, end: start }, text: host }],
          },
        ]
      : [];
  return [{ message: 'noHost', data, range, fixes }];
}
