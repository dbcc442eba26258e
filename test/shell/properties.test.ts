import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Range } from '../../rules/core/text.js';
import { factsOf } from '../../rules/shell/facts.js';
import type { ShellScript } from '../../rules/shell/model.js';
import { execScript, parseScript, type ShellLanguage } from '../../rules/shell/parse.js';
import { lines, script, values } from './read.js';

const LANGUAGES: readonly ShellLanguage[] = ['posix', 'powershell', 'cmd'];

const PIECES = [
  'apt-get install -y ',
  'curl -fsSL https://x ',
  'pip install ',
  'sudo ',
  'env A=b ',
  'sh -c ',
  'eval ',
  'rm -rf ',
  'find . -exec ',
  ' {} \\; ',
  'xargs ',
  'cat <<E ',
  '<<-"E"\n',
  '\nE\n',
  '<<< ',
  '#!/bin/sh\n',
  '# a\n',
  'a',
  'b',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '\\\n',
  '\\',
  '"',
  "'",
  '`',
  '$',
  '$(',
  '${',
  '$((',
  '))',
  '(',
  ')',
  '{ ',
  '}',
  '[',
  '[[ ',
  ']]',
  '<(',
  '>',
  '>> ',
  '2>&1',
  '&>',
  '<',
  '|',
  '||',
  '&&',
  '&',
  ';',
  ';;',
  '!',
  '*',
  '?',
  '~',
  '=',
  'A=',
  'A=(',
  '{a,b}',
  ':-',
  '#',
  '%',
  'if ',
  'then ',
  'else ',
  'fi\n',
  'for x in ',
  'do ',
  'done ',
  'while ',
  'case x in ',
  'esac ',
  'f() ',
  'function ',
  'time ',
  'iwr ',
  'iex ',
  '.DownloadFile(',
  "@'\n",
  "\n'@",
  '[A]::B',
  '$x = ',
  'foreach ',
  '^',
  '%A%',
  'rem ',
  'é',
  '\u{1F600}',
  '\0',
];

const hostile = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((it) => it.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
);

const language = fc.constantFrom(...LANGUAGES);

/** Every range that a script and its facts hand out. */
function ranges(read: ShellScript): readonly Range[] {
  const found: Range[] = [read.range];
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if ('start' in value && 'end' in value && typeof value.start === 'number' && typeof value.end === 'number')
      found.push({ start: value.start, end: value.end });
    Object.values(value).forEach(visit);
  };
  visit(read);
  visit(factsOf(read));
  return found;
}

/** A script as text, without its places. */
function shape(read: ShellScript): unknown {
  const index = new Map(read.commands.map((it, position) => [it, position]));
  return read.commands.map((it) => [
    it.name,
    values(it.words),
    it.wrappers,
    it.joinedBy,
    it.conditional,
    it.pipedInto && index.get(it.pipedInto),
    it.pipedFrom && index.get(it.pipedFrom),
    it.parent && [index.get(it.parent.command), it.parent.kind],
  ]);
}

describe('any text', () => {
  test('is read without a throw, and every place is inside it', () => {
    fc.assert(
      fc.property(hostile, language, (program, of) => {
        for (const { start, end } of ranges(script(program, of))) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(program.length);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test('moves as a whole: places only depend on where the text stands', () => {
    fc.assert(
      fc.property(hostile, language, fc.nat({ max: 1000 }), (program, of, distance) => {
        const here = ranges(script(program, of));
        const there = ranges(parseScript({ program, language: of, at: (offset) => offset + distance }));
        expect(there).toEqual(here.map((it) => ({ start: it.start + distance, end: it.end + distance })));
      }),
      { numRuns: 600 },
    );
  });

  test('has pipes with two ends, and parents among its commands', () => {
    fc.assert(
      fc.property(hostile, language, (program, of) => {
        const { commands } = script(program, of);
        const all = new Set(commands);
        for (const it of commands) {
          if (it.pipedFrom) expect(it.pipedFrom.pipedInto).toBeDefined();
          if (it.pipedInto) expect(all.has(it.pipedInto)).toBe(true);
          if (it.parent) expect(all.has(it.parent.command)).toBe(true);
        }
      }),
      { numRuns: 800 },
    );
  });

  test('gives commands of one list in the order of the text', () => {
    fc.assert(
      fc.property(hostile, language, (program, of) => {
        const starts = script(program, of)
          .commands.filter((it) => !it.parent)
          .map((it) => it.range.start);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }),
      { numRuns: 1500 },
    );
  });

  test('has plain words that stand in the file as they are', () => {
    fc.assert(
      fc.property(hostile, language, (program, of) => {
        for (const command of script(program, of).commands)
          for (const word of command.words) {
            const written = program.slice(word.range.start, word.range.end);
            if (word.literal && /^[\w./:-]+$/.test(written)) expect(word.value).toBe(written);
          }
      }),
      { numRuns: 1500 },
    );
  });

  test('is read in exec form', () => {
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 5 }), language, (words, of) => {
        const file = JSON.stringify(['sh', '-c', ...words]);
        const spans = [...file.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((it) => ({
          value: String(JSON.parse(it[0])),
          range: { start: it.index, end: it.index + it[0].length },
        }));
        for (const { start, end } of ranges(execScript(spans, of))) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(end).toBeLessThanOrEqual(file.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Programs that the shell accepts. */
const { statement } = fc.letrec<{ statement: string; simple: string; word: string }>((tie) => ({
  word: fc.oneof(
    fc.constantFrom('a', '-y', 'b=1', '/x/*', '"c d"', "'e $f'", '$G', '"${H:-i}"', 'j\\ k', 'https://x/y?z=1'),
    { weight: 1, arbitrary: tie('simple').map((it) => `"$(${it})"`) },
  ),
  simple: fc
    .tuple(
      fc.constantFrom('apt-get install', 'curl', 'sudo rm', 'echo', 'A=b make'),
      fc.array(tie('word'), { maxLength: 3 }),
    )
    .map(([name, words]) => [name, ...words].join(' ')),
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('simple'),
    fc
      .tuple(tie('statement'), fc.constantFrom(' && ', ' || ', '; ', ' | ', '\n'), tie('statement'))
      .map((it) => it.join('')),
    tie('statement').map((it) => `(${it})`),
    tie('statement').map((it) => `if ${it}; then a; fi`),
  ),
}));

describe('a whole program', () => {
  test('is complete', () => {
    fc.assert(
      fc.property(statement, (program) => script(program).complete),
      { numRuns: 500 },
    );
  });

  test('reads the same as the text of sh -c in either quotes', () => {
    fc.assert(
      fc.property(statement, (program) => {
        const single = `sh -c '${program.replaceAll("'", "'\\''")}'`;
        const double = `sh -c "${program.replace(/[\\"$`]/g, '\\$&')}"`;
        const own = lines(program);
        expect(lines(single).slice(1)).toEqual(own);
        expect(lines(double).slice(1)).toEqual(own);
      }),
      { numRuns: 500 },
    );
  });

  test('reads the same with Windows line ends', () => {
    fc.assert(
      fc.property(statement, (program) => {
        expect(shape(script(program.replaceAll('\n', '\r\n')))).toEqual(shape(script(program)));
      }),
      { numRuns: 500 },
    );
  });

  test('cut anywhere keeps the commands before the cut', () => {
    fc.assert(
      fc.property(statement, fc.nat(), (program, cut) => {
        const whole = `first a && ${program}`;
        const read = script(whole.slice(0, 10 + (cut % program.length)));
        expect(read.commands[0]?.name).toBe('first');
      }),
      { numRuns: 500 },
    );
  });
});
