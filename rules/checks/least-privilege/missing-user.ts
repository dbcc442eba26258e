import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { DockerfileDocument, Stage } from '../../dockerfile/model.js';
import {
  createdUsers,
  ownCommand,
  ownEntrypoint,
  scriptThatMaySwitch,
  serverStarted,
  startsNoProgram,
  startsOwnProgram,
  useOfRoot,
} from '../../dockerfile/privilege.js';
import { effectiveUser, shippedChain, shippedRuns, shippedStage } from '../../dockerfile/queries.js';
import { REFUSAL_LABELS, USER_TITLES, userFix, wantsNumbers } from '../../dockerfile/user-fix.js';
import {
  CONTAINER_USER,
  insertContainerUser,
  startsAsAdministrator,
  startsWindowsProgram,
} from '../../dockerfile/windows-user.js';
import { endedReleases } from '../../images/lifetimes.js';
import { officialName } from '../../images/official.js';
import type { ImageReference } from '../../images/reference.js';
import { userOf } from '../../images/users.js';
import { type ServiceUsers, serviceUsers } from '../../project/identity.js';

export default defineRule({
  id: 'missing-user',
  severity: 'warning',
  summary: 'An image must name a user that is not root.',
  why: `
    Without USER the program runs as root, unless its base image says otherwise. A hole in the program then hands the
    attacker root in the container: every file of the image can be rewritten, packages can be installed, and the network
    can be listened to.

    Root in the container is also root for the kernel of the host, as long as user namespaces are not remapped. Whoever gets
    out, by a bug in the kernel or the runtime or by a mounted folder, is root there. A program that runs as a user of its
    own would still have to become root first.

    An unused user helps nobody: one that a step makes with useradd or adduser and that no USER names leaves the program root.

    Build steps often need root, the program seldom does: USER goes below the last step. Images whose entry point gives up root by itself
    (gosu, su-exec, setpriv) and images with a process manager (systemd, s6) are left alone, and so is an image for which every
    compose service that builds it names a user.
  `,
  fixSafety: `
    The program gets the folders that the file shows it will write to: volumes, folders made for data, cache and logs, and with
    servers for development the folder they work in. What else it writes to you have to give it, with \`COPY --chown\` or
    \`install -d -o\`. Everything it only reads stays with root, so that an attacker cannot change it.

    Ports below 1024 stay as they are: Docker 20.10 and newer opens them to every user of a container. Older engines and
    Kubernetes before 1.22 do not, and rootless ones follow the host: there the program and what is published have to move to a
    higher port together. nginxinc/nginx-unprivileged listens on port 8080.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#user',
    'https://docs.docker.com/reference/dockerfile/#user',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted',
  ],
  standards: { cis: ['4.1'], nist: ['4.1.2', '4.4.3'], owasp: ['RULE #2'], cwe: ['CWE-250'] },
  equivalents: {
    trivy: ['DS-0002'],
    checkov: ['CKV_DOCKER_3'],
    semgrep: ['missing-user', 'missing-user-entrypoint'],
  },
  messages: {
    noUser: 'There is no USER and {image} starts as root, so the program runs as root. Add USER below the last step.',
    unusedUser:
      'The user {user} is made but never used, so the program runs as root. Add USER {user} below the last step.',
    noProgram:
      'There is no USER and {image} starts as root, so what is run in this image is root. Add USER below the last step.',
    scratch: 'There is no USER on top of scratch, so the program runs as root. Add a numeric USER.',
    replacedEntrypoint:
      '{image} gives up root in its own entry point, which ENTRYPOINT replaces, so the program runs as root. Add USER.',
    server:
      'There is no USER, so the server starts as root and one process of it stays root. Run all of it as its own user.',
    script: 'There is no USER, so the program runs as root unless {script} changes that. Add USER below the last step.',
    administrator:
      '{image} starts as ContainerAdministrator, so the program may change it all. Add USER ContainerUser.',
    unknownBase: 'There is no USER, so the program runs as root unless {image} sets one. Add USER below the last step.',
  },
  titles: {
    ...USER_TITLES,
    unprivilegedNginx: 'Build on {image}, which runs as nginx',
  },
  labels: {
    ...REFUSAL_LABELS,
    service: 'Service "{service}" runs this image and names no user either',
    server: '{server} gives its workers another user by itself, where its configuration says so: there is no fix',
    baseDecides: 'What {image} starts, and whether that works without root, is not known here, so there is no fix',
  },

  check: {
    dockerfile(document, { config, project }) {
      const stage = shippedStage(document);
      if (!stage?.from.image || effectiveUser(document, stage)) return [];
      if (stage.windows) return administrator(document, stage, stage.from.image.range);
      // FROM alone is a file somebody is about to write.
      if (shippedChain(document).every((it) => it.instructions.length === 0)) return [];
      const use = useOfRoot(stage);
      if (use === 'needed' || use === 'dropped') return [];
      const services = serviceUsers(document, stage, project, config);
      if (services.all) return [];

      const range = stage.from.image.range;
      const image = stage.rootImage;
      if (stage.fromScratch || !image) {
        // What has no program to start is a set of files that a build exports.
        if (!stage.fromScratch || !(ownCommand(stage) || ownEntrypoint(stage))) return [];
        return withService(services, [{ message: 'scratch', range, ...userFix(document, stage, false) }]);
      }
      if (use === 'partly') return withService(services, [server(document, stage, image, range)]);
      const found = asRoot(document, stage, image, wantsNumbers(config));
      return withService(
        services,
        found.map((it) => ({ range, ...it })),
      );
    },
  },

  examples: [
    {
      title: 'No USER, and the base image brings a user for the program',
      in: 'dockerfile',
      bad: `
        FROM «node:24.4-alpine»
        WORKDIR /app
        COPY . .
        RUN npm ci

        # Start the shop.
        CMD ["node", "server.js"]
      `,
      expect: ['noUser'],
      fixed: `
        FROM node:24.4-alpine
        WORKDIR /app
        COPY . .
        RUN npm ci

        USER node

        # Start the shop.
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A compose service runs the image as it is',
      in: 'dockerfile',
      path: 'api/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            api:
              build: ./api
        `,
      },
      bad: `
        FROM «node:24.4-alpine»
        CMD ["node", "server.js"]
      `,
      expect: ['noUser'],
      fixed: `
        FROM node:24.4-alpine
        USER node
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'Every compose service that builds the image names a user',
      in: 'dockerfile',
      path: 'api/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            api:
              build: ./api
              user: "1000:1000"
            worker:
              build: ./api
              user: "\${UID}"
        `,
      },
      good: `
        FROM node:24.4-alpine
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A base image that runs as root and has no user for programs',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        USER 1000
        RUN go build -o /shop ./cmd/shop

        FROM «debian:13.1-slim»
        COPY --from=build /shop /usr/local/bin/shop
        EXPOSE 8080
        ENTRYPOINT ["shop"]
      `,
      expect: ['noUser'],
      fixed: `
        FROM golang:1.25 AS build
        USER 1000
        RUN go build -o /shop ./cmd/shop

        FROM debian:13.1-slim
        COPY --from=build /shop /usr/local/bin/shop
        EXPOSE 8080
        RUN useradd --system --create-home app
        USER app
        ENTRYPOINT ["shop"]
      `,
    },
    {
      title: 'A user is created and never used',
      in: 'dockerfile',
      bad: `
        FROM «python:3.13-slim»
        RUN groupadd --gid 1001 app && useradd --uid 1001 --gid 1001 -ms /bin/bash app
        COPY --chown=app:app . /srv
        CMD ["python", "/srv/main.py"]
      `,
      expect: ['unusedUser'],
      fixed: `
        FROM python:3.13-slim
        RUN groupadd --gid 1001 app && useradd --uid 1001 --gid 1001 -ms /bin/bash app
        COPY --chown=app:app . /srv
        USER app
        CMD ["python", "/srv/main.py"]
      `,
    },
    {
      title: 'CMD above the last step',
      in: 'dockerfile',
      bad: `
        FROM «alpine:3.22»
        CMD ["/usr/bin/app"]
        RUN apk add --no-cache \\
            app
      `,
      expect: ['noUser'],
      fixed: `
        FROM alpine:3.22
        CMD ["/usr/bin/app"]
        RUN apk add --no-cache \\
            app
        RUN addgroup -S app && adduser -S -G app app
        USER app
      `,
    },
    {
      title: 'BusyBox has a server of its own',
      in: 'dockerfile',
      bad: `
        FROM «busybox:1.37»
        COPY www /www
        CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
      `,
      expect: ['noUser'],
      fixed: `
        FROM busybox:1.37
        COPY www /www
        RUN addgroup -S app && adduser -S -G app app
        USER app
        CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]
      `,
    },
    {
      title: 'No program to start: a tool, or the command stands elsewhere',
      in: 'dockerfile',
      bad: `
        FROM «python:3.13-slim»
        COPY . /srv
        RUN pip install --no-cache-dir /srv
      `,
      expect: ['noProgram'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'The server of the base image',
      in: 'dockerfile',
      bad: `
        FROM «tomcat:11.0-jdk21»
        COPY shop.war /usr/local/tomcat/webapps/
      `,
      expect: ['noUser'],
      fixed: `
        FROM tomcat:11.0-jdk21
        COPY shop.war /usr/local/tomcat/webapps/
        RUN useradd --system --create-home app \\
            && install -d -o app -g app /usr/local/tomcat/webapps
        USER app
      `,
    },
    {
      title: 'A program on scratch',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /shop .

        FROM «scratch»
        COPY --from=build /shop /shop
        ENTRYPOINT ["/shop"]
      `,
      expect: ['scratch'],
      fixed: `
        FROM golang:1.25 AS build
        RUN go build -o /shop .

        FROM scratch
        COPY --from=build /shop /shop
        USER 10001:10001
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'The entry point that gives up root is replaced',
      in: 'dockerfile',
      bad: `
        FROM «postgres:17.5»
        COPY backup.sh /usr/local/bin/
        ENTRYPOINT ["backup.sh"]
      `,
      expect: ['replacedEntrypoint'],
      fixed: `
        FROM postgres:17.5
        COPY backup.sh /usr/local/bin/
        USER postgres
        ENTRYPOINT ["backup.sh"]
      `,
    },
    {
      title: 'A server whose first process stays root',
      in: 'dockerfile',
      bad: `
        FROM «nginx:1.29-alpine»
        COPY site /usr/share/nginx/html
      `,
      expect: ['server'],
      confidence: 'low',
      fixed: `
        FROM nginxinc/nginx-unprivileged:1.29-alpine
        COPY site /usr/share/nginx/html
      `,
    },
    {
      title: 'nginx of a release that has ended: end-of-life-base replaces it first',
      in: 'dockerfile',
      bad: `
        FROM «nginx:1.13-alpine»
        COPY build /usr/share/nginx/html
      `,
      expect: ['server'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'A server with a step that needs root',
      in: 'dockerfile',
      bad: `
        FROM «nginx:1.29-alpine»
        RUN apk add --no-cache nginx-module-geoip
        CMD ["nginx", "-g", "daemon off;"]
      `,
      expect: ['server'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'A script that may switch to the user that was made',
      in: 'dockerfile',
      bad: `
        FROM «debian:13.1-slim»
        RUN adduser --system --group --home /srv app
        COPY entrypoint.sh /
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["serve"]
      `,
      expect: ['script'],
      confidence: 'low',
      fixed: `
        FROM debian:13.1-slim
        RUN adduser --system --group --home /srv app
        COPY entrypoint.sh /
        USER app
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["serve"]
      `,
    },
    {
      title: 'A base image that nobody has looked into',
      in: 'dockerfile',
      bad: `
        FROM «registry.example.com/base/java:21.0.4»
        COPY shop.jar /shop.jar
        CMD ["java", "-jar", "/shop.jar"]
      `,
      expect: ['unknownBase'],
      confidence: 'low',
      fixed: `
        FROM registry.example.com/base/java:21.0.4
        COPY shop.jar /shop.jar
        USER 10001:10001
        CMD ["java", "-jar", "/shop.jar"]
      `,
    },
    {
      title: 'A volume, and a port below 1024',
      in: 'dockerfile',
      bad: `
        FROM «python:3.13-slim»
        RUN pip install --no-cache-dir wiki

        # What people wrote.
        VOLUME /var/lib/wiki
        ENV LOG_DIR=/var/log/wiki
        EXPOSE 80
        CMD ["wiki", "--port", "80"]
      `,
      expect: ['noUser'],
      fixed: `
        FROM python:3.13-slim
        RUN pip install --no-cache-dir wiki

        RUN useradd --system --create-home app && install -d -o app -g app /var/lib/wiki

        # What people wrote.
        VOLUME /var/lib/wiki
        ENV LOG_DIR=/var/log/wiki
        EXPOSE 80
        RUN install -d -o app -g app /var/log/wiki
        USER app
        CMD ["wiki", "--port", "80"]
      `,
    },
    {
      title: 'The port of the web below 1024',
      in: 'dockerfile',
      bad: `
        FROM «node:24.4-alpine»
        COPY . /app
        EXPOSE 80
        CMD ["node", "/app/server.js"]
      `,
      expect: ['noUser'],
      fixed: `
        FROM node:24.4-alpine
        COPY . /app
        EXPOSE 80
        USER node
        CMD ["node", "/app/server.js"]
      `,
    },
    {
      title: 'A server for development writes beside its files',
      in: 'dockerfile',
      bad: `
        FROM «node:24.4-slim»
        WORKDIR /app
        COPY package*.json ./
        RUN npm ci
        COPY . .
        CMD ["npm", "run", "dev"]
      `,
      expect: ['noUser'],
      fixed: `
        FROM node:24.4-slim
        WORKDIR /app
        COPY --chown=node:node package*.json ./
        RUN npm ci
        COPY --chown=node:node . .
        RUN install -d -o node -g node /app /app/node_modules
        USER node
        CMD ["npm", "run", "dev"]
      `,
    },
    {
      title: 'A program in the home of root',
      in: 'dockerfile',
      bad: `
        FROM «alpine:3.22»
        WORKDIR /root
        COPY app .
        CMD ["./app"]
      `,
      expect: ['noUser'],
      fixed: null,
    },
    {
      title: 'A build at every start',
      in: 'dockerfile',
      bad: `
        FROM «maven:3.9-eclipse-temurin-21»
        COPY . /srv
        WORKDIR /srv
        CMD ["mvn", "spring-boot:run"]
      `,
      expect: ['noUser'],
      fixed: null,
    },
    {
      title: 'Something for root only before the program',
      in: 'dockerfile',
      bad: `
        FROM «debian:13.1-slim»
        COPY proxy /usr/local/bin/
        CMD iptables -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-port 8080 && proxy
      `,
      expect: ['noUser'],
      fixed: null,
    },
    {
      title: 'A package that starts services as users of their own',
      in: 'dockerfile',
      bad: `
        FROM «debian:13.1-slim»
        RUN apt-get update && apt-get install -y --no-install-recommends cron && rm -rf /var/lib/apt/lists/*
        COPY start.sh /
        CMD ["/start.sh"]
      `,
      expect: ['noUser'],
      fixed: null,
    },
    {
      title: 'A server that was unpacked, which writes anywhere beside its files',
      in: 'dockerfile',
      bad: `
        FROM «eclipse-temurin:21.0.8_9-jre»
        RUN curl -fsSL https://example.com/broker-5.tar.gz | tar -xz -C /opt
        CMD ["/opt/broker/bin/broker", "console"]
      `,
      expect: ['noUser'],
      fixed: null,
    },
    {
      title: 'A volume in an image without a shell',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /shop .

        FROM «gcr.io/distroless/static-debian12»
        COPY --from=build /shop /shop
        VOLUME /data
        ENTRYPOINT ["/shop"]
      `,
      expect: ['noUser'],
      fixed: null,
    },
    {
      title: 'A program of a base image that nobody has looked into',
      in: 'dockerfile',
      bad: `
        FROM «registry.example.com/base/wiki:4.2»
        COPY wiki.conf /etc/wiki.conf
      `,
      expect: ['unknownBase'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'USER in the stage that ships',
      in: 'dockerfile',
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /shop .

        FROM alpine:3.22
        COPY --from=build /shop /shop
        USER 65532:65532
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'USER inherited from an earlier stage',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22 AS base
        USER 1000
        FROM base
        COPY app /app
        CMD ["/app"]
      `,
    },
    {
      title: 'USER with a value from outside',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        ARG APP_USER
        USER $APP_USER
        CMD ["/app"]
      `,
    },
    {
      title: 'Base images that run as a user of their own',
      in: 'dockerfile',
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /shop .

        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /shop /shop
        ENTRYPOINT ["/shop"]
      `,
    },
    {
      title: 'The entry point of the base image gives up root',
      in: 'dockerfile',
      good: `
        FROM redis:8.2-alpine
        COPY redis.conf /etc/redis.conf
        CMD ["redis-server", "/etc/redis.conf"]
      `,
    },
    {
      title: 'The entry point gives up root with gosu',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim
        COPY app /app
        ENTRYPOINT ["tini", "--", "gosu", "app", "/app"]
      `,
    },
    {
      title: 'A script in the file gives up root with su-exec',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache su-exec
        COPY --chmod=755 <<EOF /entrypoint.sh
        #!/bin/sh
        chown -R app /data
        exec su-exec app "$@"
        EOF
        ENTRYPOINT ["/entrypoint.sh"]
        CMD ["/app"]
      `,
    },
    {
      title: 'setpriv in shell form',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim
        CMD chown app /data && exec setpriv --reuid=app --init-groups /app
      `,
    },
    {
      title: 'A process manager that needs root',
      in: 'dockerfile',
      good: `
        FROM debian:13.1
        RUN apt-get update && apt-get install -y systemd
        CMD ["/lib/systemd/systemd"]
      `,
    },
    {
      title: 's6-overlay',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        ADD https://github.com/just-containers/s6-overlay/releases/download/v3.2.1.0/s6-overlay-noarch.tar.xz /tmp
        ENTRYPOINT ["/init"]
      `,
    },
    {
      title: 'A development container, whose user devcontainer.json names',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:bookworm
        RUN apt-get update
      `,
    },
    {
      title: 'Files that a build exports',
      in: 'dockerfile',
      good: `
        FROM golang:1.25 AS build
        RUN go build -o /shop .

        FROM scratch
        COPY --from=build /shop /
      `,
    },
    {
      title: 'A program on Windows Server Core',
      in: 'dockerfile',
      bad: `
        # escape=\`
        FROM «mcr.microsoft.com/windows/servercore:ltsc2025»
        COPY app C:/app
        CMD ["C:/app/app.exe"]
      `,
      expect: ['administrator'],
      fixed: `
        # escape=\`
        FROM mcr.microsoft.com/windows/servercore:ltsc2025
        COPY app C:/app
        USER ContainerUser
        CMD ["C:/app/app.exe"]
      `,
    },
    {
      title: 'Nano Server starts as ContainerUser, and the service monitor of IIS needs its rights',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2025 AS web
        COPY site C:/inetpub/wwwroot
        ENTRYPOINT ["C:/ServiceMonitor.exe", "w3svc"]

        FROM mcr.microsoft.com/windows/nanoserver:ltsc2025
        COPY app C:/app
        CMD ["C:/app/app.exe"]
      `,
    },
    {
      title: 'The image of a language on Windows, which only starts its prompt',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2025
        COPY python C:/Python
        CMD ["python"]
      `,
    },
    {
      title: 'A base image that only a variable knows',
      in: 'dockerfile',
      good: `
        ARG BASE
        FROM $BASE
        COPY app /app
        CMD ["/app"]
      `,
    },
    {
      title: 'The first line of a new file',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
      `,
    },
  ],
});

/** Names the service that runs the image as it is. */
function withService<M extends string, T extends string, L extends string>(
  { without }: ServiceUsers,
  findings: readonly Finding<M, T, L>[],
): readonly Finding<M, T, L | 'service'>[] {
  if (!without) return findings;
  const place = { range: without.range, label: 'service' as const, data: { service: without.name } };
  return findings.map((it) => ({ ...it, related: [...(it.related ?? []), place] }));
}

type Messages = 'noUser' | 'unusedUser' | 'noProgram' | 'replacedEntrypoint' | 'script' | 'unknownBase';
type Found = Omit<Finding<Messages, keyof typeof USER_TITLES, keyof typeof REFUSAL_LABELS | 'baseDecides'>, 'range'>;

/** What the stage's program, or that of its image, does as root. */
function asRoot(document: DockerfileDocument, stage: Stage, image: ImageReference, numeric: boolean): readonly Found[] {
  const known = userOf(image);
  const data = { image: image.name };
  // A tool, a base for other images: nobody can tell what USER would break.
  if (known.root === 'yes' && startsNoProgram(stage)) return [{ message: 'noProgram', data, confidence: 'low' }];
  const script = scriptThatMaySwitch(stage);
  if (script !== undefined)
    return [{ message: 'script', data: { script }, confidence: 'low', ...userFix(document, stage, numeric) }];
  if (known.byEntrypoint) return [{ message: 'replacedEntrypoint', data, ...userFix(document, stage, false) }];
  if (known.root === 'no' || image.unknown.has('path')) return [];
  if (known.root === 'yes') {
    const [created, ...others] = createdUsers(stage);
    const fix = userFix(document, stage, false);
    return created !== undefined && others.length === 0
      ? [{ message: 'unusedUser', data: { user: created }, ...fix }]
      : [{ message: 'noUser', data, ...fix }];
  }
  const found = { message: 'unknownBase', data, confidence: 'low' } as const;
  if (startsOwnProgram(stage)) return [{ ...found, ...userFix(document, stage, numeric) }];
  return [{ ...found, related: [{ range: stage.from.range, label: 'baseDecides', data }] }];
}

function administrator(
  document: DockerfileDocument,
  stage: Stage,
  range: Range,
): readonly Finding<'administrator', 'addUser', never>[] {
  const image = stage.rootImage;
  if (!image || !startsAsAdministrator(image) || !startsWindowsProgram(stage) || startsNoProgram(stage)) return [];
  const edits = [insertContainerUser(document, stage)];
  const data = { user: CONTAINER_USER };
  return [
    {
      message: 'administrator',
      data: { image: image.name },
      range,
      fixes: [{ title: 'addUser', data, applicability: 'unsafe', edits }],
    },
  ];
}

/** A server that keeps one process as root: its image has a twin without, or its configuration has to say more. */
function server(
  document: DockerfileDocument,
  stage: Stage,
  image: ImageReference,
  range: Range,
): Finding<'server', 'unprivilegedNginx', 'server'> {
  const found = { message: 'server', range, confidence: 'low' } as const;
  // Steps on the other image would run as its user, and most of them need root.
  const fixes = shippedRuns(document).length > 0 ? [] : unprivilegedNginx(image);
  const started = serverStarted(stage);
  return fixes.length > 0 || !started
    ? { ...found, fixes }
    : { ...found, related: [{ range: started.range, label: 'server', data: { server: started.name } }] };
}

/** Variants that https://hub.docker.com/r/nginxinc/nginx-unprivileged publishes under the same tags. */
const SHARED_NGINX_TAG = /^(?:\d+\.\d+(?:\.\d+)?|stable|mainline)(?:-alpine(?:-slim)?)?$/;

function unprivilegedNginx(image: ImageReference): readonly Fix<'unprivilegedNginx'>[] {
  const tag = image.tag?.value ?? '';
  if (officialName(image) !== 'nginx' || !image.literal || image.digest || !SHARED_NGINX_TAG.test(tag)) return [];
  // The tags of old releases are not all there, and none of them gets updates: the release comes first.
  if (endedReleases(image).length > 0) return [];
  const other = `nginxinc/nginx-unprivileged:${tag}`;
  return [
    {
      title: 'unprivilegedNginx',
      data: { image: other },
      applicability: 'unsafe',
      edits: [{ range: image.range, text: other }],
    },
  ];
}
