import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Config, DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, verifiedFixes } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { render } from '../../rules/core/message.js';
import { lineStarts, positionAt } from '../../rules/core/text.js';
import { createProjects } from '../../workspace/project.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { repository } from '../workspace/folder.js';

type Files = Readonly<Record<string, string>>;
const STRICT = { ...DEFAULT_CONFIG, profile: 'strict' as const };

/** `rule:line` of the findings of some rules in one file of a project, seen with the others. */
function found(judged: string, files: Files, ...rules: readonly string[]): readonly string[] {
  return judge(judged, files, rules).findings.map(
    ({ rule, range }) => `${rule.id}:${positionAt(lineStarts(files[judged] ?? ''), range.start).line + 1}`,
  );
}

function judge(judged: string, files: Files, rules: readonly string[], sets: readonly (readonly string[])[] = []) {
  const project = projectOfTexts(judged, files);
  const config = { ...STRICT, compose: { sets } };
  return analyze({ kind: 'compose', text: files[judged] ?? '' }, { config, project, only: new Set(rules) });
}

function notes(judged: string, files: Files, sets: readonly (readonly string[])[] = []): readonly string[] {
  return judge(judged, files, [], sets).notices.map((it) => {
    const { line } = positionAt(lineStarts(files[judged] ?? ''), it.range.start);
    return `${it.code} ${line + 1}: ${render(it.message, {})}`;
  });
}

const web = (...lines: readonly string[]): string => `services:\n  web:\n${lines.map((it) => `    ${it}\n`).join('')}`;

describe('a file with an override', () => {
  const both = (base: readonly string[], override: readonly string[]): Files => ({
    'compose.yaml': web(...base),
    'compose.override.yaml': web(...override),
  });

  it('has no finding where the override undoes it', () => {
    const files = both(['image: a:1', 'privileged: true'], ['privileged: false']);
    expect(found('compose.yaml', files, 'privileged-service')).toEqual([]);
    expect(found('compose.override.yaml', files, 'privileged-service')).toEqual([]);
  });

  it('has the finding in the override where only that does it', () => {
    const files = both(['image: a:1'], ['privileged: true']);
    expect(found('compose.yaml', files, 'privileged-service')).toEqual([]);
    expect(found('compose.override.yaml', files, 'privileged-service')).toEqual(['privileged-service:3']);
  });

  it('has the finding where the value is, and once', () => {
    const files = both(['image: a:1', 'privileged: true'], ['user: "1000"']);
    expect(found('compose.yaml', files, 'privileged-service')).toEqual(['privileged-service:4']);
    expect(found('compose.override.yaml', files, 'privileged-service')).toEqual([]);
  });

  it('lacks something where the service is defined, unless the other file has it', () => {
    const files = both(['image: a:1'], ['user: "1000"']);
    expect(found('compose.yaml', files, 'writable-rootfs')).toEqual(['writable-rootfs:2']);
    expect(found('compose.override.yaml', files, 'writable-rootfs')).toEqual([]);
    const cured = both(['image: a:1'], ['read_only: true']);
    expect(found('compose.yaml', cured, 'writable-rootfs')).toEqual([]);
    expect(found('compose.override.yaml', cured, 'writable-rootfs')).toEqual([]);
  });

  it('lacks nothing in an override that is judged alone', () => {
    const missing = [
      'writable-rootfs',
      'undropped-capabilities',
      'new-privileges-allowed',
      'unlimited-resources',
      'unbounded-logs',
      'missing-healthcheck',
    ];
    const files = { 'compose.prod.yaml': web('environment: {A: 1}') };
    expect(found('compose.prod.yaml', files, ...missing)).toEqual([]);
    expect(
      found('compose.prod.yaml', { 'compose.prod.yaml': web('image: node:24', 'ports: ["80:80"]') }, ...missing),
    ).toHaveLength(6);
  });

  it('is judged together with the files of a set', () => {
    const files = { 'compose.yaml': web('image: a:1', 'privileged: true'), 'prod.yaml': web('privileged: false') };
    const sets = [['/compose.yaml', '/prod.yaml']];
    expect(judge('compose.yaml', files, ['privileged-service']).findings).toHaveLength(1);
    expect(judge('compose.yaml', files, ['privileged-service'], sets).findings).toEqual([]);
    const first = [['/compose.yaml'], ...sets];
    expect(judge('compose.yaml', files, ['privileged-service'], first).findings).toHaveLength(1);
  });

  it('gets its fix in the file that has the value', () => {
    const files = both(['image: a:1', 'cap_add: [SYS_ADMIN]'], ['cap_add: [SYS_MODULE]', 'user: "1000"']);
    expect(fixed('compose.yaml', files, 'dangerous-capability')).toBe(web('image: a:1'));
    expect(fixed('compose.override.yaml', files, 'dangerous-capability')).toBe(web('user: "1000"'));
  });

  it('goes as a whole where its last key is the wrong one, unless nothing else is there', () => {
    const files = both(['image: a:1'], ['privileged: true']);
    expect(fixed('compose.override.yaml', files, 'privileged-service')).toBeUndefined();
    const more = { ...files, 'compose.override.yaml': `${web('privileged: true')}  other:\n    image: b:1\n` };
    expect(fixed('compose.override.yaml', more, 'privileged-service')).toBe('services:\n  other:\n    image: b:1\n');
  });

  it('gets an item of a list beside that of the other file', () => {
    const files = both(['image: a:1'], ['cap_drop: [NET_RAW]']);
    const expected = web('image: a:1', 'cap_drop:', '  - ALL');
    expect(fixed('compose.yaml', files, 'undropped-capabilities')).toBe(expected);
  });

  it('gets what it lacks as a key of its own', () => {
    const files = both(['image: a:1'], ['user: "1000"']);
    expect(fixed('compose.yaml', files, 'writable-rootfs')).toBe(web('image: a:1', 'read_only: true'));
  });
});

describe('what an anchor sets for several services', () => {
  const x = (line: string): string => `x-c: &c [SYS_ADMIN, CHOWN]\n${web('image: a:1', line)}`;

  it('is replaced where its alias stands', () => {
    const text = x('cap_add: *c # all');
    expect(fixed('compose.yaml', { 'compose.yaml': text }, 'dangerous-capability')).toBe(x('cap_add: [CHOWN] # all'));
  });

  it('is left where something stands around the alias', () => {
    const text = x('cap_add:\n      *c');
    expect(found('compose.yaml', { 'compose.yaml': text }, 'dangerous-capability')).toEqual(['dangerous-capability:3']);
    expect(fixed('compose.yaml', { 'compose.yaml': text }, 'dangerous-capability')).toBeUndefined();
  });

  it('gets a key of its own beside the override', () => {
    const base = `x-s: &s\n  cap_add: [SYS_ADMIN, CHOWN]\n${web('<<: *s', 'image: a:1')}`;
    const files = { 'compose.yaml': base, 'compose.override.yaml': web('cap_add: [KILL]') };
    expect(fixed('compose.yaml', files, 'dangerous-capability')).toBe(`${base}    cap_add:\n      - CHOWN\n`);
  });
});

function fixed(judged: string, files: Files, rule: string): string | undefined {
  const options = { config: STRICT, project: projectOfTexts(judged, files), only: new Set([rule]) };
  const analysis = analyze({ kind: 'compose', text: files[judged] ?? '' }, options);
  const [finding] = analysis.findings;
  const fix = finding && verifiedFixes(analysis, finding, options)[0];
  return fix && applyEdits(files[judged] ?? '', fix.edits);
}

describe('a service that extends another', () => {
  it('does not repeat what is wrong with that', () => {
    const files = {
      'compose.yaml':
        'services:\n  base:\n    image: a:1\n    privileged: true\n  web:\n    extends: base\n  off:\n    extends: base\n    privileged: false\n',
    };
    expect(found('compose.yaml', files, 'privileged-service')).toEqual(['privileged-service:4']);
    const alone = analyze(
      { kind: 'compose', text: files['compose.yaml'] },
      { config: STRICT, project: { ...projectOfTexts('x', {}), path: 'x' }, only: new Set(['privileged-service']) },
    );
    expect(alone.findings).toHaveLength(1);
  });

  it('lacks what neither has', () => {
    const files = {
      'compose.yaml':
        'services:\n  web:\n    extends: {file: c.yaml, service: a}\n  other:\n    extends: {file: c.yaml, service: b}\n',
      'c.yaml': 'services:\n  a:\n    image: x:1\n    read_only: true\n  b:\n    image: x:1\n',
    };
    expect(found('compose.yaml', files, 'writable-rootfs')).toEqual(['writable-rootfs:4']);
    expect(found('c.yaml', files, 'writable-rootfs')).toEqual(['writable-rootfs:5']);
  });

  it('lacks nothing where the other cannot be read', () => {
    const files = { 'compose.yaml': 'services:\n  web:\n    image: x:1\n    extends: {file: ../c.yaml, service: a}\n' };
    expect(found('compose.yaml', files, 'writable-rootfs', 'unbounded-logs')).toEqual([]);
  });
});

describe('an included file', () => {
  it('has its own findings', () => {
    const files = {
      'compose.yaml': 'include: [db.compose.yaml]\nservices:\n  web: {image: "a:1", privileged: true}\n',
      'db.compose.yaml': 'services:\n  db: {image: "b:1", privileged: true}\n',
    };
    expect(found('compose.yaml', files, 'privileged-service')).toEqual(['privileged-service:3']);
    expect(found('db.compose.yaml', files, 'privileged-service')).toEqual(['privileged-service:2']);
  });
});

describe('a file that another one includes', () => {
  const files: Files = {
    'compose.yaml': 'include:\n  - path: [svc/db/compose.yaml]\n',
    'compose.override.yaml': 'services:\n  db:\n    privileged: false\n    read_only: true\n',
    'svc/db/compose.yaml': 'services:\n  db:\n    image: "nginx:$TAG"\n    privileged: true\n',
    '.env': 'TAG=latest\n',
  };
  const RULES = ['privileged-service', 'writable-rootfs', 'moving-tag'];

  it('is judged with what overrides it there, and the variables of there', () => {
    expect(found('svc/db/compose.yaml', files, ...RULES)).toEqual(['moving-tag:3']);
    expect(found('compose.override.yaml', files, ...RULES)).toEqual([]);
    const { 'compose.override.yaml': _, ...without } = files;
    expect(found('svc/db/compose.yaml', without, ...RULES)).toEqual([
      'writable-rootfs:2',
      'moving-tag:3',
      'privileged-service:4',
    ]);
    expect(fixed('svc/db/compose.yaml', without, 'privileged-service')).toBe(
      'services:\n  db:\n    image: "nginx:$TAG"\n',
    );
  });

  it('is judged by itself where it has an override of its own, or compose stops on the way', () => {
    const own = { ...files, 'svc/db/compose.override.yaml': 'services:\n  db: {user: "1000"}\n' };
    expect(found('svc/db/compose.yaml', own, ...RULES)).toContain('privileged-service:4');
    const stopped = {
      ...files,
      'compose.yaml': 'include:\n  - path: svc/db/compose.yaml\n    project_directory: $X\n',
    };
    expect(found('svc/db/compose.yaml', stopped, ...RULES)).toContain('privileged-service:4');
  });

  it('says itself what of its own cannot be put together', () => {
    const broken = {
      'compose.yaml': 'include: [a/b.compose.yaml]\n',
      'a/b.compose.yaml':
        'include: [c.yaml, ../compose.yaml]\nservices:\n  web: {extends: {file: d.yaml, service: x}}\n',
    };
    expect(notes('a/b.compose.yaml', broken).map((it) => it.slice(0, 30))).toEqual([
      'files 3: The file d.yaml canno',
      'files 1: The file c.yaml canno',
      'files 1: The file includes its',
    ]);
  });
});

describe('a file that is not known as a compose file', () => {
  const files = {
    'compose.yaml':
      'include: [sub/db.yaml]\nservices:\n  web:\n    extends: {file: base.yml, service: b}\n  too:\n    extends: {file: base.yml, service: b}\n  known:\n    extends: {file: compose.base.yml, service: b}\n',
    'sub/db.yaml': 'services:\n  db: {image: "a:1", privileged: true}\n',
    'base.yml': 'services:\n  b:\n    image: "b:1"\n    privileged: true\n',
    'compose.base.yml': 'services:\n  b:\n    image: "b:1"\n    privileged: true\n',
  };
  const of = (config: Partial<Config>) => {
    const options = { config: { ...STRICT, ...config }, only: new Set(['privileged-service']) };
    const project = projectOfTexts('compose.yaml', files);
    return analyze({ kind: 'compose', text: files['compose.yaml'] }, { ...options, project }).findings;
  };

  it('has its findings where it is named', () => {
    const text = files['compose.yaml'];
    expect(of({}).map((it) => text.slice(it.range.start, it.range.end))).toEqual([
      'sub/db.yaml',
      'extends: {file: base.yml, service: b}',
    ]);
    expect(
      of({}).map(({ related: [place] }) => {
        const there = files[place?.path as keyof typeof files] ?? '';
        return place && `${place.path} ${there.slice(place.range.start, place.range.end)}`;
      }),
    ).toEqual(['sub/db.yaml privileged: true', 'base.yml privileged: true']);
  });

  it('has its own where the configuration says what it is, and none where it is excluded', () => {
    expect(of({ files: { dockerfile: [], compose: ['sub/db.yaml', 'base.yml'] } })).toEqual([]);
    expect(of({ exclude: ['sub', 'base.yml'] })).toEqual([]);
  });
});

describe('a change around a file', () => {
  const opened = (files: Files): { readonly again: (name: string, text: string | undefined) => readonly string[] } => {
    const root = repository(files);
    const texts = new Map(Object.entries(files).map(([name, text]) => [path.join(root, name), text]));
    const projects = createProjects({ unsaved: (it) => texts.get(it), folderOf: () => root });
    const judged = Object.keys(files).filter((it) => it.endsWith('yaml'));
    const judgeAll = (names: readonly string[]): void => {
      for (const it of names) {
        const file = path.join(root, it);
        const text = texts.get(file);
        if (text !== undefined)
          analyze({ kind: 'compose', text }, { config: STRICT, project: projects.of(file), only: new Set() });
      }
    };
    judgeAll(judged);
    return {
      again: (name, text) => {
        const file = path.join(root, name);
        if (text === undefined) {
          texts.delete(file);
          rmSync(file);
        } else {
          texts.set(file, text);
          mkdirSync(path.dirname(file), { recursive: true });
          writeFileSync(file, text);
        }
        return projects
          .changed([file])
          .map((it) => path.relative(root, it))
          .filter((it) => it !== name)
          .toSorted();
      },
    };
  };
  const FILES: Files = {
    'compose.yaml': 'include: [db/db.yaml]\nservices:\n  web: {extends: {file: common.yaml, service: base}}\n',
    'common.yaml': 'services:\n  base: {image: "a:1"}\n',
    'db/db.yaml': 'services:\n  db: {image: "b:1"}\n',
    'other/x.yaml': 'services:\n  x: {image: "c:1"}\n',
  };

  it.each<readonly [title: string, name: string, text: string | undefined, judged: readonly string[]]>([
    ['what is extended', 'common.yaml', 'services: {}\n', ['compose.yaml']],
    ['what is extended goes', 'common.yaml', undefined, ['compose.yaml']],
    ['what is included', 'db/db.yaml', 'services: {}\n', ['compose.yaml']],
    ['an override comes', 'compose.override.yaml', 'services: {}\n', ['compose.yaml', 'db/db.yaml']],
    ['variables come', '.env', 'A=1\n', ['common.yaml', 'compose.yaml', 'db/db.yaml']],
    ['variables of what is included come', 'db/.env', 'A=1\n', ['compose.yaml', 'db/db.yaml']],
    ['another file that includes comes', 'other/compose.yaml', 'include: [x.yaml]\n', ['other/x.yaml']],
    ['what nobody asked for', 'other/y.txt', 'services: {}\n', []],
  ])('%s', (_, name, text, judged) => {
    expect(opened(FILES).again(name, text)).toEqual(judged);
  });
});

describe('variables', () => {
  it('count with the value of the .env file', () => {
    const text = web('image: "nginx:${TAG}"', 'privileged: ${PRIV:-false}');
    const rules = ['moving-tag', 'privileged-service'];
    expect(found('compose.yaml', { 'compose.yaml': text }, ...rules)).toEqual([]);
    expect(found('compose.yaml', { 'compose.yaml': text, '.env': 'TAG=latest\nPRIV=true\n' }, ...rules)).toEqual([
      'moving-tag:3',
      'privileged-service:4',
    ]);
    const set = judge('compose.yaml', { 'compose.yaml': text, '.env': 'TAG=latest\nPRIV=true\n' }, rules).findings;
    expect(set.map((it) => it.confidence)).toEqual(['high', 'high']);
    const byDefault = { 'compose.yaml': text.replace('-false', '-true') };
    expect(judge('compose.yaml', byDefault, rules).findings.map((it) => it.confidence)).toEqual(['low']);
  });
});

describe('what cannot be put together', () => {
  it.each<readonly [title: string, files: Files, expected: readonly string[]]>([
    ['nothing', { 'compose.yaml': web('image: a') }, []],
    [
      'a file that is missing',
      { 'compose.yaml': web('extends:', '  file: c.yaml', '  service: a') },
      ['files 4: The file c.yaml cannot be read from here, so what it sets is not known. Check its path.'],
    ],
    [
      'a file outside',
      { 'compose.yaml': 'include: [../c.yaml]\n' },
      ['files 1: The file ../c.yaml cannot be read from here, so what it sets is not known. Check its path.'],
    ],
    [
      'a service that is missing',
      { 'compose.yaml': web('extends: a') },
      ['files 3: No service is called a in the file that is extended, so compose stops here. Check the name.'],
    ],
    [
      'a service of another file that is missing',
      { 'compose.yaml': web('extends: {file: c.yaml, service: a}'), 'c.yaml': web('image: b') },
      ['files 3: No service is called a in the file that is extended, so compose stops here. Check the name.'],
    ],
    [
      'a circle of services',
      {
        'compose.yaml': web('extends: {file: c.yaml, service: a}'),
        'c.yaml': 'services:\n  a: {extends: {file: compose.yaml, service: web}}\n',
      },
      ['files 3: The service extends itself by way of web, so compose stops here. Break the circle.'],
    ],
    [
      'a circle of files',
      { 'compose.yaml': 'include: [c.yaml]\n', 'c.yaml': 'include: [compose.yaml]\n' },
      ['files 1: The file includes itself by way of compose.yaml, so compose stops here. Break the circle.'],
    ],
    ['what compose fetches', { 'compose.yaml': 'include: ["https://example.com/x.git", "oci://example.com/y"]\n' }, []],
    ['a name that a variable hides', { 'compose.yaml': web('extends: {file: "${F}", service: a}') }, []],
    [
      'a service that is there twice',
      { 'compose.yaml': `include: [c.yaml]\n${web('image: a')}`, 'c.yaml': web('image: b') },
      ['files 3: web is there twice, one time in an included file, so compose stops here. Rename one of them.'],
    ],
  ])('%s', (_, files, expected) => {
    expect(notes('compose.yaml', files)).toEqual(expected);
  });

  it('is said of a file of a set', () => {
    expect(notes('compose.yaml', { 'compose.yaml': web('image: a') }, [['/compose.yaml', '/prod.yaml']])).toEqual([
      'files 1: The file prod.yaml, which is read with this one, is missing, so what it sets is not known. Check its path.',
    ]);
  });

  it('is not said where a file stands alone', () => {
    const { path: _, ...alone } = projectOfTexts('', {});
    const text = web('extends: {file: c.yaml, service: a}');
    expect(analyze({ kind: 'compose', text }, { config: STRICT, project: alone, only: new Set() }).notices).toEqual([]);
  });
});
