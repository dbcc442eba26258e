import { placeIn } from '../../core/elsewhere.js';
import { defineRule } from '../../core/rule.js';
import { expandAt, stageAt } from '../../dockerfile/queries.js';
import { shippedPaths } from '../../dockerfile/shipped-files.js';
import { joinPath, shownFrom } from '../../project/build-links.js';
import { leaksOf, pathBelow, takenFiles } from '../../project/context-leaks.js';
import { addIgnoreLines } from '../../project/dockerignore-edit.js';
import { ballastOf, ignoreLines } from '../../project/ignore-lines.js';

export default defineRule({
  id: 'missing-dockerignore',
  severity: 'warning',
  summary: 'A build context that is copied whole needs a .dockerignore.',
  why: `
    \`COPY . .\` takes all that lies in the folder. With \`.git\` the whole history of the project gets into the image: every line that was
    ever deleted from it, passwords among them, and often the login for the forge. With \`node_modules\` or a virtual environment it is
    what was installed on this machine, with tools for development and programs for another system.

    \`.dockerignore\` keeps such folders out. The build becomes faster as well, because they are not sent to the builder and a commit does
    not change what COPY sees. A file that is made later, such as \`.env\`, is a line in it away from the image.

    In a build stage of which only the result is shipped this is no more than a hint. A Dockerfile that asks git for its version, or a project whose build tool does, needs \`.git\`, and an image that installs nothing needs
    the \`node_modules\` of the folder: these are left alone.
  `,
  references: [
    'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    'https://docs.docker.com/build/building/best-practices/#exclude-with-dockerignore',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-538', 'CWE-527'] },
  equivalents: {},
  messages: {
    missing:
      '{keyword} takes {names} into the image, because there is no .dockerignore. Write one that keeps that out.',
    stage: '{keyword} takes {names} into the build, because there is no .dockerignore. Write one that keeps that out.',
  },
  titles: { create: 'Write {file} for what is in the folder' },
  labels: { there: '{name} is in the build context' },

  check: {
    dockerfile(document, { project, config }) {
      const [first] = takenFiles(document, project, config).filter((it) => it.whole && !it.files.ignoreFile);
      if (!first) return [];
      // Secrets in the context are told with the same fix.
      if (leaksOf(document, project, config).some((it) => it.files === first.files)) return [];
      const ballast = ballastOf(document, project, first.files);
      if (ballast.length === 0) return [];
      const names = [...new Set(ballast.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)))];
      const { copy, source } = first;
      const stage = stageAt(document, copy.range.start);
      const target = expandAt(document, copy.destination?.value ?? '', copy.range.start).value;
      const shipped = shippedPaths(document);
      const ships =
        stage !== undefined && ballast.some((it) => shipped(stage, `${target}/${pathBelow(source.value, it)}`));
      return [
        {
          message: ships ? 'missing' : 'stage',
          data: { keyword: first.copy.keyword, names: names.slice(0, 3).join(', ') },
          range: first.source.range,
          ...(ships ? {} : { severity: 'info' as const }),
          related: ballast.slice(0, 3).flatMap(({ path }) => {
            const inside = joinPath(
              joinPath(first.files.folder, path),
              path.endsWith('.git') ? 'HEAD' : 'package.json',
            );
            return project.read(inside) === undefined
              ? []
              : [{ range: placeIn(project, inside, { start: 0, end: 0 }), label: 'there', data: { name: path } }];
          }),
          fixes: [
            {
              title: 'create',
              data: { file: shownFrom(project.path ?? '', joinPath(first.files.folder, '.dockerignore')) },
              applicability: 'safe',
              edits: [addIgnoreLines(project, first.files, ignoreLines(document, project, first.files))],
            },
          ],
        },
      ];
    },
  },

  examples: [
    {
      title: 'The history of the project',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        '.git/HEAD': 'ref: refs/heads/main',
        '.github/workflows/test.yml': '',
        'node_modules/express/package.json': '{}',
        'package.json': '{}',
      },
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY «.» .
        RUN npm ci && npm cache clean --force
        USER node
      `,
      expect: ['missing'],
      fixed: `
        FROM node:22-slim
        WORKDIR /app
        COPY . .
        RUN npm ci && npm cache clean --force
        USER node
      `,
      fixedAround: {
        '.dockerignore': `
          .git
          **/node_modules
          .github
          Dockerfile
        `,
      },
    },
    {
      title: 'A build stage, in a folder that a compose file names',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build:
                context: ./web
        `,
        'web/node_modules/vite/package.json': '{}',
        'web/package.json': '{}',
      },
      bad: `
        FROM node:22-slim AS build
        WORKDIR /app
        COPY «.» .
        RUN npm ci && npm run build
        FROM nginxinc/nginx-unprivileged:1.29.0
        COPY --from=build /app/dist /usr/share/nginx/html
      `,
      expect: ['stage'],
      severity: 'info',
      fixed: `
        FROM node:22-slim AS build
        WORKDIR /app
        COPY . .
        RUN npm ci && npm run build
        FROM nginxinc/nginx-unprivileged:1.29.0
        COPY --from=build /app/dist /usr/share/nginx/html
      `,
      fixedAround: {
        'web/.dockerignore': `
          **/node_modules
          Dockerfile
        `,
      },
    },
    {
      title: 'There is one',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: { '.git/HEAD': 'ref: refs/heads/main', '.dockerignore': '.git', 'package.json': '{}' },
      good: `
        FROM node:22-slim
        COPY . /app
        USER node
      `,
    },
    {
      title: 'Only what is named is copied',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: { '.git/HEAD': 'ref: refs/heads/main', 'package.json': '{}', 'src/main.js': '' },
      good: `
        FROM node:22-slim
        COPY package.json /app/
        COPY src /app/src
        USER node
      `,
    },
    {
      title: 'The build needs the history, or the folder that was installed outside',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        '.git/HEAD': 'ref: refs/heads/main',
        'node_modules/express/package.json': '{}',
        'package.json': '{}',
      },
      good: `
        FROM node:22-slim
        COPY . /app
        RUN git describe --tags > /app/version
        USER node
      `,
    },
    {
      title: 'A folder without anything that does not belong into the image',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: { 'index.html': '', 'style.css': '' },
      good: `
        FROM nginxinc/nginx-unprivileged:1.29.0
        COPY . /usr/share/nginx/html
      `,
    },
  ],
});
