import { describe, expect, it } from 'vitest';
import type { ComposeNode } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { everyScalar } from '../../rules/compose/queries.js';
import { TEXTS } from '../../rules/compose/texts.js';
import { growth, LINEAR } from '../growth.js';
import { shapesOf } from './shapes.js';

/** The source of each scalar by its path, and of each entry that holds more. */
function sources(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const collect = (node: ComposeNode, path: string): void => {
    const written = text.slice(node.range.start, node.range.end);
    if (path !== '') found[path] = node.inherited ? `*${written}` : written;
    if (node.kind === 'list') for (const [index, it] of node.items.entries()) collect(it, `${path}[${index}]`);
    if (node.kind === 'map')
      for (const it of node.entries) collect(it.value, path === '' ? it.key.value : `${path}.${it.key.value}`);
  };
  for (const root of parseCompose(text).roots) collect(root, '');
  return found;
}

describe('ranges', () => {
  it.each<readonly [title: string, text: string, path: string, source: string]>([
    ['plain', 'a: b # c\n', 'a', 'b'],
    ['plain over two lines', 'a: b\n  c # d\n', 'a', 'b\n  c'],
    ['single quotes', "a: 'it''s' # c", 'a', "'it''s'"],
    ['double quotes', 'a: "b\\"c"', 'a', '"b\\"c"'],
    ['no value', 'a:\nb: c\n', 'a', ''],
    ['no value but a comment', 'a: # c\nb: c\n', 'a', ''],
    ['literal block', 'a: |\n  b\n   c\n\n\nd: e\n', 'a', '|\n  b\n   c'],
    ['folded block with a comment behind', 'a: >- # c\n  b\n# d\n', 'a', '>- # c\n  b'],
    ['empty block', 'a: |\nb: c', 'a', '|'],
    ['block map', 'a:\n  b: c # d\n\n  # e\nf: g\n', 'a', 'b: c'],
    ['block list', 'a:\n- b\n- c # d\n# e\n', 'a', '- b\n- c'],
    ['list item that is a map', 'a:\n  - b: c\n    d: e\n', 'a[0]', 'b: c\n    d: e'],
    ['flow list', 'a: [b, "c" ] # d', 'a', '[b, "c" ]'],
    ['flow map over lines', 'a: {b: c,\n  d: e\n} # f', 'a', '{b: c,\n  d: e\n}'],
    ['pair in a flow list', 'a: [b: c]', 'a[0]', 'b: c'],
    ['anchor and tag before a value', 'a: &b !c d', 'a', 'd'],
    ['anchored map', 'a: &b\n  c: d\n', 'a', 'c: d'],
    ['alias', 'a: &b c\nd: *b # e\n', 'd', '*c'],
    ['BOM', '\uFEFFa: b', 'a', 'b'],
    ['CRLF', 'a: |\r\n  b\r\n\r\nc: d\r\n', 'a', '|\r\n  b'],
    ['astral characters', '😀: 😀 # x', '😀', '😀'],
    ['explicit key', '? a\n: b\n', 'a', 'b'],
    ['document marks', '---\na: b\n...\n', 'a', 'b'],
  ])('%s', (_, text, path, source) => {
    expect(sources(text)[path]).toBe(source);
    expect(parseCompose(text).errors).toEqual([]);
  });

  it('of an entry end with its own value, also where that is an alias', () => {
    const text = 'a: &b c\nd: *b # e\n';
    const entry = parseCompose(text).roots[0]?.get('d');
    expect(entry && text.slice(entry.range.start, entry.range.end)).toBe('d: *b');
    expect(entry).toMatchObject({ inherited: false, value: { inherited: true } });
  });

  it('of comments', () => {
    const text = '# a\r\nb: c # d\n  #e\nf: "#g"\nh: |\n  # i\nj: k#l\n';
    const { comments } = parseCompose(text);
    expect(comments.map((it) => [it.text, it.ownLine])).toEqual([
      ['# a', true],
      ['# d', false],
      ['#e', true],
    ]);
    expect(comments.map((it) => text.slice(it.range.start, it.range.end))).toEqual(['# a', '# d', '#e']);
  });
});

describe('values', () => {
  it.each<readonly [source: string, value: unknown, text: string]>([
    ['0', 0, '0'],
    ['0022', 22, '0022'],
    ['0x1F', 31, '0x1F'],
    ['1.50', 1.5, '1.50'],
    ['22:22', '22:22', '22:22'],
    ['true', true, 'true'],
    ['True', true, 'True'],
    ['yes', 'yes', 'yes'],
    ['"true"', 'true', 'true'],
    ['~', null, ''],
    ['null', null, ''],
    ['""', '', ''],
    ['{{ x }}', undefined, ''],
    ['|\n  b\n', 'b\n', 'b\n'],
    ['>\n  b\n  c\n', 'b c\n', 'b c\n'],
    ['"a\\u0041\\n"', 'aA\n', 'aA\n'],
    ['2024-01-01', '2024-01-01', '2024-01-01'],
  ])('%s', (source, value, text) => {
    const node = parseCompose(`a: ${source}`).roots[0]?.get('a')?.value;
    if (value === undefined) expect(node?.kind).toBe('map');
    else expect(node).toMatchObject({ kind: 'scalar', value, text });
  });
});

describe('aliases and merge keys', () => {
  const keys = (text: string): readonly (readonly [string, boolean])[] =>
    (parseCompose(text).services[0]?.node.entries ?? []).map((it) => [it.key.value, it.inherited]);

  it.each<readonly [title: string, merge: string, expected: readonly (readonly [string, boolean])[]]>([
    [
      'own entries win and come first',
      '<<: *a\n    x: 2',
      [
        ['x', false],
        ['y', true],
      ],
    ],
    [
      'of several the first wins',
      '<<: [*b, *a]',
      [
        ['x', true],
        ['z', true],
        ['y', true],
      ],
    ],
    ['a map in place is nobody else’s', '<<: {w: 1}', [['w', false]]],
    [
      'nested',
      '<<: *c',
      [
        ['v', true],
        ['x', true],
        ['y', true],
      ],
    ],
    ['quoted it is a key like others', '"<<": *a', [['<<', false]]],
    ['a scalar gives nothing', '<<: *s', []],
  ])('%s', (_, merge, expected) => {
    const text = `x-a: &a {x: 1, y: 1}\nx-b: &b {x: 3, z: 3}\nx-c: &c {<<: *a, v: 4}\nx-s: &s text\nservices:\n  web:\n    ${merge}\n`;
    expect(keys(text)).toEqual(expected);
    expect(parseCompose(text).errors).toEqual([]);
  });

  it('take the nearest anchor above, and none of another document', () => {
    expect(shapesOf(parseCompose('a: &x 1\nb: *x\nc: &x 2\nd: *x\n'))).toEqual(
      shapesOf(parseCompose('a: 1\nb: 1\nc: 2\nd: 2\n')),
    );
    expect(parseCompose('a: &x 1\n---\nb: *x\n').errors.map((it) => it.message.template)).toEqual([
      TEXTS.unknownAnchor,
    ]);
  });

  it('are followed once by everyScalar', () => {
    const document = parseCompose('x-a: &a {k: v}\nservices:\n  web: {<<: *a, e: *a, f: [g]}\n  db: *a\n');
    expect(everyScalar(document).map((it) => it.path.join('.'))).toEqual(['x-a.k', 'services.web.f.0']);
  });

  it('may stand for a whole service, which is then inherited', () => {
    const [, db] = parseCompose('services:\n  web: &w {image: x}\n  db: *w\n').services;
    expect(db).toMatchObject({ name: { value: 'db' }, node: { inherited: true } });
    expect(db?.get('image')).toMatchObject({ inherited: true, value: { text: 'x', inherited: true } });
  });

  it('keep what they are asked of small: nine to the power of thirty', () => {
    const lines = Array.from(
      { length: 30 },
      (_, it) => `a${it + 1}: &a${it + 1} [${Array(9).fill(`*a${it}`).join(', ')}]`,
    );
    const text = `a0: &a0 [x]\n${lines.join('\n')}\nservices: {web: {image: x, a: *a30}}\n`;
    const document = parseCompose(text);
    expect(document.errors.map((it) => it.message.template)).toEqual([TEXTS.tooManyAliases]);
    expect(document.services[0]?.get('image')?.value).toMatchObject({ text: 'x' });
    expect(JSON.stringify(shapesOf(document)).length).toBeLessThan(40_000_000);
  });

  it('that refer to what holds them have no value', () => {
    const document = parseCompose('services: &s\n  web: &w\n    image: x\n    a: *w\n    b: [*s]\n');
    expect(document.errors.map((it) => it.message.template)).toEqual([TEXTS.recursiveAlias, TEXTS.recursiveAlias]);
    expect(document.services[0]?.get('a')?.value).toMatchObject({ value: null });
  });
});

describe('tags, documents and other shapes', () => {
  it('reads YAML 1.1 like any other', () => {
    const text =
      '%YAML 1.1\n---\nx: &x {a: 2024-01-01, b: yes, c: 22:22, d: !!timestamp 2024-01-01, e: 0022}\nservices: {w: {<<: *x}}\n';
    const { services, errors } = parseCompose(text);
    expect(errors).toEqual([]);
    expect(services[0]?.node.entries.map((it) => it.value.kind === 'scalar' && it.value.value)).toEqual([
      '2024-01-01',
      'yes',
      '22:22',
      '2024-01-01',
      22,
    ]);
  });

  it('keeps tags', () => {
    const entry = (text: string): ComposeNode | undefined => parseCompose(text).roots[0]?.get('a')?.value;
    expect(entry('a: !reset []')).toMatchObject({ kind: 'list', tag: '!reset' });
    expect(entry('a: !override\n  b: c\n')).toMatchObject({ kind: 'map', tag: '!override' });
    expect(entry('a: !reset null')).toMatchObject({ kind: 'scalar', tag: '!reset' });
    expect(entry('a: b')).not.toHaveProperty('tag');
  });

  it('reads every document', () => {
    const { roots, services } = parseCompose('services: {a: {}}\n---\nservices: {b: {}}\n---\n# nothing\n');
    expect(roots.length).toBe(2);
    expect(services.map((it) => it.name.value)).toEqual(['a', 'b']);
    expect(services.map((it) => it.entry.key.value)).toEqual(['a', 'b']);
  });

  it('has no services where there are none', () => {
    for (const text of [
      '',
      '# c',
      'services:',
      'services: x',
      'services: [a]',
      'services: {a: b, c: }',
      'web: {image: x}',
    ])
      expect(parseCompose(text).services).toEqual([]);
  });

  it.each([
    ['- a', TEXTS.notAMap],
    ['text', TEXTS.notAMap],
    ['a: 1\nb: 2\na: 3\n', TEXTS.duplicateKey],
    ['\ta: b\n\tc: d', TEXTS.tabIndentation],
    [`a: ${'['.repeat(200)}${']'.repeat(200)}`, TEXTS.tooDeep],
  ])('says what is wrong: %j', (text, template) => {
    expect(parseCompose(text).errors.map((it) => it.message.template)).toContain(template);
  });

  it('takes the last of doubled keys, and keeps both', () => {
    const root = parseCompose('a: 1\na: 2\n').roots[0];
    expect(root?.entries.length).toBe(2);
    expect(root?.get('a')?.value).toMatchObject({ value: 2 });
  });
});

describe('size', () => {
  it.each<readonly [title: string, text: (size: number) => string]>([
    ['services', (size) => `services:\n${'  s:\n    image: x\n'.repeat(size)}`],
    ['keys of one map', (size) => Array.from({ length: size }, (_, it) => `k${it}: 1\n`).join('')],
    ['open brackets', (size) => '['.repeat(size)],
    ['open maps', (size) => 'a: {'.repeat(size)],
    ['dashes', (size) => '- '.repeat(size)],
    ['aliases', (size) => `a: &a {b: c}\nd: {<<: [${'*a,'.repeat(size)}]}`],
    [
      'chained merges',
      (size) =>
        `a0: &a0 {x: 1}\n${Array.from({ length: size }, (_, it) => `a${it + 1}: &a${it + 1} {<<: *a${it}, k${it}: 1}\n`).join('')}`,
    ],
    ['empty lines', (size) => '\n'.repeat(size * 10)],
    ['quotes', (size) => '"a\n'.repeat(size)],
    ['broken lines', (size) => 'a: ["b\n'.repeat(size)],
  ])('takes linear time for many %s', (_, text) =>
    expect(growth(2000, (size) => everyScalar(parseCompose(text(size))))).toBeLessThan(LINEAR),
  );
});
