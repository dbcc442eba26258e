import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { RunInstruction } from '../../dockerfile/model.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import type { ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'registry-login-in-build',
  severity: 'error',
  summary: 'A build step must not log in to a registry.',
  why: `
    \`docker login\` and its relatives write the password or token into a file of the image, \`~/.docker/config.json\` or \`auth.json\`, where
    it is only encoded, not encrypted. The file is in the layer of that step: whoever can pull the image, or reach the build cache, reads
    it there and pulls and pushes with the same rights, even when a later step deletes it. A password on the command line is in the
    history of the image as well.

    Log in where the build is started; it pulls its base images by itself. A step that has to reach a registry is given the login for
    that step alone: \`RUN --mount=type=secret,id=docker,target=/root/.docker/config.json\`. A step that takes the password from a secret
    mount and logs out again, or keeps the file on a mount, leaves nothing and is not reported. A copied config.json is told by
    secret-file-copied.
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/login/#credential-stores',
    'https://docs.docker.com/build/building/secrets/',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4', '4.2.3'], owasp: ['RULE #12'], cwe: ['CWE-522'] },
  equivalents: {},
  messages: {
    login:
      '{command} leaves its password in a layer, so anyone with the image can use it. Log in outside, or mount it as a secret.',
    written:
      '{file} with a login stays in a layer, so anyone with the image can use it. Mount it with RUN --mount=type=secret.',
  },

  check: {
    dockerfile(document) {
      if (!/login|get-login|"?auths?\b/.test(document.text)) return [];
      return everyInstruction(document).flatMap((it) => (it.keyword === 'RUN' ? judge(it) : []));
    },
  },

  examples: [
    {
      title: 'Logins of several tools',
      in: 'dockerfile',
      bad: `
        FROM docker:29-cli
        ARG PASSWORD
        RUN «docker login -u ci -p $PASSWORD registry.example.com» && docker pull registry.example.com/base:1
        RUN echo $PASSWORD | «podman login --username ci --password-stdin registry.example.com»
        RUN «crane auth login registry.example.com -u ci -p x»
      `,
      expect: ['login', 'login', 'login'],
      fixed: null,
    },
    {
      title: 'Helm and the clouds',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        RUN aws ecr get-login-password | «docker login --username AWS --password-stdin 1.dkr.ecr.eu-west-1.amazonaws.com»
        RUN «helm registry login -u ci -p $PASSWORD registry.example.com» && «az acr login --name shop»
        RUN $(«aws ecr get-login --no-include-email»)
      `,
      expect: ['login', 'login', 'login', 'login'],
      fixed: null,
    },
    {
      title: 'A file with a login, written by a step',
      in: 'dockerfile',
      bad: `
        FROM gcr.io/kaniko-project/executor:debug
        ARG AUTH
        RUN echo "{\\"auths\\":{\\"registry.example.com\\":{\\"auth\\":\\"$AUTH\\"}}}" > «/kaniko/.docker/config.json»
      `,
      expect: ['written'],
      fixed: null,
    },
    {
      title: 'A login that leaves nothing behind',
      in: 'dockerfile',
      good: `
        FROM docker:29-cli
        RUN --mount=type=secret,id=password \\
            docker login -u ci --password-stdin registry.example.com < /run/secrets/password \\
            && docker pull registry.example.com/base:1 && docker logout registry.example.com
        RUN --mount=type=secret,id=password --mount=type=tmpfs,target=/root/.docker \\
            docker login -u ci --password-stdin registry.example.com < /run/secrets/password
        RUN --mount=type=secret,id=docker,target=/root/.docker/config.json docker pull registry.example.com/base:1
      `,
    },
    {
      title: 'Helpers, other logins and texts',
      in: 'dockerfile',
      good: `
        FROM alpine:3.24
        RUN echo '{"credsStore":"ecr-login"}' > /root/.docker/config.json
        RUN npm login --help && docker login --help && echo "docker login registry.example.com"
        RUN apk add --no-cache docker-cli shadow-login
        CMD ["sh", "-c", "docker login -u $USER -p $PASSWORD && exec agent"]
      `,
    },
  ],
});

type Found = Finding<'login' | 'written', never, never>;

function judge(run: RunInstruction): readonly Found[] {
  if (leavesNothing(run)) return [];
  const logins = run.script.commands.flatMap((it): readonly Found[] => {
    const command = loginOf(it);
    return command === undefined ? [] : [{ message: 'login', data: { command }, range: it.range }];
  });
  const files = run.facts.writes.flatMap(({ path, content }): readonly Found[] =>
    isLoginFile(path.value) &&
    content !== undefined &&
    /"(?:auth|password|identitytoken)\\?"\s*:\s*\\?"./.test(content.value)
      ? [{ message: 'written', data: { file: path.value }, range: path.range }]
      : [],
  );
  return [...logins, ...files];
}

const ENGINES = /^(?:docker|podman|nerdctl|buildah|skopeo|img|oras|cosign|regctl)$/;

/** The words that log in, as a person would say them: `docker login`. */
function loginOf({ name, words }: ShellCommand): string | undefined {
  const verbs = words
    .slice(1)
    .map((it) => it.value)
    .filter((it) => !it.startsWith('-'));
  if (words.some((it) => /^(?:--help|-h|--get-login)$/.test(it.value))) return undefined;
  const [first = '', second = ''] = verbs;
  if (ENGINES.test(name)) {
    if (first === 'login') return `${name} login`;
    return (name === 'oras' || name === 'regctl') && first === 'registry' && second === 'login'
      ? `${name} registry login`
      : undefined;
  }
  switch (name) {
    case 'crane':
    case 'krane':
    case 'gcrane':
      return first === 'auth' && second === 'login' ? `${name} auth login` : undefined;
    case 'helm':
      return first === 'registry' && second === 'login' ? 'helm registry login' : undefined;
    case 'az':
      return first === 'acr' && second === 'login' ? 'az acr login' : undefined;
    case 'aws':
      return first === 'ecr' && second === 'get-login' ? 'aws ecr get-login' : undefined;
    default:
      return undefined;
  }
}

function isLoginFile(path: string): boolean {
  return /(?:^|\/)\.docker\/config\.json$|(?:^|\/)containers\/auth\.json$/.test(path);
}

/** The password comes from a mount, and the file is on a mount too or gone at the end of the step. */
function leavesNothing({ mounts, script, facts }: RunInstruction): boolean {
  const targets = mounts.flatMap((mount) =>
    mount.type === 'bind'
      ? []
      : mount.options.flatMap((it) => (/^(?:target|dst|destination)$/.test(it.name) ? (it.value ?? '') : [])),
  );
  if (targets.some((it) => /\.docker(?:\/|$)|containers(?:\/|$)/.test(it))) return true;
  if (!mounts.some((it) => it.type === 'secret')) return false;
  return (
    script.commands.some((it) => ENGINES.test(it.name) && it.words.some(({ value }) => value === 'logout')) ||
    facts.deletions.some(({ paths }) => paths.some((it) => /\.docker\b|auth\.json$/.test(it.value)))
  );
}
