import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDotenv, variablesOf } from '../../rules/compose/dotenv.js';
import { effectiveCompose } from '../../rules/compose/effective.js';
import { envFilesOf, wholeEnvironmentOf } from '../../rules/compose/environment.js';
import { parseCompose } from '../../rules/compose/parse.js';
import { isElsewhere, ownRange } from '../../rules/core/elsewhere.js';
import { UNKNOWN } from '../../rules/core/text.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { filled, growth, LINEAR } from '../growth.js';

describe('an env file', () => {
  const cases: readonly (readonly [text: string, expected: Readonly<Record<string, string | undefined>>])[] = [
    ['', {}],
    ['A=1', { A: '1' }],
    ['A=1\nB=2\n', { A: '1', B: '2' }],
    ['A=1\r\nB = 2\r\n', { A: '1', B: '2' }],
    ['\uFEFFA=1', { A: '1' }],
    ['  A=1', { A: '1' }],
    ['export A=1\nexport  B="2"', { A: '1', B: '2' }],
    ['A: 1', { A: '1' }],
    ['A=', { A: '' }],
    ['A', { A: undefined }],
    ['# A=1\n#\n\nB=2', { B: '2' }],
    ['A=1 # c', { A: '1' }],
    ['A=1#c', { A: '1#c' }],
    ['A=#c', { A: '' }],
    ['A= a b  ', { A: 'a b' }],
    ["A='x $B ${C} \\n # y' # c", { A: 'x $B ${C} \\n # y' }],
    ['A="x\\ny\\t\\"z\\"" # c\nB=1', { A: 'x\ny\t"z"', B: '1' }],
    ['A="one\ntwo"\nB=1', { A: 'one\ntwo', B: '1' }],
    ["A='one\ntwo'\nB=1", { A: 'one\ntwo', B: '1' }],
    ['A="one\nB=1', { A: '"one', B: '1' }],
    ['A=1\nB=$A-${A}', { A: '1', B: '1-1' }],
    ['A="${B:-d}"', { A: 'd' }],
    ['A="\\$B"', { A: '$B' }],
    ['A=$$B', { A: '$B' }],
    ['A=${X}', { A: UNKNOWN }],
    ['A=1\nA=2', { A: '2' }],
    ['A.B-C=1', { 'A.B-C': '1' }],
    ['=1\n?=2\nA=3', { A: '3' }],
    ['A==', { A: '=' }],
    ['A=postgres://u:p@h/d?x=1', { A: 'postgres://u:p@h/d?x=1' }],
  ];
  it.each(cases)('%j', (text, expected) => {
    const entries = readDotenv(text);
    expect(Object.fromEntries(entries.map((it) => [it.name.value, it.value?.value]))).toEqual(expected);
    for (const { name, value, range } of entries) {
      expect(text.slice(name.range.start, name.range.end)).toBe(name.value);
      expect(range.start).toBe(name.range.start);
      if (value?.literal === true && !value.value.includes('\n') && !/\\|\$\$/.test(text))
        expect(text.slice(value.range.start, value.range.end)).toBe(value.value);
    }
  });

  it('gives variables with their places, of which those around win', () => {
    const outer = variablesOf('A=1\nC=${X}\n', 1000);
    const { get, placeOf } = variablesOf('A=2\nB="$A"\nC=3\n', 2000, outer);
    expect([get('A'), get('B'), get('C'), get('D')]).toEqual(['1', '1', '3', undefined]);
    expect(placeOf?.('A')).toEqual({ start: 1002, end: 1003 });
    expect(placeOf?.('B')).toEqual({ start: 2007, end: 2009 });
  });

  it('can be any text', () => {
    const pieces = fc.constantFrom(
      'A',
      '=',
      '"',
      "'",
      '\n',
      '\r',
      '#',
      ' ',
      '$',
      '{',
      '}',
      '\\',
      'export ',
      'é',
      ':',
      '$A',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        let last = 0;
        for (const { range, value } of readDotenv(text)) {
          expect(range.start).toBeGreaterThanOrEqual(last);
          last = range.end;
          expect(last).toBeLessThanOrEqual(text.length);
          if (value) expect(value.range.start <= value.range.end && value.range.end <= last).toBe(true);
        }
      }),
    );
  });

  it.each([
    ['lines', 'A=1\n'],
    ['open quotes', 'A="\n'],
    ['export', 'export '],
    ['blanks', ' \t'],
    ['names', 'A'],
    ['dollars', 'A=$A${'],
  ])('takes linear time: %s', (_, piece) =>
    expect(growth(80_000, (length) => readDotenv(filled(piece, length)))).toBeLessThan(LINEAR),
  );
});

describe('the environment of a service', () => {
  const files = {
    'app/.env': 'TOKEN=t\nFILE=b.env\n',
    'app/compose.yaml': [
      'services:',
      '  web:',
      '    env_file:',
      '      - a.env',
      '      - path: ${FILE}',
      '        required: false',
      '      - {path: raw.env, format: raw}',
      '    environment: [OWN=1, TOKEN, UNSET]',
      '  lost:',
      '    env_file: [missing.env]',
      '  maybe:',
      '    env_file: [{path: missing.env, required: false}]',
      '  outside:',
      '    env_file: ../../x.env',
      '',
    ].join('\n'),
    'app/a.env': 'A=1\nB=1\nOWN=2\nPASSED\nTOKEN=x\n',
    'app/b.env': 'B="2$TOKEN"\n',
    'app/raw.env': 'R="$TOKEN" # c\n',
  };
  const project = projectOfTexts('app/compose.yaml', files);
  const document = effectiveCompose(parseCompose(files['app/compose.yaml']), project);
  const of = (name: string) => {
    const service = document.services.find((it) => it.name.value === name);
    if (!service) throw new Error(name);
    return { service, ...wholeEnvironmentOf(service, document, project) };
  };

  it('has what its files set, where that is written', () => {
    const { variables, complete } = of('web');
    const shown = variables.map(({ name, value, range }) => {
      const path = isElsewhere(range) ? project.fileAt(range.start) : project.path;
      return [name.value, value?.value, path];
    });
    expect(complete).toBe(true);
    expect(shown).toEqual([
      ['OWN', '1', 'app/compose.yaml'],
      ['TOKEN', 't', 'app/compose.yaml'],
      ['UNSET', undefined, 'app/compose.yaml'],
      ['A', '1', 'app/a.env'],
      ['B', '2t', 'app/b.env'],
      ['PASSED', undefined, 'app/a.env'],
      ['R', '"$TOKEN" # c', 'app/raw.env'],
    ]);
    const token = variables.find((it) => it.name.value === 'TOKEN')?.value;
    expect(token && project.fileAt(token.range.start)).toBe('app/.env');
    expect(token && ownRange(token.range)).toEqual({ start: 6, end: 7 });
    const inB = variables.find((it) => it.name.value === 'B')?.value;
    expect(inB?.from?.map((it) => [it.value, project.fileAt(it.range.start)])).toEqual([['TOKEN', 'app/.env']]);
  });

  it('is not complete where a file is out of sight', () => {
    expect(['lost', 'maybe', 'outside'].map((it) => of(it).complete)).toEqual([false, true, false]);
    expect(envFilesOf(of('outside').service, document, project).map((it) => it.path)).toEqual([undefined]);
  });

  it('is that of the file alone where nothing is known of the others', () => {
    const alone = parseCompose(files['app/compose.yaml']);
    const [service] = alone.services;
    const standing = { ...project, read: () => undefined };
    expect(service && wholeEnvironmentOf(service, alone, standing)).toMatchObject({ complete: false });
  });
});
