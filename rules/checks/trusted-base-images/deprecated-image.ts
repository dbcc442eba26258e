import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { namedImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { withdrawalOf } from '../../images/withdrawn.js';

export default defineRule({
  id: 'deprecated-image',
  severity: 'warning',
  summary: 'An image must not be one that its publisher has withdrawn.',
  why: `
    Some names on Docker Hub live on although nobody builds them any more: the publisher has moved to another name or registry, or has
    given up the program. The old image can still be pulled, so everything looks fine, but it stays as it was on its last day, with
    every hole found since then in its libraries. Attackers know these images as well as the fixes they never got.

    It is said once: the end of support of a release in such an image is not reported beside it. Names that depend on an argument
    without a default are left alone, as are the early-access builds that \`openjdk\` still publishes.
  `,
  fixSafety: `
    The replacement is the same program under the name that carries it on, but built by others, at times on another system:
    \`eclipse-temurin\` is Ubuntu where \`openjdk\` was Debian. Build and test before you ship.
  `,
  references: [
    'https://hub.docker.com/_/openjdk',
    'https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/',
    'https://github.com/bitnami/containers/issues/83267',
    'https://docs.docker.com/docker-hub/image-library/trusted-content/',
  ],
  standards: { cis: ['4.2', '4.4'], nist: ['4.1.1', '4.2.2'], owasp: ['RULE #0', 'RULE #13'], cwe: ['CWE-1104'] },
  equivalents: {},
  messages: {
    withdrawnIn: '{image} was withdrawn in {year}, so holes in it stay open. Move to {successor}.',
    withdrawn: '{image} was withdrawn by its publisher, so holes in it stay open. Move to {successor}.',
    abandoned: '{image} is no longer published, so holes in it stay open. Move to an image that is maintained.',
  },
  titles: { move: 'Use {image}' },

  check: {
    dockerfile: (document) =>
      namedImages(document).flatMap((it) => (it.by === 'syntax' ? [] : judge(it, document.text))),
    compose: (document) => serviceImages(document).flatMap((it) => judge(it, document.text)),
  },

  examples: [
    {
      title: 'An official image that is no longer built',
      in: 'dockerfile',
      bad: `
        FROM «openjdk:17-jdk-slim» AS build
      `,
      expect: ['withdrawnIn'],
      fixed: `
        FROM eclipse-temurin:17-jdk AS build
      `,
    },
    {
      title: 'Its Alpine variant, with an exact version',
      in: 'dockerfile',
      bad: `
        FROM «openjdk:8u212-jre-alpine3.9»
      `,
      expect: ['withdrawnIn'],
      fixed: `
        FROM eclipse-temurin:8-jre-alpine
      `,
    },
    {
      title: 'A distribution that has ended, and the one that carries it on',
      in: 'dockerfile',
      bad: `
        FROM «centos:8»
      `,
      expect: ['withdrawnIn'],
      fixed: `
        FROM almalinux:8
      `,
    },
    {
      title: 'No release that carries it on',
      in: 'dockerfile',
      bad: `
        FROM «centos:7» AS build
        FROM «sentry:9.1»
      `,
      expect: ['withdrawnIn', 'abandoned'],
      fixed: null,
    },
    {
      title: 'A registry that moved',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        COPY --from=«k8s.gcr.io/pause:3.9» /pause /pause
      `,
      expect: ['withdrawnIn'],
      fixed: `
        FROM alpine:3.24
        COPY --from=registry.k8s.io/pause:3.9 /pause /pause
      `,
    },
    {
      title: 'A publisher that took its versions away',
      in: 'dockerfile',
      bad: `
        FROM «bitnami/postgresql:16.4.0» AS old
        FROM «docker.io/bitnamilegacy/kubectl:1.33»
      `,
      expect: ['withdrawnIn', 'abandoned'],
      fixed: null,
    },
    {
      title: 'The version is unknown, but the name is enough',
      in: 'dockerfile',
      bad: `
        ARG JAVA
        FROM «openjdk:\${JAVA}»
      `,
      expect: ['withdrawnIn'],
      fixed: null,
    },
    {
      title: 'The publisher moved to a name of its own',
      in: 'compose',
      bad: `
        services:
          vault:
            image: "«vault:1.12.1»"
          ci:
            image: «jenkinsci/jenkins:lts»
      `,
      expect: ['withdrawnIn', 'withdrawn'],
      fixed: null,
    },
    {
      title: 'Successors, early access, and images of others with such a name',
      in: 'dockerfile',
      good: `
        FROM eclipse-temurin:21-jdk AS a
        FROM openjdk:27-ea-trixie AS b
        FROM quay.io/centos/centos:stream10 AS c
        FROM ghcr.io/acme/openjdk:11 AS d
        FROM bitnami/redis:latest AS e
        FROM golang:1.27 AS java
        FROM java
      `,
    },
    {
      title: 'The name of an image that the service builds',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: vault
      `,
    },
  ],
});

type Found = Finding<'withdrawnIn' | 'withdrawn' | 'abandoned', 'move', never>;

function judge({ reference, range }: PulledImage, text: string): readonly Found[] {
  const withdrawal = withdrawalOf(reference);
  if (!withdrawal) return [];
  const { year, successor, replacement } = withdrawal;
  const { digest, written } = reference;
  const image = digest ? written.slice(0, written.indexOf('@')) : written;
  if (successor === undefined) return [{ message: 'abandoned', data: { image }, range }];
  const data = { image, successor };
  const exact = text.slice(range.start, range.end) === written;
  const fixes: readonly Fix<'move'>[] =
    replacement === undefined || !exact
      ? []
      : [
          {
            title: 'move',
            data: { image: replacement },
            applicability: 'unsafe',
            edits: [{ range, text: replacement }],
          },
        ];
  return year === undefined
    ? [{ message: 'withdrawn', data, range, fixes }]
    : [{ message: 'withdrawnIn', data: { ...data, year }, range, fixes }];
}
