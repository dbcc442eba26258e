import type { ComposeNode } from '../../compose/model.js';
import { asList, asMap, asScalar, imageOf, interpolate, itemsOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import { isHostAgent } from '../../images/agents.js';

export default defineRule({
  id: 'host-device',
  severity: 'warning',
  summary: 'A service must not be given a disk, the memory or the kernel log of the host.',
  why: `
    A disk that is handed into a container is below all permissions of its file systems: whoever holds /dev/sda reads every file of the host, the
    password hashes and keys included, and writes to them with a tool such as debugfs. /dev/mem is the memory of the
    host, /dev/kmsg its kernel log with the addresses that attacks on the kernel need, and /dev as a whole is all of that.

    Graphics cards, cameras, serial ports, tun and the like only do what they are for and are left alone. So are known agents that watch
    disks. To store data, mount a folder of the file system that is on the disk.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#devices',
    'https://docs.docker.com/reference/cli/docker/container/run/#device',
  ],
  standards: { cis: ['5.18'], nist: ['4.4.3'], cwe: ['CWE-732'] },
  equivalents: {},
  messages: {
    disk: '{device} gives service "{service}" every file on that disk, past all permissions. Mount a folder instead.',
    memory: '{device} gives service "{service}" the memory or ports of the host, so it can take it over. Remove it.',
    log: '{device} shows service "{service}" the kernel log of the host and its addresses. Remove it.',
    all: '{device} gives service "{service}" all devices of the host, its disks included. List the ones it needs.',
    rule: 'device_cgroup_rules {rule} lets service "{service}" make and open disks or memory of the host. Name one device.',
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        const items = asList(service.get('devices')?.value)?.items ?? [];
        const rules = itemsOf(service.get('device_cgroup_rules')).filter((it) => DANGEROUS_RULE.test(it.text.value));
        if (items.length + rules.length === 0 || isHostAgent(imageOf(service))) return [];
        const named = items.flatMap((node) => {
          const device = sourceOf(node);
          const message = KINDS.find(({ path }) => path.test(device))?.message;
          if (!message) return [];
          return [{ message, data: { service: service.name.value, device }, range: placeIn(service, node) }];
        });
        const ruled = rules.map((it) => ({
          message: 'rule' as const,
          data: { service: service.name.value, rule: it.text.value.replaceAll(UNKNOWN, '…') },
          range: placeIn(service, it),
        }));
        return [...named, ...ruled];
      });
    },
  },

  examples: [
    {
      title: 'Disks',
      in: 'compose',
      bad: `
        services:
          backup:
            image: registry.example.com/backup:1.4.0
            devices:
              - «/dev/sda:/dev/sda:r»
              - «"/dev/nvme0n1p2"»
              - «/dev/mapper/vg-data:/dev/xvdb»
              - «source: /dev/disk/by-id/ata-1
                target: /dev/data»
      `,
      expect: ['disk', 'disk', 'disk', 'disk'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Memory, kernel log, and everything',
      in: 'compose',
      bad: `
        services:
          tool:
            image: registry.example.com/tool:1.4.0
            devices:
              - «/dev/mem»
              - «/dev/kmsg:/dev/kmsg»
              - «/dev:/dev»
      `,
      expect: ['memory', 'log', 'all'],
      fixed: null,
    },
    {
      title: 'Rules for all devices, disks or memory',
      in: 'compose',
      bad: `
        services:
          tool:
            image: registry.example.com/tool:1.4.0
            device_cgroup_rules:
              - «a *:* rwm»
              - «"b 8:* rmw"»
              - «c 1:1 rw»
      `,
      expect: ['rule', 'rule', 'rule'],
      fixed: null,
    },
    {
      title: 'Rules for what is plugged in',
      in: 'compose',
      good: `
        services:
          home:
            image: registry.example.com/home:1.4.0
            device_cgroup_rules: ["c 189:* rmw", "c 188:0 rw", "c 1:3 rw"]
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          devices: ["/dev/loop0"]
        services:
          «tool»:
            <<: *base
            image: registry.example.com/tool:1.4.0
      `,
      expect: ['disk'],
      fixed: null,
    },
    {
      title: 'Devices that do what they are for',
      in: 'compose',
      good: `
        services:
          home:
            image: registry.example.com/home:1.4.0
            devices:
              - /dev/net/tun
              - /dev/dri:/dev/dri
              - /dev/ttyUSB0:/dev/ttyUSB0
              - /dev/fuse
              - /dev/kvm
              - /dev/snd
              - /dev/video0
              - /dev/sr0
              - /dev/mdadm
              - nvidia.com/gpu=all
              - \${DEVICE}:/dev/data
      `,
    },
    {
      title: 'An agent that watches the disks',
      in: 'compose',
      good: `
        services:
          disks:
            image: ghcr.io/analogj/scrutiny:v0.8.1-omnibus
            devices:
              - /dev/sda
              - /dev/nvme0
      `,
    },
  ],
});

/** Names by https://www.kernel.org/doc/Documentation/admin-guide/devices.txt */
const KINDS = [
  {
    message: 'disk',
    path: /^\/dev\/(?:(?:sd|hd|vd|xvd)[a-z]{1,2}\d*|nvme\d+(?:n\d+(?:p\d+)?)?|mmcblk\d+(?:p\d+)?|md\d+|md\/.+|dm-\d+|mapper(?:\/.+)?|disk(?:\/.+)?|block(?:\/.+)?|loop(?:\d+|-control)|zd\d+|zfs|zvol\/.+|nbd\d+|rbd\d+|bcache\d+|sg\d+)$/,
  },
  { message: 'memory', path: /^\/dev\/(?:mem|kmem|port|cpu\/.+)$/ },
  { message: 'log', path: /^\/dev\/kmsg$/ },
  { message: 'all', path: /^\/dev\/?$/ },
] as const;

/** Everything, any disk, or memory (`c 1:1` to `1:4`): root in a container may make the device file itself. */
const DANGEROUS_RULE = /^\s*(?:a\b|b\s|c\s+(?:\*|1:(?:[124*]\s|\*)))/;

/** The path on the host, of the short or the long form. */
function sourceOf(node: ComposeNode): string {
  const scalar = asScalar(node) ?? asScalar(asMap(node)?.get('source')?.value);
  const { value } = interpolate(scalar?.text ?? '');
  return (value.split(':', 1)[0] ?? '').trim();
}
