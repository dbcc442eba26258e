import type { ComposeDocument, ComposeService, PublishedPort } from '../../compose/model.js';
import { bindToLoopback } from '../../compose/published.js';
import { environmentOf, imageOf, isTrue, itemsOf, portsOf, scriptOf, textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { type Expanded, type Range, UNKNOWN } from '../../core/text.js';
import { ownCommand, ownEntrypoint } from '../../dockerfile/privilege.js';
import {
  chainOf,
  environmentOf as environmentIn,
  expandAt,
  instructionsOf,
  shippedStage,
} from '../../dockerfile/queries.js';
import { officialName } from '../../images/official.js';
import type { ImageReference } from '../../images/reference.js';
import { pipelineVariables } from '../../pipeline/variables.js';
import type { ShellScript } from '../../shell/model.js';

export default defineRule({
  id: 'docker-api-over-tcp',
  severity: 'error',
  summary: 'The API of Docker must not be reached over TCP without TLS.',
  why: `
    Whoever reaches the API of Docker is root on its machine: a request starts a container with the disk of the host mounted. Over TCP without TLS
    it asks for no password and no certificate. Port 2375 is searched for all over the internet, and machines with it open mine for others
    within hours; inside a network every container that was broken into finds it.

    With certificates on both sides (\`--tlsverify\`, port 2376) or over ssh the API is as safe as these keys. Not flagged are the services of a file that
    reach another one of it, such as a proxy that lets few requests through, and ports that only the host itself reaches.
  `,
  fixSafety: `
    A port that is bound to 127.0.0.1 is reached from the host alone. With certificates the daemon listens on 2376, and its clients need the client certificates of /certs/client and DOCKER_TLS_VERIFY=1. For ssh the
    user must be allowed to use Docker on that host.
  `,
  references: [
    'https://docs.docker.com/engine/security/protect-access/',
    'https://docs.docker.com/engine/daemon/remote-access/',
    'https://hub.docker.com/_/docker',
  ],
  standards: { cis: ['2.7'], nist: ['4.3.1', '4.5.1'], owasp: ['RULE #1'], cwe: ['CWE-306', 'CWE-319'] },
  equivalents: {},
  messages: {
    published:
      'Port 2375 of service "{service}" is the API of Docker without TLS: who reaches it is root. Do not publish it.',
    tlsOff: '{setting} switches off TLS for the API of Docker: who reaches it is root. Keep the certificates.',
    listens: '{option} offers the API of Docker without TLS: who reaches it is root. Add --tlsverify and certificates.',
    client: '{address} is the API of Docker without TLS: who reaches it is root there. Use ssh:// or TLS on 2376.',
    clientMaybe: '{address} is the API of Docker without TLS. Whoever else reaches it is root there. Use TLS on 2376.',
  },
  titles: { loopback: 'Bind to 127.0.0.1', ssh: 'Use ssh://USER@{host}', keepTls: 'Keep certificates in /certs' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage) return [];
      const environment = environmentIn(document, stage);
      const dind = isDaemon(stage.rootImage);
      const pairs = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'ENV').flatMap((env) => env.pairs));
      const settings = pairs.flatMap(({ name, value, range }): readonly InFile[] => {
        const found = value ?? { value: '', range: { start: range.end, end: range.end } };
        const text = expandAt(document, found.value, range.start);
        // An earlier value is replaced.
        if (pairs.findLast((it) => it.name.value === name.value)?.range.start !== range.start) return [];
        if (name.value === 'DOCKER_HOST')
          return client(text, range, found.range, () => false, isSet(environment.get(VERIFY)));
        return name.value === CERTIFICATES && dind && text.value === ''
          ? [tlsOff(range, `${CERTIFICATES}=""`, [])]
          : [];
      });
      const started = [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) => (it ? listening(it.script) : []));
      return [...settings, ...started];
    },

    compose(document) {
      return document.services.flatMap((service): readonly InFile[] => {
        // With the host's network, ports of this list mean nothing.
        const onHost = textOf(service.get('network_mode'))?.value === 'host';
        const published = onHost ? [] : portsOf(service).filter(isOpen);
        // What keeps it from the outside is the port, so that one line is told.
        if (published.length > 0)
          return published.map((it) => {
            const edit = bindToLoopback(document, it);
            return {
              message: 'published',
              data: { service: service.name.value },
              range: placeIn(service, { range: it.range, inherited: it.node.inherited }),
              fixes: edit ? [{ title: 'loopback', applicability: 'unsafe', edits: [edit] }] : [],
            };
          });
        return [...settingsOf(document, service), ...startedBy(service)];
      });
    },

    ci(document) {
      if (!/DOCKER_|dockerd/.test(document.text)) return [];
      const verified = document.text.includes(VERIFY);
      const variables = pipelineVariables(document).flatMap(({ name, value, range }): readonly InFile[] => {
        // A daemon beside the job is for the job, and where the runner offers no volume for certificates there is no other way.
        if (name.value === CERTIFICATES && value.value === '')
          return [{ ...tlsOff(range, `${CERTIFICATES}=""`, []), severity: 'warning', confidence: 'low' }];
        if (name.value !== 'DOCKER_HOST' || value.value.includes('$')) return [];
        const text = { value: value.value, known: true, literal: true };
        return client(text, range, undefined, (host) => !/[.:]/.test(host), verified);
      });
      const scripts = document.jobs.flatMap((job) =>
        job.steps.flatMap(({ run }) => (run ? listening(run.script) : [])),
      );
      return [...variables, ...scripts];
    },

    engine({ root }) {
      // With TLS, or with certificates of clients only.
      if (['tls', 'tlsverify'].some((it) => isTrue(root?.get(it)?.value))) return [];
      return itemsOf(root?.get('hosts')).flatMap(({ text, range }): readonly InFile[] => {
        const [, host] = /^tcp:\/\/([^/]*?)(?::\d+)?\/?$/.exec(text.value) ?? [];
        return host === undefined || LOCAL.test(host)
          ? []
          : [{ message: 'listens', data: { option: text.value }, range }];
      });
    },
  },

  examples: [
    {
      title: 'The port of the API, published',
      in: 'compose',
      bad: `
        services:
          docker:
            image: docker:28.5-dind
            privileged: true
            ports:
              - "«2375:2375»"
          proxy:
            image: tecnativa/docker-socket-proxy:0.3.0
            ports:
              - «target: 2375
                published: 12375»
      `,
      expect: ['published', 'published'],
      severity: 'error',
      fixed: `
        services:
          docker:
            image: docker:28.5-dind
            privileged: true
            ports:
              - "127.0.0.1:2375:2375"
          proxy:
            image: tecnativa/docker-socket-proxy:0.3.0
            ports:
              - target: 2375
                published: 12375
                host_ip: 127.0.0.1
      `,
    },
    {
      title: 'A daemon without TLS',
      in: 'compose',
      bad: `
        services:
          docker:
            image: docker:28.5-dind
            privileged: true
            environment:
              «DOCKER_TLS_CERTDIR: ""»
          other:
            image: docker:28.5-dind
            command: [dockerd, «--host=tcp://0.0.0.0:2375»]
      `,
      expect: ['tlsOff', 'listens'],
      severity: 'error',
      fixed: `
        services:
          docker:
            image: docker:28.5-dind
            privileged: true
            environment:
              DOCKER_TLS_CERTDIR: "/certs"
          other:
            image: docker:28.5-dind
            command: [dockerd, --host=tcp://0.0.0.0:2375]
      `,
    },
    {
      title: 'The API of another machine',
      in: 'compose',
      bad: `
        services:
          ci:
            image: registry.example.com/ci:1.4.0
            environment:
              - «DOCKER_HOST=tcp://build.example.com:2375»
      `,
      expect: ['client'],
      severity: 'error',
      fixed: `
        services:
          ci:
            image: registry.example.com/ci:1.4.0
            environment:
              - DOCKER_HOST=ssh://USER@build.example.com
      `,
    },
    {
      title: 'A name that another file may explain',
      in: 'compose',
      bad: `
        services:
          ci:
            image: registry.example.com/ci:1.4.0
            environment:
              «DOCKER_HOST: tcp://docker:2375»
      `,
      expect: ['clientMaybe'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'TLS, ssh, a proxy in the same file, and a port of the host alone',
      in: 'compose',
      good: `
        services:
          ci:
            image: registry.example.com/ci:1.4.0
            environment:
              DOCKER_HOST: tcp://proxy:2375
          deploy:
            image: registry.example.com/deploy:1.4.0
            environment:
              DOCKER_HOST: tcp://build.example.com:2376
              DOCKER_TLS_VERIFY: "1"
          remote:
            image: registry.example.com/deploy:1.4.0
            environment:
              DOCKER_HOST: ssh://deploy@build.example.com
          proxy:
            image: tecnativa/docker-socket-proxy:0.3.0
            ports: ["127.0.0.1:2375:2375"]
          docker:
            image: docker:28.5-dind
            command: dockerd -H tcp://0.0.0.0:2376 --tlsverify
            ports: ["2376:2376"]
      `,
    },
    {
      title: 'In the environment of an image',
      in: 'dockerfile',
      bad: `
        FROM docker:28.5-cli
        ENV CI=1 «DOCKER_HOST=tcp://10.0.0.5:2375»
        CMD ["docker", "info"]
      `,
      expect: ['client'],
      severity: 'error',
      fixed: `
        FROM docker:28.5-cli
        ENV CI=1 DOCKER_HOST=ssh://USER@10.0.0.5
        CMD ["docker", "info"]
      `,
    },
    {
      title: 'A daemon that the image starts',
      in: 'dockerfile',
      bad: `
        FROM docker:28.5-dind
        ENV «DOCKER_TLS_CERTDIR=""»
        CMD ["dockerd", "-H", «"tcp://0.0.0.0:2375"»]
      `,
      expect: ['tlsOff', 'listens'],
      severity: 'error',
      fixed: null,
    },
    {
      title: 'A client that checks certificates, and the host itself',
      in: 'dockerfile',
      good: `
        FROM docker:28.5-cli
        ENV DOCKER_HOST=tcp://10.0.0.5:2375
        ENV DOCKER_HOST=tcp://10.0.0.5:2376 DOCKER_TLS_VERIFY=1
        CMD ["dockerd", "-H", "tcp://127.0.0.1:2375", "-H", "unix:///var/run/docker.sock"]
      `,
    },
    {
      title: 'A daemon of another machine, and one that a step starts',
      in: 'ci',
      bad: `
        on: push
        env:
          «DOCKER_HOST: tcp://build.example.com:2375»
        jobs:
          image:
            runs-on: [self-hosted]
            steps:
              - run: sudo dockerd -H «tcp://0.0.0.0:2375» &
      `,
      expect: ['client', 'listens'],
      fixed: null,
    },
    {
      title: 'The configuration of a daemon',
      in: 'engine',
      path: 'daemon.json',
      bad: `
        {
          "hosts": ["unix:///var/run/docker.sock", «"tcp://0.0.0.0:2375"»]
        }
      `,
      expect: ['listens'],
      fixed: null,
    },
    {
      title: 'A daemon with certificates',
      in: 'engine',
      path: 'daemon.json',
      good: `
        {
          "hosts": ["unix:///var/run/docker.sock", "tcp://0.0.0.0:2376"],
          "tlsverify": true,
          "tlscacert": "/etc/docker/ca.pem"
        }
      `,
    },
    {
      title: 'Docker in Docker whose TLS is switched off',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        lint:
          image: docker:29
          services: ["docker:29-dind"]
          variables:
            DOCKER_HOST: tcp://docker:2375
            «DOCKER_TLS_CERTDIR: ""»
          script:
            - docker compose config
      `,
      expect: ['tlsOff'],
      severity: 'info',
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Docker in Docker with certificates, and the machine itself',
      in: 'ci',
      path: '.gitlab-ci.yml',
      good: `
        variables:
          DOCKER_TLS_CERTDIR: "/certs"
          DOCKER_HOST: tcp://docker:2376
        lint:
          image: docker:29
          services: ["docker:29-dind"]
          script:
            - DOCKER_HOST=tcp://127.0.0.1:2375 docker compose config
            - docker info
      `,
    },
  ],
});

type InFile = Finding<
  'published' | 'tlsOff' | 'listens' | 'client' | 'clientMaybe',
  'loopback' | 'ssh' | 'keepTls',
  never
>;

const VERIFY = 'DOCKER_TLS_VERIFY';
const CERTIFICATES = 'DOCKER_TLS_CERTDIR';
const LOCAL = /^(?:localhost|127\.[\d.]+|\[?::1\]?)$/;

function isSet(value: Expanded | undefined): boolean {
  return value !== undefined && value.value !== '';
}

/** The image of Docker with the daemon: it listens on 2376 with certificates that it makes, or on 2375 without. */
function isDaemon(image: ImageReference | undefined): boolean {
  return image !== undefined && officialName(image) === 'docker' && /dind/.test(image.tag?.value ?? '');
}

function isOpen({ target, published, hostAddress, protocol }: PublishedPort): boolean {
  const port = target ?? published;
  if (protocol !== 'tcp' || port?.first !== 2375 || port.last !== 2375) return false;
  return hostAddress === undefined || !(hostAddress.includes(UNKNOWN) || LOCAL.test(hostAddress));
}

function settingsOf(document: ComposeDocument, service: ComposeService): readonly InFile[] {
  const variables = environmentOf(service);
  const verified = variables.some((it) => it.name.value === VERIFY && it.value?.value !== '');
  const isService = (host: string): boolean =>
    document.services.some((it) => it.name.value === host || textOf(it.get('container_name'))?.value === host);
  return variables.flatMap(({ name, value, range, inherited }): readonly InFile[] => {
    const place = placeIn(service, { range, inherited });
    if (!value) return [];
    if (name.value === 'DOCKER_HOST')
      return client(value, place, inherited ? undefined : value.range, isService, verified);
    if (name.value !== CERTIFICATES || !isDaemon(imageOf(service)) || value.value !== '' || !value.literal) return [];
    const edit = { range: value.range, text: '/certs' };
    const fixes = inherited ? [] : [{ title: 'keepTls' as const, applicability: 'unsafe' as const, edits: [edit] }];
    return [tlsOff(place, `${CERTIFICATES}=""`, fixes)];
  });
}

function tlsOff(range: Range, setting: string, fixes: readonly Fix<'keepTls'>[]): InFile {
  return { message: 'tlsOff', data: { setting }, range, fixes };
}

function client(
  { value }: Expanded,
  range: Range,
  text: Range | undefined,
  isService: (host: string) => boolean,
  verified: boolean,
): readonly InFile[] {
  const [, host = '', port = '2375'] =
    /^tcp:\/\/(\[[0-9a-fA-F:]{2,45}\]|[\w.-]{1,253})(?::(\d{1,5}))?\/?$/.exec(value) ?? [];
  if (host === '' || port === '2376' || verified || LOCAL.test(host) || isService(host)) return [];
  const address = value.replace(/\/$/, '');
  if (!/[.:]/.test(host)) return [{ message: 'clientMaybe', data: { address }, range, confidence: 'low' }];
  const fix = text && {
    title: 'ssh' as const,
    data: { host },
    applicability: 'manual' as const,
    edits: [{ range: text, text: `ssh://USER@${host}` }],
  };
  return [{ message: 'client', data: { address }, range, fixes: fix ? [fix] : [] }];
}

function startedBy(service: ComposeService): readonly InFile[] {
  return (['entrypoint', 'command'] as const).flatMap((key) => {
    const script = scriptOf(service, key);
    const inherited = service.get(key)?.inherited === true || service.get(key)?.value.inherited === true;
    const dind = isDaemon(imageOf(service));
    return script
      ? listening(script, dind).map((it) => ({ ...it, range: placeIn(service, { range: it.range, inherited }) }))
      : [];
  });
}

/** The daemon with `-H tcp://…` or `--tls=false`; the image of Docker starts it when the command is an option only. */
function listening({ commands }: ShellScript, dind = false): readonly InFile[] {
  return commands.flatMap(({ name, words }): readonly InFile[] => {
    if (name !== 'dockerd' && !(dind && (name.startsWith('-') || name === 'dockerd-entrypoint.sh'))) return [];
    if (words.some((it) => /^--tlsverify(?:=true)?$/.test(it.value))) return [];
    const off = words.find((it) => /^--tls(?:verify)?=false$/.test(it.value));
    if (off) return [{ message: 'tlsOff', data: { setting: off.value }, range: off.range }];
    const word = words.find((it, index) => {
      const [, joined] = /^(?:-H=?|--host=)(.*)$/.exec(it.value) ?? [];
      const before = words[index - 1]?.value ?? '';
      const value = joined ?? (/^(?:-H|--host)$/.test(before) ? it.value : '');
      const [, host] = /^tcp:\/\/([^/]*?)(?::\d+)?\/?$/.exec(value) ?? [];
      return host !== undefined && !LOCAL.test(host);
    });
    return word ? [{ message: 'listens', data: { option: word.value }, range: word.range }] : [];
  });
}
