import { replaceScalar } from '../../compose/edit.js';
import { asScalar, imageOf, textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';
import { hasMovingTag } from '../../images/pins.js';
import { isLocalName } from '../../images/pulled.js';
import type { ImageReference } from '../../images/reference.js';

export default defineRule({
  id: 'stale-pull-policy',
  severity: 'warning',
  profile: 'strict',
  summary: 'A service with a moving tag must not keep the image that was once pulled.',
  why: `
    With \`pull_policy: missing\` or \`never\` Compose takes what the host has under the name of the image, however old it is. Beside \`latest\`
    or a tag like it that looks up to date and is not: a host that pulled last year runs last year's image, with all holes that were
    repaired since, while a new host gets today's. And whoever can put an image of that name on the host has it started.

    A version or a digest cures this and the finding of moving-tag or untagged-image in one: then the image on the host is the one that
    was meant. Images that the file builds, and names that can only be local, are left alone.
  `,
  fixSafety: `
    With \`always\` the host asks the registry at each start, which fails without a connection or a login, and may start a newer image
    than before.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#pull_policy',
    'https://docs.docker.com/reference/cli/docker/compose/pull/',
  ],
  standards: { cis: ['5.28'], nist: ['4.1.1', '4.2.2'], owasp: ['RULE #0'], cwe: ['CWE-1329'] },
  equivalents: {},
  messages: {
    stale: 'With {policy} the host keeps an old {image} and never gets its fixes. Pin a version, or pull always.',
  },
  titles: { always: 'Pull at each start' },

  check: {
    compose(document) {
      const { services } = document;
      const built = new Set(
        services.flatMap((service) => (service.get('build') ? (imageOf(service)?.written ?? []) : [])),
      );
      return services.flatMap((service) => {
        const entry = service.get('pull_policy');
        const policy = textOf(entry);
        const reference = imageOf(service);
        if (!entry || !policy?.known || !/^(?:missing|if_not_present|never)$/.test(policy.value)) return [];
        if (!reference || service.get('build') || built.has(reference.written) || !moves(reference)) return [];
        const node = asScalar(entry.value);
        const inherited = entry.inherited || entry.value.inherited;
        const edit = node && !inherited && policy.literal ? replaceScalar(document, node, 'always') : undefined;
        return [
          {
            message: 'stale',
            data: { policy: `pull_policy: ${policy.value}`, image: reference.written },
            range: placeIn(service, { range: entry.range, inherited }),
            fixes: edit ? [{ title: 'always', applicability: 'unsafe', edits: [edit] }] : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Moving tags that are pulled once',
      in: 'compose',
      bad: `
        services:
          proxy:
            image: nginx:latest
            «pull_policy: missing» # saves traffic
          cache:
            image: redis
            «pull_policy: "if_not_present"»
          app:
            image: registry.example.com/shop/app:edge
            «pull_policy: never»
      `,
      expect: ['stale', 'stale', 'stale'],
      fixed: `
        services:
          proxy:
            image: nginx:latest
            pull_policy: always # saves traffic
          cache:
            image: redis
            pull_policy: "always"
          app:
            image: registry.example.com/shop/app:edge
            pull_policy: always
      `,
    },
    {
      title: 'A policy that several services share',
      in: 'compose',
      bad: `
        x-defaults: &defaults
          pull_policy: missing
        services:
          «proxy»:
            <<: *defaults
            image: nginx:stable
          db:
            <<: *defaults
            image: postgres:18.6
      `,
      expect: ['stale'],
      fixed: null,
    },
    {
      title: 'Versions, digests, and policies that ask the registry',
      in: 'compose',
      good: `
        services:
          proxy:
            image: nginx:1.30.4
            pull_policy: missing
          cache:
            image: redis@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7
            pull_policy: never
          app:
            image: registry.example.com/shop/app:edge
            pull_policy: always
          docs:
            image: registry.example.com/shop/docs:latest
            pull_policy: daily
          jobs:
            image: registry.example.com/shop/jobs:latest
      `,
    },
    {
      title: 'Images that are built here, and what only the caller knows',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web:latest
            pull_policy: never
          worker:
            image: shop/web:latest
            pull_policy: never
          tools:
            image: our-tools:latest
            pull_policy: never
          app:
            image: shop/app:\${VERSION}
            pull_policy: missing
          api:
            image: shop/api:latest
            pull_policy: \${POLICY}
      `,
    },
  ],
});

function moves(reference: ImageReference): boolean {
  const { tag, digest, unknown, path } = reference;
  if (digest || unknown.has('digest') || unknown.has('tag') || path === '' || isLocalName(reference)) return false;
  return tag === undefined || hasMovingTag(reference);
}
