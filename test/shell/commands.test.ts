import { describe, expect, test } from 'vitest';
import type { ShellCommand } from '../../rules/shell/model.js';
import { execScript, parseScript } from '../../rules/shell/parse.js';
import { lines, script, values } from './read.js';

type Row = readonly [program: string, ...expected: readonly string[]];

const WORDS: readonly Row[] = [
  ['apt-get  install\t"a b" \'c d\' e\\ f', 'apt-get install a b c d e f'],
  ["echo \"a\\\"b\\$c\\\\d\\e\" 'a\\b' $'a\\tb'", 'echo a"b$c\\d\\e a\\b a\tb'],
  ['echo $X ${Y:-z} "$(id)" `id`', 'echo $X ${Y:-z} $(id) `id`', 'id', 'id'],
  ['apt-get \\\n  in\\\nstall a', 'apt-get install a'],
  ['echo a # not a command', 'echo a'],
  ['echo a#b', 'echo a#b'],
  ['A=1 B="c d" run x', 'A=1 B=c d run x'],
  ['A=$(curl x)', 'A=$(curl x) ', 'curl x'],
  ['export A=1 B', 'export A=1 B'],
  [''],
  ['   # only a comment'],
];

const ORDER: readonly Row[] = [
  ['a && b || c; d | e & f', 'a', 'b', 'c', 'd', 'e', 'f'],
  ['a\nb\n\nc', 'a', 'b', 'c'],
  ['if a; then b; elif c; then d; else e; fi', 'a', 'b', 'c', 'd', 'e'],
  ['while a; do b; done; until c; do d; done', 'a', 'b', 'c', 'd'],
  ['for x in $(a) b; do c; done', 'a', 'c'],
  ['case $(a) in x|y) b ;; *) c ;; esac', 'a', 'b', 'c'],
  ['f() { a; }; function g { b; }; f', 'a', 'b', 'f'],
  ['(a; (b)); { c; }', 'a', 'b', 'c'],
  ['! a && time b', 'a', 'time: b'],
  ['a "$(b "$(c)")" <(d) > >(e)', 'a $(b "$(c)") <(d) >>(e)', 'b $(c)', 'c', 'd', 'e'],
  ['[[ -f $(a) ]] && (( $(b) )) && [ -f x ]', 'a', 'b', '[ -f x ]'],
  ['echo "${X:-$(a)}" $((1 + $(b)))', 'echo ${X:-$(a)} $((1 + $(b)))', 'a', 'b'],
  ['a `b \\`c\\``', 'a `b \\`c\\``', 'b `c`', 'c'],
  ['cat <<A <<B\n$(a)\nA\n`b`\nB\nc', 'cat <<A <<B', 'a', 'b', 'c'],
  ["cat <<'A'\n$(a)\nA\nc", 'cat <<A', 'c'],
];

const WRAPPED: readonly Row[] = [
  ['sudo apt-get update', 'sudo: apt-get update'],
  ['sudo -E -u root -- apt-get update', 'sudo: apt-get update'],
  ['sudo -Hu app A=b make', 'A=b sudo: make'],
  ['sudo --user=app make', 'sudo: make'],
  ['sudo -v', 'sudo -v'],
  ['env A=b -u C make', 'A=b env: make'],
  ['env', 'env'],
  ['exec -a x /usr/bin/make', 'exec: /usr/bin/make'],
  ['exec > log', 'exec >log'],
  ['time -p make', 'time: make'],
  ['nice -n 10 nohup make', 'nice nohup: make'],
  ['command make', 'command: make'],
  ['command -v make', 'command -v make'],
  ['xargs -0 -r -n 1 rm -f', 'xargs: rm -f'],
  ['xargs -I{} rm {}', 'xargs: rm {}'],
  ['timeout -k 5 60 make', 'timeout: make'],
  ['timeout --signal=KILL 60 make', 'timeout: make'],
  ['gosu app make', 'gosu: make'],
  ['su-exec app:app make', 'su-exec: make'],
  ['setpriv --reuid=1 --regid 2 --init-groups make', 'setpriv: make'],
  ['chroot --userspec=a /mnt make', 'chroot: make'],
  ['tini -g -- make', 'tini: make'],
  ['dumb-init make', 'dumb-init: make'],
  ['stdbuf -oL make', 'stdbuf: make'],
  ['busybox wget x', 'busybox: wget x'],
  ['sudo nice env A=b make', 'A=b sudo nice env: make'],
];

const NESTED: readonly Row[] = [
  ["sh -c 'a && b'", 'sh -c a && b', 'a', 'b'],
  ["bash -euxo pipefail -c 'a; b'", 'bash -euxo pipefail -c a; b', 'a', 'b'],
  ["bash -lc 'a'", 'bash -lc a', 'a'],
  ["/bin/sh -c 'a' name arg", '/bin/sh -c a name arg', 'a'],
  ['sh -c \'sh -c "a b"\'', 'sh -c sh -c "a b"', 'sh -c a b', 'a b'],
  ['sh script.sh -c x', 'sh script.sh -c x'],
  ['eval "a b" c', 'eval a b c', 'a b c'],
  ['bash <<E\na\nb\nE', 'bash <<E', 'a', 'b'],
  ['bash -s -- x <<E\na\nE', 'bash -s -- x <<E', 'a'],
  ["sh <<< 'a b'", 'sh <<<a b', 'a b'],
  ['bash x.sh <<E\na\nE', 'bash x.sh <<E'],
  ["su - app -c 'a b'", 'su - app -c a b', 'a b'],
  ['su app --command "a"', 'su app --command a', 'a'],
  ["pwsh -Command 'iwr x'", 'pwsh -Command iwr x', 'iwr x'],
  [
    'find / -name x -exec rm -f {} \\; -exec chmod 1 {} +',
    'find / -name x -exec rm -f {} ; -exec chmod 1 {} +',
    'rm -f {}',
    'chmod 1 {}',
  ],
  ["find . -exec sh -c 'a {}' \\;", 'find . -exec sh -c a {} ;', 'sh -c a {}', 'a {}'],
  ["xargs sh -c 'a'", 'xargs: sh -c a', 'a'],
  ["sudo -u app bash -c 'a'", 'sudo: bash -c a', 'a'],
  ['sh -c "$(curl x)"', 'sh -c $(curl x)', '$(curl x)', 'curl x'],
];

const REDIRECTS: readonly Row[] = [
  ['a > b >> c 2> d 2>&1 &> e < f >| g', 'a >b >>c 2>d 2>&1 &>e <f >|g'],
  ['a >"b c"', 'a >b c'],
  ['> a', ' >a'],
  ['{ a; b; } > c', 'a >c', 'b >c'],
  ['if a; then b; fi > c', 'a >c', 'b >c'],
  ['while a; do b; done < c', 'a <c', 'b'],
];

describe.each([
  ['words', WORDS],
  ['order', ORDER],
  ['wrappers', WRAPPED],
  ['nested', NESTED],
  ['redirects', REDIRECTS],
] as const)('%s', (_, rows) => {
  test.each(rows.map(([program, ...expected]) => ({ program, expected })))('$program', ({ program, expected }) => {
    const read = script(program);
    expect(lines(program)).toEqual(expected);
    expect(read.complete).toBe(true);
  });
});

function commands(program: string): readonly ShellCommand[] {
  return script(program).commands;
}

function named(program: string, name: string): ShellCommand {
  const found = commands(program).find((it) => it.words[0]?.value === name);
  if (!found) throw new Error(`no ${name} in ${program}`);
  return found;
}

test('a name is the basename, and empty for an expansion', () => {
  const names = commands('/usr/bin/a; $B; ./c.sh; $D/bin/e; A=1; "f"; \\g').map((it) => it.name);
  expect(names).toEqual(['a', '', 'c.sh', 'e', '', 'f', 'g']);
});

test('joinedBy tells what stands before a command in its list', () => {
  const joins = commands('a && b || c; d | e & f\ng; (h && i)').map((it) => it.joinedBy);
  expect(joins).toEqual([undefined, '&&', '||', ';', '|', '&', ';', ';', '&&']);
});

test('the first command of a block is joined as the block is', () => {
  expect(named('a && { b; c; }', 'b').joinedBy).toBe('&&');
  expect(named('a || (b)', 'b').joinedBy).toBe('||');
});

test('conditional is what may not run', () => {
  const sometimes = commands('a; if b; then c; else d; fi; while e; do f; done; g() { h; }; case x in y) i;; esac; (j)')
    .filter((it) => it.conditional)
    .map((it) => it.name);
  expect(sometimes).toEqual(['c', 'd', 'f', 'h', 'i']);
});

test('pipes join the last writer and the first reader', () => {
  const [a, b, c] = commands('a | b | c');
  expect(a?.pipedInto).toBe(b);
  expect(b?.pipedFrom).toBe(a);
  expect(b?.pipedInto).toBe(c);
  expect(a?.pipedFrom).toBeUndefined();
  expect(c?.pipedInto).toBeUndefined();
});

test('pipes reach into and out of blocks', () => {
  const [a, b, c, d] = commands('(a; b) | while c; do d; done');
  expect(a?.pipedInto).toBe(c);
  expect(b?.pipedInto).toBe(c);
  expect(c?.pipedFrom).toBe(b);
  expect(d?.pipedFrom).toBeUndefined();
});

test('a pipe inside a block is not taken for the one outside', () => {
  const [a, b, c] = commands('{ a | b; } | c');
  expect(a?.pipedInto).toBe(b);
  expect(b?.pipedInto).toBe(c);
});

test('a parent is the command whose argument holds the other', () => {
  const program = "a $(b) <(c); sh -c 'd'; eval e; f=$(g)";
  const parents = commands(program).map((it) => it.parent && `${it.parent.command.name} ${it.parent.kind}`);
  expect(parents).toEqual([
    undefined,
    'a substitution',
    'a process',
    undefined,
    'sh argument',
    undefined,
    'eval argument',
    undefined,
    ' substitution',
  ]);
});

test('what the outer shell substitutes is not read a second time in the inner text', () => {
  const found = commands('sh -c "echo $(curl x) && b"');
  expect(found.map((it) => it.name)).toEqual(['sh', 'echo', 'b', 'curl']);
  expect(found.find((it) => it.name === 'curl')?.parent).toEqual({ command: found[0], kind: 'substitution' });
});

test('a single-quoted substitution belongs to the inner shell', () => {
  const found = commands("sh -c 'echo $(curl x)'");
  expect(found.map((it) => it.name)).toEqual(['sh', 'echo', 'curl']);
  expect(found[2]?.parent?.command).toBe(found[1]);
});

const LITERAL: readonly (readonly [word: string, value: string, literal: boolean])[] = [
  ['abc', 'abc', true],
  ['"a b"', 'a b', true],
  ["'$X'", '$X', true],
  ['\\$X', '$X', true],
  ['"\\$X"', '$X', true],
  ['/var/lib/apt/lists/*', '/var/lib/apt/lists/*', true],
  ['curl=7.?', 'curl=7.?', true],
  ['$X', '$X', false],
  ['"a${X}b"', 'a${X}b', false],
  ['a$(b)', 'a$(b)', false],
  ['`b`', '`b`', false],
  ['$((1+2))', '$((1+2))', false],
  ['~/a', '~/a', false],
  ['a~', 'a~', true],
  ['{a,b}', '{a,b}', false],
  ['<(a)', '<(a)', false],
];

test.each(LITERAL)('literal: %s', (word, value, literal) => {
  expect(script(`x ${word}`).commands[0]?.words[1]).toMatchObject({ value, literal });
});

test('here-documents keep their body and its place', () => {
  const program = 'cat <<-"E" > /x\n\t\ta $B\n\tE\nnext';
  const redirect = script(program).commands[0]?.redirects[0];
  expect(redirect?.body?.value).toBe('a $B\n');
  expect(program.slice(redirect?.body?.range.start, redirect?.body?.range.end)).toBe('\t\ta $B\n');
  expect(program.slice(redirect?.target.range.start, redirect?.target.range.end)).toBe('"E"');
});

describe('places', () => {
  const places = (program: string) =>
    commands(program).flatMap((command) => command.words.map((it) => program.slice(it.range.start, it.range.end)));

  test.each([
    ['a "b c" d\\ e', ['a', '"b c"', 'd\\ e']],
    ["sh -c 'a bc'", ['sh', '-c', "'a bc'", 'a', 'bc']],
    ['sh -c "a \\"b c\\" d"', ['sh', '-c', '"a \\"b c\\" d"', 'a', '\\"b c\\"', 'd']],
    ["sh -c 'a \"b\"'\"'\"'c'", ['sh', '-c', "'a \"b\"'\"'\"'c'", 'a', '"b"\'"\'"\'c']],
    ['a `b \\`c d\\``', ['a', '`b \\`c d\\``', 'b', '\\`c d\\`', 'c', 'd']],
    ['eval "a" b', ['eval', '"a"', 'b', 'a', 'b']],
    ['bash <<E\na b\nE\n', ['bash', 'a', 'b']],
  ])('%s', (program, expected) => {
    expect(places(program)).toEqual(expected);
  });
});

test('a removed line continuation is no part of the word before it', () => {
  // The Dockerfile's parser takes out the backslash and the line end: two characters are gone.
  const file = 'RUN a-b\\\n c';
  const at = (offset: number) => (offset < 3 ? offset + 4 : offset + 6);
  const [command] = parseScript({ program: 'a-b c', language: 'posix', at }).commands;
  expect(command?.words.map((it) => file.slice(it.range.start, it.range.end))).toEqual(['a-b', 'c']);
});

test('Windows line ends are no part of a word', () => {
  const program = 'apt-get update\r\nif a; then\r\n  b "c"\r\nfi\r\n';
  const read = script(program);
  expect(read.complete).toBe(true);
  expect(read.commands.flatMap((it) => values(it.words))).toEqual(['apt-get', 'update', 'a', 'b', 'c']);
  const last = read.commands.at(-1)?.words.at(-1);
  expect(program.slice(last?.range.start, last?.range.end)).toBe('"c"');
});

test('a here-document with Windows line ends has the body that the shell sees', () => {
  const redirect = script('cat <<E\r\na\r\nb\r\nE\r\nnext').commands[0]?.redirects[0];
  expect(redirect?.body?.value).toBe('a\nb\n');
});

describe('interpreters', () => {
  test.each([
    ['#!/usr/bin/env python3\nimport os', 'python3'],
    ['#!/usr/bin/python -u\n', 'python'],
    ['#!/usr/bin/env -S node --harmony\n', 'node'],
    ['#! /usr/bin/perl\n', 'perl'],
  ])('%s', (program, interpreter) => {
    expect(script(program)).toMatchObject({ interpreter, commands: [], complete: true });
  });

  test.each(['#!/bin/bash -e\na b', '#!/usr/bin/env bash\na b', '#!/bin/sh\na b'])('%s is a shell', (program) => {
    const read = script(program);
    expect(read.interpreter).toBeUndefined();
    expect(read.commands.map((it) => it.name)).toEqual(['a']);
  });

  test('pwsh decides the language', () => {
    expect(script('#!/usr/bin/pwsh\niwr x')).toMatchObject({ language: 'powershell' });
  });
});

describe('half-typed text', () => {
  test.each([
    ["apt-get update && echo 'a", ['apt-get', 'echo']],
    ['apt-get update && ', ['apt-get']],
    ['apt-get update && curl "$(wget x', ['apt-get', 'curl', 'wget']],
    ['if a; then b', ['a', 'b']],
    ['cat <<E\nabc', ['cat']],
    ['a | ', ['a']],
    ["sh -c 'a && ", ['sh', 'a']],
  ])('%s', (program, names) => {
    const read = script(program);
    expect(read.complete).toBe(program.startsWith('cat'));
    expect(read.commands.map((it) => it.name)).toEqual(names);
  });
});

describe('exec form', () => {
  const spans = (file: string): readonly { value: string; range: { start: number; end: number } }[] =>
    [...file.matchAll(/"(?:[^"\\]|\\.)*"/g)].map((it) => ({
      value: String(JSON.parse(it[0])),
      range: { start: it.index, end: it.index + it[0].length },
    }));

  test('is one command and nothing is expanded', () => {
    const read = execScript(spans('["echo", "$HOME", "a;b"]'), 'posix');
    expect(read.commands.map((it) => values(it.words))).toEqual([['echo', '$HOME', 'a;b']]);
    expect(read.commands[0]?.words.every((it) => it.literal)).toBe(true);
  });

  test('reads the text of sh -c, with places in the JSON string', () => {
    const file = '["/bin/sh", "-c", "a \\"b c\\" && d"]';
    const read = execScript(spans(file), 'posix');
    expect(read.commands.map((it) => it.name)).toEqual(['sh', 'a', 'd']);
    expect(read.commands.slice(1).map((it) => file.slice(it.range.start, it.range.end))).toEqual(['a \\"b c\\"', 'd']);
  });

  test('peels wrappers', () => {
    const read = execScript(spans('["/usr/bin/tini", "--", "gosu", "app", "node", "x"]'), 'posix');
    expect(read.commands[0]).toMatchObject({ name: 'node', wrappers: ['tini', 'gosu'] });
  });

  test('of nothing has no command', () => {
    expect(execScript([], 'posix')).toMatchObject({ commands: [], complete: true });
  });

  test('of Windows reads powershell and cmd', () => {
    const powershell = execScript(spans('["powershell", "-Command", "iwr https://x; b"]'), 'cmd');
    expect(powershell.commands.map((it) => it.name)).toEqual(['powershell', 'invoke-webrequest', 'b']);
    const cmd = execScript(spans('["cmd.exe", "/S", "/C", "a && b"]'), 'cmd');
    expect(cmd.commands.map((it) => it.name)).toEqual(['cmd', 'a', 'b']);
  });
});
