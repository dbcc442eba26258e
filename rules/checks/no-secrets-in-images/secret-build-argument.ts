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
import { passAsSecret } from '../../project/build-secret-edit.js';
import { type BuiltStage, builtStage } from '../../project/identity.js';
import { isSecretName, judgeSecret } from '../../secrets/judge.js';
import { mountInstead } from '../../secrets/secret-mount.js';
import { secretId } from '../../secrets/secret-variable.js';
import { findTokens } from '../../secrets/tokens.js';
import { urlPasswords } from '../../secrets/url-credentials.js';

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
  titles: {
    mount: 'Mount it as the secret {id} in the RUN that uses it',
    pass: 'Pass it as the secret {id}, in the compose file and in the RUN that uses it',
  },

  labels: {
    passed: 'Service "{service}" passes it to the build',
    declared: 'The build takes {name} here',
    source: 'The value of {name} is written here',
  },

  check: {
    dockerfile(document, { project, config }) {
      const used = secretArguments(document)
        .slice(0, MAX_ARGUMENTS)
        .filter(([instruction, pair]) => isUsed(document, instruction, pair));
      if (used.length === 0) return [];
      const builds = buildersOf(project, config);
      return used.map(([, { name, range }]) => {
        const mount = mountInstead(document, name.value);
        const elsewhere = mount ? passedAsSecret(project, builds, name.value) : [];
        const fixes = mount
          ? [
              {
                title: elsewhere.length > 0 ? ('pass' as const) : ('mount' as const),
                data: { id: secretId(name.value) },
                applicability: 'unsafe' as const,
                edits: [...mount, ...elsewhere],
              },
            ]
          : [];
        const related = builds.flatMap((it) => passedBy(project, it, name.value)).slice(0, MAX_PLACES);
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
      if (instruction.keyword === 'ENV' && instruction.pairs.some((it) => copies(it, pattern))) return false;
      if (instruction.keyword !== 'RUN' || used) continue;
      used = pattern.test(document.text.slice(instruction.range.start, instruction.range.end));
    }
  }
  return used;
}

function copies({ name, value }: Pair, pattern: RegExp): boolean {
  return value !== undefined && pattern.test(value.value) && isSecretName(name.value);
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

/** What the compose files that pass the argument have to do so that they pass a secret. */
function passedAsSecret(project: Project, builds: readonly ServiceBuild[], name: string): readonly Edit[] {
  const passing = builds.filter((it) => buildArguments(it.service).some((one) => one.name === name));
  const files = [...new Set(passing.map((it) => it.file))];
  return files.flatMap((file) => {
    const services = passing.filter((it) => it.file === file).map((it) => it.service.name.value);
    const document = project.compose(file);
    const edits = document && passAsSecret(document, services, name, secretId(name));
    return (edits ?? []).map(({ range, text }) => ({ range: placeIn(project, file, range), text }));
  });
}

/** The same from the compose file: all its services that build this Dockerfile, and the Dockerfile. */
function mountedInstead(
  document: ComposeDocument,
  project: Project,
  { document: dockerfile, file }: BuiltStage,
  name: string,
): readonly Edit[] | undefined {
  const mount = mountInstead(dockerfile, name);
  const services = document.services.filter(
    (it) => buildOf(document, it, project)?.dockerfile === file && buildArguments(it).some((one) => one.name === name),
  );
  const names = services.map((it) => it.name.value);
  const own = mount && passAsSecret(document.own ?? document, names, name, secretId(name));
  return own && [...own, ...mount.map(({ range, text }) => ({ range: placeIn(project, file, range), text }))];
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
