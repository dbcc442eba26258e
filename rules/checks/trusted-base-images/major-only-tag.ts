import type { Finding, Fix } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { isSet } from '../../core/text.js';
import { exactMajor, hasVersions, majorVersion } from '../../images/major.js';
import { movingWord } from '../../images/moving.js';
import { isLocalName, isTrusted, namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { withdrawalOf } from '../../images/withdrawn.js';
import { unlessNamedContext } from '../../project/named-contexts.js';

export default defineRule({
  id: 'major-only-tag',
  severity: 'info',
  profile: 'strict',
  yieldsTo: ['untagged-image', 'moving-tag', 'unpinned-external-stage'],
  summary: 'The tag of an image must name more of the version than its first number.',
  why: `
    \`node:24\` or \`python:3\` mean the newest minor version of that line: what is tested today is another program next month, with
    features nobody reviewed, and a release that was tampered with is in the next build. Two hosts that pulled a week apart run
    different code under the same name, and an incident cannot be traced to a version.

    Distributions, whose releases bear one number (\`debian:13\`, \`fedora:44\`), years, dates and build numbers are left alone, as is
    \`# syntax=docker/dockerfile:1\`, which Docker recommends. Whether a short number in the tags of an unknown publisher is a version
    cannot be known; that is said with less weight.
  `,
  fixSafety: `
    The tag offered is what the major version meant on the day of the facts table; the image that was pulled so far may be older. From
    then on somebody, or an update bot, has to raise it for each security release.
  `,
  references: ['https://docs.docker.com/build/building/best-practices/#pin-base-image-versions', 'https://semver.org'],
  standards: { cis: ['4.2', '5.28'], nist: ['4.1.5', '4.2.2'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {},
  messages: {
    moves:
      '{image} moves from one minor version to the next, so two builds can differ. Pin a full version or a digest.',
    movesByDefault: '{image} is used by default and moves with every minor version. Make the default a full version.',
    mayMove:
      'Unless {number} is a build number, {image} moves with every minor version. Pin a full version or a digest.',
  },
  titles: { pin: 'Use {image}' },

  check: {
    dockerfile: (document, context) =>
      namedImages(document).flatMap((it) =>
        it.by === 'syntax' ? [] : unlessNamedContext(it.reference, context, judge(it, context)),
      ),
    compose: (document, context) => serviceImages(document).flatMap((it) => judge(it, context)),
  },

  examples: [
    {
      title: 'A major version',
      in: 'dockerfile',
      bad: `
        FROM node:«24» AS build
      `,
      expect: ['moves'],
      fixed: `
        FROM node:24.19.0 AS build
      `,
    },
    {
      title: 'With a variant',
      in: 'dockerfile',
      bad: `
        FROM python:«3-slim»
      `,
      expect: ['moves'],
      fixed: `
        FROM python:3.14.7-slim-trixie
      `,
    },
    {
      title: 'A line that the facts table has no release of, and one of another publisher',
      in: 'dockerfile',
      bad: `
        FROM node:«20-alpine» AS a
        FROM grafana/grafana:«12» AS b
      `,
      expect: ['moves', 'moves'],
      fixed: null,
    },
    {
      title: 'An image that files are copied from',
      in: 'dockerfile',
      bad: `
        FROM php:8.5.9-fpm-trixie
        COPY --from=composer:«2» /usr/bin/composer /usr/bin/composer
      `,
      expect: ['moves'],
      fixed: `
        FROM php:8.5.9-fpm-trixie
        COPY --from=composer:2.10.2 /usr/bin/composer /usr/bin/composer
      `,
    },
    {
      title: 'The default of an argument',
      in: 'dockerfile',
      bad: `
        ARG GO=1
        FROM «golang:\${GO}-alpine»
      `,
      expect: ['movesByDefault'],
      fixed: null,
    },
    {
      title: 'A short number of an unknown publisher',
      in: 'dockerfile',
      bad: `
        FROM ghcr.io/acme/base:«v2»
      `,
      expect: ['mayMove'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Minor versions, digests, distributions, years and builds',
      in: 'dockerfile',
      good: `
        # syntax=docker/dockerfile:1
        FROM node:24.19 AS a
        FROM node:24@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7 AS b
        FROM debian:13-slim AS c
        FROM ubuntu:24.04 AS d
        FROM fedora:44 AS e
        FROM amazonlinux:2023 AS f
        FROM registry.access.redhat.com/ubi9/ubi-minimal:9 AS g
        FROM neo4j:2026 AS h
        FROM acme/app:20260803 AS i
        FROM acme/app:1234 AS j
        FROM postgres:19-beta1 AS k
      `,
    },
    {
      title: 'A tag that moving-tag reports, and a withdrawn image',
      in: 'dockerfile',
      good: `
        FROM ghcr.io/acme/runner:1-latest AS a
        FROM openjdk:17 AS b
      `,
    },
    {
      title: 'A stage, a local name, and a tag that only the caller knows',
      in: 'dockerfile',
      good: `
        ARG VERSION
        FROM golang:1.27.0-trixie AS build
        FROM build AS test
        FROM our-base:2 AS own
        FROM node:\${VERSION}
      `,
    },
    {
      title: 'An image of a trusted registry',
      in: 'dockerfile',
      config: { registries: { allowed: [], trusted: ['registry.example.com'] } },
      good: `
        FROM registry.example.com/shop/base:3
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        services:
          db:
            image: "postgres:«18-alpine»"
          proxy:
            image: traefik:«v3»
      `,
      expect: ['moves', 'moves'],
      fixed: `
        services:
          db:
            image: "postgres:18.6-alpine3.24"
          proxy:
            image: traefik:v3.7.11
      `,
    },
    {
      title: 'The name of an image that the service builds',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web:1
      `,
    },
  ],
});

type Found = Finding<'moves' | 'movesByDefault' | 'mayMove', 'pin', never>;

function judge({ reference, range, tagRange }: PulledImage, { config }: CheckContext): readonly Found[] {
  const { tag, digest, unknown, written } = reference;
  if (!tag || digest || unknown.has('digest') || movingWord(tag.value) !== undefined) return [];
  const number = majorVersion(reference);
  if (number === undefined || isTrusted(reference, config)) return [];
  if (isLocalName(reference) || withdrawalOf(reference)) return [];
  const place = tagRange ?? range;
  if (!hasVersions(reference))
    return [{ message: 'mayMove', data: { image: written, number }, range: place, confidence: 'low' }];
  const data = { image: written };
  if (!tagRange) return [{ message: isSet(reference) ? 'moves' : 'movesByDefault', data, range: place }];
  const exact = exactMajor(reference);
  const fixes: readonly Fix<'pin'>[] =
    exact === undefined
      ? []
      : [
          {
            title: 'pin',
            data: { image: written.slice(0, -tag.value.length) + exact },
            applicability: 'unsafe',
            edits: [{ range: tagRange, text: exact }],
          },
        ];
  return [{ message: 'moves', data, range: place, fixes }];
}
