import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { builtInPlace } from '../../dockerfile/building.js';
import type { Stage } from '../../dockerfile/model.js';
import { needlessShell } from '../../dockerfile/needless-shell.js';
import { isForPeople, startsForPeople } from '../../dockerfile/purpose.js';
import { chainOf, instructionsOf, shippedStage } from '../../dockerfile/queries.js';
import { officialName } from '../../images/official.js';
import type { ImageReference } from '../../images/reference.js';
import { type SmallerTag, smallerTag } from '../../images/smaller.js';

export default defineRule({
  id: 'full-size-base',
  severity: 'info',
  profile: 'strict',
  summary: 'What ships is built on the small variant of its base image.',
  why: `
    The full images of languages are made to build anything on: compilers, version control, headers, libraries of graphics and
    databases. In what ships they are hundreds of packages that nobody calls, each with flaws that scanners report and that an
    intruder can use. The slim variant is the same release of the same distribution without them; an Alpine variant is smaller
    still, with another C library.

    Only the image that ships is judged, and only releases that the facts table knows a smaller sibling of. An image where nothing
    needs a shell is reported by package-manager-in-image, one that builds where it ships by single-stage-build.
  `,
  fixSafety: `
    A library or command that came with the full image may be missing: install it by its name. On Alpine the C library is musl, so
    that programs built for Debian do not run, and scripts for Bash or apt need changes. On a Java runtime nothing is compiled.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image',
    'https://hub.docker.com/_/python#image-variants',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: {},
  messages: {
    slim: '{image} brings more than a program needs to run, and {smaller} is the same release with less. Use that one.',
    jre: '{image} brings a compiler that no program needs to run, and {smaller} leaves it out. Use that one.',
    alpine: '{image} brings more than a program needs to run. Use {smaller} if the program runs with its C library.',
  },
  titles: { use: 'Use {smaller}' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      const image = stage?.rootImage;
      const smaller = image && siblingOf(image);
      const range = image?.tag?.range ?? (stage && chainOf(stage)[0]?.from.image?.range);
      if (!smaller || !range || isForPeople(stage) || startsForPeople(stage)) return [];
      if (builtInPlace(document) || needlessShell(document)) return [];
      const data = { image: image.written, smaller: `${image.name}:${smaller.tag}` };
      const fix = fixFor(stage, image, smaller);
      return [{ message: smaller.kind, data, range, fixes: fix ? [fix] : [] }];
    },
  },

  examples: [
    {
      title: 'A full image of a language',
      in: 'dockerfile',
      bad: `
        FROM python:«3.13»
        COPY requirements.txt .
        RUN pip install --no-cache-dir -r requirements.txt
        USER 10001
        CMD ["python", "-m", "shop"]
      `,
      expect: ['slim'],
      fixed: `
        FROM python:3.13-slim
        COPY requirements.txt .
        RUN pip install --no-cache-dir -r requirements.txt
        USER 10001
        CMD ["python", "-m", "shop"]
      `,
    },
    {
      title: 'With the name of the distribution',
      in: 'dockerfile',
      bad: `
        FROM node:«24-bookworm»
        RUN npm ci --omit=dev
        USER node
        CMD ["node", "server.js"]
      `,
      expect: ['slim'],
      fixed: `
        FROM node:24-bookworm-slim
        RUN npm ci --omit=dev
        USER node
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A compiler for Java',
      in: 'dockerfile',
      bad: `
        FROM eclipse-temurin:«25-jdk»
        RUN mkdir /srv/cache && chown 10001 /srv/cache && keytool -list -cacerts
        USER 10001
        CMD ["java", "-jar", "/srv/shop.jar"]
      `,
      expect: ['jre'],
      fixed: `
        FROM eclipse-temurin:25-jre
        RUN mkdir /srv/cache && chown 10001 /srv/cache && keytool -list -cacerts
        USER 10001
        CMD ["java", "-jar", "/srv/shop.jar"]
      `,
    },
    {
      title: 'Only Alpine is smaller, and the steps are written for Debian',
      in: 'dockerfile',
      bad: `
        FROM php:«8.4-fpm»
        RUN apt-get update && apt-get install -y --no-install-recommends libpq5 && rm -rf /var/lib/apt/lists/*
        USER www-data
      `,
      expect: ['alpine'],
      fixed: null,
    },
    {
      title: 'Small already, or without a smaller sibling',
      in: 'dockerfile',
      good: `
        FROM python:3.13-slim-bookworm
        RUN pip install --no-cache-dir -r requirements.txt
        USER 10001
        CMD ["python", "-m", "shop"]
      `,
    },
    {
      title: 'Data that is bound to the C library',
      in: 'dockerfile',
      good: `
        FROM postgres:17
        COPY init.sql /docker-entrypoint-initdb.d/
      `,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM node:24 AS build
        RUN npm ci && npm run build
        FROM nginx:1.30-alpine
        COPY --from=build /srv/dist /usr/share/nginx/html
        USER nginx
      `,
    },
    {
      title: 'An image that builds where it ships is another mistake',
      in: 'dockerfile',
      good: `
        FROM golang:1.26
        RUN go build -o /usr/local/bin/shop .
        USER 10001
        CMD ["shop"]
      `,
    },
  ],
});

function siblingOf(image: ImageReference): SmallerTag | undefined {
  const name = officialName(image);
  if (name === undefined || !image.tag || image.unknown.size > 0) return undefined;
  return smallerTag(name, image.tag.value);
}

/** Commands of Debian that Alpine calls otherwise, or does not bring. */
const OF_DEBIAN = new Set(
  'apt-get apt dpkg aptitude install_packages useradd groupadd usermod groupmod bash a2enmod a2dismod update-alternatives gem bundle'.split(
    ' ',
  ),
);

function fixFor(stage: Stage, { tag, digest }: ImageReference, smaller: SmallerTag): Fix<'use'> | undefined {
  if (!tag?.range || digest) return undefined;
  if (smaller.kind === 'alpine' && chainOf(stage).some(isWrittenForDebian)) return undefined;
  return {
    title: 'use',
    data: { smaller: smaller.tag },
    applicability: 'unsafe',
    edits: [{ range: tag.range, text: smaller.tag }],
  };
}

function isWrittenForDebian({ instructions }: Stage): boolean {
  return instructionsOf(instructions, 'RUN').some(({ script }) => script.commands.some((it) => OF_DEBIAN.has(it.name)));
}
