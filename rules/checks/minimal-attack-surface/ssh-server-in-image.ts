import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { imageOf, itemsOf, type ListItem, portsOf } from '../../compose/queries.js';
import { placeIn, removeFrom } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { dropPackage } from '../../dockerfile/drop-package.js';
import { withoutPort } from '../../dockerfile/exposed-port-fix.js';
import type { DockerfileDocument } from '../../dockerfile/model.js';
import { startCommands } from '../../dockerfile/privilege.js';
import { isForPeople } from '../../dockerfile/purpose.js';
import {
  type ExposedPort,
  exposedPorts,
  type InstalledPackages,
  installedPackages,
  shippedStage,
} from '../../dockerfile/queries.js';
import type { PackageWord } from '../../shell/model.js';
import { loginServerOf } from '../../shell/package-kinds.js';

export default defineRule({
  id: 'ssh-server-in-image',
  severity: 'warning',
  summary: 'An image must not bring a server to log in to.',
  why: `
    A server for SSH or Telnet is a second door beside the one of the program: it needs accounts, keys or passwords that are in
    the image or come with the container, it runs as root, and whoever gets through has a shell. Passwords are guessed
    around the clock.

    To look into a container, use \`docker exec\` or \`kubectl exec\`: there the platform decides who may, and writes it down.
  `,
  fixSafety: `
    Nobody can log in by SSH any more: those who did need another way, such as \`docker exec\` or \`kubectl exec\`. Steps that set the
    server up, its keys and accounts stay: remove them too.
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/container/exec/',
    'https://docs.docker.com/reference/dockerfile/#expose',
  ],
  standards: { cis: ['5.7'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: { trivy: ['DS-0004'], checkov: ['CKV_DOCKER_1'] },
  messages: {
    server: '{package} brings a server to log in to, one more door to the container. Leave it out, use docker exec.',
    both: '{package} brings the SSH server as well, one more door to the container. Install {client} instead.',
    published:
      'Port {port} of service "{service}" offers SSH, one more door to the container. Do not publish it, use docker exec.',
    port: 'EXPOSE {port} offers SSH, one more door to the container. Leave it out, use docker exec.',
  },
  titles: {
    drop: 'Remove {package}',
    dropRun: 'Remove the RUN that installs {package}',
    client: 'Install {client} instead',
    port: 'Remove EXPOSE {port}',
    unpublish: 'Do not publish port {port}',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage) return [];
      const ports = exposedPorts(document, stage).filter(
        ({ first, last, protocol }) => protocol === 'tcp' && first <= 22 && last >= 22,
      );
      // What the container starts as its program cannot be taken out of the image.
      const isProgram = startCommands(stage).some((it) => SERVERS.test(it.name));
      const exposed = ports.map((port): Found => {
        const name = port.first === port.last ? '22' : `${port.first}-${port.last}`;
        const fixes = isProgram ? [] : portFix(document, port);
        return { message: 'port', data: { port: name }, range: port.range, fixes };
      });
      if (isForPeople(stage)) return exposed;
      const servers = installedPackages(stage).flatMap((installed) =>
        installed.run.onbuild
          ? []
          : installed.install.packages.flatMap((it) =>
              serverFinding(document, installed, it, exposed.length > 0 ? 'meant' : 'unsure', isProgram),
            ),
      );
      return [...servers, ...exposed];
    },

    compose(document) {
      return document.services.flatMap((service) => {
        if (IS_FOR_SSH.test(`${imageOf(service)?.name ?? ''} ${service.name.value}`)) return [];
        const items = new Map(itemsOf(service.get('ports')).map((it) => [it.node.range.start, it]));
        return portsOf(service).flatMap((port) => {
          const { target, protocol } = port;
          if (protocol !== 'tcp' || !target || target.first > 22 || target.last < 22) return [];
          const edit =
            target.first === target.last
              ? withoutPublished(document, service, items.get(port.node.range.start))
              : undefined;
          const data = { port: '22', service: service.name.value };
          return [
            {
              message: 'published' as const,
              data,
              range: placeIn(service, { range: port.range, inherited: port.node.inherited }),
              fixes: edit
                ? [
                    {
                      title: 'unpublish' as const,
                      data: { port: '22' },
                      applicability: 'unsafe' as const,
                      edits: [edit],
                    },
                  ]
                : [],
            },
          ];
        });
      });
    },
  },

  examples: [
    {
      title: 'A port of a service',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            ports:
              - "8080:8080"
              - "«2222:22»"
      `,
      expect: ['published'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            ports:
              - "8080:8080"
      `,
    },
    {
      title: 'Services that speak SSH to their users: git and file transfer',
      in: 'compose',
      good: `
        services:
          git:
            image: gitea/gitea:1.24.5
            ports: ["2222:22"]
          files:
            image: atmoz/sftp:alpine-3.7
            ports: ["2022:22"]
          web:
            image: registry.example.com/shop/web:3.2.1
            ports: ["22:8080"]
      `,
    },
    {
      title: 'Server and port',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends «openssh-server» && rm -rf /var/lib/apt/lists/*
        EXPOSE 8080 «22/tcp»
        CMD ["/usr/sbin/sshd", "-D"]
      `,
      expect: ['server', 'port'],
      fixed: null,
    },
    {
      title: 'A package that brings both sides',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache «openssh»
        USER 10001
      `,
      expect: ['both'],
      fixed: `
        FROM alpine:3.22
        RUN apk add --no-cache openssh-client
        USER 10001
      `,
    },
    {
      title: 'A server beside the program',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates «openssh-server» && rm -rf /var/lib/apt/lists/*
        EXPOSE 8080 «22»
        USER 10001
        CMD ["shop"]
      `,
      expect: ['server', 'port'],
      fixed: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
        EXPOSE 8080
        USER 10001
        CMD ["shop"]
      `,
    },
    {
      title: 'A RUN for the server alone',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache «dropbear»
        USER 10001
      `,
      expect: ['server'],
      fixed: `
        FROM alpine:3.22
        USER 10001
      `,
    },
    {
      title: 'The client alone, and ports of the program',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache openssh-client
        EXPOSE 2222 22/udp 80
        USER 10001
      `,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM debian:13.1 AS lab
        RUN apt-get update && apt-get install -y --no-install-recommends openssh-server && rm -rf /var/lib/apt/lists/*
        EXPOSE 22
        FROM debian:13.1-slim
        USER 10001
      `,
    },
  ],
});

function withoutPublished(
  document: ComposeDocument,
  service: ComposeService,
  item: ListItem | undefined,
): Edit | undefined {
  return item && removeFrom(document, service, 'ports', item);
}

/** Programs whose users come by SSH. */
const IS_FOR_SSH =
  /git(?:ea|lab|ness|bucket)?\b|gogs|forgejo|sftp|gerrit|soft-serve|bastion|jump|tunnel|borg|rsync|openssh/i;

type Found = Finding<'server' | 'both' | 'port', 'drop' | 'dropRun' | 'client' | 'port', never>;

const SERVERS = /^(?:sshd|dropbear|telnetd|in\.telnetd|utelnetd)$/;

function portFix(document: DockerfileDocument, port: ExposedPort): readonly Fix<'port'>[] {
  const edits = withoutPort(document, port);
  return edits ? [{ title: 'port', data: { port: String(port.first) }, applicability: 'manual', edits }] : [];
}

/** With its port exposed the server is meant: then another package than the client's is no help. */
function serverFinding(
  document: DockerfileDocument,
  installed: InstalledPackages,
  named: PackageWord,
  intent: 'meant' | 'unsure',
  isProgram: boolean,
): readonly Found[] {
  const { name, word } = named;
  const server = loginServerOf(installed.install.manager, name);
  if (!server) return [];
  const { range } = word;
  const { client } = server;
  if (client === undefined || intent === 'meant') {
    const fix = isProgram ? undefined : dropPackage(document, installed, named);
    const fixes = fix ? [{ ...fix, applicability: 'manual' as const }] : [];
    return [{ message: 'server', data: { package: name }, range, fixes }];
  }
  const isPlain = document.text.slice(range.start, range.end) === name;
  const edits = [{ range, text: client }];
  const fixes = isPlain
    ? [{ title: 'client' as const, data: { client }, applicability: 'unsafe' as const, edits }]
    : [];
  return [{ message: 'both', data: { package: name, client }, range, fixes }];
}
