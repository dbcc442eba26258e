import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEntry, addItem, removeEntry, removeItem, replaceScalar } from '../../rules/compose/edit.js';
import type {
  ComposeDocument,
  ComposeList,
  ComposeMap,
  ComposeNode,
  ComposeScalar,
} from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';
import {
  capabilitiesOf,
  environmentOf,
  everyScalar,
  imageOf,
  interpolate,
  portsOf,
  scriptOf,
  securityOptions,
  volumesOf,
} from '../../rules/compose/queries.js';
import type { Range } from '../../rules/core/text.js';
import { parsePipeline } from '../../rules/pipeline/parse.js';
import { yamlFile } from './generate.js';
import { edited, entriesIn, everyNode, expectComments, meaning, rootsWithout, shapesOf } from './shapes.js';

/** More of them now and then: `RUNS=5000 npx vitest run test/compose`. */
const RUNS = { numRuns: Number(process.env['RUNS'] ?? 150) };

/** Real-looking text that is cut, doubled and peppered with what YAML stumbles over. */
const PIECES = fc.constantFrom(
  'services:\n',
  '  web:\n',
  '    image: "nginx:1"\n',
  '    ports: ["80:80", 22:22]\n',
  '    <<: *base\n',
  'x-base: &base\n',
  '  restart: always # c\n',
  '    command: |\n      echo a\n       b\n\n',
  '    command: >-\n      a\n\n      b\n',
  '- ',
  '\t',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  ': ',
  ':',
  '#',
  ' # x',
  '&a ',
  '*a',
  '!reset ',
  '!!str ',
  '|',
  '>',
  '? ',
  '---\n',
  '...\n',
  '\r\n',
  '\n',
  '  ',
  '\uFEFF',
  '\u0000',
  '\\',
  '%',
  '@',
  '`',
  '<<: [*a, *b]',
  '<<: *a\n',
  '{{ x }}',
  '${X:-${Y}}',
  '$$',
  '~',
  '\u2028',
  '😀',
  '\uD800',
  'é',
);
const anyText = fc.oneof(
  fc.array(PIECES, { maxLength: 30 }).map((it) => it.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.tuple(yamlFile, fc.nat(), fc.nat(5), PIECES).map(([text, at, cut, piece]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + cut);
  }),
  fc.tuple(yamlFile, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))),
);

describe('any text', () => {
  it('gives a model whose ranges lie in it, children in their parents', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseCompose(text);
        for (const root of document.roots) checkNode(root, text, { start: 0, end: text.length }, 0);
        for (const comment of document.comments)
          expect(text.slice(comment.range.start, comment.range.end)).toBe(comment.text);
        for (const { range } of document.errors) expectIn(range, { start: 0, end: text.length });
      }),
      RUNS,
    );
  });

  it('can be asked everything', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseCompose(text);
        everyScalar(document);
        for (const service of document.services) {
          imageOf(service);
          const ranges = [...environmentOf(service), ...portsOf(service), ...volumesOf(service, document)].map(
            (it) => it.range,
          );
          securityOptions(service);
          capabilitiesOf(service, 'cap_add');
          for (const key of ['command', 'entrypoint', 'healthcheck'] as const)
            for (const command of scriptOf(service, key)?.commands ?? []) ranges.push(command.range);
          for (const range of ranges) expectIn(range, { start: 0, end: text.length });
        }
        parsePipeline(text);
      }),
      RUNS,
    );
  });

  it('interpolates', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('$', '{', '}', 'A', ':-', '?', '+', '-', ' ', 'x', '$$', '${A')),
        (parts) => {
          const text = parts.join('');
          const { literal, value } = interpolate(text);
          if (literal) expect(value).toBe(text.replaceAll('$$', '$'));
        },
      ),
      RUNS,
    );
  });
});

describe('a generated file', () => {
  it('has no errors', () => {
    fc.assert(
      fc.property(yamlFile, (text) => {
        expect(parseCompose(text).errors).toEqual([]);
      }),
      RUNS,
    );
  });

  it('means the same with CRLF', () => {
    fc.assert(
      fc.property(yamlFile, (text) => {
        const windows = text.replaceAll('\n', '\r\n');
        expect(shapesOf(parseCompose(windows))).toEqual(shapesOf(parseCompose(text)));
        const slices = everyScalar(parseCompose(text)).map((it) => it.node.written);
        expect(everyScalar(parseCompose(windows)).map((it) => it.node.written.replaceAll('\r\n', '\n'))).toEqual(
          slices,
        );
      }),
      RUNS,
    );
  });

  const both = fc
    .tuple(yamlFile, fc.boolean())
    .map(([text, windows]) => (windows ? text.replaceAll('\n', '\r\n') : text));

  it('loses exactly the entry that is removed', () => {
    fc.assert(
      fc.property(both, fc.nat(), (text, at) => {
        const document = parseCompose(text);
        const all = entriesIn(document).filter((it) => isOwn(document, it.entry));
        const chosen = all[at % all.length];
        if (!chosen) return;
        const edit = removeEntry(document, chosen.parents, chosen.entry);
        if (!edit) return;
        const after = edited(document, edit);
        const dropped = new Set([chosen.entry]);
        expect(shapesOf(after)).toEqual(rootsWithout(document, dropped, false));
        expectComments(document, after, edit);
      }),
      RUNS,
    );
  });

  it('loses exactly the item that is removed', () => {
    fc.assert(
      fc.property(both, fc.nat(), (text, at) => {
        const document = parseCompose(text);
        const all = entriesIn(document)
          .filter((it) => isOwn(document, it.entry))
          .flatMap(({ entry }) =>
            entry.value.kind === 'list'
              ? entry.value.items.map((item) => ({ entry, list: entry.value as ComposeList, item }))
              : [],
          );
        const chosen = all[at % all.length];
        const edit = chosen && removeItem(document, chosen.entry, chosen.list, chosen.item);
        if (!edit) return;
        const after = edited(document, edit);
        const whole = chosen.list.items.length === 1;
        expect(shapesOf(after)).toEqual(rootsWithout(document, new Set([whole ? chosen.entry : chosen.item]), true));
        expectComments(document, after, edit);
      }),
      RUNS,
    );
  });

  it('has exactly the new text', () => {
    const values = fc.constantFrom(
      'x',
      '10001:10001',
      'a: b',
      'a #b',
      "it's",
      '"q"',
      '',
      ' x ',
      'yes',
      '007',
      '{a}',
      '- a',
      '\\',
      'a\nb',
      '*a',
      '&b',
      '!c',
      '1.5',
      '${X:?y}',
      '@',
      '%',
      'a:',
      'é',
    );
    fc.assert(
      fc.property(both, fc.nat(), values, (text, at, value) => {
        const document = parseCompose(text);
        const all = everyNode(document).filter((it): it is ComposeScalar => it.kind === 'scalar');
        const own = all.filter((it) => isOwn(document, it));
        const node = own[at % own.length];
        const edit = node && replaceScalar(document, node, value);
        if (!edit) return;
        const after = edited(document, edit);
        const texts = all.map((it) => (it.range.start === node.range.start ? value : it.text));
        expect(everyNode(after).flatMap((it) => (it.kind === 'scalar' ? [it.text] : []))).toEqual(texts);
        expect(after.comments.map((it) => it.text)).toEqual(document.comments.map((it) => it.text));
      }),
      RUNS,
    );
  });

  it('gets exactly the new entry', () => {
    const values = fc.constantFrom(
      'x',
      'a: b',
      ['a', 'b: c'],
      { driver: 'json-file', options: { 'max-size': '10m' } },
      [],
      {},
      'true',
    );
    fc.assert(
      fc.property(both, fc.nat(), values, (text, at, value) => {
        const document = parseCompose(text);
        const all = everyNode(document).filter((it): it is ComposeMap => it.kind === 'map');
        const own = all.filter((it) => isOwn(document, it));
        const map = own[at % own.length];
        const edit = map && addEntry(document, map, 'new key', value);
        if (!edit) return;
        const after = edited(document, edit);
        const added = everyNode(after)
          .filter((it): it is ComposeMap => it.kind === 'map')
          .flatMap((it) => it.entries)
          .filter((it) => it.key.value === 'new key');
        expect(added.map((it) => meaning(it.value))).toEqual([value === 'true' ? true : value]);
        const undone = added[0] && removeEntry(after, [], added[0]);
        if (undone) expect(shapesOf(edited(after, undone))).toEqual(shapesOf(document));
        expect(after.comments.map((it) => it.text)).toEqual(document.comments.map((it) => it.text));
      }),
      RUNS,
    );
  });

  it('gets exactly the new item', () => {
    fc.assert(
      fc.property(both, fc.nat(), (text, at) => {
        const document = parseCompose(text);
        const all = everyNode(document).filter((it): it is ComposeList => it.kind === 'list');
        const own = all.filter((it) => isOwn(document, it));
        const list = own[at % own.length];
        const edit = list && addItem(document, list, 'new item');
        if (!edit) return;
        const after = edited(document, edit);
        const texts = everyNode(document).flatMap((it) => (it.kind === 'scalar' ? [it.text] : []));
        expect(
          everyNode(after).flatMap((it) => (it.kind === 'scalar' && it.text !== 'new item' ? [it.text] : [])),
        ).toEqual(texts);
        expect(
          everyNode(after).filter(
            (it) =>
              it.kind === 'list' && it.items.length === list.items.length + 1 && it.items.at(-1)?.kind === 'scalar',
          ).length,
        ).toBeGreaterThan(0);
        expect(after.comments.map((it) => it.text)).toEqual(document.comments.map((it) => it.text));
      }),
      RUNS,
    );
  });
});

function checkNode(node: ComposeNode, text: string, parent: Range, depth: number): void {
  if (depth > 120) return;
  expectIn(node.range, node.inherited ? { start: 0, end: text.length } : parent);
  if (node.kind === 'scalar') {
    if (node.inherited) return;
    const written = text.slice(node.range.start, node.range.end);
    if (written !== node.written) expect(node.written).toBe(written);
    const isPlainLine = node.style === 'plain' && node.value !== null && !/[\r\n]/.test(written);
    if (isPlainLine && written !== node.text) expect(node.text).toBe(written);
    return;
  }
  if (node.inherited) return;
  if (node.kind === 'list') for (const item of node.items) checkNode(item, text, node.range, depth + 1);
  else
    for (const entry of node.entries) {
      if (entry.inherited) continue;
      expectIn(entry.range, node.range);
      expectIn(entry.key.range, entry.range);
      checkNode(entry.value, text, entry.range, depth + 1);
    }
}

function expectIn(inner: Range, outer: Range): void {
  if (inner.start < outer.start || inner.end > outer.end || inner.start > inner.end)
    expect(inner).toEqual({ inside: outer });
}

/** What stands above is anchored: a change there is one in every place that refers to it. */
function isOwn({ text }: ComposeDocument, { range }: { readonly range: Range }): boolean {
  return range.start > text.indexOf('"shared"') + 8;
}
