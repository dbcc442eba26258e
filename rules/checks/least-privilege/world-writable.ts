import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument, RunInstruction, Stage } from '../../dockerfile/model.js';
import { expandAt, instructionsOf } from '../../dockerfile/queries.js';
import { shippedPaths } from '../../dockerfile/shipped-files.js';
import type { ModeChange, ShellWord } from '../../shell/model.js';
import { readMode, withoutOthersWrite } from '../../shell/modes.js';

export default defineRule({
  id: 'world-writable',
  severity: 'warning',
  summary: 'Files of an image must not be writable for everybody.',
  why: `
    With mode 777 or 666 every process in the container may change the file, whatever user it runs as. An attacker who holds
    one of them, a worker without rights for instance, replaces a script or a setting that a stronger one reads, and goes on
    from there. It also undoes what a USER was for: the program can rewrite its own code.

    Give the file to the user that writes to it, with \`chown\` or \`COPY --chown\`; others get by with reading. A folder that several
    users need, as /tmp is, has the mode 1777. For a user that is only known when the container starts, as on OpenShift, \`g=u\` with
    group 0 is enough; both are left alone.
  `,
  fixSafety: `
    A process that is neither the owner nor in the group can no longer write there. Give the files to the user that needs them.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#copy---chown---chmod',
    'https://docs.openshift.com/container-platform/latest/openshift_images/create-images.html',
  ],
  standards: { nist: ['4.1.2'], cwe: ['CWE-732', 'CWE-276'] },
  equivalents: {},
  messages: {
    files: '{mode} lets every user in the container change {path}. Give it to the user that writes there.',
    copied: '{mode} lets every user in the container change what is copied. Name the user that writes with --chown.',
    shared: '{mode} lets every user delete the files of others in {path}. A folder for all has the mode 1777.',
  },
  titles: { narrow: 'Change the mode to {mode}' },

  check: {
    dockerfile(document) {
      const ships = shippedPaths(document);
      return document.stages.flatMap((stage) => [
        ...instructionsOf(stage.instructions, 'RUN').flatMap((run) =>
          run.facts.modeChanges.flatMap((change) => {
            const shipped =
              change.paths.length === 0 ? ships(stage, '/') : change.paths.some((it) => ships(stage, it.value));
            return shipped ? changed(document, stage, run, change) : [];
          }),
        ),
        ...instructionsOf(stage.instructions, 'COPY', 'ADD').flatMap((copy) =>
          ships(stage, copy.destination?.value ?? '') ? copied(document, copy) : [],
        ),
      ]);
    },
  },

  examples: [
    {
      title: 'All rights for all',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        COPY --chown=app:app . /srv
        RUN mkdir /srv/cache && chmod -R «777» /srv/cache
        USER app
      `,
      expect: ['files'],
      fixed: `
        FROM python:3.13-slim
        COPY --chown=app:app . /srv
        RUN mkdir /srv/cache && chmod -R 775 /srv/cache
        USER app
      `,
    },
    {
      title: 'In letters, and as a folder is made',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN chmod «a+rwx» /srv && chmod «ugo+w» /etc/app.conf && mkdir -p -m «0777» /srv/data
      `,
      expect: ['files', 'files', 'files'],
      fixed: `
        FROM debian:13
        RUN chmod ug+rwx,o+rx /srv && chmod ug+w /etc/app.conf && mkdir -p -m 0775 /srv/data
      `,
    },
    {
      title: 'Copied with such a mode',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG MODE=777
        COPY «--chmod=666» settings.yaml /etc/app/
        ADD «--chmod=$MODE» tool.tar.gz /opt/
      `,
      expect: ['copied', 'copied'],
      fixed: `
        FROM debian:13
        ARG MODE=777
        COPY --chmod=664 settings.yaml /etc/app/
        ADD --chmod=775 tool.tar.gz /opt/
      `,
    },
    {
      title: 'A folder for the files of all',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN mkdir -p /var/tmp/jobs && chmod «777» /tmp
      `,
      expect: ['shared'],
      fixed: `
        FROM debian:13
        RUN mkdir -p /var/tmp/jobs && chmod 1777 /tmp
      `,
    },
    {
      title: 'In a builder stage, and copied from there',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /out/shop . && chmod «o+w» /out/shop && chmod 777 /go
        FROM alpine:3.22
        COPY --from=build /out /usr/local/bin
      `,
      expect: ['files'],
      fixed: null,
    },
    {
      title: 'The user that writes owns the files',
      in: 'dockerfile',
      good: `
        FROM python:3.13-slim
        COPY --chown=app:app --chmod=755 . /srv
        RUN chmod 755 /srv && chmod +w /srv/cache && chmod u+rwx,g-w,o-w /srv && chmod -R 770 /srv/data
      `,
    },
    {
      title: 'A folder with the sticky bit, and the group of OpenShift',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN mkdir -m 1777 /srv/jobs && chmod a+rwxt /srv/tmp && chgrp -R 0 /srv && chmod -R g=u /srv
      `,
    },
    {
      title: 'Taken back or deleted by the same instruction',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN chmod 777 /tmp/install.sh && /tmp/install.sh && rm -f /tmp/install.sh
        RUN chmod -R 777 /srv && make -C /srv && chmod -R 755 /srv
      `,
    },
    {
      title: 'Devices, and a mode that the build decides',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG MODE
        RUN chmod 666 /dev/net/tun && chmod $MODE /srv
        COPY --chmod=\${MODE} a /a
      `,
    },
    {
      title: 'A builder stage of which nothing ships',
      in: 'dockerfile',
      good: `
        FROM node:24.4 AS build
        RUN mkdir /cache && chmod 777 /cache
        FROM alpine:3.22
        COPY --from=build /app/dist /app
        COPY --from=build --chmod=755 /cache /cache
      `,
    },
  ],
});

/** Folders for the files of all users. */
const SHARED = /^\/(?:tmp|var\/tmp|dev\/shm|run\/lock|tmp\/\.X11-unix)\/?$/;

function changed(document: DockerfileDocument, stage: Stage, run: RunInstruction, change: ModeChange) {
  const { value, range, literal } = change.mode;
  const mode = literal ? readMode(value) : undefined;
  // What also gives the rights of the owner is setuid-file's.
  if (!mode?.othersWrite || mode.sticky || mode.setUser) return [];
  const paths = change.paths.filter(
    (it) => !isUndone(stage, run, change, it) && !/^\/(?:dev|proc|sys)\/./.test(it.value),
  );
  const [path] = paths;
  if (!path && change.paths.length > 0) return [];
  const written = `${change.command.name === 'chmod' ? 'chmod' : `${change.command.name} -m`} ${value}`;
  const shared = path !== undefined && change.paths.length === 1 && SHARED.test(path.value);
  const fixes = narrow(document, shared ? `1${value.replace(/^0+/, '')}` : value, range, shared);
  return [
    {
      message: shared ? ('shared' as const) : ('files' as const),
      data: { mode: written, path: named(path) },
      range,
      fixes,
    },
  ];
}

function copied(document: DockerfileDocument, copy: CopyInstruction) {
  const flag = copy.flags.find((it) => it.name === 'chmod');
  const written = flag?.value?.value ?? '';
  const value = expandAt(document, written, copy.range.start).value;
  const mode = readMode(value);
  if (!flag?.value || !mode?.othersWrite || mode.sticky || mode.setUser) return [];
  return [
    {
      message: 'copied' as const,
      data: { mode: `--chmod=${written}` },
      range: flag.range,
      fixes: narrow(document, value, flag.value.range, false),
    },
  ];
}

/** Whether a later command of the instruction deletes the path or takes the right back, or a later instruction deletes it. */
function isUndone(stage: Stage, run: RunInstruction, change: ModeChange, { value }: ShellWord): boolean {
  const { end } = change.command.range;
  const covers = (words: readonly ShellWord[]): boolean => words.some((it) => isWithin(value, it.value));
  if (run.facts.deletions.some((it) => it.command.range.start >= end && covers(it.paths))) return true;
  const later = runsFrom(stage, run);
  return later.some(({ facts }) =>
    facts.modeChanges.some((it) => {
      if (it.command.range.start < end || !covers(it.paths)) return false;
      const mode = readMode(it.mode.value);
      return /^[0-7]+$|o-\w*w|a-\w*w/.test(it.mode.value) && mode?.othersWrite === false;
    }),
  );
}

/** The RUN and those behind it; of a great many only the next ones, so that a long file takes no longer for each line. */
function runsFrom({ instructions }: Stage, run: RunInstruction): readonly RunInstruction[] {
  const runs = instructionsOf(instructions, 'RUN');
  const first = runs.indexOf(run);
  return runs.slice(first, first + MOST_RUNS);
}

const MOST_RUNS = 100;

function isWithin(path: string, folder: string): boolean {
  const base = folder.replace(/\/?\*?$/, '');
  return path === folder || path === base || (base !== '' && path.startsWith(`${base}/`));
}

function narrow(document: DockerfileDocument, value: string, range: Range, ready: boolean): readonly Fix<'narrow'>[] {
  const mode = ready ? value : withoutOthersWrite(value);
  const written = document.text.slice(range.start, range.end);
  // In quotes or behind a continued line the word is longer than its value.
  if (mode === undefined || !/^[\w+=,${}:-]+$/.test(written) || (ready && !/^1[0-7]{3}$/.test(mode))) return [];
  return [{ title: 'narrow', data: { mode }, applicability: 'unsafe', edits: [{ range, text: mode }] }];
}

function named(path: ShellWord | undefined): string {
  const value = path?.value ?? '';
  return value === '' || value.length > 40 || /[\n{}]/.test(value) ? 'the files' : value;
}
