import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, mergeConfig, mergeLayers } from '../../rules/config.js';
import { KEYS, type Key } from '../../rules/configuration/keys.js';
import { type ParsedConfiguration, parseConfiguration } from '../../rules/configuration/parse.js';
import { applyEdits } from '../../rules/core/edit.js';
import { dedent, readMarks } from '../../rules/core/example.js';
import { render } from '../../rules/core/message.js';

describe('a right configuration', () => {
  it('is taken as written', () => {
    const { layer, notices } = parsed(`
      # Ours.
      profile: strict
      rules:
        missing-user: off
        root-user: error   # it matters
        untagged-image: "info"
      exclude: [vendor, '**/*.test.Dockerfile']
      registries:
        allowed:
          - ghcr.io/acme
        trusted: []
      files: { dockerfile: [build/*.docker], compose: [stack.yml] }
      compose:
        sets:
          - [compose.yaml, compose.prod.yaml]
          - - stack.yml
            - stack.dev.yml
      locale: ja
    `);
    expect(notices).toEqual([]);
    expect(layer).toEqual({
      profile: 'strict',
      rules: { 'missing-user': 'off', 'root-user': 'error', 'untagged-image': 'info' },
      exclude: ['vendor', '**/*.test.Dockerfile'],
      registries: { allowed: ['ghcr.io/acme'], trusted: [] },
      files: { dockerfile: ['build/*.docker'], compose: ['stack.yml'] },
      compose: {
        sets: [
          ['compose.yaml', 'compose.prod.yaml'],
          ['stack.yml', 'stack.dev.yml'],
        ],
      },
      locale: 'ja',
    });
  });

  it.each(['', '# nothing yet\n', '---\n', 'rules:\nexclude:\nprofile:\nregistries:\n  allowed:\nlocale:\n'])(
    'may say nothing: %j',
    (text) => {
      const { layer, notices } = parseConfiguration(text);
      expect(notices).toEqual([]);
      expect(mergeConfig(DEFAULT_CONFIG, layer)).toEqual(DEFAULT_CONFIG);
    },
  );

  it('may use anchors and Windows line ends', () => {
    const { layer, notices } = parseConfiguration('exclude: &all [a]\r\nfiles:\r\n  compose: *all\r\n');
    expect(notices).toEqual([]);
    expect(layer).toEqual({ exclude: ['a'], files: { compose: ['a'] } });
  });
});

describe('what is wrong in a configuration', () => {
  const cases: readonly (readonly [title: string, marked: string, message: RegExp, layer: object])[] = [
    ['a misspelled key', '«exclud»: [a]\n', /^config There is no key exclud.*Did you mean exclude\?$/, {}],
    ['a key that there is not', '«colour»: red\n', /^config .*The keys here are profile, rules, exclude/, {}],
    ['a misspelled inner key', 'registries:\n  «alowed»: [a]\n', /Did you mean allowed\?$/, { registries: {} }],
    [
      'one set instead of several',
      'compose:\n  sets: «[a.yaml, b.yaml]»\n',
      /^config sets takes lists of files/,
      { compose: {} },
    ],
    [
      'a file of a set that is none',
      'compose:\n  sets:\n    - [a.yaml, «{}»]\n',
      /^config sets takes a text/,
      { compose: { sets: [['a.yaml']] } },
    ],
    [
      'a misspelled rule',
      'rules:\n  «mising-user»: off\n',
      /^unknown-rule .*Did you mean missing-user\?$/,
      { rules: {} },
    ],
    [
      'a rule that there is not',
      'rules:\n  «zzzzzzzz»: off\n',
      /^unknown-rule There is no rule zzzzzzzz/,
      { rules: {} },
    ],
    [
      'a misspelled level',
      'rules:\n  root-user: «waring»\n',
      /^config waring is no value for root-user.*warning\?$/,
      { rules: {} },
    ],
    [
      'a level that there is not',
      'rules:\n  root-user: «fatal»\n',
      /It takes off, info, warning, error\.$/,
      { rules: {} },
    ],
    ['a boolean for a level', 'rules:\n  root-user: «false»\n', /^config false is no value/, { rules: {} }],
    ['a list for a level', 'rules:\n  root-user: «[error]»\n', /^config … is no value/, { rules: {} }],
    ['a misspelled profile', 'profile: «strickt»\n', /^config strickt is no value for profile.*strict\?$/, {}],
    ['a list of rules', 'rules: «[root-user]»\n', /^config rules takes keys of its own/, {}],
    ['a text for a list', 'exclude: «vendor»\n', /^config exclude takes a list/, {}],
    ['a map in a list', 'exclude: [a, «{ b: c }»]\n', /^config exclude takes a text/, { exclude: ['a'] }],
    ['a text for a group', 'files: «Dockerfile»\n', /^config files takes keys.*dockerfile, compose\.$/, {}],
    ['a list for a text', 'locale: «[ja]»\n', /^config locale takes a text/, {}],
    ['a key twice', 'profile: strict\n«profile»: recommended\n', /^syntax /, { profile: 'strict' }],
    ['no map', '«- a»\n', /^config The configuration is no map/, {}],
    [
      'two documents',
      'profile: strict\n---\n«profile: recommended»\n',
      /^config Only the first/,
      { profile: 'strict' },
    ],
  ];

  it.each(cases)('%s is told with its place, and the rest counts', (_, marked, message, layer) => {
    const { text, marks } = readMarks(marked);
    const whole = /^(- a|locale)|---/.test(text);
    const result = parseConfiguration(whole ? text : `${text}locale: de\n`);
    expect(result.notices.map((it) => it.range)).toEqual(marks);
    expect(told(result)).toEqual([expect.stringMatching(message)]);
    const { locale, ...rest } = result.layer;
    expect(rest).toEqual(layer);
    expect(locale).toBe(whole ? undefined : 'de');
  });

  it('is told of what could not be parsed, and the rest counts', () => {
    const result = parseConfiguration('profile: strict\nexclude: ["a\n');
    expect(result.notices.map((it) => [it.code, it.severity])).toEqual([['syntax', 'error']]);
    expect(result.layer.profile).toBe('strict');
  });

  it('can be replaced by what was meant', () => {
    const text = 'exclud: [a]\nrules:\n  mising-user: "of"\nprofile: strickt\n';
    const edits = parseConfiguration(text)
      .notices.flatMap((it) => it.fixes[0]?.edits ?? [])
      .toSorted((a, b) => a.range.start - b.range.start);
    expect(applyEdits(text, edits)).toBe('exclude: [a]\nrules:\n  missing-user: "of"\nprofile: strict\n');
  });

  it('is not what every object has', () => {
    expect(told(parseConfiguration('constructor: a\nrules:\n  __proto__: off\n  toString: off\n'))).toHaveLength(3);
  });

  it('never throws, whatever the text (property)', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'rules:',
        '  root-user: off',
        'exclude:',
        '- a',
        '  - b',
        'files: {',
        '}',
        '*a',
        '&a',
        '? b',
        '---',
        '<<: *a',
      ),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.join('\n');
        for (const { range } of parseConfiguration(text).notices) {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('layers of configuration', () => {
  it('are merged key by key, and a list is one value', () => {
    const above = {
      profile: 'strict',
      rules: { a: 'off', b: 'info' },
      exclude: ['x'],
      registries: { allowed: ['y'] },
      compose: { sets: [['c']] },
    } as const;
    const nearer = { rules: { b: 'error' }, exclude: ['z'], registries: { trusted: ['t'] } } as const;
    const expected = {
      profile: 'strict',
      rules: { a: 'off', b: 'error' },
      exclude: ['z'],
      registries: { allowed: ['y'], trusted: ['t'], scanned: [] },
      files: { dockerfile: [], compose: [] },
      compose: { sets: [['c']] },
      ports: { admin: [] },
    };
    expect(mergeConfig(DEFAULT_CONFIG, mergeLayers(above, nearer))).toEqual(expected);
    expect(mergeConfig(mergeConfig(DEFAULT_CONFIG, above), nearer)).toEqual(expected);
  });
});

describe('the description of the configuration', () => {
  it('names every key that a configuration has', () => {
    expect(Object.keys(KEYS).sort()).toEqual([...Object.keys(DEFAULT_CONFIG), 'locale'].sort());
    expect(inner(KEYS['registries'])).toEqual(Object.keys(DEFAULT_CONFIG.registries));
    expect(inner(KEYS['files'])).toEqual(Object.keys(DEFAULT_CONFIG.files));
    expect(inner(KEYS['compose'])).toEqual(Object.keys(DEFAULT_CONFIG.compose));
  });
});

function inner(key: Key | undefined): readonly string[] {
  return key?.shape.kind === 'group' ? Object.keys(key.shape.keys) : [];
}

function parsed(text: string): ParsedConfiguration {
  return parseConfiguration(`${dedent(text)}\n`);
}

function told({ notices }: ParsedConfiguration): readonly string[] {
  return notices.map((it) => `${it.code} ${render(it.message, {})}`);
}
