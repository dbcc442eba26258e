import type { ComposeDocument, ComposeEntry, ComposeMap, ComposeService } from '../../compose/model.js';
import { asMap, imageOf, isTrue, itemsOf, textOf } from '../../compose/queries.js';
import { placeIn, removeKey } from '../../compose/service.js';
import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import { isHostAgent } from '../../images/agents.js';

export default defineRule({
  id: 'host-namespace',
  severity: 'warning',
  summary: 'A service must not share a namespace with the host.',
  why: `
    Namespaces are what makes a container: its own network, its own processes, its own memory segments. A service that uses one of the host
    sees and reaches what others keep private there. On the host's network it reaches every port that listens on
    localhost only, and can listen itself. Among the host's processes it sees their arguments and environment, and with
    the right capability takes them over. In the host's IPC namespace it reads and writes their shared memory.

    Sharing the processes or the shared memory of another service is told as information: an attacker in one has the other as
    well. Known agents that watch the host (node-exporter, cAdvisor, Netdata and the like) are left alone.
  `,
  fixSafety: `
    Without the host's network a service needs \`ports\` to be reached, and reaches the host as host.docker.internal; multicast and
    broadcast no longer arrive. Without the host's processes it sees its own only. \`shm_size\` gives as much shared memory as
    the program needs; 1 GB is a guess.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#network_mode',
    'https://docs.docker.com/reference/compose-file/services/#pid',
    'https://docs.docker.com/reference/compose-file/services/#shm_size',
    'https://docs.docker.com/engine/security/userns-remap/#disable-namespace-remapping-for-a-container',
  ],
  standards: { cis: ['5.10', '5.16', '5.17', '5.21', '5.31'], nist: ['4.4.3'], cwe: ['CWE-653'] },
  equivalents: {},
  messages: {
    network:
      'network_mode: host puts service "{service}" on the host\'s network, where it reaches every local port. Remove it.',
    networkByName:
      'Network "{network}" is that of the host, where service "{service}" reaches every local port. Use another network.',
    processes: 'pid: host lets service "{service}" see all processes of the host and their environment. Remove it.',
    memory:
      'ipc: host lets service "{service}" read and write shared memory of the host. Use shm_size if it is short of memory.',
    names: 'uts: host lets service "{service}" read and, with SYS_ADMIN, change the host\'s name. Remove it.',
    users: 'userns_mode: host makes root in service "{service}" root on the host where users are remapped. Remove it.',
    groups: 'cgroup: host shows service "{service}" the control groups of the host. Remove it.',
    sharedProcesses: 'pid: {value} lets service "{service}" see and signal the processes of another container.',
    sharedMemory: 'ipc: {value} lets service "{service}" read and write the shared memory of another container.',
  },
  titles: {
    remove: 'Remove {key}: host',
    sizeMemory: 'Replace ipc: host with shm_size: 1gb',
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        if (isHostAgent(imageOf(service))) return [];
        const named = hostNetworks(document, service).map(({ value, node }) => ({
          message: 'networkByName' as const,
          data: { service: service.name.value, network: value },
          range: placeIn(service, node),
        }));
        const own = KEYS.flatMap(({ key, host, shared }) => {
          const entry = service.get(key);
          const value = textOf(entry)?.value;
          if (!entry || value === undefined) return [];
          const data = { service: service.name.value };
          const range = placeIn(service, entry);
          if (value !== 'host' && !/^(?:container|service):/.test(value)) return [];
          const message = value === 'host' ? host : shared;
          if (!message) return [];
          return [
            {
              message,
              data: message === shared ? { ...data, value: value.replaceAll(UNKNOWN, '…') } : data,
              range,
              severity: message === shared ? ('info' as const) : ('warning' as const),
              fixes: message === shared ? [] : changes(document, service, entry),
            },
          ];
        });
        return [...own, ...named];
      });
    },
  },

  examples: [
    {
      title: 'The network of the host by its name',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            networks: [«outside», shop]
          api:
            image: registry.example.com/shop/api:3.2.1
            networks:
              «old: {}»
        networks:
          outside:
            external: true
            name: host
          old:
            external: { name: host }
          shop: {}
      `,
      expect: ['networkByName', 'networkByName'],
      fixed: null,
    },
    {
      title: 'Another network that is called so',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            networks: [host, hosts]
        networks:
          host: {}
          hosts: { external: true }
      `,
    },
    {
      title: 'Network, processes and users of the host',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            «network_mode: host»
            «pid: "host"»
            «userns_mode: host»
      `,
      expect: ['network', 'processes', 'users'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
      `,
    },
    {
      title: 'Shared memory of the host',
      in: 'compose',
      bad: `
        services:
          training:
            image: registry.example.com/training:3.2.1
            «ipc: host» # The data loaders need it.
            uts: private
      `,
      expect: ['memory'],
      fixed: `
        services:
          training:
            image: registry.example.com/training:3.2.1
            shm_size: 1gb # The data loaders need it.
            uts: private
      `,
      alternatives: [
        `
          services:
            training:
              image: registry.example.com/training:3.2.1
              uts: private
        `,
      ],
    },
    {
      title: 'Name and control groups of the host',
      in: 'compose',
      bad: `
        services:
          web: { image: registry.example.com/shop/web:3.2.1, «uts: host», «cgroup: host» }
      `,
      expect: ['names', 'groups'],
      fixed: `
        services:
          web: { image: registry.example.com/shop/web:3.2.1 }
      `,
    },
    {
      title: 'Processes and memory of another service',
      in: 'compose',
      bad: `
        services:
          debug:
            image: registry.example.com/debug:3.2.1
            «pid: service:web»
            «ipc: container:web-1»
      `,
      expect: ['sharedProcesses', 'sharedMemory'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          network_mode: host
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['network'],
      fixed: null,
    },
    {
      title: 'Namespaces of its own, and the network of another service',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            network_mode: bridge
            ipc: shareable
            cgroup: private
          torrents:
            image: registry.example.com/torrents:3.2.1
            network_mode: service:vpn
          other:
            image: registry.example.com/other:3.2.1
            network_mode: \${NETWORK_MODE}
      `,
    },
    {
      title: 'An agent that watches the host',
      in: 'compose',
      good: `
        services:
          metrics:
            image: quay.io/prometheus/node-exporter:v1.9.1
            network_mode: host
            pid: host
      `,
    },
    {
      title: 'The network of the host for a build, which is another matter',
      in: 'compose',
      good: `
        services:
          web:
            build:
              context: .
              network: host
      `,
    },
  ],
});

interface SharedNamespace {
  readonly key: string;
  readonly host: 'network' | 'processes' | 'memory' | 'names' | 'users' | 'groups';
  /** Absent: sharing it with another service is usual. */
  readonly shared?: 'sharedProcesses' | 'sharedMemory';
}

const KEYS: readonly SharedNamespace[] = [
  { key: 'network_mode', host: 'network' },
  { key: 'pid', host: 'processes', shared: 'sharedProcesses' },
  { key: 'ipc', host: 'memory', shared: 'sharedMemory' },
  { key: 'uts', host: 'names' },
  { key: 'userns_mode', host: 'users' },
  { key: 'cgroup', host: 'groups' },
];

/** Networks of a service that are declared as the external one called `host`. */
function hostNetworks(document: ComposeDocument, service: ComposeService) {
  const declared = document.roots.map((it) => asMap(it.get('networks')?.value));
  const networks = service.get('networks');
  const names =
    asMap(networks?.value)?.entries.map(({ key, range, inherited }) => ({
      value: key.value,
      node: { range, inherited },
    })) ?? itemsOf(networks).map(({ text, node }) => ({ value: text.value, node }));
  return names.filter(({ value }) => declared.some((it) => isHostNetwork(asMap(it?.get(value)?.value))));
}

function isHostNetwork(network: ComposeMap | undefined): boolean {
  const external = network?.get('external')?.value;
  // The form of older files: `external: { name: host }`.
  const name = textOf(asMap(external)?.get('name') ?? network?.get('name'))?.value;
  return name === 'host' && (isTrue(external) || asMap(external) !== undefined);
}

function changes(
  document: ComposeDocument,
  service: ComposeService,
  entry: ComposeEntry,
): readonly Fix<'remove' | 'sizeMemory'>[] {
  const key = entry.key.value;
  const removed = removeKey(document, service, entry);
  const sizes = key === 'ipc' && removed && !service.get('shm_size');
  return [
    ...(sizes
      ? [
          {
            title: 'sizeMemory' as const,
            applicability: 'unsafe' as const,
            edits: [{ range: entry.range, text: 'shm_size: 1gb' }],
          },
        ]
      : []),
    ...(removed
      ? [{ title: 'remove' as const, data: { key }, applicability: 'unsafe' as const, edits: [removed] }]
      : []),
  ];
}
