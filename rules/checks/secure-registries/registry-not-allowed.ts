import { rangeWithin } from '../../compose/decode.js';
import type { ComposeService } from '../../compose/model.js';
import { at, imageOf, itemsOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Config } from '../../config.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range, Spanned } from '../../core/text.js';
import { usedImages } from '../../dockerfile/queries.js';
import { type ImageReference, readImageReference } from '../../images/reference.js';
import { comesFrom } from '../../images/registries.js';
import type { PipelineDocument } from '../../pipeline/model.js';

export default defineRule({
  id: 'registry-not-allowed',
  severity: 'error',
  summary: 'Images must come from a registry that the configuration allows.',
  why: `
    Anybody can publish on a public registry, under a name that looks like the one you know, and a registry that nobody in the
    organisation runs or has chosen keeps its own rules about who may push, how long images stay and whether they are scanned. When
    every image comes through registries you have chosen, one place decides what is let in, and a taken-over account elsewhere
    cannot reach your builds.

    Silent until \`registries.allowed\` lists something. Then every image counts: FROM, \`COPY --from\`, \`RUN --mount=from=\`, the
    \`# syntax=\` line, the images of services and those that jobs of a pipeline run in. All names of Docker Hub are one (\`docker.io\`, \`index.docker.io\`, no host at all); an
    entry may name a host, a host with the start of a path, or a pattern: \`ghcr.io/acme\`, \`*.acme.dev\`, \`docker.io/library/*\`.
    What \`registries.trusted\` lists is allowed too.
  `,
  references: [
    'https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html#rule-13-enhance-supply-chain-security',
    'https://docs.docker.com/enterprise/security/hardened-desktop/registry-access-management/',
  ],
  standards: { cis: ['4.2'], nist: ['4.1.5', '4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-829'] },
  equivalents: { hadolint: ['DL3026'], tally: ['DL3026'] },
  messages: {
    notAllowed: '{image} comes from {registry}, which is not allowed here. Allowed: {allowed}.',
  },

  check: {
    dockerfile(document, { config }) {
      if (config.registries.allowed.length === 0) return [];
      return usedImages(document).flatMap(({ reference }) => judge(reference, reference.range, config));
    },
    compose(document, { config }) {
      if (config.registries.allowed.length === 0) return [];
      return document.services.flatMap((service) => [
        ...imageFindings(service, config),
        ...contextFindings(service, config),
      ]);
    },
    ci(document, { config }) {
      if (config.registries.allowed.length === 0) return [];
      // What several jobs share is written once.
      const seen = new Set<number>();
      return imagesOf(document).flatMap(({ value, range }) => {
        if (seen.has(range.start) || /\$/.test(value)) return [];
        seen.add(range.start);
        return judge(readImageReference({ value, known: true, literal: true }, range), range, config);
      });
    },
  },

  examples: [
    {
      title: 'The image that a job runs in, and an action that is one',
      in: 'ci',
      path: '.github/workflows/build.yml',
      config: { registries: { allowed: ['ghcr.io/acme'], trusted: [] } },
      bad: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            container: «node:24»
            steps:
              - uses: actions/checkout@v5
              - uses: docker://«quay.io/other/lint:2»
      `,
      expect: ['notAllowed', 'notAllowed'],
      severity: 'error',
      fixed: null,
    },
    {
      title: 'Images of your own in a pipeline, and one that only the run knows',
      in: 'ci',
      path: '.gitlab-ci.yml',
      config: { registries: { allowed: ['registry.acme.dev'], trusted: [] } },
      good: `
        test:
          image: registry.acme.dev/base/node:24
          script: [npm test]
        deploy:
          image: $DEPLOY_IMAGE
          script: [./deploy]
      `,
    },
    {
      title: 'A base image from elsewhere',
      in: 'dockerfile',
      config: { registries: { allowed: ['registry.acme.dev', 'ghcr.io/acme'], trusted: [] } },
      bad: `
        FROM «node:24» AS build
        FROM «ghcr.io/other/base:1» AS test
        FROM ghcr.io/acme/base:1
      `,
      expect: ['notAllowed', 'notAllowed'],
      fixed: null,
    },
    {
      title: 'Images that are copied from, mounted, or parse the file',
      in: 'dockerfile',
      config: { registries: { allowed: ['*.acme.dev'], trusted: [] } },
      bad: `
        # syntax=«docker/dockerfile:1»
        FROM registry.acme.dev/base:1
        COPY --from=«quay.io/tools/kubectl:1.34» /kubectl /usr/bin/
        RUN --mount=type=bind,from=«alpine:3.24»,target=/alpine ls /alpine
      `,
      expect: ['notAllowed', 'notAllowed', 'notAllowed'],
      fixed: null,
    },
    {
      title: 'The names of Docker Hub are one',
      in: 'dockerfile',
      config: { registries: { allowed: ['https://index.docker.io/v1/', 'docker.io'], trusted: [] } },
      good: `
        FROM node:24 AS a
        FROM docker.io/library/node:24 AS b
        FROM registry-1.docker.io/bitnami/redis:8.2 AS c
        FROM index.docker.io/acme/tool:1
      `,
    },
    {
      title: 'Official images alone, and trusted registries',
      in: 'dockerfile',
      config: { registries: { allowed: ['docker.io/library/*'], trusted: ['registry.acme.dev:5000'] } },
      good: `
        FROM node:24 AS build
        FROM scratch AS empty
        FROM build AS test
        FROM registry.acme.dev:5000/shop/web:1
        COPY --from=build /app /app
      `,
    },
    {
      title: 'A registry that only the caller knows',
      in: 'dockerfile',
      config: { registries: { allowed: ['registry.acme.dev'], trusted: [] } },
      good: `
        ARG REGISTRY
        ARG BASE
        FROM \${REGISTRY}/node:24 AS build
        FROM \${BASE}
      `,
    },
    {
      title: 'Nothing is configured',
      in: 'dockerfile',
      good: `
        FROM registry.example.com/base:1
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      config: { registries: { allowed: ['registry.acme.dev'], trusted: [] } },
      bad: `
        x-cache: &cache
          image: redis:8.10
        services:
          db:
            image: "«postgres:18»"
          «cache»:
            <<: *cache
          app:
            build:
              context: .
              additional_contexts:
                - base=docker-image://«alpine:3.24»
      `,
      expect: ['notAllowed', 'notAllowed', 'notAllowed'],
      fixed: null,
    },
    {
      title: 'Allowed services, and the name of a built image',
      in: 'compose',
      config: { registries: { allowed: ['registry.acme.dev'], trusted: [] } },
      good: `
        services:
          db:
            image: registry.acme.dev/mirror/postgres:18
          app:
            build: .
            image: shop/app:1
      `,
    },
  ],
});

type Found = Finding<'notAllowed', never, never>;

function judge(reference: ImageReference, range: Range, { registries }: Config): readonly Found[] {
  const { allowed, trusted } = registries;
  if (reference.registry === '' || reference.path === '') return [];
  if ([...allowed, ...trusted].some((it) => comesFrom(reference, it))) return [];
  const data = { image: reference.written, registry: reference.registry, allowed: allowed.join(', ') };
  return [{ message: 'notAllowed', data, range }];
}

/** Images that jobs run in, and steps that are an image: of GitHub Actions with `docker://` before its name. */
function imagesOf({ jobs, system }: PipelineDocument): readonly Spanned[] {
  return jobs.flatMap(({ image, steps }) => [
    ...(image ? [image] : []),
    ...steps.flatMap(({ uses }): readonly Spanned[] => {
      if (!uses) return [];
      if (uses.value.startsWith(IMAGE_ACTION)) {
        const start = uses.range.start + IMAGE_ACTION.length;
        return [{ value: uses.value.slice(IMAGE_ACTION.length), range: { start, end: uses.range.end } }];
      }
      return system === 'drone' || system === 'woodpecker' ? [uses] : [];
    }),
  ]);
}

const IMAGE_ACTION = 'docker://';

function imageFindings(service: ComposeService, config: Config): readonly Found[] {
  const entry = service.get('image');
  const reference = imageOf(service);
  if (!entry || !reference || service.get('build')) return [];
  const inherited = entry.inherited || entry.value.inherited;
  return judge(reference, placeIn(service, { range: reference.range, inherited }), config);
}

/** `additional_contexts` of a build, as a map or as a list of `name=value`. */
function contextFindings(service: ComposeService, config: Config): readonly Found[] {
  const contexts = at(service.node, 'build', 'additional_contexts');
  const items =
    contexts?.value.kind === 'map'
      ? contexts.value.entries.flatMap((it) => itemsOf(it))
      : itemsOf(contexts).filter((it) => it.text.value.includes('='));
  return items.flatMap(({ text, node, inherited }) => {
    const [, before = '', image = ''] = /^([^=]*=?docker-image:\/\/)(.+)$/.exec(text.value) ?? [];
    if (image === '') return [];
    const range = rangeWithin(node, before.length, node.text.length);
    const reference = readImageReference({ ...text, value: image }, range);
    return judge(reference, placeIn(service, { range, inherited }), config);
  });
}
