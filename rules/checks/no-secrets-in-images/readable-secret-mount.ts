import type { Edit } from '../../core/edit.js';
import { remembered } from '../../core/remembered.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, Mount, RunInstruction, Stage, UserInstruction } from '../../dockerfile/model.js';
import { everyInstruction, expandAt, instructionsOf, isRootUser, stageAt } from '../../dockerfile/queries.js';
import { userOf } from '../../images/users.js';

/** What BuildKit gives a mounted secret and the socket of an SSH agent when no mode is written. */
const DEFAULT_MODE = { secret: '0400', ssh: '0600' } as const;

export default defineRule({
  id: 'readable-secret-mount',
  severity: 'warning',
  summary: 'A mounted secret must be readable by the user that needs it only.',
  why: `
    A secret mount is a file for one RUN, and only its owner may read it, unless \`mode\` says otherwise. With rights for all
    others, each process of that RUN can read the password or use the SSH agent, whatever user it runs as: the install script
    of a dependency, too, for which a build drops its rights on purpose.

    Where a user other than root needs the secret, name that user with \`uid\` and leave the rights as they are.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#run---mounttypesecret',
    'https://docs.docker.com/reference/dockerfile/#run---mounttypessh',
    'https://docs.docker.com/build/building/secrets/',
  ],
  standards: { cis: ['4.10'], nist: ['4.1.4'], owasp: ['RULE #12'], cwe: ['CWE-732'] },
  equivalents: {},
  messages: {
    secret:
      'Mode {mode} lets every user of this RUN read the mounted secret. Use {narrow}, with uid= for another user.',
    ssh: 'Mode {mode} lets every user of this RUN use the mounted SSH agent. Use {narrow}, with uid= for another user.',
  },
  titles: { narrow: 'Give it to its user only: {option}' },

  check: {
    dockerfile(document) {
      return instructionsOf(everyInstruction(document), 'RUN').flatMap((run) =>
        run.mounts.flatMap((mount) => {
          const { type } = mount;
          if ((type !== 'secret' && type !== 'ssh') || isVariableOnly(mount)) return [];
          const option = mount.options.find((it) => it.name === 'mode');
          const mode = expandAt(document, option?.value ?? '', run.range.start).value;
          if (!option || !/^[0-7]{3,5}$/.test(mode) || mode.endsWith('0')) return [];
          const narrow = DEFAULT_MODE[type];
          const edit = narrowed(document, run, mount, option.range, narrow);
          const fix = edit && {
            title: 'narrow' as const,
            data: { option: edit.text },
            applicability: 'safe' as const,
            edits: [edit],
          };
          return [{ message: type, data: { mode, narrow }, range: option.range, fixes: fix ? [fix] : [] }];
        }),
      );
    },
  },

  examples: [
    {
      title: 'A secret for everyone',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN --mount=type=secret,id=token,«mode=0444» fetch --token-file /run/secrets/token
        USER 10001
      `,
      expect: ['secret'],
      fixed: `
        FROM debian:13
        RUN --mount=type=secret,id=token,mode=0400 fetch --token-file /run/secrets/token
        USER 10001
      `,
    },
    {
      title: 'An SSH agent for everyone',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN --mount=type=ssh,«mode=777» git clone git@git.example.com:shop/app.git
        USER 10001
      `,
      expect: ['ssh'],
      fixed: `
        FROM debian:13
        RUN --mount=type=ssh,mode=0600 git clone git@git.example.com:shop/app.git
        USER 10001
      `,
    },
    {
      title: 'For a user other than root',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        USER 10001
        RUN --mount=type=secret,id=npmrc,«mode=0644»,target=/app/.npmrc fetch --config /app/.npmrc
      `,
      expect: ['secret'],
      fixed: `
        FROM debian:13
        USER 10001
        RUN --mount=type=secret,id=npmrc,mode=0400,uid=10001,target=/app/.npmrc fetch --config /app/.npmrc
      `,
    },
    {
      title: 'For a user whose number is not known',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN useradd app
        USER app
        RUN --mount=type=secret,id=token,«mode=0444» fetch --token-file /run/secrets/token
      `,
      expect: ['secret'],
      fixed: null,
    },
    {
      title: 'Readable by its user, or by a group at most',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=secret,id=token fetch --token-file /run/secrets/token
        RUN --mount=type=secret,id=token,mode=0440,gid=20001 fetch --token-file /run/secrets/token
        RUN --mount=type=ssh,uid=10001,mode=0600 git clone git@git.example.com:shop/app.git
        USER 10001
      `,
    },
    {
      title: 'Other kinds of mounts, and a secret that is no file',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --mount=type=cache,target=/cache,mode=0777 --mount=type=secret,id=token,env=TOKEN,mode=0444 fetch
        USER 10001
      `,
    },
  ],
});

/** The secret is a variable and no file, so it has no mode. */
function isVariableOnly({ options }: Mount): boolean {
  const names = new Set(options.map((it) => it.name));
  return names.has('env') && !['target', 'dst', 'destination'].some((it) => names.has(it));
}

/** Programs that go on as another user. */
const SWITCHES = new Set(['su', 'sudo', 'gosu', 'su-exec', 'setpriv', 'runuser', 'chroot', 's6-setuidgid']);

/** The mode that is enough for the user of the RUN; undefined where that user is not known. */
function narrowed(
  document: DockerfileDocument,
  run: RunInstruction,
  { options }: Mount,
  range: Edit['range'],
  mode: string,
): Edit | undefined {
  const user = userAt(document, run);
  if (user === undefined || !run.script.complete || run.onbuild) return undefined;
  if (run.script.commands.some((it) => SWITCHES.has(it.name) || it.wrappers.some((one) => SWITCHES.has(one))))
    return undefined;
  const owner = options.find((it) => it.name === 'uid')?.value;
  if (owner !== undefined && owner !== user) return undefined;
  const needsOwner = owner === undefined && user !== '0';
  return { range, text: needsOwner ? `mode=${mode},uid=${user}` : `mode=${mode}` };
}

/** The number of the user that the RUN runs as. */
function userAt(document: DockerfileDocument, run: RunInstruction): string | undefined {
  const stage = stageAt(document, run.range.start);
  if (!stage) return undefined;
  const last = lastUsers(document).get(run);
  if (!last) return stage.rootImage && userOf(stage.rootImage).root !== 'yes' ? undefined : '0';
  const { value, known } = expandAt(document, last.args[0] ?? '', last.range.start);
  if (!known) return undefined;
  if (isRootUser(value)) return '0';
  return /^(\d{1,9})(?::|$)/.exec(value)?.[1];
}

/** The USER that holds for each RUN, that of the stages below included. */
const lastUsers = remembered((document: DockerfileDocument): ReadonlyMap<RunInstruction, UserInstruction> => {
  const users = new Map<RunInstruction, UserInstruction>();
  const ends = new Map<Stage, UserInstruction | undefined>();
  for (const stage of document.stages) {
    let current = stage.base && ends.get(stage.base);
    for (const it of stage.instructions) {
      if (it.keyword === 'USER') current = it;
      else if (it.keyword === 'RUN' && current) users.set(it, current);
    }
    ends.set(stage, current);
  }
  return users;
});
