import { describe, expect, test } from 'vitest';
import { lines, script } from './read.js';

type Row = readonly [program: string, ...expected: readonly string[]];

const POWERSHELL: readonly Row[] = [
  ['a; b | c && d || e\nf', 'a', 'b', 'c', 'd', 'e', 'f'],
  ['a \'b \'\'c\'\'\' "d `"e`" ""f""" g`h', 'a b \'c\' d "e" "f" gh'],
  ['a b, c ,d', 'a b c d'],
  ['a `\n  b', 'a b'],
  ['a # b; c\n<# d; e #> f', 'a', 'f'],
  ['$x = 1; $env:Y = "z"; $q = a b', '$x=1 ', '$env:Y=z ', '$q=? a b'],
  ['$x=a -eq b', '$x=? a -eq b'],
  ['& "C:\\Program Files\\a.exe" /b', 'C:\\Program Files\\a.exe /b'],
  ['. ./a.ps1 b', './a.ps1 b'],
  ['return a b', 'a b'],
  ['exit 1', 'exit 1'],
  ['if (a b) { c } elseif (d) { e } else { f }', 'a b', 'c', 'd', 'e', 'f'],
  ['foreach ($x in a b) { c $x }', 'c $x'],
  ['try { a } catch { b } finally { c }', 'a', 'b', 'c'],
  ['function F { a }; F', 'a', 'F'],
  ['a | % { b $_ }', 'a', '% { b $_ }', 'b $_'],
  ['a (b (c d))', 'a (b (c d))', 'b (c d)', 'c d'],
  ['a "$(b c) d"', 'a $(b c) d', 'b c'],
  ['a @{ b = 1; c = 2 }', 'a @{ b = 1; c = 2 }'],
  ['a > b 2>> c 2>&1 *> d', 'a >b 2>>c 2>&1 &>d'],
  ["a @'\nb; c 'd'\n'@ e", "a b; c 'd' e"],
  ['(a b).C("d", e).F', 'a b', 'C d e'],
  ["[System.IO.File]::WriteAllText('a', 'b')", 'WriteAllText a b'],
  ["$w.Get('a' + $b + 'c')", 'Get a$bc'],
  ['[Net.X]::Y = [Net.Z]::T', '[Net.X]::Y=[Net.Z]::T '],
  ['cmd /c "a & b"', 'cmd /c a & b', 'a', 'b'],
  ["bash -c 'a; b'", 'bash -c a; b', 'a', 'b'],
  [
    'powershell -NoProfile -ExecutionPolicy Bypass -Command "a; b"',
    'powershell -NoProfile -ExecutionPolicy Bypass -Command a; b',
    'a',
    'b',
  ],
  ['powershell a b', 'powershell a b', 'a b'],
  ['powershell -File a.ps1 b', 'powershell -File a.ps1 b'],
  ['iex "a; b"', 'iex a; b', 'a', 'b'],
];

const CMD: readonly Row[] = [
  ['a & b && c || d | e\nf', 'a', 'b', 'c', 'd', 'e', 'f'],
  ['a "b c" d^&e f"g h"i', 'a b c d&e fg hi'],
  ['a ^\n  b', 'a b'],
  ['@a & rem b & c', 'a', 'c'],
  [':: a\nb', 'b'],
  ['if exist x a b', 'a b'],
  ['if not defined X (a) else (b)', 'a', 'b'],
  ['if "%X%"=="1" a', 'a'],
  ['for %%i in (a b) do c %%i', 'c %%i'],
  ['call a b', 'a b'],
  ['(a & b) && c', 'a', 'b', 'c'],
  ['a > b 2>&1 < c', 'a >b 2>&1 <c'],
  ['powershell -Command "a; b"', 'powershell -Command a; b', 'a', 'b'],
  ['cmd /S /C "a && b"', 'cmd /S /C a && b', 'a', 'b'],
  ['(a b) && c)', 'a b', 'c)'],
  [
    "powershell $x = 1; (a b).C('d', 'e') ; f",
    "powershell $x = 1; (a b).C('d', 'e') ; f",
    '$x=1 ',
    'a b',
    'C d e',
    'f',
  ],
  ['powershell -c a; b ^| c', 'powershell -c a; b | c', 'a', 'b', 'c'],
];

describe.each([
  ['powershell', POWERSHELL],
  ['cmd', CMD],
] as const)('%s', (language, rows) => {
  test.each(rows.map(([program, ...expected]) => ({ program, expected })))('$program', ({ program, expected }) => {
    expect(lines(program, language)).toEqual(expected);
    expect(script(program, language).complete).toBe(true);
  });

  test.each(['a "b', 'a & "b c'])('%s is half-typed', (program) => {
    expect(script(program, language).complete).toBe(false);
  });
});

test('PowerShell names are full and in lower case', () => {
  const program = 'IWR x; iex $y; Curl z; curl.exe z; curl --fail z; C:\\a\\B.EXE; rm q; ForEach-Object { Del w }';
  expect(script(program, 'powershell').commands.map((it) => it.name)).toEqual([
    'invoke-webrequest',
    'invoke-expression',
    'invoke-webrequest',
    'curl',
    'curl',
    'b',
    'remove-item',
    'foreach-object',
    'remove-item',
  ]);
});

test('cmd names are in lower case and without extension', () => {
  expect(script('C:\\X\\CURL.EXE a & Npm.cmd b', 'cmd').commands.map((it) => it.name)).toEqual(['curl', 'npm']);
});

test('PowerShell pipes, joins and conditions', () => {
  const [a, b, c, d, e] = script('a | b; c && d; if (1) { e }', 'powershell').commands;
  expect(a?.pipedInto).toBe(b);
  expect(b?.pipedFrom).toBe(a);
  expect([a, b, c, d].map((it) => it?.joinedBy)).toEqual([undefined, '|', ';', '&&']);
  expect([a, b, c, d, e].map((it) => it?.conditional)).toEqual([false, false, false, false, true]);
});

test('a method at the end of a pipe is piped from', () => {
  const found = script("(New-Object Net.WebClient).DownloadString('https://x') | iex", 'powershell').commands;
  const [, method, iex] = found;
  expect(method?.pipedInto).toBe(iex);
  expect(iex).toMatchObject({ name: 'invoke-expression', pipedFrom: method });
});

test('what stands in parentheses has the command around as its parent', () => {
  const [iex, irm] = script('iex (irm https://x)', 'powershell').commands;
  expect(irm?.parent).toEqual({ command: iex, kind: 'substitution' });
});

test('cmd conditions end with their line or parenthesis', () => {
  const found = script('if exist x (a & b)\nc\n(d || if 1==1 e) && f', 'cmd').commands;
  expect(found.map((it) => `${it.name}${it.conditional ? '?' : ''}`)).toEqual(['a?', 'b?', 'c', 'd', 'e?', 'f']);
});

test('places are those of the words as written', () => {
  const program = 'powershell -Command "iwr \'https://x y\' ; b c"';
  const found = script(program, 'cmd').commands;
  expect(found.flatMap((it) => it.words.map((word) => program.slice(word.range.start, word.range.end)))).toEqual([
    'powershell',
    '-Command',
    '"iwr \'https://x y\' ; b c"',
    'iwr',
    "'https://x y'",
    'b',
    'c',
  ]);
});
