import type { Edit } from '../../core/edit.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { type CopiedFiles, copiedFiles, directoryIn, type FilesOfSource } from '../../dockerfile/copied-files.js';
import type { DockerfileDocument, Instruction, RunInstruction, Stage } from '../../dockerfile/model.js';
import { chainOf } from '../../dockerfile/queries.js';
import { filesOfSources } from '../../project/context-leaks.js';
import { type LockedTool, type ProjectInstall, projectInstalls } from '../../shell/lock-files.js';

export default defineRule({
  id: 'unlocked-install',
  severity: 'info',
  summary: "A project's libraries are installed exactly as its lock file names them.",
  why: `
    A lock file names one version of every library, most with a checksum, and somebody has looked at it. An install that may go past it
    takes what the registry calls newest at that moment: a release that was taken over an hour ago gets into the image, and two builds of
    one commit differ. The install commands that hold to the lock file stop the build instead when it does not fit.

    Reported is a lock file that is copied next to an install that may change it, by name or with a folder or pattern of the
    build context that holds it, a project's list of libraries that is copied by name without its lock file, and a build that asks
    for newer versions. A context without a lock file is left alone, and so are tools that are installed by name.
  `,
  fixSafety: `
    Safe where the lock file is copied by its name or is there in what is copied: the build stops when it does not fit the project. Where a pattern stands for it the file
    may be missing, and Bundler and Cargo have settings of their own; then the fix is not applied by itself.
  `,
  references: [
    'https://docs.npmjs.com/cli/commands/npm-ci',
    'https://yarnpkg.com/cli/install',
    'https://pnpm.io/cli/install#--frozen-lockfile',
    'https://docs.astral.sh/uv/concepts/projects/sync/',
    'https://doc.rust-lang.org/cargo/commands/cargo-build.html#manifest-options',
    'https://slsa.dev/spec/v1.1/threats',
  ],
  standards: { nist: ['4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-1357'] },
  equivalents: {},
  messages: {
    loose: '{command} may go past {lock}, so versions that nobody has looked at get in. Use {locked}.',
    missing:
      'No {lock} is copied, so {command} takes the newest versions of the day. Copy it too, and install from it.',
    update: '{command} goes past {lock}, so every build gets the newest versions of the day. Install what it names.',
  },
  titles: { hold: 'Hold to the lock file' },

  check: {
    dockerfile(document, { project, config }) {
      if (!/\b(?:npm|yarn|pnpm|bun|bundle|poetry|pipenv|uv|cargo|composer)\b/.test(document.text)) return [];
      const filesOf = filesOfSources(document, project, config);
      return document.stages.flatMap((stage) => inStage(document, stage, filesOf));
    },
  },

  examples: [
    {
      title: 'The lock file is copied, and not held to',
      in: 'dockerfile',
      bad: `
        FROM node:24
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN «npm install --omit=dev» && npm cache clean --force
        WORKDIR /web
        COPY package.json yarn.lock ./
        RUN «yarn --production»
        WORKDIR /site
        COPY package.json pnpm-lock.yaml ./
        RUN «pnpm i»
      `,
      expect: ['loose', 'loose', 'loose'],
      fixed: `
        FROM node:24
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm ci --omit=dev && npm cache clean --force
        WORKDIR /web
        COPY package.json yarn.lock ./
        RUN yarn --frozen-lockfile --production
        WORKDIR /site
        COPY package.json pnpm-lock.yaml ./
        RUN pnpm i --frozen-lockfile
      `,
    },
    {
      title: 'Yarn of today, uv, Pipenv, and Bun',
      in: 'dockerfile',
      bad: `
        FROM node:24
        WORKDIR /app
        COPY .yarnrc.yml package.json yarn.lock ./
        RUN «yarn install»
        WORKDIR /api
        COPY pyproject.toml uv.lock /api/
        RUN «uv sync --no-dev»
        WORKDIR /jobs
        RUN --mount=type=bind,source=Pipfile,target=Pipfile --mount=type=bind,source=Pipfile.lock,target=Pipfile.lock «pipenv install --system»
        WORKDIR /web
        COPY package.json bun.lock ./
        RUN «bun install»
      `,
      expect: ['loose', 'loose', 'loose', 'loose'],
      fixed: `
        FROM node:24
        WORKDIR /app
        COPY .yarnrc.yml package.json yarn.lock ./
        RUN yarn install --immutable
        WORKDIR /api
        COPY pyproject.toml uv.lock /api/
        RUN uv sync --locked --no-dev
        WORKDIR /jobs
        RUN --mount=type=bind,source=Pipfile,target=Pipfile --mount=type=bind,source=Pipfile.lock,target=Pipfile.lock pipenv install --deploy --system
        WORKDIR /web
        COPY package.json bun.lock ./
        RUN bun install --frozen-lockfile
      `,
    },
    {
      title: 'A pattern that may stand for the lock file, Cargo and Bundler',
      in: 'dockerfile',
      bad: `
        FROM node:24
        COPY package*.json ./
        RUN «npm i»
        FROM rust:1.95
        WORKDIR /src
        COPY Cargo.toml Cargo.lock ./
        COPY src src
        RUN «cargo build --release»
        FROM ruby:4.0
        WORKDIR /app
        COPY Gemfile Gemfile.lock ./
        RUN «bundle install -j4»
      `,
      expect: ['loose', 'loose', 'loose'],
      fixed: `
        FROM node:24
        COPY package*.json ./
        RUN npm ci
        FROM rust:1.95
        WORKDIR /src
        COPY Cargo.toml Cargo.lock ./
        COPY src src
        RUN cargo build --locked --release
        FROM ruby:4.0
        WORKDIR /app
        COPY Gemfile Gemfile.lock ./
        RUN BUNDLE_FROZEN=true bundle install -j4
      `,
    },
    {
      title: 'The lock file is in the folder that is copied',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build: web
        `,
        'web/.dockerignore': 'node_modules',
        'web/package.json': '{}',
        'web/package-lock.json': '{}',
        'web/tools/package.json': '{}',
      },
      bad: `
        FROM node:24
        WORKDIR /app
        COPY . .
        RUN «npm install» && npm cache clean --force
        WORKDIR /app/tools
        RUN npm install
      `,
      expect: ['loose'],
      fixed: `
        FROM node:24
        WORKDIR /app
        COPY . .
        RUN npm ci && npm cache clean --force
        WORKDIR /app/tools
        RUN npm install
      `,
    },
    {
      title: 'A pattern of the context that stands for no lock file',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: { '.dockerignore': 'node_modules', 'package.json': '{}' },
      good: `
        FROM node:24
        WORKDIR /app
        COPY package*.json ./
        RUN npm install
      `,
    },
    {
      title: 'The lock file is left out, or newer versions are asked for',
      in: 'dockerfile',
      bad: `
        FROM node:24
        COPY package.json .
        RUN «npm install»
        FROM python:3.14
        WORKDIR /app
        COPY pyproject.toml ./
        RUN «poetry install --no-root»
        FROM composer:2
        WORKDIR /app
        COPY composer.json composer.lock ./
        RUN «composer update --no-dev»
        FROM rust:1.89
        COPY Cargo.toml .
        COPY src ./src
        RUN «cargo build --release»
      `,
      expect: ['missing', 'missing', 'update', 'missing'],
      fixed: null,
    },
    {
      title: 'Installs that hold to the lock file',
      in: 'dockerfile',
      good: `
        FROM node:24
        WORKDIR /app
        COPY package.json package-lock.json yarn.lock pnpm-lock.yaml ./
        RUN npm ci && yarn install --frozen-lockfile && yarn --immutable && pnpm install --frozen-lockfile
        COPY pyproject.toml uv.lock poetry.lock composer.json composer.lock Cargo.toml Cargo.lock ./
        RUN uv sync --frozen && poetry install && composer install && cargo build --locked
        COPY Gemfile Gemfile.lock ./
        ENV BUNDLE_DEPLOYMENT=1
        RUN bundle install
      `,
    },
    {
      title: 'Tools by name, and lock files that cannot be seen',
      in: 'dockerfile',
      good: `
        FROM node:24
        WORKDIR /app
        COPY package.json package-lock.json ./
        RUN npm install -g typescript@5.9.2 && npm install --no-save tool@1.2.3
        WORKDIR /web
        COPY . .
        RUN npm install
        WORKDIR /tool
        RUN git clone https://git.example.com/tool.git . && yarn install
      `,
    },
    {
      title: 'A choice between lock files',
      in: 'dockerfile',
      good: `
        FROM node:24
        WORKDIR /app
        COPY package.json yarn.lock* package-lock.json* ./
        RUN if [ -f yarn.lock ]; then yarn --frozen-lockfile; elif [ -f package-lock.json ]; then npm ci; else npm install; fi
      `,
    },
  ],
});

type Found = Finding<'loose' | 'missing' | 'update', 'hold', never>;

function inStage(document: DockerfileDocument, stage: Stage, filesOf: FilesOfSource): readonly Found[] {
  const found: Found[] = [];
  const before: Instruction[] = chainOf(stage)
    .slice(0, -1)
    .flatMap((it) => it.instructions.map(triggered));
  let installed = 0;
  for (const instruction of stage.instructions.map(triggered)) {
    if (instruction.keyword === 'RUN') {
      const installs = projectInstalls(instruction.script, instruction.facts);
      if (installs.some((it) => it.kind !== 'locked'))
        found.push(...judge(document, [...before, instruction], instruction, installs, installed > 0, filesOf));
      installed += installs.length;
    }
    before.push(instruction);
  }
  return found;
}

function triggered(instruction: Instruction): Instruction {
  return instruction.keyword === 'ONBUILD' && instruction.trigger ? instruction.trigger : instruction;
}

function judge(
  document: DockerfileDocument,
  before: readonly Instruction[],
  run: RunInstruction,
  installs: readonly ProjectInstall[],
  isLater: boolean,
  filesOf: FilesOfSource,
): readonly Found[] {
  const isChoice = installs.some((it) => it.kind === 'locked');
  const files = copiedFiles(document, before);
  const real = copiedFiles(document, before, filesOf);
  return installs.flatMap((install, index): readonly Found[] => {
    const { tool, kind, command } = install;
    if (kind === 'locked' || command.joinedBy === '||' || (isChoice && command.conditional)) return [];
    if (tool.setting && isSet(before, tool.setting, tool.configured)) return [];
    const directory = directoryIn(files.workdir, run, install);
    if (directory === undefined) return [];
    const { range } = command;
    const named = real.find(directory, tool.locks);
    const data = { command: nameOf(install), lock: named?.name ?? tool.lock };
    if (kind === 'update') return named ? [{ message: 'update', data, range }] : [];
    if (!named) {
      const isShown =
        !isLater &&
        index === 0 &&
        files.isNamed(directory, tool.manifest) &&
        !files.mayHold(tool.locks) &&
        !before.some(unpacks);
      return isShown ? [{ message: 'missing', data, range }] : [];
    }
    const option = optionOf(tool, real, directory);
    if (!option) return [];
    const edit = hold(document, run, install, option);
    return [
      {
        message: 'loose',
        data: { ...data, locked: option },
        range,
        fixes: edit
          ? [{ title: 'hold', applicability: named.exact && tool.safe ? 'safe' : 'unsafe', edits: [edit] }]
          : [],
      },
    ];
  });
}

/** A project that is fetched or unpacked may bring a lock file of its own. */
function unpacks(instruction: Instruction): boolean {
  return (
    instruction.keyword === 'RUN' &&
    instruction.script.commands.some((it) => /^(?:git|tar|bsdtar|unzip|7z|svn|hg)$/.test(it.name))
  );
}

function nameOf({ command, verb }: ProjectInstall): string {
  return verb === '' ? command.name : `${command.name} ${verb}`;
}

/** A variable of the image, or a setting that an earlier step writes. */
function isSet(before: readonly Instruction[], variable: RegExp, configured: RegExp | undefined): boolean {
  return before.some((it) => {
    if (it.keyword === 'ENV' || it.keyword === 'ARG') return it.pairs.some(({ name }) => variable.test(name.value));
    if (it.keyword !== 'RUN') return false;
    return it.script.commands.some(
      ({ assignments, words }) =>
        assignments.some(({ name }) => variable.test(name.value)) ||
        words.some(({ value }) => variable.test(value.split('=')[0] ?? '')) ||
        (configured !== undefined &&
          words.some(({ value }) => value === 'config') &&
          words.some(({ value }) => configured.test(value))),
    );
  });
}

/** What makes the install hold to the lock file; absent for tools that always do. */
function optionOf(tool: LockedTool, files: CopiedFiles, directory: string): string | undefined {
  // Yarn 2 and later have settings of this name, and their own option.
  return tool.lock === 'yarn.lock' && files.find(directory, /^\.yarn(?:rc\.yml)?$/) ? '--immutable' : tool.option;
}

function hold(
  document: DockerfileDocument,
  { form, script }: RunInstruction,
  { command, verb, flags, tool }: ProjectInstall,
  option: string,
): Edit | undefined {
  if (form === 'exec' || script.language !== 'posix' || command.parent) return undefined;
  if (flags.some((it) => tool.contrary.test(it))) return undefined;
  const word = verb === '' ? command.words[0] : command.words.find((it) => it.value === verb);
  if (!word || document.text.slice(word.range.start, word.range.end) !== word.value) return undefined;
  if (option === 'npm ci') return { range: word.range, text: 'ci' };
  if (option.startsWith('--')) return { range: { start: word.range.end, end: word.range.end }, text: ` ${option}` };
  if (command.wrappers.length > 0 || command.assignments.length > 0) return undefined;
  const at = command.range.start;
  return { range: { start: at, end: at }, text: `${option} ` };
}
