import { describe, expect, it } from 'vitest';
import { expand } from '../../rules/compose/interpolate.js';
import type { ComposeDocument, ComposeService } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import {
  at,
  capabilitiesOf,
  environmentOf,
  imageOf,
  interpolate,
  isFalse,
  isTrue,
  itemsOf,
  portsOf,
  scriptOf,
  securityOptions,
  textOf,
  volumesOf,
} from '../../rules/compose/queries.js';
import { UNKNOWN } from '../../rules/core/text.js';
import { filled, growth, LINEAR } from '../growth.js';

function web(body: string): {
  readonly document: ComposeDocument;
  readonly service: ComposeService;
  readonly text: string;
} {
  const text = `services:\n  web:\n${body.replaceAll(/^/gm, '    ')}\n`;
  const document = parseCompose(text);
  const service = document.services[0];
  if (!service) throw new Error(`no service in ${text}`);
  return { document, service, text };
}

type Row = readonly [written: string, expected: object, source?: string];

function rows(all: readonly Row[]): (readonly [string, object, string | undefined])[] {
  return all.map(([written, expected, source]) => [written, expected, source]);
}

describe('truth', () => {
  it.each(['true', 'True', 'TRUE', 'yes', 'on', 'y', '"true"', "'yes'", '${X:-true}', '!!bool true'])(
    '%s is true',
    (value) => {
      const node = parseCompose(`a: ${value}`).roots[0]?.get('a')?.value;
      expect([isTrue(node), isFalse(node)]).toEqual([true, false]);
    },
  );
  it.each(['false', 'no', 'off', 'n', '"false"', '${X-off}'])('%s is false', (value) => {
    const node = parseCompose(`a: ${value}`).roots[0]?.get('a')?.value;
    expect([isTrue(node), isFalse(node)]).toEqual([false, true]);
  });
  it.each(['', '~', '1', '0', '${X}', '[true]', '{a: true}', 'truely'])('%s is neither', (value) => {
    const node = parseCompose(`a: ${value}`).roots[0]?.get('a')?.value;
    expect([isTrue(node), isFalse(node)]).toEqual([false, false]);
  });
  it('of nothing is neither', () => {
    expect([isTrue(undefined), isFalse(undefined)]).toEqual([false, false]);
  });
});

describe('interpolation', () => {
  const U = UNKNOWN;
  it.each<readonly [text: string, value: string, literal: boolean]>([
    ['a', 'a', true],
    ['$$X', '$X', true],
    ['a$', 'a$', true],
    ['$1', '$1', true],
    ['$X', U, false],
    ['${X}/y', `${U}/y`, false],
    ['$X_1-y', `${U}-y`, false],
    ['${X:-d}', 'd', false],
    ['${X-d}', 'd', false],
    ['${X:-}', '', false],
    ['${X:?no}', U, false],
    ['${X?no}', U, false],
    ['${X:+d}', U, false],
    ['${X+d}', U, false],
    ['${X:-${Y:-d}}', 'd', false],
    ['${X:-a${Y}b}', `a${U}b`, false],
    ['${X:-a:b}', 'a:b', false],
    ['${X', '${X', false],
    ['${X:-a', '${X:-a', false],
    ['${}', '${}', true],
    ['${X!}', '${X!}', false],
    ['$$$X', `$${U}`, false],
    ['${X:-$$}', '$', false],
  ])('%s', (text, value, literal) => {
    expect(interpolate(text)).toEqual({ value, known: !value.includes(U), literal });
  });

  it('with a complete environment leaves nothing open', () => {
    const variables = { get: (name: string) => ({ A: 'a', E: '' })[name], complete: true };
    const value = (text: string): string => expand(text, variables).value;
    expect(['$A', '${E:-d}', '${E-d}', '$N', '${N:+x}', '${A:+x}', '${E:+x}', '${E+x}', '${A:?no}'].map(value)).toEqual(
      ['a', 'd', '', '', '', 'x', '', 'x', 'a'],
    );
  });

  it.each([
    ['open braces', (length: number) => filled('${a:-', length)],
    ['closed braces', (length: number) => '${a:-'.repeat(15) + filled('}', length)],
    ['dollars', (length: number) => filled('$', length)],
  ])('takes linear time for %s', (_, textOf) =>
    expect(growth(250_000, (length) => interpolate(textOf(length)))).toBeLessThan(LINEAR),
  );
});

describe('ports', () => {
  it.each<readonly [port: string, expected: object]>([
    ['"80"', { target: { first: 80, last: 80 }, protocol: 'tcp', known: true }],
    ['80', { target: { first: 80, last: 80 } }],
    ['22:22', { published: { first: 22, last: 22 }, target: { first: 22, last: 22 }, known: true }],
    ['"8080:80/udp"', { published: { first: 8080, last: 8080 }, protocol: 'udp' }],
    ['"8080:80/UDP"', { protocol: 'udp' }],
    ['"3000-3005"', { target: { first: 3000, last: 3005 } }],
    ['"9090-9091:8080-8081"', { published: { first: 9090, last: 9091 }, target: { first: 8080, last: 8081 } }],
    ['"127.0.0.1:80:80"', { hostAddress: '127.0.0.1', published: { first: 80, last: 80 } }],
    ['"127.0.0.1::80"', { hostAddress: '127.0.0.1', target: { first: 80, last: 80 }, known: true }],
    ['"[::1]:80:80"', { hostAddress: '::1', published: { first: 80, last: 80 } }],
    ['"::1:80:80"', { hostAddress: '::1', published: { first: 80, last: 80 } }],
    ['"${IP:-127.0.0.1}:80:80"', { hostAddress: '127.0.0.1', published: { first: 80, last: 80 }, known: true }],
    ['"${PORT}:80"', { target: { first: 80, last: 80 }, known: false }],
    ['"${PORT:-5432}:5432"', { published: { first: 5432, last: 5432 }, known: true }],
    ['$PORT', { known: false }],
    ['"80:http"', { published: { first: 80, last: 80 }, known: false }],
    ['"90-80:1"', { known: false }],
    [
      '{target: 80, published: 8080, host_ip: 127.0.0.1, protocol: udp}',
      {
        hostAddress: '127.0.0.1',
        published: { first: 8080, last: 8080 },
        target: { first: 80, last: 80 },
        protocol: 'udp',
        known: true,
      },
    ],
    ['{target: 80, published: "8080-8090"}', { published: { first: 8080, last: 8090 }, protocol: 'tcp' }],
    ['{target: 80}', { target: { first: 80, last: 80 }, known: true }],
    ['{published: 80}', { known: false }],
  ])('%s', (port, expected) => {
    const { service, text } = web(`ports: [${port}]`);
    const [found] = portsOf(service);
    expect(found).toMatchObject(expected);
    for (const key of ['hostAddress', 'published', 'target'])
      if (!(key in expected) && 'known' in expected && expected.known === true)
        expect(found).not.toHaveProperty(key === 'target' ? 'none' : key);
    expect(text.slice(found?.range.start, found?.range.end)).toBe(port.replaceAll(/^"|"$/g, ''));
  });

  it('of other shapes are none', () => {
    expect(portsOf(web('ports: "80:80"').service)).toEqual([]);
    expect(portsOf(web('ports: [[80], "", ~]').service)).toEqual([]);
    expect(portsOf(web('image: x').service)).toEqual([]);
  });
});

describe('volumes', () => {
  it.each<readonly [volume: string, expected: object, source: string | undefined]>(
    rows([
      ['/data', { type: 'volume', target: '/data', readOnly: false }],
      ['./x:/y', { type: 'bind', source: { value: './x', known: true, literal: true }, target: '/y' }, './x'],
      ['"./x:/y:ro"', { type: 'bind', readOnly: true, options: ['ro'] }, './x'],
      ['~/x:/y:z,ro', { type: 'bind', options: ['z', 'ro'], readOnly: true }, '~/x'],
      [
        '/:/host:ro,rshared',
        { type: 'bind', source: { value: '/' }, target: '/host', options: ['ro', 'rshared'] },
        '/',
      ],
      ['data:/y', { type: 'volume', source: { value: 'data' } }, 'data'],
      ['etc:/y', { type: 'volume', source: { value: 'etc' }, device: '/etc' }, 'etc'],
      ["'C:\\a:/b'", { type: 'bind', source: { value: 'C:\\a' }, target: '/b' }, 'C:\\a'],
      ['"C:\\\\a:/b:ro"', { type: 'bind', source: { value: 'C:\\a' }, readOnly: true }],
      [
        '"//./pipe/docker_engine://./pipe/docker_engine"',
        { type: 'npipe', source: { value: '//./pipe/docker_engine' } },
      ],
      [
        '${X:-/var/run/docker.sock}:/s',
        { type: 'bind', source: { value: '/var/run/docker.sock', known: true, literal: false } },
      ],
      ['$HOME/.ssh:/s', { type: 'bind', source: { known: false, literal: false } }],
      ['/a:/b//c/', { target: '/b/c' }, '/a'],
      ['/a:/b/../../etc/.', { target: '/etc' }, '/a'],
      [
        '{type: bind, source: /var/run, target: /x, read_only: true, bind: {propagation: rslave}}',
        { type: 'bind', source: { value: '/var/run' }, target: '/x', readOnly: true, options: ['rslave'] },
        '/var/run',
      ],
      ['{type: tmpfs, target: /x}', { type: 'tmpfs', target: '/x' }],
      ['{type: volume, source: etc, target: /x}', { type: 'volume', device: '/etc' }, 'etc'],
      ['{type: image, source: alpine, target: /x}', { type: 'image' }, 'alpine'],
      ['{source: ./a, target: /x}', { type: 'bind' }, './a'],
    ]),
  )('%s', (volume, expected, source) => {
    const { document } = web('image: x');
    const text = `services:\n  web:\n    volumes:\n      - ${volume}\nvolumes:\n  data:\n  etc: {driver_opts: {type: none, o: "bind,ro", device: /etc}}\n  nfs: {driver_opts: {type: nfs, device: ":/x"}}\n`;
    const read = parseCompose(text);
    const service = read.services[0];
    expect(document.errors).toEqual(read.errors);
    const [found] = service ? volumesOf(service, read) : [];
    expect(found).toMatchObject(expected);
    if (source !== undefined) expect(text.slice(found?.source?.range.start, found?.source?.range.end)).toBe(source);
    if (!('device' in expected)) expect(found).not.toHaveProperty('device');
  });
});

describe('environment', () => {
  const variables = (body: string): readonly (readonly [string, string | undefined, string | undefined, string])[] => {
    const { service, text } = web(body);
    return environmentOf(service).map((it) => [
      it.name.value,
      it.value?.value,
      it.value && text.slice(it.value.range.start, it.value.range.end),
      text.slice(it.range.start, it.range.end),
    ]);
  };
  it('of a list', () => {
    expect(variables('environment:\n  - A=b=c # d\n  - "B=${X:-y}"\n  - C\n  - D=\n  - =e\n  - "E=\\"q\\""')).toEqual([
      ['A', 'b=c', 'b=c', 'A=b=c'],
      ['B', 'y', '${X:-y}', '"B=${X:-y}"'],
      ['C', undefined, undefined, 'C'],
      ['D', '', '', 'D='],
      ['E', '"q"', 'E=\\"q\\"', '"E=\\"q\\""'],
    ]);
  });
  it('of a map', () => {
    expect(variables('environment:\n  A: "b" # c\n  B:\n  C: 0\n  D: ""\n  E: [x]')).toEqual([
      ['A', 'b', 'b', 'A: "b"'],
      ['B', undefined, undefined, 'B:'],
      ['C', '0', '0', 'C: 0'],
      ['D', '', '', 'D: ""'],
      ['E', undefined, undefined, 'E: [x]'],
    ]);
  });
  it('says what is inherited', () => {
    const text = 'x-e: &e {A: b}\nservices:\n  web:\n    environment:\n      <<: *e\n      C: d\n';
    const service = parseCompose(text).services[0];
    expect(service && environmentOf(service).map((it) => [it.name.value, it.inherited])).toEqual([
      ['C', false],
      ['A', true],
    ]);
  });
});

describe('other lists', () => {
  it('understands both separators of security_opt', () => {
    const { service } = web(
      'security_opt: [seccomp:unconfined, "apparmor=docker-default", NO-new-privileges, "label=user:U", seccomp:./a.json]',
    );
    expect(securityOptions(service).map((it) => [it.name, it.value])).toEqual([
      ['seccomp', 'unconfined'],
      ['apparmor', 'docker-default'],
      ['no-new-privileges', undefined],
      ['label', 'user:U'],
      ['seccomp', './a.json'],
    ]);
  });
  it('normalises capabilities', () => {
    const { service } = web('cap_add: [sys_admin, CAP_NET_ADMIN, all]');
    expect(capabilitiesOf(service, 'cap_add').map((it) => it.name)).toEqual(['SYS_ADMIN', 'NET_ADMIN', 'ALL']);
    expect(capabilitiesOf(service, 'cap_drop')).toEqual([]);
  });
  it('takes a lone scalar for a list of one', () => {
    expect(itemsOf(web('tmpfs: /tmp').service.get('tmpfs')).map((it) => it.text.value)).toEqual(['/tmp']);
    expect(itemsOf(web('tmpfs:').service.get('tmpfs'))).toEqual([]);
    expect(itemsOf(undefined)).toEqual([]);
  });
  it('walks paths', () => {
    const { service } = web('deploy:\n  resources:\n    limits: {memory: 1g}');
    expect(textOf(at(service.node, 'deploy', 'resources', 'limits', 'memory'))?.value).toBe('1g');
    expect(at(service.node, 'deploy', 'nothing', 'limits')).toBeUndefined();
    expect(at(undefined, 'a')).toBeUndefined();
  });
});

describe('image', () => {
  it.each<readonly [image: string, expected: object, tag: string | undefined]>(
    rows([
      ['nginx:1.27', { name: 'nginx', tag: { value: '1.27' }, literal: true }, '1.27'],
      ['"nginx:1.27"', { name: 'nginx', tag: { value: '1.27' } }, '1.27'],
      ['${REG:-ghcr.io}/a/b:${TAG:-2}', { registry: 'ghcr.io', path: 'a/b', tag: { value: '2' }, literal: false }],
      ['nginx:$TAG', { name: 'nginx', unknown: new Set(['tag', 'digest']) }],
    ]),
  )('%s', (image, expected, tag) => {
    const { service, text } = web(`image: ${image} # c`);
    const found = imageOf(service);
    expect(found).toMatchObject(expected);
    expect(text.slice(found?.range.start, found?.range.end)).toBe(image.replaceAll('"', ''));
    if (tag !== undefined) expect(text.slice(found?.tag?.range?.start, found?.tag?.range?.end)).toBe(tag);
  });
  it('is absent without one', () => {
    for (const body of ['build: .', 'image:', 'image: ""', 'image: [a]'])
      expect(imageOf(web(body).service)).toBeUndefined();
  });
});

describe('scripts', () => {
  const commands = (body: string, key: 'command' | 'entrypoint' | 'healthcheck' = 'command'): readonly string[] => {
    const { service, text } = web(body);
    return (scriptOf(service, key)?.commands ?? []).map((it) => {
      const last = it.words.at(-1);
      return `${it.words.map((word) => word.value).join('|')} @${last ? text.slice(last.range.start, last.range.end) : ''}`;
    });
  };

  it.each<readonly [title: string, body: string, expected: readonly string[]]>([
    ['a string is split into words', 'command: npm run "a b" --x=\'y\'', ["npm|run|a b|--x=y @--x='y'"]],
    ['no shell reads it', 'command: a b && c', ['a|b @b']],
    ['nor its redirections', 'command: a b 2>/dev/null', ['a|b @b']],
    ['unless it starts one', 'command: sh -c "a && b $$X"', ['sh|-c|a && b $X @"a && b $$X"', 'a @a', 'b|$X @$$X']],
    ['variables of compose stay', 'command: a ${X:-b c} $Y', ['a|${X:-b c}|$Y @$Y']],
    ['backslashes join', 'command: a b\\ c', ['a|b c @b\\ c']],
    ['a list is an argument vector', 'command: [a, "b && c"]', ['a|b && c @b && c']],
    [
      'with sh -c',
      `command: ["sh", "-c", "a \\"b\\" && c"]`,
      ['sh|-c|a "b" && c @a \\"b\\" && c', 'a|b @\\"b\\"', 'c @c'],
    ],
    [
      'a block',
      'command:\n  - sh\n  - -c\n  - |\n    a b \\\n      && c\n',
      ['sh|-c|a b \\\n  && c\n @a b \\\n          && c', 'a|b @b', 'c @c'],
    ],
    ['a folded string', 'command: >\n  sh -c "a\n  && b"', ['sh|-c|a && b @"a\n      && b"', 'a @a', 'b @b']],
    ['after an entry point that is a shell', 'entrypoint: ["/bin/bash", "-ec"]\ncommand: ["a && b"]', ['a @a', 'b @b']],
    ['nothing', 'command:', []],
    ['an empty list', 'command: []', []],
  ])('%s', (_, body, expected) => {
    expect(commands(body)).toEqual(expected);
  });

  it('of health checks', () => {
    expect(commands('healthcheck: {test: curl -f x || exit 1}', 'healthcheck')).toEqual(['curl|-f|x @x', 'exit|1 @1']);
    expect(commands('healthcheck: {test: ["CMD-SHELL", "a || b"]}', 'healthcheck')).toEqual(['a @a', 'b @b']);
    expect(commands('healthcheck: {test: ["CMD", "a", "b || c"]}', 'healthcheck')).toEqual(['a|b || c @b || c']);
    expect(commands('healthcheck: {test: ["NONE"]}', 'healthcheck')).toEqual([]);
    expect(commands('healthcheck: {disable: true}', 'healthcheck')).toEqual([]);
  });
});
