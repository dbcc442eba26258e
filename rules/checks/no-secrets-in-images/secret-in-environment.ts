import { addEntry, addItem, replaceScalar } from '../../compose/edit.js';
import type {
  ComposeDocument,
  ComposeNode,
  ComposeScalar,
  ComposeService,
  EnvironmentVariable,
} from '../../compose/model.js';
import { environmentOf, imageOf } from '../../compose/queries.js';
import type { Edit } from '../../core/edit.js';
import type { Fix } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import { fileVariable } from '../../images/file-variables.js';
import { keepInEnvFile } from '../../project/env-file.js';
import { judgeSecret } from '../../secrets/judge.js';
import { findTokens } from '../../secrets/tokens.js';
import { urlPasswords } from '../../secrets/url-credentials.js';

export default defineRule({
  id: 'secret-in-environment',
  severity: 'warning',
  summary: 'A password or key must not be written into a compose file.',
  why: `
    A compose file is committed, copied and reviewed. Everyone who can read the repository, today or in a year, in a fork or a
    leaked backup, has the password, and deleting the line later does not take it out of the history.

    Taken from the environment or from an \`.env\` file that git ignores, it stays on the machine that needs it. Compose
    secrets go further: the program reads a file, and the value does not show in \`docker inspect\` or in child processes
    either. Many official images take it that way (\`POSTGRES_PASSWORD_FILE\`).

    A value with a form of its own, such as a GitHub token, is reported by hardcoded-secret instead.
  `,
  fixSafety: `
    The service no longer starts until the variable is set in the shell or in an \`.env\` file beside the compose file. Where
    the value can be moved there the edit does it, and lets git ignore the file. The old value is known to all who have seen
    this file: change it.

    A secret is a file below \`/run/secrets\`: the image must be one that reads the variable with \`_FILE\`.
  `,
  references: [
    'https://docs.docker.com/compose/how-tos/use-secrets/',
    'https://docs.docker.com/compose/how-tos/environment-variables/best-practices/',
    'https://docs.docker.com/reference/compose-file/interpolation/',
  ],
  standards: { nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-798', 'CWE-312'] },
  equivalents: {},
  messages: {
    literal:
      '{name} of service "{service}" is written in the file, so whoever reads it has it. Take it from the environment or a secret.',
    fallback:
      '{name} of service "{service}" falls back to a value in the file that all can read. Require it: {required}.',
    guessable:
      '{name} of service "{service}" has a value that anyone tries first. Take it from the environment or a secret.',
  },
  titles: {
    interpolate: 'Take it from the environment: {required}',
    moveToEnvFile: 'Move it to .env, which git ignores: {required}',
    useSecret: 'Hand it over as the secret {secret}, a file that {file} names',
  },

  check: {
    compose(document, { project }) {
      // What several services share through an anchor is written once.
      const seen = new Set<number>();
      return document.services.flatMap((service) =>
        environmentOf(service).flatMap((variable) => {
          const { name, value } = variable;
          if (!value?.known || seen.has(value.range.start)) return [];
          const text = value.literal ? value.value : writtenDefault(document, value.range);
          const verdict = text === undefined ? 'harmless' : judgeSecret(name.value, text);
          if (text === undefined || verdict === 'harmless') return [];
          if (findTokens(text).length > 0 || urlPasswords(text).length > 0) return [];
          seen.add(value.range.start);
          const required = requiredVariable(document, variable);
          const fallback = !value.literal && required;
          const data = { name: name.value, service: service.name.value };
          return [
            {
              ...(verdict === 'placeholder'
                ? { message: 'guessable' as const, data, severity: 'info' as const }
                : fallback
                  ? { message: 'fallback' as const, data: { ...data, required } }
                  : { message: 'literal' as const, data }),
              range: value.range,
              fixes: fixesOf(document, project, service, variable),
            },
          ];
        }),
      );
    },
  },

  examples: [
    {
      title: 'A database that can read its password from a file',
      in: 'compose',
      path: 'compose.yaml',
      around: { '.gitignore': 'node_modules' },
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: shop
              POSTGRES_PASSWORD: «kX9-Tulip-42»  # since May
      `,
      expect: ['literal'],
      fixed: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: shop
              POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password  # since May
            secrets:
              - postgres_password
        secrets:
          postgres_password:
            environment: POSTGRES_PASSWORD
      `,
      fixedAround: { '.env': 'POSTGRES_PASSWORD=kX9-Tulip-42', '.gitignore': 'node_modules\n.env' },
      alternatives: [
        `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: shop
              POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?}  # since May
      `,
      ],
    },
    {
      title: 'A program that reads variables only, with an .env file that git ignores',
      in: 'compose',
      path: 'deploy/compose.yaml',
      around: { '.gitignore': '.env', 'deploy/.env': 'PORT=8080' },
      bad: `
        services:
          web:
            image: example/web:1.4
            environment:
              - SESSION_SECRET=«blue kettle 9 times»
      `,
      expect: ['literal'],
      fixed: `
        services:
          web:
            image: example/web:1.4
            environment:
              - SESSION_SECRET=\${SESSION_SECRET:?}
      `,
      fixedAround: { 'deploy/.env': `PORT=8080\nSESSION_SECRET='blue kettle 9 times'` },
    },
    {
      title: 'A password as a map entry',
      in: 'compose',
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: shop
              POSTGRES_PASSWORD: «kX9-Tulip-42»  # since May
      `,
      expect: ['literal'],
      fixed: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_USER: shop
              POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?}  # since May
      `,
    },
    {
      title: 'A password in a list',
      in: 'compose',
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              - POSTGRES_PASSWORD=«kX9-Tulip-42»
              - "SESSION_SECRET=«kX9-Tulip-43»"
      `,
      expect: ['literal', 'literal'],
      fixed: `
        services:
          db:
            image: postgres:17
            environment:
              - POSTGRES_PASSWORD=\${POSTGRES_PASSWORD:?}
              - "SESSION_SECRET=\${SESSION_SECRET:?}"
      `,
    },
    {
      title: 'Flow style and a number',
      in: 'compose',
      bad: `
        services:
          db:
            image: mariadb:11.8
            environment: { MARIADB_ROOT_PASSWORD: «48151623» }
      `,
      expect: ['literal'],
      fixed: `
        services:
          db:
            image: mariadb:11.8
            environment: { MARIADB_ROOT_PASSWORD: "\${MARIADB_ROOT_PASSWORD:?}" }
      `,
    },
    {
      title: 'A default that is the secret',
      in: 'compose',
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_PASSWORD: «\${DB_PASSWORD:-kX9-Tulip-42}»
      `,
      expect: ['fallback'],
      fixed: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_PASSWORD: \${DB_PASSWORD:?}
      `,
    },
    {
      title: 'A value that everyone knows',
      in: 'compose',
      bad: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_PASSWORD: «postgres»
              PGBOUNCER_PASSWORD: «changeme»
      `,
      expect: ['guessable', 'guessable'],
      severity: 'info',
      fixed: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?}
              PGBOUNCER_PASSWORD: \${PGBOUNCER_PASSWORD:?}
      `,
    },
    {
      title: 'One finding for what services share',
      in: 'compose',
      bad: `
        x-environment: &environment
          JWT_SECRET: «kX9-Tulip-42»
        services:
          web:
            image: example/web:1.4
            environment: *environment
          worker:
            image: example/web:1.4
            environment: *environment
      `,
      expect: ['literal'],
      fixed: null,
    },
    {
      title: 'A number of seconds that is none',
      in: 'compose',
      bad: `
        services:
          web:
            image: example/web:1.4
            environment:
              TOKEN_TTL: «kX9-Tulip-42»
      `,
      expect: ['literal'],
      fixed: `
        services:
          web:
            image: example/web:1.4
            environment:
              TOKEN_TTL: \${TOKEN_TTL:?}
      `,
    },
    {
      title: 'Taken from the environment or from a file',
      in: 'compose',
      good: `
        services:
          db:
            image: postgres:17
            environment:
              POSTGRES_PASSWORD_FILE: /run/secrets/db_password
              PGPASSWORD: \${PGPASSWORD}
              API_TOKEN: \${API_TOKEN:?set it in .env}
              JWT_SECRET:
              SESSION_SECRET: prefix-\${SESSION_SECRET}
              SHORT_TOKEN: $TOKEN
      `,
    },
    {
      title: 'Passed through by a list',
      in: 'compose',
      good: `
        services:
          db:
            image: postgres:17
            environment:
              - POSTGRES_PASSWORD
              - API_TOKEN=
      `,
    },
    {
      title: 'Switches, lifetimes, places and names',
      in: 'compose',
      good: `
        services:
          web:
            image: example/web:1.4
            environment:
              ENABLE_TOKEN: "1"
              USE_PASSWORD_AUTH: "true"
              MYSQL_ALLOW_EMPTY_PASSWORD: "yes"
              ACCESS_TOKEN_EXPIRE_MINUTES: 30
              TOKEN_TTL: 24h
              OPENAI_MAX_TOKENS: 4096
              SECRET_KEY_PATH: keys/app
              TLS_PRIVATE_KEY: /certs/tls.key
              TOKEN_URL: https://id.example.com/token
              PASSWORD_POLICY: strict
              SECRET_PROVIDER: vault
              DB_USERNAME: shop
              AWS_ACCESS_KEY_ID: example
              VAPID_PUBLIC_KEY: BNcRdreALRFXTkOO
              LICENSE_KEY: free
      `,
    },
    {
      title: 'A reference to a secret store',
      in: 'compose',
      good: `
        services:
          web:
            image: example/web:1.4
            environment:
              DB_PASSWORD: vault:secret/data/db#password
              API_KEY: op://shop/api/credential
              SMTP_PASSWORD: "{{ smtp_password }}"
      `,
    },
    {
      title: 'A token whose form hardcoded-secret knows',
      in: 'compose',
      good: `
        services:
          web:
            image: example/web:1.4
            environment:
              GITHUB_TOKEN: ghp_Zt4bQ9wXr7LmKc2VnE8sHy6UaJ3fDo5Gi1Pq
      `,
    },
  ],
});

/** `${NAME:?}` with the variable that is already asked, or with the name of this one. */
function requiredVariable({ text }: ComposeDocument, { name, value }: EnvironmentVariable): string | undefined {
  if (!value) return undefined;
  const variable = value.literal
    ? name.value
    : /^\$\{(\w{1,100}):?-/.exec(text.slice(value.range.start, value.range.start + 110))?.[1];
  return variable !== undefined && /^[A-Za-z_]\w*$/.test(variable) ? `\${${variable}:?}` : undefined;
}

/** `value` of `${NAME:-value}`: what a variable holds otherwise stands in another place. */
function writtenDefault({ text }: ComposeDocument, { start, end }: Range): string | undefined {
  return /^\$\{\w{1,100}:?-([^$]*)\}$/.exec(text.slice(start, end))?.[1];
}

type Title = 'interpolate' | 'moveToEnvFile' | 'useSecret';

/** A value that is written plainly moves to where it belongs; a default is only dropped, for the variable may be set already. */
function fixesOf(
  document: ComposeDocument,
  project: Project,
  service: ComposeService,
  variable: EnvironmentVariable,
): readonly Fix<Title>[] {
  const required = requiredVariable(document, variable);
  const edit = required && interpolate(document, service, variable, required);
  if (!edit) return [];
  const { name, value } = variable;
  const kept =
    value?.literal === true && project.path !== undefined
      ? keepInEnvFile(project, project.path, name.value, value.value)
      : undefined;
  if (!kept) return [{ title: 'interpolate', data: { required }, applicability: 'unsafe', edits: [edit] }];
  const secret = asSecret(document, service, variable);
  const moved: Fix<Title> = {
    title: 'moveToEnvFile',
    data: { required },
    applicability: 'unsafe',
    edits: [edit, ...kept],
  };
  return secret ? [{ ...secret, edits: [...secret.edits, ...kept] }, moved] : [moved];
}

/** What the image can read from a file becomes a secret of the compose file, which takes its value from `.env`. */
function asSecret(
  document: ComposeDocument,
  service: ComposeService,
  variable: EnvironmentVariable,
): Fix<Title> | undefined {
  const image = imageOf(service);
  const file = image && fileVariable(image, variable.name.value);
  const [root] = document.roots;
  const environment = service.get('environment')?.value;
  if (!file || !root || document.roots.length > 1 || environment?.kind === 'scalar') return undefined;
  if (environmentOf(service).some((it) => it.name.value === file)) return undefined;
  const secrets = root.get('secrets')?.value;
  const used = service.get('secrets')?.value;
  if (secrets?.kind === 'list' || secrets?.kind === 'scalar' || used?.kind === 'map' || used?.kind === 'scalar')
    return undefined;
  const secret = freeName(variable.name.value.toLowerCase(), (it) => secrets?.get(it) !== undefined);
  const definition = { environment: variable.name.value };
  const edits = [
    renamed(document, environment, variable, file, `/run/secrets/${secret}`),
    used ? addItem(document, used, secret) : addEntry(document, service.node, 'secrets', [secret]),
    secrets
      ? addEntry(document, secrets, secret, definition)
      : addEntry(document, root, 'secrets', { [secret]: definition }),
  ].flatMap((it) => it ?? []);
  if (edits.length < 3) return undefined;
  return {
    title: 'useSecret',
    data: { secret, file },
    applicability: 'unsafe',
    edits: edits.toSorted((a, b) => a.range.start - b.range.start),
  };
}

function freeName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let count = 2; isTaken(name); count++) name = `${wanted}_${count}`;
  return name;
}

/** `NAME=value` or `NAME: value` as `NAME_FILE` with the path; quotes and comments stay. */
function renamed(
  document: ComposeDocument,
  environment: ComposeNode | undefined,
  { name, value, inherited, range }: EnvironmentVariable,
  file: string,
  path: string,
): Edit | undefined {
  if (inherited || !value || environment === undefined || environment.kind === 'scalar') return undefined;
  if (name.range.end - name.range.start !== name.value.length) return undefined;
  const nodes = environment.kind === 'list' ? environment.items : environment.entries;
  const node = nodes.find((it) => it.range.start === range.start);
  const scalar = node && ('key' in node ? node.value : node);
  if (scalar?.kind !== 'scalar' || scalar.style === 'block' || value.range.end <= value.range.start) return undefined;
  const between = document.text.slice(name.range.end, value.range.start);
  return { range: { start: name.range.start, end: value.range.end }, text: file + between + path };
}

function interpolate(
  document: ComposeDocument,
  service: ComposeService,
  { inherited, range, value }: EnvironmentVariable,
  required: string,
): Edit | undefined {
  const environment = service.get('environment')?.value;
  if (inherited || !value || !environment || environment.kind === 'scalar') return undefined;
  const nodes = environment.kind === 'list' ? environment.items : environment.entries;
  const found = nodes.find((it) => it.range.start === range.start);
  const node = found && ('key' in found ? found.value : found);
  if (node?.kind !== 'scalar') return undefined;
  if (takesBraces(document, node, environment.flow, value.range)) return { range: value.range, text: required };
  return environment.kind === 'map' ? replaceScalar(document, node, required) : undefined;
}

/** What is put there is read again as it stands: in quotes, or in block style without any. */
function takesBraces({ text }: ComposeDocument, node: ComposeScalar, flow: boolean, { start, end }: Range): boolean {
  if (node.style === 'block' || start === end || /[\r\n]/.test(text.slice(start, end))) return false;
  return node.style !== 'plain' || !flow;
}
