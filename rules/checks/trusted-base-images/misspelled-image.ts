import type { Finding, Fix } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { misspellingIn } from '../../images/misspelled.js';
import { isTrusted, namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';

export default defineRule({
  id: 'misspelled-image',
  severity: 'error',
  summary: 'The name of an image must not be a slip of the finger away from a well-known one.',
  why: `
    Anybody can register a name that is almost that of a well-known publisher or registry, and wait. Whoever types \`graphana/grafana\`
    or \`ghrc.io\` then runs a program of a stranger, at build time with everything the build can reach, and a login to a registry
    with such a name hands over a token that can push to the real one. Both have happened.

    Reported are official images, publishers together with an image of theirs, and registries, when letters are swapped, missing, doubled or
    mistaken. Names that mean something of their own (\`mssql\`, \`xubuntu\`), stages and images that the compose file builds are left alone.
  `,
  fixSafety: 'Another image is used than before: the one that the name most likely meant.',
  references: [
    'https://docs.docker.com/docker-hub/image-library/trusted-content/',
    'https://bmitch.net/blog/2025-08-22-ghrc-appears-malicious/',
  ],
  standards: { cis: ['4.2'], nist: ['4.1.5', '4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-829'] },
  equivalents: {},
  messages: {
    image: 'There is no official image {written}, so anything may answer to it. {meant} is the one that looks like it.',
    publisher: '{written} is not {meant}, so an image of a stranger would run here. Correct the name.',
    registry: '{written} is not {meant}, so a stranger would get the request and its password. Correct the name.',
  },
  titles: { correct: 'Write {meant}' },

  check: {
    dockerfile: (document, context) => {
      const stages = new Set(document.stages.flatMap((it) => it.name?.value.toLowerCase() ?? []));
      return namedImages(document).flatMap((it) =>
        stages.has(it.reference.written.toLowerCase()) ? [] : judge(it, document.text, context),
      );
    },
    compose: (document, context) => serviceImages(document).flatMap((it) => judge(it, document.text, context)),
  },

  examples: [
    {
      title: 'Letters swapped, missing and mistaken',
      in: 'dockerfile',
      bad: `
        FROM «pyhton»:3.13-slim AS a
        FROM «ngix»:1.30.4 AS b
        FROM --platform=linux/amd64 «ubunto»:24.04
      `,
      expect: ['image', 'image', 'image'],
      fixed: `
        FROM python:3.13-slim AS a
        FROM nginx:1.30.4 AS b
        FROM --platform=linux/amd64 ubuntu:24.04
      `,
    },
    {
      title: 'A publisher and a registry that look alike',
      in: 'dockerfile',
      bad: `
        FROM «hashicrop»/vault:1.21 AS vault
        FROM alpine:3.24
        COPY --from=«ghrc.io»/astral-sh/uv:0.9 /uv /bin/
      `,
      expect: ['publisher', 'registry'],
      fixed: `
        FROM hashicorp/vault:1.21 AS vault
        FROM alpine:3.24
        COPY --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
      `,
    },
    {
      title: 'A service',
      in: 'compose',
      bad: `
        services:
          db:
            image: "docker.io/library/«postgers»:18.6"
      `,
      expect: ['image'],
      fixed: `
        services:
          db:
            image: "docker.io/library/postgres:18.6"
      `,
    },
    {
      title: 'The name comes from an argument',
      in: 'dockerfile',
      bad: `
        ARG BASE=pyhton
        FROM «\${BASE}:3.13»
      `,
      expect: ['image'],
      fixed: null,
    },
    {
      title: 'Names of their own',
      in: 'dockerfile',
      good: `
        FROM mssql:1 AS a
        FROM xubuntu:24.04 AS b
        FROM python3:1 AS c
        FROM mysqld:1 AS d
        FROM cython:3 AS e
        FROM gcr.io/distroless/base-debian12:nonroot AS f
        FROM graphana/dashboards:1 AS g
        FROM docker.co/acme/app:1
      `,
    },
    {
      title: 'A stage with such a name',
      in: 'dockerfile',
      good: `
        FROM python:3.13 AS pyhton
        FROM pyhton AS test
        COPY --from=pyhton /app /app
      `,
    },
    {
      title: 'An image that another service builds',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: ngnix
          worker:
            image: ngnix
      `,
    },
  ],
});

type Found = Finding<'image' | 'publisher' | 'registry', 'correct', never>;

function judge({ reference, range }: PulledImage, text: string, { config }: CheckContext): readonly Found[] {
  if (isTrusted(reference, config)) return [];
  const found = misspellingIn(reference);
  if (!found) return [];
  const { written, meant, part } = found;
  const source = text.slice(range.start, range.end);
  const at = source === reference.written ? source.toLowerCase().indexOf(written) : -1;
  const place = at < 0 ? range : { start: range.start + at, end: range.start + at + written.length };
  const fixes: readonly Fix<'correct'>[] =
    at < 0
      ? []
      : [{ title: 'correct', data: { meant }, applicability: 'unsafe', edits: [{ range: place, text: meant }] }];
  return [{ message: part, data: { written, meant }, range: place, fixes }];
}
