import { remembered } from '../../core/remembered.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import { builtInPlace } from '../../dockerfile/building.js';
import type { RunInstruction, Stage } from '../../dockerfile/model.js';
import { ownCommand, ownEntrypoint } from '../../dockerfile/privilege.js';
import { isForPeople, liesInDevContainer, programsUsed, startsForPeople } from '../../dockerfile/purpose.js';
import { type InstalledPackages, installedPackages, shippedRuns, shippedStage } from '../../dockerfile/queries.js';
import { buildImageOf } from '../../images/build-images.js';
import { SPLIT_TITLES, splitFix } from '../../multistage/fix.js';
import { lastBuilding, lastStart, removalFix } from '../../multistage/removal.js';
import type { PackageAction, PackageWord, ShellCommand } from '../../shell/model.js';
import { buildKindOf, PROGRAMS_OF_BUILD_TOOLS, SYSTEM_PACKAGES } from '../../shell/package-kinds.js';

export default defineRule({
  id: 'build-tools-in-image',
  severity: 'warning',
  summary: 'Compilers, headers and what else only a build needs must not stay in the shipped image.',
  why: `
    Exploits often arrive as source code that is compiled on the machine they attack, so that they fit its kernel and
    libraries. An image with \`gcc\`, \`make\` and headers does that work for the intruder, \`git\` fetches the rest, and the
    hundreds of files that come along make most of what vulnerability scanners report.

    Build in a stage of its own and copy the result with \`COPY --from\`, or remove the tools in the same RUN that installs
    and uses them: \`apk add --virtual .build-deps\` and \`apk del .build-deps\`, \`apt-get purge --auto-remove\`. A later RUN
    only hides them, they stay in the layer below.

    An image that builds on one made for building, such as golang or maven, is reported by single-stage-build.
  `,
  fixSafety: `
    Removing a header package takes its library along, so the fix installs that by its own name (\`libpq5\` for
    \`libpq-dev\`). What else came with a tool goes. A later build step, also one in a copied script, no longer finds the tools.

    With a stage of its own, the run stage holds what the title names, and what the Dockerfile copies for the program: other
    files that it opens need a COPY, and programs that it starts need their packages.
  `,
  references: [
    'https://docs.docker.com/build/building/multi-stage/',
    'https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: {},
  messages: {
    tools: '{packages} stay in the shipped image, so an intruder can build tools there. Build in a stage of its own.',
    tool: '{packages} stays in the shipped image, so an intruder can build tools there. Build in a stage of its own.',
    headers: '{packages} in the shipped image only serve to compile. Build in a stage of its own, or remove them here.',
    header: '{packages} in the shipped image only serves to compile. Build in a stage of its own, or remove it here.',
    sources: '{packages} is in the shipped image, ready to fetch code. Fetch sources in a stage of its own.',
    sourcesMaybe: '{packages} is in the shipped image, ready to fetch code. Leave it out unless the program calls it.',
  },
  titles: { ...SPLIT_TITLES, remove: 'Remove {packages} at the end of this RUN' },
  labels: {
    late: 'This removal is a layer of its own: what lies in the layers below stays there.',
    library:
      'With {package} its library would go, whose own package is not known. Install that by its name, to remove this one.',
  },

  check: {
    dockerfile(document, context) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage) || startsForPeople(stage) || isBuildImage(stage)) return [];
      if (liesInDevContainer(context.project)) return [];
      const installed = installedPackages(stage).flatMap((it) => {
        const tools = toolsOf(it);
        return tools.length > 0 ? [{ ...it, tools }] : [];
      });
      if (installed.length === 0 || builtInPlace(document)) return [];
      const used = programsUsed(stage);
      const runs = shippedRuns(document);
      const lastBuild = lastBuilding(runs);
      const removals = runs.flatMap((run) => run.facts.removals.map((it) => ({ ...it, run })));
      const fetching = runs.some(fetchesSources);
      const split = splitFix(document, stage, context);
      return installed.flatMap((it) => {
        const needless = it.tools.filter(({ name }) => !isUsed(name, used));
        // Beside headers alone, git is what the program calls.
        const tools =
          kindOf(needless).startsWith('header') && !fetching
            ? needless.filter(({ name }) => buildKindOf(name) === 'headers')
            : needless;
        const first = tools[0];
        if (!first) return [];
        const kind = kindOf(tools);
        const fetched = kind === 'sources' && !fetching;
        const packages = listed(tools);
        const removal = removalFix(document, it, tools, { lastBuild, project: context.project, listed: packages });
        return [
          {
            message: fetched ? ('sourcesMaybe' as const) : kind,
            data: { packages },
            range: first.word.range,
            ...(fetched || startsNothing(stage) ? { confidence: 'low' as const } : {}),
            related: [
              ...lateRemovals(it, tools, removals).map((range) => ({ range, label: 'late' as const })),
              ...removal.related,
            ],
            fixes: [...removal.fixes, ...split.fixes],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'A compiler for one step',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        COPY requirements.txt .
        RUN apt-get update && apt-get install -y --no-install-recommends curl «gcc» libpq-dev \\
            && pip install --no-cache-dir -r requirements.txt \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
        CMD ["python", "-m", "shop"]
      `,
      expect: ['tools'],
      fixed: `
        FROM python:3.13-slim
        COPY requirements.txt .
        RUN apt-get update && apt-get install -y --no-install-recommends curl gcc libpq-dev libpq5 \\
            && pip install --no-cache-dir -r requirements.txt \\
            && rm -rf /var/lib/apt/lists/* \\
            && apt-get purge -y --auto-remove gcc libpq-dev
        USER 10001
        CMD ["python", "-m", "shop"]
      `,
      alternatives: [
        `
        FROM python:3.13-slim AS base

        FROM base AS build
        COPY requirements.txt .
        RUN python -m venv /opt/venv
        ENV PATH="/opt/venv/bin:$PATH"
        RUN apt-get update && apt-get install -y --no-install-recommends curl gcc libpq-dev \\
            && pip install --no-cache-dir -r requirements.txt \\
            && rm -rf /var/lib/apt/lists/*

        FROM base
        ENV PATH="/opt/venv/bin:$PATH"
        RUN apt-get update && apt-get install -y --no-install-recommends curl libpq5 && rm -rf /var/lib/apt/lists/*
        COPY --from=build /opt/venv /opt/venv
        USER 10001
        CMD ["python", "-m", "shop"]
        `,
      ],
    },
    {
      title: 'On Alpine',
      in: 'dockerfile',
      bad: `
        FROM ruby:3.4-alpine
        RUN apk add --no-cache «build-base» && gem install --no-document puma:6.6.1 && rm -rf /root/.gem /usr/local/bundle/cache
        USER 10001
        CMD ["puma"]
      `,
      expect: ['tool'],
      fixed: `
        FROM ruby:3.4-alpine
        RUN apk add --no-cache build-base libstdc++ && gem install --no-document puma:6.6.1 && rm -rf /root/.gem /usr/local/bundle/cache && apk del build-base
        USER 10001
        CMD ["puma"]
      `,
      alternatives: [
        `
        FROM ruby:3.4-alpine AS base

        FROM base AS build
        RUN apk add --no-cache build-base && gem install --no-document puma:6.6.1 && rm -rf /root/.gem /usr/local/bundle/cache

        FROM base
        COPY --from=build /usr/local/bundle /usr/local/bundle
        USER 10001
        CMD ["puma"]
        `,
      ],
    },
    {
      title: 'A program that is compiled and linked here',
      in: 'dockerfile',
      bad: `
        FROM debian:12.11-slim
        COPY . /src
        RUN apt-get update && apt-get install -y --no-install-recommends \\
                «gcc» \\
                libc6-dev \\
                libsdl2-dev \\
                make \\
            && rm -rf /var/lib/apt/lists/* \\
            && make -C /src PREFIX=/opt/shop install
        USER 10001
        CMD ["/opt/shop/bin/shop"]
      `,
      expect: ['tools'],
      fixed: `
        FROM debian:12.11-slim
        COPY . /src
        RUN apt-get update && apt-get install -y --no-install-recommends \\
                gcc \\
                libc6-dev \\
                libsdl2-dev \\
                libsdl2-2.0-0 \\
                make \\
            && rm -rf /var/lib/apt/lists/* \\
            && make -C /src PREFIX=/opt/shop install \\
            && apt-get purge -y --auto-remove gcc libc6-dev libsdl2-dev make
        USER 10001
        CMD ["/opt/shop/bin/shop"]
      `,
      alternatives: [
        `
        FROM debian:12.11-slim AS base

        FROM base AS build
        COPY . /src
        RUN apt-get update && apt-get install -y --no-install-recommends \\
                gcc \\
                libc6-dev \\
                libsdl2-dev \\
                make \\
            && rm -rf /var/lib/apt/lists/* \\
            && make -C /src PREFIX=/opt/shop install

        FROM base
        RUN apt-get update && apt-get install -y --no-install-recommends libsdl2-2.0-0 && rm -rf /var/lib/apt/lists/*
        COPY --from=build /opt/shop /opt/shop
        USER 10001
        CMD ["/opt/shop/bin/shop"]
        `,
      ],
    },
    {
      title: 'A library whose own package is not known',
      in: 'dockerfile',
      bad: `
        FROM debian:12.11-slim
        COPY . /src
        RUN apt-get update && apt-get install -y --no-install-recommends «gcc» libshop-dev \\
            && rm -rf /var/lib/apt/lists/* \\
            && cd /src && ./build.sh
        USER 10001
        CMD ["/usr/local/bin/shop"]
      `,
      expect: ['tools'],
      fixed: null,
    },
    {
      title: 'Installed in one layer, used in the next, removed too late',
      in: 'dockerfile',
      bad: `
        FROM rockylinux:9
        RUN dnf install -y «openssl-devel» zlib-devel && dnf clean all
        RUN cd /src && ./configure && make install
        RUN dnf remove -y openssl-devel zlib-devel && dnf clean all
        USER 10001
        CMD ["/usr/local/bin/shop"]
      `,
      expect: ['headers'],
      fixed: null,
    },
    {
      title: 'Headers alone',
      in: 'dockerfile',
      bad: `
        FROM php:8.4-apache
        RUN apt-get update && apt-get install -y --no-install-recommends «libicu-dev» && rm -rf /var/lib/apt/lists/*
        RUN docker-php-ext-install intl
        CMD ["apache2-foreground"]
      `,
      expect: ['header'],
      fixed: `
        FROM php:8.4-apache AS base

        FROM base AS build
        RUN apt-get update && apt-get install -y --no-install-recommends libicu-dev && rm -rf /var/lib/apt/lists/*
        RUN docker-php-ext-install intl

        FROM base
        RUN apt-get update && apt-get install -y --no-install-recommends libicu76 && rm -rf /var/lib/apt/lists/*
        COPY --from=build /usr/local/lib/php/extensions /usr/local/lib/php/extensions
        COPY --from=build /usr/local/etc/php/conf.d /usr/local/etc/php/conf.d
        CMD ["apache2-foreground"]
      `,
    },
    {
      title: 'Sources fetched where they ship',
      in: 'dockerfile',
      bad: `
        FROM php:8.4-fpm-alpine
        RUN apk add --no-cache «git» && git clone --branch v1.2.0 https://example.com/shop.git /srv
        USER www-data
      `,
      expect: ['sources'],
      confidence: 'low',
      fixed: `
        FROM php:8.4-fpm-alpine
        RUN apk add --no-cache git && git clone --branch v1.2.0 https://example.com/shop.git /srv && apk del git
        USER www-data
      `,
      alternatives: [
        `
        FROM php:8.4-fpm-alpine AS base

        FROM base AS build
        RUN apk add --no-cache git && git clone --branch v1.2.0 https://example.com/shop.git /srv

        FROM base
        COPY --from=build /srv /srv
        USER www-data
        `,
      ],
    },
    {
      title: 'A tool that the program may call',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache «git»
        COPY hugo /usr/local/bin/
        USER 10001
        ENTRYPOINT ["hugo"]
      `,
      expect: ['sourcesMaybe'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Headers beside a tool that the program may call',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends git «libx11-dev» && rm -rf /var/lib/apt/lists/*
        COPY editor /usr/local/bin/
        USER 10001
        CMD ["editor"]
      `,
      expect: ['header'],
      fixed: null,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM python:3.13-slim AS build
        RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev && rm -rf /var/lib/apt/lists/*
        RUN pip install --no-cache-dir --prefix=/install psycopg2==2.9.10

        FROM python:3.13-slim
        COPY --from=build /install /usr/local
        USER 10001
        CMD ["python", "-m", "shop"]
      `,
    },
    {
      title: 'Removed again in the same RUN',
      in: 'dockerfile',
      good: `
        FROM php:8.4-fpm-alpine
        RUN apk add --no-cache --virtual .build-deps $PHPIZE_DEPS icu-dev \\
            && docker-php-ext-install intl \\
            && apk del .build-deps
        RUN set -eux; \\
            savedAptMark="$(apt-mark showmanual)"; \\
            apt-get update; apt-get install -y --no-install-recommends libjpeg-dev; \\
            docker-php-ext-install gd; \\
            apt-mark auto '.*' > /dev/null; apt-mark manual $savedAptMark; \\
            apt-get purge -y --auto-remove; \\
            rm -rf /var/lib/apt/lists/*
        USER www-data
      `,
    },
    {
      title: 'The program itself needs the tool',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
        USER 10001
        CMD ["make", "-C", "/srv", "serve"]
      `,
    },
    {
      title: 'An image to work in',
      in: 'dockerfile',
      good: `
        FROM debian:13.1
        RUN apt-get update && apt-get install -y --no-install-recommends build-essential && rm -rf /var/lib/apt/lists/*
        USER 10001
        CMD ["bash"]
      `,
    },
    {
      title: 'In the folder of a dev container',
      in: 'dockerfile',
      path: 'shop/.devcontainer/Dockerfile',
      good: `
        FROM ruby:3.4
        RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'A build image is another mistake',
      in: 'dockerfile',
      good: `
        FROM golang:1.25
        RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
  ],
});

/** On an image that is made for building, its own tools are the matter of single-stage-build. */
function isBuildImage(stage: Stage): boolean {
  const image = stage.rootImage && buildImageOf(stage.rootImage);
  return image?.purpose === 'only';
}

/** Neither the file nor a server it is built on shows what the image is started for. */
function startsNothing(stage: Stage): boolean {
  return !ownCommand(stage) && !ownEntrypoint(stage);
}

/** What of the installation nothing needs once the program is built; nothing where the RUN cleans up by a list of its own. */
function toolsOf({ run, install }: InstalledPackages): readonly PackageWord[] {
  if (run.onbuild || !SYSTEM_PACKAGES.has(install.manager)) return [];
  const tools = install.packages.filter((it) => buildKindOf(it.name) !== undefined);
  if (tools.length === 0 || !removesMore(run, install.command)) return tools;
  return [];
}

/** A removal by a pattern, a variable, a mark or the manager's history: what it takes away cannot be read off. */
function removesMore(run: RunInstruction, install: ShellCommand): boolean {
  return lastUnclearRemoval(run) > install.range.start;
}

const lastUnclearRemoval = remembered(({ facts, script }: RunInstruction): number => {
  const marked = marks(script.commands);
  const unclear = facts.removals.filter(
    ({ packages }) => packages.some(({ name }) => /[$*?`]/.test(name)) || (packages.length === 0 && marked),
  );
  return lastStart([
    ...unclear.map((it) => it.command),
    ...script.commands.filter((it) => it.name !== '' && undoes(it)),
  ]);
});

function marks(commands: readonly ShellCommand[]): boolean {
  return commands.some((it) => it.name === 'apt-mark' && it.words[1]?.value === 'auto');
}

function undoes({ name, words }: ShellCommand): boolean {
  const verbs = words.slice(1).map((it) => it.value);
  if (name === 'yum' || name === 'dnf') return verbs.includes('history');
  return (name === 'dpkg' || name === 'rpm') && verbs.some((it) => /^(?:--purge|-P|-r|--remove|-e|--erase)$/.test(it));
}

function isUsed(name: string, used: ReadonlySet<string>): boolean {
  const plain = name.replace(/-\d[\d.]*$/, '');
  const programs = Object.hasOwn(PROGRAMS_OF_BUILD_TOOLS, plain) ? (PROGRAMS_OF_BUILD_TOOLS[plain] ?? []) : [];
  if (/jdk/.test(plain) && ['javac', 'mvn', 'mvnw', 'gradle', 'gradlew', 'sbt'].some((it) => used.has(it))) return true;
  return [plain, ...programs].some((it) => used.has(it));
}

type Kind = 'tools' | 'tool' | 'headers' | 'header' | 'sources';

function kindOf(tools: readonly PackageWord[]): Kind {
  const kinds = new Set(tools.map((it) => buildKindOf(it.name)));
  const several = tools.length > 1;
  if (kinds.has('compiler')) return several ? 'tools' : 'tool';
  if (kinds.has('headers')) return several ? 'headers' : 'header';
  return 'sources';
}

/** `gcc, make and 3 more` */
function listed(tools: readonly PackageWord[]): string {
  const names = [...new Set(tools.map((it) => it.name))];
  const compilers = names.toSorted((a, b) => rank(a) - rank(b)).map((it) => it.slice(0, 30));
  return names.length <= 2 ? compilers.join(', ') : `${compilers.slice(0, 2).join(', ')}, … (${names.length})`;
}

function rank(name: string): number {
  return ['compiler', 'headers', 'sources'].indexOf(buildKindOf(name) ?? '');
}

function fetchesSources({ script }: RunInstruction): boolean {
  return script.commands.some(
    ({ name, words }) =>
      /^(?:git|svn|hg|bzr)$/.test(name) ||
      words.some((it) => /^(?:git\+|git@)|\.git(?:[@#]|$)/.test(it.value.slice(0, 500))),
  );
}

function lateRemovals(
  { run, install }: InstalledPackages,
  tools: readonly PackageWord[],
  removals: readonly (PackageAction & { readonly run: RunInstruction })[],
): readonly Range[] {
  const names = new Set(tools.map((it) => it.name));
  const found = removals.find(
    (it) =>
      it.run.range.start > run.range.start &&
      it.manager === install.manager &&
      it.packages.some(({ name }) => names.has(name)),
  );
  return found ? [found.command.range] : [];
}
