import type { ComposeService } from '../../compose/model.js';
import { asMap, capabilitiesOf, imageOf, itemsOf, textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';

export default defineRule({
  id: 'unsafe-sysctl',
  severity: 'warning',
  summary: 'A service must not loosen the settings of the kernel.',
  why: `
    Most settings of the kernel exist once for the whole host: to change one for a container changes it for all, which Docker refuses unless the
    service shares the host's namespace. Those that each container has of its own mostly are about its network. Some of them switch off
    what protects it: with forwarding an intruder routes from one network into another, with redirects and source routes the packets of others
    can be led through the container.

    Buffer sizes, time-outs, port ranges and shared memory of the container itself are left alone.
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/container/run/#sysctl',
    'https://docs.docker.com/reference/compose-file/services/#sysctls',
    'https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline',
  ],
  standards: { nist: ['4.4.3'], cwe: ['CWE-693'] },
  equivalents: {},
  messages: {
    wholeHost: '{setting} is a setting of the whole host, not of service "{service}". Set it on the host, if at all.',
    forwarding:
      '{setting} lets service "{service}" pass packets between its networks. Remove it unless it is a router.',
    weakened: '{setting} switches off a protection of the network of service "{service}". Remove it.',
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) =>
        settingsOf(service).flatMap(
          (setting): readonly Finding<'wholeHost' | 'forwarding' | 'weakened', never, never>[] => {
            const message = judge(service, setting);
            if (!message) return [];
            const data = { setting: `${setting.name}=${setting.value}`, service: service.name.value };
            return [{ message, data, range: placeIn(service, setting) }];
          },
        ),
      );
    },
  },

  examples: [
    {
      title: 'Settings of the host, as a list',
      in: 'compose',
      bad: `
        services:
          search:
            image: registry.example.com/search:8.1.0
            sysctls:
              - «vm.max_map_count=262144»
              - «kernel.core_pattern=/tmp/core»
              - net.core.somaxconn=1024
      `,
      expect: ['wholeHost', 'wholeHost'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Forwarding and redirects, as a map',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            sysctls:
              «net.ipv4.ip_forward: 1»
              «net.ipv6.conf.all.forwarding: "1"»
              «net.ipv4.conf.all.accept_source_route: 1»
              «net.ipv4.tcp_syncookies: 0»
      `,
      expect: ['forwarding', 'forwarding', 'weakened', 'weakened'],
      fixed: null,
    },
    {
      title: 'Shared memory of the host, by its namespace',
      in: 'compose',
      bad: `
        services:
          db:
            image: registry.example.com/db:3.2.1
            ipc: host
            sysctls: [«kernel.shmmax=68719476736»]
      `,
      expect: ['wholeHost'],
      fixed: null,
    },
    {
      title: 'Settings of the container itself',
      in: 'compose',
      good: `
        services:
          db:
            image: registry.example.com/db:3.2.1
            sysctls:
              net.core.somaxconn: 1024
              net.ipv4.tcp_syncookies: 1
              net.ipv4.ip_forward: 0
              net.ipv4.ip_unprivileged_port_start: 0
              net.ipv6.conf.all.disable_ipv6: 1
              kernel.shmmax: 68719476736
              kernel.sem: 250 32000 100 128
              fs.mqueue.msg_max: 100
      `,
    },
    {
      title: 'A router: a VPN, or a service that may administer its network',
      in: 'compose',
      good: `
        services:
          vpn:
            image: linuxserver/wireguard:1.0.20250521
            sysctls: [net.ipv4.ip_forward=1, net.ipv4.conf.all.src_valid_mark=1]
          router:
            image: registry.example.com/router:1.4.0
            cap_add: [NET_ADMIN]
            sysctls: [net.ipv4.ip_forward=1]
      `,
    },
  ],
});

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly range: Range;
  readonly inherited: boolean;
}

function settingsOf(service: ComposeService): readonly Setting[] {
  const entry = service.get('sysctls');
  const map = asMap(entry?.value);
  if (map)
    return map.entries.map((it) => ({
      name: it.key.value,
      value: textOf(it)?.value.trim() ?? '',
      range: it.range,
      inherited: it.inherited,
    }));
  return itemsOf(entry).map(({ text, range, inherited }) => {
    const [name = '', value = ''] = text.value.split('=', 2);
    return { name: name.trim(), value: value.trim(), range, inherited };
  });
}

/** Docker gives each container these of its own: https://docs.docker.com/reference/cli/docker/container/run/#sysctl */
const OWN = /^(?:net\.|fs\.mqueue\.)/;
const OWN_WITH_IPC = /^kernel\.(?:msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced)$/;
const NAME = /^[a-z][\w-]*(?:[./][\w*-]+)+$/;

function judge(service: ComposeService, { name, value }: Setting): 'wholeHost' | 'forwarding' | 'weakened' | undefined {
  if (!NAME.test(name)) return undefined;
  const ipc = textOf(service.get('ipc'))?.value;
  if (!OWN.test(name) && (!OWN_WITH_IPC.test(name) || ipc === 'host')) return 'wholeHost';
  if (value === '1' && /^net\.ipv[46]\.(?:ip_forward|conf\.[\w*-]+\.(?:mc_)?forwarding)$/.test(name))
    return isRouter(service) ? undefined : 'forwarding';
  const opened = /^net\.ipv[46]\.conf\.[\w*-]+\.(?:accept_redirects|accept_source_route|secure_redirects)$/;
  if (value === '1' && opened.test(name)) return 'weakened';
  return value === '0' && /^net\.ipv4\.(?:tcp_syncookies|icmp_echo_ignore_broadcasts)$/.test(name)
    ? 'weakened'
    : undefined;
}

/** By its image, or because it may administer the network anyway, which dangerous-capability tells. */
function isRouter(service: ComposeService): boolean {
  const image = imageOf(service)?.name ?? '';
  return (
    /wireguard|wg-easy|openvpn|gluetun|tailscale|netbird|headscale|zerotier|ipsec|strongswan|l2tp|softether|outline|router|frr|k3s|kindest|pi-?hole|vpn/i.test(
      `${image} ${service.name.value}`,
    ) || capabilitiesOf(service, 'cap_add').some((it) => it.name === 'NET_ADMIN' || it.name === 'ALL')
  );
}
