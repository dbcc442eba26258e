import { describe, expect, it } from 'vitest';
import {
  addEntries,
  addEntry,
  addItem,
  removeEntry,
  removeItem,
  replaceScalar,
  type YamlValue,
} from '../../rules/compose/edit.js';
import type { ComposeDocument, ComposeEntry, ComposeMap, ComposeNode } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { applyEdits, type Edit } from '../../rules/core/edit.js';

/** The entries that lead to a path such as `a.b`, the last one itself included. */
function chain(document: ComposeDocument, path: string): readonly ComposeEntry[] {
  const found: ComposeEntry[] = [];
  let node: ComposeNode | undefined = document.roots[0];
  for (const key of path.split('.')) {
    const entry: ComposeEntry | undefined = node?.kind === 'map' ? node.get(key) : undefined;
    if (!entry) throw new Error(`no ${path} in ${document.text}`);
    found.push(entry);
    node = entry.value;
  }
  return found;
}

function entryAt(document: ComposeDocument, path: string): ComposeEntry {
  const entry = chain(document, path).at(-1);
  if (!entry) throw new Error(path);
  return entry;
}

/** Applied as written and with CRLF, which must come to the same. */
function after(text: string, edit: (document: ComposeDocument) => Edit | undefined): string | undefined {
  const [unix, windows] = [text, text.replaceAll('\n', '\r\n')].map((it) => {
    const found = edit(parseCompose(it));
    return found && applyEdits(it, [found]);
  });
  expect(windows).toBe(unix?.replaceAll('\n', '\r\n'));
  return unix;
}

describe('removing an entry', () => {
  const removed = (text: string, path: string, withParents = 0): string | undefined =>
    after(text, (document) => {
      const entries = chain(document, path);
      const entry = entryAt(document, path);
      return removeEntry(document, withParents === 0 ? [] : entries.slice(-1 - withParents, -1), entry);
    });

  it.each<readonly [title: string, text: string, path: string, parents: number, result: string | undefined]>([
    ['takes its comments along', 'a:\n  # why\n  # so\n  b: c # d\n  # e\n  f: g\n', 'a.b', 0, 'a:\n  # e\n  f: g\n'],
    ['leaves comments behind an empty line', 'a:\n  # x\n\n  b: c\n  f: g\n', 'a.b', 0, 'a:\n  # x\n\n  f: g\n'],
    ['leaves comments that are indented otherwise', 'a:\n# x\n  b: c\n  f: g\n', 'a.b', 0, 'a:\n# x\n  f: g\n'],
    ['with all lines of its value', 'a:\n  b:\n    - c\n    # x\n    - d\n  f: g\n', 'a.b', 0, 'a:\n  f: g\n'],
    ['with a block text', 'a:\n  b: |\n    c\n\n    d\n\n  f: g\n', 'a.b', 0, 'a:\n\n  f: g\n'],
    ['at the end of a file without a line end', 'a: b\nc: d', 'c', 0, 'a: b'],
    ['alone in the file', 'a: b\n', 'a', 0, ''],
    ['whose value is an alias', 'a: &x b\nc: *x\nd: e\n', 'c', 0, 'a: &x b\nd: e\n'],
    ['with its parents when they are empty then', 'a:\n  b:\n    c: d\ne: f\n', 'a.b.c', 2, 'e: f\n'],
    ['with no more parents than are given', 'a:\n  b:\n    c: d\ne: f\n', 'a.b.c', 1, 'a:\ne: f\n'],
    ['not with parents that hold more', 'a:\n  b:\n    c: d\n  g: h\n', 'a.b.c', 2, 'a:\n  g: h\n'],
    ['first in braces', 'a: {b: c, d: e}\n', 'a.b', 1, 'a: {d: e}\n'],
    ['last in braces', 'a: { b: c, d: e }\n', 'a.d', 1, 'a: { b: c }\n'],
    ['alone in braces, with its parent', 'a: {b: c}\nd: e\n', 'a.b', 1, 'd: e\n'],
    ['alone in braces', 'a: {b: c}\nd: e\n', 'a.b', 0, 'a: {}\nd: e\n'],
    ['in braces without being told of them', 'a: {b: c, d: e}\n', 'a.d', 0, 'a: {b: c}\n'],
    ['in braces over lines', 'a: {\n  b: c,\n  d: e\n}\n', 'a.d', 1, 'a: {\n  b: c\n}\n'],
    ['in braces beside a comment', 'a: {\n  b: c, # x\n  d: e\n}\n', 'a.b', 1, undefined],
    ['that is inherited', 'x: &x {b: c}\na:\n  <<: *x\n  d: e\n', 'a.b', 1, undefined],
    ['of an aliased map', 'x: &x {b: c, d: e}\na: *x\n', 'a.b', 1, undefined],
    ['with a tag', 'a: !reset\nb: c\n', 'a', 0, undefined],
    ['with an anchor that is used', 'a: &x b\nc: *x\n', 'a', 0, undefined],
    ['with an anchor that is not used', 'a: &x b\nc: d\n', 'a', 0, 'c: d\n'],
    ['with an explicit key', '? a\n: b\nc: d\n', 'a', 0, undefined],
  ])('%s', (_, text, path, parents, result) => {
    expect(removed(text, path, parents)).toBe(result);
  });

  it('that begins behind a dash puts the next one there', () => {
    const edit = (text: string): string | undefined =>
      after(text, (document) => {
        const list = entryAt(document, 'a');
        const map = list.value.kind === 'list' ? list.value.items[0] : undefined;
        const entry = map?.kind === 'map' ? map.get('b') : undefined;
        return map && entry && removeEntry(document, [{ ...list, value: map }], entry);
      });
    expect(edit('a:\n  - b: c # x\n    d: e\n  - f\n')).toBe('a:\n  - d: e\n  - f\n');
    expect(edit('a:\n  - b: c\n    # x\n    d: e\n')).toBeUndefined();
  });
});

describe('removing an item', () => {
  it.each<readonly [title: string, text: string, index: number, result: string | undefined]>([
    ['takes its comments along', 'a:\n  # x\n  - b # y\n  # z\n  - c\n', 0, 'a:\n  # z\n  - c\n'],
    ['that is a map', 'a:\n  - b: c\n    d: e\n  - f\n', 0, 'a:\n  - f\n'],
    ['in a compact list', 'a:\n- b\n- c\nd: e\n', 1, 'a:\n- b\nd: e\n'],
    ['the last takes the key along', 'a:\n  # x\n  - b\nd: e\n', 0, 'd: e\n'],
    ['in brackets', 'a: [b, c, d]\n', 1, 'a: [b, d]\n'],
    ['first in brackets', "a: ['b' , c]\n", 0, 'a: [c]\n'],
    ['last in brackets', 'a: [b, c ] # x\n', 1, 'a: [b ] # x\n'],
    ['alone in brackets', 'a: [b]\nc: d\n', 0, 'c: d\n'],
    ['in brackets over lines', 'a: [\n  b,\n  c,\n]\n', 1, 'a: [\n  b,\n  ]\n'],
    ['that is an alias', 'x: &x y\na:\n  - *x\n  - c\n', 0, undefined],
    ['with a tag', 'a:\n  - !t b\n  - c\n', 0, undefined],
    ['with an anchor', 'a:\n  - &x b\n  - c\n', 0, undefined],
    ['with an anchor in brackets', 'a: [&x b, c]\n', 0, undefined],
    ['of a tagged list', 'a: !override [b, c]\n', 0, undefined],
  ])('%s', (_, text, index, result) => {
    expect(
      after(text, (document) => {
        const entry = entryAt(document, 'a');
        if (entry.value.kind !== 'list') throw new Error(text);
        const item = entry.value.items[index];
        return item && removeItem(document, entry, entry.value, item);
      }),
    ).toBe(result);
  });
});

describe('replacing a scalar', () => {
  it.each<readonly [before: string, value: string, result: string | undefined]>([
    ['b', 'c', 'c'],
    ['b # x', 'c', 'c # x'],
    ['"b"', 'c', '"c"'],
    ["'b'", 'c', "'c'"],
    ["'b'", "it's", "'it''s'"],
    ["'b'", 'a\nb', '"a\\nb"'],
    ['"b"', 'say "x" \\', '"say \\"x\\" \\\\"'],
    ['b', 'say "x"', `say "x"`],
    ['b', '"x"', `'"x"'`],
    ['b', 'a: b', '"a: b"'],
    ['b', 'a #b', '"a #b"'],
    ['b', '10001:10001', '"10001:10001"'],
    ['root', '1000', '"1000"'],
    ['0', '1000', '1000'],
    ['true', 'false', 'false'],
    ['b', 'false', '"false"'],
    ['b', 'no', '"no"'],
    ['b', '', '""'],
    ['b', '${X:-y}', '"${X:-y}"'],
    ['b', '-x', '"-x"'],
    ['b', 'x\u0007', '"x\\u0007"'],
    ['', 'b', 'b'],
    ['', 'true', 'true'],
    ['# x', 'b', 'b # x'],
    ['|\n  b', 'c', '"c"'],
    ['>- # x\n  b', 'c', undefined],
    ['!t b', 'c', undefined],
  ])('%j by %j', (before, value, result) => {
    const edit = after(`a: ${before}\nz: y\n`, (document) => {
      const node = entryAt(document, 'a').value;
      return node.kind === 'scalar' ? replaceScalar(document, node, value) : undefined;
    });
    expect(edit).toBe(result === undefined ? undefined : `a: ${result}\nz: y\n`);
  });

  it('refuses what comes through an alias', () => {
    const document = parseCompose('a: &x b\nc: *x\n');
    const node = entryAt(document, 'c').value;
    expect(node.kind === 'scalar' && replaceScalar(document, node, 'd')).toBeUndefined();
  });

  it('puts a blank behind the colon', () => {
    expect(
      after('a:\n', (it) => {
        const node = entryAt(it, 'a').value;
        return node.kind === 'scalar' ? replaceScalar(it, node, 'b') : undefined;
      }),
    ).toBe('a: b\n');
  });
});

describe('adding an entry', () => {
  it.each<readonly [title: string, text: string, value: YamlValue, result: string | undefined]>([
    ['below the last one', 'a:\n  b: c # x\n\n# y\nd: e\n', 'v', 'a:\n  b: c # x\n  k: v\n\n# y\nd: e\n'],
    ['at the end without a line end', 'a:\n  b: c', 'v', 'a:\n  b: c\n  k: v'],
    [
      'with four blanks where the file has them',
      'a:\n    b: c\n',
      { x: 'y', z: ['1', 'a: b'] },
      'a:\n    b: c\n    k:\n        x: "y"\n        z:\n            - "1"\n            - "a: b"\n',
    ],
    ['with compact lists where the map has them', 'a:\n  b:\n  - c\n', ['d'], 'a:\n  b:\n  - c\n  k:\n  - d\n'],
    [
      'below nested values',
      'a:\n  b:\n    c: |\n      d\n\ne: f\n',
      'true',
      'a:\n  b:\n    c: |\n      d\n  k: true\n\ne: f\n',
    ],
    ['not below a text that keeps its empty lines', 'a:\n  b: |+\n    c\n\n', 'v', undefined],
    ['below a merge key', 'x: &x {y: z}\na:\n  <<: *x\n', 'v', 'x: &x {y: z}\na:\n  <<: *x\n  k: v\n'],
    ['over an inherited one', 'x: &x {k: z}\na:\n  <<: *x\n', 'v', 'x: &x {k: z}\na:\n  <<: *x\n  k: v\n'],
    ['not twice', 'a: {k: b}\n', 'v', undefined],
    ['in braces', 'a: {b: c} # x\n', { x: ['z'] }, 'a: {b: c, k: {x: [z]}} # x\n'],
    ['in braces with blanks', 'a: { b: c }\n', 'v', 'a: { b: c, k: v }\n'],
    ['in empty braces', 'a: {}\n', 'v', 'a: {k: v}\n'],
    ['in braces over lines', 'a: {\n  b: c,\n}\n', 'v', 'a: {\n  b: c,\n  k: v\n}\n'],
    ['in braces with a merge key', 'x: &x {y: z}\na: {<<: *x}\n', 'v', 'x: &x {y: z}\na: {<<: *x, k: v}\n'],
    ['not in braces with a comment', 'a: {b: c, # x\n  d: e}\n', 'v', undefined],
    ['not in an alias', 'x: &x {y: z}\na: *x\n', 'v', undefined],
    ['not in a tagged map', 'a: !reset {b: c}\n', 'v', undefined],
    ['empty values', 'a:\n  b: c\n', { x: [], z: {} }, 'a:\n  b: c\n  k:\n    x: []\n    z: {}\n'],
  ])('%s', (_, text, value, result) => {
    expect(
      after(text, (document) => {
        const { value: map } = entryAt(document, 'a');
        return map.kind === 'map' ? addEntry(document, map, 'k', value) : undefined;
      }),
    ).toBe(result);
  });

  it.each([
    ['a:\n  b: c\n', 'a:\n  b: c\n  k: v\n  l: [x]\n'.replace('[x]', '\n    - x')],
    ['a: {b: c}\n', 'a: {b: c, k: v, l: [x]}\n'],
    ['a: {}\n', 'a: {k: v, l: [x]}\n'],
    ['a: {b: c, l: d}\n', undefined],
  ])('and others with it: %j', (text, result) => {
    const edit = after(text, (document) => {
      const { value: map } = entryAt(document, 'a');
      return map.kind === 'map' ? addEntries(document, map, { k: 'v', l: ['x'] }) : undefined;
    });
    expect(edit).toBe(result?.replace(': \n', ':\n'));
  });

  it('to a map behind a dash', () => {
    const edit = after('a:\n  - b: c\n  - d\n', (document) => {
      const { value } = entryAt(document, 'a');
      const map = value.kind === 'list' ? value.items[0] : undefined;
      return map?.kind === 'map' ? addEntry(document, map, 'k', 'v') : undefined;
    });
    expect(edit).toBe('a:\n  - b: c\n    k: v\n  - d\n');
  });

  it('to the root', () => {
    const edit = after('# x\nservices:\n  a: {}\n# y\n', (document) => {
      const root: ComposeMap | undefined = document.roots[0];
      return root && addEntry(document, root, 'volumes', { data: {} });
    });
    expect(edit).toBe('# x\nservices:\n  a: {}\nvolumes:\n  data: {}\n# y\n');
  });
});

describe('adding an item', () => {
  it.each<readonly [title: string, text: string, result: string | undefined]>([
    ['below the last one', 'a:\n  - b # x\n# y\nc: d\n', 'a:\n  - b # x\n  - "k: v"\n# y\nc: d\n'],
    ['in a compact list', 'a:\n- b\nc: d\n', 'a:\n- b\n- "k: v"\nc: d\n'],
    ['below a map', 'a:\n  - b: c\n    d: e\n', 'a:\n  - b: c\n    d: e\n  - "k: v"\n'],
    ['in brackets', 'a: [b]\n', 'a: [b, "k: v"]\n'],
    ['in empty brackets', 'a: []\n', 'a: ["k: v"]\n'],
    ['in brackets over lines', 'a: [\n  b,\n  c\n]\n', 'a: [\n  b,\n  c,\n  "k: v"\n]\n'],
    ['not in an alias', 'x: &x [y]\na: *x\n', undefined],
    ['not in a tagged list', 'a: !override [b]\n', undefined],
  ])('%s', (_, text, result) => {
    expect(
      after(text, (document) => {
        const { value } = entryAt(document, 'a');
        return value.kind === 'list' ? addItem(document, value, 'k: v') : undefined;
      }),
    ).toBe(result);
  });
});
