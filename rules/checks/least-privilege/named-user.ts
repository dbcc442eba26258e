import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { groupIdOf, userIdOf } from '../../dockerfile/accounts.js';
import type { DockerfileDocument, Stage } from '../../dockerfile/model.js';
import { isForPeople } from '../../dockerfile/purpose.js';
import { type EffectiveUser, effectiveUser, isRootUser, shippedStage } from '../../dockerfile/queries.js';

export default defineRule({
  id: 'named-user',
  severity: 'info',
  profile: 'strict',
  yieldsTo: ['missing-user', 'root-user'],
  summary: 'USER is given as a number.',
  why: `
    Kubernetes refuses, with \`runAsNonRoot: true\`, to start an image whose USER is a name: it cannot see that the name is not
    root, because only the image's /etc/passwd tells. In a hurry that setting is then switched off, and with it the guard against
    images that do run as root.

    A number says it by itself, and it also tells whose the files of a volume are on the host. Names that do not exist and root are judged
    by other rules.
  `,
  fixSafety: `
    When the account gets another number later, this number stays, and the files of the account are no longer its own.
  `,
  references: [
    'https://kubernetes.io/docs/tasks/configure-pod-container/security-context/',
    'https://docs.docker.com/reference/dockerfile/#user',
  ],
  standards: { cis: ['4.1'], nist: ['4.1.2'], cwe: ['CWE-250'] },
  equivalents: { hadolint: ['DL3066'] },
  messages: {
    named: 'USER {user} is a name, so Kubernetes cannot tell that it is not root (runAsNonRoot). Write {id} instead.',
    unknownId: 'USER {user} is a name, so Kubernetes cannot tell that it is not root (runAsNonRoot). Write its number.',
  },
  titles: { number: 'Change it to USER {user}' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      const last = stage && effectiveUser(document, stage);
      const written = last?.instruction.user;
      if (!stage || stage.windows || isForPeople(stage) || stage.fromScratch || !last?.user.known || !written)
        return [];
      const [user = '', group = ''] = last.user.value.split(':');
      if (!/^[A-Za-z_][\w.-]*\$?$/.test(user) || isRootUser(user) || isWindowsUser(user)) return [];
      const id = userIdOf(document, stage, user);
      // Names that scratch and distroless do not have are unknown-user's.
      if (id === undefined && stage.rootImage?.path.startsWith('distroless/')) return [];
      if (id === undefined) return [{ message: 'unknownId', data: { user }, range: written.range }];
      return [
        {
          message: 'named',
          data: { user, id },
          range: written.range,
          fixes: [inNumbers(document, stage, last, id, group)],
        },
      ];
    },
  },

  examples: [
    {
      title: 'An account that a step creates',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN groupadd --gid 10001 shop && useradd --uid 10001 -g shop --create-home shop
        USER «shop»
        CMD ["shop"]
      `,
      expect: ['named'],
      fixed: `
        FROM debian:13
        RUN groupadd --gid 10001 shop && useradd --uid 10001 -g shop --create-home shop
        USER 10001
        CMD ["shop"]
      `,
    },
    {
      title: 'With its group, and the number in a variable',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        ARG APP_ID=10001
        RUN addgroup -g $APP_ID -S app && adduser -S -D -u \${APP_ID} -G app app
        USER «app:app»
      `,
      expect: ['named'],
      fixed: `
        FROM alpine:3.22
        ARG APP_ID=10001
        RUN addgroup -g $APP_ID -S app && adduser -S -D -u \${APP_ID} -G app app
        USER 10001:10001
      `,
    },
    {
      title: 'An account of the base image',
      in: 'dockerfile',
      bad: `
        FROM node:24.4-alpine
        USER «node»
        CMD ["node", "server.js"]
      `,
      expect: ['named'],
      fixed: `
        FROM node:24.4-alpine
        USER 1000
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'nobody, with a group whose number nobody knows',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        USER «nobody:nogroup»
      `,
      expect: ['named'],
      fixed: `
        FROM debian:13
        USER 65534:nogroup
      `,
    },
    {
      title: 'An account without a known number',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN adduser --system shop
        USER «shop»
      `,
      expect: ['unknownId'],
      fixed: null,
    },
    {
      title: 'A number',
      in: 'dockerfile',
      good: `
        FROM node:24.4-alpine
        USER 1000:1000
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A number in a variable, and a name that the build decides',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/dotnet/aspnet:9.0 AS base
        ARG NAME
        USER $NAME
        FROM base
        ENV APP_UID=1654
        USER $APP_UID
      `,
    },
    {
      title: 'Only while building',
      in: 'dockerfile',
      good: `
        FROM node:24.4 AS build
        USER node
        RUN npm ci
        FROM mcr.microsoft.com/devcontainers/base:bookworm AS dev
        USER vscode
        FROM gcr.io/distroless/nodejs22-debian12
        USER 65532
      `,
    },
    {
      title: 'Root and Windows accounts',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/windows/nanoserver:ltsc2025 AS shell
        USER ContainerUser
        FROM debian:13
        USER root
      `,
    },
    {
      title: 'No account at all, which is judged by another rule',
      in: 'dockerfile',
      good: `
        FROM gcr.io/distroless/static-debian12
        COPY shop /shop
        USER shop
      `,
    },
  ],
});

function isWindowsUser(user: string): boolean {
  return /^Container(?:User|Administrator)$/i.test(user);
}

function inNumbers(
  document: DockerfileDocument,
  stage: Stage,
  { instruction }: EffectiveUser,
  id: string,
  group: string,
): Fix<'number'> {
  const range = instruction.user?.range ?? instruction.range;
  const number = group === '' ? id : `${id}:${groupIdOf(document, stage, group) ?? group}`;
  return { title: 'number', data: { user: number }, applicability: 'unsafe', edits: [{ range, text: number }] };
}
