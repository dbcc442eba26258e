import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { isLocalName, namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { DOCKER_HUB } from '../../images/reference.js';

export default defineRule({
  id: 'implicit-registry',
  severity: 'info',
  profile: 'strict',
  summary: 'An image is named with the registry it comes from.',
  why: `
    Docker takes \`node\` for \`docker.io/library/node\`. Podman, Buildah and CRI-O ask the registries of their configuration one after
    the other, and an engine can be given a mirror: the same line then means another image, and whoever registers the name in the registry
    that is asked first decides what runs.

    With the host in front there is one answer, and it can be searched for and allowed or forbidden. Stages, \`scratch\`, the
    \`# syntax=\` line, images that the file builds, names that can only be images of this machine, and references that begin with a
    variable are left alone.
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/image/pull/#pull-from-a-different-registry',
    'https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md',
  ],
  standards: { nist: ['4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {},
  messages: {
    noHost: '{image} names no registry, so the settings of the engine decide where it comes from. Write {whole}.',
  },
  titles: { addHost: 'Use {whole}' },

  check: {
    dockerfile: (document) =>
      namedImages(document).flatMap((it) => (it.by === 'syntax' ? [] : judge(document.text, it))),
    compose: (document) => serviceImages(document).flatMap((it) => judge(document.text, it)),
  },

  examples: [
    {
      title: 'Official images, and those of a publisher',
      in: 'dockerfile',
      bad: `
        FROM «node:24.19.0» AS build
        FROM --platform=linux/amd64 «grafana/grafana:12.1.0»
        COPY --from=«composer:2.10» /usr/bin/composer /usr/bin/
      `,
      expect: ['noHost', 'noHost', 'noHost'],
      fixed: `
        FROM docker.io/library/node:24.19.0 AS build
        FROM --platform=linux/amd64 docker.io/grafana/grafana:12.1.0
        COPY --from=docker.io/library/composer:2.10 /usr/bin/composer /usr/bin/
      `,
    },
    {
      title: 'With a host, stages, local names and variables',
      in: 'dockerfile',
      good: `
        # syntax=docker/dockerfile:1
        ARG REGISTRY=
        FROM docker.io/library/node:24.19.0 AS build
        FROM localhost/base:1.4 AS local
        FROM our-base:1.4 AS own
        FROM \${REGISTRY}node:24.19.0 AS mirrored
        FROM scratch
        COPY --from=build /app /app
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        services:
          web:
            image: "«nginx:1.30.4»"
      `,
      expect: ['noHost'],
      fixed: `
        services:
          web:
            image: "docker.io/library/nginx:1.30.4"
      `,
    },
    {
      title: 'An image that is built',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web:1.4
          cache:
            image: ghcr.io/acme/cache:1.4
      `,
    },
  ],
});

function judge(text: string, { reference, range }: PulledImage): readonly Finding<'noHost', 'addHost', never>[] {
  const { registry, path, written, explicitRegistry } = reference;
  if (explicitRegistry || registry !== DOCKER_HUB || path === '' || isLocalName(reference)) return [];
  const { start } = reference.range;
  const source = text.slice(start, reference.range.end);
  if (source.startsWith('$')) return [];
  const prefix = written.includes('/') ? `${DOCKER_HUB}/` : `${DOCKER_HUB}/library/`;
  const whole = prefix + written;
  const isThere = range.start === start && source.startsWith(written.slice(0, 1));
  const edit = { range: { start, end: start }, text: prefix };
  const fixes: readonly Fix<'addHost'>[] = isThere
    ? [{ title: 'addHost', data: { whole }, applicability: 'safe', edits: [edit] }]
    : [];
  return [{ message: 'noHost', data: { image: written, whole }, range, fixes }];
}
