import type { Finding, Fix } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { isSet, type Range } from '../../core/text.js';
import { officialName } from '../../images/official.js';
import { exactTag, hasMovingTag, slimTag } from '../../images/pins.js';
import { baseImages, isLocalName, isTrusted, type PulledImage, serviceImages } from '../../images/pulled.js';
import { unlessNamedContext } from '../../project/named-contexts.js';

export default defineRule({
  id: 'moving-tag',
  severity: 'warning',
  yieldsTo: ['untagged-image'],
  summary: 'An image must not be named with a tag that moves from release to release.',
  why: `
    \`latest\`, \`stable\`, \`edge\` or \`lts\` are not versions, and neither is the bare name of a variant, such as \`golang:alpine\` or \`python:slim\`:
    the publisher points them at something new with every release. Two builds
    of the same commit can differ, a host that pulled last month runs something else than one that pulls today, and a release
    that was tampered with is in the next build before anybody hears of it. There is also nothing to roll back to, and a scanner's
    result does not say what will run.

    Name the release. A digest beside the tag, as update bots write it, is even stricter; a moving tag with a digest is therefore
    left alone.
  `,
  fixSafety: `
    The tags offered are what the moving tag meant on the day of the facts table, or the newest release where it is not known. That
    may be newer than the image that was pulled so far; a slim or Alpine variant also has fewer programs and, for Alpine, another C
    library. Where the system under the image has lost its support, the same release on a supported one is offered.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#pin-base-image-versions',
    'https://docs.docker.com/reference/cli/docker/image/pull/#pull-an-image-by-digest-immutable-identifier',
  ],
  standards: { cis: ['4.2', '5.28'], nist: ['4.1.5', '4.2.2'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {
    hadolint: ['DL3007'],
    trivy: ['DS-0001'],
    checkov: ['CKV_DOCKER_7'],
    semgrep: ['avoid-latest-version'],
    dclint: ['service-image-require-explicit-tag'],
    tally: ['DL3007'],
  },
  messages: {
    moves: '{image} means another image with every release, so two builds can differ. Pin a version or a digest.',
    localName:
      'Unless {image} is built on this machine, it means another image with every release. Pin a version or a digest.',
    movesByDefault: '{image} is used by default and moves with every release. Make the default a version or a digest.',
  },
  titles: {
    pin: 'Use {image}',
    pinSlim: 'Use the smaller {image}',
  },

  check: {
    dockerfile: (document, context) =>
      baseImages(document).flatMap((it) => unlessNamedContext(it.reference, context, judge(it, context))),
    compose: (document, context) => serviceImages(document).flatMap((it) => judge(it, context)),
  },

  examples: [
    {
      title: 'latest',
      in: 'dockerfile',
      bad: `
        FROM python:«latest»
      `,
      expect: ['moves'],
      fixed: `
        FROM python:3.14.7-trixie
      `,
      alternatives: [
        `
        FROM python:3.14.7-slim-trixie
        `,
      ],
    },
    {
      title: 'A long-term release with a variant',
      in: 'dockerfile',
      bad: `
        FROM node:«lts-alpine» AS build
      `,
      expect: ['moves'],
      fixed: `
        FROM node:24.19.0-alpine3.24 AS build
      `,
    },
    {
      title: 'A long-term release that stands on a system whose support has ended',
      in: 'dockerfile',
      bad: `
        FROM node:«lts»
      `,
      expect: ['moves'],
      fixed: `
        FROM node:24.19.0-trixie
      `,
      alternatives: [
        `
        FROM node:24.19.0-trixie-slim
        `,
      ],
    },
    {
      title: 'A variant without a version',
      in: 'dockerfile',
      bad: `
        FROM golang:«alpine» AS build
        FROM php:«fpm-trixie» AS php
        FROM python:«slim»
      `,
      expect: ['moves', 'moves', 'moves'],
      fixed: `
        FROM golang:1.27.0-alpine3.24 AS build
        FROM php:8.5.9-fpm-trixie AS php
        FROM python:3.14.7-slim-trixie
      `,
    },
    {
      title: 'Releases that bear a name, and a word of another publisher',
      in: 'dockerfile',
      good: `
        FROM debian:trixie-slim AS a
        FROM buildpack-deps:trixie-scm AS b
        FROM ubuntu:noble AS c
        FROM ghcr.io/acme/runner:alpine AS d
      `,
    },
    {
      title: 'Debian by the word for its newest release',
      in: 'dockerfile',
      bad: `
        FROM debian:«stable-slim»
      `,
      expect: ['moves'],
      fixed: `
        FROM debian:13.6-slim
      `,
    },
    {
      title: 'A publisher that the facts table does not know',
      in: 'dockerfile',
      bad: `
        FROM ghcr.io/acme/runner:«nightly»
        FROM ghcr.io/acme/runner:«1-latest»
      `,
      expect: ['moves', 'moves'],
      fixed: null,
    },
    {
      title: 'The default of an argument moves',
      in: 'dockerfile',
      bad: `
        ARG VERSION=latest
        FROM «nginx:\${VERSION}»
      `,
      expect: ['movesByDefault'],
      fixed: null,
    },
    {
      title: 'A name that can only be a local image',
      in: 'dockerfile',
      bad: `
        FROM our-base:«latest»
      `,
      expect: ['localName'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'A version or date in the tag',
      in: 'dockerfile',
      good: `
        FROM alpine:3.24.1 AS a
        FROM debian:stable-20260803-slim AS b
        FROM jenkins/jenkins:2.426.1-lts AS c
        FROM acme/tool:dev-3f5c2a91 AS d
        FROM acme/tool:9.0-beta AS e
      `,
    },
    {
      title: 'A moving tag with a digest',
      in: 'dockerfile',
      good: `
        FROM alpine:latest@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7
      `,
    },
    {
      title: 'Variants for building, whose name is not a channel',
      in: 'dockerfile',
      good: `
        FROM dhi.io/node:24-dev
      `,
    },
    {
      title: 'A tag that only the caller knows',
      in: 'dockerfile',
      good: `
        ARG VERSION
        FROM node:\${VERSION}
      `,
    },
    {
      title: 'An image of a trusted registry',
      in: 'dockerfile',
      config: { registries: { allowed: [], trusted: ['*.example.com'] } },
      good: `
        FROM registry.example.com/shop/base:latest
      `,
    },
    {
      title: 'Services with moving tags',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:«stable-alpine» # the one in front
          app:
            image: '«ghcr.io/acme/shop:\${SHOP_VERSION:-latest}»'
      `,
      expect: ['moves', 'movesByDefault'],
      fixed: `
        services:
          web:
            image: nginx:1.30.4-alpine3.24 # the one in front
          app:
            image: 'ghcr.io/acme/shop:\${SHOP_VERSION:-latest}'
      `,
    },
    {
      title: 'The name of an image that the service builds',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web:latest
          worker:
            image: shop/web:latest
      `,
    },
  ],
});

function judge(
  { reference, range, tagRange }: PulledImage,
  { config }: CheckContext,
): readonly Finding<'moves' | 'movesByDefault' | 'localName', 'pin' | 'pinSlim', never>[] {
  const { tag, digest, unknown } = reference;
  if (!tag || digest || unknown.has('digest') || !hasMovingTag(reference)) return [];
  if (isTrusted(reference, config)) return [];
  const data = { image: reference.written };
  const place = tagRange ?? range;
  if (isLocalName(reference)) return [{ message: 'localName', data, range: place, confidence: 'low' }];
  if (!tagRange) return [{ message: isSet(reference) ? 'moves' : 'movesByDefault', data, range: place }];
  const image = officialName(reference);
  const before = reference.written.slice(0, -tag.value.length);
  return [
    {
      message: 'moves',
      data,
      range: place,
      fixes: image === undefined ? [] : pins(image, tag.value, before, tagRange),
    },
  ];
}

function pins(image: string, tag: string, before: string, range: Range): readonly Fix<'pin' | 'pinSlim'>[] {
  const exact = exactTag(image, tag);
  if (exact === undefined) return [];
  const set = (title: 'pin' | 'pinSlim', text: string): Fix<'pin' | 'pinSlim'> => ({
    title,
    data: { image: before + text },
    applicability: 'unsafe',
    edits: [{ range, text }],
  });
  const slim = slimTag(image, exact);
  return slim === undefined ? [set('pin', exact)] : [set('pin', exact), set('pinSlim', slim)];
}
