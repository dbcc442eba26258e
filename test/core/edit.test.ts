import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits, deleteLines, type Edit, insertLineAbove, insertLineBelow } from '../../rules/core/edit.js';
import { exampleText, readMarks } from '../../rules/core/example.js';
import { paragraphsOf, render } from '../../rules/core/message.js';
import { nearest } from '../../rules/core/nearest.js';
import { lineStarts, positionAt } from '../../rules/core/text.js';

/** A text, and sorted disjoint edits of it. */
const edited = fc.array(fc.record({ kept: fc.string(), removed: fc.string(), added: fc.string() }), { maxLength: 6 });

describe('edits', () => {
  it('put the new between the kept (property)', () => {
    fc.assert(
      fc.property(edited, fc.string(), (parts, rest) => {
        let text = '';
        const edits: Edit[] = [];
        for (const { kept, removed, added } of parts) {
          text += kept;
          edits.push({ range: { start: text.length, end: text.length + removed.length }, text: added });
          text += removed;
        }
        const expected = parts.map(({ kept, added }) => kept + added).join('');
        expect(applyEdits(text + rest, edits)).toBe(expected + rest);
      }),
    );
  });

  it.each<[string, Edit[]]>([
    [
      'overlap',
      [
        { range: { start: 0, end: 2 }, text: '' },
        { range: { start: 1, end: 3 }, text: '' },
      ],
    ],
    [
      'are not sorted',
      [
        { range: { start: 2, end: 3 }, text: '' },
        { range: { start: 0, end: 1 }, text: '' },
      ],
    ],
    ['leave the text', [{ range: { start: 2, end: 9 }, text: '' }]],
    ['end before they start', [{ range: { start: 2, end: 1 }, text: '' }]],
  ])('that %s are refused', (_, edits) => {
    expect(() => applyEdits('abc', edits)).toThrow(RangeError);
  });

  it('insert and delete whole lines, whatever ends them (property)', () => {
    const line = fc.stringMatching(/^ {0,3}[a-z]{0,5}$/);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.nat(),
        (lines, eol, closed, at) => {
          const index = at % lines.length;
          const text = lines.join(eol) + (closed ? eol : '');
          const offset = lines.slice(0, index).reduce((sum, it) => sum + it.length + eol.length, 0);
          const indented = `${/^ */.exec(lines[index] ?? '')?.[0] ?? ''}new`;
          const file = { text, eol } as const;
          const after = (edit: Edit): string[] => applyEdits(text, [edit]).split(eol);
          const all = text.split(eol);
          expect(after(insertLineAbove(file, offset, 'new'))).toEqual(all.toSpliced(index, 0, indented));
          if (text.length > 0 && offset < text.length)
            expect(after(insertLineBelow(file, offset, 'new'))).toEqual(all.toSpliced(index + 1, 0, indented));
          if (closed) expect(after(deleteLines(text, { start: offset, end: offset }))).toEqual(all.toSpliced(index, 1));
        },
      ),
    );
  });
});

describe('positions', () => {
  it('count lines as the Language Server Protocol does', () => {
    const text = 'a\nbc\r\nd\re';
    const starts = lineStarts(text);
    expect(starts).toEqual([0, 2, 6, 8]);
    expect([0, 2, 4, 6, 8, 9].map((it) => positionAt(starts, it))).toEqual([
      { line: 0, column: 0 },
      { line: 1, column: 0 },
      { line: 1, column: 2 },
      { line: 2, column: 0 },
      { line: 3, column: 0 },
      { line: 3, column: 1 },
    ]);
  });
});

describe('examples', () => {
  it('lose blank first and last lines and the common indentation', () => {
    expect(exampleText('\n    a:\n\n      b\n  ', '\r\n')).toBe('a:\r\n\r\n  b\r\n');
  });

  it('lose their marks', () => {
    expect(readMarks('a «b» «c»')).toEqual({
      text: 'a b c',
      marks: [
        { start: 2, end: 3 },
        { start: 4, end: 5 },
      ],
    });
  });

  it.each(['«a', 'a»', '««a»»'])('are refused when a mark has no partner: %s', (text) => {
    expect(() => readMarks(text)).toThrow();
  });
});

describe('texts', () => {
  it('fill their placeholders, in any language', () => {
    const text = { template: '{a} and {b}', data: { a: '1', b: '{a}' } };
    expect(render(text, {})).toBe('1 and {a}');
    expect(render(text, { '{a} and {b}': '{b}、{a}' })).toBe('{a}、1');
  });

  it('are split into paragraphs at blank lines', () => {
    expect(paragraphsOf('\n  a\n  b\n  \n  c\r\n\r\n  d\n')).toEqual(['a b', 'c', 'd']);
  });
});

describe('the nearest word', () => {
  it.each([
    ['missing-usr', 'missing-user'],
    ['msising-user', 'missing-user'],
    ['MISSING-USER', 'missing-user'],
    ['rot-user', 'root-user'],
    ['something-else', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('to %s is %s', (word, expected) => {
    expect(nearest(word, ['missing-user', 'root-user', 'unused-user'])).toBe(expected);
  });
});
