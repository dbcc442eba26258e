import type { Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, RunInstruction } from '../../dockerfile/model.js';
import { everyInstruction, instructionsOf, shippedChain, stageAt } from '../../dockerfile/queries.js';
import { isSecretName } from '../../secrets/judge.js';
import { isPlaceholder } from '../../secrets/placeholder.js';
import { mountVariable, secretForm, secretId } from '../../secrets/secret-variable.js';
import { isSetAnywhere } from '../../secrets/variable-uses.js';
import { type PasswordChange, passwordChange } from '../../shell/passwords.js';

export default defineRule({
  id: 'password-in-run',
  severity: 'error',
  summary: 'A build must not set the password of an account.',
  why: `
    The password stands in this file, in the history of the image and, as a hash, in its \`/etc/shadow\`. Everyone who can pull the
    image has it or can guess it in peace, and it opens every container of that image: by SSH or a console where there is one,
    by \`su\` for an intruder who wants to be root.

    A container needs no passwords. The platform starts its programs, and \`docker exec\` lets people in. Where somebody has to log
    in, use SSH keys that are mounted, or set the password when the container starts.
  `,
  fixSafety: `
    The build needs the password from outside: \`docker build --secret id=NAME,env=NAME .\`. The line
    \`# syntax\` fetches a Dockerfile frontend that can do this. Its hash stays in the image, so take one that cannot be guessed. The old one is known: never use it again.
  `,
  references: [
    'https://docs.docker.com/build/building/secrets/',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-259', 'CWE-798'] },
  equivalents: { checkov: ['CKV2_DOCKER_17'] },
  messages: {
    user: '{program} sets the password of {user} for everyone with the image. Leave it out, or set it when a container starts.',
    account:
      '{program} sets a password that everyone with the image has. Leave it out, or set it when a container starts.',
  },
  titles: { mount: 'Mount it as the secret {id}' },

  check: {
    dockerfile(document) {
      // Most files name none of these programs, and looking at every command costs more.
      if (!/passwd|useradd|usermod|\bnet\b/i.test(document.text)) return [];
      const shipped = new Set(shippedChain(document));
      return instructionsOf(everyInstruction(document), 'RUN').flatMap((run) => {
        const stage = stageAt(document, run.range.start);
        return run.script.commands.flatMap((command): readonly Found[] => {
          const change = passwordChange(command);
          if (!change || !isWritten(document, run, change)) return [];
          // Nobody logs in to a stage that is not shipped, so a value of no worth does no harm there.
          if (stage && !shipped.has(stage) && isPlaceholder('password', change.password)) return [];
          const { user } = change;
          const fix = mount(document, run, change);
          const found = { range: command.range, fixes: fix ? [fix] : [] };
          return user === undefined
            ? [{ ...found, message: 'account', data: { program: command.name } }]
            : [{ ...found, message: 'user', data: { program: command.name, user } }];
        });
      });
    },
  },

  examples: [
    {
      title: 'Root gets a password',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN echo 'root:kX9-Tulip-42' | «chpasswd»
        USER 10001
      `,
      expect: ['user'],
      fixed: `
        # syntax=docker/dockerfile:1
        FROM debian:13
        RUN --mount=type=secret,id=root_password,env=ROOT_PASSWORD echo "root:$ROOT_PASSWORD" | chpasswd
        USER 10001
      `,
    },
    {
      title: 'Other ways to set it',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «useradd -m -p "$(openssl passwd -1 kX9-Tulip-42)" app»
        RUN «usermod --password kX9Tulip42 app»
        RUN echo kX9-Tulip-42 | «passwd --stdin app»
        RUN «chpasswd <<< app:kX9-Tulip-42» && «chpasswd < /srv/accounts.txt»
        USER app
      `,
      expect: ['user', 'user', 'user', 'user', 'account'],
      fixed: null,
    },
    {
      title: 'From a build argument with a harmless name',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG login
        RUN echo "root:$login" | «chpasswd»
        USER 10001
      `,
      expect: ['user'],
      fixed: null,
    },
    {
      title: 'An account of Windows',
      in: 'dockerfile',
      bad: `
        FROM mcr.microsoft.com/windows/servercore:ltsc2025
        RUN «net user app kX9-Tulip-42 /add»
        USER app
      `,
      expect: ['user'],
      fixed: null,
    },
    {
      title: 'Locked, without a password, or by chance',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN useradd --create-home app && usermod -p '*' app && passwd -l root
        RUN adduser --disabled-password --gecos '' shop
        RUN echo "git:$(openssl rand -base64 24)" | chpasswd
        USER app
      `,
    },
    {
      title: 'From a mounted secret',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=secret,id=accounts chpasswd < /run/secrets/accounts
        RUN --mount=type=secret,id=root_password,env=ROOT_PASSWORD echo "root:$ROOT_PASSWORD" | chpasswd
        RUN --mount=type=secret,id=app echo "app:$(cat /run/secrets/app)" | chpasswd
        USER 10001
      `,
    },
    {
      title: 'Reported where the value stands',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG ROOT_PASSWORD
        RUN echo "root:$ROOT_PASSWORD" | chpasswd
        USER 10001
      `,
    },
    {
      title: 'A stage that is not shipped, with a value of no worth',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS test
        RUN echo 'app:app' | chpasswd && /srv/selftest
        FROM debian:13
        USER 10001
      `,
    },
  ],
});

type Found = Finding<'user' | 'account', 'mount', never>;

/** Whether whoever has file or image has the password: it is written here, or comes in as a build argument. */
function isWritten(document: DockerfileDocument, { mounts }: RunInstruction, { password }: PasswordChange): boolean {
  // Empty ones are passwordless-sudo's, and those with such a beginning fit no password at all.
  if (password === '' || /^[*!]/.test(password)) return false;
  if (/\/run\/secrets|\brand\b|urandom|pwgen|uuid|makepasswd|\bapg\b/.test(password)) return false;
  const options = mounts.filter((it) => it.type === 'secret').flatMap((it) => it.options);
  const targets = options.filter((it) => /^(?:target|dst|destination)$/.test(it.name)).map((it) => it.value ?? '');
  if (targets.some((it) => it !== '' && password.includes(it))) return false;
  const names = [...password.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((it) => it[1] ?? '');
  // What a secret mount holds is unknown here, and so is what the script itself has put into a variable.
  return names.every((it) => isSetAnywhere(document, it) && !isSecretName(it));
}

/** Puts a variable in the place of a password that echo writes. */
function mount(
  document: DockerfileDocument,
  run: RunInstruction,
  { source }: PasswordChange,
): Fix<'mount'> | undefined {
  if (!source || run.form !== 'shell' || run.onbuild || run.heredocs.length > 0 || !secretForm(document))
    return undefined;
  const written = document.text.slice(source.range.start, source.range.end);
  const match = /^(['"]?)([A-Za-z_][\w-]{0,31}):[^'"$\\`\s]+\1$/.exec(written);
  const user = match?.[2];
  if (user === undefined) return undefined;
  const name = `${user.toUpperCase().replaceAll('-', '_')}_PASSWORD`;
  if (isSetAnywhere(document, name)) return undefined;
  const mounted = mountVariable(document, run, name);
  if (!mounted) return undefined;
  const edits: readonly Edit[] = [...mounted, { range: source.range, text: `"${user}:$${name}"` }];
  return { title: 'mount', data: { id: secretId(name) }, applicability: 'manual', edits };
}
