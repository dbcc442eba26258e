import { describe, expect, test } from 'vitest';
import type { Range } from '../../rules/core/text.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { cut, lines, only, outline } from './read.js';

describe('lines', () => {
  test.each([
    ['a continued line', 'RUN a \\\n  b', ['RUN|a   b']],
    ['blanks after the continuation character', 'RUN a \\ \t\n b', ['RUN|a  b']],
    ['a word over two lines', 'RUN ab\\\ncd', ['RUN|abcd']],
    ['a keyword over two lines', 'RU\\\nN a', ['RUN|a']],
    ['comments and blank lines inside', 'RUN a \\\n# c \\\n\n  # d\n b', ['RUN|a  b']],
    ['a comment with a continuation character ends nothing', '# c \\\nRUN a', ['RUN|a']],
    ['two escape characters continue nothing', 'RUN a \\\\\nUSER b', ['RUN|a \\\\', 'USER|b']],
    ['a continuation character alone before the keyword', '\\\nRUN a', ['RUN|a']],
    ['a continuation character at the end of the file', 'RUN a \\', ['RUN|a']],
    ['a comment behind an instruction is part of it', 'RUN a # b', ['RUN|a # b']],
    ['white space before the keyword', '\t RUN a', ['RUN|a']],
    ['carriage returns', 'RUN a \\\r\n b\r\nUSER c\r\n', ['RUN|a  b', 'USER|c']],
    ['a byte order mark', '\uFEFFRUN a', ['RUN|a']],
    ['a lone carriage return ends no line', 'RUN a\rUSER b', ['RUN|a\rUSER b']],
    ['any letter case', 'rUn a\nuser b', ['RUN|a', 'USER|b']],
    ['tabs and form feeds after the keyword', 'RUN\t\f a', ['RUN|a']],
    ['a no-break space is no blank', 'RUN\u00a0a', ['UNKNOWN|']],
    ['no arguments', 'RUN\nUSER', ['RUN', 'USER']],
  ])('%s', (_name, text, expected) => {
    expect(outline(text)).toEqual(expected);
  });

  test('ranges go from the keyword to the end of the last line', () => {
    const text = 'FROM a\r\n  RUN b \\\r\n  # c\r\n  d\r\nUSER e';
    const { instructions, comments, eol } = parseDockerfile(text);
    expect(instructions.map((it) => cut(text, it.range))).toEqual(['FROM a', 'RUN b \\\r\n  # c\r\n  d', 'USER e']);
    expect(instructions.map((it) => cut(text, it.bodyRange))).toEqual(['a', 'b \\\r\n  # c\r\n  d', 'e']);
    expect(comments.map((it) => [cut(text, it.range), it.text, it.ownLine])).toEqual([['# c', '# c', true]]);
    expect(eol).toBe('\r\n');
  });
});

describe('directives', () => {
  test.each([
    ['# escape=`\nRUN a `\n b', ['RUN|a  b']],
    ['#  EsCape = `  \nRUN a `\n b', ['RUN|a  b']],
    ['# syntax=x\n# check=skip=all\n# escape=`\nRUN a `\n b', ['RUN|a  b']],
    ['\uFEFF# escape=`\r\nRUN a `\r\n b', ['RUN|a  b']],
    ['# escape=`\nRUN c:\\\nUSER a', ['RUN|c:\\', 'USER|a']],
    ['# unknown=x\n# escape=`\nRUN a `\nUSER b', ['RUN|a `', 'USER|b']],
    ['# text\n# escape=`\nRUN a `\nUSER b', ['RUN|a `', 'USER|b']],
    ['\n# escape=`\nRUN a `\nUSER b', ['RUN|a `', 'USER|b']],
    ['#!/bin/x\n# escape=`\nRUN a `\nUSER b', ['RUN|a `', 'USER|b']],
  ])('%j', (text, expected) => {
    expect(outline(text)).toEqual(expected);
  });

  test('have a name, a value and places, and are no comments', () => {
    const text = '# Syntax = docker/dockerfile:1 \n# escape=`\n# note\nFROM a\n';
    const { directives, comments, escape } = parseDockerfile(text);
    expect(directives.map((it) => [it.name, it.value.value, cut(text, it.value.range), cut(text, it.range)])).toEqual([
      ['syntax', 'docker/dockerfile:1', 'docker/dockerfile:1', '# Syntax = docker/dockerfile:1'],
      ['escape', '`', '`', '# escape=`'],
    ]);
    expect(comments.map((it) => it.text)).toEqual(['# note']);
    expect(escape).toBe('`');
  });
});

describe('JSON form', () => {
  test.each([
    ['CMD ["a b", "c\\"d", "\\u0041"]', true, ['a b', 'c"d', 'A']],
    ['CMD [ \\\n "a", \\\n # c\n "b" ]', true, ['a', 'b']],
    ['CMD []', true, []],
    ['CMD ["a\\ud800"]', true, ['a\uFFFD']],
    ['CMD ["a",]', false, ['["a",]']],
    ["CMD ['a']", false, ["['a']"]],
    ['CMD ["a"] x', false, ['["a"] x']],
    ['CMD ["a\\x"]', false, ['["a\\x"]']],
    ['CMD ["a\tb"]', false, ['["a\tb"]']],
    ['CMD ["a"', false, ['["a"']],
    ['CMD ["a" "b"]', false, ['["a" "b"]']],
    ['CMD [a]', false, ['[a]']],
    ['CMD [1', false, ['[1']],
    ['CMD [1, "a"]', false, ['[1, "a"]']],
  ])('%j', (text, json, args) => {
    const instruction = only('CMD', text);
    expect([instruction.json, instruction.args]).toEqual([json, args]);
  });

  test('words have the places of their literals', () => {
    const text = 'FROM a\nENTRYPOINT ["a\\n", "b\\\n c"]\n';
    const [, entrypoint] = parseDockerfile(text).instructions;
    const words = entrypoint?.keyword === 'ENTRYPOINT' ? entrypoint.words : [];
    expect(words.map((it) => [it.value, cut(text, it.range)])).toEqual([
      ['a\n', '"a\\n"'],
      ['b c', '"b\\\n c"'],
    ]);
  });
});

describe('names and values', () => {
  const pairs = (text: string) => {
    const { instructions } = parseDockerfile(text);
    return instructions.flatMap((it) =>
      it.keyword === 'ENV' || it.keyword === 'ARG' || it.keyword === 'LABEL'
        ? it.pairs.map(({ name, value, range }) => [
            name.value,
            value?.value,
            cut(text, value?.range),
            cut(text, range),
          ])
        : [],
    );
  };

  test.each([
    ['ENV A=1', [['A', '1', '1', 'A=1']]],
    [
      'ENV A="b c" D=e\\ f',
      [
        ['A', 'b c', '"b c"', 'A="b c"'],
        ['D', 'e f', 'e\\ f', 'D=e\\ f'],
      ],
    ],
    [
      "ENV A='b \"c' B=",
      [
        ['A', 'b "c', "'b \"c'", "A='b \"c'"],
        ['B', '', '', 'B='],
      ],
    ],
    ['ENV A b  "c"', [['A', 'b  c', 'b  "c"', 'A b  "c"']]],
    ['ENV A b=c d=e', [['A', 'b=c d=e', 'b=c d=e', 'A b=c d=e']]],
    [
      'ENV A=$B C=${D:-"e"}',
      [
        ['A', '$B', '$B', 'A=$B'],
        ['C', '${D:-"e"}', '${D:-"e"}', 'C=${D:-"e"}'],
      ],
    ],
    ['ENV A="b\\\n c"', [['A', 'b c', '"b\\\n c"', 'A="b\\\n c"']]],
    ['ENV A', [['A', undefined, undefined, 'A']]],
    [
      'ENV A=1 B',
      [
        ['A', '1', '1', 'A=1'],
        ['B', undefined, undefined, 'B'],
      ],
    ],
    [
      'ARG A B=c',
      [
        ['A', undefined, undefined, 'A'],
        ['B', 'c', 'c', 'B=c'],
      ],
    ],
    ['ARG A="b c"', [['A', 'b c', '"b c"', 'A="b c"']]],
    ['LABEL "a b"="c"', [['a b', 'c', '"c"', '"a b"="c"']]],
    ['LABEL a.b c', [['a.b', 'c', 'c', 'a.b c']]],
    ['# escape=`\nENV A=b` c', [['A', 'b c', 'b` c', 'A=b` c']]],
  ])('%j', (text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  test.each([
    ['ENV A=1 B="2 3"', ['A', '1', '=', 'B', '"2 3"', '=']],
    ['ENV A b c', ['A', 'b c', '']],
    ['LABEL a=b', ['a', 'b', '=']],
    ['ENV A="b', ['A', '"b', '=']],
    ['ENV A=b\\', ['A', 'b', '=']],
  ])('%j keeps quotes in the words of the syntax tree', (text, expected) => {
    expect(parseDockerfile(text).instructions[0]?.args).toEqual(expected);
  });
});

describe('flags', () => {
  test.each([
    ['COPY --link --chown=1:1 --from=x a b', ['link', 'chown=1:1', 'from=x'], 'a b'],
    ['COPY --from="x y" a b', ['from=x y'], 'a b'],
    ['COPY --from=x\\ y a b', ['from=x y'], 'a b'],
    ['COPY -- --from=x a', [], '--from=x a'],
    ['COPY a --from=x b', [], 'a --from=x b'],
    ['COPY --from=x \\\n # c\n --link a b', ['from=x', 'link'], 'a b'],
    ['COPY --from=', ['from='], ''],
    ['COPY --', [], ''],
    ['COPY -x a', [], '-x a'],
  ])('%j', (text, flags, body) => {
    const copy = only('COPY', text);
    expect(copy.flags.map(({ name, value }) => (value ? `${name}=${value.value}` : name))).toEqual(flags);
    expect(cut(`FROM scratch\n${text}\n`, copy.bodyRange)).toBe(body);
  });

  test('an empty value stands where its flag ends', () => {
    const [, check] = parseDockerfile('FROM a\nHEALTHCHECK --interval=\\\n CMD b\n').instructions;
    const [interval] = check?.flags ?? [];
    expect(interval?.value?.range.start).toBe(interval?.range.end);
  });

  test('mounts have a type and options with their places', () => {
    const text = 'FROM a\nRUN --mount=type=cache,target=/x,"id=a,b",ro --mount=target=/y true\n';
    const [, run] = parseDockerfile(text).instructions;
    const mounts = run?.keyword === 'RUN' ? run.mounts : [];
    expect(mounts.map((it) => it.type)).toEqual(['cache', 'bind']);
    expect(mounts[1]?.options.map((it) => [it.name, it.value, cut(text, it.range)])).toEqual([
      ['target', '/y', 'target=/y'],
    ]);
    expect(mounts[0]?.options.map((it) => [it.name, it.value])).toEqual([
      ['type', 'cache'],
      ['target', '/x'],
      ['id', 'a'],
      ['b', undefined],
      ['ro', undefined],
    ]);
  });

  test('a quoted record keeps its commas', () => {
    const run = only('RUN', `RUN --mount='type=bind,"source=a,b",target=/x' true`);
    expect(run.mounts[0]?.options.map((it) => [it.name, it.value])).toEqual([
      ['type', 'bind'],
      ['source', 'a,b'],
      ['target', '/x'],
    ]);
  });
});

describe('typed instructions', () => {
  test('FROM', () => {
    const text = 'FROM --platform=$P "img:1" as Build\n';
    const [from] = parseDockerfile(text).instructions;
    expect(from).toMatchObject({
      image: { value: 'img:1' },
      platform: { value: '$P' },
      name: { value: 'Build' },
    });
    expect(from?.keyword === 'FROM' && cut(text, from.image?.range)).toBe('"img:1"');
    expect(from?.keyword === 'FROM' && cut(text, from.platform?.range)).toBe('$P');
  });

  test('COPY and ADD', () => {
    expect(values(only('COPY', 'COPY a b c/'))).toEqual([['a', 'b'], 'c/']);
    expect(values(only('ADD', 'ADD ["a b", "c"]'))).toEqual([['a b'], 'c']);
    expect(values(only('COPY', 'COPY a'))).toEqual([['a'], undefined]);
    expect(values(only('COPY', 'COPY <<E x <<-F /y/\nE\nF'))).toEqual([['x'], '/y/']);
    expect(values(only('COPY', 'COPY << E /y/\nE'))).toEqual([[], '/y/']);
    expect(only('COPY', 'COPY --from=0 a b').from?.value).toBe('0');
  });

  test('single values and lists', () => {
    expect(only('USER', 'USER "a b"').user?.value).toBe('a b');
    expect(only('WORKDIR', 'WORKDIR /a b').path?.value).toBe('/a b');
    expect(only('STOPSIGNAL', 'STOPSIGNAL 9').signal?.value).toBe('9');
    expect(only('MAINTAINER', 'MAINTAINER a b').text?.value).toBe('a b');
    expect(only('EXPOSE', 'EXPOSE 80  443/tcp').ports.map((it) => it.value)).toEqual(['80', '443/tcp']);
    expect(only('VOLUME', 'VOLUME /a /b').paths.map((it) => it.value)).toEqual(['/a', '/b']);
    expect(only('VOLUME', 'VOLUME ["/a b"]').paths.map((it) => it.value)).toEqual(['/a b']);
    expect(only('SHELL', 'SHELL ["a", "b"]').words.map((it) => it.value)).toEqual(['a', 'b']);
    expect(only('SHELL', 'SHELL a b').words).toEqual([]);
    expect(only('USER', 'USER').user).toBeUndefined();
  });

  test('HEALTHCHECK', () => {
    const shell = only('HEALTHCHECK', 'HEALTHCHECK --interval=5s CMD curl x || exit 1');
    expect([shell.args, shell.form, shell.none]).toEqual([['CMD', 'curl x || exit 1'], 'shell', false]);
    const exec = only('HEALTHCHECK', 'HEALTHCHECK CMD ["a", "b"]');
    expect([exec.args, exec.words.map((it) => it.value)]).toEqual([
      ['CMD', 'a', 'b'],
      ['a', 'b'],
    ]);
    expect(only('HEALTHCHECK', 'HEALTHCHECK none').none).toBe(true);
    expect(only('HEALTHCHECK', 'HEALTHCHECK').args).toEqual([]);
  });

  test('ONBUILD', () => {
    const text = 'FROM a\nONBUILD COPY --from=x a \\\n b\nONBUILD ONBUILD RUN y\nONBUILD\nONBUILD FOO b\n';
    const onbuilds = parseDockerfile(text).instructions.slice(1);
    expect(onbuilds.map((it) => (it.keyword === 'ONBUILD' ? [it.trigger?.keyword, it.args] : []))).toEqual([
      ['COPY', ['a', 'b']],
      ['ONBUILD', ['']],
      [undefined, []],
      ['UNKNOWN', ['']],
    ]);
    const [first] = onbuilds;
    const trigger = first?.keyword === 'ONBUILD' ? first.trigger : undefined;
    expect([first?.onbuild, trigger?.onbuild, cut(text, trigger?.range)]).toEqual([
      false,
      true,
      'COPY --from=x a \\\n b',
    ]);
  });

  test('an unknown instruction keeps its word', () => {
    const text = lines('FROM a', 'RUNN x', 'USER b');
    expect(outline(text)).toEqual(['FROM|a', 'UNKNOWN|', 'USER|b']);
    expect(parseDockerfile(text).instructions[1]?.written).toBe('RUNN');
  });
});

function values(copy: {
  readonly sources: readonly { readonly value: string; readonly range: Range }[];
  readonly destination?: { readonly value: string };
}) {
  return [copy.sources.map((it) => it.value), copy.destination?.value];
}
