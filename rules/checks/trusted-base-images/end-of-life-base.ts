import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { type EndedRelease, endedReleases, supportedTag } from '../../images/lifetimes.js';
import { baseImages, type PulledImage, serviceImages } from '../../images/pulled.js';
import { withdrawalOf } from '../../images/withdrawn.js';

export default defineRule({
  id: 'end-of-life-base',
  severity: 'warning',
  summary: 'An image must not build on a release whose support has ended.',
  why: `
    After the end of support nobody repairs the holes that are found in a distribution or language release any more, but everybody can
    read about them: they are also in the newer releases, where they are fixed in public. An attacker takes the list of fixes and
    tries each one against the release that never got it. Rebuilding the image does not help, as there is nothing to install.

    Both halves of a tag are judged, the program and the system under it: \`python:3.13-buster\` has a current Python on a Debian
    without updates. Where only extended support is left, often for a fee or for some packages only, the finding is a hint.
    Dates are those of the facts table that this version came with, not of the day it runs.
  `,
  fixSafety: `
    A newer release changes versions of the language and of system packages: code may have to be ported, package names differ, and
    a database may have to migrate its files first. Build and test before you ship.
  `,
  references: [
    'https://endoflife.date',
    'https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often',
  ],
  standards: { cis: ['4.2', '4.4'], nist: ['4.1.1', '4.2.2'], owasp: ['RULE #0', 'RULE #13'], cwe: ['CWE-1104'] },
  equivalents: { tally: ['eol-ruby-version'] },
  messages: {
    ended: 'Support for {release} ended on {date}, so known holes in {image} stay open. Move to a supported release.',
    bothEnded:
      '{image} has had no support for {release} since {date}, nor for {other} since {otherDate}. Move to supported releases.',
    extended: '{image} has had only extended support for {release} since {date}, until {until}. Plan the move.',
  },
  titles: { move: 'Use {tag}' },

  check: {
    dockerfile: (document) => baseImages(document).flatMap((it) => judge(it)),
    compose: (document) => serviceImages(document).flatMap((it) => judge(it)),
  },

  examples: [
    {
      title: 'A language release',
      in: 'dockerfile',
      bad: `
        FROM node:«14.17.0-alpine» AS build
      `,
      expect: ['ended'],
      fixed: `
        FROM node:26.7.0-alpine AS build
      `,
    },
    {
      title: 'A server that has a branch of its own for each year',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:«1.13-alpine»
          proxy:
            image: haproxy:«2.4-alpine»
          app:
            image: tomcat:«8.5»
      `,
      expect: ['ended', 'ended', 'ended'],
      fixed: `
        services:
          web:
            image: nginx:1.30-alpine
          proxy:
            image: haproxy:3.4-alpine
          app:
            image: tomcat:9.0
      `,
    },
    {
      title: 'A distribution by its codename',
      in: 'dockerfile',
      bad: `
        FROM debian:«buster-slim»
      `,
      expect: ['ended'],
      fixed: `
        FROM debian:trixie-slim
      `,
    },
    {
      title: 'Both halves of the tag',
      in: 'dockerfile',
      bad: `
        FROM python:«3.8-slim-buster»
      `,
      expect: ['bothEnded'],
      fixed: `
        FROM python:3.14-slim-trixie
      `,
    },
    {
      title: 'The system alone',
      in: 'dockerfile',
      bad: `
        FROM httpd:«2.4-buster»
      `,
      expect: ['ended'],
      fixed: `
        FROM httpd:2.4-trixie
      `,
    },
    {
      title: 'Only extended support is left',
      in: 'dockerfile',
      bad: `
        FROM ubuntu:«20.04»
      `,
      expect: ['extended'],
      severity: 'info',
      fixed: `
        FROM ubuntu:26.04
      `,
    },
    {
      title: 'A rough version, of which the newest is meant',
      in: 'dockerfile',
      bad: `
        FROM postgres:«9»
      `,
      expect: ['ended'],
      fixed: `
        FROM postgres:18
      `,
    },
    {
      title: 'The system in the tag of any publisher',
      in: 'dockerfile',
      bad: `
        FROM acme/redis:«6.2-debian-10-r3» AS cache
        FROM acme/tool:«4-alpine3.12»
      `,
      expect: ['ended', 'ended'],
      fixed: null,
    },
    {
      title: 'A version that comes from an argument',
      in: 'dockerfile',
      bad: `
        ARG PHP=7.4
        FROM «php:\${PHP}-fpm»
      `,
      expect: ['ended'],
      fixed: null,
    },
    {
      title: 'A digest beside the tag goes with it',
      in: 'dockerfile',
      bad: `
        FROM alpine:«3.12@sha256:0ed5d5928d4737458944eb604cc8509e245c3e19d02ad83935398bc4b991aac7»
      `,
      expect: ['ended'],
      fixed: `
        FROM alpine:3.24
      `,
    },
    {
      title: 'Supported releases, rough versions, unknown and withdrawn images',
      in: 'dockerfile',
      good: `
        FROM node:24-trixie AS a
        FROM python:3.13-alpine3.24 AS b
        FROM redis:6 AS c
        FROM alpine:3 AS d
        FROM acme/python:2.7 AS e
        FROM debian AS f
        FROM a AS buster
        FROM buster AS g
        FROM centos:7
      `,
    },
    {
      title: 'A version that only the caller knows',
      in: 'dockerfile',
      good: `
        ARG VERSION
        FROM python:\${VERSION}
      `,
    },
    {
      title: 'A service on an old database',
      in: 'compose',
      bad: `
        services:
          db:
            image: "mysql:«5.7»"
      `,
      expect: ['ended'],
      fixed: `
        services:
          db:
            image: "mysql:9.7"
      `,
    },
    {
      title: 'The name of an image that the service builds',
      in: 'compose',
      good: `
        services:
          web:
            build: .
            image: shop/web:buster
      `,
    },
  ],
});

type Message = 'ended' | 'bothEnded' | 'extended';

function judge({ reference, range, tagRange }: PulledImage): readonly Finding<Message, 'move', never>[] {
  const releases = endedReleases(reference);
  // An image that nobody builds any more is said once, by the rule about just that.
  if (releases.length === 0 || withdrawalOf(reference)) return [];
  const [first, second] = releases.filter((it) => it.extended === undefined);
  const { tag } = reference;
  const image = tag ? `${reference.name}:${tag.value}` : reference.name;
  const place = tagRange ?? range;
  const next = tagRange && supportedTag(reference);
  const fixes: readonly Fix<'move'>[] =
    next === undefined || next === tag?.value
      ? []
      : [
          {
            title: 'move',
            data: { tag: `${reference.name}:${next}` },
            applicability: 'unsafe',
            edits: [{ range: place, text: next }],
          },
        ];
  const found = { range: place, fixes };
  if (!first) return releases.slice(0, 1).map((it) => ({ ...found, ...extendedOnly(image, it) }));
  const data = { image, release: first.name, date: first.ended };
  return second
    ? [{ message: 'bothEnded', data: { ...data, other: second.name, otherDate: second.ended }, ...found }]
    : [{ message: 'ended', data, ...found }];
}

function extendedOnly(image: string, { name, ended, extended = '' }: EndedRelease) {
  return {
    message: 'extended' as const,
    data: { image, release: name, date: ended, until: extended },
    severity: 'info' as const,
  };
}
