import { isRegistry } from '../../compose/registry-service.js';
import type { Finding } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { isTrusted, namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { comesFrom } from '../../images/registries.js';

export default defineRule({
  id: 'private-address-registry',
  severity: 'info',
  summary: 'A registry is named by a host name that means the same everywhere.',
  why: `
    \`localhost:5000\` and \`10.0.3.7\` are other machines, depending on where the file is used. A colleague or a CI runner gets no image, or
    that of whoever listens there: any program of the machine can answer on a local port, and in a foreign network the address belongs
    to somebody else. Docker also talks to registries of the own machine without encryption, and an address has no certificate that
    could be checked.

    Give the registry a name with a certificate. Where only development uses a local registry, let an argument or a variable name it;
    then nothing is reported. Images that the compose file builds itself, files that bring a registry as a service, and registries that
    the configuration trusts or allows, are left alone.
  `,
  references: [
    'https://docs.docker.com/reference/cli/dockerd/#insecure-registries',
    'https://distribution.github.io/distribution/about/deploying/#run-an-externally-accessible-registry',
  ],
  standards: { nist: ['4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {},
  messages: {
    local:
      '{registry} is another registry on every machine, so others get no image or a foreign one. Give it a host name.',
    address:
      '{registry} has no name to check a certificate for, and is another host in other networks. Give it a host name.',
  },

  check: {
    dockerfile: (document, context) => namedImages(document).flatMap((it) => judge(it, context)),
    compose: (document, context) =>
      document.services.some(isRegistry) ? [] : serviceImages(document).flatMap((it) => judge(it, context)),
  },

  examples: [
    {
      title: 'A registry of this machine, and one by its address',
      in: 'dockerfile',
      bad: `
        FROM «localhost:5000/shop/base:1.4» AS build
        FROM «10.0.3.7:5000/shop/runtime:1.4»
        COPY --from=«127.0.0.1:5000/shop/tools:1.4» /tool /usr/local/bin/tool
      `,
      expect: ['local', 'address', 'local'],
      fixed: null,
    },
    {
      title: 'A name, an argument, and the local images of Podman',
      in: 'dockerfile',
      good: `
        ARG REGISTRY=localhost:5000
        FROM \${REGISTRY}/shop/base:1.4 AS a
        FROM registry.example.com:5000/shop/base:1.4 AS b
        FROM localhost/shop-base:1.4
      `,
    },
    {
      title: 'A registry that the configuration trusts',
      in: 'dockerfile',
      config: { registries: { allowed: [], trusted: ['10.0.3.7:5000'] } },
      good: `
        FROM 10.0.3.7:5000/shop/base:1.4
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        services:
          web:
            image: «192.168.1.20:5000/shop/web:1.4»
          job:
            image: "«localhost:5000/shop/job:1.4»"
      `,
      expect: ['address', 'local'],
      fixed: null,
    },
    {
      title: 'A file with a registry of its own',
      in: 'compose',
      good: `
        services:
          registry:
            image: registry:3.1.1
            ports:
              - 127.0.0.1:5000:5000
          web:
            image: localhost:5000/shop/web:1.4
      `,
    },
    {
      title: 'An image that is built, and a variable',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: localhost:5000/shop/web:1.4
          job:
            image: \${REGISTRY:-localhost:5000}/shop/job:1.4
      `,
    },
  ],
});

function judge(
  { reference, range }: PulledImage,
  { config }: CheckContext,
): readonly Finding<'local' | 'address', never, never>[] {
  const { registry, literal } = reference;
  if (!literal || isTrusted(reference, config)) return [];
  if (config.registries.allowed.some((it) => comesFrom(reference, it))) return [];
  const data = { registry };
  if (/^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0|host\.docker\.internal)(?::\d+)?$/.test(registry))
    return registry === 'localhost' ? [] : [{ message: 'local', data, range }];
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::\d+)?$/i.test(registry)
    ? [{ message: 'address', data, range }]
    : [];
}
