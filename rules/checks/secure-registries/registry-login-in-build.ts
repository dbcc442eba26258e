import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, RunInstruction } from '../../dockerfile/model.js';
import { chainOf, everyInstruction, instructionsOf, isRootUser, stageAt } from '../../dockerfile/queries.js';
import { mountFlag } from '../../secrets/secret-variable.js';
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
  fixSafety: `
    Leaves a blank outside of the file: make a config.json with the login, \`docker --config ./login login\`, and give it to the build with
    \`docker build --secret id=docker_config,src=login/config.json .\`. The password that was used so far is in the images
    that were built: change it.
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
  titles: { mount: 'Mount the login as the secret docker_config for this RUN' },

  check: {
    dockerfile(document) {
      if (!/login|get-login|"?auths?\b/.test(document.text)) return [];
      return everyInstruction(document).flatMap((it) => (it.keyword === 'RUN' ? judge(document, it) : []));
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
      fixed: `
        FROM docker:29-cli
        ARG PASSWORD
        RUN --mount=type=secret,id=docker_config,target=/root/.docker/config.json \\
            docker pull registry.example.com/base:1
        RUN echo $PASSWORD | podman login --username ci --password-stdin registry.example.com
        RUN crane auth login registry.example.com -u ci -p x
      `,
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

type Found = Finding<'login' | 'written', 'mount', never>;

function judge(document: DockerfileDocument, run: RunInstruction): readonly Found[] {
  if (leavesNothing(run)) return [];
  const logins = run.script.commands.flatMap((it): readonly Found[] => {
    const command = loginOf(it);
    return command === undefined
      ? []
      : [{ message: 'login', data: { command }, range: it.range, fixes: mount(document, run, it) }];
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

/** Tools that look for their login in the file of Docker. */
const READERS = /^(?:docker|podman|nerdctl|buildah|skopeo|crane|krane|gcrane)$/;

/** The login goes, and what follows it in the RUN finds the file on a mount. */
function mount(document: DockerfileDocument, run: RunInstruction, login: ShellCommand): readonly Fix<'mount'>[] {
  const { script, form, onbuild } = run;
  const stage = stageAt(document, run.range.start);
  if (!stage || form !== 'shell' || script.language !== 'posix' || onbuild || !READERS.test(login.name)) return [];
  const users = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'USER'));
  const user = users.findLast((it) => it.user && it.range.start < run.range.start)?.user;
  if ((user && !isRootUser(user.value)) || login.parent || login.conditional) return [];
  const first = login.pipedFrom ?? login;
  const next = script.commands.find((it) => !it.parent && it.range.start >= login.range.end);
  const isUsed = next && (next.joinedBy === '&&' || next.joinedBy === ';') && READERS.test(next.name);
  if (!isUsed || first.pipedFrom || next.words.some((it) => it.value === 'logout')) return [];
  // A mount cannot be logged out of.
  if (script.commands.some((it) => READERS.test(it.name) && it.words[1]?.value === 'logout')) return [];
  const flag = mountFlag(document, run, '--mount=type=secret,id=docker_config,target=/root/.docker/config.json');
  const removal = { range: { start: first.range.start, end: next.range.start }, text: '' };
  return [{ title: 'mount', applicability: 'manual', edits: [flag, removal] }];
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
