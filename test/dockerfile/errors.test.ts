import { describe, expect, test } from 'vitest';
import { ENGLISH, render } from '../../rules/core/message.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { cut } from './read.js';

/** Each error as `place: what it says first`. */
function errorsOf(text: string): readonly string[] {
  return parseDockerfile(text).errors.map(({ range, message }) => {
    const said = render(message, ENGLISH);
    return `${cut(text, range)}: ${said.split(/[,.] /)[0]}`;
  });
}

const after = (text: string): readonly string[] => errorsOf(`FROM scratch\n${text}\n`);

// What docker build 28.2 says of each was tried.
describe('what BuildKit refuses', () => {
  test.each([
    ['# escape=x\nFROM a', ['x: The escape character cannot be x']],
    ['# escape=`\n# escape=`\nFROM a', ['# escape=`: The directive escape stands here twice']],
    ['ARG A', ['ARG: The file has no FROM']],
    ['RUN a\nUSER b', ['RUN: The file has no FROM']],
    ['# nothing', [': The file has no FROM']],
    ['', [': The file has no FROM']],
    ['ARG A\nRUN a\nFROM b', ['RUN: RUN stands before the first FROM']],
    ['FORM a', ['FORM: FORM is no Dockerfile instruction']],
    ['FROM', ['FROM: FROM stands here without an argument']],
    ['FROM a b', ['a b: FROM takes an image']],
    ['FROM a AS', ['a AS: FROM takes an image']],
    ['FROM a # b', ['a # b: FROM takes an image']],
    ['FROM a AS 1b', ['1b: A stage cannot be named 1b']],
    ['FROM a AS "b"', ['"b": A stage cannot be named "b"']],
    ['FROM --platform a', ['--platform: --platform has no value']],
    ['FROM --as=b a', ['--as=b: FROM has no flag --as']],
  ])('%j', (text, expected) => {
    expect(errorsOf(text)).toEqual(expected);
  });

  test.each([
    ['FOO a', ['FOO: FOO is no Dockerfile instruction']],
    ['\\', ['\\: A continuation character stands here alone']],
    ['USER', ['USER: USER stands here without an argument']],
    ['WORKDIR', ['WORKDIR: WORKDIR stands here without an argument']],
    ['STOPSIGNAL', ['STOPSIGNAL: STOPSIGNAL stands here without an argument']],
    ['EXPOSE', ['EXPOSE: EXPOSE stands here without an argument']],
    ['VOLUME', ['VOLUME: VOLUME stands here without an argument']],
    ['VOLUME []', ['VOLUME: VOLUME stands here without an argument']],
    ['VOLUME [""]', ['[""]: VOLUME has an empty path']],
    ['ENV', ['ENV: ENV stands here without an argument']],
    ['ENV A', ['A: ENV A has no value']],
    ['ENV A=1 B', ['B: B has no = in it']],
    ['ENV =1', ['=1: ENV has a value without a name']],
    ['LABEL A', ['A: LABEL A has no value']],
    ['ARG', ['ARG: ARG stands here without an argument']],
    ['ARG =1', ['=1: ARG has a value without a name']],
    ['COPY', ['COPY: COPY names no destination']],
    ['ADD a', ['ADD: ADD names no destination']],
    ['COPY ["a"]', ['COPY: COPY names no destination']],
    ['COPY a <<EOF\nEOF', ['<<EOF: COPY cannot write to a heredoc']],
    ['RUN <<EOF\na', ['<<EOF: The heredoc EOF is never closed', 'a: a is no Dockerfile instruction']],
    ['CMD ["a", 1]', ['["a", 1]: Something in this JSON array is no string']],
    ['ONBUILD CMD [1]', ['[1]: Something in this JSON array is no string']],
    ['SHELL', ['SHELL: SHELL stands here without an argument']],
    ['SHELL []', ['SHELL: SHELL stands here without an argument']],
    ['SHELL a b', ['a b: SHELL is not in JSON form']],
    ['ONBUILD', ['ONBUILD: ONBUILD stands here without an argument']],
    ['ONBUILD ONBUILD RUN a', ['ONBUILD: ONBUILD cannot trigger ONBUILD']],
    ['ONBUILD FROM a', ['FROM: FROM cannot be triggered by ONBUILD']],
    ['ONBUILD MAINTAINER a', ['MAINTAINER: MAINTAINER cannot be triggered by ONBUILD']],
    ['ONBUILD ENV A', ['A: ENV A has no value']],
    ['HEALTHCHECK', ['HEALTHCHECK: HEALTHCHECK stands here without an argument']],
    ['HEALTHCHECK curl x', ['curl: HEALTHCHECK knows CMD and NONE']],
    ['HEALTHCHECK CMD', ['HEALTHCHECK CMD: HEALTHCHECK CMD has no command']],
    ['HEALTHCHECK NONE a', ['NONE: HEALTHCHECK NONE takes no arguments']],
    ['HEALTHCHECK --interval=x CMD a', ['--interval=x: --interval is a duration such as 30s or 1m30s']],
    ['HEALTHCHECK --interval=5 CMD a', ['--interval=5: --interval is a duration such as 30s or 1m30s']],
    ['HEALTHCHECK --retries=-1 CMD a', ['--retries=-1: --retries is a whole number']],
    ['RUN --network=x a', ['--network=x: --network cannot be x']],
    ['RUN --network a', ['--network: --network has no value']],
    ['RUN --mount=type=x,target=/y a', ['--mount=type=x,target=/y: There is no mount type x']],
    ['RUN --mount=type=bind,foo=1 a', ['foo=1: --mount has no option foo']],
    ['COPY --link=x a b', ['--link=x: --link is true or false']],
    ['COPY --from=x --from=y a b', ['--from=y: --from stands here twice']],
    ['CMD --foo a', ['--foo: CMD has no flag --foo']],
    ['ENV --foo a=b', ['--foo: ENV has no flag --foo']],
    [`RUN ${'x'.repeat(65_532)}`, [`RUN ${'x'.repeat(65_532)}: The line is longer than 65535 bytes`]],
    [`RUN ${'日'.repeat(21_844)}`, [`RUN ${'日'.repeat(21_844)}: The line is longer than 65535 bytes`]],
  ])('%j after FROM', (text, expected) => {
    expect(after(text)).toEqual(expected);
  });

  test.each([
    'RUN',
    'CMD',
    'ENTRYPOINT []',
    'RUN <<EOF\nEOF',
    'ONBUILD FOO',
    'ONBUILD COPY a',
    'HEALTHCHECK --interval=1h30m --timeout=.5s --start-period=0 --retries= CMD a',
    'HEALTHCHECK --interval= NONE',
    'RUN --mount=type=$X,target=/y --mount=target=/z --network=none --security=insecure a',
    'COPY --link --parents=TRUE --exclude=a --exclude=b a b',
    'ADD --keep-git-dir=false --checksum=sha256:a --unpack https://a b',
    'FROM a AS b.c_d-e',
    'ENV A= B=',
    'USER ""',
    `RUN ${'x'.repeat(65_531)}`,
  ])('%j is accepted', (text) => {
    expect(after(text)).toEqual([]);
  });

  test.each([
    ['RNU a', 'RUN'],
    ['RUNN a', 'RUN'],
    ['UN a', 'RUN'],
    ['CPOY a b', 'COPY'],
    ['ENTRYPONT a', 'ENTRYPOINT'],
    ['apt-get a', undefined],
    ['X a', undefined],
  ])('%j: %s is meant', (text, keyword) => {
    const [error] = parseDockerfile(`FROM a\n${text}\n`).errors;
    expect(error?.message.data['keyword']).toBe(keyword);
  });
});
