import { describe, expect, test } from 'vitest';
import { UNKNOWN } from '../../rules/core/text.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { expandAt } from '../../rules/dockerfile/queries.js';
import { lines } from './read.js';

/** The text as a word of an instruction at the end of the file. */
function at(end: string, file: string) {
  const document = parseDockerfile(file);
  return expandAt(document, end, file.length);
}

const SET = lines('FROM scratch', 'ENV X=a/b/c.tar.gz Y= T="two words" S=[a]');

// The results are those of docker build 28.2 (LABEL, then docker inspect).
describe('variables', () => {
  test.each([
    ['$X', 'a/b/c.tar.gz'],
    ['${X}_y', 'a/b/c.tar.gz_y'],
    ['$X_y', ''],
    ['%$T%', '%two words%'],
    ['${Y:-d}', 'd'],
    ['${Y-d}', ''],
    ['${Z-d}', 'd'],
    ['${Z:-$X}', 'a/b/c.tar.gz'],
    ['${Z:-${Y:-"q r"}}', 'q r'],
    ['${Y:+d}', ''],
    ['${Y+d}', 'd'],
    ['${X:+d}', 'd'],
    ['${Z+d}', ''],
    ['${X:?no}', 'a/b/c.tar.gz'],
    ['${X#*/}', 'b/c.tar.gz'],
    ['${X##*/}', 'c.tar.gz'],
    ['${X%.*}', 'a/b/c.tar'],
    ['${X%%.*}', 'a/b/c'],
    ['${X#z}', 'a/b/c.tar.gz'],
    ['${X#}', 'a/b/c.tar.gz'],
    ['${X/b/Z}', 'a/Z/c.tar.gz'],
    ['${X//\\//_}', 'a_b_c.tar.gz'],
    ['${X//[a]/Z}', 'a/b/c.tar.gz'],
    ['${S/[a]/Z}', 'Z'],
    ['${S#[}', 'a]'],
    ['${Z/*/Q}', 'Q'],
    ['${Z//b/Q}', ''],
    ['${X/?/Q}', 'Q/b/c.tar.gz'],
    ['${X//c/}', 'a/b/.tar.gz'],
    ['${X//a/$Z}', '$Z/b/c.t$Zr.gz'.replaceAll('$Z', '')],
    ['\\$X', '$X'],
    ["'$X'", '$X'],
    ['"\'$X\'"', "'a/b/c.tar.gz'"],
    ['"\\$X \\"a\\" \\n"', '$X "a" \\n'],
    ['a\\b', 'ab'],
    ['a\\', 'a'],
    ['$', '$'],
    ['$$', ''],
    ['a$/b', 'a$/b'],
    ['$1$10', ''],
    ['$(X)', '$(X)'],
  ])('%s is %j', (text, expected) => {
    expect(at(text, SET).value).toBe(expected);
  });

  test.each(['"open', "'open", '${X', '${}', '${X:1}', '${X^^}', '${:X}', '${X/a}', '${X//\\[/Z}'])(
    '%s, which BuildKit refuses, is not known when a variable is in it',
    (text) => {
      const { value, known } = at(text, SET);
      expect(known).toBe(!text.includes('$'));
      expect(value).toBe(text.includes('$') ? UNKNOWN : text);
    },
  );

  test('literal and known say what was found', () => {
    expect(at('a "b"', SET)).toEqual({ value: 'a b', known: true, literal: true });
    expect(at('a$X', SET)).toEqual({ value: 'aa/b/c.tar.gz', known: true, literal: false });
    expect(at('a$Q', 'FROM x\n')).toEqual({ value: `a${UNKNOWN}`, known: false, literal: false });
  });

  test('the escape character is the file’s', () => {
    expect(at('`$X \\$X', lines('# escape=`', 'FROM scratch', 'ENV X=1')).value).toBe('$X \\1');
  });
});

describe('where variables come from', () => {
  test.each([
    ['ENV is seen by what follows it only', lines('FROM scratch', 'ENV A=1', 'ENV A=2 B=$A'), '$A$B', '21'],
    ['the later of ENV and ARG wins', lines('FROM scratch', 'ARG A=1', 'ENV A=2'), '$A', '2'],
    ['also when it is ARG', lines('FROM scratch', 'ENV A=1', 'ARG A=2'), '$A', '2'],
    ['ARG without a value leaves ENV alone', lines('FROM scratch', 'ENV A=1', 'ARG A'), '$A', '1'],
    ['ARG sees the names before it on its line', lines('FROM scratch', 'ARG A=1 B=$A'), '$B', '1'],
    ['ENV does not', lines('FROM scratch', 'ENV A=1 B=$A'), '[$B]', '[]'],
    ['a global ARG is not in a stage', lines('ARG A=1', 'FROM scratch'), '[$A]', '[]'],
    ['until ARG names it', lines('ARG A=1', 'FROM scratch', 'ARG A'), '$A', '1'],
    ['its default of the stage is stronger', lines('ARG A=1', 'FROM scratch', 'ARG A=2'), '$A', '2'],
    ['global ones see each other', lines('ARG A=1 B=$A', 'ARG C=$B$A', 'FROM scratch', 'ARG C'), '$C', '11'],
    ['ENV and ARG go on into stages', lines('FROM scratch AS s', 'ARG A=1', 'ENV B=2', 'FROM s'), '$A$B', '12'],
    ['there ENV is stronger', lines('FROM scratch AS s', 'ENV A=1', 'ARG A=2', 'FROM s'), '$A', '1'],
    ['but not into others', lines('FROM scratch AS s', 'ARG A=1', 'FROM scratch'), '[$A]', '[]'],
    ['a base image may set anything', lines('FROM a'), '$A', UNKNOWN],
    ['even with a default', lines('FROM a'), '${A:-b}', UNKNOWN],
    ['scratch has a PATH', lines('FROM scratch'), '${PATH##*:}', '/bin'],
    ['ARG without a value is open', lines('FROM a', 'ARG A'), '$A', UNKNOWN],
    ['but has its default', lines('FROM a', 'ARG A'), '${A:-b}', 'b'],
    ['the platform is known to the builder', lines('FROM scratch', 'ARG TARGETARCH'), '${TARGETARCH:-b}', UNKNOWN],
    ['once it is named', lines('FROM scratch'), '${TARGETARCH:-b}', 'b'],
    ['ONBUILD sets nothing here', lines('FROM scratch', 'ONBUILD ENV A=1'), '[$A]', '[]'],
    ['names may be variables', lines('FROM scratch', 'ENV A=B', 'ENV $A=1'), '$B', '1'],
    ['unknown parts stay parts', lines('FROM a', 'ENV A=x$Y'), '$A', `x${UNKNOWN}`],
  ])('%s', (_name, file, text, expected) => {
    expect(at(text, file).value).toBe(expected);
  });

  test.each([
    ['ARG V=1\nFROM a:$V', 'a:1'],
    ['FROM a:${V:-2}', 'a:2'],
    ['FROM a:$V', 'a:…'],
    ['ARG V\nFROM a:$V', 'a:…'],
    ['ARG V\nFROM a:${V:-3}', 'a:3'],
    ['FROM a:$TARGETARCH', 'a:…'],
    ['ARG V=1\nFROM b\nARG V=2\nFROM a:$V', 'a:1'],
    ['ARG R=ghcr.io/x\nARG I=$R/y\nFROM ${I}:1', 'ghcr.io/x/y:1'],
  ])('%j: FROM sees what stands before the first FROM', (text, image) => {
    expect(parseDockerfile(text).stages.at(-1)?.image?.written).toBe(image);
  });

  test('values that double with each line end as unknown', () => {
    const doubling = Array.from({ length: 60 }, (_, it) => `ENV A${it + 1}=$A${it}$A${it}`);
    const file = lines('FROM scratch', 'ENV A0=x', ...doubling);
    expect(at('$A4', file).value).toBe('x'.repeat(16));
    const { value, known } = at('$A60', file);
    expect([known, value.length < 10_000]).toEqual([false, true]);
  });

  test('patterns stop costing time at some point', () => {
    const file = lines('FROM scratch', `ENV A=${'a'.repeat(2000)}`);
    expect(at(`\${A//${'*?'.repeat(100)}/b}`, file).value).toBe(UNKNOWN);
  });
});
