import { hostPathOf } from '../../compose/host-path.js';
import type { ComposeDocument, ComposeService, ServiceVolume } from '../../compose/model.js';
import { imageOf, isTrue, volumesOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { isSocketProxy, proxyPlan } from '../../compose/socket-proxy.js';
import { deleteLines } from '../../core/edit.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import { instructionsOf, shippedChain } from '../../dockerfile/queries.js';
import { isHostAgent } from '../../images/agents.js';

export default defineRule({
  id: 'docker-socket-mount',
  severity: 'error',
  summary: 'A service must not be given the socket of the container runtime.',
  why: `
    Who can write to the Docker socket can start a container with the whole disk of the host mounted, and so is root on the
    host. An attacker who gets into a service that has the socket needs one HTTP request for it. The sockets of containerd, CRI-O and
    Podman and the private one of systemd give the same, and so does a folder that one of them lies in.

    Mounting it read-only changes nothing: that protects the file, not what is said through it. A socket proxy stands in between
    and lets only those requests through that the service needs, such as listing containers. Image builds do without the socket in
    rootless BuildKit, Buildah or Kaniko.
  `,
  fixSafety: `
    The proxy allows reading the list of containers, nothing else: add what the service needs, as the proxy's documentation names it. The
    service must honour DOCKER_HOST; some have a setting of their own for the address (Traefik: providers.docker.endpoint).
    Without VOLUME an image no longer asks for the socket by itself.
  `,
  references: [
    'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
    'https://docs.docker.com/engine/security/protect-access/',
    'https://github.com/Tecnativa/docker-socket-proxy',
  ],
  standards: { cis: ['5.32'], nist: ['4.4.3', '4.5.5'], owasp: ['RULE #1'], cwe: ['CWE-250', 'CWE-668'] },
  equivalents: { semgrep: ['exposing-docker-socket-volume', 'dockerfile-dockerd-socket-mount'] },
  messages: {
    socket:
      'Mounting {path} lets service "{service}" control the host through {runtime}. Put a socket proxy in between.',
    readOnlySocket:
      'Mounting {path} read-only still lets service "{service}" control the host through {runtime}. Use a socket proxy.',
    apiSocket:
      'use_api_socket gives service "{service}" the socket and the logins of Docker, and with them the host. Use a proxy.',
    folder:
      '{path} holds the sockets of the container runtime, so service "{service}" can control the host. Mount less.',
    proxy: 'The socket proxy "{service}" has {path}. Let it allow only what is needed, and publish no port of it.',
    volume:
      'VOLUME {path} asks for the socket of the host, and with it for control of the host. Use DOCKER_HOST and a proxy.',
  },
  titles: {
    addProxy: 'Reach Docker through a socket proxy',
    removeVolume: 'Remove VOLUME {path}',
  },

  check: {
    compose(document) {
      const plan = proxyPlan(document);
      return document.services.flatMap((service) => [
        ...volumesOf(service, document).flatMap((volume) => judge(document, service, volume, plan)),
        ...apiSocket(service),
      ]);
    },

    dockerfile(document) {
      return shippedChain(document).flatMap((stage) =>
        instructionsOf(stage.instructions, 'VOLUME').flatMap((instruction) =>
          instruction.paths.flatMap(({ value, range }) => {
            if (runtimeOf(value) === undefined) return [];
            const data = { path: value };
            const edit = deleteLines(document.text, instruction.range);
            return [
              {
                message: 'volume',
                data,
                range,
                severity: 'warning',
                fixes:
                  instruction.paths.length === 1
                    ? [{ title: 'removeVolume', data, applicability: 'unsafe', edits: [edit] }]
                    : [],
              },
            ];
          }),
        ),
      );
    },
  },

  examples: [
    {
      title: 'The Docker socket',
      in: 'compose',
      bad: `
        services:
          dashboard:
            image: registry.example.com/dashboard:2.27.0
            volumes:
              - «/var/run/docker.sock:/var/run/docker.sock»
              - dashboard:/data
        volumes:
          dashboard:
      `,
      expect: ['socket'],
      severity: 'error',
      fixed: `
        services:
          dashboard:
            image: registry.example.com/dashboard:2.27.0
            volumes:
              - dashboard:/data
            environment:
              DOCKER_HOST: tcp://docker-socket-proxy:2375
          docker-socket-proxy:
            image: tecnativa/docker-socket-proxy:0.3.0
            environment:
              CONTAINERS: "1"
            volumes:
              - /var/run/docker.sock:/var/run/docker.sock:ro
        volumes:
          dashboard:
      `,
    },
    {
      title: 'The socket by a key of its own',
      in: 'compose',
      bad: `
        services:
          ci:
            image: registry.example.com/ci:1.4.0
            «use_api_socket: true»
          web:
            image: registry.example.com/web:1.4.0
            use_api_socket: false
      `,
      expect: ['apiSocket'],
      fixed: null,
    },
    {
      title: 'Read-only, and in the long form',
      in: 'compose',
      bad: `
        services:
          router:
            image: registry.example.com/router:3.5.0
            environment:
              - TZ=UTC
            volumes:
              - «/var/run/docker.sock:/var/run/docker.sock:ro»
          ci:
            image: registry.example.com/ci:1.4.0
            network_mode: host
            volumes:
              - «type: bind
                source: //var/run/docker.sock
                target: /var/run/docker.sock
                read_only: true»
      `,
      expect: ['readOnlySocket', 'readOnlySocket'],
      fixed: `
        services:
          router:
            image: registry.example.com/router:3.5.0
            environment:
              - TZ=UTC
              - DOCKER_HOST=tcp://docker-socket-proxy:2375
          ci:
            image: registry.example.com/ci:1.4.0
            network_mode: host
            volumes:
              - type: bind
                source: //var/run/docker.sock
                target: /var/run/docker.sock
                read_only: true
          docker-socket-proxy:
            image: tecnativa/docker-socket-proxy:0.3.0
            environment:
              CONTAINERS: "1"
            volumes:
              - /var/run/docker.sock:/var/run/docker.sock:ro
      `,
    },
    {
      title: 'Other runtimes, other places, a variable with a default',
      in: 'compose',
      bad: `
        services:
          watch:
            image: registry.example.com/watch:1.4.0
            volumes:
              - «/run/containerd/containerd.sock:/containerd.sock»
              - «/run/user/1000/podman/podman.sock:/podman.sock»
              - «/var/run/crio/crio.sock:/crio.sock»
              - «/run/systemd/private:/systemd»
              - «\${SOCKET:-/var/run/docker.sock}:/var/run/docker.sock»
              - «sockets:/sockets»
        volumes:
          sockets:
            driver_opts: { type: none, device: /run/podman/podman.sock, o: bind }
      `,
      expect: ['socket', 'socket', 'socket', 'socket', 'socket', 'socket'],
      fixed: null,
    },
    {
      title: 'Folders that hold the sockets',
      in: 'compose',
      bad: `
        services:
          watch:
            image: registry.example.com/watch:1.4.0
            volumes:
              - «/run:/host/run»
              - «/var/run/:/host/var/run:ro»
              - «/run/containerd:/run/containerd»
      `,
      expect: ['folder', 'folder', 'folder'],
      severity: 'error',
      fixed: null,
    },
    {
      title: 'Everything of the host, read-only',
      in: 'compose',
      bad: `
        services:
          watch:
            image: registry.example.com/watch:1.4.0
            volumes: [«/:/host:ro»]
          metrics:
            image: prom/node-exporter:v1.9.1
            volumes: [/:/host:ro]
      `,
      expect: ['folder'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'A service in networks of its own',
      in: 'compose',
      bad: `
        services:
          router:
            image: registry.example.com/router:3.5.0
            volumes: ['./router.yaml:/etc/router.yaml:ro', '«/var/run/docker.sock:/var/run/docker.sock»']
            networks: [front, back]
        networks:
          front:
          back:
      `,
      expect: ['socket'],
      fixed: `
        services:
          router:
            image: registry.example.com/router:3.5.0
            volumes: ['./router.yaml:/etc/router.yaml:ro']
            networks: [front, back]
            environment:
              DOCKER_HOST: tcp://docker-socket-proxy:2375
          docker-socket-proxy:
            image: tecnativa/docker-socket-proxy:0.3.0
            environment:
              CONTAINERS: "1"
            volumes:
              - /var/run/docker.sock:/var/run/docker.sock:ro
            networks:
              - front
              - back
        networks:
          front:
          back:
      `,
    },
    {
      title: 'The only volume of a service',
      in: 'compose',
      bad: `
        services:
          dashboard:
            image: registry.example.com/dashboard:2.27.0
            volumes:
              - «/var/run/docker.sock:/var/run/docker.sock»
          docker:
            image: tecnativa/docker-socket-proxy:0.3.0
      `,
      expect: ['socket'],
      fixed: `
        services:
          dashboard:
            image: registry.example.com/dashboard:2.27.0
            environment:
              DOCKER_HOST: tcp://docker:2375
          docker:
            image: tecnativa/docker-socket-proxy:0.3.0
      `,
    },
    {
      title: 'A variable alone, mounted where the socket is looked for',
      in: 'compose',
      bad: `
        x-base: &base
          volumes: ["\${DOCKER_SOCKET}:/var/run/docker.sock"]
        services:
          «ci»:
            <<: *base
            image: registry.example.com/ci:1.4.0
      `,
      expect: ['socket'],
      fixed: null,
    },
    {
      title: 'A socket proxy',
      in: 'compose',
      bad: `
        services:
          docker:
            image: tecnativa/docker-socket-proxy:0.3.0
            environment:
              CONTAINERS: 1
            volumes:
              - «/var/run/docker.sock:/var/run/docker.sock:ro»
      `,
      expect: ['proxy'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'Other sockets, volumes of Docker and folders beside the sockets',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            environment:
              DOCKER_HOST: tcp://docker-socket-proxy:2375
            volumes:
              - /run/postgresql:/run/postgresql
              - /run/user/1000:/run/user/1000
              - /run/dbus/system_bus_socket:/run/dbus/system_bus_socket:ro
              - sockets:/var/run/docker.sock
              - ./docker.sock.conf:/etc/docker.sock.conf
            tmpfs: /run
        volumes:
          sockets:
      `,
    },
    {
      title: 'An image that asks for the socket',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        VOLUME «/var/run/docker.sock»
        USER 10001
      `,
      expect: ['volume'],
      severity: 'warning',
      fixed: `
        FROM alpine:3.22
        USER 10001
      `,
    },
    {
      title: 'Among other volumes',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        VOLUME ["/data", «"/run/docker.sock"»]
        USER 10001
      `,
      expect: ['volume'],
      fixed: null,
    },
    {
      title: 'An image with its own volumes',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        VOLUME /data /run/app
        USER 10001
      `,
    },
  ],
});

type Found = Finding<'socket' | 'readOnlySocket' | 'apiSocket' | 'folder' | 'proxy', 'addProxy', never>;

function judge(
  document: ComposeDocument,
  service: ComposeService,
  volume: ServiceVolume,
  plan: ReturnType<typeof proxyPlan>,
): readonly Found[] {
  const found = reached(volume, document);
  if (!found) return [];
  const data = { service: service.name.value, path: found.path };
  const range = placeIn(service, { range: volume.range, inherited: volume.node.inherited });
  if (isSocketProxy(service)) return [{ message: 'proxy', data, range, severity: 'info' }];
  const { runtime } = found;
  if (found.whole && isHostAgent(imageOf(service))) return [];
  if (runtime === undefined) return [{ message: 'folder', data, range, severity: found.whole ? 'warning' : 'error' }];
  const edits = runtime === 'Docker' && volume.type === 'bind' ? plan(service, volume) : undefined;
  const message = volume.readOnly ? 'readOnlySocket' : 'socket';
  return [
    {
      message,
      data: { ...data, runtime },
      range,
      fixes: edits ? [{ title: 'addProxy', applicability: 'manual', edits }] : [],
    },
  ];
}

/** https://github.com/compose-spec/compose-spec/blob/main/05-services.md#use_api_socket */
function apiSocket(service: ComposeService): readonly Found[] {
  const entry = service.get('use_api_socket');
  if (!entry || !isTrue(entry.value)) return [];
  const data = { service: service.name.value };
  return [{ message: 'apiSocket', data, range: placeIn(service, { range: entry.range, inherited: entry.inherited }) }];
}

interface Reached {
  readonly path: string;
  /** Absent for a folder with sockets of several. */
  readonly runtime?: string;
  /** Everything of the host, read-only. */
  readonly whole?: boolean;
}

const RUNTIMES: readonly (readonly [socket: RegExp, runtime: string])[] = [
  [/(?:^|[/\\])docker(?:-cli)?\.(?:raw\.)?sock$|[/\\]docker_engine$/, 'Docker'],
  [/(?:^|\/)containerd\.sock(?:\.ttrpc)?$/, 'containerd'],
  [/(?:^|\/)podman\.sock$/, 'Podman'],
  [/(?:^|\/)crio\.sock$/, 'CRI-O'],
  [/(?:^|\/)(?:dockershim|cri-dockerd)\.sock$/, 'Docker'],
  [/(?:^|\/)buildkitd\.sock$/, 'BuildKit'],
  [/^\/run\/systemd\/private$/, 'systemd'],
];

/** Folders of the host that hold one of the sockets. */
const FOLDERS = new Set(
  ['', '/docker', '/containerd', '/podman', '/crio', '/systemd', '/k3s', '/k3s/containerd', '/buildkit'].map(
    (it) => `/run${it}`,
  ),
);

function reached(volume: ServiceVolume, document: ComposeDocument): Reached | undefined {
  const written = volume.source?.value ?? '';
  if (volume.type === 'npipe') return runtimeOf(written) ? { path: written, runtime: 'Docker' } : undefined;
  const path = hostPathOf(volume, document);
  if (path === undefined) return undefined;
  const shown = (volume.device ?? written).replaceAll(UNKNOWN, '…');
  const runtime = runtimeOf(path);
  if (runtime !== undefined) return { path: shown, runtime };
  // Read-only, the files of the host are safe but not its sockets; writable it is a matter of sensitive-host-mount.
  if (path === '/') return volume.readOnly ? { path: shown, whole: true } : undefined;
  if (FOLDERS.has(path)) return { path: shown };
  // What only a variable names is told by where it is mounted.
  const aimed = path === UNKNOWN ? runtimeOf(volume.target ?? '') : undefined;
  return aimed === undefined ? undefined : { path: volume.target ?? '', runtime: aimed };
}

function runtimeOf(path: string): string | undefined {
  return RUNTIMES.find(([socket]) => socket.test(path))?.[1];
}
