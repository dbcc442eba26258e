import { innerRange } from '../../compose/decode.js';
import type { ComposeEntry, ComposeNode } from '../../compose/model.js';
import { asMap, at, interpolate } from '../../compose/queries.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { ArgInstruction, DockerfileDocument, Pair } from '../../dockerfile/model.js';
import { chainOf, everyInstruction, instructionsOf, stageAt } from '../../dockerfile/queries.js';
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
  titles: { mount: 'Mount it as the secret {id} in the RUN that uses it' },

  check: {
    dockerfile(document) {
      return secretArguments(document)
        .slice(0, MAX_ARGUMENTS)
        .filter(([instruction, pair]) => isUsed(document, instruction, pair))
        .map(([, { name, range }]) => {
          const edits = mountInstead(document, name.value);
          const fixes = edits
            ? [{ title: 'mount' as const, data: { id: secretId(name.value) }, applicability: 'unsafe' as const, edits }]
            : [];
          return { message: 'argument' as const, data: { name: name.value }, range, fixes };
        });
    },

    compose(document) {
      const seen = new Set<number>();
      return document.services.flatMap((service) =>
        argumentsOf(at(service.node, 'build', 'args')).flatMap(({ name, value, range }) => {
          if (!isSecretName(name) || seen.has(range.start)) return [];
          if (
            value !== undefined &&
            (findTokens(value).length > 0 || urlPasswords(interpolate(value).value).length > 0)
          )
            return [];
          const isPassed = value === undefined || /\$\{?[A-Za-z_]/.test(value.replaceAll('$$', ''));
          if (!isPassed && judgeSecret(name, value) === 'harmless') return [];
          seen.add(range.start);
          const data = { name, service: service.name.value };
          return [{ message: isPassed ? ('passed' as const) : ('written' as const), data, range }];
        }),
      );
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
            npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN && npm ci && npm cache clean --force && npm config delete //registry.npmjs.org/:_authToken
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

interface Argument {
  readonly name: string;
  /** As written; absent for one that is taken from the environment. */
  readonly value: string | undefined;
  readonly range: Range;
}

function argumentsOf(entry: ComposeEntry | undefined): readonly Argument[] {
  const map = asMap(entry?.value);
  if (map) return map.entries.map(({ key, value, range }) => ({ name: key.value, value: textOf(value), range }));
  if (entry?.value.kind !== 'list') return [];
  return entry.value.items.flatMap((item) => {
    if (item.kind !== 'scalar') return [];
    const equals = item.text.indexOf('=');
    const [name, value] =
      equals < 0 ? [item.text, undefined] : [item.text.slice(0, equals), item.text.slice(equals + 1)];
    return [{ name, value, range: innerRange(item) }];
  });
}

function textOf(node: ComposeNode): string | undefined {
  return node.kind === 'scalar' && node.value !== null ? node.text : undefined;
}
