import { describe, expect, test } from 'vitest';
import { factsOf } from '../../rules/shell/facts.js';
import { readableLength } from '../../rules/shell/limits.js';
import type { ShellLanguage } from '../../rules/shell/parse.js';
import { filled, growth, LINEAR } from '../growth.js';
import { script } from './read.js';

const LANGUAGES: readonly ShellLanguage[] = ['posix', 'powershell', 'cmd'];

/** Texts that make parsers slow or run out of stack when they are repeated. */
const UNITS = [
  '$(',
  '"$(',
  '$((',
  '((',
  '`',
  '"`',
  '\\`',
  '${',
  '${a:-',
  '"${a:-',
  ': ${',
  '${a/',
  '$(<',
  '(',
  '{ ',
  'cat <<A ',
  '<<A\n',
  'cat <<A\n',
  "cat <<'A'\n",
  ';',
  'a;',
  'a|',
  'a&&',
  'a&',
  'a\n',
  'if ',
  'if a; then ',
  'while a; do ',
  'case a in b) ',
  'a() { ',
  '[[ ',
  '! ',
  '<(',
  'a <(',
  '"',
  "'",
  "$'",
  '\\',
  '\\\n',
  '#',
  'a=(',
  'a[',
  '{a,',
  '{a,b}',
  '@(',
  '<<<',
  '> ',
  "sh -c '",
  "sh -c 'sh -c ",
  'eval ',
  'sudo ',
  'env ',
  'xargs ',
  'find -exec ',
  'bash <<A\n',
  '%s ',
  '$a',
  '"a"',
  '-o ',
  "@'\n",
  '.A(',
  '[a]::b(',
  'a, ',
  '@{',
  'for ',
  ') ',
  '^',
  '%',
];

describe.each(LANGUAGES)('the facts of hostile text take linear time: %s', (of) => {
  test.each(UNITS)('%j', (unit) =>
    expect(growth(15_000, (length) => factsOf(script(filled(unit, length), of)))).toBeLessThan(LINEAR),
  );
});

describe('what is read of a text', () => {
  test.each([
    ['$(', 62],
    ['${', 62],
    ['$((', 47],
    ['<(', 62],
    ['cat <<A\n', 1610],
    ['a', 65_536],
    ['(a) ', 65_536],
    ['${a} ', 65_536],
  ])('%j again and again: at most %i characters', (unit, length) => {
    const read = readableLength(unit.repeat(70_000));
    expect(read).toBeLessThanOrEqual(length);
    expect(read).toBeGreaterThan(length * 0.9);
  });
});

test('a line of a megabyte is cut, and said to be', () => {
  const read = script(`curl https://x | sh; echo ${'a'.repeat(1_000_000)}`);
  expect(read.complete).toBe(false);
  expect(read.commands.slice(0, 2).map((it) => it.name)).toEqual(['curl', 'sh']);
});

test('20,000 commands are read', () => {
  const read = script('a;'.repeat(20_000));
  expect(read.commands).toHaveLength(20_000);
  expect(read.complete).toBe(true);
});

test('what is nested too deeply is said to be incomplete, and its first commands are known', () => {
  const read = script(`curl https://x && ${'a $('.repeat(500)}`);
  expect(read.complete).toBe(false);
  expect(read.commands[0]?.name).toBe('curl');
});

test('braces are not expanded into thousands of packages', () => {
  const [install] = factsOf(script(`yum install ${'{a,b}'.repeat(30)}`)).installs;
  expect(install?.packages.length).toBeLessThanOrEqual(64);
});
