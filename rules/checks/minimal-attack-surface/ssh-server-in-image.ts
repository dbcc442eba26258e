import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { isForPeople } from '../../dockerfile/purpose.js';
import { exposedPorts, installedPackages, shippedStage } from '../../dockerfile/queries.js';
import type { PackageManager, PackageWord } from '../../shell/model.js';
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
  references: [
    'https://docs.docker.com/reference/cli/docker/container/exec/',
    'https://docs.docker.com/reference/dockerfile/#expose',
  ],
  standards: { cis: ['5.7'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: { trivy: ['DS-0004'], checkov: ['CKV_DOCKER_1'] },
  messages: {
    server: '{package} brings a server to log in to, one more door to the container. Leave it out, use docker exec.',
    both: '{package} brings the SSH server as well, one more door to the container. Install {client} instead.',
    port: 'EXPOSE {port} offers SSH, one more door to the container. Leave it out, use docker exec.',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage) return [];
      const ports = exposedPorts(document, stage).filter(
        ({ first, last, protocol }) => protocol === 'tcp' && first <= 22 && last >= 22,
      );
      const exposed = ports.map(({ first, last, range }) => ({
        message: 'port' as const,
        data: { port: first === last ? '22' : `${first}-${last}` },
        range,
      }));
      if (isForPeople(stage)) return exposed;
      const servers = installedPackages(stage).flatMap(({ run, install }) =>
        run.onbuild ? [] : install.packages.flatMap((it) => serverFinding(install.manager, it, exposed.length > 0)),
      );
      return [...servers, ...exposed];
    },
  },

  examples: [
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
      fixed: null,
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

type Found = Finding<'server' | 'both', never, never>;

/** With its port exposed the server is meant: then another package than the client's is no help. */
function serverFinding(manager: PackageManager, { name, word }: PackageWord, meant: boolean): readonly Found[] {
  const server = loginServerOf(manager, name);
  if (!server) return [];
  const { range } = word;
  const { client } = server;
  return client === undefined || meant
    ? [{ message: 'server', data: { package: name }, range }]
    : [{ message: 'both', data: { package: name, client }, range }];
}
