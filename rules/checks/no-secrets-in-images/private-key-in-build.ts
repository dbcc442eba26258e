import type { Edit } from '../../core/edit.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { DockerfileDocument, RunInstruction, Stage } from '../../dockerfile/model.js';
import { everyInstruction, stageAt } from '../../dockerfile/queries.js';
import { shippedPaths } from '../../dockerfile/shipped-files.js';
import { type Generated, generatedKey, ignoresHostKeys } from '../../shell/keys.js';

export default defineRule({
  id: 'private-key-in-build',
  severity: 'error',
  summary: 'A build must neither make private keys for the image nor trust any host key.',
  why: `
    A key that is made while an image is built is the same in every container of it, and everyone who can pull the image has
    it: with the host key of an SSH server they can pose as each of those servers, with a key for logging in they can log in.
    A key of its own for each container is made when that starts for the first time, or mounted into it.

    With \`StrictHostKeyChecking no\`, SSH talks to whoever answers. Someone between the build and the forge can then hand over
    other sources, which end up in the image. Put the host's key into \`known_hosts\`, from the page where its owner shows it.

    Keys that are deleted in the same RUN, kept in a mount or made in a stage that is not shipped are not reported. A
    certificate that signs itself is a warning, because nobody trusts it much.
  `,
  fixSafety: `
    The connection fails until the host's key stands in \`known_hosts\`: copy it there, or write it to \`/etc/ssh/ssh_known_hosts\`.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#run---mounttypessh',
    'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints',
    'https://man.openbsd.org/ssh_config#StrictHostKeyChecking',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-321', 'CWE-322'] },
  equivalents: {},
  messages: {
    key: '{tool} makes a private key that every container and everyone with the image has. Make it when a container starts.',
    certificate:
      '{tool} makes a certificate whose private key everyone with the image has. Make it when a container starts, or mount it.',
    anyHost:
      'Host keys are not checked, so anyone in between can hand over other sources. Put the key into known_hosts.',
    setting:
      'SSH in this image accepts any host key, so anyone in between can pose as the host. Put keys into known_hosts.',
  },
  titles: { check: 'Check host keys: StrictHostKeyChecking {value}' },

  check: {
    dockerfile(document) {
      // Most files name none of these programs, and looking at every command costs more.
      if (!/ssh-keygen|openssl|keytool|StrictHostKeyChecking/i.test(document.text)) return [];
      const ships = shippedPaths(document);
      return everyInstruction(document).flatMap((instruction): readonly Found[] => {
        if (instruction.keyword === 'ENV' || instruction.keyword === 'ARG')
          return instruction.pairs
            .filter((it) => it.name.value === 'GIT_SSH_COMMAND' && ignoresHostKeys(it.value?.value ?? ''))
            .map(({ range }) => anyHost(document, 'anyHost', range));
        if (instruction.keyword !== 'RUN') return [];
        return [...keys(document, instruction, ships), ...uncheckedHosts(document, instruction)];
      });
    },
  },

  examples: [
    {
      title: 'Host keys of an SSH server',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache openssh-keygen && «ssh-keygen -A»
        RUN «ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key»
        USER 10001
      `,
      expect: ['key', 'key'],
      fixed: null,
    },
    {
      title: 'Keys by OpenSSL',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «openssl genrsa -out /srv/jwt.key 4096» && openssl rsa -in /srv/jwt.key -pubout -out /srv/jwt.pub
        RUN «openssl genpkey -algorithm ed25519 > /srv/sign.key»
        USER 10001
      `,
      expect: ['key', 'key'],
      fixed: null,
    },
    {
      title: 'A certificate that signs itself',
      in: 'dockerfile',
      bad: `
        FROM nginxinc/nginx-unprivileged:1.29
        RUN «openssl req -x509 -nodes -newkey rsa:2048 -subj /CN=shop -keyout /etc/nginx/tls.key -out /etc/nginx/tls.crt»
      `,
      expect: ['certificate'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Made in another stage and copied',
      in: 'dockerfile',
      bad: `
        FROM debian:13 AS keys
        RUN «openssl genrsa -out /keys/jwt.key 4096»
        FROM debian:13
        COPY --from=keys /keys /etc/app
        USER 10001
      `,
      expect: ['key'],
      fixed: null,
    },
    {
      title: 'Sources from whoever answers',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN --mount=type=ssh GIT_SSH_COMMAND=«'ssh -o StrictHostKeyChecking=no'» git clone --branch v1.2.0 git@git.example.com:shop/app.git
        USER 10001
      `,
      expect: ['anyHost'],
      fixed: `
        FROM debian:13
        RUN --mount=type=ssh GIT_SSH_COMMAND='ssh -o StrictHostKeyChecking=yes' git clone --branch v1.2.0 git@git.example.com:shop/app.git
        USER 10001
      `,
    },
    {
      title: 'For every later connection',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN mkdir -p /root/.ssh && «echo "StrictHostKeyChecking no" >> /root/.ssh/config»
        USER 10001
      `,
      expect: ['setting'],
      severity: 'warning',
      fixed: `
        FROM debian:13
        RUN mkdir -p /root/.ssh && echo "StrictHostKeyChecking yes" >> /root/.ssh/config
        USER 10001
      `,
    },
    {
      title: 'Deleted in the same RUN, or in a mount',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN openssl genrsa -out /tmp/test.key 2048 && /opt/app/selftest /tmp/test.key && rm /tmp/test.key
        RUN --mount=type=tmpfs,target=/keys openssl genrsa -out /keys/test.key 2048 && /opt/app/selftest /keys/test.key
        USER 10001
      `,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS test
        RUN openssl genrsa -out /srv/jwt.key 4096
        FROM debian:13
        COPY --from=test /srv/report /srv/report
        USER 10001
      `,
    },
    {
      title: 'Keys are looked at, or made when the container starts',
      in: 'dockerfile',
      good: `
        FROM debian:13
        COPY known_hosts /root/.ssh/known_hosts
        RUN ssh-keygen -lf /root/.ssh/known_hosts && ssh-keygen -y -f /run/secrets/key > /srv/key.pub
        RUN openssl req -new -key /run/secrets/tls.key -subj /CN=shop -out /srv/tls.csr
        RUN ssh -o StrictHostKeyChecking=accept-new git.example.com true
        USER 10001
        CMD ["sh", "-c", "ssh-keygen -A && exec /usr/sbin/sshd -D"]
      `,
    },
  ],
});

type Found = Finding<'key' | 'certificate' | 'anyHost' | 'setting', 'check', never>;

function keys(
  document: DockerfileDocument,
  run: RunInstruction,
  ships: (stage: Stage, path: string) => boolean,
): readonly Found[] {
  const stage = stageAt(document, run.range.start);
  if (!stage) return [];
  return run.script.commands.flatMap((command): readonly Found[] => {
    const key = generatedKey(command);
    if (!key || !stays(run, key) || !ships(stage, key.path)) return [];
    const found = { data: { tool: command.name }, range: command.range };
    return key.selfSigned
      ? [{ ...found, message: 'certificate', severity: 'warning' }]
      : [{ ...found, message: 'key' }];
  });
}

/** Nothing of the RUN deletes the key again, and it lies in the image and not in a mount. */
function stays({ facts, mounts }: RunInstruction, { path, command }: Generated): boolean {
  if (path.startsWith('/dev/')) return false;
  const targets = mounts.flatMap(({ options }) =>
    options.flatMap((it) => (/^(?:target|dst|destination)$/.test(it.name) && it.value ? [it.value] : [])),
  );
  if (targets.some((it) => covers(it, path))) return false;
  return !facts.deletions
    .filter((it) => it.command.range.start > command.range.start)
    .some((it) => it.paths.some(({ value }) => covers(value, path)));
}

function covers(deleted: string, path: string): boolean {
  const whole = deleted.replace(/\/\*?$/, '');
  const star = whole.indexOf('*');
  if (star >= 0) return path.startsWith(whole.slice(0, star));
  // One of them may be written from the working folder.
  return path === whole || path.startsWith(`${whole}/`) || path.endsWith(`/${whole}`) || whole.endsWith(`/${path}`);
}

const SSH_PROGRAMS = new Set(['ssh', 'scp', 'sftp', 'rsync', 'git', 'autossh', 'export']);
const SSH_SETTINGS = /(?:^|\/)(?:\.ssh\/config|ssh_config(?:\.d\/[^/]*)?)$/;

function uncheckedHosts(document: DockerfileDocument, { script, facts }: RunInstruction): readonly Found[] {
  const used = script.commands.flatMap(({ name, words, assignments }) => {
    const values = assignments.flatMap((it) => (it.name.value === 'GIT_SSH_COMMAND' && it.value ? [it.value] : []));
    return [...(SSH_PROGRAMS.has(name) ? words : []), ...values].filter((it) => ignoresHostKeys(it.value)).slice(0, 1);
  });
  const written = facts.writes.filter(
    (it) => SSH_SETTINGS.test(it.path.value) && ignoresHostKeys(it.content?.value ?? ''),
  );
  return [
    ...used.map(({ range }) => anyHost(document, 'anyHost', range)),
    ...written.map((it) => anyHost(document, 'setting', it.command.range)),
  ];
}

function anyHost(document: DockerfileDocument, message: 'anyHost' | 'setting', range: Range): Found {
  const edit = checkHosts(document, range);
  const fix = edit && {
    title: 'check' as const,
    data: { value: edit.text },
    applicability: 'manual' as const,
    edits: [edit],
  };
  const found = { message, range, fixes: fix ? [fix] : [] };
  return message === 'setting' ? { ...found, severity: 'warning' } : found;
}

function checkHosts({ text }: DockerfileDocument, { start, end }: Range): Edit | undefined {
  const match = /(StrictHostKeyChecking[= ]{1,4})(no|off)\b/i.exec(text.slice(start, end));
  if (!match) return undefined;
  const from = start + match.index + (match[1] ?? '').length;
  return { range: { start: from, end: from + (match[2] ?? '').length }, text: 'yes' };
}
