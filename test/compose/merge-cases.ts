/** A project of several files and what compose makes of it, written from the rules of the compose specification. */
export interface MergeCase {
  readonly title: string;
  readonly files: Readonly<Record<string, string>>;
  /** The files that are read together: the verdict is the same from each of them. */
  readonly set: readonly string[];
  /**
   * By the path of a value below `services`: what it is, and behind it the file and line where it is written; undefined:
   * it is not there.
   */
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Service `web` in a file and its override; the lines of each count from 3. */
function over(title: string, base: string, override: string, expected: MergeCase['expected']): MergeCase {
  const files = { 'compose.yaml': service(base), 'compose.override.yaml': service(override) };
  return { title, files, set: Object.keys(files), expected };
}

function service(body: string): string {
  const lines = body.split('\n').map((it) => `    ${it}\n`);
  return `services:\n  web:\n${lines.join('')}`;
}

/** `base:3` is line 3 of compose.yaml, `over:3` that of its override. */
export const OVERRIDES: readonly MergeCase[] = [
  over('the last text counts', 'image: a:1\nrestart: always', 'image: a:2', {
    'web.image': 'a:2 over:3',
    'web.restart': 'always base:4',
  }),
  over('a switch is turned off', 'privileged: true', 'privileged: false', { 'web.privileged': 'false over:3' }),
  over('a switch is turned on', 'privileged: false', 'privileged: true', { 'web.privileged': 'true over:3' }),
  over('an empty value takes a text away', 'user: root', 'user:', { 'web.user': '- over:3' }),
  over('an empty value leaves a list', 'cap_add: [NET_ADMIN]', 'cap_add:', { 'web.cap_add': ['NET_ADMIN base:3'] }),
  over('a command is replaced, not continued', 'command: [a, b]', 'command: [c]', { 'web.command': ['c over:3'] }),
  over('a command may change its form', 'command: [a, b]', 'command: c d', { 'web.command': 'c d over:3' }),
  over('an entry point is replaced', 'entrypoint: /a', 'entrypoint: [/b]', { 'web.entrypoint': ['/b over:3'] }),
  over(
    'a health check keeps what the override leaves out',
    'healthcheck:\n  test: [CMD, a]\n  interval: 5s',
    'healthcheck:\n  test: [CMD, b, c]',
    { 'web.healthcheck': { test: ['CMD over:4', 'b over:4', 'c over:4'], interval: '5s base:5' } },
  ),
  over('a health check is switched off', 'healthcheck:\n  test: a', 'healthcheck:\n  disable: true', {
    'web.healthcheck': { test: 'a base:4', disable: 'true over:4' },
  }),
  over('environment: maps', 'environment: {A: 1, B: 2}', 'environment: {B: 3, C: 4}', {
    'web.environment': { A: '1 base:3', B: '3 over:3', C: '4 over:3' },
  }),
  over('environment: lists', 'environment: [A=1, B=2]', 'environment: [B=3]', {
    'web.environment': { A: '1 base:3', B: '3 over:3' },
  }),
  over('environment: a list under a map', 'environment: [A=1, B=2]', 'environment:\n  B: 3', {
    'web.environment': { A: '1 base:3', B: '3 over:4' },
  }),
  over('environment: a map under a list', 'environment:\n  A: 1\n  B: 2', 'environment:\n  - B=3\n  - C', {
    'web.environment': { A: '1 base:4', B: '3 over:4', C: '- over:5' },
  }),
  over('environment: a value is taken from the caller again', 'environment: [A=1]', 'environment: [A]', {
    'web.environment': { A: '- over:3' },
  }),
  over('labels, a list and a map', 'labels: [a=1, b=2]', 'labels: {b: 3}', {
    'web.labels': { a: '1 base:3', b: '3 over:3' },
  }),
  over('sysctls, a map and a list', 'sysctls: {a.b: 1}', 'sysctls: [a.b=2]', { 'web.sysctls': { 'a.b': '2 over:3' } }),
  over('annotations', 'annotations: {a: 1}', 'annotations: {a: 2, b: 3}', {
    'web.annotations': { a: '2 over:3', b: '3 over:3' },
  }),
  over('ports are added', 'ports: ["80:80"]', 'ports: ["443:443"]', {
    'web.ports': ['80:80 base:3', '443:443 over:3'],
  }),
  over('a port twice is one', 'ports: ["80:80"]', 'ports: ["80:80/tcp"]', { 'web.ports': ['80:80/tcp over:3'] }),
  over('a port on another address is another', 'ports: ["80:80"]', 'ports: ["127.0.0.1:80:80"]', {
    'web.ports': ['80:80 base:3', '127.0.0.1:80:80 over:3'],
  }),
  over('a port in both forms is one', 'ports: ["8080:80"]', 'ports:\n  - target: 80\n    published: 8080', {
    'web.ports': [{ target: '80 over:4', published: '8080 over:5' }],
  }),
  over('volumes are one for each target', 'volumes: [one:/x, two:/y]', 'volumes: ["./c:/x:ro"]', {
    'web.volumes': ['./c:/x:ro over:3', 'two:/y base:3'],
  }),
  over(
    'a volume in both forms is one',
    'volumes: [one:/x]',
    'volumes:\n  - type: bind\n    source: /c\n    target: /x/',
    { 'web.volumes': [{ type: 'bind over:4', source: '/c over:5', target: '/x/ over:6' }] },
  ),
  over('devices are one for each target', 'devices: [/dev/a:/dev/x]', 'devices: [/dev/b:/dev/x, /dev/y]', {
    'web.devices': ['/dev/b:/dev/x over:3', '/dev/y over:3'],
  }),
  over('secrets are one for each target', 'secrets: [a, b]', 'secrets:\n  - source: c\n    target: a\n  - b', {
    'web.secrets': [{ source: 'c over:4', target: 'a over:5' }, 'b over:6'],
  }),
  over('configs are one for each target', 'configs: [a]', 'configs:\n  - source: b\n    target: /a', {
    'web.configs': [{ source: 'b over:4', target: '/a over:5' }],
  }),
  over('capabilities are added once', 'cap_add: [A, B]', 'cap_add: [B, C]', {
    'web.cap_add': ['A base:3', 'B over:3', 'C over:3'],
  }),
  over('dropped capabilities are added', 'cap_drop: [A]', 'cap_drop: [ALL]', {
    'web.cap_drop': ['A base:3', 'ALL over:3'],
  }),
  over('security options are added', 'security_opt: [seccomp=unconfined]', 'security_opt: [no-new-privileges]', {
    'web.security_opt': ['seccomp=unconfined base:3', 'no-new-privileges over:3'],
  }),
  over('dns: a text and a list', 'dns: 1.1.1.1', 'dns: [8.8.8.8, 1.1.1.1]', {
    'web.dns': ['1.1.1.1 over:3', '8.8.8.8 over:3'],
  }),
  over('tmpfs: two texts', 'tmpfs: /a', 'tmpfs: /b', { 'web.tmpfs': ['/a base:3', '/b over:3'] }),
  over('env files are read one after the other', 'env_file: a.env', 'env_file:\n  - path: b.env\n    required: false', {
    'web.env_file': ['a.env base:3', { path: 'b.env over:4', required: 'false over:5' }],
  }),
  over('extra hosts', 'extra_hosts: ["a:1.1.1.1"]', 'extra_hosts: ["b:2.2.2.2"]', {
    'web.extra_hosts': ['a:1.1.1.1 base:3', 'b:2.2.2.2 over:3'],
  }),
  over('exposed ports and profiles are sets', 'expose: [80]\nprofiles: [a]', 'expose: ["80", 81]\nprofiles: [a, b]', {
    'web.expose': ['80 over:3', '81 over:3'],
    'web.profiles': ['a over:4', 'b over:4'],
  }),
  over('dependencies: a list and a map', 'depends_on: [a, b]', 'depends_on: {b: {condition: service_healthy}}', {
    'web.depends_on': { a: '- base:3', b: { condition: 'service_healthy over:3' } },
  }),
  over('networks: a list and a map', 'networks: [a]', 'networks: {b: {aliases: [c]}}', {
    'web.networks': { a: '- base:3', b: { aliases: ['c over:3'] } },
  }),
  over('networks: aliases', 'networks: {a: {aliases: [x]}}', 'networks: {a: {aliases: [y]}}', {
    'web.networks': { a: { aliases: ['x base:3', 'y over:3'] } },
  }),
  over('a build: a context and a map', 'build: ./a', 'build: {dockerfile: D}', {
    'web.build': { context: './a base:3', dockerfile: 'D over:3' },
  }),
  over('a build: arguments in both forms', 'build: {context: ., args: [A=1, B=2]}', 'build: {args: {B: 3}}', {
    'web.build': { context: '. base:3', args: { A: '1 base:3', B: '3 over:3' } },
  }),
  over(
    'logging of one driver',
    'logging: {driver: json-file, options: {max-size: 1m}}',
    'logging: {options: {max-file: "3"}}',
    {
      'web.logging': { driver: 'json-file base:3', options: { 'max-size': '1m base:3', 'max-file': '3 over:3' } },
    },
  ),
  over(
    'logging of another driver',
    'logging: {driver: json-file, options: {max-size: 1m}}',
    'logging: {driver: syslog}',
    {
      'web.logging': { driver: 'syslog over:3' },
    },
  ),
  over('limits', 'deploy: {resources: {limits: {memory: 1g}}}', 'deploy: {resources: {limits: {cpus: "1"}}}', {
    'web.deploy.resources.limits': { memory: '1g base:3', cpus: '1 over:3' },
  }),
  over('limits of one kind are replaced', 'ulimits: {nofile: {soft: 1, hard: 2}}', 'ulimits: {nofile: 3}', {
    'web.ulimits': { nofile: '3 over:3' },
  }),
  over('a list is taken away', 'ports: ["80:80"]\nimage: a', 'ports: !reset []', {
    'web.ports': undefined,
    'web.image': 'a base:4',
  }),
  over('a text is taken away', 'user: root', 'user: !reset null', { 'web.user': undefined }),
  over('one variable is taken away', 'environment: {A: 1, B: 2}', 'environment: {A: !reset null}', {
    'web.environment': { B: '2 base:3' },
  }),
  over('a list is replaced', 'ports: ["80:80"]', 'ports: !override ["81:80"]', { 'web.ports': ['81:80 over:3'] }),
  over('a map is replaced', 'environment: {A: 1, B: 2}', 'environment: !override {C: 3}', {
    'web.environment': { C: '3 over:3' },
  }),
  over('anchors of both files', 'environment: &e\n  A: 1\nlabels: *e', 'labels: &l\n  A: 2\nannotations: *l', {
    'web.labels': { A: '2 over:4' },
    'web.annotations': { A: '2 over:4' },
    'web.environment': { A: '1 base:4' },
  }),
  {
    title: 'a service that only the override has',
    files: {
      'docker-compose.yml': 'services:\n  a: {image: x}\n',
      'docker-compose.override.yml': 'services:\n  b:\n    image: y\n',
    },
    set: ['docker-compose.yml', 'docker-compose.override.yml'],
    expected: { 'a.image': 'x docker-compose.yml:2', 'b.image': 'y docker-compose.override.yml:3' },
  },
  {
    title: 'a service that is taken away',
    files: {
      'compose.yaml': 'services:\n  a: {image: x}\n  b: {image: y}\n',
      'compose.override.yml': 'services:\n  b: !reset null\n',
    },
    set: ['compose.yaml', 'compose.override.yml'],
    expected: { 'a.image': 'x base:2', b: undefined },
  },
  {
    title: 'an override of another spelling, in a folder',
    files: { 'x/compose.yml': service('image: a'), 'x/docker-compose.override.yaml': service('user: b') },
    set: ['x/compose.yml', 'x/docker-compose.override.yaml'],
    expected: { 'web.image': 'a x/compose.yml:3', 'web.user': 'b x/docker-compose.override.yaml:3' },
  },
  {
    title: 'several documents of one file',
    files: { 'compose.yaml': `${service('image: a\nuser: b')}---\n${service('user: c')}` },
    set: ['compose.yaml'],
    expected: { 'web.image': 'a base:3', 'web.user': 'c base:8' },
  },
  {
    title: 'files that COMPOSE_FILE names',
    files: {
      '.env': 'COMPOSE_FILE=compose.yaml:prod/compose.yaml\n',
      'compose.yaml': service('image: a'),
      'compose.override.yaml': service('image: b'),
      'prod/compose.yaml': service('image: c'),
    },
    set: ['compose.yaml', 'prod/compose.yaml'],
    expected: { 'web.image': 'c prod/compose.yaml:3' },
  },
];

/** Services that extend others. */
export const EXTENSIONS: readonly MergeCase[] = [
  {
    title: 'a service of the same file',
    files: {
      'compose.yaml':
        'services:\n  base:\n    privileged: true\n    ports: ["80:80"]\n  web:\n    extends: base\n    ports: ["81:81"]\n',
    },
    set: ['compose.yaml'],
    expected: {
      'web.privileged': 'true base:3',
      'web.ports': ['80:80 base:4', '81:81 base:7'],
      'web.extends': undefined,
      'base.ports': ['80:80 base:4'],
    },
  },
  {
    title: 'a service of another file, and its own base',
    files: {
      'compose.yaml':
        'services:\n  web:\n    extends:\n      file: ../common/c.yaml\n      service: web\n    user: a\n'.replace(
          '../',
          '',
        ),
      'common/c.yaml':
        'services:\n  web:\n    extends: {file: ../root.yaml, service: root}\n    user: b\n    restart: always\n',
      'root.yaml': 'services:\n  root:\n    image: i\n    restart: "no"\n',
    },
    set: ['compose.yaml'],
    expected: {
      'web.user': 'a base:6',
      'web.restart': 'always common/c.yaml:5',
      'web.image': 'i root.yaml:3',
      'web.extends': undefined,
    },
  },
  {
    title: 'a value of the base is taken away, another replaced',
    files: {
      'compose.yaml':
        'services:\n  base: {ports: ["80:80"], cap_add: [A], image: i}\n  web:\n    extends: {service: base}\n    ports: !reset null\n    cap_add: !override [B]\n',
    },
    set: ['compose.yaml'],
    expected: { 'web.ports': undefined, 'web.cap_add': ['B base:6'], 'web.image': 'i base:2' },
  },
  {
    title: 'what is extended is the other file alone, not its override',
    files: {
      'compose.yaml': 'services:\n  base: {image: a}\n  web:\n    extends: base\n',
      'compose.override.yaml': 'services:\n  base: {image: b}\n',
    },
    set: ['compose.yaml', 'compose.override.yaml'],
    expected: { 'web.image': 'a base:2', 'base.image': 'b over:2' },
  },
  {
    title: 'an override that extends',
    files: {
      'compose.yaml': service('image: a'),
      'compose.override.yaml': 'services:\n  web:\n    extends: {file: c.yaml, service: x}\n',
      'c.yaml': 'services:\n  x:\n    image: b\n    user: u\n',
    },
    set: ['compose.yaml', 'compose.override.yaml'],
    expected: { 'web.image': 'b c.yaml:3', 'web.user': 'u c.yaml:4' },
  },
  {
    title: 'through an anchor',
    files: {
      'compose.yaml':
        'x-e: &e\n  extends: {service: base}\nservices:\n  base: {image: a, user: b}\n  web:\n    <<: *e\n    image: c\n',
    },
    set: ['compose.yaml'],
    expected: { 'web.image': 'c base:7', 'web.user': 'b base:4' },
  },
  {
    title: 'a circle ends, and the rest is there',
    files: { 'compose.yaml': 'services:\n  a: {extends: b, image: i}\n  b: {extends: a, user: u}\n' },
    set: ['compose.yaml'],
    expected: { 'a.image': 'i base:2', 'a.user': 'u base:3', 'b.user': 'u base:3' },
  },
  {
    title: 'a file that is not there',
    files: { 'compose.yaml': 'services:\n  a:\n    extends: {file: c.yaml, service: x}\n    image: i\n' },
    set: ['compose.yaml'],
    expected: { 'a.image': 'i base:4', 'a.extends': { file: 'c.yaml base:3', service: 'x base:3' } },
  },
];

/** Files that are included. */
export const INCLUSIONS: readonly MergeCase[] = [
  {
    title: 'short form',
    files: {
      'compose.yaml': 'include: [db/compose.yaml]\nservices:\n  web: {image: a}\n',
      'db/compose.yaml': 'services:\n  db: {image: b}\n',
    },
    set: ['compose.yaml'],
    expected: { 'web.image': 'a base:3', 'db.image': 'b db/compose.yaml:2' },
  },
  {
    title: 'a file without services of its own',
    files: { 'compose.yaml': 'include:\n  - db.yaml\n', 'db.yaml': 'services:\n  db: {image: b}\n' },
    set: ['compose.yaml'],
    expected: { 'db.image': 'b db.yaml:2' },
  },
  {
    title: 'several files, the later over the earlier, and the folder of their own',
    files: {
      'compose.yaml': 'include:\n  - path: [sub/a.yaml, sub/b.yaml]\n    project_directory: other\nservices: {}\n',
      'sub/a.yaml': 'services:\n  db:\n    image: a\n    extends: {file: c.yaml, service: x}\n',
      'sub/b.yaml': 'services:\n  db: {image: b}\n',
      'other/c.yaml': 'services:\n  x: {user: u}\n',
    },
    set: ['compose.yaml'],
    expected: { 'db.image': 'b sub/b.yaml:2', 'db.user': 'u other/c.yaml:2' },
  },
  {
    title: 'an override of what is included',
    files: {
      'compose.yaml': 'include: [db.yaml]\n',
      'compose.override.yaml': 'services:\n  db: {user: u}\n',
      'db.yaml': 'services:\n  db: {image: b, user: root}\n',
    },
    set: ['compose.yaml', 'compose.override.yaml'],
    expected: { 'db.image': 'b db.yaml:2', 'db.user': 'u over:2' },
  },
  {
    title: 'files that include others, relative to their own folder',
    files: {
      'compose.yaml': 'include: [a/b/one.yaml]\n',
      'a/b/one.yaml': 'include: [../two.yaml]\nservices:\n  one: {image: 1}\n',
      'a/two.yaml': 'services:\n  two: {image: 2}\n',
    },
    set: ['compose.yaml'],
    expected: { 'one.image': '1 a/b/one.yaml:3', 'two.image': '2 a/two.yaml:2' },
  },
  {
    title: 'a circle ends',
    files: {
      'compose.yaml': 'include: [one.yaml]\nservices:\n  web: {image: a}\n',
      'one.yaml': 'include: [compose.yaml]\nservices:\n  one: {image: b}\n',
    },
    set: ['compose.yaml'],
    expected: { 'web.image': 'a base:3', 'one.image': 'b one.yaml:3' },
  },
  {
    title: 'variables: those of the including file win over those of the included',
    files: {
      '.env': 'A=outer\n',
      'compose.yaml': 'include: [sub/c.yaml]\nservices:\n  web: {image: "${A}-${B:-none}"}\n',
      'sub/.env': 'A=inner\nB=inner\n',
      'sub/c.yaml': 'services:\n  db: {image: "${A}-${B}"}\n',
    },
    set: ['compose.yaml'],
    expected: { 'web.image': 'outer-none base:3', 'db.image': 'outer-inner sub/c.yaml:2' },
  },
  {
    title: 'variables of an env file that is named',
    files: {
      'compose.yaml': 'include:\n  - {path: sub/c.yaml, env_file: [x.env, y.env]}\n',
      'x.env': 'A=1\nB=1\n',
      'y.env': 'B=2\n',
      'sub/.env': 'A=no\n',
      'sub/c.yaml': 'services:\n  db: {image: "${A}-${B}"}\n',
    },
    set: ['compose.yaml'],
    expected: { 'db.image': '1-2 sub/c.yaml:2' },
  },
];

/** Values from `.env`. */
export const VARIABLES: readonly MergeCase[] = [
  {
    title: 'all operators',
    files: {
      '.env': 'SET=s\nEMPTY=\n',
      'compose.yaml': service(
        [
          'image: ${SET}',
          'user: ${SET:-d}',
          'hostname: ${EMPTY:-d}',
          'ipc: ${EMPTY-d}',
          'pid: ${SET:+x}',
          'restart: a${EMPTY:+x}b',
          'platform: a${EMPTY+x}b',
          'runtime: ${SET:?x}',
          'uts: $$SET',
          'working_dir: ${NOT:-${SET}}',
        ].join('\n'),
      ),
    },
    set: ['compose.yaml'],
    expected: {
      'web.image': 's base:3',
      'web.user': 's base:4',
      'web.hostname': 'd base:5',
      'web.ipc': ' base:6',
      'web.pid': 'x base:7',
      'web.restart': 'a\uFFFCb base:8',
      'web.platform': 'axb base:9',
      'web.runtime': 's base:10',
      'web.uts': '$SET base:11',
      'web.working_dir': 's base:12',
    },
  },
  {
    title: 'an override reads the .env of the first file',
    files: {
      'a/.env': 'T=1\n',
      'a/compose.yaml': service('image: x'),
      'a/compose.override.yaml': service('image: x:$T'),
    },
    set: ['a/compose.yaml', 'a/compose.override.yaml'],
    expected: { 'web.image': 'x:1 a/compose.override.yaml:3' },
  },
];
