import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Document, Scalar } from 'yaml';
import { isExact, offsetsOf } from '../../rules/compose/decode.js';
import type { ComposeScalar } from '../../rules/compose/model.js';
import { parseCompose } from '../../rules/compose/parse.js';

const STYLES = ['PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'] as const;

function scalarIn(text: string): ComposeScalar {
  const node = parseCompose(text).roots[0]?.get('a')?.value;
  if (node?.kind !== 'scalar') throw new Error(text);
  return node;
}

/** What each unit of the text is in the file: itself, or an escape that begins there. */
function expectPlaces(text: string, node: ComposeScalar): void {
  const at = offsetsOf(node);
  let last = node.range.start;
  for (let index = 0; index < node.text.length; index++) {
    const unit = node.text.charAt(index);
    const offset = at(index);
    expect(offset).toBeGreaterThanOrEqual(last);
    expect(offset).toBeLessThanOrEqual(node.range.end);
    last = offset;
    const source = text.charAt(offset);
    const escaped = node.style === 'double' && source === '\\';
    if (!/\s/.test(unit) && source !== unit && !escaped) expect([unit, index, source, offset]).toBe(text);
  }
  expect(at(node.text.length)).toBeGreaterThanOrEqual(last);
  expect(at(node.text.length)).toBeLessThanOrEqual(node.range.end);
}

describe('places of the characters of a scalar', () => {
  it.each([
    'a: b c\n',
    'a: b\n  c\n\n  d\n',
    "a: 'it''s  b\n\n   c'\n",
    'a: "b\\n\\u0041\\U0001F600\\x41 \\\n   c\\"d\n\n  e"\n',
    'a: |\n  b\n    c\n\n  d\n',
    'a: |2\n    b\n  c\n',
    'a: >-\n  b\n  c\n\n  d\n    e\n  f\n',
    'a: |+\n  b\n\n\nz: y\n',
    'a: | # c\n  b\n',
    'a: |\n\n\n  b\n',
  ])('%j', (text) => {
    for (const it of [text, text.replaceAll('\n', '\r\n')]) expectPlaces(it, scalarIn(it));
  });

  it('of any text in any style', () => {
    const word = fc.constantFrom('ab', 'c', "it's", '"q"', '\\', '$$X', 'é', '😀', '#x', 'x:', '\t', '-');
    const glue = fc.constantFrom(' ', ' ', '  ', '\n', '\n\n', '\n  ', ' \n');
    const value = fc.array(fc.tuple(word, glue), { maxLength: 12 }).map((it) => it.flat().join(''));
    fc.assert(
      fc.property(value, fc.constantFrom(...STYLES), fc.boolean(), fc.boolean(), (written, style, narrow, windows) => {
        const scalar = new Scalar(written);
        scalar.type = style;
        const unix = new Document({ a: scalar, z: 1 }).toString({ lineWidth: narrow ? 20 : 0 });
        const text = windows ? unix.replaceAll('\n', '\r\n') : unix;
        const node = scalarIn(text);
        expectPlaces(text, node);
        if (isExact(node) && node.text !== '') {
          const start = offsetsOf(node)(0);
          expect(text.slice(start, start + node.text.length)).toBe(node.text);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
