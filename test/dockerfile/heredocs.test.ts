import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { cut, lines, only, outline } from './read.js';

/** `RUN <operator>` with a body, closed by EOF; what BuildKit 0.22 makes of each was tried with a real engine. */
const body = (operator: string): string => lines('FROM scratch', `RUN cat ${operator}`, 'USER body', 'EOF', 'USER app');

describe('heredocs', () => {
  test.each([
    '<<EOF',
    '<<-EOF',
    '3<<EOF',
    '<<"EOF"',
    "<<'EOF'",
    '<<E"O"F',
    '<<\\EOF',
    '<< EOF',
    '<<\tEOF',
    '3<<  EOF',
    '<< "EOF"',
    '<<EOF > /x',
    '<<EOF \\\n && b',
    '<\\\n<EOF',
    '<<EOF ${x:-y} ${z%a} ${x:1:2} $(b) # c',
    '<<EOF ; echo ${x//a/b}',
  ])('%j is one', (operator) => {
    expect(outline(body(operator)).map((it) => it.split('|')[0])).toEqual(['FROM', 'RUN', 'USER']);
  });

  test.each([
    'a<<EOF',
    '<<<EOF',
    '"<<EOF"',
    "'<<EOF'",
    '\\<<EOF',
    '(<<EOF',
    '<<- EOF',
    '<< <<EOF',
    '<<EOF<<EOF',
    '<<${x:-EOF}',
    '<<EOF ${a[0]}',
    '<<EOF ${a^^}',
    '<<EOF "open',
    "<<EOF don't",
    '<<EOF ${open',
    '<<EOF ${x:}',
  ])('%j is none', (operator) => {
    expect(outline(body(operator)).map((it) => it.split('|')[0])).toEqual(['FROM', 'RUN', 'USER', 'UNKNOWN', 'USER']);
  });

  test.each([
    ['RUN ["<<EOF"]', false],
    ['CMD <<EOF', false],
    ['ENV A=<<EOF', false],
    ['ONBUILD CMD <<EOF', false],
    ['ONBUILD RUN <<EOF', true],
    ['COPY <<EOF /x', true],
    ['add <<EOF /x', true],
    ['RUN --mount=type=cache,target=/x <<EOF', true],
  ])('%j takes a heredoc: %s', (text, takes) => {
    const { instructions } = parseDockerfile(lines('FROM scratch', text, 'body', 'EOF'));
    expect(instructions.length).toBe(takes ? 2 : 4);
  });

  test('name, content, places and what is done to the content', () => {
    const text = lines('FROM a', 'COPY <<-A <<"B" /x/', '\ta', '\t\tb', '\tA', 'c', 'B', 'USER app');
    const [, copy] = parseDockerfile(text).instructions;
    expect(
      copy?.heredocs.map(({ contentRange, range, ...it }) => ({
        ...it,
        at: cut(text, range),
        raw: cut(text, contentRange),
      })),
    ).toEqual([
      { name: 'A', content: 'a\nb\n', expand: true, chomp: true, at: '<<-A', raw: '\ta\n\t\tb\n' },
      { name: 'B', content: 'c\n', expand: false, chomp: false, at: '<<"B"', raw: 'c\n' },
    ]);
    expect(cut(text, copy?.range)).toBe('COPY <<-A <<"B" /x/\n\ta\n\t\tb\n\tA\nc\nB');
    expect(cut(text, copy?.bodyRange)).toBe('<<-A <<"B" /x/');
  });

  test('only the name alone closes it', () => {
    const text = lines('FROM a', 'RUN <<EOF', ' EOF', 'EOF ', 'EOF;', '# c', '\tEOF', '', 'EOF', 'USER b');
    const [, run] = parseDockerfile(text).instructions;
    expect(run?.heredocs[0]?.content).toBe(' EOF\nEOF \nEOF;\n# c\n\tEOF\n\n');
  });

  test('line ends of Windows', () => {
    const text = 'FROM a\r\nRUN <<EOF\r\nx\r\nEOF\r\nUSER b\r\n';
    expect(outline(text)).toEqual(['FROM|a', 'RUN|<<EOF', 'USER|b']);
    expect(parseDockerfile(text).instructions[1]?.heredocs[0]?.content).toBe('x\r\n');
  });

  test('one that is never closed takes no instruction with it', () => {
    const text = lines('FROM a', 'RUN <<EOF', 'USER app');
    const { errors } = parseDockerfile(text);
    expect(outline(text)).toEqual(['FROM|a', 'RUN|<<EOF', 'USER|app']);
    expect(errors.map((it) => cut(text, it.range))).toEqual(['<<EOF']);
  });
});

describe('programs', () => {
  const commands = (text: string) => {
    const { instructions } = parseDockerfile(text);
    return instructions.flatMap((it) =>
      it.keyword === 'RUN' || it.keyword === 'CMD' || it.keyword === 'HEALTHCHECK'
        ? it.script.commands.map(({ words, range }) => [words.map((word) => word.value).join(' '), cut(text, range)])
        : [],
    );
  };

  test('shell form over several lines, with comments', () => {
    expect(commands('FROM a\nRUN apt-get update \\\n # c\n && apt-get ins\\\ntall x\n')).toEqual([
      ['apt-get update', 'apt-get update'],
      ['apt-get install x', 'apt-get ins\\\ntall x'],
    ]);
  });

  test('a heredoc alone is the program', () => {
    const run = only('RUN', 'RUN <<EOF\na\nb c\nEOF');
    expect(run.form).toBe('heredoc');
    expect(commands('FROM a\nRUN <<-EOF\n\ta\n\tb \\\n\t c\n\tEOF\n')).toEqual([
      ['a', 'a'],
      ['b c', 'b \\\n\t c'],
    ]);
  });

  test('its interpreter', () => {
    const run = only('RUN', 'RUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF');
    expect([run.script.interpreter, run.script.commands]).toEqual(['python3', []]);
  });

  test('a heredoc of a command is its input', () => {
    const text = 'FROM a\nRUN cat <<EOF > /x && b\n1 $A\nEOF\nUSER c\n';
    const run = parseDockerfile(text).instructions[1];
    const redirect = run?.keyword === 'RUN' ? run.script.commands[0]?.redirects[0] : undefined;
    expect(run?.keyword === 'RUN' && run.form).toBe('shell');
    expect([redirect?.body?.value, cut(text, redirect?.body?.range)]).toEqual(['1 $A\n', '1 $A\n']);
    expect(commands(text).map(([words]) => words)).toEqual(['cat', 'b']);
  });

  test('exec form', () => {
    expect(commands('FROM a\nCMD ["sh", "-c", "a && b"]\n').map(([words]) => words)).toEqual([
      'sh -c a && b',
      'a',
      'b',
    ]);
    expect(commands('FROM a\nCMD ["x", "&&"]\n')).toEqual([['x &&', '"x", "&&"']]);
  });

  test('computed once', () => {
    const run = only('RUN', 'RUN apt-get install -y curl');
    expect(run.script).toBe(run.script);
    expect(run.facts).toBe(run.facts);
    expect(run.facts.installs[0]?.packages.map((it) => it.name)).toEqual(['curl']);
  });
});
