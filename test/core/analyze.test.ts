import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, SIZE_LIMIT } from '../../rules/core/analyze.js';
import type { Finding } from '../../rules/core/finding.js';
import { render } from '../../rules/core/message.js';
import { PRACTICES } from '../../rules/core/practice.js';
import { STANDALONE } from '../../rules/core/project.js';
import { RULES } from '../../rules/registry.generated.js';
import { analyzed, fakeRule, findsWord, found } from './fake.js';

const TEXT = 'FROM alpine:3.24\nRUN BAD\nUSER BAD\n';
const whole: Finding = { message: 'found', data: { word: 'it' }, range: { start: 0, end: 4 } };

describe('a rule that fails', () => {
  const good = fakeRule('good', findsWord('BAD'));
  const failing: Readonly<Record<string, readonly Finding[] | Error>> = {
    'throws an error': new TypeError('no\n  stage.'),
    'names a message that it has not': [{ ...whole, message: 'unknown' }],
    'names a message that every object has': [{ ...whole, message: 'toString' }],
    'reports a place behind the text': [{ ...whole, range: { start: 30, end: 99 } }],
    'reports a place that ends before it starts': [{ ...whole, range: { start: 9, end: 3 } }],
    'reports no number': [{ ...whole, range: { start: Number.NaN, end: 3 } }],
    'names a title that it has not': [{ ...whole, fixes: [{ title: 'none', applicability: 'safe', edits: [] }] }],
    'names a label that it has not': [{ ...whole, related: [{ range: whole.range, label: 'none' }] }],
    'fixes with edits that overlap': [
      {
        ...whole,
        fixes: [
          {
            title: 'fix',
            applicability: 'safe',
            edits: [
              { range: { start: 0, end: 5 }, text: '' },
              { range: { start: 4, end: 6 }, text: '' },
            ],
          },
        ],
      },
    ],
  };

  it.each(Object.entries(failing))('%s: costs its own findings and is named', (_, result) => {
    const bad = fakeRule('failing', () => {
      if (result instanceof Error) throw result;
      return result;
    });
    const analysis = analyzed('dockerfile', TEXT, [bad, good]);
    expect(found(analysis)).toEqual(['good@21', 'good@30']);
    expect(analysis.notices.map((it) => it.code)).toEqual(['rule-failed']);
    expect(analysis.notices.map((it) => render(it.message, {}))).toEqual([
      expect.stringMatching(/^Rule failing failed[^\n]*$/),
    ]);
  });

  it('is quiet about rules that do not fail', () => {
    expect(analyzed('dockerfile', TEXT, [good]).notices).toEqual([]);
  });
});

describe('which rules run', () => {
  const plain = fakeRule('plain', findsWord('USER'));
  const strict = fakeRule('strict', findsWord('USER'), { profile: 'strict' });
  const ids = (config: Partial<typeof DEFAULT_CONFIG>, only?: ReadonlySet<string>): readonly string[] =>
    analyzed('dockerfile', TEXT, [plain, strict], {
      config: { ...DEFAULT_CONFIG, ...config },
      ...(only ? { only } : {}),
    }).findings.map((it) => it.rule.id);

  it('leaves strict ones out by default', () => expect(ids({})).toEqual(['plain']));
  it('runs all in the profile strict', () => expect(ids({ profile: 'strict' })).toEqual(['plain', 'strict']));
  it('runs a strict one that is named', () => expect(ids({ rules: { strict: 'info' } })).toEqual(['plain', 'strict']));
  it('leaves out what is off', () => expect(ids({ rules: { plain: 'off' } })).toEqual([]));
  it('is not fooled by what every object has', () => {
    const inherited = fakeRule('constructor', findsWord('USER'));
    const { findings } = analyzed('dockerfile', TEXT, [inherited]);
    expect(findings.map((it) => it.severity)).toEqual(['warning']);
  });
  it('runs only what is asked for, strict and off ones too', () => {
    expect(ids({ rules: { strict: 'off' } }, new Set(['strict']))).toEqual(['strict']);
  });
  it('runs only rules of the kind of file', () => {
    const compose = fakeRule('compose', () => [], { check: { compose: () => [whole] } });
    expect(analyzed('dockerfile', TEXT, [compose]).findings).toEqual([]);
    expect(analyzed('compose', 'services: {}\n', [compose]).findings).toHaveLength(1);
  });
});

describe('levels', () => {
  const level = (finding: Partial<Finding>, rules: typeof DEFAULT_CONFIG.rules = {}): string | undefined => {
    const rule = fakeRule('leveled', () => [{ ...whole, ...finding }]);
    return analyzed('dockerfile', TEXT, [rule], { config: { ...DEFAULT_CONFIG, rules } }).findings[0]?.severity;
  };

  it('is that of the rule', () => expect(level({})).toBe('warning'));
  it('is that of the finding', () => expect(level({ severity: 'error' })).toBe('error'));
  it('is that of the configuration', () => expect(level({ severity: 'error' }, { leveled: 'info' })).toBe('info'));
  it('is one down where the confidence is low', () => expect(level({ confidence: 'low' })).toBe('info'));
  it('is one down from the configured one', () =>
    expect(level({ confidence: 'low' }, { leveled: 'error' })).toBe('warning'));
  it('does not fall below info', () => expect(level({ confidence: 'low', severity: 'info' })).toBe('info'));
});

describe('the order of findings', () => {
  it('is that of the text, then that of the rules', () => {
    const second = fakeRule('second', findsWord('BAD'));
    const first = fakeRule('first', findsWord('BAD'));
    expect(found(analyzed('dockerfile', TEXT, [second, first]))).toEqual([
      'second@21',
      'first@21',
      'second@30',
      'first@30',
    ]);
  });
});

describe('guards', () => {
  it('does not judge a text over the limit, and says so', () => {
    const text = `FROM alpine:3.24\n#${'x'.repeat(SIZE_LIMIT)}\nRUN BAD\n`;
    const analysis = analyzed('dockerfile', text, [fakeRule('rule', findsWord('BAD'))]);
    expect(analysis.findings).toEqual([]);
    expect(analysis.notices.map((it) => [it.code, render(it.message, {})])).toEqual([
      ['size', 'The file has over 2,000,000 characters, so it is not checked. Split it or exclude it.'],
    ]);
  });

  it('judges a text at the limit', () => {
    const text = `FROM alpine:3.24\nRUN BAD\n${'# comment\n'.repeat(SIZE_LIMIT / 10)}`.slice(0, SIZE_LIMIT);
    const analysis = analyzed('dockerfile', text, [fakeRule('rule', findsWord('BAD'))]);
    expect(found(analysis)).toEqual(['rule@21']);
    expect(analysis.notices).toEqual([]);
  });

  it('stops after a rule that takes too long, and names it', () => {
    let now = 0;
    const slow = fakeRule('slow', (document) => {
      now += 5_000;
      return findsWord('BAD')(document);
    });
    const never = fakeRule('never', findsWord('BAD'));
    const fast = fakeRule('fast', findsWord('USER'));
    const analysis = analyzed('dockerfile', TEXT, [fast, slow, never], { clock: () => now });
    expect(found(analysis)).toEqual(['slow@21', 'fast@25', 'slow@30']);
    expect(analysis.notices.map((it) => [it.code, it.message.data['rule']])).toEqual([['time', 'slow']]);
  });

  it('does not stop without a clock', () => {
    expect(analyzed('dockerfile', TEXT, [fakeRule('rule', findsWord('BAD'))]).notices).toEqual([]);
  });
});

describe('half-typed texts', () => {
  const rule = fakeRule('rule', findsWord('BAD'));

  it('reports the first error and nothing from the instruction it is in', () => {
    const analysis = analyzed('dockerfile', 'FROM alpine:3.24\nRUN BAD\nCOPY --BAD\n', [rule]);
    expect(analysis.document.errors.length).toBeGreaterThan(0);
    expect(found(analysis)).toEqual(['rule@21']);
    expect(analysis.notices.map((it) => it.code)).toEqual(['syntax']);
  });

  it('judges instructions of a file that has no FROM yet', () => {
    const analysis = analyzed('dockerfile', 'RUN BAD\nRUN BAD\n', [rule]);
    expect(found(analysis)).toEqual(['rule@4', 'rule@12']);
    expect(analysis.notices.map((it) => it.code)).toEqual(['syntax']);
  });

  it('reports nothing from the key that cannot be read', () => {
    const text = 'services:\n  web:\n    image: BAD\n  db:\n    command: "BAD\n';
    const analysis = analyzed('compose', text, [rule]);
    expect(analysis.document.errors.length).toBeGreaterThan(0);
    expect(found(analysis)).toEqual([`rule@${text.indexOf('BAD')}`]);
  });
});

describe('the registry', () => {
  it('has every rule once, by practice and id', () => {
    const keys = RULES.map((it) => `${String(PRACTICES.indexOf(it.practice)).padStart(2, '0')} ${it.id}`);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(RULES.length).toBeGreaterThan(0);
  });

  it('is what runs when no rules are given', () => {
    const options = { config: DEFAULT_CONFIG, project: STANDALONE };
    const { findings } = analyze({ kind: 'dockerfile', text: 'FROM node\nCMD ["node"]\n' }, options);
    expect(findings.map((it) => it.rule.id)).toContain('untagged-image');
  });
});
