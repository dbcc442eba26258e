import { scriptOf } from '../../compose/queries.js';
import type { Finding, Fix, Severity } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, RunInstruction } from '../../dockerfile/model.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import { interpolated, variableFor } from '../../project/command-variable.js';
import { type CommandSecret, commandSecrets } from '../../secrets/command-secrets.js';
import { mountValue } from '../../secrets/mount-value.js';
import { isPlaceholder } from '../../secrets/placeholder.js';
import { secretId } from '../../secrets/secret-variable.js';
import { findTokens } from '../../secrets/tokens.js';
import type { ShellCommand, ShellScript } from '../../shell/model.js';

export default defineRule({
  id: 'secret-in-command',
  severity: 'error',
  summary: 'A password or token must not stand on a command line.',
  why: `
    The command of a RUN is part of the image's history, which \`docker history\` prints to everyone who can pull it; what it
    downloads may be deleted, the command stays. The command that a container is started or checked with is in \`docker inspect\`
    and, as long as it runs, in the list of processes.

    Give a RUN its secret with \`--mount=type=secret\`, as a file or a variable; most programs can read it from there:
    \`curl --netrc-file\`, \`mysql --defaults-extra-file\`, \`.npmrc\`. A running container gets it from the environment or a secret.

    A value with a form of its own is reported by hardcoded-secret, one in an address by credentials-in-url, one in a variable
    where that is set.
  `,
  fixSafety: `
    The build needs the secret from outside: \`docker build --secret id=NAME,env=NAME .\`. The line
    \`# syntax\` fetches a Dockerfile frontend that can do this. In a compose file
    the value comes from a variable, which has to be set in the shell or in \`.env\`: it is out of the file, but \`docker inspect\` still shows it.
    The old value is known to all who have seen the file or the image: change it.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/reference/cli/docker/image/history/',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-214', 'CWE-798'] },
  equivalents: { trivy: ['DS-0031'] },
  messages: {
    run: '{program} is given a secret with {option}, and the image keeps the command. Use RUN --mount=type=secret.',
    start:
      '{program} is given a secret with {option}, which docker inspect and the process list show. Pass it another way.',
    guessable:
      '{program} is given a password with {option} that anyone tries first. Change it, and pass it another way.',
  },

  titles: {
    mount: 'Mount it as the secret {id}',
    interpolate: 'Take it from the environment: {required}',
    moveToEnvFile: 'Move it to .env, which git ignores: {required}',
  },

  check: {
    dockerfile(document) {
      const names = new Map<string, string>();
      return everyInstruction(document).flatMap((it) => {
        if (it.keyword === 'RUN')
          return findings(it.script, 'run', 'error', (secret, command) => mount(document, it, secret, command, names));
        const starts = it.keyword === 'CMD' || it.keyword === 'ENTRYPOINT' || it.keyword === 'HEALTHCHECK';
        return starts ? findings(it.script, 'start', 'error') : [];
      });
    },

    compose(document, { project }) {
      const seen = new Set<number>();
      const names = new Map<string, string>();
      return document.services.flatMap((service) =>
        (['entrypoint', 'command', 'healthcheck'] as const).flatMap((key) => {
          const script = scriptOf(service, key);
          if (!script || seen.has(script.range.start)) return [];
          seen.add(script.range.start);
          return findings(script, 'start', 'warning', (secret, command) =>
            interpolated(document, project, secret, command, names),
          );
        }),
      );
    },
  },

  examples: [
    {
      title: 'Downloads with a login',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN curl -fsS -u «build:kX9-Tulip-42» -O https://repo.example.com/app.deb
        RUN curl -fsS -H «"Authorization: Bearer kX9Tulip42kX9Tulip42"» -O https://repo.example.com/app.deb
        RUN wget --password=«kX9-Tulip-42» --user=build https://repo.example.com/app.deb
        USER 10001
      `,
      expect: ['run', 'run', 'run'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=curl_password,env=CURL_PASSWORD \\
            curl -fsS -u build:"$CURL_PASSWORD" -O https://repo.example.com/app.deb
        RUN --mount=type=secret,id=curl_token,env=CURL_TOKEN \\
            curl -fsS -H "Authorization: Bearer $CURL_TOKEN" -O https://repo.example.com/app.deb
        RUN --mount=type=secret,id=wget_password,env=WGET_PASSWORD \\
            wget --password="$WGET_PASSWORD" --user=build https://repo.example.com/app.deb
        USER 10001
      `,
    },
    {
      title: 'Settings of package managers and clouds',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN npm config set //npm.example.com/:_authToken «kX9-Tulip-42» && npm ci
        RUN az login --service-principal -u shop -p «kX9-Tulip-42» --tenant example && az storage blob list
        USER 10001
      `,
      expect: ['run', 'run'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN \\
            npm config set //npm.example.com/:_authToken "$NPM_TOKEN" && npm ci && npm config delete //npm.example.com/:_authToken && rm -rf ~/.npm/_logs
        RUN --mount=type=secret,id=az_password,env=AZ_PASSWORD \\
            az login --service-principal -u shop -p "$AZ_PASSWORD" --tenant example && az storage blob list && az logout
        USER 10001
      `,
    },
    {
      title: 'A login that later steps are to find',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN aws configure set aws_secret_access_key «kX9Tulip42kX9Tulip42»
        RUN npm config set //npm.example.com/:_authToken «kX9-Tulip-42»
        USER 10001
      `,
      expect: ['run', 'run'],
      fixed: null,
    },
    {
      title: 'What a container is checked with',
      in: 'dockerfile',
      bad: `
        FROM mysql:8.4
        HEALTHCHECK CMD mysqladmin ping -h 127.0.0.1 -u shop «-pkX9-Tulip-42»
      `,
      expect: ['start'],
      fixed: null,
    },
    {
      title: 'In a compose file',
      in: 'compose',
      bad: `
        services:
          cache:
            image: redis:8.2
            command: redis-server --requirepass «kX9-Tulip-42»
            healthcheck:
              test: ["CMD", "redis-cli", "-a", "«kX9-Tulip-42»", "ping"]
          queue:
            image: redis:8.2
            command: [redis-server, --requirepass, «vJ4-Heron-17»]
      `,
      expect: ['start', 'start', 'start'],
      severity: 'warning',
      fixed: `
        services:
          cache:
            image: redis:8.2
            command: redis-server --requirepass \${REDIS_SERVER_PASSWORD:?}
            healthcheck:
              test: ["CMD", "redis-cli", "-a", "\${REDIS_SERVER_PASSWORD:?}", "ping"]
          queue:
            image: redis:8.2
            command: [redis-server, --requirepass, "\${REDIS_SERVER_PASSWORD_2:?}"]
      `,
    },
    {
      title: 'In a compose file of a project',
      in: 'compose',
      path: 'deploy/compose.yaml',
      around: { '.git/HEAD': 'ref: refs/heads/main' },
      bad: `
        services:
          db:
            image: mysql:8.4
            healthcheck:
              test: 'mysqladmin ping -uroot «-pkX9-Tulip-42»'
      `,
      expect: ['start'],
      fixed: `
        services:
          db:
            image: mysql:8.4
            healthcheck:
              test: 'mysqladmin ping -uroot -p\${MYSQLADMIN_PASSWORD:?}'
      `,
      fixedAround: { 'deploy/.env': 'MYSQLADMIN_PASSWORD=kX9-Tulip-42', 'deploy/.gitignore': '.env' },
    },
    {
      title: 'A password that everyone knows',
      in: 'dockerfile',
      bad: `
        FROM mysql:8.4
        HEALTHCHECK CMD mysqladmin ping -uroot «-proot»
      `,
      expect: ['guessable'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'From a mounted secret, a file or a variable',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=secret,id=token,env=TOKEN \\
            curl -fsS -H "Authorization: Bearer $TOKEN" -O https://repo.example.com/app.deb
        RUN --mount=type=secret,id=token curl -fsS -u "build:$(cat /run/secrets/token)" -O https://repo.example.com/app.deb
        RUN curl -fsS --netrc-file /run/secrets/netrc -O https://repo.example.com/app.deb
        USER 10001
      `,
    },
    {
      title: 'Other meanings of the same options',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN curl -fsS -u build -H "Accept: application/json" -p -O https://repo.example.com/app.deb
        RUN mkdir -p secret && cp -p a b && npm config set registry https://npm.example.com/
        CMD ["mysql", "-u", "shop", "-p", "shop"]
        USER 10001
      `,
    },
    {
      title: 'From the environment of the container',
      in: 'compose',
      good: `
        services:
          cache:
            image: redis:8.2
            environment:
              REDISCLI_AUTH: \${REDIS_PASSWORD:?}
            healthcheck:
              test: ["CMD", "redis-cli", "ping"]
          db:
            image: mysql:8.4
            healthcheck:
              test: ["CMD-SHELL", "mysqladmin ping -u root -p$$MYSQL_ROOT_PASSWORD"]
      `,
    },
  ],
});

/** Longer values are judged by their beginning, so that no text is expensive. */
const VALUE_LIMIT = 500;

type Title = 'mount' | 'interpolate' | 'moveToEnvFile';
type Found = Finding<'run' | 'start' | 'guessable', Title, never>;

function findings(
  script: ShellScript,
  message: 'run' | 'start',
  severity: Severity,
  fixFor?: (secret: CommandSecret, command: ShellCommand) => Fix<Title> | undefined,
): readonly Found[] {
  return script.commands.flatMap((command) =>
    commandSecrets(command).flatMap((secret): readonly Found[] => {
      if (!isWritten(secret)) return [];
      const fix = fixFor?.(secret, command);
      const data = { program: command.name, option: secret.option };
      const found = { data, range: secret.word.range, fixes: fix ? [fix] : [] };
      return isPlaceholder('password', secret.value)
        ? [{ ...found, message: 'guessable', severity: 'info' }]
        : [{ ...found, message, severity }];
    }),
  );
}

/** The value itself stands here: no variable, template or file holds it. */
function isWritten(secret: CommandSecret): boolean {
  const value = secret.value.slice(0, VALUE_LIMIT);
  if (value.trim().length < 3 || /[$`]|%\w+%|\{\{|<[^>]*>|\/run\/secrets/.test(value)) return false;
  return findTokens(value).length === 0;
}

function mount(
  document: DockerfileDocument,
  run: RunInstruction,
  { value, option, word }: CommandSecret,
  command: ShellCommand,
  names: Map<string, string>,
): Fix<'mount'> | undefined {
  const name = variableFor(command.name, option);
  const edits = mountValue(document, run, command, { value, word, name }, names);
  return edits && { title: 'mount', data: { id: secretId(name) }, applicability: 'unsafe', edits };
}
