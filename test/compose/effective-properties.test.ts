import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveCompose } from '../../rules/compose/effective.js';
import type { ComposeDocument, ComposeNode } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { environmentOf, portsOf, volumesOf } from '../../rules/compose/queries.js';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, verifiedFixes } from '../../rules/core/analyze.js';
import { isElsewhere, ownRange } from '../../rules/core/elsewhere.js';
import { render } from '../../rules/core/message.js';
import type { Project } from '../../rules/core/project.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { growth, LINEAR } from '../growth.js';
import { yamlFile } from './generate.js';

/** More of them now and then: `RUNS=5000 npx vitest run test/compose`. */
const RUNS = { numRuns: Number(process.env['RUNS'] ?? 150) };

const FIELDS = [
  'image: nginx:1.27',
  'image: "nginx:${TAG:-1}"',
  'build: .',
  'build: {context: x, args: [A=1, B]}',
  'build:\n      args:\n        A: $TAG',
  'command: [a, "b c"]',
  'command: a b',
  'environment: [A=1, "PASSWORD=${TAG}"]',
  'environment:\n      A: 1\n      PASSWORD: "hunter2hunter2"',
  'environment: !reset null',
  'environment: *e',
  'ports: ["80:80", 443]',
  'ports:\n      - target: 80\n        published: 80',
  'ports: !override ["81:81"]',
  'volumes: ["/var/run/docker.sock:/var/run/docker.sock", data:/x]',
  'volumes:\n      - type: bind\n        source: /\n        target: /x',
  'privileged: true',
  'privileged: !reset true',
  'cap_add: [SYS_ADMIN]',
  'cap_add: &c\n      - ALL',
  'security_opt:\n      - seccomp:unconfined',
  'user: root',
  'extends: a',
  'extends: {service: b}',
  'extends: {service: a, file: common.yaml}',
  'extends: {service: b, file: compose.yaml}',
  'logging: {driver: none}',
  'logging:\n      options: {max-size: 1m}',
  'networks: [x]',
  'networks: {x: {aliases: [y]}}',
  'depends_on: [a]',
  'env_file: .env',
  'healthcheck: {disable: true}',
  'read_only: true',
  'deploy: {resources: {limits: {memory: 1g}}}',
  '<<: *s',
];

const service = fc.uniqueArray(fc.constantFrom(...FIELDS), {
  maxLength: 5,
  selector: (it) => it.split(':', 1)[0] ?? '',
});
const TOP = [
  'include: [common.yaml]\n',
  'include:\n  - path: [common.yaml, compose.override.yaml]\n    project_directory: sub\n',
  'include: [compose.yaml]\n',
  'x-e: &e {A: 2, PASSWORD: x}\n',
  'x-s: &s\n  extends: b\n  privileged: true\n',
  'volumes: {data: {driver_opts: {type: none, o: bind, device: /etc}}}\n',
  '---\n',
];
const composeFile = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...TOP), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'web'), service, { maxKeys: 3, noNullPrototype: true }),
  )
  .map(([top, services]) => {
    const written = Object.entries(services).map(
      ([name, fields]) => `  ${name}:${fields.length > 0 ? '' : ' {}'}\n${fields.map((it) => `    ${it}\n`).join('')}`,
    );
    return `${top.join('')}services:\n${written.join('')}`;
  });
/** Cut somewhere, or no compose file at all. */
const anyFile = fc.oneof(
  { weight: 4, arbitrary: composeFile },
  { weight: 1, arbitrary: fc.tuple(composeFile, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))) },
  { weight: 1, arbitrary: yamlFile },
);
const anyProject = fc.record({
  'compose.yaml': anyFile,
  'compose.override.yaml': anyFile,
  'common.yaml': anyFile,
  '.env': fc.constantFrom(
    'TAG=1',
    'export TAG="a ${X} b"\n# c\n',
    'TAG',
    'COMPOSE_FILE=common.yaml:compose.yaml',
    '=\n"',
  ),
});

describe('any project', () => {
  it('is put together with every value at its place', () => {
    fc.assert(
      fc.property(anyProject, (files) => {
        for (const judged of Object.keys(files).filter((it) => it !== '.env')) {
          const project = projectOfTexts(judged, files);
          const document = effectiveCompose(parseCompose(files[judged as keyof typeof files]), project);
          checkAll(document, project);
          for (const it of document.notes ?? []) {
            expect(isElsewhere(it.range)).toBe(false);
            expect(it.range.end).toBeLessThanOrEqual(document.text.length);
          }
        }
      }),
      RUNS,
    );
  });

  it('is judged without a failure, and its fixes hold or are not offered', () => {
    const options = { config: { ...DEFAULT_CONFIG, profile: 'strict' as const } };
    fc.assert(
      fc.property(anyProject, (files) => {
        for (const judged of ['compose.yaml', 'compose.override.yaml'] as const) {
          const project = projectOfTexts(judged, files);
          const analysis = analyze({ kind: 'compose', text: files[judged] }, { ...options, project });
          expect(
            analysis.notices.filter((it) => it.code === 'rule-failed').map((it) => render(it.message, {})),
          ).toEqual([]);
          const [first] = analysis.findings.filter((it) => it.fixes.length > 0);
          if (first) verifiedFixes(analysis, first, { ...options, project });
        }
      }),
      { numRuns: Math.ceil(RUNS.numRuns / 5) },
    );
  });
});

/** Every value that is there, once: what an alias stands for may be there often. */
function checkAll(document: ComposeDocument, project: Project): void {
  const seen = new Set<ComposeNode>();
  const check = (node: ComposeNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    const path = (isElsewhere(node.range) ? project.fileAt(node.range.start) : undefined) ?? project.path ?? '';
    const text = path === project.path ? document.text : (project.read(path) ?? '');
    const { start, end } = ownRange(node.range);
    expect(start <= end && end <= text.length, `${start}..${end} in ${path}`).toBe(true);
    if (isElsewhere(node.range)) expect(node.inherited).toBe(true);
    if (node.kind === 'scalar') {
      // Parts of `NAME=value` are none of the file's own scalars.
      if (node.written !== '' && !node.inherited) expect(text.slice(start, end)).toBe(node.written);
      return;
    }
    if (node.tag === '!reset') expect(seen.size).toBe(1);
    const own = node.own;
    if (own) expect(isElsewhere(own.range)).toBe(false);
    for (const it of node.kind === 'list' ? node.items : node.entries.map(({ value }) => value)) check(it);
  };
  for (const root of document.roots) check(root);
  for (const it of document.services) {
    expect(it.entry.value).toBe(it.node);
    environmentOf(it);
    portsOf(it);
    volumesOf(it, document);
  }
}

describe('the time it takes', () => {
  const SETS: readonly (readonly [title: string, files: (count: number) => Readonly<Record<string, string>>])[] = [
    [
      'services in both files',
      (count) => ({
        'compose.yaml': servicesOf(count, 'image: a'),
        'compose.override.yaml': servicesOf(count, 'user: b'),
      }),
    ],
    [
      'variables of one service in both files',
      (count) => ({
        'compose.yaml': `services:\n  web:\n    environment:\n${numbered(count, (it) => `      - A${it}=1\n`)}`,
        'compose.override.yaml': `services:\n  web:\n    environment:\n${numbered(count, (it) => `      A${it}: 2\n`)}`,
      }),
    ],
    [
      'services that extend one',
      (count) => ({ 'compose.yaml': `${servicesOf(count, 'extends: base')}  base: {image: a, ports: ["80:80"]}\n` }),
    ],
    [
      'a chain of services',
      (count) => ({ 'compose.yaml': `services:\n${numbered(count, (it) => `  s${it}:\n    extends: s${it + 1}\n`)}` }),
    ],
    [
      'included files',
      (count) => ({
        'compose.yaml': `include:\n${numbered(count, (it) => `  - c${it % 50}.yaml\n`)}`,
        ...Object.fromEntries(
          Array.from({ length: 50 }, (_, it) => [`c${it}.yaml`, `services:\n  s${it}: {image: a}\n`]),
        ),
      }),
    ],
    [
      'files that include the next one twice',
      (count) =>
        Object.fromEntries(
          Array.from({ length: Math.min(count, 2000) }, (_, it) => [
            it === 0 ? 'compose.yaml' : `c${it}.yaml`,
            `include: [c${it + 1}.yaml, ./c${it + 1}.yaml]\nservices:\n  s${it}: {image: a}\n`,
          ]),
        ),
    ],
  ];
  it.each(SETS)('is linear: %s', (_, filesOf) => {
    const read = (count: number): void => {
      const files = filesOf(count);
      const document = parseCompose(files['compose.yaml'] ?? '');
      const effective = effectiveCompose(document, projectOfTexts('compose.yaml', files));
      for (const it of effective.services) environmentOf(it);
    };
    expect(growth(1000, read)).toBeLessThan(LINEAR);
  });
});

function servicesOf(count: number, body: string): string {
  return `services:\n${numbered(count, (it) => `  s${it}:\n    ${body}\n`)}`;
}

function numbered(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, it) => line(it)).join('');
}
