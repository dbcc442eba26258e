import type { Config } from '../../config.js';
import type { Finding } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import type { ImageReference } from '../../images/reference.js';
import { comesFrom } from '../../images/registries.js';
import { isRegistryServer } from '../../images/registry-server.js';

export default defineRule({
  id: 'private-address-registry',
  severity: 'info',
  summary: 'A registry must be named by a host name, not by an address or a port of this machine.',
  why: `
    \`localhost:5000\` is whatever listens there on the machine that builds or starts the file: on a shared runner or host that can be a
    program of somebody else, and Docker asks it without TLS. An address such as \`10.0.0.5:5000\` seldom has a certificate and
    passes on to another machine when the network changes; whoever answers then serves the image. It also tells readers of the
    file how the network is laid out.

    Addresses that a variable holds, files that bring their own registry as a service, images that the file builds, and registries that
    the configuration allows or trusts are left alone.
  `,
  references: [
    'https://docs.docker.com/reference/cli/dockerd/#insecure-registries',
    'https://distribution.github.io/distribution/about/insecure/',
  ],
  standards: { cis: ['2.5'], nist: ['4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-291'] },
  equivalents: {},
  messages: {
    loopback:
      '{registry} is whatever listens there on the machine at hand, asked without TLS. Use a registry with a name.',
    address: '{registry} is an address, so whoever gets it serves this image. Use a host name with a certificate.',
  },

  check: {
    dockerfile: (document, context) => namedImages(document).flatMap((it) => judge(document.text, it, context)),
    compose: (document, context) =>
      document.services.some(isRegistryServer)
        ? []
        : serviceImages(document).flatMap((it) => judge(document.text, it, context)),
  },

  examples: [
    {
      title: 'A port of this machine',
      in: 'dockerfile',
      bad: `
        FROM «localhost:5000»/shop/base:1.4.0 AS build
        FROM debian:13.6
        COPY --from=«127.0.0.1:5000»/tools/curl:8.16.0 /curl /usr/bin/
      `,
      expect: ['loopback', 'loopback'],
      fixed: null,
    },
    {
      title: 'Addresses',
      in: 'dockerfile',
      bad: `
        ARG VERSION
        FROM «10.20.0.5:5000»/shop/base:1.4.0 AS a
        FROM «203.0.113.7»/shop/base:\${VERSION} AS b
        FROM «[fd00::5]:5000»/shop/base:1.4.0
      `,
      expect: ['address', 'address', 'address'],
      fixed: null,
    },
    {
      title: 'Names, local images, and a registry that the caller can choose',
      in: 'dockerfile',
      good: `
        ARG REGISTRY=localhost:5000
        FROM registry.example.com:5000/shop/base:1.4.0 AS a
        FROM localhost/base:1.4.0 AS b
        FROM 1password/op:2.32.0 AS c
        FROM \${REGISTRY}/shop/base:1.4.0
      `,
    },
    {
      title: 'A registry that the configuration allows',
      in: 'dockerfile',
      config: { registries: { allowed: ['10.20.0.5:5000'], trusted: [] } },
      good: `
        FROM 10.20.0.5:5000/shop/base:1.4.0
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        x-app: &app
          image: 192.168.1.20:5000/shop/app:3.1.0
        services:
          web:
            image: "«localhost:5001»/shop/web:3.1.0"
          «app»:
            <<: *app
      `,
      expect: ['loopback', 'address'],
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
            image: localhost:5000/shop/web:3.1.0
      `,
    },
    {
      title: 'An image that the service builds, and a variable',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: localhost:5000/shop/web:3.1.0
          app:
            image: \${REGISTRY:-localhost:5000}/shop/app:3.1.0
      `,
    },
  ],
});

type Found = Finding<'loopback' | 'address', never, never>;

function judge(text: string, { reference, range }: PulledImage, { config }: CheckContext): readonly Found[] {
  const { explicitRegistry, registry } = reference;
  const message = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]):\d+$/.test(registry)
    ? 'loopback'
    : /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])(?::\d+)?$/.test(registry)
      ? 'address'
      : undefined;
  const { start } = reference.range;
  const written = text.slice(start, start + registry.length).toLowerCase();
  if (message === undefined || !explicitRegistry || written !== registry || isChosen(reference, config)) return [];
  const place = range.start === start ? { start, end: start + registry.length } : range;
  return [{ message, data: { registry }, range: place }];
}

function isChosen(reference: ImageReference, { registries: { allowed, trusted } }: Config): boolean {
  return [...allowed, ...trusted].some((it) => comesFrom(reference, it));
}
