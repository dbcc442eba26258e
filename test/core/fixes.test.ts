import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Analysis, fixAll, verifiedFixes } from '../../rules/core/analyze.js';
import type { Edit } from '../../rules/core/edit.js';
import type { Finding } from '../../rules/core/finding.js';
import type { RegisteredRule, Target } from '../../rules/core/rule.js';
import { analyzed, fakeRule, findsWord, found, optionsWith, replacesWord } from './fake.js';

const FROM = 'FROM alpine:3.24\n';

/** How many of the fixes of the first finding hold. */
function holding(kind: Target, text: string, rules: readonly RegisteredRule[]): number {
  const analysis = analyzed(kind, text, rules);
  const [finding] = analysis.findings;
  if (!finding) throw new Error('there is no finding');
  return verifiedFixes(analysis, finding, optionsWith(rules)).length;
}

/** Flags BAD and does this to it. */
function fixes(edits: (start: number, text: string) => readonly Edit[]): RegisteredRule {
  return fakeRule('bad-word', (document) =>
    findsWord('BAD')(document).map((it) => ({
      ...it,
      fixes: [{ title: 'fix', applicability: 'safe', edits: edits(it.range.start, document.text) }],
    })),
  );
}

const over = (start: number, text: string, length = 3): readonly Edit[] => [
  { range: { start, end: start + length }, text },
];

describe('a fix is offered when', () => {
  it('its finding is gone', () => {
    expect(holding('dockerfile', `${FROM}RUN BAD\n`, [fixes((start) => over(start, 'good'))])).toBe(1);
  });

  it('it leaves the other findings of its rule', () => {
    expect(holding('dockerfile', `${FROM}RUN BAD\nRUN BAD\n`, [fixes((start) => over(start, 'good'))])).toBe(1);
  });

  it('what is new is below its level', () => {
    const minor = fakeRule('minor', findsWord('good'), { severity: 'info' });
    expect(holding('dockerfile', `${FROM}RUN BAD\n`, [fixes((start) => over(start, 'good')), minor])).toBe(1);
  });

  it('what is new was silent for the sake of its finding', () => {
    const silent = fakeRule('silent', findsWord('good'), { yieldsTo: ['bad-word'] });
    expect(holding('dockerfile', `${FROM}RUN BAD\n`, [fixes((start) => over(start, 'good')), silent])).toBe(1);
  });

  it('a comment goes with the YAML entry it belongs to', () => {
    const remove = fixes((start, text) => over(start - 3, '', text.indexOf('\n', start) + 1 - (start - 3)));
    expect(holding('compose', 'a: BAD # why\nb: c\n', [remove])).toBe(1);
  });
});

describe('a fix is not offered when', () => {
  it.each<[string, Target, string, (start: number, text: string) => readonly Edit[]]>([
    ['it changes nothing', 'dockerfile', `${FROM}RUN BAD\n`, (start) => over(start, 'BAD')],
    ['it makes no edit', 'dockerfile', `${FROM}RUN BAD\n`, () => []],
    ['its finding stays', 'dockerfile', `${FROM}RUN BAD\n`, (start) => over(start, 'x BAD')],
    [
      'its finding moves',
      'dockerfile',
      `${FROM}RUN BAD\n`,
      (start) => [{ range: { start: 0, end: 0 }, text: '# a\n' }, ...over(start, 'BAD ')],
    ],
    ['its rule finds more', 'dockerfile', `${FROM}RUN BAD\n`, (start) => over(start, 'good\nRUN BAD')],
    ['the file no longer parses', 'dockerfile', `${FROM}RUN BAD\n`, (start) => over(start, 'good\nnonsense')],
    ['the YAML no longer parses', 'compose', 'a: BAD\n', (start) => over(start, '"')],
    ['a comment is lost', 'dockerfile', `${FROM}# why\nRUN BAD\n`, (start) => over(start - 10, 'RUN good', 13)],
    ['a YAML comment is replaced', 'compose', 'a: BAD # why\n', (start) => over(start, 'good', 9)],
    ['it has another line end', 'dockerfile', 'FROM a\r\nRUN BAD\r\n', (start) => over(start, 'good\nRUN x')],
    ['it brings another line end', 'dockerfile', `${FROM}RUN BAD\n`, (start) => over(start, 'good\r\nRUN x')],
  ])('%s', (_, kind, text, edits) => {
    expect(holding(kind, text, [fixes(edits)])).toBe(0);
  });

  it('it cures another finding instead', () => {
    const text = `${FROM}RUN BAD\nRUN BAD\n`;
    expect(holding('dockerfile', text, [fixes((_, current) => over(current.lastIndexOf('BAD'), 'good'))])).toBe(0);
  });

  it('it deletes a comment of a Dockerfile', () => {
    const text = `${FROM}# why\nRUN BAD\n`;
    const rule = fixes((start) => [...over(start - 10, '', 6), ...over(start, 'good')]);
    expect(holding('dockerfile', text, [rule])).toBe(0);
  });

  it.each(['warning', 'error'] as const)('another rule then finds an %s', (severity) => {
    const other = fakeRule('other', findsWord('good'), { severity });
    expect(holding('dockerfile', `${FROM}RUN BAD\n`, [fixes((start) => over(start, 'good')), other])).toBe(0);
  });

  it('more is new than was silent for the sake of its finding, or for the sake of others', () => {
    const silent = (...yieldsTo: string[]) => fakeRule('silent', findsWord('good'), { yieldsTo });
    const twice = fixes((start) => over(start, 'good good'));
    expect(holding('dockerfile', `${FROM}RUN BAD\n`, [twice, silent('bad-word')])).toBe(0);
    const once = fixes((start) => over(start, 'good'));
    expect(holding('dockerfile', `${FROM}RUN BAD\n`, [once, silent('odd-word')])).toBe(0);
  });

  it('another rule then fails', () => {
    const fragile = fakeRule('fragile', ({ text }) => {
      if (text.includes('good')) throw new Error('no');
      return [];
    });
    expect(holding('dockerfile', `${FROM}RUN BAD\n`, [fixes((start) => over(start, 'good')), fragile])).toBe(0);
  });

  it('it takes a finding out of the reach of its comment', () => {
    const text = `${FROM}# seaworthy: ignore[odd-word] why\nRUN BAD ODD\n`;
    const odd = fakeRule('odd-word', findsWord('ODD'));
    expect(holding('dockerfile', text, [fixes((start) => over(start, 'x\nRUN')), odd])).toBe(0);
  });
});

describe('fix all', () => {
  const all = (text: string, rules: readonly RegisteredRule[], unsafe = false) =>
    fixAll({ kind: 'dockerfile', text }, { ...optionsWith(rules), unsafe });

  it('applies every fix and counts them', () => {
    const rules = [fakeRule('bad', replacesWord('BAD', 'good')), fakeRule('worse', replacesWord('WORSE', 'better'))];
    const result = all(`${FROM}RUN BAD WORSE\nRUN BAD\n`, rules);
    expect(result.text).toBe(`${FROM}RUN good better\nRUN good\n`);
    expect(Object.fromEntries(result.applied)).toEqual({ bad: 2, worse: 1 });
    expect(result.unsettled).toEqual([]);
    expect(result.analysis.findings).toEqual([]);
    expect(result.analysis.source.text).toBe(result.text);
  });

  it('goes on with what a fix brings, as long as it is less', () => {
    const rules = [
      fakeRule('bad', replacesWord('BAD', 'MINOR'), { severity: 'error' }),
      fakeRule('minor', replacesWord('MINOR', 'fine'), { severity: 'info' }),
    ];
    expect(all(`${FROM}RUN BAD\n`, rules).text).toBe(`${FROM}RUN fine\n`);
  });

  it('of two fixes that touch, takes the first and makes the other anew', () => {
    const rules = [
      fakeRule('whole', replacesWord('BAD WORSE', 'WORSE')),
      fakeRule('part', replacesWord('WORSE', 'fine')),
    ];
    const result = all(`${FROM}RUN BAD WORSE\n`, rules);
    expect(result.text).toBe(`${FROM}RUN fine\n`);
    expect(Object.fromEntries(result.applied)).toEqual({ whole: 1, part: 1 });
  });

  it('makes an edit that two fixes share once', () => {
    const insert = (start: number): Edit => ({ range: { start: 0, end: 0 * start }, text: '# fine\n' });
    const unlessFine = (word: string) => (document: Parameters<ReturnType<typeof findsWord>>[0]) =>
      document.text.startsWith('# fine') ? [] : findsWord(word, insert)(document);
    const result = all(`${FROM}RUN BAD WORSE\n`, [
      fakeRule('bad', unlessFine('BAD')),
      fakeRule('worse', unlessFine('WORSE')),
    ]);
    expect(result.text).toBe(`# fine\n${FROM}RUN BAD WORSE\n`);
    expect(Object.fromEntries(result.applied)).toEqual({ bad: 1, worse: 1 });
    expect(result.analysis.findings).toEqual([]);
  });

  it('leaves out the fix that does not hold, and applies the others', () => {
    const text = `${FROM}${Array.from({ length: 9 }, (_, index) => `RUN BAD${index}\n`).join('')}`;
    const rule = fakeRule('bad', ({ text: current }) =>
      [...current.matchAll(/BAD(\d)/g)].map(({ index, 1: digit = '' }) => ({
        message: 'found',
        data: { word: digit },
        range: { start: index, end: index + 4 },
        fixes: [{ title: 'fix', applicability: 'safe', edits: over(index, digit === '4' ? 'nonsense\nx' : 'good', 4) }],
      })),
    );
    const result = all(text, [rule]);
    expect(result.text).toBe(text.replace(/BAD[^4]/g, 'good'));
    expect(found(result.analysis)).toHaveLength(1);
    expect(result.unsettled).toEqual([]);
  });

  it('takes the second fix where the first does not hold', () => {
    const rule = fakeRule('bad', (document) =>
      findsWord('BAD')(document).map((it) => ({
        ...it,
        fixes: ['BAD ', 'good'].map(
          (by) => ({ title: 'fix', applicability: 'safe', edits: over(it.range.start, by) }) as const,
        ),
      })),
    );
    expect(all(`${FROM}RUN BAD\n`, [rule]).text).toBe(`${FROM}RUN good\n`);
  });

  it.each([
    ['safe', false, 'good'],
    ['safe', true, 'good'],
    ['unsafe', false, 'BAD'],
    ['unsafe', true, 'good'],
    ['manual', true, 'BAD'],
  ] as const)('with a fix that is %s and unsafe %s gives %s', (applicability, unsafe, word) => {
    const rule = fakeRule('bad', (document) =>
      findsWord('BAD')(document).map(
        (it): Finding => ({
          ...it,
          fixes: [{ title: 'fix', applicability, edits: over(it.range.start, 'good') }],
        }),
      ),
    );
    expect(all(`${FROM}RUN BAD\n`, [rule], unsafe).text).toBe(`${FROM}RUN ${word}\n`);
  });

  it('names the rules whose fixes do not come to an end', () => {
    // Each finding inserts at the same place, so that a round can take only one.
    const endless = fakeRule('endless', ({ text }) =>
      Array.from({ length: 15 }, (_, index) => `w${index}.`)
        .filter((it) => !text.includes(`# ${it}`))
        .map((it) => ({
          message: 'found',
          data: { word: it },
          range: { start: 0, end: 4 },
          fixes: [
            {
              title: 'fix',
              applicability: 'safe',
              edits: [{ range: { start: text.length, end: text.length }, text: `# ${it}\n` }],
            },
          ],
        })),
    );
    const result = all(FROM, [endless, fakeRule('settled', replacesWord('alpine', 'debian'))]);
    expect(result.unsettled).toEqual(['endless']);
    expect(Object.fromEntries(result.applied)).toEqual({ endless: 10, settled: 1 });
  });

  it('leaves a text without findings as it is', () => {
    const result = all(`${FROM}RUN x\n`, [fakeRule('bad', replacesWord('BAD', 'good'))]);
    expect(result.text).toBe(`${FROM}RUN x\n`);
    expect(result.applied.size).toBe(0);
  });

  it('ends, changes nothing more the second time and leaves no safe fix (property)', () => {
    const words = ['AA', 'BB', 'AABB', 'x', 'BBAA'] as const;
    const rules = [
      fakeRule('one', replacesWord('AA', 'c')),
      fakeRule('two', replacesWord('BB', 'd'), { severity: 'info' }),
      fakeRule('both', replacesWord('AABB', 'e'), { severity: 'error' }),
      fakeRule('last', replacesWord('ce', '')),
    ];
    fc.assert(
      fc.property(fc.array(fc.array(fc.constantFrom(...words), { maxLength: 6 }), { maxLength: 8 }), (lines) => {
        const text = FROM + lines.map((it) => `RUN true ${it.join(' ')}\n`).join('');
        const once = all(text, rules);
        expect(once.unsettled).toEqual([]);
        expect(all(once.text, rules).text).toBe(once.text);
        expect(open(once.analysis, rules)).toEqual([]);
        expect(once.text.split('\n').length).toBe(text.split('\n').length);
      }),
      { numRuns: 200 },
    );
  });
});

function open(analysis: Analysis, rules: readonly RegisteredRule[]): readonly string[] {
  return analysis.findings
    .filter((it) => verifiedFixes(analysis, it, optionsWith(rules)).length > 0)
    .map((it) => it.rule.id);
}
