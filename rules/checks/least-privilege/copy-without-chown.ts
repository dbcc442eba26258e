import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { CopyInstruction, DockerfileDocument } from '../../dockerfile/model.js';
import { expandAt, isRootUser, shippedChain } from '../../dockerfile/queries.js';
import { readMode } from '../../shell/modes.js';

export default defineRule({
  id: 'copy-without-chown',
  severity: 'info',
  profile: 'strict',
  summary: 'What is copied to where the program writes belongs to its user.',
  why: `
    COPY and ADD do not follow USER: without \`--chown\` everything belongs to root. Where the program writes, in its home, in a
    volume or in a folder that was given to it, it then fails with "permission denied", and the usual way out is to run it as
    root or to make the files writable for everybody.

    Copying as root is right everywhere else, for a program should not be able to change its own code. So only those places are
    judged.
  `,
  fixSafety: `
    The program can change the files afterwards. Leave out what it only reads.
  `,
  references: ['https://docs.docker.com/reference/dockerfile/#copy---chown---chmod'],
  standards: { nist: ['4.1.2'], cwe: ['CWE-276', 'CWE-732'] },
  equivalents: { tally: ['copy-after-user-without-chown'] },
  messages: {
    owner: 'USER is {user}, but what is copied to {path} belongs to root, so it cannot change that. Add --chown.',
  },
  titles: { chown: 'Add --chown={user}' },

  check: {
    dockerfile(document) {
      const places: string[] = [];
      const found: Copied[] = [];
      let user = '';
      let folder = '';
      for (const stage of shippedChain(document)) {
        if (stage.windows) return [];
        if (stage.fromScratch && !stage.base) folder = '/';
        for (const it of stage.instructions) {
          if (it.onbuild) continue;
          const expanded = (text: string): string => knownValue(document, text, it.range.start);
          if (it.keyword === 'USER') user = expanded(it.args[0] ?? '');
          if (it.keyword === 'WORKDIR') folder = absolute(folder, expanded(it.args[0] ?? ''));
          if (it.keyword === 'VOLUME') places.push(...it.paths.map((path) => absolute('/', expanded(path.value))));
          if (it.keyword === 'RUN') {
            const given = it.facts.ownerChanges.filter(({ owner }) => !isRootUser(owner.value));
            const paths = given.flatMap((change) => change.paths.map((path) => absolute(folder, expanded(path.value))));
            places.push(...paths);
            // What is given to the user afterwards was no mistake.
            for (const path of paths) removeWithin(found, path);
          }
          if ((it.keyword === 'COPY' || it.keyword === 'ADD') && isOwnUser(user)) {
            const path = absolute(folder, expanded(it.destination?.value ?? ''));
            const home = /^[a-z_][\w-]*/i.exec(user)?.[0];
            const all = home === undefined ? places : [...places, `/home/${home}`];
            if (keepsRoot(document, it) && all.some((place) => isWithin(path, place)))
              found.push({ copy: it, path, user });
          }
        }
      }
      return found.map(reported);
    },
  },

  examples: [
    {
      title: 'Into a folder that was given to the user',
      in: 'dockerfile',
      bad: `
        FROM node:24.4-slim
        RUN mkdir -p /srv/data && chown node:node /srv/data
        USER node
        COPY seed.sqlite «/srv/data/»
        CMD ["node", "/srv/server.js"]
      `,
      expect: ['owner'],
      fixed: `
        FROM node:24.4-slim
        RUN mkdir -p /srv/data && chown node:node /srv/data
        USER node
        COPY --chown=node seed.sqlite /srv/data/
        CMD ["node", "/srv/server.js"]
      `,
    },
    {
      title: 'Into a volume and into the home, by relative paths and variables',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG RUN_AS=app:app
        VOLUME /var/lib/shop
        WORKDIR /var/lib
        USER $RUN_AS
        ADD --checksum=sha256:0123 https://example.com/a.tar «shop»
        COPY . «/home/app/work»
      `,
      expect: ['owner', 'owner'],
      fixed: `
        FROM debian:13
        ARG RUN_AS=app:app
        VOLUME /var/lib/shop
        WORKDIR /var/lib
        USER $RUN_AS
        ADD --chown=app:app --checksum=sha256:0123 https://example.com/a.tar shop
        COPY --chown=app:app . /home/app/work
      `,
    },
    {
      title: 'With an owner, or with rights for all',
      in: 'dockerfile',
      good: `
        FROM debian:13
        VOLUME /data
        USER 10001
        COPY --chown=10001 seed /data/
        COPY --chmod=666 lock /data/
      `,
    },
    {
      title: 'Code that the program only reads',
      in: 'dockerfile',
      good: `
        FROM node:24.4-slim
        WORKDIR /app
        USER node
        COPY . .
        CMD ["node", "server.js"]
      `,
    },
    {
      title: 'As root, and given to the user afterwards',
      in: 'dockerfile',
      good: `
        FROM debian:13
        VOLUME /data
        COPY seed /data/
        USER app
        COPY files /home/app/files
        USER root
        RUN chown -R app /home/app
        USER app
      `,
    },
    {
      title: 'A user that the build decides, and a builder stage',
      in: 'dockerfile',
      good: `
        FROM node:24.4 AS build
        USER node
        COPY . /home/node/src
        FROM debian:13
        ARG RUN_AS
        VOLUME /data
        USER $RUN_AS
        COPY seed /data/
      `,
    },
  ],
});

interface Copied {
  readonly copy: CopyInstruction;
  readonly path: string;
  readonly user: string;
}

function reported({ copy, path, user }: Copied): Finding<'owner', 'chown', never> {
  const [name = user] = user.split(':');
  const shown = path.length > 40 ? 'this folder' : path;
  const edit = { range: { start: copy.keywordRange.end, end: copy.keywordRange.end }, text: ` --chown=${user}` };
  return {
    message: 'owner',
    data: { user: name, path: shown },
    range: copy.destination?.range ?? copy.range,
    fixes: [{ title: 'chown', data: { user }, applicability: 'unsafe', edits: [edit] }],
  };
}

/** Without variables that nobody knows; empty where one is in it. */
function knownValue(document: DockerfileDocument, text: string, offset: number): string {
  const { value, known } = expandAt(document, text, offset);
  return known ? value : '';
}

function isOwnUser(user: string): boolean {
  return /^[\w.-]+(?::[\w.-]+)?$/.test(user) && !isRootUser(user);
}

/** Nothing in the instruction gives the files to another user or to all. */
function keepsRoot(document: DockerfileDocument, { flags, range }: CopyInstruction): boolean {
  if (flags.some((it) => it.name === 'chown')) return false;
  const mode = flags.find((it) => it.name === 'chmod')?.value?.value;
  return mode === undefined || readMode(knownValue(document, mode, range.start))?.othersWrite === false;
}

/** The absolute path without a slash at its end; empty where it is not known. */
function absolute(folder: string, path: string): string {
  if (path === '' || /[`~$*?{]|\.\./.test(path)) return '';
  if (!path.startsWith('/') && folder === '') return '';
  const whole = path.startsWith('/') ? path : `${folder}/${path}`;
  return whole.replace(/\/(?:\.?\/)+/g, '/').replace(/\/\.?$/, '');
}

function isWithin(path: string, place: string): boolean {
  return path !== '' && place !== '' && (path === place || path.startsWith(`${place}/`));
}

function removeWithin(found: Copied[], path: string): void {
  for (let index = found.length - 1; index >= 0; index--)
    if (isWithin(found[index]?.path ?? '', path)) found.splice(index, 1);
}
