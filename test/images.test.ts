import { describe, expect, it } from 'vitest';
import { fullName } from '../rules/images/full-name.js';
import { AS_OF, LIFETIMES } from '../rules/images/lifetimes.generated.js';
import { endedReleases, supportedTag } from '../rules/images/lifetimes.js';
import { movingWord } from '../rules/images/moving.js';
import { exactTag, slimTag } from '../rules/images/pins.js';
import { type ImageReference, readImageReference } from '../rules/images/reference.js';
import { comesFrom } from '../rules/images/registries.js';
import { OFFICIAL_TAGS } from '../rules/images/tags.generated.js';
import { versionsOf } from '../rules/images/tags.js';
import { userOf } from '../rules/images/users.js';

/** The dated tables, and that what they offer is never what the rules warn about. */

function image(value: string): ImageReference {
  return readImageReference({ value, known: true, literal: true }, { start: 0, end: value.length });
}

const everyTag = (name: string): readonly string[] =>
  versionsOf(name).flatMap(({ heads, variants }) => heads.flatMap((head) => variants.flat().map((it) => head + it)));

describe('tags', () => {
  it.each(Object.keys(OFFICIAL_TAGS))('%s: what is offered instead of no tag exists and does not move', (name) => {
    const exact = exactTag(name, undefined);
    expect(exact).toBeDefined();
    const offered = [exact ?? '', slimTag(name, exact ?? '')].filter((it) => it !== undefined);
    for (const tag of offered) {
      expect(everyTag(name)).toContain(tag);
      expect(movingWord(tag)).toBeUndefined();
      expect(endedReleases(image(`${name}:${tag}`)).filter((it) => it.extended === undefined)).toEqual([]);
    }
  });

  it.each([
    ['node', 'lts-alpine', /^\d+\.\d+\.\d+-alpine3\.\d+$/],
    ['debian', 'stable-slim', /^\d+\.\d+-slim$/],
    ['ubuntu', 'rolling', /^\d\d\.\d\d$/],
    ['nginx', 'stable', /^1\.\d*[02468]\.\d+-\w+$/],
    ['alpine', 'edge', /^3\.\d+\.\d+$/],
  ])('%s:%s means an exact tag', (name, moving, expected) => {
    expect(exactTag(name, moving)).toMatch(expected);
  });

  it('knows nothing of images that are not official', () => {
    expect(exactTag('acme/node', 'latest')).toBeUndefined();
    expect(exactTag('constructor', undefined)).toBeUndefined();
  });

  it.each(['latest', 'stable', 'lts-alpine', 'nightly-bookworm', '1-latest', 'main', 'TESTING', 'dev'])(
    '%s moves',
    (tag) => {
      expect(movingWord(tag)).toBeDefined();
    },
  );

  it.each([
    '1',
    '3.24',
    'alpine',
    'slim-trixie',
    '2.426.1-lts',
    'stable-20260803',
    'dev-3f5c2a91',
    'nightly-2024-05-01',
    '24-dev',
    'test-1.2',
  ])('%s does not count as moving', (tag) => {
    expect(movingWord(tag)).toBeUndefined();
  });
});

describe('lifetimes', () => {
  it('end on days, before the table was made, and no extended support behind it', () => {
    for (const cycles of Object.values(LIFETIMES))
      for (const cycle of cycles.split(' ')) {
        const [, ended, extended] = /^[^:]+(?::(\d{4}-\d\d-\d\d)(?:\+(\d{4}-\d\d-\d\d))?)?$/.exec(cycle) ?? [
          '',
          'no match',
        ];
        if (ended !== undefined) expect(ended <= AS_OF, cycle).toBe(true);
        if (extended !== undefined) expect(extended > AS_OF, cycle).toBe(true);
      }
  });

  it.each([
    ['python:3.8-buster', ['Python 3.8', 'Debian 10']],
    ['node:carbon-alpine', ['Node.js 8']],
    ['mcr.microsoft.com/dotnet/sdk:6.0-focal', ['.NET 6', 'Ubuntu 20.04']],
    ['bitnami/redis:6.2-debian-10-r3', ['Debian 10']],
    ['nvidia/cuda:11.0-base-ubuntu1804', ['Ubuntu 18.04']],
    ['gcr.io/distroless/static-debian10', ['Debian 10']],
    ['public.ecr.aws/docker/library/postgres:9', ['PostgreSQL 9.6']],
    ['acme/python:2.7', []],
    ['redis:6', []],
    ['debian', []],
  ])('%s is past its end in %j', (name, expected) => {
    expect(endedReleases(image(name)).map((it) => it.name)).toEqual(expected);
  });

  it.each(
    [
      'python:3.8-slim-buster',
      'node:14.17.0-alpine3.14',
      'php:7.4-apache',
      'debian:buster-slim',
      'ubuntu:16.04',
      'mysql:5.7',
      'golang:1.17-alpine',
    ].map((it) => [it]),
  )('%s has a successor that exists and is supported', (name) => {
    const next = supportedTag(image(name));
    const [repository = ''] = name.split(':');
    expect(everyTag(repository)).toContain(next);
    expect(endedReleases(image(`${repository}:${next}`))).toEqual([]);
  });
});

describe('registries', () => {
  it.each([
    ['node:24', 'docker.io', true],
    ['node:24', 'https://index.docker.io/v1/', true],
    ['node:24', 'docker.io/library/*', true],
    ['acme/node:24', 'docker.io/library/*', false],
    ['ghcr.io/acme/tool:1', 'ghcr.io/acme', true],
    ['ghcr.io/acme-evil/tool:1', 'ghcr.io/acme', false],
    ['ghcr.io/acme-web/tool:1', 'ghcr.io/acme-*', true],
    ['registry.acme.dev:5000/x', 'registry.acme.dev:5000', true],
    ['registry.acme.dev:5000/x', 'registry.acme.dev', false],
    ['eu.acme.dev/x', '*.acme.dev', true],
    ['evil-acme.dev/x', '*.acme.dev', false],
    ['anything.example.com/x', '*', true],
  ])('%s from %s: %s', (name, pattern, expected) => {
    expect(comesFrom(image(name), pattern)).toBe(expected);
  });
});

describe('full names', () => {
  it.each([
    ['node:24-slim', 'docker.io/library/node:24-slim'],
    ['acme/app:1', 'docker.io/acme/app:1'],
    ['index.docker.io/library/node:24', 'docker.io/library/node:24'],
    ['GHCR.io/a/b/c-d__e.f:V1.2_x@sha256:00', 'ghcr.io/a/b/c-d__e.f:V1.2_x'],
    ['localhost/app:1', 'localhost/app:1'],
    ['[::1]:5000/app:1', '[::1]:5000/app:1'],
    ['node', undefined],
    ['localhost/App:1', undefined],
    ['localhost/a//b:1', undefined],
    ['localhost/a/../b:1', undefined],
    ['localhost/a%2fb:1', undefined],
    ['localhost:port/a:1', undefined],
    ['me@localhost/a:1', undefined],
    [`localhost/a:${'1'.repeat(129)}`, undefined],
    [`localhost/${'a'.repeat(250)}:1`, undefined],
  ])('%s is %s', (name, expected) => {
    expect(fullName(image(name))).toBe(expected);
  });
});

describe('users', () => {
  it.each([
    ['node:24', { root: 'yes', offers: 'node' }],
    ['postgres:18', { root: 'no', runsAs: 'postgres', byEntrypoint: true }],
    ['python:3.14', { root: 'yes' }],
    ['gcr.io/distroless/static:nonroot', { root: 'no', runsAs: 'nonroot', id: '65532' }],
    ['gcr.io/distroless/static', { root: 'yes', offers: 'nonroot' }],
    ['gcr.io/distroless/static@sha256:00', { root: 'unknown' }],
    ['mcr.microsoft.com/dotnet/aspnet:10.0', { root: 'yes', offers: 'app', id: '1654' }],
    ['mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled', { root: 'no', runsAs: 'app' }],
    ['mcr.microsoft.com/dotnet/sdk:6.0', { root: 'yes' }],
    ['ubuntu:24.04', { root: 'yes', offers: 'ubuntu' }],
    ['ubuntu:22.04', { root: 'yes' }],
    ['elasticsearch:7.17.0', { root: 'no', byEntrypoint: true }],
    ['haproxy:2.10', { root: 'no', runsAs: 'haproxy' }],
    ['haproxy:2.3-alpine', { root: 'yes' }],
    ['cgr.dev/chainguard/node:latest', { root: 'no', runsAs: 'nonroot' }],
    ['registry.access.redhat.com/ubi9/openjdk-21:1', { root: 'no', runsAs: '185' }],
    ['registry.access.redhat.com/ubi9/ubi-minimal:9.6', { root: 'yes' }],
    ['acme/tool', { root: 'unknown' }],
  ])('%s', (name, expected) => {
    expect(userOf(image(name))).toMatchObject(expected);
  });
});
