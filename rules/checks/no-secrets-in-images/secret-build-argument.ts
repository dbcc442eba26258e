import type { ComposeDocument } from '../../compose/model.js';
import { interpolate } from '../../compose/queries.js';
import type { Edit } from '../../core/edit.js';
import { placeIn } from '../../core/elsewhere.js';
import type { RelatedPlace } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { ArgInstruction, DockerfileDocument, Pair } from '../../dockerfile/model.js';
import { chainOf, everyInstruction, instructionsOf, stageAt } from '../../dockerfile/queries.js';
import { type BuildArgument, buildArguments } from '../../project/build-arguments.js';
import { buildersOf, buildOf, placeInCompose, type ServiceBuild } from '../../project/build-links.js';
import { type BuiltStage, builtStage } from '../../project/identity.js';
import { handOver } from '../../project/variable-handover.js';
import { isSecretName, judgeSecret } from '../../secrets/judge.js';
import { takeOut } from '../../secrets/secret-mount.js';
import { secretId } from '../../secrets/secret-variable.js';
import { storedVariables } from '../../secrets/stored-variables.js';
import { findTokens } from '../../secrets/tokens.js';
import { urlPasswords } from '../../secrets/url-credentials.js';
import { KEPT_LABELS, keptPlaces, MOUNT_TITLES, mountFixes } from '../../secrets/variable-fixes.js';
import { readsVariable } from '../../secrets/variable-readers.js';

export default defineRule({
  id: 'secret-build-argument',
  severity: 'warning',
  summary: 'A secret must not be handed to a build as an argument.',
  why: `
    The value of a build argument is part of each step that may use it: \`docker history\` prints it beside every RUN, and the
    provenance that is pushed with the image names it too. Whoever can pull the image has the token that the build only
    needed to fetch a package.

    A secret mount gives the value to one RUN, as a file or as a variable, and neither the history nor the cache keeps it. In a
    compose file that is \`build.secrets\` in place of \`build.args\`.

    An argument with a default is reported by secret-in-env, and so is one that ENV copies into the image.
  `,
  fixSafety: `
    The build gets the secret in another way: \`docker build --secret id=NAME,env=NAME .\` in place of \`--build-arg\`. The line
    \`# syntax\` fetches a Dockerfile frontend that can do this. Change the pipelines and compose files that pass the argument.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    'https://docs.docker.com/reference/compose-file/build/#secrets',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-522', 'CWE-538'] },
  equivalents: {
    hadolint: ['DL3064'],
    buildkit: ['SecretsUsedInArgOrEnv'],
    trivy: ['DS-0031'],
    semgrep: ['secret-in-build-arg'],
  },
  messages: {
    argument:
      'RUN uses ARG {name}, so the history of the image shows its value to all who pull. Mount it with RUN --mount=type=secret.',
    passed:
      '{name} is a build argument of "{service}", so the history of the image shows it. Pass it with build.secrets.',
    written:
      '{name} is written here and in the history of the image that "{service}" builds. Pass it with build.secrets.',
  },
  titles: MOUNT_TITLES,

  labels: {
    reads: KEPT_LABELS.reads,
    stays: KEPT_LABELS.stays,
    passed: 'Service "{service}" passes it to the build',
    declared: 'The build takes {name} here',
    source: 'The value of {name} is written here',
  },

  check: {
    dockerfile(document, context) {
      const used = secretArguments(document)
        .slice(0, MAX_ARGUMENTS)
        .filter(([instruction, pair]) => isUsed(document, instruction, pair));
      if (used.length === 0) return [];
      const builds = buildersOf(context.project, context.config);
      return used.map(([, { name, range }]) => {
        const fixes = mountFixes(document, context, name.value);
        const related = [
          ...(fixes.length > 0 ? [] : keptPlaces(document, name.value, ['reads', 'stays'])),
          ...builds.flatMap((it) => passedBy(context.project, it, name.value)).slice(0, MAX_PLACES),
        ];
        return { message: 'argument' as const, data: { name: name.value }, range, related, fixes };
      });
    },

    compose(document, { project }) {
      const seen = new Set<number>();
      return document.services.flatMap((service) => {
        const secrets = buildArguments(service).filter((it) => isSecret(it));
        if (secrets.length === 0) return [];
        const built = builtStage(document, service, project);
        return secrets.flatMap(({ name, value, range, source }) => {
          const declared = built && argumentNamed(built, name);
          // One that the Dockerfile does not know is dropped.
          if ((built && !declared) || seen.has(range.start)) return [];
          seen.add(range.start);
          const isPassed = value === undefined || isTaken(value);
          const related: readonly RelatedPlace<'declared' | 'source'>[] = [
            ...(built && declared
              ? [{ range: placeIn(project, built.file, declared), label: 'declared' as const, data: { name } }]
              : []),
            ...(source ? [{ range: source, label: 'source' as const, data: { name } }] : []),
          ];
          const data = { name, service: service.name.value };
          const edits = built && mountedInstead(document, project, built, name);
          const fixes = edits
            ? [{ title: 'pass' as const, data: { id: secretId(name) }, applicability: 'unsafe' as const, edits }]
            : [];
          return [{ message: isPassed ? ('passed' as const) : ('written' as const), data, range, related, fixes }];
        });
      });
    },
  },

  examples: [
    {
      title: 'A token for the package registry',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        ARG «NPM_TOKEN»
        RUN npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN && npm ci && npm cache clean --force
        USER node
      `,
      expect: ['argument'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM node:22-slim
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN \\
            npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN && npm ci && npm cache clean --force && npm config delete //registry.npmjs.org/:_authToken && rm -rf ~/.npm/_logs
        USER node
      `,
    },
    {
      title: 'Passed on to a login',
      in: 'dockerfile',
      bad: `
        FROM mcr.microsoft.com/azure-cli:2.70.0 AS build
        ARG CLIENT_ID «CLIENT_SECRET» TENANT
        RUN az login --service-principal -u "$CLIENT_ID" -p "\${CLIENT_SECRET}" --tenant "$TENANT" && az storage blob list
        FROM debian:13
        USER 10001
      `,
      expect: ['argument'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM mcr.microsoft.com/azure-cli:2.70.0 AS build
        ARG CLIENT_ID TENANT
        RUN --mount=type=secret,id=client_secret,env=CLIENT_SECRET \\
            az login --service-principal -u "$CLIENT_ID" -p "\${CLIENT_SECRET}" --tenant "$TENANT" && az storage blob list && az logout
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'In several stages, and given to all of them',
      in: 'dockerfile',
      bad: `
        ARG API_TOKEN
        FROM debian:13 AS build
        ARG «API_TOKEN»
        RUN ./fetch.sh "$API_TOKEN"
        FROM debian:13
        ARG «API_TOKEN»
        RUN ["sh", "-c", "./report.sh $API_TOKEN"]
        USER 10001
      `,
      expect: ['argument', 'argument'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13 AS build
        RUN --mount=type=secret,id=api_token,env=API_TOKEN ./fetch.sh "$API_TOKEN"
        FROM debian:13
        RUN --mount=type=secret,id=api_token,env=API_TOKEN ["sh", "-c", "./report.sh $API_TOKEN"]
        USER 10001
      `,
    },
    {
      title: 'Variables that tools read by themselves',
      in: 'dockerfile',
      bad: `
        FROM composer:2.8
        ARG «COMPOSER_AUTH»
        ARG «BUNDLE_GEMS__EXAMPLE__COM»
        COPY composer.json composer.lock ./
        RUN composer install --no-dev
        RUN bundle install
        USER 10001
      `,
      expect: ['argument', 'argument'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM composer:2.8
        COPY composer.json composer.lock ./
        RUN --mount=type=secret,id=composer_auth,env=COMPOSER_AUTH composer install --no-dev
        RUN --mount=type=secret,id=bundle_gems__example__com,env=BUNDLE_GEMS__EXAMPLE__COM bundle install
        USER 10001
      `,
    },
    {
      title: 'Kept by what it is given to, or read where nothing can be mounted',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG «CLOUD_SECRET»
        RUN aws configure set aws_secret_access_key "$CLOUD_SECRET"
        ARG «UPLOAD_TOKEN»
        RUN ./upload.sh "$UPLOAD_TOKEN"
        LABEL upload=https://example.com/upload/$UPLOAD_TOKEN
        USER 10001
      `,
      expect: ['argument', 'argument'],
      fixed: null,
    },
    {
      title: 'Not used, not secret, or a place',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG API_TOKEN
        ARG VERSION
        ARG SIGNING_KEY_FILE
        ARG PUBLIC_KEY
        RUN ./build.sh "$VERSION" "$SIGNING_KEY_FILE" "$PUBLIC_KEY"
        USER 10001
      `,
    },
    {
      title: 'Mounted as a secret',
      in: 'dockerfile',
      good: `
        FROM node:22-slim
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci && npm cache clean --force
        USER node
      `,
    },
    {
      title: 'Given by a compose file',
      in: 'compose',
      bad: `
        services:
          web:
            build:
              context: .
              args:
                NODE_ENV: production
                «NPM_TOKEN: \${NPM_TOKEN}»
          worker:
            build:
              context: .
              args:
                - «GITHUB_TOKEN»
                - «DB_PASSWORD=kX9-Tulip-42»
      `,
      expect: ['passed', 'passed', 'written'],
      fixed: null,
    },
    {
      title: 'From .env through a compose file into the layers',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build:
                context: web
                args:
                  NPM_TOKEN: \${NPM_TOKEN}
        `,
        '.env': 'NPM_TOKEN=kX9-Tulip-42',
      },
      bad: `
        FROM node:22-slim
        ARG «NPM_TOKEN»
        RUN ./install.sh "$NPM_TOKEN"
        USER node
      `,
      expect: ['argument'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM node:22-slim
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN ./install.sh "$NPM_TOKEN"
        USER node
      `,
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build:
                context: web
                secrets:
                  - npm_token
          secrets:
            npm_token:
              environment: NPM_TOKEN
        `,
      },
    },
    {
      title: 'The same, seen from the compose file',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        Dockerfile: `
          FROM node:22-slim
          ARG AUTH
          RUN ./install.sh "$AUTH"
          USER node
        `,
        '.env': 'NPM_TOKEN=kX9-Tulip-42',
      },
      bad: `
        services:
          web:
            build:
              context: .
              args:
                - VERSION=3
                - «AUTH=\${NPM_TOKEN}»
      `,
      expect: ['passed'],
      fixed: `
        services:
          web:
            build:
              context: .
              secrets:
                - auth
              args:
                - VERSION=3
        secrets:
          auth:
            environment: NPM_TOKEN
      `,
      fixedAround: {
        Dockerfile: `
          # syntax=docker/dockerfile:1
          FROM node:22-slim
          RUN --mount=type=secret,id=auth,env=AUTH ./install.sh "$AUTH"
          USER node
        `,
      },
    },
    {
      title: 'Passed by an extension field that services share',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'compose.yaml': `
          x-build: &build
            context: .
            args:
              NPM_TOKEN: \${NPM_TOKEN:-}
          services:
            web:
              build: *build
            worker:
              build:
                <<: *build
        `,
      },
      bad: `
        FROM node:22-slim
        ARG «NPM_TOKEN»
        RUN npm ci && npm cache clean --force
        USER node
      `,
      expect: ['argument'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM node:22-slim
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci && npm cache clean --force
        USER node
      `,
      fixedAround: {
        'compose.yaml': `
          x-build: &build
            context: .
            secrets:
              - npm_token
          services:
            web:
              build: *build
            worker:
              build:
                <<: *build
          secrets:
            npm_token:
              environment: NPM_TOKEN
        `,
      },
    },
    {
      title: 'Passed with a default, which would be lost',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build:
                context: .
                args:
                  NPM_TOKEN: \${NPM_TOKEN:-kX9-Tulip-42}
        `,
      },
      bad: `
        FROM node:22-slim
        ARG «NPM_TOKEN»
        RUN npm ci && npm cache clean --force
        USER node
      `,
      expect: ['argument'],
      fixed: null,
    },
    {
      title: 'Written into the compose file, beside other secrets of the build',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        Dockerfile: `
          FROM node:22-slim
          ARG NPM_TOKEN
          RUN npm ci
          USER node
        `,
        '.gitignore': '.env',
      },
      bad: `
        services:
          web:
            build:
              context: .
              args:
                «NPM_TOKEN: kX9-Tulip-42»
              secrets:
                - license
        secrets:
          license:
            file: ./license.txt
      `,
      expect: ['written'],
      fixed: `
        services:
          web:
            build:
              context: .
              secrets:
                - license
                - npm_token
        secrets:
          license:
            file: ./license.txt
          npm_token:
            environment: NPM_TOKEN
      `,
      fixedAround: {
        '.env': 'NPM_TOKEN=kX9-Tulip-42',
        Dockerfile: `
          # syntax=docker/dockerfile:1
          FROM node:22-slim
          RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN npm ci
          USER node
        `,
      },
    },
    {
      title: 'An argument that the Dockerfile does not know',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        Dockerfile: `
          FROM node:22-slim
          USER node
        `,
      },
      good: `
        services:
          web:
            build:
              context: .
              args:
                NPM_TOKEN: \${NPM_TOKEN}
      `,
    },
    {
      title: 'Other arguments, and build secrets',
      in: 'compose',
      good: `
        services:
          web:
            build:
              context: .
              args:
                VERSION: "1.4"
                TOKEN_URL: https://id.example.com/token
                DB_PASSWORD: ""
              secrets:
                - npm_token
        secrets:
          npm_token:
            environment: NPM_TOKEN
      `,
    },
  ],
});

/** No file written by hand has more; each is looked for in all instructions. */
const MAX_ARGUMENTS = 100;

/** Arguments without a default whose name says that they are secret. */
function secretArguments(document: DockerfileDocument): readonly (readonly [ArgInstruction, Pair])[] {
  return instructionsOf(everyInstruction(document), 'ARG').flatMap((instruction) =>
    instruction.pairs
      .filter(({ name, value }) => (value?.value ?? '') === '' && isSecretName(name.value))
      .map((pair) => [instruction, pair] as const),
  );
}

/** A RUN of the same chain of stages names it, and no ENV hands it to the image: that is secret-in-env's finding. */
function isUsed(document: DockerfileDocument, { range }: ArgInstruction, { name }: Pair): boolean {
  const own = stageAt(document, range.start);
  const pattern = new RegExp(`\\$(?:\\{${name.value}\\b|${name.value}(?!\\w))|%${name.value}%|\\$env:${name.value}\\b`);
  let used = false;
  for (const stage of document.stages) {
    // Before the first FROM it reaches only the stages that declare it again, and there it is found.
    if (!own || !chainOf(stage).includes(own)) continue;
    for (const instruction of stage.instructions) {
      if (instruction.range.start < range.end) continue;
      if (
        instruction.keyword === 'ENV' &&
        instruction.pairs.some((it) => storedVariables(it.value?.value ?? '').includes(name.value))
      )
        return false;
      if (instruction.keyword !== 'RUN' || used) continue;
      used =
        pattern.test(document.text.slice(instruction.range.start, instruction.range.end)) ||
        readsVariable(instruction, name.value);
    }
  }
  return used;
}

const MAX_PLACES = 6;

/** The places where a compose file passes the argument, and where the value comes from. */
function passedBy(project: Project, build: ServiceBuild, name: string): readonly RelatedPlace<'passed' | 'source'>[] {
  return buildArguments(build.service)
    .filter((it) => it.name === name)
    .flatMap(({ range, source }) => [
      {
        range: placeInCompose(project, build, range),
        label: 'passed' as const,
        data: { service: build.service.name.value },
      },
      ...(source ? [{ range: source, label: 'source' as const, data: { name } }] : []),
    ]);
}

/** The same from the compose file: all its services that build this Dockerfile, and the Dockerfile. */
function mountedInstead(
  document: ComposeDocument,
  project: Project,
  { document: dockerfile, file }: BuiltStage,
  name: string,
): readonly Edit[] | undefined {
  const taken = takeOut(dockerfile, name);
  if (!taken?.mounted || taken.started) return undefined;
  const builds = document.services.flatMap((it) => buildOf(document, it, project) ?? []);
  const building = builds.filter((it) => it.dockerfile === file && (taken.value !== undefined || passes(it, name)));
  const variable = { name, secret: secretId(name), started: false, value: taken.value };
  const own = handOver(project, building, variable, (path) =>
    path === project.path ? (document.own ?? document) : project.compose(path),
  );
  return own && [...own, ...taken.edits.map(({ range, text }) => ({ range: placeIn(project, file, range), text }))];
}

function passes({ service }: ServiceBuild, name: string): boolean {
  return buildArguments(service).some((it) => it.name === name);
}

/** By the name of the argument or of the variable it is taken from, and by what is written. */
function isSecret({ name, value, variable }: BuildArgument): boolean {
  if (!isSecretName(name) && (variable === undefined || !isSecretName(variable))) return false;
  if (value === undefined) return true;
  if (findTokens(value).length > 0 || urlPasswords(interpolate(value).value).length > 0) return false;
  return isTaken(value) || judgeSecret(name, value) !== 'harmless';
}

function isTaken(value: string): boolean {
  return /\$\{?[A-Za-z_]/.test(value.replaceAll('$$', ''));
}

/** Where the Dockerfile declares the argument, in any of its stages. */
function argumentNamed({ document }: BuiltStage, name: string): Range | undefined {
  const args = [...document.globalArgs, ...instructionsOf(everyInstruction(document), 'ARG')];
  return args.flatMap((it) => it.pairs).find((it) => it.name.value === name)?.name.range;
}
