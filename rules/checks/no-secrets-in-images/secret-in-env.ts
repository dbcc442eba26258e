import type { Finding } from '../../core/finding.js';
import { remembered } from '../../core/remembered.js';
import { defineRule } from '../../core/rule.js';
import type { ArgInstruction, DockerfileDocument, EnvInstruction, Pair, Stage } from '../../dockerfile/model.js';
import {
  chainOf,
  everyInstruction,
  expandAt,
  instructionsOf,
  shippedChain,
  stageAt,
} from '../../dockerfile/queries.js';
import { isSecretName, judgeSecret } from '../../secrets/judge.js';
import { storedVariables } from '../../secrets/stored-variables.js';
import { findTokens } from '../../secrets/tokens.js';
import { urlPasswords } from '../../secrets/url-credentials.js';
import {
  KEPT_LABELS,
  keptPlaces,
  VARIABLE_TITLES,
  type VariableTitle,
  variableFixes,
} from '../../secrets/variable-fixes.js';

export default defineRule({
  id: 'secret-in-env',
  severity: 'error',
  summary: 'A password, key or token must not be set with ENV or ARG.',
  why: `
    ENV is part of the image: \`docker inspect\` shows it to everyone who can pull, every process in every container has it,
    and so has each crash report that lists the environment. The value of an ARG stands in the history of the image, which
    \`docker history\` prints. Overwriting or unsetting it in a later line changes nothing: the layer below still tells.

    Registries leak, and images are passed on. Whoever finds the image has the database, the cloud account or the package
    registry, and nobody notices, because the credential is a valid one.

    A secret mount gives the value to one RUN and leaves nothing behind. What the program needs when it runs is set where it
    is started. A value with a form of its own, such as a GitHub token, is reported by hardcoded-secret instead.
  `,
  fixSafety: `
    The build needs the secret from outside: \`docker build --secret id=NAME,env=NAME .\`. The line
    \`# syntax\` fetches a Dockerfile frontend that can do this. What the program reads
    when the container runs is no longer in the image: set it with \`docker run --env NAME\` or in the compose file, else it does not start.
    The old value is known to all who have seen the file or the image: change it.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-798', 'CWE-522'] },
  equivalents: {
    hadolint: ['DL3064'],
    buildkit: ['SecretsUsedInArgOrEnv'],
    trivy: ['DS-0031'],
    semgrep: ['secret-in-build-arg'],
    tally: ['buildkit/secrets_in_arg_or_env', 'buildkit/secrets_used_in_arg_or_env', 'ruby/secrets-in-arg-or-env'],
  },
  messages: {
    env: 'ENV {name} is stored in the image, so anyone who pulls it can read it. Pass it with RUN --mount=type=secret or at run time.',
    arg: 'ARG {name} stands in the history of the image, so anyone who pulls it can read it. Pass it with RUN --mount=type=secret.',
    cached:
      '{keyword} {name} stays in the build cache, where others who build can read it. Pass it with RUN --mount=type=secret.',
    copied:
      'ENV {name} stores a build argument in the image, so anyone who pulls it can read it. Pass it with RUN --mount=type=secret.',
    guessable:
      '{keyword} {name} holds a dummy or a first guess, and what replaces it stays in the image too. Set it at the start.',
  },
  titles: VARIABLE_TITLES,
  labels: KEPT_LABELS,

  check: {
    dockerfile(document, context) {
      const shipped = new Set(shippedChain(document));
      return instructionsOf(everyInstruction(document), 'ENV', 'ARG').flatMap((instruction) =>
        instruction.pairs.flatMap((pair): Found[] => {
          const verdict = judge(document, instruction, pair);
          if (verdict === undefined) return [];
          const name = pair.name.value;
          const source =
            verdict === 'copied' && instruction.keyword === 'ENV' && !isSecretName(name)
              ? copiedArgument(document, instruction, pair)
              : undefined;
          const fixes = variableFixes(document, context, source ?? name);
          const stage = stageAt(document, instruction.range.start);
          const related = fixes.length > 0 ? [] : keptPlaces(document, source ?? name, LABELS);
          const found = { range: pair.range, fixes, related };
          const data = { name, keyword: instruction.keyword };
          if (verdict === 'guessable') return [{ ...found, message: 'guessable', data, severity: 'info' }];
          if (verdict === 'copied') return [{ ...found, message: 'copied', data: { name } }];
          if (stage && !shipped.has(stage)) return [{ ...found, message: 'cached', data }];
          return [{ ...found, message: instruction.keyword === 'ENV' ? 'env' : 'arg', data: { name } }];
        }),
      );
    },
  },

  examples: [
    {
      title: 'A key for the program',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV APP_HOME=/app «AWS_SECRET_ACCESS_KEY=kX9Tulip42kX9Tulip42»
        USER 10001
      `,
      expect: ['env'],
      fixed: `
        FROM debian:13
        ENV APP_HOME=/app
        USER 10001
      `,
    },
    {
      title: 'The older form of ENV',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV «DB_PASSWORD kX9 Tulip 42»
        USER 10001
      `,
      expect: ['env'],
      fixed: `
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'Used by RUN only',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        ENV NODE_ENV=production \\
            «NPM_TOKEN=kX9-Tulip-42»
        RUN echo "//npm.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc && npm ci && npm cache clean --force && rm .npmrc
        USER node
      `,
      expect: ['env'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM node:22-slim
        ENV NODE_ENV=production
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN \\
            echo "//npm.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc && npm ci && npm cache clean --force && rm .npmrc
        USER node
      `,
    },
    {
      title: 'The default of an argument',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG «REPO_PASSWORD=kX9-Tulip-42»
        RUN curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
      expect: ['arg'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=repo_password,env=REPO_PASSWORD \\
            curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
    },
    {
      title: 'An argument stored with ENV',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG API_TOKEN
        ENV «API_TOKEN=\${API_TOKEN}»
        CMD ["app", "serve"]
        USER 10001
      `,
      expect: ['copied'],
      fixed: `
        FROM debian:13
        CMD ["app", "serve"]
        USER 10001
      `,
    },
    {
      title: 'An argument that ENV puts into an address',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        ARG PYPI_TOKEN
        ENV PIP_NO_CACHE_DIR=1 «PIP_EXTRA_INDEX_URL=https://bot:\${PYPI_TOKEN}@pypi.example.com/simple»
        RUN pip install shop==1.4.0
        USER 10001
      `,
      expect: ['copied'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM python:3.13-slim
        ENV PIP_NO_CACHE_DIR=1
        RUN --mount=type=secret,id=pypi_token,env=PYPI_TOKEN \\
            export PIP_EXTRA_INDEX_URL="https://bot:\${PYPI_TOKEN}@pypi.example.com/simple" \\
            && pip install shop==1.4.0
        USER 10001
      `,
    },
    {
      title: 'A secret in a stage that is not shipped',
      in: 'dockerfile',
      bad: `
        FROM debian:13 AS build
        ENV «DEPLOY_KEY=kX9-Tulip-42»
        FROM debian:13
        USER 10001
      `,
      expect: ['cached'],
      fixed: `
        FROM debian:13 AS build
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'A value that everyone knows',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV «DB_PASSWORD=changeme»
        USER 10001
      `,
      expect: ['guessable'],
      severity: 'info',
      fixed: `
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'For the program, which a compose file builds and starts',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build: ./web
              ports: ["127.0.0.1:8080:8080"]
        `,
        '.gitignore': '.env',
      },
      bad: `
        FROM debian:13
        ENV «SESSION_SECRET=kX9-Tulip-42»
        COPY app /usr/local/bin/
        USER 10001
        CMD ["app", "serve"]
      `,
      expect: ['env'],
      fixed: `
        FROM debian:13
        COPY app /usr/local/bin/
        USER 10001
        CMD ["app", "serve"]
      `,
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build: ./web
              ports: ["127.0.0.1:8080:8080"]
              environment:
                SESSION_SECRET: "\${SESSION_SECRET:?}"
        `,
        '.env': 'SESSION_SECRET=kX9-Tulip-42',
      },
    },
    {
      title: 'An argument that a compose file passes, stored with ENV',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build:
                context: .
                args:
                  - API_TOKEN=\${API_TOKEN}
        `,
      },
      bad: `
        FROM debian:13
        ARG API_TOKEN
        ENV «API_TOKEN=\${API_TOKEN}»
        USER 10001
        CMD ["app", "serve"]
      `,
      expect: ['copied'],
      fixed: `
        FROM debian:13
        USER 10001
        CMD ["app", "serve"]
      `,
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build:
                context: .
              environment:
                API_TOKEN: "\${API_TOKEN:?}"
        `,
      },
    },
    {
      title: 'A build that a compose file starts',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build: ./web
              ports: ["127.0.0.1:8080:8080"]
        `,
        '.gitignore': '.env',
      },
      bad: `
        FROM debian:13
        ARG «REPO_PASSWORD=kX9-Tulip-42»
        RUN curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
      expect: ['arg'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=repo_password,env=REPO_PASSWORD \\
            curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build:
                context: ./web
                secrets:
                  - repo_password
              ports: ["127.0.0.1:8080:8080"]
          secrets:
            repo_password:
              environment: REPO_PASSWORD
        `,
        '.env': 'REPO_PASSWORD=kX9-Tulip-42',
      },
    },
    {
      title: 'Read by the build and by the program',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV «API_TOKEN=kX9-Tulip-42»
        RUN ./fetch.sh "$API_TOKEN"
        USER 10001
        CMD exec app --token "$API_TOKEN"
      `,
      expect: ['env'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=api_token,env=API_TOKEN ./fetch.sh "$API_TOKEN"
        USER 10001
        CMD exec app --token "$API_TOKEN"
      `,
    },
    {
      title: 'Read by the build and by the program, in a compose file',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build: .
        `,
        '.gitignore': '.env',
      },
      bad: `
        FROM debian:13
        ENV «API_TOKEN=kX9-Tulip-42»
        RUN ./fetch.sh "$API_TOKEN"
        USER 10001
        CMD exec app --token "$API_TOKEN"
      `,
      expect: ['env'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=api_token,env=API_TOKEN ./fetch.sh "$API_TOKEN"
        USER 10001
        CMD exec app --token "$API_TOKEN"
      `,
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build:
                context: .
                secrets:
                  - api_token
              environment:
                API_TOKEN: "\${API_TOKEN:?}"
          secrets:
            api_token:
              environment: API_TOKEN
        `,
        '.env': 'API_TOKEN=kX9-Tulip-42',
      },
    },
    {
      title: 'Read where no secret can be mounted',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG «UPLOAD_TOKEN=kX9-Tulip-42»
        LABEL upload=https://example.com/upload/$UPLOAD_TOKEN
        USER 10001
      `,
      expect: ['arg'],
      fixed: null,
    },
    {
      title: 'A script of the build may read it',
      in: 'dockerfile',
      bad: `
        FROM ruby:3.4-slim
        ENV «SECRET_KEY_BASE=kX9-Tulip-42»
        RUN bin/rails assets:precompile
        USER 10001
      `,
      expect: ['env'],
      fixed: null,
    },
    {
      title: 'A frontend that cannot mount a secret as a variable',
      in: 'dockerfile',
      bad: `
        # syntax=docker/dockerfile:1.4
        FROM debian:13
        ARG «REPO_PASSWORD=kX9-Tulip-42»
        RUN curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
      expect: ['arg'],
      fixed: `
        # syntax=docker/dockerfile:1.4
        FROM debian:13
        RUN --mount=type=secret,id=repo_password \\
            export REPO_PASSWORD="$(cat /run/secrets/repo_password)" && curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
    },
    {
      title: 'A frontend that mounts no secrets',
      in: 'dockerfile',
      bad: `
        # syntax=docker/dockerfile:1.1
        FROM debian:13
        ARG «REPO_PASSWORD=kX9-Tulip-42»
        RUN curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
      expect: ['arg'],
      fixed: null,
    },
    {
      title: 'A file with the secret that stays in the layer',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        ARG «NPM_TOKEN=kX9-Tulip-42»
        RUN echo "//npm.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc && npm ci && npm cache clean --force
        USER node
      `,
      expect: ['arg'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM node:22-slim
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN \\
            echo "//npm.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc && npm ci && npm cache clean --force && rm .npmrc
        USER node
      `,
    },
    {
      title: 'A file that a later step needs',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        ARG «NPM_TOKEN=kX9-Tulip-42»
        RUN echo "//npm.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc
        RUN npm ci && npm cache clean --force
        USER node
      `,
      expect: ['arg'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM node:22-slim
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN \\
            echo "//npm.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc \\
            && npm ci && npm cache clean --force \\
            && rm .npmrc
        USER node
      `,
    },
    {
      title: 'A login for git and for the steps after it',
      in: 'dockerfile',
      bad: `
        FROM golang:1.26 AS build
        ARG «GIT_PASSWORD=kX9-Tulip-42»
        RUN git config --global url."https://bot:$GIT_PASSWORD@git.example.com/".insteadOf https://git.example.com/
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN go mod download
        COPY . .
        RUN make
        FROM debian:13
        COPY --from=build /src/app /usr/local/bin/app
        USER 10001
      `,
      expect: ['cached'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM golang:1.26 AS build
        WORKDIR /src
        COPY go.mod go.sum ./
        RUN --mount=type=secret,id=git_password,env=GIT_PASSWORD \\
            git config --global url."https://bot:$GIT_PASSWORD@git.example.com/".insteadOf https://git.example.com/ \\
            && go mod download \\
            && git config --global --unset url."https://bot:$GIT_PASSWORD@git.example.com/".insteadOf
        COPY . .
        RUN make
        FROM debian:13
        COPY --from=build /src/app /usr/local/bin/app
        USER 10001
      `,
    },
    {
      title: 'A file that a script may need',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        ARG «NPM_TOKEN=kX9-Tulip-42»
        RUN echo "//npm.example.com/:_authToken=\${NPM_TOKEN}" > .npmrc
        RUN ./install.sh
        USER node
      `,
      expect: ['arg'],
      fixed: null,
    },
    {
      title: 'What is taken when the variable is not set',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV «SECRET_KEY=\${SECRET_KEY:-kX9-Tulip-42}»
        USER 10001
      `,
      expect: ['env'],
      fixed: `
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'Mounted as a secret',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=secret,id=repo_password,env=REPO_PASSWORD \\
            curl -fsS -u "build:$REPO_PASSWORD" -O https://repo.example.com/app.deb
        USER 10001
      `,
    },
    {
      title: 'Places, names, switches and lifetimes',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ENV POSTGRES_PASSWORD_FILE=/run/secrets/db AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/token \\
            TLS_PRIVATE_KEY=/certs/tls.key SSH_AUTH_SOCK=/tmp/agent SSH_KEY_DIR=keys \\
            KEY_ALIAS=app AUTH_MODULE_VERSION=2.1 GOPRIVATE=github.com/example FACEBOOK_APP_ID=1234 \\
            DB_USERNAME=shop TOKEN_TTL=3600 ACCESS_TOKEN_EXPIRES=12h USE_TOKEN=true PASSWORD_MIN_LENGTH=12 \\
            TOKEN_URL=https://id.example.com/token PUBLIC_KEY=ssh-ed25519 TOKENIZERS_PARALLELISM=false \\
            GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568 MYSQL_ALLOW_EMPTY_PASSWORD=yes
        ARG SECRET_PASSPHRASE_FILE=/run/secrets/phrase
        USER 10001
      `,
    },
    {
      title: 'Empty, or only declared',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG API_TOKEN
        ENV DB_PASSWORD="" GIT_KEY= ONLINE=\${API_TOKEN:+yes}
        USER 10001
      `,
    },
    {
      title: 'One mistake, reported where the value stands',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG «API_TOKEN=kX9-Tulip-42»
        ENV API_TOKEN=$API_TOKEN
        USER 10001
      `,
      expect: ['arg'],
      fixed: `
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'A token whose form hardcoded-secret knows',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ENV GITHUB_TOKEN=ghp_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq
        USER 10001
      `,
    },
  ],
});

type Found = Finding<'env' | 'arg' | 'cached' | 'copied' | 'guessable', VariableTitle, keyof typeof KEPT_LABELS>;

const LABELS = ['reads', 'stays', 'script'] as const;

function judge(
  document: DockerfileDocument,
  instruction: EnvInstruction | ArgInstruction,
  { name, value }: Pair,
): 'secret' | 'copied' | 'guessable' | undefined {
  if (!value || value.value === '') return undefined;
  const sources = [...value.value.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((it) => it[1] ?? '');
  if (sources.length === 0) return worth(name.value, value.value);
  if (instruction.keyword === 'ENV' && copiedArgument(document, instruction, { name, value }) !== undefined)
    return 'copied';
  const fallback = /^\$\{\w{1,100}:?-([^${}]*)\}$/.exec(value.value)?.[1];
  // Whatever the variable holds, the other value stands in the file.
  if (fallback) return worth(name.value, fallback);
  const { start } = instruction.range;
  const { value: expanded, known } = expandAt(document, value.value, start);
  // What a variable with such a name holds is reported where it is set.
  const isReported = sources.some(
    (it) => isSecretName(it) && expandAt(document, `\${${it}}`, start).value === expanded,
  );
  return known && !isReported ? worth(name.value, expanded) : undefined;
}

/** The argument without a default that the pair copies, where the one or the other is a secret by its name. */
function copiedArgument(
  document: DockerfileDocument,
  instruction: EnvInstruction,
  { name, value }: NamedValue,
): string | undefined {
  const sources = storedVariables(value?.value ?? '');
  return sources.find(
    (it) => (isSecretName(name.value) || isSecretName(it)) && isOpenArgument(document, instruction, it),
  );
}

type NamedValue = Pick<Pair, 'name'> & { readonly value?: Pair['value'] | undefined };

function worth(name: string, value: string): 'secret' | 'guessable' | undefined {
  const verdict = judgeSecret(name, value);
  if (verdict === 'harmless' || findTokens(value).length > 0 || urlPasswords(value).length > 0) return undefined;
  return verdict === 'secret' ? 'secret' : 'guessable';
}

/** An ARG of the stages up to here without a default: its value comes from whoever builds. */
function isOpenArgument(document: DockerfileDocument, { range }: EnvInstruction, name: string): boolean {
  const stage = stageAt(document, range.start);
  const declared = argumentsOf(document).get(name);
  if (!stage || !declared) return false;
  const chain = new Set(chainOf(stage));
  // Before the first FROM there is no stage, and a default there holds for all that declare the name.
  const reaching = declared.filter((it) => it.start < range.start && (!it.stage || chain.has(it.stage)));
  return reaching.some((it) => it.stage) && reaching.every((it) => it.open);
}

interface Argument {
  readonly start: number;
  readonly stage: Stage | undefined;
  readonly open: boolean;
}

const argumentsOf = remembered((document: DockerfileDocument): ReadonlyMap<string, readonly Argument[]> => {
  const found = new Map<string, Argument[]>();
  for (const { pairs } of instructionsOf(document.instructions, 'ARG'))
    for (const { name, value, range } of pairs) {
      const argument = {
        start: range.start,
        stage: stageAt(document, range.start),
        open: !value || value.value === '',
      };
      const others = found.get(name.value);
      if (others) others.push(argument);
      else found.set(name.value, [argument]);
    }
  return found;
});
