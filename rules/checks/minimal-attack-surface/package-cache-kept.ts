import type { Finding, RelatedPlace } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, RunInstruction } from '../../dockerfile/model.js';
import { cleansAfter, type KeptCache, keptCaches, type PackageCache } from '../../dockerfile/package-cache.js';
import { addFlag, append, commandRange, commandText, lastUseOfLists } from '../../dockerfile/package-cache-fix.js';
import { shippedRuns } from '../../dockerfile/queries.js';
import type { PackageManager } from '../../shell/model.js';

export default defineRule({
  id: 'package-cache-kept',
  severity: 'info',
  summary: 'What a package manager downloads must not stay in the image.',
  why: `
    Package lists, archives and wheels that were only needed to install are copied to every machine that runs the image. They
    make pulls and restarts slower, among them the one that brings a security update, and scanners report the old packages
    in them, so that a real finding drowns.

    For an intruder they are a gift: an index of what is installed, and packages to install from without a network.

    Each RUN is a layer of its own. A cleanup in a later RUN hides the files, it does not take them out. A cache mount
    (\`RUN --mount=type=cache,target=…\`) keeps them outside the image and makes the next build faster as well.
  `,
  fixSafety: `
    Unsafe for yarn where its version cannot be told: from version 2 on it can run programs straight from its cache, which
    then has to stay. All other fixes are safe.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get',
    'https://docs.docker.com/build/cache/optimize/#use-cache-mounts',
    'https://pip.pypa.io/en/stable/topics/caching/',
  ],
  standards: { nist: ['4.1.2'], cwe: ['CWE-459'] },
  equivalents: {
    hadolint: ['DL3009', 'DL3019', 'DL3032', 'DL3036', 'DL3040', 'DL3042', 'DL3060'],
    trivy: ['DS-0015', 'DS-0019', 'DS-0020', 'DS-0025', 'DS-0027'],
    semgrep: [
      'missing-apk-no-cache',
      'missing-dnf-clean-all',
      'missing-pip-no-cache-dir',
      'missing-yum-clean-all',
      'missing-zypper-clean',
      'remove-package-cache',
      'remove-package-lists',
    ],
    tally: ['ruby/leftover-bundler-cache'],
  },
  messages: {
    lists: '{command} leaves its package lists in the image, old from the next day on. Run {remedy} in the same RUN.',
    cache:
      '{command} keeps what it downloads, so every pull of the image carries it too. Run {remedy} in the same RUN.',
    flag: '{command} keeps what it downloads, so every pull of the image carries it too. Add {remedy}.',
  },
  titles: {
    append: 'Run {remedy} at the end of this RUN',
    flag: 'Add {remedy}',
  },
  labels: { late: 'This cleanup is a layer of its own: what lies in the layers below stays there.' },

  check: {
    dockerfile(document) {
      const runs = shippedRuns(document).filter((it) => !it.onbuild);
      const lastAdd = runs.findLast((it) => installs(it, 'apk'));
      const file = { document, runs, lastUse: lastUseOfLists(document), cleanups: new Map() };
      return keptCaches(document)
        .filter((it) => !isFetchedForLater(it, lastAdd))
        .map((it) => finding(file, it));
    },
  },

  examples: [
    {
      title: 'Package lists of apt',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «apt-get update» && apt-get install -y --no-install-recommends curl
        USER 10001
      `,
      expect: ['lists'],
      fixed: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Over several lines, cleaned too early',
      in: 'dockerfile',
      bad: `
        FROM ubuntu:24.04
        RUN set -eux; \\
            rm -rf /var/lib/apt/lists/*; \\
            «apt-get update»; \\
            # for the health check
            apt-get install -y --no-install-recommends \\
                curl
        USER 10001
      `,
      expect: ['lists'],
      fixed: `
        FROM ubuntu:24.04
        RUN set -eux; \\
            rm -rf /var/lib/apt/lists/*; \\
            apt-get update; \\
            # for the health check
            apt-get install -y --no-install-recommends \\
                curl \\
                && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Cleaned in a later layer',
      in: 'dockerfile',
      bad: `
        FROM rockylinux:9
        RUN «dnf install» -y httpd
        RUN dnf clean all
        USER 10001
      `,
      expect: ['cache'],
      fixed: `
        FROM rockylinux:9
        RUN dnf install -y httpd && dnf clean all
        RUN dnf clean all
        USER 10001
      `,
    },
    {
      title: 'A later RUN installs from the lists',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «apt-get update»
        RUN apt-get install -y --no-install-recommends curl
        USER 10001
      `,
      expect: ['lists'],
      fixed: null,
    },
    {
      title: 'apk and pip without their flags',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-alpine
        RUN «apk add» --update libpq
        RUN «pip install» --upgrade pip && python -m pip install -r requirements.txt
        USER 10001
      `,
      expect: ['flag', 'flag'],
      fixed: `
        FROM python:3.13-alpine
        RUN apk add --no-cache libpq
        RUN pip install --no-cache-dir --upgrade pip && python -m pip install --no-cache-dir -r requirements.txt
        USER 10001
      `,
    },
    {
      title: 'Written as the RUN is written',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN «apt-get update» && \\
            apt-get install -y --no-install-recommends \\
                ca-certificates \\
                curl
        USER 10001
      `,
      expect: ['lists'],
      fixed: `
        FROM debian:13.1-slim
        RUN apt-get update && \\
            apt-get install -y --no-install-recommends \\
                ca-certificates \\
                curl && \\
            rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'The index that apk update writes',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN «apk update» && apk add --no-cache libpq
        RUN «apk update» && apk add curl
        USER 10001
      `,
      expect: ['cache', 'cache'],
      fixed: `
        FROM alpine:3.22
        RUN apk update && apk add --no-cache libpq && rm -rf /var/cache/apk/*
        RUN apk update && apk add curl && rm -rf /var/cache/apk/*
        USER 10001
      `,
    },
    {
      title: 'npm, in a heredoc that stops at a failure',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        COPY package.json package-lock.json ./
        RUN <<EOF
        set -e
        «npm ci» --omit=dev
        EOF
        USER node
      `,
      expect: ['cache'],
      fixed: `
        FROM node:22-slim
        COPY package.json package-lock.json ./
        RUN <<EOF
        set -e
        npm ci --omit=dev
        npm cache clean --force
        EOF
        USER node
      `,
    },
    {
      title: 'yarn of either version, and npm as another user',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        RUN «yarn install» --frozen-lockfile
        RUN «yarn»
        RUN su node -c "«npm ci»"
        USER node
      `,
      expect: ['cache', 'cache', 'cache'],
      fixed: `
        FROM node:22-slim
        RUN yarn install --frozen-lockfile && yarn cache clean
        RUN yarn && yarn cache clean
        RUN su node -c "npm ci"
        USER node
      `,
    },
    {
      title: 'The program is gone when the RUN ends',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache --virtual .build-deps npm && «npm install» -g serve && apk del .build-deps
        USER 10001
      `,
      expect: ['cache'],
      fixed: null,
    },
    {
      title: 'The exec form takes no second command',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        RUN [«"pip3", "install"», "requests"]
        USER 10001
      `,
      expect: ['flag'],
      fixed: null,
    },
    {
      title: 'As another user, with sudo',
      in: 'dockerfile',
      bad: `
        FROM example/base:1.2
        RUN sudo «apt-get update» && sudo apt-get install -y --no-install-recommends curl
        USER 10001
      `,
      expect: ['lists'],
      fixed: `
        FROM example/base:1.2
        RUN sudo apt-get update && sudo apt-get install -y --no-install-recommends curl && sudo rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Cleaned in the same RUN',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update \\
            && apt-get install -y --no-install-recommends curl \\
            && apt-get clean && rm -rf /tmp/* /var/lib/apt/lists/*
        RUN apt-get update && apt-get install -y --no-install-recommends jq && find /var/lib/apt/lists -type f -delete
        USER 10001
      `,
    },
    {
      title: 'Cache and tmpfs mounts',
      in: 'dockerfile',
      good: `
        FROM python:3.13
        RUN --mount=type=cache,target=/var/lib/apt,sharing=locked --mount=type=cache,target=/var/cache/apt,sharing=locked \\
            apt-get update && apt-get install -y --no-install-recommends libpq5
        RUN --mount=type=tmpfs,target=/var/lib/apt/lists apt-get update && apt-get install -y --no-install-recommends jq
        RUN --mount=type=cache,target=/root/.cache pip install -r requirements.txt
        USER 10001
      `,
    },
    {
      title: 'Switched off by flag, variable or configuration',
      in: 'dockerfile',
      good: `
        FROM python:3.13
        ENV PIP_NO_CACHE_DIR=1
        RUN pip install -r requirements.txt
        RUN ["pip3", "install", "requests"]
        USER 10001
      `,
    },
    {
      title: 'A variable in front of the command',
      in: 'dockerfile',
      good: `
        FROM python:3.13
        RUN PIP_NO_CACHE_DIR=off pip install -r requirements.txt
        RUN export PIP_NO_CACHE_DIR=1 && pip install -r more.txt
        RUN pip config set global.no-cache-dir true
        RUN pip install -r even-more.txt
        USER 10001
      `,
    },
    {
      title: 'A build stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM node:22 AS build
        RUN apt-get update && apt-get install -y --no-install-recommends python3
        RUN npm ci
        FROM nginx:1.27-alpine
        COPY --from=build /app/dist /usr/share/nginx/html
      `,
    },
    {
      title: 'An index in a layer of its own is another mistake',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        RUN apk update
        RUN apk add --no-cache libpq
        USER 10001
      `,
    },
    {
      title: 'What is triggered in another image',
      in: 'dockerfile',
      good: `
        FROM python:3.13
        ONBUILD RUN pip install -r requirements.txt
        USER 10001
      `,
    },
    {
      title: 'A package cache that yarn’s newer versions run from',
      in: 'dockerfile',
      good: `
        FROM node:22
        COPY package.json yarn.lock .yarnrc.yml ./
        RUN yarn install --immutable
        USER node
      `,
    },
    {
      title: 'Commands that clean up themselves or keep nothing',
      in: 'dockerfile',
      good: `
        FROM bitnami/minideb:bookworm
        RUN install_packages curl
        RUN npx playwright install
        RUN dnf install -y httpd && rm -rf /var/cache/dnf
        RUN apt-get update && apt-get install -y --no-install-recommends jq && apt-get dist-clean
        RUN yarn install && rm -rf "$(yarn cache dir)"
        RUN npm ci && npm cache clean --force
        USER 10001
      `,
    },
  ],
});

type Found = Finding<'lists' | 'cache' | 'flag', 'append' | 'flag', 'late'>;

/** What is looked up once for all findings of a file. */
interface File {
  readonly document: DockerfileDocument;
  readonly runs: readonly RunInstruction[];
  /** Where apt last installs from lists that an earlier RUN fetched. */
  readonly lastUse: number;
  /** The last RUN that cleans a cache up. */
  readonly cleanups: Map<PackageCache, RunInstruction | undefined>;
}

function finding(file: File, kept: KeptCache): Found {
  const { cache, action, updates } = kept;
  const takesFlag = cache.flag !== undefined && kept.installs.length > 0 && updates.length === 0;
  const program = action.command.words[0]?.value ?? '';
  const remedy = takesFlag ? (cache.flag ?? '') : cache.clean(program);
  const fix = takesFlag ? addFlag(kept) : append(file.document, kept, remedy, file.lastUse);
  return {
    message: action.manager === 'apt' ? 'lists' : takesFlag ? 'flag' : 'cache',
    data: { command: commandText(action), remedy },
    range: commandRange(action),
    related: takesFlag ? [] : lateCleanup(file, kept),
    fixes: fix ? [fix] : [],
  };
}

function lateCleanup({ runs, cleanups }: File, { run, cache }: KeptCache): readonly RelatedPlace<'late'>[] {
  if (!cleanups.has(cache))
    cleanups.set(
      cache,
      runs.findLast((it) => cleansAfter(it, cache, -1)),
    );
  const late = cleanups.get(cache);
  return late && late.range.start > run.range.start ? [{ range: late.keywordRange, label: 'late' }] : [];
}

function installs({ facts }: RunInstruction, manager: PackageManager): boolean {
  return facts.installs.some((it) => it.manager === manager);
}

/** An index of Alpine that a later RUN installs from: what is wrong there is that it is fetched in a RUN of its own. */
function isFetchedForLater({ run, action }: KeptCache, lastAdd: RunInstruction | undefined): boolean {
  if (action.manager !== 'apk' || installs(run, 'apk')) return false;
  return lastAdd !== undefined && lastAdd.range.start > run.range.start;
}
