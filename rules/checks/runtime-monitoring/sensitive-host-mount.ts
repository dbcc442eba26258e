import { hostPathOf } from '../../compose/host-path.js';
import type { ComposeDocument, ComposeService, ServiceVolume } from '../../compose/model.js';
import { imageOf, volumesOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import { isHostAgent } from '../../images/agents.js';

export default defineRule({
  id: 'sensitive-host-mount',
  severity: 'error',
  summary: 'A service must not be given a system folder or the keys of the host.',
  why: `
    A mounted folder is the way out of a container that needs no bug at all. Who can write to /etc of the host adds an account or a
    cron job, who can write to /usr or /boot replaces what the host starts, who can write to /proc or /sys changes the
    kernel's settings. Read-only the same folders still give away password hashes, private keys and the secrets
    of other containers.

    Writable is an error, read-only a warning. The time zone, public certificates, kernel modules read-only, devices such as
    /dev/dri and folders of programs (/var/lib/app) are left alone, and so are well-known monitoring agents that read only.
  `,
  references: [
    'https://docs.docker.com/engine/storage/bind-mounts/#considerations-and-constraints',
    'https://docs.docker.com/reference/compose-file/services/#volumes',
  ],
  standards: { cis: ['5.6'], nist: ['4.4.3', '4.5.5'], owasp: ['RULE #8'], cwe: ['CWE-668'] },
  equivalents: {},
  messages: {
    writable:
      '{path} of the host is writable for service "{service}", which can take over the host with it. Mount less.',
    readable:
      '{path} of the host is readable for service "{service}", which shows an attacker what it runs and keeps. Mount less.',
    writableKeys:
      '{path} of the host is writable for service "{service}", keys and settings included. Mount less, and read-only.',
    readableKeys:
      '{path} of the host is readable for service "{service}", so whoever breaks in has the keys. Use secrets.',
    writableSettings: '{path} of the host is writable for service "{service}". Mount it read-only, or mount less.',
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) =>
        volumesOf(service, document).flatMap((volume) => judge(document, service, volume)),
      );
    },
  },

  examples: [
    {
      title: 'System folders, writable',
      in: 'compose',
      bad: `
        services:
          admin:
            image: registry.example.com/admin:1.4.0
            volumes:
              - «/:/host»
              - «/etc/:/host/etc»
              - «/usr/local/bin:/host/bin»
              - «/proc:/host/proc:rw»
              - «type: bind
                source: /var/lib/docker
                target: /docker»
              - «disk:/disk»
        volumes:
          disk:
            driver_opts:
              type: none
              device: /boot
              o: bind
      `,
      expect: ['writable', 'writable', 'writable', 'writable', 'writable', 'writable'],
      severity: 'error',
      fixed: null,
    },
    {
      title: 'System folders, read-only',
      in: 'compose',
      bad: `
        services:
          admin:
            image: registry.example.com/admin:1.4.0
            volumes:
              - «/etc:/host/etc:ro»
              - «/sys:/host/sys:ro»
              - «/dev:/host/dev:ro»
              - «/etc/shadow:/host/shadow:ro»
      `,
      expect: ['readable', 'readable', 'readable', 'readable'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Names of accounts, read-only',
      in: 'compose',
      bad: `
        services:
          files:
            image: registry.example.com/files:1.4.0
            volumes:
              - «/etc/passwd:/etc/passwd:ro»
              - «/etc/group:/etc/group:ro»
      `,
      expect: ['readable', 'readable'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'Home folders and keys',
      in: 'compose',
      bad: `
        services:
          deploy:
            image: registry.example.com/deploy:1.4.0
            volumes:
              - «~/.ssh:/root/.ssh»
              - «/home/app/.aws:/root/.aws»
      `,
      expect: ['writableKeys', 'writableKeys'],
      severity: 'error',
      fixed: null,
    },
    {
      title: 'Home folders and keys, read-only',
      in: 'compose',
      bad: `
        services:
          deploy:
            image: registry.example.com/deploy:1.4.0
            volumes:
              - «\${HOME}:/host/home:ro»
              - «$HOME/.kube/config:/root/.kube/config:ro»
              - «/etc/ssl/private:/etc/ssl/private:ro»
      `,
      expect: ['readableKeys', 'readableKeys', 'readableKeys'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Settings of the host',
      in: 'compose',
      bad: `
        services:
          proxy:
            image: registry.example.com/proxy:1.4.0
            volumes:
              - «/etc/proxy:/proxy»
              - «/sys/fs/cgroup:/host/cgroup:rw»
      `,
      expect: ['writableSettings', 'writableSettings'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Settings of the program itself, kept in /etc of the host',
      in: 'compose',
      bad: `
        services:
          proxy:
            image: registry.example.com/proxy:1.4.0
            volumes: [«/etc/proxy/:/etc/proxy/»]
      `,
      expect: ['writableSettings'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          volumes: ["/root:/host/root"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['writableKeys'],
      fixed: null,
    },
    {
      title: 'Time zone, certificates and other harmless files',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            volumes:
              - /etc/localtime:/etc/localtime:ro
              - /etc/timezone:/etc/timezone
              - /etc/ssl/certs:/etc/ssl/certs:ro
              - /etc/letsencrypt:/etc/letsencrypt:ro
              - /etc/nginx/conf.d:/etc/nginx/conf.d:ro
              - /lib/modules:/lib/modules:ro
              - /sys/fs/cgroup:/sys/fs/cgroup:ro
      `,
    },
    {
      title: 'Devices, data folders and volumes',
      in: 'compose',
      good: `
        services:
          media:
            image: registry.example.com/media:3.2.1
            volumes:
              - /dev/dri:/dev/dri
              - /dev/shm:/dev/shm
              - /srv/media:/media
              - /home/media/videos:/videos
              - /var/lib/media:/var/lib/media
              - /var/log/media:/var/log
              - ./etc:/etc/media
              - ~/media:/photos
              - etc:/etc
        volumes:
          etc:
      `,
    },
    {
      title: 'A known agent that reads only',
      in: 'compose',
      good: `
        services:
          metrics:
            image: prom/node-exporter:v1.9.1
            volumes:
              - /:/host:ro,rslave
              - /proc:/host/proc:ro
          containers:
            image: gcr.io/cadvisor/cadvisor:v0.52.1
            volumes:
              - /:/rootfs:ro
              - /sys:/sys:ro
              - /var/lib/docker/:/var/lib/docker:ro
      `,
    },
    {
      title: 'A path that only the environment knows',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            volumes: ["\${DATA}:/data", "\${DATA:-./data}/etc:/etc/web"]
      `,
    },
  ],
});

type Kind = 'system' | 'keys' | 'settings';
type Found = Finding<'writable' | 'readable' | 'writableKeys' | 'readableKeys' | 'writableSettings', never, never>;

function judge(document: ComposeDocument, service: ComposeService, volume: ServiceVolume): readonly Found[] {
  const path = hostPathOf(volume, document);
  const kind = path === undefined ? undefined : kindOf(path, volume.readOnly);
  if (path === undefined || kind === undefined) return [];
  if (volume.readOnly && isHostAgent(imageOf(service))) return [];
  const shown = (volume.device ?? volume.source?.value ?? path).replaceAll(UNKNOWN, '…');
  const data = { path: shown, service: service.name.value };
  const range = placeIn(service, { range: volume.range, inherited: volume.node.inherited });
  if (kind === 'settings') {
    // A folder of the program's own, kept where the program looks for it.
    const own = volume.target?.replace(/\/+$/, '') === path;
    return [{ message: 'writableSettings', data, range, severity: own ? 'info' : 'warning' }];
  }
  const keys = kind === 'keys';
  if (volume.readOnly) {
    const severity = EVERYONES.has(path) ? 'info' : 'warning';
    return [{ message: keys ? 'readableKeys' : 'readable', data, range, severity }];
  }
  return [{ message: keys ? 'writableKeys' : 'writable', data, range }];
}

/** Folders that are the host itself: what is in them decides what it runs, or shows what runs on it. */
const SYSTEM = new Set(
  (
    '/ /etc /proc /sys /dev /boot /var /var/lib /var/spool/cron /etc/cron.d /etc/passwd /etc/group /etc/shadow /etc/sudoers ' +
    '/etc/sudoers.d /etc/pam.d /etc/systemd /etc/docker /etc/kubernetes /etc/ld.so.preload /etc/crontab /etc/init.d /etc/profile.d ' +
    '/var/lib/docker /var/lib/docker/volumes /var/lib/docker/overlay2 /var/lib/docker/containers /var/lib/containerd ' +
    '/var/lib/containers /var/lib/kubelet /var/lib/rancher /var/lib/etcd /var/lib/systemd /proc/sys /proc/sysrq-trigger ' +
    '/sys/kernel /sys/kernel/debug /sys/firmware /dev/mem /dev/kmem /dev/port /dev/kmsg /dev/disk /dev/mapper'
  ).split(' '),
);

/** Files that every account of the host may read: names, but no keys. */
const EVERYONES = new Set(['/etc/passwd', '/etc/group']);

/** Folders of programs: to read them gives away little. */
const PROGRAMS = /^\/(?:usr(?:\/local)?(?:\/(?:s?bin|lib(?:32|64)?))?|s?bin|lib(?:32|64)?(?:\/modules|\/systemd)?)$/;

const KEYS = new Set(
  '~ /root /home /etc/ssh /etc/ssl/private /etc/pki/tls/private /etc/ipsec.d /etc/wireguard /etc/openvpn'.split(' '),
);

/** Folders and files in a home folder that hold keys. */
const HOME_KEYS =
  /^(?:~|\/root|\/home\/[^/]+|\uFFFC)\/\.(?:ssh|aws|kube|gnupg|azure|docker|config\/gcloud|config\/gh|netrc|git-credentials|npmrc|pypirc|pgpass|vault-token|terraform\.d)(?:\/|$)/;

/** Everyone may read them, and images expect them: the zone of the clock, names, certificates of authorities. */
const HARMLESS = /^\/etc\/(?:localtime|timezone|hostname|hosts|resolv\.conf|machine-id|os-release|TZ)$/;

/** Devices that services use as such: what they give is a matter of `devices`. */
const DISKS = /^\/dev\/(?:sd[a-z]|nvme\d|vd[a-z]|xvd[a-z]|dm-|loop|md\d|disk\/|mapper\/|zfs|zvol)/;

function kindOf(path: string, readOnly: boolean): Kind | undefined {
  // Read-only, / is a matter of docker-socket-mount: it is the sockets in it that are open then.
  if (HARMLESS.test(path) || (readOnly && path === '/')) return undefined;
  if (KEYS.has(path) || HOME_KEYS.test(path) || path.startsWith('/etc/ssh/ssh_host_')) return 'keys';
  if (SYSTEM.has(path) || DISKS.test(path)) return 'system';
  if (readOnly) return undefined;
  if (PROGRAMS.test(path)) return 'system';
  return /^\/(?:etc|sys|proc\/sys)\//.test(path) ? 'settings' : undefined;
}
