import type { Config } from '../../config.js';
import { placeIn } from '../../core/elsewhere.js';
import type { Finding, Fix, RelatedPlace } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { remembered, rememberedText } from '../../core/remembered.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument } from '../../dockerfile/model.js';
import { expandAt, stageAt } from '../../dockerfile/queries.js';
import { shippedPaths } from '../../dockerfile/shipped-files.js';
import { placeInCompose, shownFrom } from '../../project/build-links.js';
import { MAX_ENTRIES } from '../../project/context-files.js';
import { type Leak, type LeakedFile, leaksOf, pathBelow } from '../../project/context-leaks.js';
import { addIgnoreLines, literalPattern } from '../../project/dockerignore-edit.js';
import { ignoreLines } from '../../project/ignore-lines.js';
import { isEnvFile, secretVariables } from '../../secrets/file-secrets.js';
import { fileNameOf } from '../../secrets/secret-files.js';

type Label = 'file' | 'variable' | 'included' | 'builds' | 'cut';

export default defineRule({
  id: 'context-leaks-secrets',
  severity: 'error',
  summary: 'COPY must not take along files with keys or passwords that lie in the build context.',
  why: `
    \`COPY . .\` takes everything that lies in the folder, also what nobody thought of: the \`.env\` with the passwords of this machine, a
    private key, the login for the package registry. All of it becomes a layer of the image, and whoever can pull the image can unpack
    the layer. That the file is in \`.gitignore\` does not help; a build does not read that.

    \`.dockerignore\` keeps files out of the build. Seaworthy evaluates it as BuildKit does, with the files that are really there: the order
    of the lines, \`!\` and \`**\`, and \`<name of the Dockerfile>.dockerignore\`, which counts before \`.dockerignore\`. A compose file that builds
    the Dockerfile tells which folder is copied; without one it is the folder that holds what the Dockerfile copies by name.

    Files are judged by name and content: an env file without a password, a certificate without a key, values that a framework
    puts into the pages of a browser (\`VITE_\`, \`NEXT_PUBLIC_\`), and files in folders for tests, examples and documentation are not reported. Of a large context the first 4,000 files and folders are looked at.
  `,
  fixSafety: `
    Safe, as long as nothing in the Dockerfile names the files. A program that reads its settings from the copied file gets them another way
    from now on: from the environment, or from a file that is mounted where the container is started.
  `,
  references: [
    'https://docs.docker.com/build/concepts/context/#dockerignore-files',
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/reference/build-checks/copy-ignored-file/',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-538', 'CWE-522'] },
  equivalents: {},
  messages: {
    image:
      'This {keyword} puts {files} into the image, so whoever pulls it has the secrets. Keep that out with .dockerignore.',
    possible:
      'This {keyword} puts {files} into the image; secrets in there reach whoever pulls it. Keep that out with .dockerignore.',
    stage:
      'This {keyword} puts {files} into a build stage, so secrets stay in the build cache. Keep that out with .dockerignore.',
  },
  titles: { ignore: 'Add {lines} to {file}', create: 'Write {file}' },
  labels: {
    file: '{file} is in the build context',
    variable: '{name} in {file} is a secret',
    included: 'This line brings {file} back in',
    builds: 'Service "{service}" is built with this context',
    cut: 'Not all of the context was looked at: it has more than {count} files, or very deep folders',
  },

  check: {
    dockerfile(document, { project, config }) {
      return bySource(document, project, config).map((leaks) => finding(document, project, leaks));
    },
  },

  examples: [
    {
      title: 'COPY takes the .env of the machine along',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        '.env': `
          PORT=8080
          DB_PASSWORD=kX9-Tulip-42
        `,
        '.dockerignore': `
          node_modules
        `,
        'server.js': '',
      },
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY «.» .
        USER node
      `,
      expect: ['image'],
      fixed: `
        FROM node:22-slim
        WORKDIR /app
        COPY . .
        USER node
      `,
      fixedAround: {
        '.dockerignore': `
          node_modules
          .env
        `,
      },
    },
    {
      title: 'A line of .dockerignore brings a key back in',
      in: 'dockerfile',
      path: 'api/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            api:
              build: ./api
        `,
        'api/.dockerignore': `
          **/*.key
          !config/*
        `,
        'api/config/server.key': `
          -----BEGIN PRIVATE KEY-----
          MC4CAQAwBQYDK2VwBCIEIA
          -----END PRIVATE KEY-----
        `,
        'api/config/app.json': '{"port": 8080}',
      },
      bad: `
        FROM debian:13
        COPY «config» /etc/app
        USER 10001
      `,
      expect: ['image'],
      fixed: `
        FROM debian:13
        COPY config /etc/app
        USER 10001
      `,
      fixedAround: {
        'api/.dockerignore': `
          **/*.key
          !config/*
          config/server.key
        `,
      },
    },
    {
      title: 'No .dockerignore at all',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        '.git/HEAD': 'ref: refs/heads/main',
        '.npmrc': '//registry.npmjs.org/:_authToken=npm_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq',
        'package.json': '{}',
      },
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY «.» .
        RUN npm ci && npm cache clean --force
        USER node
      `,
      expect: ['image'],
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
          Dockerfile
          .npmrc
        `,
      },
    },
    {
      title: 'A build stage of which only the program is taken',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        id_ed25519: `
          -----BEGIN OPENSSH PRIVATE KEY-----
          b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA
          -----END OPENSSH PRIVATE KEY-----
        `,
        'main.go': 'package main',
        '.dockerignore': '.git',
      },
      bad: `
        FROM golang:1.26 AS build
        COPY «.» /src
        RUN go build -C /src -o /app .
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /app /app
        ENTRYPOINT ["/app"]
      `,
      expect: ['stage'],
      severity: 'warning',
      fixed: `
        FROM golang:1.26 AS build
        COPY . /src
        RUN go build -C /src -o /app .
        FROM gcr.io/distroless/static-debian12:nonroot
        COPY --from=build /app /app
        ENTRYPOINT ["/app"]
      `,
      fixedAround: {
        '.dockerignore': `
          .git
          id_ed25519
        `,
      },
    },
    {
      title: 'A build stage whose folder is taken whole',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: { '.env': 'DB_PASSWORD=kX9-Tulip-42', 'package.json': '{}', '.dockerignore': '.git' },
      bad: `
        FROM node:22-slim AS build
        WORKDIR /app
        COPY «.» ./
        RUN npm ci
        FROM node:22-slim
        COPY --from=build /app /app
        USER node
      `,
      expect: ['image'],
      fixed: `
        FROM node:22-slim AS build
        WORKDIR /app
        COPY . ./
        RUN npm ci
        FROM node:22-slim
        COPY --from=build /app /app
        USER node
      `,
      fixedAround: {
        '.dockerignore': `
          .git
          .env
        `,
      },
    },
    {
      title: 'A file that may hold a login, in a context with very deep folders',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'deploy/prod.tfvars': 'db_password = "kX9-Tulip-42"',
        'deploy/a/b/c/d/e/f/g/h/i/j/k/l/m/n': '',
        '.dockerignore': '.git',
      },
      bad: `
        FROM debian:13
        COPY «deploy» /deploy
        USER 10001
      `,
      expect: ['possible'],
      severity: 'warning',
      confidence: 'low',
      fixed: `
        FROM debian:13
        COPY deploy /deploy
        USER 10001
      `,
      fixedAround: {
        '.dockerignore': `
          .git
          deploy/prod.tfvars
        `,
      },
    },
    {
      title: 'Another folder that the compose file adds to the build',
      in: 'dockerfile',
      path: 'api/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            api:
              build:
                context: api
                additional_contexts:
                  shared: ./shared
        `,
        'shared/.dockerignore': '*.md',
        'shared/.env': 'DB_PASSWORD=kX9-Tulip-42',
      },
      bad: `
        FROM debian:13
        COPY --from=shared «/» /srv/shared
        USER 10001
      `,
      expect: ['image'],
      fixed: `
        FROM debian:13
        COPY --from=shared / /srv/shared
        USER 10001
      `,
      fixedAround: {
        'shared/.dockerignore': `
          *.md
          .env
        `,
      },
    },
    {
      title: 'The folder that the pipeline builds from',
      in: 'dockerfile',
      path: 'docker/Dockerfile',
      around: {
        '.gitlab-ci.yml': `
          build:
            script:
              - make image
        `,
        Makefile: `
          image:
          \tdocker build -f docker/Dockerfile -t shop .
        `,
        '.env': `
          DB_PASSWORD=kX9-Tulip-42
        `,
        'server.js': '',
      },
      bad: `
        FROM node:22-slim
        WORKDIR /app
        COPY «.» .
        USER node
      `,
      expect: ['image'],
      fixed: `
        FROM node:22-slim
        WORKDIR /app
        COPY . .
        USER node
      `,
      fixedAround: {
        '.dockerignore': `
          .gitlab-ci.yml
          .env
        `,
      },
    },
    {
      title: 'Kept out, without a secret, or made for tests',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        '.dockerignore': `
          **/.env*
          !**/.env.example
          *.key
        `,
        '.env': 'DB_PASSWORD=kX9-Tulip-42',
        '.env.example': 'DB_PASSWORD=changeme',
        'server.key': '-----BEGIN PRIVATE KEY-----',
        'ca.pem': '-----BEGIN CERTIFICATE-----',
        'test/fixtures/tls.key': '-----BEGIN PRIVATE KEY-----',
        'web/settings.env': 'PORT=8080',
        'web/.env.production': 'VITE_MAP_API_KEY=kX9-Tulip-42',
        'deploy/prod.tfvars': 'region = "eu-central-1"',
      },
      good: `
        FROM node:22-slim
        COPY . /app
        USER node
      `,
    },
    {
      title: 'The ignore file of this Dockerfile counts',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'Dockerfile.dockerignore': '.env',
        '.dockerignore': '',
        '.env': 'DB_PASSWORD=kX9-Tulip-42',
      },
      good: `
        FROM node:22-slim
        COPY . /app
        USER node
      `,
    },
    {
      title: 'Another folder is the build context',
      in: 'dockerfile',
      path: 'docker/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build:
                context: web
                dockerfile: ../docker/Dockerfile
        `,
        'docker/.env': 'DB_PASSWORD=kX9-Tulip-42',
        'web/index.html': '',
      },
      good: `
        FROM nginxinc/nginx-unprivileged:1.29.0
        COPY . /usr/share/nginx/html
      `,
    },
  ],
});

/** The leaks of one source, over the contexts that the Dockerfile is built with. */
function bySource(document: DockerfileDocument, project: Project, config: Config): readonly (readonly Leak[])[] {
  const found = new Map<number, Leak[]>();
  for (const leak of leaksOf(document, project, config)) {
    const { start } = leak.source.range;
    found.set(start, [...(found.get(start) ?? []), leak]);
  }
  return [...found.values()];
}

/** Files that are named, as related places and in the message. */
const MAX_PLACES = 5;
const MAX_NAMES = 3;

function finding(
  document: DockerfileDocument,
  project: Project,
  leaks: readonly Leak[],
): Finding<'image' | 'possible' | 'stage', 'ignore' | 'create', Label> {
  const [first] = leaks;
  const leaked = leaks.flatMap((it) => it.leaked);
  const certain = leaked.filter((it) => it.secret === 'certain');
  const named = certain.length > 0 ? certain : leaked;
  const copy = first?.copy;
  const ships = leaks.some((it) => isShipped(document, it));
  const names = named.slice(0, MAX_NAMES).map((it) => it.entry.path);
  const files = [...names, ...(named.length > names.length ? ['…'] : [])].join(', ');
  const isCertain = certain.length > 0;
  return {
    message: !ships ? 'stage' : isCertain ? 'image' : 'possible',
    data: { keyword: copy?.keyword ?? 'COPY', files },
    range: first?.source.range ?? { start: 0, end: 0 },
    ...(ships ? {} : { severity: 'warning' as const }),
    ...(isCertain ? {} : { confidence: 'low' as const }),
    related: relatedPlaces(project, leaks, named),
    fixes: [ignore(document, project, leaks, isCertain)],
  };
}

/** In the stage that ships, or in a folder that is taken out of its stage whole. */
function isShipped(document: DockerfileDocument, { copy, source, leaked }: Leak): boolean {
  const stage = stageAt(document, copy.range.start);
  if (!stage) return false;
  const shipped = shippedPaths(document);
  const target = expandAt(document, copy.destination?.value ?? '', copy.range.start).value;
  return leaked.some((it) => shipped(stage, `${target}/${pathBelow(source.value, it.entry)}`));
}

function relatedPlaces(
  project: Project,
  leaks: readonly Leak[],
  named: readonly LeakedFile[],
): readonly RelatedPlace<Label>[] {
  const shown = new Set(named.slice(0, MAX_PLACES));
  return leaks.flatMap((leak): readonly RelatedPlace<Label>[] => [
    ...leak.leaked.filter((it) => shown.has(it)).flatMap((it) => placesOf(project, leak, it)),
    ...leak.context.builds.slice(0, 1).map(
      (it): RelatedPlace<Label> => ({
        range: placeInCompose(project, it, it.entry.key.range),
        label: 'builds',
        data: { service: it.service.name.value },
      }),
    ),
    ...(leak.files.cut
      ? [{ range: leak.source.range, label: 'cut' as const, data: { count: MAX_ENTRIES.toLocaleString('en') } }]
      : []),
  ]);
}

function placesOf(project: Project, { files }: Leak, { path, entry }: LeakedFile): readonly RelatedPlace<Label>[] {
  const variable = isEnvFile(path) ? secretVariables(project.read(path) ?? '')[0] : undefined;
  const place: RelatedPlace<Label> = variable
    ? {
        range: placeIn(project, path, variable.name.range),
        label: 'variable',
        data: { name: variable.name.value, file: entry.path },
      }
    : { range: placeIn(project, path, { start: 0, end: 0 }), label: 'file', data: { file: entry.path } };
  if (!entry.by?.includes || !files.ignoreFile) return [place];
  const range = placeIn(project, files.ignoreFile.path, entry.by.range);
  return [place, { range, label: 'included', data: { file: entry.path } }];
}

/** Whether the file says a name; many sources may take the same files. */
const mentionsIn = remembered(({ text }: DockerfileDocument) => rememberedText((name) => text.includes(name)));

function ignore(
  document: DockerfileDocument,
  project: Project,
  leaks: readonly Leak[],
  isCertain: boolean,
): Fix<'ignore' | 'create'> {
  const fixed = leaks.map(({ files, leaked }) => ({
    files,
    lines: leaked
      .filter((it) => !isCertain || it.secret === 'certain')
      .map((it) => literalPattern(it.entry.path))
      .slice(0, 100),
  }));
  const edits = fixed
    .map(({ files, lines }) => {
      const more = files.ignoreFile ? [] : ignoreLines(document, project, files);
      return addIgnoreLines(project, files, [...more, ...lines]);
    })
    .toSorted((a, b) => a.range.start - b.range.start);
  const ignoreFile = fixed[0]?.files.ignoreFile?.path;
  const file = ignoreFile === undefined ? '.dockerignore' : shownFrom(project.path ?? '', ignoreFile);
  const mentioned = mentionsIn(document);
  const needed = leaks.some((it) => it.leaked.some(({ entry }) => mentioned(fileNameOf(entry.path))));
  return {
    ...(fixed.every((it) => it.files.ignoreFile)
      ? {
          title: 'ignore',
          data: {
            lines: fixed
              .flatMap((it) => it.lines)
              .slice(0, MAX_NAMES)
              .join(', '),
            file,
          },
        }
      : { title: 'create', data: { file } }),
    applicability: needed || !isCertain ? 'unsafe' : 'safe',
    edits,
  };
}
