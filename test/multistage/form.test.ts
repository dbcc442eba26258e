import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { applyEdits } from '../../rules/core/edit.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { editsBetween } from '../../rules/multistage/changes.js';
import { kindOf } from '../../rules/project/kind.js';
import { lines, rewritten } from './rewritten.js';

/** How a rewritten file looks: what moves, what stays, what is written again. */

describe('instructions', () => {
  it('move with their comments, and stay where they are behind the build', () => {
    const text = lines(`
      # syntax=docker/dockerfile:1
      ARG GO=1.25

      # The compiler.
      FROM golang:1.25-alpine
      # Who asks.
      LABEL org.opencontainers.image.title="shop" \\
            org.opencontainers.image.vendor="shop"
      ARG VERSION=dev
      ENV GOFLAGS=-mod=mod PORT=8080
      # Where it listens.
      EXPOSE $PORT
      STOPSIGNAL SIGINT
      WORKDIR /src
      COPY . .
      # Compiled here.
      RUN go build -ldflags "-X main.version=$VERSION" \\
          # with a comment between
          -o /usr/local/bin/shop

      # Asked every minute.
      HEALTHCHECK CMD ["shop", "health"]
      ENV VERSION=$VERSION
      # Started so.
      ENTRYPOINT shop --port 8080
    `);
    expect(rewritten(text)).toBe(
      lines(`
        # syntax=docker/dockerfile:1
        ARG GO=1.25

        # The compiler.
        FROM golang:1.25-alpine AS build
        ARG VERSION=dev
        ENV GOFLAGS=-mod=mod PORT=8080
        WORKDIR /src
        COPY . .
        # Compiled here.
        RUN go build -ldflags "-X main.version=$VERSION" \\
            # with a comment between
            -o /usr/local/bin/shop

        FROM gcr.io/distroless/static-debian13:nonroot
        ARG VERSION=dev
        # Who asks.
        LABEL org.opencontainers.image.title="shop" \\
              org.opencontainers.image.vendor="shop"
        ENV PORT=8080
        WORKDIR /src
        COPY --from=build /usr/local/bin/shop /usr/local/bin/shop
        # Where it listens.
        EXPOSE $PORT
        STOPSIGNAL SIGINT

        # Asked every minute.
        HEALTHCHECK CMD ["shop", "health"]
        ENV VERSION=$VERSION
        # Started so.
        ENTRYPOINT ["shop", "--port", "8080"]
      `),
    );
  });

  it('keep the name of the stage that ships, and small keywords small', () => {
    const text = 'from golang:1.25-alpine as shop\ncopy . /src\nrun cd /src && go build -o /shop\ncmd ["/shop"]\n';
    expect(rewritten(text)).toBe(
      'from golang:1.25-alpine as build\ncopy . /src\nrun cd /src && go build -o /shop\n\nfrom gcr.io/distroless/static-debian13:nonroot as shop\ncopy --from=build /shop /shop\ncmd ["/shop"]\n',
    );
  });

  it('find another name where build is taken', () => {
    const text =
      'FROM alpine:3.22 AS build\nRUN true\n\nFROM golang:1.25-alpine\nCOPY . /src\nRUN cd /src && go build -o /shop\nCMD ["/shop"]\n';
    expect(rewritten(text)).toMatch(/FROM golang:1\.25-alpine AS builder\n[\s\S]*COPY --from=builder/);
  });

  it('keep what needs a shell on an image that has one', () => {
    const build = 'FROM golang:1.25-alpine3.22\nCOPY . /src\nRUN cd /src && go build -o /shop\n';
    for (const rest of [
      'CMD /shop $FLAGS\n',
      'HEALTHCHECK CMD /shop health || exit 1\nCMD ["/shop"]\n',
      'VOLUME /data\nCMD ["/shop"]\n',
    ])
      expect(rewritten(build + rest), rest).toMatch(/FROM alpine:3\.22\n/);
  });

  it('move an account to where the program runs, and leave it where the build uses it', () => {
    const text =
      'FROM golang:1.25-alpine\n# Ours.\nRUN adduser -D shop\nCOPY . /src\nRUN cd /src && go build -o /shop\nUSER shop\nCMD ["/shop"]\n';
    const moved = rewritten(text);
    expect(moved.indexOf('# Ours.\nRUN adduser')).toBeGreaterThan(moved.lastIndexOf('FROM'));
    expect(moved.match(/adduser/g)).toHaveLength(1);
    const used = rewritten(text.replace('COPY .', 'COPY --chown=shop .'));
    expect(used.match(/adduser -D shop/g)).toHaveLength(2);
  });

  it('set a variable with the equals sign where they are written again, the value being plain', () => {
    const text =
      'FROM golang:1.25-alpine\nENV NAME the little  shop\nENV TITLE a "b" c\nCOPY . /src\nRUN cd /src && go build -o /shop\nCMD ["/shop"]\n';
    expect(rewritten(text)).toContain('\nENV NAME="the little  shop"\nENV TITLE a "b" c\nCOPY --from=build');
  });

  it('are as they were where the file has no last line end', () => {
    const text = 'FROM golang:1.25-alpine\nCOPY . /src\nCMD ["/shop"]\nRUN cd /src && go build -o /shop';
    expect(rewritten(text)).toBe(
      'FROM golang:1.25-alpine AS build\nCOPY . /src\nRUN cd /src && go build -o /shop\n\nFROM gcr.io/distroless/static-debian13:nonroot\nCOPY --from=build /shop /shop\nCMD ["/shop"]',
    );
  });
});

describe('edits between two texts', () => {
  it.each([
    ['', 'a\n'],
    ['a\nb\n', 'a\nc\nb\n'],
    ['a\r\nb\r\n', 'a x\r\nb\r\nc\r\n'],
    ['a\nb\nc\n', 'c\n'],
    ['a', 'a\nb'],
    ['same\n', 'same\n'],
  ])('%j to %j', (before, after) => {
    const edits = editsBetween(before, after);
    expect(applyEdits(before, edits)).toBe(after);
    if (before === after) expect(edits).toEqual([]);
  });

  it('insert a word without touching the line around it', () => {
    expect(editsBetween('FROM a\nRUN b\n', 'FROM a AS c\nRUN b\n')).toEqual([
      { range: { start: 6, end: 6 }, text: ' AS c' },
    ]);
    // The line that becomes longer, and the one behind it that leaves, are two changes.
    expect(editsBetween('FROM a\nLABEL b\nRUN c\n', 'FROM a AS d\nRUN c\n')).toEqual([
      { range: { start: 6, end: 6 }, text: ' AS d' },
      { range: { start: 7, end: 15 }, text: '' },
    ]);
  });

  it('come to an end on long texts that have nothing in common', () => {
    const text = (letter: string): string => Array.from({ length: 5000 }, (_, index) => `${letter}${index}\n`).join('');
    expect(applyEdits(text('a'), editsBetween(text('a'), text('b')))).toBe(text('b'));
  });
});

/** Every Dockerfile of the tests that are built for real, and the examples. */
const TEXTS = ['test/builds/projects', 'examples'].flatMap((folder) => {
  const root = path.resolve(import.meta.dirname, '../..', folder);
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((it) => kindOf(it.replaceAll('\\', '/'), DEFAULT_CONFIG) === 'dockerfile')
    .map((it) => readFileSync(path.join(root, it), 'utf8'));
});

describe('a rewritten file', () => {
  const all = TEXTS.flatMap((text) => {
    const after = rewritten(text);
    return after.startsWith('refused') || after === 'nothing' ? [] : [{ text, after }];
  });

  it('comes from enough files to tell something', () => {
    expect(all.length).toBeGreaterThan(15);
  });

  it.each(all)('parses, keeps its comments, and is not rewritten again', ({ text, after }) => {
    const [before, now] = [parseDockerfile(text), parseDockerfile(after)];
    expect(now.errors).toEqual([]);
    expect(now.comments.map((it) => it.text).toSorted()).toEqual(before.comments.map((it) => it.text).toSorted());
    expect(rewritten(after)).toMatch(/^(?:nothing|refused)/);
  });

  it.each(all)('is the same with the line ends of Windows', ({ text, after }) => {
    const windows = (it: string): string => it.replace(/\r?\n/g, '\r\n');
    expect(rewritten(windows(text))).toBe(windows(after));
  });

  it.each(all)('does not depend on where the file is cut', ({ text }) => {
    for (let end = 0; end < text.length; end += 7) expect(() => rewritten(text.slice(0, end))).not.toThrow();
  });
});
