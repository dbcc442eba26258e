import { defineRule } from '../../core/rule.js';
import { shippedChain, stageAt } from '../../dockerfile/queries.js';
import { copiedSecrets } from '../../secrets/copied-files.js';
import { isKnownHarmless } from '../../secrets/known-files.js';
import { FILE_TITLES, fileMounts } from '../../secrets/mount-file.js';
import { mountedCopies } from '../../secrets/mounted-copies.js';
import { removedTooLate } from '../../secrets/removed-too-late.js';
import { fileNameOf } from '../../secrets/secret-files.js';

export default defineRule({
  id: 'secret-file-copied',
  severity: 'error',
  summary: 'A file that holds keys or passwords must not be copied into an image.',
  why: `
    What COPY and ADD bring is a layer of the image. Whoever can pull the image can unpack the layer and read the file: the private
    key, the passwords in \`.env\`, the login for the package registry or the cloud. Deleting the file in a later instruction hides it
    from the running container only; the layer below still has it.

    What a build step needs is mounted for that step, \`RUN --mount=type=secret\` for a file and \`--mount=type=ssh\` for a key, and
    leaves nothing behind. What the program needs is mounted where the container is started. List the file in \`.dockerignore\`, so that
    no other COPY takes it along.

    Public certificates, public keys, files for package signatures and examples such as \`.env.example\` are not reported. A file that
    holds a secret only sometimes, such as \`.npmrc\`, is reported with less certainty.
  `,
  fixSafety: `
    The build needs the file from outside: \`docker build --secret id=NAME,src=FILE .\`, and a key for SSH from the agent or as
    \`--ssh default=FILE\`. It is there in the RUN that uses it only,
    and in no layer; the container that is started later does not have it. Whoever has pulled the image so far knows what is in
    the file: change it.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-538', 'CWE-522'] },
  equivalents: { trivy: ['DS-0031'] },
  messages: {
    certain:
      '{file} is copied into a layer, so anyone who pulls the image has it. Mount it with RUN --mount=type=secret.',
    possible:
      '{file} is copied into a layer; secrets in it reach anyone who pulls the image. Mount it with RUN --mount=type=secret.',
    written:
      'The secret {file} is written into a layer, so anyone who pulls the image has it. Use it where it is mounted.',
    cached:
      '{file} is copied into a build stage, so it stays in the build cache. Mount it with RUN --mount=type=secret.',
  },

  titles: FILE_TITLES,

  check: {
    dockerfile(document, context) {
      const shipped = new Set(shippedChain(document));
      // What a later instruction deletes is told with that instruction.
      const removed = new Set(removedTooLate(document).map((it) => it.place));
      const written = mountedCopies(document)
        .filter(({ to }) => !removed.has(to.range))
        .map(({ id, to }) => ({ message: 'written' as const, data: { file: id }, range: to.range }));
      const copied = copiedSecrets(document)
        .filter(({ source }) => !removed.has(source.range))
        .filter(
          ({ copy, source, secret }) => secret === 'certain' || !isKnownHarmless(document, context, copy, source.value),
        )
        .map(({ copy, source, secret }) => {
          const stage = stageAt(document, copy.range.start);
          return {
            message: secret === 'certain' && stage && !shipped.has(stage) ? ('cached' as const) : secret,
            data: { file: fileNameOf(source.value) },
            range: source.range,
            fixes: fileMounts(document, context, source.range),
            ...(secret === 'possible' ? { confidence: 'low' as const } : {}),
          };
        });
      return [...copied, ...written].sort((a, b) => a.range.start - b.range.start);
    },
  },

  examples: [
    {
      title: 'Settings with passwords',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY package.json package-lock.json «.env» ./
        USER node
      `,
      expect: ['certain'],
      fixed: null,
    },
    {
      title: 'Keys and logins',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        COPY «id_rsa» /root/.ssh/id_rsa
        COPY «.aws» /root/.aws
        COPY --chmod=600 «deploy/.netrc» «config/kubeconfig» /root/
        COPY «certs/server.key» certs/server.crt /etc/ssl/app/
        COPY «terraform.tfstate» «vault.kdbx» /srv/
        USER 10001
      `,
      expect: ['certain', 'certain', 'certain', 'certain', 'certain', 'certain', 'certain'],
      fixed: null,
    },
    {
      title: 'The name in the image tells what it is',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        COPY «deploy/docker-login.json» /root/.docker/config.json
        COPY «$GOOGLE_APPLICATION_CREDENTIALS» /srv/cloud.json
        USER 10001
      `,
      expect: ['certain', 'certain'],
      fixed: null,
    },
    {
      title: 'A file that holds a secret only sometimes',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY package.json package-lock.json «.npmrc» ./
        COPY «keys/app.pem» /etc/app/
        USER node
      `,
      expect: ['possible', 'possible'],
      severity: 'warning',
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      bad: `
        FROM golang:1.26 AS build
        COPY «id_ed25519» /root/.ssh/
        RUN git clone git@git.example.com:shop/app.git /src && go build -C /src -o /app .
        FROM debian:13
        COPY --from=build /app /usr/local/bin/app
        USER 10001
      `,
      expect: ['cached'],
      fixed: `
        FROM golang:1.26 AS build
        RUN --mount=type=ssh git clone git@git.example.com:shop/app.git /src && go build -C /src -o /app .
        FROM debian:13
        COPY --from=build /app /usr/local/bin/app
        USER 10001
      `,
      alternatives: [
        `
          FROM golang:1.26 AS build
          RUN --mount=type=secret,id=id_ed25519,target=/root/.ssh/id_ed25519 \\
              git clone git@git.example.com:shop/app.git /src && go build -C /src -o /app .
          FROM debian:13
          COPY --from=build /app /usr/local/bin/app
          USER 10001
        `,
      ],
    },
    {
      title: 'Settings of package managers, and a compose file that builds',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build: web
        `,
      },
      bad: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        WORKDIR /src
        COPY pom.xml «settings.xml» ./
        RUN mvn -B -s settings.xml package
        FROM python:3.13-slim
        COPY «pip.conf» /etc/pip.conf
        RUN pip install --no-cache-dir shop==1.4.0
        COPY --from=build /src/target/app.jar /srv/
        USER 10001
      `,
      expect: ['possible', 'possible'],
      severity: 'warning',
      confidence: 'low',
      fixed: `
        FROM maven:3.9-eclipse-temurin-21 AS build
        WORKDIR /src
        COPY pom.xml ./
        RUN --mount=type=secret,id=settings_xml,target=/src/settings.xml mvn -B -s settings.xml package
        FROM python:3.13-slim
        RUN --mount=type=secret,id=pip_conf,target=/etc/pip.conf pip install --no-cache-dir shop==1.4.0
        COPY --from=build /src/target/app.jar /srv/
        USER 10001
      `,
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build:
                context: web
                secrets:
                  - settings_xml
                  - pip_conf
          secrets:
            settings_xml:
              file: ./web/settings.xml
            pip_conf:
              file: ./web/pip.conf
        `,
      },
    },
    {
      title: 'A key for SSH, and a compose file that builds',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build: { context: web }
        `,
      },
      bad: `
        FROM debian:13
        RUN mkdir -p /root/.ssh
        COPY known_hosts «id_rsa» /root/.ssh/
        RUN chmod 600 /root/.ssh/id_rsa && apt-get update
        RUN git clone git@git.example.com:shop/app.git /srv/app
        USER 10001
      `,
      expect: ['certain'],
      fixed: `
        FROM debian:13
        RUN mkdir -p /root/.ssh
        COPY known_hosts /root/.ssh/
        RUN apt-get update
        RUN --mount=type=ssh git clone git@git.example.com:shop/app.git /srv/app
        USER 10001
      `,
      alternatives: [
        `
          FROM debian:13
          RUN mkdir -p /root/.ssh
          COPY known_hosts /root/.ssh/
          RUN apt-get update
          RUN --mount=type=secret,id=id_rsa,target=/root/.ssh/id_rsa \\
              git clone git@git.example.com:shop/app.git /srv/app
          USER 10001
        `,
      ],
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build: { context: web, ssh: [default] }
        `,
      },
    },
    {
      title: 'A login that its program keeps',
      in: 'dockerfile',
      bad: `
        FROM google/cloud-sdk:530.0.0
        COPY «service-account.json» /tmp/key.json
        RUN gcloud auth activate-service-account --key-file=/tmp/key.json
        USER 10001
      `,
      expect: ['certain'],
      fixed: null,
    },
    {
      title: 'Settings that are there and hold no login',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'pip.conf': '[global]\nindex-url = https://pypi.example.com/simple',
        '.npmrc': '//npm.example.com/:_authToken=${NPM_TOKEN}',
      },
      good: `
        FROM python:3.13-slim
        COPY pip.conf /etc/pip.conf
        COPY .npmrc /srv/
        USER 10001
      `,
    },
    {
      title: 'Taken out of its mount',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN --mount=type=secret,id=login cat /run/secrets/login > «/root/.login»
        RUN --mount=type=secret,id=license,target=/tmp/license.txt cp /tmp/license.txt «/etc/shop/»
        USER 10001
      `,
      expect: ['written', 'written'],
      fixed: null,
    },
    {
      title: 'Taken out of its mount, and deleted in the same RUN or public',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=secret,id=login cat /run/secrets/login > /root/.login && fetch && rm /root/.login
        RUN --mount=type=secret,id=login --mount=type=tmpfs,target=/work cp /run/secrets/login /work/login && fetch
        RUN --mount=type=secret,id=company_ca cp /run/secrets/company_ca /usr/local/share/ca-certificates/company.crt
        USER 10001
      `,
    },
    {
      title: 'The login of one RUN',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        WORKDIR /srv
        COPY «deploy/.netrc» /root/.netrc
        RUN chmod 600 /root/.netrc && git clone https://git.example.com/shop/app.git . && npm ci
        USER node
        COPY --chown=node:node . .
      `,
      expect: ['certain'],
      fixed: `
        FROM node:22-slim
        WORKDIR /srv
        RUN --mount=type=secret,id=netrc,target=/root/.netrc \\
            git clone https://git.example.com/shop/app.git . && npm ci
        USER node
        COPY --chown=node:node . .
      `,
    },
    {
      title: 'A login that the program wants too',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        COPY «.pgpass» /srv/.pgpass
        ENV PGPASSFILE=/srv/.pgpass
        RUN psql -h db.example.com -f /srv/schema.sql
        USER 10001
      `,
      expect: ['certain'],
      fixed: null,
    },
    {
      title: 'Public keys, certificates and package signatures',
      in: 'dockerfile',
      good: `
        FROM debian:13
        COPY id_rsa.pub /home/app/.ssh/authorized_keys
        COPY ca.pem certs/fullchain.pem rds-ca-bundle.pem /usr/local/share/ca-certificates/
        COPY nginx_signing.key /etc/apt/keyrings/
        COPY vendor.key /etc/apt/trusted.gpg.d/vendor.asc
        COPY known_hosts config /root/.ssh/
        USER 10001
      `,
    },
    {
      title: 'Examples and names that only look alike',
      in: 'dockerfile',
      good: `
        FROM debian:13
        COPY .env.example .env.dist /app/
        COPY .env.sample /app/.env
        COPY environment.ts keyboard.json token.go secrets.go /app/
        COPY credentials.json.enc /app/
        USER 10001
      `,
    },
    {
      title: 'Mounted, from another image, or an address',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=secret,id=netrc,target=/root/.netrc curl -fsSn -o /app https://example.com/app
        COPY --from=example/tool:1.4 /etc/tool/tool.key /etc/tool/
        ADD --checksum=sha256:3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b https://example.com/vendor.key /etc/vendor.key
        USER 10001
      `,
    },
  ],
});
