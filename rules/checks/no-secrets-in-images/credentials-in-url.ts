import type { ComposeScalar } from '../../compose/model.js';
import { everyScalar, interpolate } from '../../compose/queries.js';
import type { Finding, Fix } from '../../core/finding.js';
import { type CheckContext, defineRule } from '../../core/rule.js';
import { type Range, UNKNOWN } from '../../core/text.js';
import type { DockerfileDocument, Instruction, RunInstruction } from '../../dockerfile/model.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import { mountValue } from '../../secrets/mount-value.js';
import { secretId } from '../../secrets/secret-variable.js';
import { findTokens } from '../../secrets/tokens.js';
import { urlPasswords } from '../../secrets/url-credentials.js';
import { VARIABLE_TITLES, variableFixes } from '../../secrets/variable-fixes.js';

export default defineRule({
  id: 'credentials-in-url',
  severity: 'error',
  summary: 'An address must not carry a password.',
  why: `
    \`postgres://app:secret@db/app\` is an address and a key in one. Addresses are logged, shown in error pages and monitoring, passed on to
    child processes and copied into tickets, and the password goes along. Written into a Dockerfile it is in a layer or in the image's
    configuration; written into a compose file it is in the history of the repository and in all its copies.

    Keep user and host in the address, and give the password apart: from the environment, \`\${DB_PASSWORD:?}\`, from a secret file, or
    with a secret mount to the step of the build that needs it. A part that only a variable fills is not reported, unless the
    variable's default is the password.
  `,
  fixSafety: `
    The build needs the secret from outside: \`docker build --secret id=NAME,env=NAME .\`. The line
    \`# syntax\` fetches a Dockerfile frontend that can do this. What the program reads when the container runs is set where it starts, else
    it finds no address. The old password is known to all who have seen the file or the image: change it.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/compose/how-tos/use-secrets/',
    'https://datatracker.ietf.org/doc/html/rfc3986#section-3.2.1',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-798', 'CWE-522'] },
  equivalents: {},
  messages: {
    image:
      'The {scheme} address carries its password into the image, where anyone who pulls it can read it. Mount it as a secret.',
    file: 'The {scheme} address carries its password, so whoever reads the file has it. Take it from the environment or a secret.',
    guessable:
      'The {scheme} address carries a password that anyone tries first. Take it from the environment or a secret.',
  },

  titles: {
    mount: VARIABLE_TITLES.mount,
    pass: VARIABLE_TITLES.pass,
    start: VARIABLE_TITLES.start,
    password: 'Mount its password as the secret {id}',
  },

  check: {
    dockerfile(document, context) {
      const names = new Map<string, string>();
      return everyInstruction(document).flatMap((it) => {
        if (it.keyword === 'ONBUILD') return [];
        return inInstruction(document, it).map((found) => ({
          ...found,
          fixes: fixesOf(document, context, it, found, names),
        }));
      });
    },

    compose(document) {
      return everyScalar(document).flatMap(({ node, path }) => (path.at(-1) === 'description' ? [] : inScalar(node)));
    },
  },

  examples: [
    {
      title: 'A database in ENV, a repository in a RUN, a label',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV «DATABASE_URL=postgres://app:kX9-Tulip-42@db:5432/app»
        RUN git clone «https://bot:kX9-Tulip-42@git.example.com/shop/app.git» /src
        LABEL broker=«amqp://app:kX9-Tulip-42@queue»
        USER 10001
      `,
      expect: ['image', 'image', 'image'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=git_example_com_password,env=GIT_EXAMPLE_COM_PASSWORD \\
            git -c url."https://bot:$GIT_EXAMPLE_COM_PASSWORD@git.example.com/".insteadOf=https://git.example.com/ clone https://git.example.com/shop/app.git /src
        LABEL broker=amqp://app:kX9-Tulip-42@queue
        USER 10001
      `,
    },
    {
      title: 'A password that everyone knows',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV «DATABASE_URL=postgres://postgres:postgres@db:5432/app»
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
      title: 'The index of a package manager',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: {
        'compose.yaml': `
          services:
            web:
              build:
                context: .
                secrets: [license]
          secrets:
            license:
              file: ./license.txt
        `,
        '.gitignore': '.env',
      },
      bad: `
        FROM python:3.13-slim
        ENV «PIP_INDEX_URL=https://bot:kX9-Tulip-42@pypi.example.com/simple»
        RUN pip install --no-cache-dir shop==1.4.0
        USER 10001
      `,
      expect: ['image'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM python:3.13-slim
        RUN --mount=type=secret,id=pip_index_url,env=PIP_INDEX_URL pip install --no-cache-dir shop==1.4.0
        USER 10001
      `,
      fixedAround: {
        'compose.yaml': `
          services:
            web:
              build:
                context: .
                secrets: [license, pip_index_url]
          secrets:
            license:
              file: ./license.txt
            pip_index_url:
              environment: PIP_INDEX_URL
        `,
        '.env': 'PIP_INDEX_URL=https://bot:kX9-Tulip-42@pypi.example.com/simple',
      },
    },
    {
      title: 'On the command line of a package manager',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        ARG «EXTRA=https://bot:kX9-Tulip-42@pypi.example.com/extra»
        RUN pip install --no-cache-dir --index-url «https://bot:kX9-Tulip-42@pypi.example.com/simple» shop==1.4.0
        RUN pip install --no-cache-dir --index-url "$EXTRA" more==1.4.0
        USER 10001
      `,
      expect: ['image', 'image'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM python:3.13-slim
        RUN --mount=type=secret,id=pypi_example_com_password,env=PYPI_EXAMPLE_COM_PASSWORD \\
            pip install --no-cache-dir --index-url https://bot:"$PYPI_EXAMPLE_COM_PASSWORD"@pypi.example.com/simple shop==1.4.0
        RUN --mount=type=secret,id=extra,env=EXTRA \\
            pip install --no-cache-dir --index-url "$EXTRA" more==1.4.0
        USER 10001
      `,
    },
    {
      title: 'Variables, ports and addresses without a password',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG TOKEN_OF_BOT
        ENV DATABASE_URL=postgres://app@db:5432/app PROXY=http://proxy.example.com:3128 MAIL=mailto:app@example.com
        RUN --mount=type=secret,id=pw git clone "https://bot:$(cat /run/secrets/pw)@git.example.com/shop/app.git" /src
        RUN git clone https://bot:\${GIT_PASSWORD}@git.example.com/shop/app.git /src
        RUN curl -fsSO https://bot:pre$GIT_PASSWORD@files.example.com/app.tgz
        # postgres://app:kX9-Tulip-42@db:5432/app
        USER 10001
      `,
    },
    {
      title: 'In the environment, a command and a default',
      in: 'compose',
      bad: `
        services:
          web:
            image: example/web:1.4
            environment:
              DATABASE_URL: «postgresql://app:kX9-Tulip-42@db:5432/app»
              CACHE_URL: "«redis://:\${REDIS_PASSWORD:-kX9-Tulip-42}@cache:6379/0»"
            command: web --broker «amqp://app:kX9-Tulip-42@queue»
      `,
      expect: ['file', 'file', 'file'],
      fixed: null,
    },
    {
      title: 'A password that anyone tries first',
      in: 'compose',
      bad: `
        services:
          web:
            image: example/web:1.4
            environment:
              - DATABASE_URL=«mongodb://root:example@mongo:27017/»
      `,
      expect: ['guessable'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'Taken from the environment',
      in: 'compose',
      good: `
        services:
          web:
            image: example/web:1.4
            environment:
              DATABASE_URL: postgres://app:\${DB_PASSWORD}@db/app
              CACHE_URL: redis://default:\${REDIS_PASSWORD:?}@cache:6379/0
              SEARCH_URL: http://search:9200
              STATUS_URL: https://app:@status.example.com/
      `,
    },
  ],
});

type Title = 'mount' | 'pass' | 'start' | 'password';
type Found = Finding<'image' | 'file' | 'guessable', Title, never>;

function fixesOf(
  document: DockerfileDocument,
  context: CheckContext,
  instruction: Instruction,
  { range }: Found,
  names: Map<string, string>,
): readonly Fix<Title>[] {
  if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG') {
    const name = instruction.pairs.find((it) => it.range === range)?.name.value;
    return (name === undefined ? [] : variableFixes(document, context, name)).flatMap((fix) =>
      fix.title === 'mount' || fix.title === 'pass' || fix.title === 'start' ? [{ ...fix, title: fix.title }] : [],
    );
  }
  if (instruction.keyword !== 'RUN') return [];
  const fix = passwordMount(document, instruction, range, names);
  return fix ? [fix] : [];
}

/** The variable is named after the host. */
function passwordMount(
  document: DockerfileDocument,
  run: RunInstruction,
  { start, end }: Range,
  names: Map<string, string>,
): Fix<Title> | undefined {
  const address = document.text.slice(start, end);
  const [password] = urlPasswords(address);
  const host = /@([\w.-]{1,100})/.exec(address)?.[1];
  const command = run.script.commands.find((it) => it.range.start <= start && end <= it.range.end);
  const word = command?.words.find((it) => it.range.start <= start && end <= it.range.end);
  if (!password || host === undefined || !command || !word) return undefined;
  const name = `${host.toUpperCase().replaceAll(/\W/g, '_')}_PASSWORD`;
  if (!/^[A-Z_]/.test(name)) return undefined;
  const value = address.slice(password.start, password.end);
  const edits = mountValue(document, run, command, { value, word, name }, names);
  return edits && { title: 'password', data: { id: secretId(name) }, applicability: 'unsafe', edits };
}

function inInstruction(document: DockerfileDocument, instruction: Instruction): readonly Found[] {
  const { start, end } = instruction.range;
  const text = document.text.slice(start, end);
  if (!text.includes('://')) return [];
  const pairs = 'pairs' in instruction && instruction.keyword !== 'LABEL' ? instruction.pairs : undefined;
  if (pairs)
    return pairs.flatMap(({ value, range }): readonly Found[] =>
      report(value ? withoutVariables(withDefaults(value.value)) : '', range, 'image'),
    );
  const code = withoutComments(document, instruction);
  if (findTokens(code).length > 0) return [];
  const written = urlPasswords(withoutVariables(code)).map(({ scheme, address, guessable }): Found => {
    const length = /^[^\s"'`<>\\)\]]+/.exec(code.slice(address, address + ADDRESS_LIMIT))?.[0].length ?? 0;
    return found(scheme, guessable, { start: start + address, end: start + address + length }, 'image');
  });
  return written.length > 0 ? written : report(withoutVariables(withDefaults(code)), instruction.range, 'image');
}

/** A longer address is marked up to here. */
const ADDRESS_LIMIT = 1000;

/** One finding for what one value says. */
function report(text: string, range: Range, message: 'image' | 'file'): readonly Found[] {
  const passwords = urlPasswords(text);
  const worst = passwords.find((it) => !it.guessable) ?? passwords[0];
  return worst && findTokens(text).length === 0 ? [found(worst.scheme, worst.guessable, range, message)] : [];
}

function found(scheme: string, guessable: boolean, range: Range, message: 'image' | 'file'): Found {
  const data = { scheme };
  return guessable ? { message: 'guessable', data, range, severity: 'info' } : { message, data, range };
}

/** A password that a variable is part of is not written here. Offsets stay. */
function withoutVariables(text: string): string {
  return text.replace(/\$(?:[A-Za-z_]\w*|\{[^}]{0,300}\})/g, (variable) => UNKNOWN.repeat(variable.length));
}

/** `${X:-password}` holds the password. */
function withDefaults(text: string): string {
  return text.includes('-') ? text.replace(/\$\{\w{1,100}:?-([^${}]{0,300})\}/g, '$1') : text;
}

/** The text of the instruction with blanks in place of comments. */
function withoutComments({ text, comments }: DockerfileDocument, { range }: Instruction): string {
  let code = '';
  let position = range.start;
  for (const it of comments) {
    if (it.range.start < position || it.range.end > range.end) continue;
    code += text.slice(position, it.range.start) + ' '.repeat(it.range.end - it.range.start);
    position = it.range.end;
  }
  return code + text.slice(position, range.end);
}

function inScalar(node: ComposeScalar): readonly Found[] {
  if (!node.text.includes('://')) return [];
  const { value } = interpolate(node.text);
  const address = urlPasswords(value)[0];
  if (!address) return [];
  const { start, end } = node.range;
  // The address alone, where it stands in the file as it is read.
  const from = node.written.search(/[a-z][a-z0-9+.-]*:\/\//i);
  const tail = from < 0 || node.style === 'block' ? undefined : /^[^\s"']+/.exec(node.written.slice(from))?.[0];
  const range = tail === undefined ? { start, end } : { start: start + from, end: start + from + tail.length };
  return report(value, range, 'file');
}
