import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { capabilitiesOf, imageOf, itemsOf, type ListItem, textOf, volumesOf } from '../../compose/queries.js';
import { placeIn, removeFrom, removeKey } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import type { Fix, Severity } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { isHostAgent } from '../../images/agents.js';

export default defineRule({
  id: 'dangerous-capability',
  severity: 'error',
  summary: 'A service must not be given a capability that reaches beyond its container.',
  why: `
    Linux splits the power of root into capabilities, and Docker gives a container only those that stay inside it. Some of the others
    are as good as root on the host: with SYS_ADMIN a container mounts file systems, with SYS_MODULE it loads code into the
    kernel, with DAC_READ_SEARCH it opens any file of the host. An attacker who gets into the service only has to use them.

    The level follows what the capability gives: errors open the host, warnings open its network, kernel or clock, information
    marks those that can only slow others down. Where an image is known to need one (a VPN needs NET_ADMIN, Vault locks memory) and
    it stays inside the container, nothing is said.
  `,
  fixSafety: `
    The program fails at what it used the capability for. Often less is enough: \`devices\` for a device, \`sysctls\` for a network setting, a
    volume for a mount, \`ulimits: memlock\` for locked memory.
  `,
  references: [
    'https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
  ],
  standards: { cis: ['5.4'], nist: ['4.4.3'], owasp: ['RULE #3'], cwe: ['CWE-250'] },
  equivalents: {},
  messages: {
    everything:
      '{capability} gives service "{service}" every capability, so it can take over the host. List the needed ones.',
    fileSystems: '{capability} lets service "{service}" mount file systems and leave its container. Remove it.',
    kernelCode: '{capability} lets service "{service}" load code into the kernel of the host. Remove it.',
    hardware: '{capability} lets service "{service}" read and write memory and ports of the host. Remove it.',
    anyFile: '{capability} lets service "{service}" open any file of the host. Remove it.',
    hostProcesses: '{capability} with pid: host lets service "{service}" take over any process of the host. Remove it.',
    hostNetwork:
      '{capability} on the host\'s network lets service "{service}" redirect traffic of the host. Remove it.',
    network:
      '{capability} lets service "{service}" change routes, firewall and addresses. Remove it if it is no network tool.',
    processes: '{capability} lets service "{service}" read and change the memory of other processes. Remove it.',
    kernelMemory: '{capability} lets service "{service}" watch the kernel and read its memory. Remove it.',
    reboot: '{capability} lets service "{service}" start another kernel on the host. Remove it.',
    clock: '{capability} lets service "{service}" set the clock of the host. Remove it.',
    kernelLog:
      '{capability} lets service "{service}" read the kernel log and its addresses, which helps attacks. Remove it.',
    policy: '{capability} lets service "{service}" change access control or auditing of the host. Remove it.',
    resources: '{capability} lets service "{service}" take memory or time from other programs of the host. Remove it.',
  },
  titles: { remove: 'Remove {capability} from cap_add', removeAll: 'Remove cap_add' },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        const whole = removalOfAll(document, service);
        return capabilitiesOf(service, 'cap_add').flatMap(({ name, item }) => {
          const power = powerOf(name, service);
          if (!power || !isFinding(name, item, service, document)) return [];
          const capability = item.text.value;
          return [
            {
              message: power.message,
              severity: power.severity,
              data: { service: service.name.value, capability },
              range: placeIn(service, item),
              fixes: removals(document, service, item, whole),
            },
          ];
        });
      });
    },
  },

  examples: [
    {
      title: 'Capabilities that open the host',
      in: 'compose',
      bad: `
        services:
          files:
            image: registry.example.com/files:1.4.0
            cap_add:
              - CHOWN
              - «SYS_ADMIN»
              - «CAP_SYS_MODULE»
              - «sys_rawio»
              - «"DAC_READ_SEARCH"»
      `,
      expect: ['fileSystems', 'kernelCode', 'hardware', 'anyFile'],
      severity: 'error',
      fixed: `
        services:
          files:
            image: registry.example.com/files:1.4.0
            cap_add:
              - CHOWN
      `,
    },
    {
      title: 'All of them',
      in: 'compose',
      bad: `
        services:
          files:
            image: registry.example.com/files:1.4.0
            cap_add: [«ALL»]
      `,
      expect: ['everything'],
      severity: 'error',
      fixed: `
        services:
          files:
            image: registry.example.com/files:1.4.0
      `,
    },
    {
      title: 'Capabilities that open network, kernel or clock',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_add: [«NET_ADMIN», «SYS_PTRACE», «BPF», «SYS_BOOT», «SYS_TIME», «SYSLOG», «MAC_ADMIN», NET_BIND_SERVICE]
      `,
      expect: ['network', 'processes', 'kernelMemory', 'reboot', 'clock', 'kernelLog', 'policy'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_add: [NET_BIND_SERVICE]
      `,
    },
    {
      title: 'Capabilities that reach the host by its namespaces',
      in: 'compose',
      bad: `
        services:
          probe:
            image: registry.example.com/probe:1.4.0
            pid: host
            network_mode: host
            cap_add:
              - «SYS_PTRACE»
              - «NET_ADMIN»
      `,
      expect: ['hostProcesses', 'hostNetwork'],
      severity: 'error',
      fixed: `
        services:
          probe:
            image: registry.example.com/probe:1.4.0
            pid: host
            network_mode: host
      `,
      alternatives: [
        `
          services:
            probe:
              image: registry.example.com/probe:1.4.0
              pid: host
              network_mode: host
              cap_add:
                - NET_ADMIN
        `,
      ],
    },
    {
      title: 'A capability that can slow others down',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_add:
              - «SYS_NICE»
              - «IPC_LOCK»
      `,
      expect: ['resources', 'resources'],
      severity: 'info',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
      `,
      alternatives: [
        `
          services:
            web:
              image: registry.example.com/shop/web:3.2.1
              cap_add:
                - IPC_LOCK
        `,
      ],
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          cap_add: [SYS_ADMIN]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['fileSystems'],
      fixed: `
        x-base: &base
          cap_add: [SYS_ADMIN]
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            cap_add: []
      `,
    },
    {
      title: 'Capabilities that Docker gives anyway',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_drop: [ALL]
            cap_add: [CHOWN, SETUID, SETGID, CAP_NET_BIND_SERVICE, net_raw]
      `,
    },
    {
      title: 'A VPN inside its own network',
      in: 'compose',
      good: `
        services:
          vpn:
            image: registry.example.com/tunnel:1.0.4
            cap_add: [NET_ADMIN]
            devices: ["/dev/net/tun:/dev/net/tun"]
          wireguard:
            image: lscr.io/linuxserver/wireguard:1.0.20250521
            cap_add: [NET_ADMIN]
      `,
    },
    {
      title: 'Programs that lock memory or set priorities by design',
      in: 'compose',
      good: `
        services:
          vault:
            image: hashicorp/vault:1.20
            cap_add: [IPC_LOCK]
          database:
            image: mysql:8.4
            cap_add: [SYS_NICE]
      `,
    },
    {
      title: 'An agent that watches the processes of the host',
      in: 'compose',
      good: `
        services:
          netdata:
            image: netdata/netdata:v2.6.0
            cap_add: [SYS_PTRACE]
      `,
    },
    {
      title: 'A name that Docker refuses',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_add: [CAP_ALL, "\${CAPABILITY}"]
      `,
    },
  ],
});

/** The key goes where every capability in it is one too many. */
function removalOfAll(document: ComposeDocument, service: ComposeService): Edit | undefined {
  const entry = service.get('cap_add');
  const all = capabilitiesOf(service, 'cap_add');
  const every = all.length > 1 && all.every((it) => isFinding(it.name, it.item, service, document));
  return every && entry ? removeKey(document, service, entry) : undefined;
}

/** Where every item is a finding, all of them at once come first: one by one they would leave a key without a list. */
function removals(
  document: ComposeDocument,
  service: ComposeService,
  item: ListItem,
  whole: Edit | undefined,
): readonly Fix<'remove' | 'removeAll'>[] {
  const single = removeFrom(document, service, 'cap_add', item);
  const fixes: Fix<'remove' | 'removeAll'>[] = [];
  if (whole) fixes.push({ title: 'removeAll', applicability: 'unsafe', edits: [whole] });
  if (single)
    fixes.push({ title: 'remove', data: { capability: item.text.value }, applicability: 'unsafe', edits: [single] });
  return fixes;
}

function isFinding(name: string, item: ListItem, service: ComposeService, document: ComposeDocument): boolean {
  return (
    powerOf(name, service) !== undefined && !isWanted(name, service, document) && !isUnknownToDocker(item.text.value)
  );
}

type Power =
  | 'everything'
  | 'fileSystems'
  | 'kernelCode'
  | 'hardware'
  | 'anyFile'
  | 'hostProcesses'
  | 'hostNetwork'
  | 'network'
  | 'processes'
  | 'kernelMemory'
  | 'reboot'
  | 'clock'
  | 'kernelLog'
  | 'policy'
  | 'resources';

/** What a capability gives inside a container, from capabilities(7); those of Docker's default set are not here. */
const POWERS: ReadonlyMap<string, { readonly message: Power; readonly severity: Severity }> = new Map([
  ['ALL', { message: 'everything', severity: 'error' }],
  ['SYS_ADMIN', { message: 'fileSystems', severity: 'error' }],
  ['SYS_MODULE', { message: 'kernelCode', severity: 'error' }],
  ['SYS_RAWIO', { message: 'hardware', severity: 'error' }],
  // By open_by_handle_at(2), which takes no path: the kernel checks no mount namespace.
  ['DAC_READ_SEARCH', { message: 'anyFile', severity: 'error' }],
  ['NET_ADMIN', { message: 'network', severity: 'warning' }],
  ['SYS_PTRACE', { message: 'processes', severity: 'warning' }],
  ['CHECKPOINT_RESTORE', { message: 'processes', severity: 'warning' }],
  ['BPF', { message: 'kernelMemory', severity: 'warning' }],
  ['PERFMON', { message: 'kernelMemory', severity: 'warning' }],
  // By kexec_load(2): a reboot from inside a PID namespace only ends the container.
  ['SYS_BOOT', { message: 'reboot', severity: 'warning' }],
  ['SYS_TIME', { message: 'clock', severity: 'warning' }],
  ['SYSLOG', { message: 'kernelLog', severity: 'warning' }],
  ['MAC_ADMIN', { message: 'policy', severity: 'warning' }],
  ['MAC_OVERRIDE', { message: 'policy', severity: 'warning' }],
  ['AUDIT_CONTROL', { message: 'policy', severity: 'warning' }],
  ['SYS_NICE', { message: 'resources', severity: 'info' }],
  ['SYS_RESOURCE', { message: 'resources', severity: 'info' }],
  ['IPC_LOCK', { message: 'resources', severity: 'info' }],
  ['LEASE', { message: 'resources', severity: 'info' }],
]);

function powerOf(
  name: string,
  service: ComposeService,
): { readonly message: Power; readonly severity: Severity } | undefined {
  if (name === 'SYS_PTRACE' && isHost(service, 'pid')) return { message: 'hostProcesses', severity: 'error' };
  if (name === 'NET_ADMIN' && isHost(service, 'network_mode')) return { message: 'hostNetwork', severity: 'error' };
  return POWERS.get(name);
}

function isHost(service: ComposeService, key: 'pid' | 'network_mode'): boolean {
  return textOf(service.get(key))?.value === 'host';
}

/** Images that document their need, where the capability stays inside the container. */
const WANTED: readonly (readonly [capability: string, image: RegExp])[] = [
  [
    'NET_ADMIN',
    /vpn|wireguard|wg-easy|gluetun|tailscale|headscale|zerotier|netbird|nebula|ipsec|strongswan|softether|warp|pihole|pi-hole|adguard|dnsmasq|keepalived|netem|toxiproxy|tc-/,
  ],
  ['IPC_LOCK', /vault|openbao|elasticsearch|opensearch|chrome/],
  ['SYS_NICE', /mysql|mariadb|percona|mongo|scylla|clickhouse|aerospike/],
  ['SYS_RESOURCE', /elasticsearch|clickhouse|scylla|aerospike/],
  ['SYS_TIME', /chrony|ntp/],
];

function isWanted(name: string, service: ComposeService, document: ComposeDocument): boolean {
  const image = imageOf(service);
  if (name === 'NET_ADMIN' && isHost(service, 'network_mode')) return false;
  if (name === 'NET_ADMIN' && usesTunnel(service, document)) return true;
  if (name === 'SYS_PTRACE' && isHostAgent(image)) return true;
  return WANTED.some(([capability, pattern]) => capability === name && image !== undefined && pattern.test(image.name));
}

function usesTunnel(service: ComposeService, document: ComposeDocument): boolean {
  return (
    itemsOf(service.get('devices')).some((it) => it.text.value.startsWith('/dev/net/tun')) ||
    volumesOf(service, document).some((it) => it.source?.value.startsWith('/dev/net/tun') ?? false)
  );
}

/** Docker knows ALL but not CAP_ALL: https://github.com/moby/moby/blob/master/oci/caps/utils.go */
function isUnknownToDocker(written: string): boolean {
  return /^cap_all$/i.test(written);
}
