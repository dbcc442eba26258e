import { replaceScalar } from '../../compose/edit.js';
import type { ComposeDocument, ComposeEntry, ComposeService } from '../../compose/model.js';
import { asScalar, imageOf, itemsOf, textOf } from '../../compose/queries.js';
import { placeIn, removeKey } from '../../compose/service.js';
import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { isSet } from '../../core/text.js';
import { UNPRIVILEGED_USER, useOfRoot } from '../../dockerfile/privilege.js';
import { isRootUser } from '../../dockerfile/queries.js';
import { userOf } from '../../images/users.js';
import { builtStage, type ImageUser, userOfBuild } from '../../project/identity.js';

export default defineRule({
  id: 'root-service',
  severity: 'warning',
  summary: 'A service must not be told to run as root.',
  why: `
    \`user:\` wins over the USER of the image. With \`user: root\` even an image that was built to run as a user of its own runs as
    root, and a hole in the program hands the attacker root in the container. A bug in the kernel, a mounted folder or the
    Docker socket is then enough to be root on the host. Where the service builds its image, the Dockerfile is read: a USER that
    is undone by this is named, in the stage that \`target\` picks.

    The usual reason is a volume that belongs to root: giving the files to the program's user once cures that for good. A service
    that only does that, with chown, and ends, is left alone.
  `,
  fixSafety: `
    Files in volumes that root created may no longer be writable for the service. Give them to the new user once, for example with
    \`docker compose run --user root web chown -R 10001:10001 /data\`.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#user',
    'https://docs.docker.com/engine/security/userns-remap/',
  ],
  standards: { cis: ['4.1'], nist: ['4.1.2', '4.4.3'], owasp: ['RULE #2'], cwe: ['CWE-250'] },
  equivalents: {},
  messages: {
    root: 'user: {user} makes service "{service}" run as root. Name another user, or leave that to the image.',
    undoes:
      'user: {user} undoes USER {own} of the Dockerfile, so service "{service}" runs as root. Leave it to the image.',
    rootByDefault:
      'user: {user} makes service "{service}" run as root where the variable is not set. Name another default.',
  },
  titles: {
    setUser: 'Set user to {user}',
    useImage: 'Remove user, so that the image runs as {user}',
    leaveToImage: 'Remove user, so that the image decides',
  },

  labels: { own: 'The image would run as {own}' },

  check: {
    compose(document, { project }) {
      return document.services.flatMap((service) => {
        const entry = service.get('user');
        const user = textOf(entry);
        if (!entry || !user?.known || !isRootUser(user.value) || preparesFiles(service)) return [];
        const built = builtStage(document, service, project);
        // An entry point that gives up root has to start as root.
        const use = built && useOfRoot(built.stage);
        if (use === 'dropped' || use === 'needed') return [];
        const own = built && userOfBuild(project, built);
        const data = { service: service.name.value, user: asScalar(entry.value)?.text ?? user.value };
        return [
          {
            message: !isSet(user) ? 'rootByDefault' : own ? 'undoes' : 'root',
            data: own ? { ...data, own: own.name } : data,
            range: placeIn(service, entry.inherited ? entry : entry.value),
            confidence: isSet(user) ? 'high' : 'low',
            related: own ? [{ range: own.range, label: 'own', data: { own: own.name } }] : [],
            fixes: changes(document, service, entry, own),
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Root by name',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            user: «root»
      `,
      expect: ['root'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            user: "10001:10001"
      `,
      alternatives: [
        `
          services:
            web:
              image: registry.example.com/shop/web:3.2.1
        `,
      ],
    },
    {
      title: 'The USER of the Dockerfile that the service builds',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        'api/Dockerfile': `
          FROM node:24.4-alpine AS run
          USER node
          CMD ["node", "server.js"]
          FROM run AS dev
          USER root
        `,
      },
      bad: `
        services:
          api:
            build:
              context: api
              target: run
            user: «root»
      `,
      expect: ['undoes'],
      fixed: `
        services:
          api:
            build:
              context: api
              target: run
      `,
    },
    {
      title: 'An image with a user of its own',
      in: 'compose',
      bad: `
        services:
          search:
            image: grafana/grafana:12.1.1
            user: «"0:0"»
            volumes: [grafana:/var/lib/grafana]
        volumes:
          grafana:
      `,
      expect: ['root'],
      fixed: `
        services:
          search:
            image: grafana/grafana:12.1.1
            volumes: [grafana:/var/lib/grafana]
        volumes:
          grafana:
      `,
    },
    {
      title: 'An image that offers a user',
      in: 'compose',
      bad: `
        services:
          web:
            image: node:24.4-alpine
            user: «0»
      `,
      expect: ['root'],
      fixed: `
        services:
          web:
            image: node:24.4-alpine
            user: node
      `,
      alternatives: [
        `
          services:
            web:
              image: node:24.4-alpine
        `,
      ],
    },
    {
      title: 'Root where a variable is not set',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            user: «"\${RUN_AS:-root}"»
      `,
      expect: ['rootByDefault'],
      confidence: 'low',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
      `,
    },
    {
      title: 'Root in a shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          user: "0"
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['root'],
      fixed: null,
    },
    {
      title: 'A user of its own, in the group root',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            user: "1000:0"
          worker:
            image: registry.example.com/shop/worker:3.2.1
      `,
    },
    {
      title: 'The entry point of the Dockerfile gives up root',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        Dockerfile: `
          FROM alpine:3.22
          RUN apk add --no-cache su-exec
          ENTRYPOINT ["su-exec", "app", "/app"]
        `,
      },
      good: `
        services:
          api:
            build: .
            user: root
      `,
    },
    {
      title: 'A user that only the environment knows',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            user: "\${UID}:\${GID}"
      `,
    },
    {
      title: 'A service that gives files to their user and ends',
      in: 'compose',
      good: `
        services:
          prepare:
            image: busybox:1.37
            user: root
            command: chown -R 10001:10001 /data
            volumes: [data:/data]
          first:
            image: apache/airflow:2.10.5
            user: "0:0"
            entrypoint: /bin/bash
            command:
              - -c
              - |
                mkdir -p /sources/logs
                chown -R "50000:0" /sources/logs
        volumes:
          data:
      `,
    },
  ],
});

/** A service that changes owners or modes at its start, and is not started again when it ends. */
function preparesFiles(service: ComposeService): boolean {
  const restart = textOf(service.get('restart'))?.value ?? 'no';
  if (restart !== 'no' && !restart.startsWith('on-failure')) return false;
  const words = ['entrypoint', 'command'].flatMap((key) => itemsOf(service.get(key)));
  return words.some((it) =>
    /(?:^|[\s;&|/])(?:chown|chmod|chgrp|setfacl)\s|^(?:chown|chmod|chgrp|setfacl)$/.test(it.text.value),
  );
}

function changes(
  document: ComposeDocument,
  service: ComposeService,
  entry: ComposeEntry,
  built: ImageUser | undefined,
): readonly Fix<'setUser' | 'useImage' | 'leaveToImage'>[] {
  const scalar = asScalar(entry.value);
  if (!scalar) return [];
  const image = imageOf(service);
  const known = image && !service.get('build') ? userOf(image) : undefined;
  const removed = removeKey(document, service, entry);
  const own = built?.name ?? (known?.root === 'no' ? known.runsAs : undefined);
  if (own !== undefined)
    return removed ? [{ title: 'useImage', data: { user: own }, applicability: 'unsafe', edits: [removed] }] : [];

  const user = known?.offers ?? UNPRIVILEGED_USER;
  const literal = !scalar.text.includes('$');
  const replaced = literal ? replaceScalar(document, scalar, user) : undefined;
  return [
    ...(replaced
      ? [{ title: 'setUser' as const, data: { user }, applicability: 'unsafe' as const, edits: [replaced] }]
      : []),
    ...(removed ? [{ title: 'leaveToImage' as const, applicability: 'unsafe' as const, edits: [removed] }] : []),
  ];
}
