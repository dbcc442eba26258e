import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Spanned } from '../../core/text.js';
import type { Stage } from '../../dockerfile/model.js';
import { serverStarted, stepsFollow, useOfRoot } from '../../dockerfile/privilege.js';
import { type EffectiveUser, effectiveUser, isRootUser, shippedStage } from '../../dockerfile/queries.js';
import { REFUSAL_LABELS, USER_TITLES, userFix } from '../../dockerfile/user-fix.js';
import { isContainerAdministrator, startsWindowsProgram } from '../../dockerfile/windows-user.js';
import { serviceUsers } from '../../project/identity.js';

export default defineRule({
  id: 'root-user',
  severity: 'warning',
  summary: 'The last USER of an image must not be root.',
  why: `
    The last USER is the one the program runs as. When it is root, often because somebody switched to root to install a package
    and did not switch back, a hole in the program hands the attacker root in the container: every file of the image can be
    rewritten, and a bug in the kernel or a mounted folder is enough to be root on the host.

    Switching to root for some build steps is fine, as long as a USER below them switches back. Builder stages are not judged,
    only the stage that ships. Images whose entry point gives up root by itself (gosu, su-exec, setpriv) and images with
    a process manager (systemd, s6) are left alone.
  `,
  fixSafety: `
    The program gets the folders that the file shows it will write to: volumes, folders made for data, cache and logs, and with
    servers for development the folder they work in. What else it writes to you have to give it, with \`COPY --chown\` or
    \`install -d -o\`. Everything it only reads stays with root, so that an attacker cannot change it.

    Ports below 1024 stay as they are: Docker 20.10 and newer opens them to every user of a container. Older engines and
    Kubernetes before 1.22 do not, and rootless ones follow the host: there the program and what is published have to move to a
    higher port together.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#user',
    'https://docs.docker.com/reference/dockerfile/#user',
  ],
  standards: { cis: ['4.1'], nist: ['4.1.2', '4.4.3'], owasp: ['RULE #2'], cwe: ['CWE-250'] },
  equivalents: {
    hadolint: ['DL3002'],
    trivy: ['DS-0002'],
    checkov: ['CKV_DOCKER_8'],
    semgrep: ['last-user-is-root'],
    tally: ['DL3002'],
  },
  messages: {
    rootUser: 'The last USER is {user}, so the program runs as root. Switch to another user below the last step.',
    server: 'The last USER is {user}, so one process of the server stays root. Run all of it as its own user.',
    administrator:
      'The last USER is {user}, so the program may change all of the container. Switch to ContainerUser below the last step.',
  },
  titles: {
    ...USER_TITLES,
    replaceUser: 'Change it to USER {user}',
  },
  labels: {
    ...REFUSAL_LABELS,
    ships: 'The stage that ships builds on this one',
    server: '{server} gives its workers another user by itself, where its configuration says so: there is no fix',
  },

  check: {
    dockerfile(document, { config, project }) {
      const stage = shippedStage(document);
      if (!stage) return [];
      const last = effectiveUser(document, stage);
      const written = last?.instruction.user;
      if (stage.windows) return written ? administrator(stage, written) : [];
      if (!last || !written || !last.user.known || !isRootUser(last.user.value)) return [];
      const use = useOfRoot(stage);
      if (use === 'needed' || use === 'dropped' || serviceUsers(document, stage, project, config).all) return [];

      const ships =
        last.stage === stage ? [] : [{ range: (stage.from.image ?? stage.from).range, label: 'ships' as const }];
      const data = { user: written.value };
      if (use === 'partly') {
        const server = serverStarted(stage);
        const why = server ? [{ range: server.range, label: 'server' as const, data: { server: server.name } }] : [];
        return [{ message: 'server', data, range: written.range, confidence: 'low', related: [...ships, ...why] }];
      }
      const instead = isReplaceable(stage, last) ? last.instruction : undefined;
      const { fixes, related } = userFix(document, stage, false, instead);
      return [
        {
          message: 'rootUser',
          data,
          range: written.range,
          related: [...ships, ...related],
          fixes: fixes.map((it) => (instead && it.title === 'addUser' ? { ...it, title: 'replaceUser' } : it)),
        },
      ];
    },
  },

  examples: [
    {
      title: 'Root for a step, and not back again',
      in: 'dockerfile',
      bad: `
        FROM jenkins/jenkins:2.516.2-lts-jdk21
        USER «root»
        RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
      `,
      expect: ['rootUser'],
      fixed: `
        FROM jenkins/jenkins:2.516.2-lts-jdk21
        USER root
        RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
        USER jenkins
      `,
    },
    {
      title: 'Every compose service that builds the image names a user',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'compose.yaml': `
          services:
            api:
              build: .
              user: "1000:1000"
        `,
      },
      good: `
        FROM node:24.4-alpine
        USER root
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'An earlier USER to switch back to',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        USER app
        COPY app /app
        USER «0:0»
        RUN chmod 755 /app
        ENTRYPOINT ["/app"]
      `,
      expect: ['rootUser'],
      fixed: `
        FROM debian:13.1-slim
        USER app
        COPY app /app
        USER 0:0
        RUN chmod 755 /app
        USER app
        ENTRYPOINT ["/app"]
      `,
    },
    {
      title: 'Root although no step follows',
      in: 'dockerfile',
      bad: `
        FROM node:24.4-alpine
        COPY . /app
        USER «root»
        CMD ["node", "/app/server.js"]
      `,
      expect: ['rootUser'],
      fixed: `
        FROM node:24.4-alpine
        COPY . /app
        USER node
        CMD ["node", "/app/server.js"]
      `,
    },
    {
      title: 'Root by the default of a build argument',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        ARG RUN_AS=0
        USER «$RUN_AS»
        CMD ["/app"]
      `,
      expect: ['rootUser'],
      fixed: `
        FROM alpine:3.22
        ARG RUN_AS=0
        USER $RUN_AS
        RUN addgroup -S app && adduser -S -G app app
        USER app
        CMD ["/app"]
      `,
    },
    {
      title: 'Root inherited from an earlier stage',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22 AS base
        USER «root»
        RUN apk add --no-cache tzdata

        FROM base
        COPY app /app
        CMD ["/app"]
      `,
      expect: ['rootUser'],
      fixed: `
        FROM alpine:3.22 AS base
        USER root
        RUN apk add --no-cache tzdata

        FROM base
        COPY app /app
        RUN addgroup -S app && adduser -S -G app app
        USER app
        CMD ["/app"]
      `,
    },
    {
      title: 'A server that starts as root',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends apache2 && rm -rf /var/lib/apt/lists/*
        USER «root»
        CMD ["apache2ctl", "-D", "FOREGROUND"]
      `,
      expect: ['server'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Another user on a port below 1024',
      in: 'dockerfile',
      bad: `
        FROM node:24.4-slim
        WORKDIR /app
        COPY . .
        USER «root»
        EXPOSE 80
        CMD ["node", "server.js"]
      `,
      expect: ['rootUser'],
      fixed: `
        FROM node:24.4-slim
        WORKDIR /app
        COPY . .
        USER node
        EXPOSE 80
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A new user on a port below 1024, and a volume',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        COPY shop /usr/local/bin/
        USER «0»
        VOLUME /data
        EXPOSE 443
        CMD ["shop"]
      `,
      expect: ['rootUser'],
      fixed: `
        FROM debian:13.1-slim
        COPY shop /usr/local/bin/
        USER 0
        RUN useradd --system --create-home app && install -d -o app -g app /data
        VOLUME /data
        EXPOSE 443
        USER app
        CMD ["shop"]
      `,
    },
    {
      title: 'A program in the home of root',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        USER «root»
        WORKDIR /root
        COPY app .
        CMD ["./app"]
      `,
      expect: ['rootUser'],
      fixed: null,
    },
    {
      title: 'A build at every start',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25.1
        USER «root»
        COPY . .
        CMD ["go", "run", "."]
      `,
      expect: ['rootUser'],
      fixed: null,
    },
    {
      title: 'Something for root only before the program',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        USER «root»
        CMD mount -a && /app
      `,
      expect: ['rootUser'],
      fixed: null,
    },
    {
      title: 'A package that starts services as users of their own',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        USER «root»
        RUN apk add --no-cache dcron
        CMD ["/start.sh"]
      `,
      expect: ['rootUser'],
      fixed: null,
    },
    {
      title: 'A server that was unpacked, which writes anywhere beside its files',
      in: 'dockerfile',
      bad: `
        FROM eclipse-temurin:21.0.8_9-jre
        USER «root»
        RUN curl -fsSL https://example.com/broker-5.tar.gz | tar -xz -C /opt
        CMD ["/opt/broker/bin/broker", "console"]
      `,
      expect: ['rootUser'],
      fixed: null,
    },
    {
      title: 'A volume in an image without a shell',
      in: 'dockerfile',
      bad: `
        FROM gcr.io/distroless/static-debian12:nonroot
        USER «0»
        VOLUME /data
        ENTRYPOINT ["/shop"]
      `,
      expect: ['rootUser'],
      fixed: null,
    },
    {
      title: 'Root for a step, and back again',
      in: 'dockerfile',
      good: `
        FROM jenkins/jenkins:2.516.2-lts-jdk21
        USER root
        RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
        USER jenkins
      `,
    },
    {
      title: 'Root in a stage that does not ship',
      in: 'dockerfile',
      good: `
        FROM golang:1.25 AS build
        USER root
        RUN go build -o /shop .

        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /shop /shop
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'The entry point gives up root',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache su-exec
        USER root
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
      `,
    },
    {
      title: 'The entry point of the base image gives up root',
      in: 'dockerfile',
      good: `
        FROM postgres:17.5-alpine
        USER root
        RUN apk add --no-cache pg_cron
      `,
    },
    {
      title: 'A user with the group root',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        USER 1001:0
        CMD ["/app"]
      `,
    },
    {
      title: 'A user that the build decides',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        ARG RUN_AS
        USER \${RUN_AS}
        CMD ["/app"]
      `,
    },
    {
      title: 'A process manager that needs root',
      in: 'dockerfile',
      good: `
        FROM debian:13.1
        USER root
        ENTRYPOINT ["/sbin/init"]
      `,
    },
    {
      title: 'The administrator of Windows',
      in: 'dockerfile',
      bad: `
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2025
        USER «ContainerAdministrator»
        COPY app C:/app
        CMD ["C:/app/app.exe"]
      `,
      expect: ['administrator'],
      fixed: null,
    },
    {
      title: 'The administrator for some steps',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2025
        USER ContainerAdministrator
        RUN setx /M PATH "%PATH%;C:\\app"
        USER ContainerUser
        CMD ["C:/app/app.exe"]
      `,
    },
  ],
});

function administrator(stage: Stage, { value, range }: Spanned): readonly Finding<'administrator', never, never>[] {
  if (!isContainerAdministrator(value) || !startsWindowsProgram(stage)) return [];
  return [{ message: 'administrator', data: { user: value }, range }];
}

/** Nothing below the last USER needs root, so it can name another user itself. */
function isReplaceable(stage: Stage, { instruction, stage: holder, user }: EffectiveUser): boolean {
  return user.literal && holder === stage && !stepsFollow(stage, instruction);
}
