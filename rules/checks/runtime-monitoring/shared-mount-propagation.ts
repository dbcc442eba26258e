import { replaceScalar } from '../../compose/edit.js';
import type { ComposeDocument, ComposeService, ServiceVolume } from '../../compose/model.js';
import { asMap, asScalar, at, imageOf, itemsOf, volumesOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import { defineRule } from '../../core/rule.js';
import { isHostAgent } from '../../images/agents.js';

export default defineRule({
  id: 'shared-mount-propagation',
  severity: 'warning',
  summary: 'What a container mounts must not appear on the host.',
  why: `
    A mount with \`shared\` or \`rshared\` works in both directions: what the container mounts below it is mounted on the host and in every
    other container that has the folder. An intruder with the right to mount puts a file system of their own over folders that
    the host trusts, and no log of the container shows it.

    \`rslave\` is enough to see what the host mounts later, a USB disk for instance, and is left alone. So are known agents that watch the
    host, and services with /dev/fuse, whose purpose it is to mount something for the host.
  `,
  fixSafety: `
    What the service mounts itself is no longer seen by the host and by other containers. What the host mounts is still seen by the service.
  `,
  references: [
    'https://docs.docker.com/engine/storage/bind-mounts/#configure-bind-propagation',
    'https://docs.docker.com/reference/compose-file/services/#volumes',
  ],
  standards: { cis: ['5.20'], nist: ['4.4.3'], cwe: ['CWE-653'] },
  equivalents: {},
  messages: {
    shared:
      '{mode} makes what service "{service}" mounts below {path} appear on the host. Use {other}, which does not.',
  },
  titles: { replace: 'Replace {mode} with {other}' },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        const shared = volumesOf(service, document).flatMap((volume) => {
          const mode = volume.options.find((it) => it === 'shared' || it === 'rshared');
          return mode === undefined ? [] : [{ volume, mode }];
        });
        if (shared.length === 0 || isHostAgent(imageOf(service)) || mountsForTheHost(service)) return [];
        return shared.map(({ volume, mode }) => {
          const other = mode.replace('shared', 'slave');
          const edit = replaceMode(document, volume, mode, other);
          const { node } = volume;
          return {
            message: 'shared',
            data: { service: service.name.value, mode, other, path: volume.target ?? '/' },
            range: placeIn(service, asMap(node)?.get('bind') ?? node),
            fixes: edit ? [{ title: 'replace', data: { mode, other }, applicability: 'unsafe', edits: [edit] }] : [],
          };
        });
      });
    },
  },

  examples: [
    {
      title: 'Mounts that reach the host, in both forms',
      in: 'compose',
      bad: `
        services:
          storage:
            image: registry.example.com/storage:1.4.0
            volumes:
              - «/srv/data:/data:shared»
              - «"/srv/pool:/pool:ro,rshared"»
              - type: bind
                source: /srv/more
                target: /more
                «bind:
                  propagation: rshared»
      `,
      expect: ['shared', 'shared', 'shared'],
      severity: 'warning',
      fixed: `
        services:
          storage:
            image: registry.example.com/storage:1.4.0
            volumes:
              - /srv/data:/data:slave
              - "/srv/pool:/pool:ro,rslave"
              - type: bind
                source: /srv/more
                target: /more
                bind:
                  propagation: rslave
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          volumes: ["/srv/data:/data:rshared"]
        services:
          «storage»:
            <<: *base
            image: registry.example.com/storage:1.4.0
      `,
      expect: ['shared'],
      fixed: null,
    },
    {
      title: 'Mounts of one direction, and names that only look alike',
      in: 'compose',
      good: `
        services:
          storage:
            image: registry.example.com/storage:1.4.0
            volumes:
              - /srv/data:/data:ro
              - /srv/shared:/shared
              - /mnt:/mnt:rslave
              - shared:/var/lib/shared
              - type: bind
                source: /srv/more
                target: /more
                bind:
                  propagation: rprivate
        volumes:
          shared:
      `,
    },
    {
      title: 'A service that mounts for the host, and an agent that watches it',
      in: 'compose',
      good: `
        services:
          rclone:
            image: rclone/rclone:1.71.0
            devices:
              - /dev/fuse:/dev/fuse
            volumes:
              - /mnt/cloud:/data:rshared
          tracing:
            image: falcosecurity/falco:0.41.3
            volumes:
              - /sys/kernel/debug:/sys/kernel/debug:rshared
      `,
    },
  ],
});

function mountsForTheHost(service: ComposeService): boolean {
  return itemsOf(service.get('devices')).some((it) => it.text.value.startsWith('/dev/fuse'));
}

function replaceMode(
  document: ComposeDocument,
  { node }: ServiceVolume,
  mode: string,
  other: string,
): Edit | undefined {
  if (node.kind === 'scalar') {
    const [, before, after] = /^(.*[:,])r?shared((?:,[\w,]*)?)$/.exec(node.text) ?? [];
    return before === undefined ? undefined : replaceScalar(document, node, `${before}${other}${after ?? ''}`);
  }
  const propagation = asScalar(at(asMap(node), 'bind', 'propagation')?.value);
  return propagation?.text === mode ? replaceScalar(document, propagation, other) : undefined;
}
