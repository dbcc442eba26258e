import { insertLineAbove } from '../../core/edit.js';
import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { builtInPlace, compiles } from '../../dockerfile/building.js';
import type { DockerfileDocument, InstructionOf, RunInstruction } from '../../dockerfile/model.js';
import { ownCommand, ownEntrypoint } from '../../dockerfile/privilege.js';
import { isForPeople, startsForPeople } from '../../dockerfile/purpose.js';
import { chainOf, instructionsOf, shippedRuns, shippedStage } from '../../dockerfile/queries.js';
import {
  type DevelopmentInstall,
  developmentInstall,
  dropsDevelopment,
  isForDevelopment,
  PRODUCTION_VARIABLES,
  projectInstall,
} from '../../shell/development-packages.js';

export default defineRule({
  id: 'development-dependencies',
  severity: 'info',
  summary: 'Packages that only development and tests need must not be in the shipped image.',
  why: `
    Test runners, bundlers, linters and debuggers are often more than half of what a project installs, and every one of them
    brings packages of its own. In the shipped image they are code that nobody calls, but that an intruder can: scanners
    report its flaws, and an attack on the supply chain reaches production by a tool that was never meant to run there.

    Package managers install both kinds unless they are told: \`--omit=dev\` for npm, \`--production\` for Yarn 1, \`--prod\` for
    pnpm, \`--no-dev\` for Composer and uv, \`--only main\` for Poetry, BUNDLE_WITHOUT for Bundler. Where a build needs the tools,
    build in a stage of its own, and install without them in the one that ships.
  `,
  fixSafety: `
    What the program needs at run time, but is listed as a development package, is missing then: move it in the list. A later
    step, also one in a copied script, no longer finds the tools.
  `,
  references: [
    'https://docs.npmjs.com/cli/commands/npm-ci#omit',
    'https://pnpm.io/cli/install#--prod--p',
    'https://getcomposer.org/doc/03-cli.md#install-i',
    'https://bundler.io/guides/groups.html',
    'https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: { tally: ['php/composer-no-dev-in-production', 'ruby/missing-bundle-without-development'] },
  messages: {
    option: '{command} also installs what only development needs, so that ships as well. Add {option}.',
    stage:
      '{command} also installs what only development needs, so that ships as well. Install it in a stage of its own.',
    groups: '{command} also installs the gems of development and tests, so they ship as well. Set BUNDLE_WITHOUT.',
    asked: '{command} installs what only development or tests need, so that ships as well. Leave it out.',
  },
  titles: { add: 'Add {option}', without: 'Set BUNDLE_WITHOUT for all later steps' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage) || startsForPeople(stage)) return [];
      const runs = shippedRuns(document);
      const found = runs.flatMap((run) => installs(run).map((install) => ({ run, install })));
      const settings = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'ENV', 'ARG'));
      const dropped = dropsIn(runs);
      const kept = found.filter(
        ({ run, install }) => !isProduction(settings, run, install) && !isDropped(dropped, run, install),
      );
      // Development packages of what is built where it ships are the matter of single-stage-build.
      if (kept.length === 0 || builtInPlace(document)) return [];
      const needed = runs.some(({ script }) => script.commands.some((it) => isTask(it) || compiles(it)));
      return kept.map(({ run, install }) => {
        const message = messageFor(install, needed);
        const confidence = ownCommand(stage) || ownEntrypoint(stage) ? ('high' as const) : ('low' as const);
        const fix = message === 'option' || message === 'groups' ? fixFor(document, run, install) : undefined;
        return {
          message,
          data: { command: shownText(install), ...(message === 'option' ? { option: install.option ?? '' } : {}) },
          range: { start: install.shown[0]?.range.start ?? run.range.start, end: endOf(install) },
          // A tool or a base for others, maybe for developers, when it starts nothing.
          confidence,
          fixes: fix ? [fix] : [],
        };
      });
    },
  },

  examples: [
    {
      title: 'npm',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        WORKDIR /srv
        COPY package*.json ./
        RUN «npm ci» && npm cache clean --force
        COPY . .
        USER node
        CMD ["node", "server.js"]
      `,
      expect: ['option'],
      fixed: `
        FROM node:22-slim
        WORKDIR /srv
        COPY package*.json ./
        RUN npm ci --omit=dev && npm cache clean --force
        COPY . .
        USER node
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'Composer, Poetry and uv',
      in: 'dockerfile',
      bad: `
        FROM php:8.4-fpm-alpine
        RUN «composer install» --no-interaction --optimize-autoloader
        RUN «poetry install» --no-root && «uv sync» --frozen
        USER www-data
        CMD ["php-fpm"]
      `,
      expect: ['option', 'option', 'option'],
      fixed: `
        FROM php:8.4-fpm-alpine
        RUN composer install --no-dev --no-interaction --optimize-autoloader
        RUN poetry install --only main --no-root && uv sync --no-dev --frozen
        USER www-data
        CMD ["php-fpm"]
      `,
    },
    {
      title: 'Bundler',
      in: 'dockerfile',
      bad: `
        FROM ruby:3.4-slim
        COPY Gemfile Gemfile.lock ./
        RUN «bundle install» --jobs 4
        USER 10001
        CMD ["bundle", "exec", "puma"]
      `,
      expect: ['groups'],
      fixed: `
        FROM ruby:3.4-slim
        COPY Gemfile Gemfile.lock ./
        ENV BUNDLE_WITHOUT=development:test
        RUN bundle install --jobs 4
        USER 10001
        CMD ["bundle", "exec", "puma"]
      `,
    },
    {
      title: 'Asked for by name',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        RUN pip install --no-cache-dir -r requirements.txt -r «requirements-dev.txt» && pip install --no-cache-dir «.[test]»
        ENV NODE_ENV=production
        RUN npm ci «--include=dev»
        USER 10001
        CMD ["python", "-m", "shop"]
      `,
      expect: ['asked', 'asked', 'asked'],
      fixed: null,
    },
    {
      title: 'A build that needs them, where it ships',
      in: 'dockerfile',
      bad: `
        FROM nginx:1.29
        COPY . /srv
        RUN «npm install» && npm run build
        USER nginx
      `,
      expect: ['stage'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'Left out by option or variable',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        RUN npm ci --omit dev
        RUN NODE_ENV=production yarn install --frozen-lockfile
        ENV NODE_ENV=production COMPOSER_NO_DEV=1 UV_NO_GROUP=dev
        RUN npm install && composer install && uv sync && bundle config set --local without 'development test' && bundle install
        USER node
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'Taken out again',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        RUN npm ci && npm run generate && npm prune --omit=dev
        USER node
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A choice at build time',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        ARG NODE_ENV
        RUN npm ci
        RUN if [ "$DEV" = 1 ]; then composer install; else composer install --no-dev; fi
        USER node
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM node:22 AS build
        RUN npm ci && npm run build
        FROM nginx:1.29
        COPY --from=build /srv/dist /usr/share/nginx/html
        USER nginx
      `,
    },
    {
      title: 'An image to develop with',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        RUN npm install
        USER node
        CMD ["npm", "run", "dev"]
      `,
    },
    {
      title: 'One named tool',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        RUN npm install -g serve@14.2.4 && pip install --no-cache-dir requests[socks]
        USER node
        CMD ["serve"]
      `,
    },
  ],
});

function installs({ onbuild, facts, script }: RunInstruction): readonly DevelopmentInstall[] {
  if (onbuild) return [];
  return [
    ...facts.installs.flatMap((it) => developmentInstall(it) ?? []),
    ...script.commands.flatMap((it) => projectInstall(it) ?? []),
  ].toSorted((a, b) => a.command.range.start - b.command.range.start);
}

/** A variable of the file, of the RUN or of the command itself leaves them out, or may. */
function isProduction(
  settings: readonly InstructionOf<'ENV' | 'ARG'>[],
  run: RunInstruction,
  { tool, command, asked }: DevelopmentInstall,
): boolean {
  const names = PRODUCTION_VARIABLES[tool];
  if (!names || asked) return false;
  const set = settings
    .filter((it) => it.range.start < run.range.start)
    .flatMap((it) => it.pairs)
    .findLast((it) => names.has(it.name.value.toUpperCase()));
  if (set && !(set.value && isForDevelopment(set.name.value, set.value.value))) return true;
  const exported = run.script.commands.filter((it) => it === command || it.name === 'export' || it.name === '');
  return exported.some((it) => assigned(it).some((one) => names.has(one.toUpperCase())));
}

function assigned({ assignments, words }: DevelopmentInstall['command']): readonly string[] {
  return [
    ...assignments
      .filter(({ name, value }) => !isForDevelopment(name.value, value?.value ?? ''))
      .map((it) => it.name.value),
    ...words.flatMap((it) => /^(\w+)=/.exec(it.value)?.[1] ?? []),
  ];
}

type Tool = DevelopmentInstall['tool'];

/** What takes development packages out again: commands of each tool, and where folders of packages are deleted last. */
interface Drops {
  readonly by: (tool: Tool) => readonly DevelopmentInstall['command'][];
  readonly lastDeletion: number;
}

function dropsIn(runs: readonly RunInstruction[]): Drops {
  const byTool = new Map<Tool, readonly DevelopmentInstall['command'][]>();
  const deleting = runs.findLast(({ facts }) =>
    facts.deletions.some((it) => it.paths.some(({ value }) => /(?:^|\/)(?:node_modules|vendor)\/?$/.test(value))),
  );
  return {
    by: (tool) => {
      const known =
        byTool.get(tool) ?? runs.flatMap((it) => it.script.commands.filter((one) => dropsDevelopment(one, tool)));
      byTool.set(tool, known);
      return known;
    },
    lastDeletion: deleting?.range.start ?? -1,
  };
}

/** A command takes them out again, or a later one the whole folder of packages; a setting may stand before the installation. */
function isDropped({ by, lastDeletion }: Drops, run: RunInstruction, { tool, command }: DevelopmentInstall): boolean {
  const drops = by(tool);
  return lastDeletion >= run.range.start || drops.length > 1 || drops.some((it) => it !== command);
}

function messageFor(install: DevelopmentInstall, needed: boolean) {
  const isOfNode = install.tool === 'npm' || install.tool === 'yarn' || install.tool === 'pnpm';
  if (install.asked && !(needed && isOfNode)) return 'asked';
  if (install.tool === 'bundler') return 'groups';
  return install.option === undefined || needed ? 'stage' : 'option';
}

/** A task of the project, which may need a tool: `npm run lint`, `npx prisma generate`. */
function isTask({ name, words }: DevelopmentInstall['command']): boolean {
  if (name === 'npx' || name === 'gulp' || name === 'grunt' || name === 'bower') return true;
  return (
    /^(?:npm|yarn|pnpm)$/.test(name) &&
    words.slice(1, 4).some((it) => /^(?:run|run-script|test|t|exec)$/.test(it.value))
  );
}

function fixFor(
  document: DockerfileDocument,
  run: RunInstruction,
  install: DevelopmentInstall,
): Fix<'add' | 'without'> | undefined {
  if (install.tool === 'bundler') {
    const edit = insertLineAbove(document, run.range.start, 'ENV BUNDLE_WITHOUT=development:test');
    return { title: 'without', applicability: 'unsafe', edits: [edit] };
  }
  if (install.option === undefined || run.form === 'exec') return undefined;
  const end = endOf(install);
  return {
    title: 'add',
    data: { option: install.option },
    applicability: 'unsafe',
    edits: [{ range: { start: end, end }, text: ` ${install.option}` }],
  };
}

function endOf({ shown, command }: DevelopmentInstall): number {
  return shown.at(-1)?.range.end ?? command.range.end;
}

function shownText({ shown }: DevelopmentInstall): string {
  return shown
    .map((it) => it.value)
    .join(' ')
    .slice(0, 60);
}
