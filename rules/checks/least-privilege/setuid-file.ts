import type { Finding } from '../../core/finding.js';
import { remembered } from '../../core/remembered.js';
import { defineRule } from '../../core/rule.js';
import type { CopyInstruction, DockerfileDocument, Stage } from '../../dockerfile/model.js';
import { expandAt, instructionsOf } from '../../dockerfile/queries.js';
import { shippedPaths } from '../../dockerfile/shipped-files.js';
import type { ModeChange, ShellCommand, ShellWord } from '../../shell/model.js';
import { readMode } from '../../shell/modes.js';

export default defineRule({
  id: 'setuid-file',
  severity: 'warning',
  summary: 'Programs of an image must not run with the rights of their owner.',
  why: `
    A program with the setuid bit runs as its owner, nearly always root, whoever starts it. One bug in it, or one option that
    nobody thought of, makes an attacker who broke into the service root in the container; USER is then worth nothing. What
    setcap gives works the same way, with a part of root's rights.

    Let a process that is root already do the work, or give the container the one capability it needs (\`cap_add\`). With
    \`no-new-privileges\` the kernel ignores such bits, so that the program fails where people have hardened the container.

    Left alone: cap_net_bind_service, the usual way to listen below port 1024 without root; the setgid bit of folders, which
    only hands their group down; and the helpers of sandboxes that cannot do without (newuidmap, chrome-sandbox).
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/container/run/#security-opt',
    'https://man7.org/linux/man-pages/man7/capabilities.7.html',
    'https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html',
  ],
  standards: { cis: ['4.8', '5.26'], nist: ['4.1.2'], owasp: ['RULE #4'], cwe: ['CWE-250', 'CWE-269'] },
  equivalents: {},
  messages: {
    setuid: '{mode} lets everybody who runs {path} act as its owner, mostly root. Leave the setuid bit out.',
    setgid: '{mode} gives everybody who runs {path} the rights of its group. Leave the setgid bit out.',
    copied:
      '{mode} lets everybody who runs the copied program act as its owner, mostly root. Leave the setuid bit out.',
    everything:
      'setcap gives everybody who runs {path} all rights of root. Give what it needs to the container with cap_add.',
    capabilities:
      'setcap gives everybody who runs {path} {capabilities}. Give it to the container with cap_add instead.',
  },

  check: {
    dockerfile(document) {
      const ships = shippedPaths(document);
      return document.stages.flatMap((stage) => [
        ...instructionsOf(stage.instructions, 'RUN').flatMap((run) => [
          ...run.facts.modeChanges.flatMap((it) => changed(stage, it, ships)),
          ...run.script.commands.flatMap((it) => (it.name === 'setcap' ? granted(stage, it, ships) : [])),
        ]),
        ...instructionsOf(stage.instructions, 'COPY', 'ADD').flatMap((copy) =>
          copied(document, copy).filter(() => ships(stage, copy.destination?.value ?? '')),
        ),
      ]);
    },
  },

  examples: [
    {
      title: 'The setuid bit, in letters and in numbers',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN chmod «u+s» /usr/local/bin/report && chmod «4755» /usr/bin/rsh && chmod «+s» /usr/bin/python3.13
        RUN install -m «6755» tool /usr/local/bin/tool && chmod 4770 /usr/sbin/fping && chmod «ug+s» /usr/sbin/fping
      `,
      expect: ['setuid', 'setuid', 'setuid', 'setuid', 'setuid'],
      fixed: null,
    },
    {
      title: 'The setgid bit of a program',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN chmod «2755» /usr/local/bin/spool && chmod «g+s» /usr/games/score
      `,
      expect: ['setgid', 'setgid'],
      fixed: null,
    },
    {
      title: 'Copied with such a mode',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG MODE=4755
        COPY «--chmod=$MODE» report /usr/local/bin/report
      `,
      expect: ['copied'],
      fixed: null,
    },
    {
      title: 'Capabilities as good as root',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN setcap «cap_setuid,cap_dac_override+ep» /usr/bin/python3.13 && setcap «=ep» /usr/local/bin/agent
      `,
      expect: ['capabilities', 'everything'],
      fixed: null,
    },
    {
      title: 'Capabilities for one purpose',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN setcap «cap_net_raw,cap_net_admin=eip» /usr/bin/dumpcap
      `,
      expect: ['capabilities'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'In a builder stage, and copied from there',
      in: 'dockerfile',
      bad: `
        FROM golang:1.25 AS build
        RUN go build -o /out/shop . && chmod «u+s» /out/shop && chmod u+s /usr/bin/make
        FROM alpine:3.22
        COPY --from=build /out /usr/local/bin
      `,
      expect: ['setuid'],
      fixed: null,
    },
    {
      title: 'The setgid bit of folders',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN mkdir -m 2775 /srv/shared && chmod g+s /srv/upload && chmod 2777 /var/run/postgresql
        RUN find /opt -type d | xargs chmod g+s && chmod -R 2755 /usr/lib/shop
      `,
    },
    {
      title: 'Ports below 1024 without root',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN setcap cap_net_bind_service=+ep /usr/local/bin/shop && setcap 'CAP_NET_BIND_SERVICE=+eip' /usr/bin/node
      `,
    },
    {
      title: 'Taken away',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN find / -xdev -perm /6000 -type f -exec chmod a-s {} + && chmod u-s /bin/su && chmod 0755 /usr/bin/passwd
        RUN setcap -r /usr/bin/ping && setcap cap_net_raw-ep /usr/bin/mtr
        RUN chmod u+s /tmp/probe && /tmp/probe && rm /tmp/probe
      `,
    },
    {
      title: 'Helpers of a sandbox',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN chmod 4755 /opt/google/chrome/chrome-sandbox && setcap cap_setuid+ep /usr/bin/newuidmap
      `,
    },
    {
      title: 'A builder stage of which nothing ships',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS build
        RUN chmod u+s /usr/bin/fakeroot
        FROM alpine:3.22
        COPY --from=build /app /app
      `,
    },
  ],
});

/** Programs that make a sandbox for a process without rights, and that distributions ship with these bits. */
const SANDBOX_HELPER = /(?:^|\/)(?:new[ug]idmap|chrome[-_]sandbox|bwrap|fusermount3?)$/;

/** Folders that hold programs, so that what is named in them is a file. */
const IN_PROGRAM_FOLDER = /(?:^|\/)(?:s?bin|games|libexec)\/[^/]+$/;

function changed(stage: Stage, change: ModeChange, ships: ReturnType<typeof shippedPaths>) {
  const { command, mode: written, paths, recursive } = change;
  const mode = written.literal ? readMode(written.value) : undefined;
  // A folder with the setuid bit means nothing to Linux.
  if (!mode || command.name === 'mkdir' || command.words.some((it) => it.value === '-d')) return [];
  const kind = mode.setUser ? 'setuid' : mode.setGroup && !recursive ? 'setgid' : undefined;
  if (!kind || isEveryPathUndone(stage, change)) return [];
  const left = paths.filter(
    ({ value }) =>
      !SANDBOX_HELPER.test(value) && (kind === 'setuid' || IN_PROGRAM_FOLDER.test(value)) && ships(stage, value),
  );
  const [path] = left;
  if (!path && (paths.length > 0 || kind === 'setgid' || !ships(stage, '/'))) return [];
  const data = {
    mode: `${command.name === 'chmod' ? 'chmod' : `${command.name} -m`} ${written.value}`,
    path: named(path),
  };
  return [{ message: kind, data, range: written.range } as const];
}

function copied(document: DockerfileDocument, copy: CopyInstruction) {
  const flag = copy.flags.find((it) => it.name === 'chmod');
  if (!flag?.value || copy.sources.every((it) => SANDBOX_HELPER.test(it.value))) return [];
  const mode = readMode(expandAt(document, flag.value.value, copy.range.start).value);
  if (!mode?.setUser) return [];
  return [{ message: 'copied', data: { mode: `--chmod=${flag.value.value}` }, range: flag.range } as const];
}

/** Whether a later command of the stage deletes the files, takes the bit back, or gives it again and is reported itself. */
function isEveryPathUndone(stage: Stage, { command, paths }: ModeChange): boolean {
  const undone = undoings(stage);
  return paths.length > 0 && paths.every(({ value }) => lastUndone(undone, value) > command.range.start);
}

/** Where a path of the stage, or a folder, is last deleted or given another mode: the offset of the command. */
const undoings = remembered((stage: Stage): ReadonlyMap<string, number> => {
  const last = new Map<string, number>();
  for (const { facts } of instructionsOf(stage.instructions, 'RUN'))
    for (const { command, paths } of [...facts.deletions, ...facts.modeChanges.filter((it) => decidesBit(it.mode))])
      for (const { value } of paths) last.set(value, Math.max(last.get(value) ?? 0, command.range.start));
  return last;
});

/** UTF-16 code units; no program has a longer path. */
const LONGEST_PATH = 500;

function lastUndone(undone: ReadonlyMap<string, number>, path: string): number {
  if (path.length > LONGEST_PATH) return 0;
  let last = undone.get(path) ?? 0;
  for (let slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1))
    last = Math.max(last, undone.get(path.slice(0, slash)) ?? 0);
  return last;
}

function decidesBit({ value }: ShellWord): boolean {
  return value.includes('s') || /^[0-7]{3,5}$/.test(value);
}

function granted(
  stage: Stage,
  command: ShellCommand,
  ships: ReturnType<typeof shippedPaths>,
): readonly Finding<'everything' | 'capabilities', never, never>[] {
  const words = command.words.slice(1);
  if (words.some(({ value }) => /^-[a-z]*[rv]/.test(value))) return [];
  const [text, path] = words.filter((it) => !/^-(?:[a-z]|-)/.test(it.value));
  if (!text?.literal || !path || SANDBOX_HELPER.test(path.value) || !ships(stage, path.value)) return [];
  const names = capabilities(text.value);
  if (names.every((it) => it === 'net_bind_service')) return [];
  if (names.includes('all')) return [{ message: 'everything', data: { path: named(path) }, range: text.range }];
  const listed = names.slice(0, 3).map((it) => it.toUpperCase());
  const data = { path: named(path), capabilities: listed.join(', ') };
  const severity = names.every((it) => NARROW.has(it)) ? 'info' : 'warning';
  return [{ message: 'capabilities', data, range: text.range, severity }];
}

/** Capabilities that serve one purpose and do not lead to root. */
const NARROW = new Set([
  'net_bind_service',
  'net_raw',
  'net_admin',
  'net_broadcast',
  'ipc_lock',
  'sys_nice',
  'sys_time',
  'wake_alarm',
]);

/** The capabilities that a text such as `cap_net_raw,cap_net_admin+eip` puts into the permitted set: cap_from_text(3). */
function capabilities(text: string): readonly string[] {
  const clauses = text.toLowerCase().split(/\s+/);
  return clauses.flatMap((clause) => {
    const [, names = '', actions = ''] = /^([a-z_0-9,]*)((?:[-+=][eip]*)+)$/.exec(clause) ?? [];
    if (!/[+=][ei]*p/.test(actions)) return [];
    return names === '' ? ['all'] : names.split(',').map((it) => it.replace(/^cap_/, ''));
  });
}

function named(path: ShellWord | undefined): string {
  const value = path?.value ?? '';
  return value === '' || value.length > 40 || /[\n{}]/.test(value) ? 'the files' : value;
}
