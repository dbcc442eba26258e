import type { ComposeNode } from '../../compose/model.js';
import { asList, asMap, asScalar, imageOf, interpolate } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';
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
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        const items = asList(service.get('devices')?.value)?.items ?? [];
        if (items.length === 0 || isHostAgent(imageOf(service))) return [];
        return items.flatMap((node) => {
          const device = sourceOf(node);
          const message = KINDS.find(({ path }) => path.test(device))?.message;
          if (!message) return [];
          return [{ message, data: { service: service.name.value, device }, range: placeIn(service, node) }];
        });
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

/** The path on the host, of the short or the long form. */
function sourceOf(node: ComposeNode): string {
  const scalar = asScalar(node) ?? asScalar(asMap(node)?.get('source')?.value);
  const { value } = interpolate(scalar?.text ?? '');
  return (value.split(':', 1)[0] ?? '').trim();
}
