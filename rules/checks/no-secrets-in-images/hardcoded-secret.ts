import type { ComposeDocument, ComposeScalar } from '../../compose/model.js';
import { environmentOf, everyScalar } from '../../compose/queries.js';
import type { Edit } from '../../core/edit.js';
import { placeIn } from '../../core/elsewhere.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { contains, type Range } from '../../core/text.js';
import type { DockerfileDocument, Instruction, RunInstruction } from '../../dockerfile/model.js';
import { copiedTokens } from '../../secrets/copied-tokens.js';
import { gitAddress, loginApart } from '../../secrets/git-login.js';
import { cleanUp } from '../../secrets/left-behind.js';
import { fileNameOf } from '../../secrets/secret-files.js';
import { mountInstead } from '../../secrets/secret-mount.js';
import { mountVariable, secretForm, secretId } from '../../secrets/secret-variable.js';
import { type FoundToken, findTokens, redact } from '../../secrets/tokens.js';
import { isSetAnywhere } from '../../secrets/variable-uses.js';

export default defineRule({
  id: 'hardcoded-secret',
  severity: 'error',
  summary: 'A key or token must not be written into a Dockerfile or compose file.',
  why: `
    The text has the form that an issuer gives its keys: a cloud account, a code forge, a payment service or a private key is
    open to everyone who reads this file, its history, a fork of it or the image that is built from it. Programs look for
    these forms in public repositories and images all the time; a leaked cloud key is used within minutes.

    Deleting the line is not enough, because the history and older images keep it. Revoke the key where it was issued, then
    hand the new one over when it is needed: with a secret mount to the build, from the environment or a secret to the service.

    Well-known sample values of the issuers' documentation are not reported. A value without a form of its own is judged by
    the name of its variable instead: secret-in-env, secret-in-environment.
  `,
  fixSafety: `
    The key is taken out of the file, and the build or service expects it from outside under the name shown:
    \`docker build --secret id=NAME,env=NAME .\` or a variable in \`.env\`. Revoking the old key is left to you.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/compose/how-tos/use-secrets/',
    'https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-798', 'CWE-321'] },
  equivalents: { tally: ['secrets-in-code'] },
  messages: {
    image:
      '{kind} ({excerpt}) is written here, so whoever reads file or image can use it. Revoke it, then mount it as a secret.',
    copied:
      '{kind} ({excerpt}) in {file} is copied into the image, so all who pull it can use it. Revoke and remove it.',
    file: '{kind} ({excerpt}) is written here, so whoever reads the file can use it. Revoke it, then take it from the environment.',
  },
  labels: { token: '{kind} ({excerpt}) is written here' },
  titles: {
    mount: 'Mount it as the secret {id}',
    interpolate: 'Take it from the environment: {required}',
  },

  check: {
    dockerfile(document, { project, config }) {
      const copied = copiedTokens(document, project, config).map(
        ({ source, path, text, token }): Found => ({
          message: 'copied',
          data: { ...dataOf(text, token), file: fileNameOf(path) },
          range: source.range,
          related: [{ range: placeIn(project, path, token.range), label: 'token', data: dataOf(text, token) }],
        }),
      );
      const written = findTokens(document.text).map((token): Found => {
        const fix = secretMount(document, token);
        const found = { data: dataOf(document.text, token), range: token.range };
        return fix
          ? {
              ...found,
              message: 'image',
              fixes: [{ title: 'mount', data: { id: secretId(fix.name) }, applicability: 'manual', edits: fix.edits }],
            }
          : { ...found, message: 'image' };
      });
      return [...written, ...copied];
    },

    compose(document) {
      const tokens = findTokens(document.text);
      if (tokens.length === 0) return [];
      const places = placesOf(document);
      return tokens.map((token): Found => {
        const fix = interpolation(document, places, token);
        const found = { data: dataOf(document.text, token), range: token.range };
        return fix
          ? {
              ...found,
              message: 'file',
              fixes: [{ title: 'interpolate', data: { required: fix.text }, applicability: 'manual', edits: [fix] }],
            }
          : { ...found, message: 'file' };
      });
    },

    ci(document) {
      return findTokens(document.text).map(
        (token): Found => ({ message: 'file', data: dataOf(document.text, token), range: token.range }),
      );
    },
  },

  examples: [
    {
      title: 'A forge token in a RUN',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN curl -fsS -H "Authorization: Bearer «ghp_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq»" -O https://example.com/app
        USER 10001
      `,
      expect: ['image'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=github_token,env=GITHUB_TOKEN \\
            curl -fsS -H "Authorization: Bearer $GITHUB_TOKEN" -O https://example.com/app
        USER 10001
      `,
    },
    {
      title: 'An example of an env file with a real token, taken along by COPY',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        '.env.example': `
          PORT=8080
          GITHUB_TOKEN=ghp_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq
        `,
        '.dockerignore': '.git',
      },
      bad: `
        FROM debian:13
        COPY «.» /app
        USER 10001
      `,
      expect: ['copied'],
      fixed: null,
    },
    {
      title: 'In the address of a clone',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN git clone --branch v1.2.0 https://«ghp_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq»@github.com/example/shop.git /srv
        USER 10001
      `,
      expect: ['image'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=github_token,env=GITHUB_TOKEN \\
            git -c url."https://\${GITHUB_TOKEN}@github.com/".insteadOf=https://github.com/ clone --branch v1.2.0 https://github.com/example/shop.git /srv
        USER 10001
      `,
    },
    {
      title: 'A variable that only RUN uses',
      in: 'dockerfile',
      bad: `
        FROM node:22-slim
        ARG NPM_TOKEN=«npm_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq»
        RUN npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN && npm ci && npm cache clean --force
        USER node
      `,
      expect: ['image'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM node:22-slim
        RUN --mount=type=secret,id=npm_token,env=NPM_TOKEN \\
            npm config set //registry.npmjs.org/:_authToken=$NPM_TOKEN && npm ci && npm cache clean --force && npm config delete //registry.npmjs.org/:_authToken && rm -rf ~/.npm/_logs
        USER node
      `,
    },
    {
      title: 'In a label, a command, a health check and a comment',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        # «glpat-Zt4bQ9wXr7LmKc2VnE8s»
        LABEL hook="https://example.com/?k=«AIzaZt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1P»"
        HEALTHCHECK CMD curl -H 'X-Key: «dckr_pat_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3»' http://localhost/
        CMD ["app", "--key", "«AKIAQ7WR4NXZ5LMK2VTJ»"]
        USER 10001
      `,
      expect: ['image', 'image', 'image', 'image'],
      fixed: null,
    },
    {
      title: 'A private key in a heredoc',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        COPY <<EOF /app/id_ed25519
        «-----BEGIN OPENSSH PRIVATE KEY-----»
        b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
        -----END OPENSSH PRIVATE KEY-----
        EOF
        USER 10001
      `,
      expect: ['image'],
      fixed: null,
    },
    {
      title: 'Single quotes, where no variable is replaced',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN echo '//registry.npmjs.org/:_authToken=«npm_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq»' > /app/.npmrc
        USER 10001
      `,
      expect: ['image'],
      fixed: null,
    },
    {
      title: 'Keys of a cloud in a service',
      in: 'compose',
      bad: `
        services:
          web:
            image: example/web:1.4
            environment:
              AWS_ACCESS_KEY_ID: «AKIAQ7WR4NXZ5LMK2VTJ»
              SLACK_URL: "«https://hooks.slack.com/services/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»"
      `,
      expect: ['file', 'file'],
      fixed: `
        services:
          web:
            image: example/web:1.4
            environment:
              AWS_ACCESS_KEY_ID: \${AWS_ACCESS_KEY_ID:?}
              SLACK_URL: "\${SLACK_URL:?}"
      `,
    },
    {
      title: 'In a command and a label',
      in: 'compose',
      bad: `
        services:
          web:
            image: example/web:1.4
            command: ["serve", "--token", "«xoxb-417392846150-Zt4bQ9wXr7LmKc2VnE8s»"]
            labels:
              - hook.token=«dckr_pat_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3»
      `,
      expect: ['file', 'file'],
      fixed: `
        services:
          web:
            image: example/web:1.4
            command: ["serve", "--token", "\${SLACK_TOKEN:?}"]
            labels:
              - hook.token=\${DOCKER_TOKEN:?}
      `,
    },
    {
      title: 'A whole private key',
      in: 'compose',
      bad: `
        configs:
          key:
            content: |
              «-----BEGIN RSA PRIVATE KEY-----»
              MIIEowIBAAKCAQEAvZt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq
              -----END RSA PRIVATE KEY-----
      `,
      expect: ['file'],
      fixed: null,
    },
    {
      title: 'In a pipeline',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            env:
              TOKEN: «ghp_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq»
            steps:
              - run: docker build --secret id=token,env=TOKEN .
      `,
      expect: ['file'],
      fixed: null,
    },
    {
      title: 'Secrets of the CI system',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            env:
              TOKEN: \${{ secrets.TOKEN }}
              SAMPLE: AKIAIOSFODNN7EXAMPLE
            steps:
              - run: docker build --secret id=token,env=TOKEN .
      `,
    },
    {
      title: 'Samples, placeholders and lookalikes',
      in: 'dockerfile',
      good: `
        FROM debian:13
        # docker build --build-arg TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
        LABEL sample=AKIAIOSFODNN7EXAMPLE
        RUN grep -q -e '-----BEGIN RSA PRIVATE KEY-----' /app/key.pem
        RUN test "$(sha256sum app)" = 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
        COPY tokens/ghp_list.txt /app/
        USER 10001
      `,
    },
    {
      title: 'From outside',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=secret,id=github_token,env=GITHUB_TOKEN \\
            curl -H "Authorization: Bearer $GITHUB_TOKEN" https://example.com
        USER 10001
      `,
    },
    {
      title: 'Variables and samples in a service',
      in: 'compose',
      good: `
        services:
          web:
            image: example/web:1.4
            environment:
              GITHUB_TOKEN: \${GITHUB_TOKEN}
              STRIPE_KEY: sk_test_your_key_goes_here_please
            labels:
              token: eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c
      `,
    },
  ],
});

type Found = Finding<'image' | 'file' | 'copied', 'mount' | 'interpolate', 'token'>;

/** Nothing that is shown holds more of the token than its first characters. */
function dataOf(text: string, { format, range }: FoundToken): Readonly<Record<string, string>> {
  return {
    kind: format.name.charAt(0).toUpperCase() + format.name.slice(1),
    excerpt: redact(text.slice(range.start, range.end)),
  };
}

interface Mounted {
  readonly name: string;
  readonly edits: readonly Edit[];
}

function secretMount(document: DockerfileDocument, token: FoundToken): Mounted | undefined {
  const holder = instructionAt(document, token.range);
  if (holder?.keyword === 'RUN') return inRun(document, holder, token);
  if (holder?.keyword !== 'ENV' && holder?.keyword !== 'ARG') return undefined;
  const name = holder.pairs.find((it) => contains(it.range, token.range))?.name.value;
  const edits = name === undefined ? undefined : mountInstead(document, name);
  return name !== undefined && edits ? { name, edits } : undefined;
}

/** The instruction, or what an ONBUILD triggers, around a place of the text. */
function instructionAt({ instructions }: DockerfileDocument, range: Range): Instruction | undefined {
  let low = 0;
  let high = instructions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((instructions[middle]?.range.start ?? 0) <= range.start) low = middle + 1;
    else high = middle;
  }
  const found = instructions[low - 1];
  return found && contains(found.range, range) ? found : undefined;
}

/** Puts a variable in the token's place where the shell replaces one. */
function inRun(document: DockerfileDocument, run: RunInstruction, { format, range }: FoundToken): Mounted | undefined {
  const { variable: name } = format;
  if (
    run.form !== 'shell' ||
    run.onbuild ||
    run.heredocs.length > 0 ||
    run.script.language !== 'posix' ||
    isSetAnywhere(document, name) ||
    !secretForm(document)
  )
    return undefined;
  const word = run.script.commands.flatMap((it) => it.words).find((it) => contains(it.range, range));
  if (!word || !isReplaced(document.text.slice(word.range.start, range.start))) return undefined;
  const braces = /^\w/.test(document.text.slice(range.end, range.end + 1));
  const mounted = mountVariable(document, run, name);
  const given = run.script.commands.filter((it) => contains(it.range, range));
  const [command] = given;
  const address = command && gitAddress(document, command);
  if (mounted && command && address?.word === word) {
    const login = address.login.replace(document.text.slice(range.start, range.end), `\${${name}}`);
    return { name, edits: [...mounted, ...loginApart(command, address, login)] };
  }
  const cleaned = cleanUp(document, run, given);
  return mounted && cleaned
    ? { name, edits: [...mounted, { range, text: braces ? `\${${name}}` : `$${name}` }, ...cleaned] }
    : undefined;
}

/** No single quote is open behind this beginning of a shell word. */
function isReplaced(start: string): boolean {
  let quote = '';
  for (let index = 0; index < start.length; index++) {
    const char = start.charAt(index);
    if (char === '\\' && quote !== "'") index++;
    else if (quote === '' && (char === "'" || char === '"')) quote = char;
    else if (char === quote) quote = '';
  }
  return quote !== "'";
}

interface Places {
  readonly scalars: readonly ComposeScalar[];
  /** Names of variables by the start and end of their values. */
  readonly variables: ReadonlyMap<string, string>;
}

function placesOf(document: ComposeDocument): Places {
  const variables = new Map<string, string>();
  for (const { name, value } of document.services.flatMap((it) => environmentOf(it)))
    if (value && /^[A-Za-z_]\w*$/.test(name.value))
      variables.set(`${value.range.start}-${value.range.end}`, name.value);
  const scalars = everyScalar(document).map((it) => it.node);
  return { scalars: scalars.toSorted((a, b) => a.range.start - b.range.start), variables };
}

function scalarAt(scalars: readonly ComposeScalar[], range: Range): ComposeScalar | undefined {
  let low = 0;
  let high = scalars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scalars[middle]?.range.start ?? 0) <= range.start) low = middle + 1;
    else high = middle;
  }
  const found = scalars[low - 1];
  return found && contains(found.range, range) ? found : undefined;
}

function interpolation(document: ComposeDocument, { scalars, variables }: Places, token: FoundToken): Edit | undefined {
  const { format, range } = token;
  const node = scalarAt(scalars, range);
  if (!node || node.style === 'block' || document.text.startsWith('-----', range.start)) return undefined;
  if (node.style === 'plain' && isInFlow(document, node.range)) return undefined;
  // The whole value of a variable keeps that variable's name.
  const name = variables.get(`${range.start}-${range.end}`) ?? format.variable;
  return { range, text: `\${${name}:?}` };
}

/** Braces mean something else to YAML inside `[…]` and `{…}`. */
function isInFlow({ text }: ComposeDocument, { start }: Range): boolean {
  return /[[{]/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start));
}
