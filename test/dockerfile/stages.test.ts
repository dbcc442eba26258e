import { describe, expect, test } from 'vitest';
import { UNKNOWN } from '../../rules/core/text.js';
import type { Stage } from '../../rules/dockerfile/model.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import {
  chainOf,
  effectiveShell,
  effectiveUser,
  effectiveWorkdir,
  environmentOf,
  everyInstruction,
  exposedPorts,
  installedPackages,
  isRootUser,
  reachedStages,
  shippedChain,
  shippedRuns,
  shippedStage,
  stageAt,
  stageNamed,
  usedImages,
} from '../../rules/dockerfile/queries.js';
import { cut, lines } from './read.js';

/** The last stage of the file, which there has to be. */
function last(text: string) {
  const document = parseDockerfile(text);
  const stage = shippedStage(document);
  if (!stage) throw new Error(`no stage in ${text}`);
  return { document, stage };
}

const userOf = (text: string): string | undefined => {
  const { document, stage } = last(text);
  return effectiveUser(document, stage)?.user.value;
};

describe('stages', () => {
  test('are cut at FROM and know what they build on', () => {
    const text = lines(
      'ARG V=1',
      'FROM node:$V AS Build',
      'RUN a',
      'FROM bUILD',
      'RUN b',
      'FROM scratch',
      'COPY --from=0 a b',
    );
    const { stages, globalArgs } = parseDockerfile(text);
    expect(globalArgs.map((it) => it.args)).toEqual([['V=1']]);
    expect(stages.map((it) => it.instructions.map(({ keyword }) => keyword))).toEqual([['RUN'], ['RUN'], ['COPY']]);
    expect(
      stages.map((it) => [it.name?.value, it.base?.index, it.image?.written, it.rootImage?.written, it.fromScratch]),
    ).toEqual([
      ['Build', undefined, 'node:1', 'node:1', false],
      [undefined, 0, undefined, 'node:1', false],
      [undefined, undefined, undefined, undefined, true],
    ]);
  });

  test.each([
    ['ARG X=b\nFROM a AS b\nFROM ${X}', 0],
    ['FROM a AS b\nFROM c AS b\nFROM b', 1],
    ['FROM b\nFROM a AS b', undefined],
    ['FROM a AS a', undefined],
    ['FROM a\nFROM 0', undefined],
    ['FROM a AS b-linux\nFROM a AS b-darwin\nFROM b-$TARGETOS', 0],
    ['FROM a AS b-1\nFROM a AS b-2\nFROM b-$X', 1],
    ['FROM a AS b-1\nFROM c-$X', undefined],
    ['FROM a AS b\nFROM $X', undefined],
  ])('%j builds on stage %s', (text, base) => {
    expect(last(text).stage.base?.index).toBe(base);
  });

  test('a stage from a stage from scratch is from scratch', () => {
    expect(last('FROM scratch AS a\nFROM a').stage.fromScratch).toBe(true);
  });

  test('no FROM, no stage', () => {
    const document = parseDockerfile('ARG A\nRUN b\n');
    expect([document.stages, shippedStage(document), shippedChain(document), shippedRuns(document)]).toEqual([
      [],
      undefined,
      [],
      [],
    ]);
  });

  test('an empty FROM is a stage without an image', () => {
    const { stage } = last('FROM\nUSER a');
    expect([stage.image, stage.rootImage, stage.fromScratch]).toEqual([undefined, undefined, false]);
    expect(userOf('FROM\nUSER a')).toBe('a');
  });

  test('chains, the stages reached, and those that are not', () => {
    const text = lines(
      'FROM a AS base',
      'RUN one',
      'FROM base AS build',
      'RUN two',
      'FROM b AS tools',
      'FROM c AS unused',
      'RUN three',
      'FROM base',
      'COPY --from=BUILD a b',
      'RUN --mount=type=bind,from=2,target=/t four',
    );
    const { document, stage } = last(text);
    expect(chainOf(stage).map((it) => it.index)).toEqual([0, 4]);
    expect(shippedRuns(document).map((it) => it.args[0])).toEqual(['one', 'four']);
    expect([...reachedStages(document)].map((it) => it.index).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 4]);
  });

  test('stageNamed: the last of that name before, in any letter case, or a number', () => {
    const { document, stage } = last('FROM a AS x\nFROM b AS X\nFROM c AS y');
    const index = (name: string, before?: Stage) => stageNamed(document, name, before)?.index;
    expect([
      index('X', stage),
      index('x', document.stages[1]),
      index('1', stage),
      index('2', stage),
      index('2'),
    ]).toEqual([1, 0, 1, undefined, 2]);
    expect([index('y', stage), index('z', stage), index('-1', stage), index('1e3', stage)]).toEqual(
      Array(4).fill(undefined),
    );
  });

  test('stageAt', () => {
    const text = lines('ARG A', 'FROM a', 'RUN b', 'FROM c', 'RUN d');
    const document = parseDockerfile(text);
    const at = (word: string) => stageAt(document, text.indexOf(word))?.index;
    expect([at('ARG'), at('FROM a'), at('RUN b'), at('FROM c'), at('RUN d')]).toEqual([undefined, 0, 0, 1, 1]);
  });

  test('everyInstruction lists triggers after their ONBUILD', () => {
    const document = parseDockerfile('FROM a\nONBUILD USER b\nUSER c\n');
    expect(everyInstruction(document).map((it) => [it.keyword, it.onbuild])).toEqual([
      ['FROM', false],
      ['ONBUILD', false],
      ['USER', true],
      ['USER', false],
    ]);
  });
});

describe('users', () => {
  test.each([
    ['FROM a\nUSER b\nUSER c', 'c'],
    ['FROM a', undefined],
    ['FROM a\nONBUILD USER b', undefined],
    ['FROM a AS b\nUSER c\nFROM b\nRUN d', 'c'],
    ['FROM a AS b\nUSER c\nFROM b AS d\nFROM D\nUSER e', 'e'],
    ['FROM a AS b\nUSER c\nFROM a', undefined],
    ['FROM a\nARG U=app\nUSER $U:$U', 'app:app'],
    ['ARG U=app\nFROM a\nUSER ${U:-root}', UNKNOWN],
    ['ARG U=app\nFROM a\nARG U\nUSER ${U}', 'app'],
    ['ARG U=app\nFROM scratch\nUSER ${U:-root}', 'root'],
    ['FROM a\nARG U\nUSER ${U:-root}', 'root'],
    ['FROM a\nARG U\nUSER $U', UNKNOWN],
    ['FROM a AS b\nARG U=app\nFROM b\nUSER $U', 'app'],
    ['FROM a AS b\nENV U=app\nFROM b\nUSER $U', 'app'],
    ['FROM a\nUSER "app"', 'app'],
    ['FROM a\nUSER b\nUSER', 'b'],
  ])('%j ends as %s', (text, user) => {
    expect(userOf(text)).toBe(user);
  });

  test('says where it is set', () => {
    const text = 'FROM a AS b\nUSER c\nFROM b\n';
    const { document, stage } = last(text);
    const user = effectiveUser(document, stage);
    expect([cut(text, user?.instruction.range), user?.stage.index]).toEqual(['USER c', 0]);
  });

  test.each(['root', '0', '00', '0:0', 'root:app', '0:app', ':app'])('%s is root', (user) => {
    expect(isRootUser(user)).toBe(true);
  });

  test.each(['app', '1000', '01', 'app:root', '1000:0', 'rooted', UNKNOWN, ''])('%j is not', (user) => {
    expect(isRootUser(user)).toBe(false);
  });
});

describe('what an image ends as', () => {
  test.each([
    ['FROM scratch', '/'],
    ['FROM a', undefined],
    ['FROM a\nWORKDIR b', undefined],
    ['FROM a\nWORKDIR /b\nWORKDIR c/../d', '/b/d'],
    ['FROM scratch\nWORKDIR a/./b/', '/a/b'],
    ['FROM a AS b\nWORKDIR /c\nFROM b\nWORKDIR d', '/c/d'],
    ['FROM a\nENV D=/x\nWORKDIR $D/y', '/x/y'],
    ['FROM a\nWORKDIR /b\nWORKDIR $D', UNKNOWN],
    ['FROM a\nWORKDIR C:\\app', 'C:\\app'],
    ['FROM a\nWORKDIR /..', '/'],
  ])('%j has the working directory %s', (text, path) => {
    // A path of Windows needs an escape character of Windows.
    const { document, stage } = last(text.includes('\\') ? `# escape=\`\n${text}` : text);
    expect(effectiveWorkdir(document, stage)?.value).toBe(path);
  });

  test('ports', () => {
    const text = lines(
      'FROM a AS b',
      'EXPOSE 22',
      'FROM b',
      'ENV P="80 81/udp"',
      'EXPOSE $P 5000-5005/SCTP $Q x 99999 9-8',
    );
    const { document, stage } = last(text);
    expect(exposedPorts(document, stage).map((it) => [it.first, it.last, it.protocol, cut(text, it.range)])).toEqual([
      [22, 22, 'tcp', '22'],
      [80, 80, 'tcp', '$P'],
      [81, 81, 'udp', '$P'],
      [5000, 5005, 'sctp', '5000-5005/SCTP'],
    ]);
  });

  test('environment', () => {
    const { document, stage } = last('FROM a AS b\nENV A=1 B="x y"\nFROM b\nARG C=2\nENV A=$C D=$E\n');
    expect([...environmentOf(document, stage)].map(([name, it]) => [name, it.value, it.known, it.literal])).toEqual([
      ['A', '2', true, false],
      ['B', 'x y', true, true],
      ['D', UNKNOWN, false, false],
    ]);
  });

  test('the shell', () => {
    const { stage } = last('FROM a AS b\nSHELL ["bash", "-c"]\nFROM b\nSHELL wrong\n');
    expect(effectiveShell(stage)?.words.map((it) => it.value)).toEqual(['bash', '-c']);
    expect(effectiveShell(last('FROM a').stage)).toBeUndefined();
  });

  test('packages, those left out that the same RUN removes', () => {
    const text = lines(
      'FROM a AS b',
      'RUN apt-get install -y curl git && apt-get purge -y curl',
      'FROM b',
      'RUN apk add --virtual .deps gcc && make && apk del .deps',
      'RUN apt-get install -y vim',
      'RUN apt-get remove -y vim',
    );
    const packages = installedPackages(last(text).stage).flatMap((it) => it.install.packages.map(({ name }) => name));
    expect(packages).toEqual(['git', 'vim']);
  });

  test('images from outside', () => {
    const text = lines(
      '# syntax=docker/dockerfile:1',
      'ARG V=3',
      'FROM a:$V AS b',
      'FROM b AS c',
      'FROM scratch',
      'COPY --from=B x y',
      'COPY --from=0 x y',
      'COPY --from=9 x y',
      'COPY --from=img:1 x y',
      'RUN --mount=type=bind,from=img:2,target=/x --mount=type=bind,from=c,target=/y z',
      'ONBUILD COPY --from=img:3 x y',
    );
    expect(
      usedImages(parseDockerfile(text)).map((it) => [it.by, it.reference.written, cut(text, it.word.range)]),
    ).toEqual([
      ['syntax', 'docker/dockerfile:1', 'docker/dockerfile:1'],
      ['from', 'a:3', 'a:$V'],
      ['copy', 'img:1', 'img:1'],
      ['mount', 'img:2', 'img:2'],
      ['copy', 'img:3', 'img:3'],
    ]);
  });
});

describe('the language of programs', () => {
  const languages = (text: string): readonly string[] =>
    parseDockerfile(text).instructions.flatMap((it) => (it.keyword === 'RUN' ? [it.script.language] : []));

  test.each([
    ['FROM a\nRUN b', ['posix']],
    ['FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN a', ['cmd']],
    ['FROM mcr.microsoft.com/windows:ltsc2019\nRUN a', ['cmd']],
    ['FROM mcr.microsoft.com/dotnet/framework/sdk:4.8\nRUN a', ['cmd']],
    ['FROM mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022\nRUN a', ['cmd']],
    ['FROM golang:1.22-windowsservercore\nRUN a', ['cmd']],
    ['FROM --platform=windows/amd64 a\nRUN b', ['cmd']],
    ['# escape=`\nFROM a\nRUN b', ['cmd']],
    ['# escape=`\nFROM --platform=linux/amd64 a\nRUN b', ['posix']],
    ['FROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN a', ['posix']],
    ['FROM a\nSHELL ["pwsh", "-c"]\nRUN b\nSHELL ["/bin/bash", "-c"]\nRUN c', ['powershell', 'posix']],
    ['FROM a\nSHELL ["C:\\\\Windows\\\\PowerShell.EXE"]\nRUN b\nSHELL ["CMD"]\nRUN c', ['powershell', 'cmd']],
    ['FROM a AS b\nSHELL ["powershell"]\nFROM b\nRUN c\nFROM a\nRUN d', ['powershell', 'posix']],
  ])('%j', (text, expected) => {
    expect(languages(text)).toEqual(expected);
  });
});
