import { defineRule } from '../../core/rule.js';
import { shippedChain } from '../../dockerfile/queries.js';
import { FILE_TITLES, fileMounts } from '../../secrets/mount-file.js';
import { removedTooLate } from '../../secrets/removed-too-late.js';

export default defineRule({
  id: 'secret-removed-too-late',
  severity: 'error',
  summary: 'A secret that one layer holds is not gone when a later layer deletes it.',
  why: `
    Each COPY, ADD and RUN makes a layer, and a layer is never changed afterwards. \`rm\` in a later RUN only notes that the file is
    not to be seen any more; the layer that has it is pushed and pulled with the image as before. Whoever unpacks that layer, or
    starts a container from it, reads the key or the password that was believed to be deleted.

    Mount what a build step needs for that step: \`RUN --mount=type=secret\` for a file, \`--mount=type=ssh\` for an SSH key. Nothing
    is left to delete then. A secret that has been pushed in this way is known to others: replace it.

    A file that the same RUN writes and deletes is in no layer and is not reported. The deletion is no longer needed when the file
    is mounted.
  `,
  fixSafety: `
    The build needs the file from outside: \`docker build --secret id=NAME,src=FILE .\`, and a key for SSH from the agent or as
    \`--ssh default=FILE\`. It is there in the RUN that uses it only,
    and in no layer; the container that is started later does not have it. Whoever has pulled the image so far knows what is in
    the file: change it.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
    'https://docs.docker.com/get-started/docker-concepts/building-images/understanding-image-layers/',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-538', 'CWE-459'] },
  equivalents: {},
  messages: {
    shipped:
      '{file} is deleted in a later layer only, so anyone who pulls the image has it. Mount it with RUN --mount=type=secret.',
    possible:
      '{file} is deleted in a later layer only; secrets in it reach anyone who pulls the image. Mount it with RUN --mount=type=secret.',
    cached:
      '{file} is deleted in a later layer only, so it stays in the build cache. Mount it with RUN --mount=type=secret.',
  },
  titles: FILE_TITLES,
  labels: { deleted: 'It is deleted here, and stays in the layer before' },

  check: {
    dockerfile(document, context) {
      const shipped = new Set(shippedChain(document));
      return removedTooLate(document).map(({ place, file, secret, stage, deletion }) => ({
        message: secret === 'possible' ? 'possible' : shipped.has(stage) ? 'shipped' : 'cached',
        data: { file },
        range: place,
        related: [{ range: deletion.range, label: 'deleted' }],
        fixes: fileMounts(document, context, place),
        ...(secret === 'possible' ? { confidence: 'low' as const } : {}),
      }));
    },
  },

  examples: [
    {
      title: 'Copied, used and deleted',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        COPY «id_rsa» /root/.ssh/id_rsa
        RUN git clone git@git.example.com:shop/app.git /srv/app
        RUN rm -f /root/.ssh/id_rsa
        USER 10001
      `,
      expect: ['shipped'],
      fixed: `
        FROM debian:13
        RUN --mount=type=ssh git clone git@git.example.com:shop/app.git /srv/app
        USER 10001
      `,
      alternatives: [
        `
          FROM debian:13
          RUN --mount=type=secret,id=id_rsa,target=/root/.ssh/id_rsa \\
              git clone git@git.example.com:shop/app.git /srv/app
          USER 10001
        `,
      ],
    },
    {
      title: 'By another name for the same file',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY package.json «.env» «keys/app.key» ./
        COPY «.aws» /root/.aws
        COPY «deploy/.netrc» /root/
        RUN npm run build && rm .env && rm -rf ~/.aws
        RUN find /app -name "*.key" -delete && rm "$HOME/.netrc"
        USER node
      `,
      expect: ['shipped', 'shipped', 'shipped', 'shipped'],
      fixed: null,
    },
    {
      title: 'Written by a RUN',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        WORKDIR /app
        RUN --mount=type=secret,id=npm,env=NPM_TOKEN echo "//registry.example.com/:_authToken=$NPM_TOKEN" > «.npmrc»
        RUN --mount=type=secret,id=netrc cp /run/secrets/netrc «/root/.netrc»
        RUN npm ci
        RUN rm -f .npmrc /root/.netrc
        USER node
      `,
      expect: ['shipped', 'shipped'],
      fixed: null,
    },
    {
      title: 'A file that holds a secret only sometimes',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY package.json package-lock.json «.npmrc» ./
        RUN npm ci && rm -f .npmrc
        USER node
      `,
      expect: ['possible'],
      severity: 'warning',
      confidence: 'low',
      fixed: `
        FROM node:22-slim
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN --mount=type=secret,id=npmrc,target=/app/.npmrc npm ci
        USER node
      `,
    },
    {
      title: 'In a stage that is not shipped, or that another builds on',
      in: 'dockerfile',
      bad: `
        FROM golang:1.26 AS build
        COPY «id_ed25519» /root/.ssh/
        RUN git clone git@git.example.com:shop/app.git /src && go build -C /src -o /app .
        RUN rm -r /root/.ssh
        FROM debian:13 AS base
        COPY «kubeconfig» /root/.kube/config
        FROM base
        COPY --from=build /app /usr/local/bin/app
        RUN app --prepare && rm /root/.kube/config
        USER 10001
      `,
      expect: ['cached', 'shipped'],
      fixed: `
        FROM golang:1.26 AS build
        RUN --mount=type=ssh git clone git@git.example.com:shop/app.git /src && go build -C /src -o /app .
        FROM debian:13 AS base
        COPY kubeconfig /root/.kube/config
        FROM base
        COPY --from=build /app /usr/local/bin/app
        RUN app --prepare && rm /root/.kube/config
        USER 10001
      `,
      alternatives: [
        `
          FROM golang:1.26 AS build
          RUN --mount=type=secret,id=id_ed25519,target=/root/.ssh/id_ed25519 \\
              git clone git@git.example.com:shop/app.git /src && go build -C /src -o /app .
          FROM debian:13 AS base
          COPY kubeconfig /root/.kube/config
          FROM base
          COPY --from=build /app /usr/local/bin/app
          RUN app --prepare && rm /root/.kube/config
          USER 10001
        `,
      ],
    },
    {
      title: 'Written and deleted by one RUN',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        WORKDIR /app
        RUN --mount=type=secret,id=npm,env=NPM_TOKEN \\
            echo "//registry.example.com/:_authToken=$NPM_TOKEN" > .npmrc && npm ci; rm -f .npmrc
        RUN rm -f .npmrc
        RUN cp .env.example .env && npm run build && rm .env
        USER node
      `,
    },
    {
      title: 'No secret, or not in the file',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        WORKDIR /app
        COPY ca.pem id_rsa.pub .env.example /tmp/
        RUN echo '//registry.example.com/:_authToken=\${NPM_TOKEN}' > .npmrc
        RUN echo "NODE_ENV=production" > .env
        RUN --mount=type=secret,id=npm,env=NPM_TOKEN npm ci
        RUN rm -f .npmrc .env /tmp/*.pem /tmp/id_rsa.pub /tmp/.env.example
        USER node
      `,
    },
  ],
});
