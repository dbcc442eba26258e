import type { Finding } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { misspellingIn } from '../../images/misspelled.js';
import { isKnownPublisher, namespaceOf } from '../../images/publishers.js';
import { isTrusted, namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { comesFrom } from '../../images/registries.js';
import { withdrawalOf } from '../../images/withdrawn.js';

export default defineRule({
  id: 'unknown-publisher',
  severity: 'info',
  profile: 'strict',
  summary: 'An image of Docker Hub comes from a publisher that is known.',
  why: `
    Anybody can open an account on Docker Hub and publish what looks like a well-known program. Images with miners and back doors have been
    pulled there millions of times. An image that one person made once also gets no fixes, and nobody notices when the account changes hands.

    Docker Official Images and the publishers of the table are known: verified publishers, sponsored open-source projects and makers of what
    they publish. Name your own organisation, and others you have looked at, in \`registries.trusted\`: \`docker.io/acme\`. Other registries are
    registry-not-allowed's business.
  `,
  references: [
    'https://docs.docker.com/docker-hub/image-library/trusted-content/',
    'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image',
  ],
  standards: { cis: ['4.2'], nist: ['4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-829'] },
  equivalents: {},
  messages: {
    unknown:
      '{namespace} is no publisher we know, so {image} may hold anything. Use a known one, or list it as trusted.',
  },

  check: {
    dockerfile: (document, context) =>
      namedImages(document).flatMap((it) => (it.by === 'syntax' ? [] : judge(it, context))),
    compose: (document, context) => serviceImages(document).flatMap((it) => judge(it, context)),
  },

  examples: [
    {
      title: 'Images of accounts that nobody vouches for',
      in: 'dockerfile',
      bad: `
        FROM «jdoe42/nginx:1.2»
        COPY --from=«docker.io/some-account/tool:1.4» /tool /usr/local/bin/tool
      `,
      expect: ['unknown', 'unknown'],
      fixed: null,
    },
    {
      title: 'Official images, known publishers and other registries',
      in: 'dockerfile',
      good: `
        # syntax=docker/dockerfile:1
        FROM node:24.19.0 AS a
        FROM grafana/grafana:12.1.0 AS b
        FROM bitnami/redis:8.2 AS c
        FROM ghcr.io/acme/tool:1.4 AS d
        FROM our-base:1.4
      `,
    },
    {
      title: 'The own organisation',
      in: 'dockerfile',
      config: { registries: { allowed: [], trusted: ['docker.io/acme'] } },
      good: `
        FROM acme/base:1.4
      `,
    },
    {
      title: 'A name that only the caller knows',
      in: 'dockerfile',
      good: `
        ARG ACCOUNT
        FROM \${ACCOUNT}/base:1.4
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        services:
          web:
            image: "«jdoe42/shop:1.4»"
      `,
      expect: ['unknown'],
      fixed: null,
    },
    {
      title: 'An image that is built',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: jdoe42/shop:1.4
      `,
    },
  ],
});

function judge(
  { reference, range }: PulledImage,
  { config }: CheckContext,
): readonly Finding<'unknown', never, never>[] {
  const namespace = namespaceOf(reference);
  if (namespace === undefined || reference.unknown.has('path') || isKnownPublisher(namespace)) return [];
  if (isTrusted(reference, config) || config.registries.allowed.some((it) => comesFrom(reference, it))) return [];
  // Told by deprecated-image and misspelled-image.
  if (withdrawalOf(reference) || misspellingIn(reference)) return [];
  return [{ message: 'unknown', data: { namespace, image: short(reference.written) }, range }];
}

/** A digest says nothing to a person, and the message stays a line. */
function short(image: string): string {
  const [name = ''] = image.split('@');
  return name.length > 50 ? `${name.slice(0, 49)}…` : name;
}
