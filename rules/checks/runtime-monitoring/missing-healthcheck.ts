import { addEntry } from '../../compose/edit.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { imageOf, portsOf, scriptOf } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import { insertLineBelow } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, Stage } from '../../dockerfile/model.js';
import { startsNoProgram } from '../../dockerfile/privilege.js';
import { isForPeople, startsForPeople } from '../../dockerfile/purpose.js';
import { chainOf, exposedPorts, instructionsOf, shippedStage } from '../../dockerfile/queries.js';
import { dataStoreOf } from '../../images/datastores.js';
import { officialName } from '../../images/official.js';
import type { ImageReference } from '../../images/reference.js';

export default defineRule({
  id: 'missing-healthcheck',
  severity: 'info',
  profile: 'strict',
  summary: 'A service needs a check that tells whether it still works.',
  why: `
    Without a health check a container counts as fine as long as its process exists. One that hangs, that an attacker has stopped
    or that ran out of connections stays in service, nobody is told, and others start before what they depend on is ready.

    Kubernetes has probes of its own and does not read HEALTHCHECK: where it runs the image, leave this rule off. Tools, jobs
    and images without a port are not judged.
  `,
  fixSafety: `
    Adapt path, port and user to the program: a check that fails takes the container out of service.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#healthcheck',
    'https://docs.docker.com/reference/compose-file/services/#healthcheck',
  ],
  standards: { cis: ['4.6', '5.27'], nist: ['4.4.4'], cwe: ['CWE-778'] },
  equivalents: { hadolint: ['DL3057'], trivy: ['DS-0026'], checkov: ['CKV_DOCKER_2'], tally: ['DL3057'] },
  messages: {
    image: 'There is no HEALTHCHECK, so a server that hangs counts as healthy. Add one that asks it.',
    unknownImage: 'There is no HEALTHCHECK unless {image} brings one, so a hung server counts as healthy. Add one.',
    service: 'Service "{service}" has no healthcheck, so it counts as healthy while it hangs. Add one that asks it.',
    unknownService:
      'Service "{service}" has no healthcheck unless its image brings one, so a hung one counts as healthy. Add one.',
  },
  titles: { check: 'Add a health check' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage?.from.image || isForPeople(stage) || startsForPeople(stage) || startsNoProgram(stage)) return [];
      if (chainOf(stage).some((it) => instructionsOf(it.instructions, 'HEALTHCHECK', 'UNKNOWN').length > 0)) return [];
      const port = exposedPorts(document, stage).find((it) => it.protocol === 'tcp')?.first;
      const image = stage.rootImage;
      if (port === undefined || image?.unknown.has('path') || (image && bringsCheck(image))) return [];
      const { range } = stage.from.image;
      const fixes = asks(document, stage, port);
      return !image || hasNoCheck(image)
        ? [{ message: 'image', range, fixes }]
        : [{ message: 'unknownImage', data: { image: image.name }, range, fixes, confidence: 'low' }];
    },
    compose(document) {
      return document.services.flatMap((service): readonly Finding<'service' | 'unknownService', 'check', never>[] => {
        // What is built here is judged in its Dockerfile.
        if (!isWhole(service) || ['healthcheck', 'build', 'provider'].some((it) => service.get(it))) return [];
        const image = imageOf(service);
        if (!image || image.unknown.has('path') || bringsCheck(image) || !serves(service, image)) return [];
        const found = { data: { service: service.name.value }, range: service.name.range };
        return hasNoCheck(image)
          ? [{ message: 'service', ...found, fixes: knownCheck(document, service, image) }]
          : [{ message: 'unknownService', ...found, confidence: 'low' }];
      });
    },
  },

  examples: [
    {
      title: 'A server without a check',
      in: 'dockerfile',
      bad: `
        FROM «node:24.4-slim»
        WORKDIR /srv
        COPY . .
        EXPOSE 3000
        CMD ["node", "server.js"]
      `,
      expect: ['image'],
      fixed: `
        FROM node:24.4-slim
        WORKDIR /srv
        COPY . .
        EXPOSE 3000
        HEALTHCHECK CMD ["node", "-e", "fetch('http://127.0.0.1:3000/').then((it) => process.exit(it.ok ? 0 : 1))"]
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'What Alpine has for it',
      in: 'dockerfile',
      bad: `
        FROM «python:3.13-alpine»
        EXPOSE 8000/tcp
        CMD ["gunicorn", "app:app"]
      `,
      expect: ['image'],
      fixed: `
        FROM python:3.13-alpine
        EXPOSE 8000/tcp
        HEALTHCHECK CMD wget -q -O /dev/null http://127.0.0.1:8000/ || exit 1
        CMD ["gunicorn", "app:app"]
      `,
    },
    {
      title: 'A program on scratch',
      in: 'dockerfile',
      bad: `
        FROM «scratch»
        COPY shop /shop
        EXPOSE 8443
        ENTRYPOINT ["/shop"]
      `,
      expect: ['image'],
      fixed: null,
    },
    {
      title: 'A base image that may bring a check',
      in: 'dockerfile',
      bad: `
        FROM «registry.example.com/base/java:21»
        EXPOSE 9090
        CMD ["java", "-jar", "/shop.jar"]
      `,
      expect: ['unknownImage'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Services that others use',
      in: 'compose',
      bad: `
        services:
          «db»:
            image: postgres:17.5
          «web»:
            image: nginx:1.29
            ports: ["8080:80"]
      `,
      expect: ['service', 'service'],
      fixed: `
        services:
          db:
            image: postgres:17.5
            healthcheck:
              test:
                - CMD
                - pg_isready
                - "-U"
                - postgres
          web:
            image: nginx:1.29
            ports: ["8080:80"]
      `,
    },
    {
      title: 'An image that nobody has looked into',
      in: 'compose',
      bad: `
        services:
          «shop»:
            image: registry.example.com/shop:1.4
            expose: ["8080"]
      `,
      expect: ['unknownService'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'With a check, or one that is switched off',
      in: 'compose',
      good: `
        services:
          db:
            image: postgres:17.5
            healthcheck:
              test: ["CMD", "pg_isready"]
          web:
            image: nginx:1.29
            ports: ["8080:80"]
            healthcheck:
              disable: true
          pages:
            image: vaultwarden/server:1.34.1
            ports: ["8081:80"]
      `,
    },
    {
      title: 'A job, and what is built here',
      in: 'compose',
      good: `
        services:
          migrate:
            image: postgres:17.5
            command: psql -h db -f /migrate.sql
          web:
            build: .
            ports: ["8080:80"]
      `,
    },
    {
      title: 'In the stage below',
      in: 'dockerfile',
      good: `
        FROM node:24.4-slim AS base
        EXPOSE 3000
        HEALTHCHECK CMD ["node", "check.js"]
        FROM base
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A tool without a port',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        COPY tool /usr/local/bin/tool
        ENTRYPOINT ["tool"]
      `,
    },
    {
      title: 'A server that reloads at each change',
      in: 'dockerfile',
      good: `
        FROM node:24.4
        EXPOSE 3000
        CMD ["npm", "run", "dev"]
      `,
    },
  ],
});

/** Images with a HEALTHCHECK of their own, by their Dockerfiles (November 2026). */
const WITH_CHECK = new Set(
  (
    'vaultwarden/server pihole/pihole gitlab/gitlab-ce gitlab/gitlab-ee itzg/minecraft-server netdata/netdata ' +
    'louislam/uptime-kuma authelia/authelia jellyfin/jellyfin plexinc/pms-docker clamav/clamav gotify/server ' +
    'paperlessngx/paperless-ngx paperless-ngx/paperless-ngx goauthentik/server immich-app/immich-server ' +
    'immich-app/immich-machine-learning'
  ).split(' '),
);

function bringsCheck({ path }: ImageReference): boolean {
  return WITH_CHECK.has(path);
}

/** Docker's official images leave the check to those who use them: https://github.com/docker-library/faq#healthcheck */
function hasNoCheck(image: ImageReference): boolean {
  return officialName(image) !== undefined || (image.registry === 'gcr.io' && image.path.startsWith('distroless/'));
}

/** Others reach it over the network, so that it is no job. */
function serves(service: ComposeService, image: ImageReference): boolean {
  if (portsOf(service).length > 0 || service.get('expose')) return true;
  if (dataStoreOf(image) === undefined || service.get('entrypoint')) return false;
  const program = scriptOf(service, 'command')?.commands[0]?.words[0]?.value;
  return program === undefined || /^-|(?:^|\/)(?:[\w-]+-server|mysqld|mariadbd|mongod|postgres)$/.test(program);
}

/** Ports that are HTTP by custom. */
const HTTP_PORT = /^(?:80|[358]0\d\d|4200|4321|5173|9000)$/;

/** A request to the port with what the base image has for it. */
function asks(document: DockerfileDocument, stage: Stage, port: number): readonly Fix<'check'>[] {
  const expose = instructionsOf(stage.instructions, 'EXPOSE').at(-1);
  const image = stage.rootImage;
  const official = image && officialName(image);
  if (!expose || !image || official === undefined || stage.windows || !HTTP_PORT.test(String(port))) return [];
  const address = `http://127.0.0.1:${port}/`;
  const command =
    official === 'alpine' || image.tag?.value.includes('alpine')
      ? `wget -q -O /dev/null ${address} || exit 1`
      : official === 'node' && !(Number.parseInt(image.tag?.value ?? '', 10) < 18)
        ? `["node", "-e", "fetch('${address}').then((it) => process.exit(it.ok ? 0 : 1))"]`
        : official === 'python'
          ? `["python", "-c", "import urllib.request; urllib.request.urlopen('${address}')"]`
          : undefined;
  if (command === undefined) return [];
  const edit = insertLineBelow(document, expose.range.end, `HEALTHCHECK CMD ${command}`);
  return [{ title: 'check', applicability: 'manual', edits: [edit] }];
}

/** Checks that the official images are made for. */
const CHECKS: ReadonlyMap<string, readonly string[]> = new Map([
  ['postgres', ['CMD', 'pg_isready', '-U', 'postgres']],
  ['redis', ['CMD', 'redis-cli', 'ping']],
  ['mysql', ['CMD', 'mysqladmin', 'ping', '-h', '127.0.0.1']],
  ['mariadb', ['CMD', 'healthcheck.sh', '--connect', '--innodb_initialized']],
  ['rabbitmq', ['CMD', 'rabbitmq-diagnostics', '-q', 'ping']],
]);

function knownCheck(
  document: ComposeDocument,
  service: ComposeService,
  image: ImageReference,
): readonly Fix<'check'>[] {
  const test = CHECKS.get(officialName(image) ?? '');
  const edit = test && addEntry(document, service.node, 'healthcheck', { test });
  return edit ? [{ title: 'check', applicability: 'manual', edits: [edit] }] : [];
}
