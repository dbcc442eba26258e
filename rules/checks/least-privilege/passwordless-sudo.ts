import { deleteLines } from '../../core/edit.js';
import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { CopyInstruction, DockerfileDocument, RunInstruction } from '../../dockerfile/model.js';
import { isForPeople } from '../../dockerfile/purpose.js';
import { expandAt, instructionsOf, shippedChain, shippedStage } from '../../dockerfile/queries.js';
import type { ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'passwordless-sudo',
  severity: 'warning',
  summary: 'The user of an image must not be able to become root without a password.',
  why: `
    USER only helps as long as the program cannot take root back. With \`NOPASSWD\` in sudoers, with a second account of the number 0 or with a root that
    has no password, an intruder in the program types one command and is root in the container. The user is there for show
    then, and checks that ask for one are satisfied by it.

    A group that may use sudo or Docker is a step on the same way and is told where nothing else is found. What needs root belongs into the build,
    above USER, or into an entry point that starts as root and gives it up (gosu, setpriv). Images to develop in are left alone.
  `,
  fixSafety: `
    What the program did by sudo it can no longer do, or only as far as you list it: put the one program that has to run as root in place
    of PATH_OF_THE_ONE_PROGRAM, one that starts no others.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#user',
    'https://www.sudo.ws/docs/man/sudoers.man/',
  ],
  standards: { cis: ['4.1'], nist: ['4.1.2'], owasp: ['RULE #2'], cwe: ['CWE-250', 'CWE-269'] },
  equivalents: {},
  messages: {
    all: 'NOPASSWD lets {user} become root by sudo at any time, which undoes USER. Do in the build what needs root.',
    some: 'NOPASSWD lets {user} start some programs as root by sudo. Make sure that none of them runs others.',
    group: 'Members of the group {group} become root by sudo or by the socket of Docker. Leave the user out of it.',
    second: 'An account with the number 0 is root under another name. Leave out the number.',
    empty: 'Without a password for root everybody in the container may become root by su. Lock it: passwd -l root.',
  },
  titles: {
    one: 'Allow one program only',
    leave: 'Leave the user out of the group {group}',
    number: 'Leave out the number 0',
    lock: 'Lock the password of root',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || stage.windows || shippedChain(document).some(isForPeople)) return [];
      const steps = shippedChain(document).flatMap((it) => it.instructions);
      const runs = instructionsOf(steps, 'RUN');
      const sudoers = [
        ...runs.flatMap(sudoersOf),
        ...instructionsOf(steps, 'COPY', 'ADD').flatMap((it) =>
          sudoersCopied(it, expandAt(document, it.destination?.value ?? '', it.range.start).value),
        ),
      ];
      const commands = runs.flatMap((it) => it.script.commands);
      const accounts = commands.flatMap((it) => accountOf(it) ?? []);
      const groups = sudoers.length > 0 ? [] : commands.flatMap((it) => groupOf(it) ?? []);
      return [...sudoers, ...accounts, ...groups].map((it) => ({ ...it, fixes: fixesFor(document, it) }));
    },
  },

  examples: [
    {
      title: 'All as root, without a password',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1
        RUN useradd -m -G sudo shop \\
            && «echo "shop ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers»
        RUN «sed -i 's/^%sudo.*/%sudo ALL=(ALL:ALL) NOPASSWD:ALL/' /etc/sudoers»
        COPY <<EOF «/etc/sudoers.d/shop»
        shop ALL=(ALL) NOPASSWD: ALL
        EOF
        USER shop
      `,
      expect: ['all', 'all', 'all'],
      severity: 'warning',
      fixed: `
        FROM debian:13.1
        RUN useradd -m -G sudo shop \\
            && echo "shop ALL=(ALL) NOPASSWD: /PATH_OF_THE_ONE_PROGRAM" >> /etc/sudoers
        RUN sed -i 's/^%sudo.*/%sudo ALL=(ALL:ALL) NOPASSWD: /PATH_OF_THE_ONE_PROGRAM/' /etc/sudoers
        COPY <<EOF /etc/sudoers.d/shop
        shop ALL=(ALL) NOPASSWD: ALL
        EOF
        USER shop
      `,
    },
    {
      title: 'Some programs as root',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1
        RUN «printf 'shop ALL=(root) NOPASSWD: /usr/sbin/service cron start\\n' | tee /etc/sudoers.d/shop»
        USER shop
      `,
      expect: ['some'],
      severity: 'info',
      fixed: null,
    },
    {
      title: 'Groups that may become root',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1
        RUN useradd -m shop && «usermod -aG www-data,sudo shop»
        RUN «adduser shop docker»
        USER shop
      `,
      expect: ['group', 'group'],
      confidence: 'low',
      fixed: `
        FROM debian:13.1
        RUN useradd -m shop && usermod -aG www-data shop
        USER shop
      `,
    },
    {
      title: 'Root under another name, and root without a password',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN «useradd -o -u 0 shop» && «passwd -d root»
        USER shop
      `,
      expect: ['second', 'empty'],
      severity: 'warning',
      fixed: `
        FROM alpine:3.22
        RUN useradd shop && passwd -l root
        USER shop
      `,
    },
    {
      title: 'A user without a way back',
      in: 'dockerfile',
      good: `
        FROM debian:13.1
        RUN useradd -m -g 0 -u 10001 -G www-data,audio shop && passwd -l root
        RUN groupadd docker-users && echo "no NOPASSWD here" > /etc/motd && grep NOPASSWD /etc/sudoers || true
        USER shop
      `,
    },
    {
      title: 'An image to develop in',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:bookworm
        RUN echo "vscode ALL=(ALL) NOPASSWD: ALL" > /etc/sudoers.d/vscode
      `,
    },
    {
      title: 'A builder stage',
      in: 'dockerfile',
      good: `
        FROM debian:13.1 AS packages
        RUN echo "shop ALL=(ALL) NOPASSWD: ALL" >> /etc/sudoers
        FROM debian:13.1
        COPY --from=packages /out /opt
      `,
    },
  ],
});

const SUDOERS = /^\/etc\/sudoers(?:\.d(?:\/|$)|$)/;
/** Who, and what may be started. */
const RULE =
  /(?:^|[\s;/|'"\\n])(%?[\w${}.-]{1,64})\s{1,8}[\w:,()=\s\\.-]{0,80}?NOPASSWD\s{0,4}:\s{0,4}(ALL\b|SETENV\s{0,4}:\s{0,4}ALL\b)?/;

function sudoersOf(run: RunInstruction) {
  const written = run.facts.writes.flatMap(({ command, path, content }) =>
    SUDOERS.test(path.value) && content ? [{ command: command.pipedFrom ?? command, text: content.value }] : [],
  );
  const edited = run.script.commands.flatMap((command) => {
    const isEdit = command.name === 'sed' && command.words.some((it) => SUDOERS.test(it.value));
    const text = command.words.find((it) => it.value.includes('NOPASSWD') && !/^[#/]?s?.{0,3}NOPASSWD/.test(it.value));
    return isEdit && text ? [{ command, text: replacementOf(text.value) }] : [];
  });
  return [...written, ...edited].flatMap(({ command, text }) => {
    const found = rightsIn(text);
    const end = command.pipedInto?.range.end ?? command.range.end;
    return found ? [{ ...found, range: { start: command.range.start, end } }] : [];
  });
}

/** `s/pattern/replacement/` writes its second part only. */
function replacementOf(text: string): string {
  const separator = /^s([^\w\s])/.exec(text)?.[1];
  return separator === undefined ? text : (text.split(separator)[2] ?? '');
}

function sudoersCopied({ heredocs, destination }: CopyInstruction, path: string) {
  const found = SUDOERS.test(path) ? heredocs.map((it) => rightsIn(it.content)).find((it) => it) : undefined;
  return found && destination ? [{ ...found, range: destination.range }] : [];
}

function rightsIn(text: string) {
  for (const line of text.split(/\n|\\n/)) {
    if (!line.includes('NOPASSWD') || /^\s*#/.test(line)) continue;
    const [, user = '', everything] = RULE.exec(line.slice(0, 500)) ?? [];
    if (user === '' || user === 'root') continue;
    const data = { user: user.replace(/[{}]/g, '') };
    return everything === undefined
      ? { message: 'some' as const, data, severity: 'info' as const }
      : { message: 'all' as const, data };
  }
  return undefined;
}

function accountOf({ name, words, range, pipedInto }: ShellCommand) {
  const values = words.map((it) => it.value);
  if (name === 'useradd' || name === 'adduser' || name === 'usermod') {
    const number = values.findIndex((it) => it === '-u' || it === '--uid');
    const isRoot = values[number + 1] === '0' || values.includes('--uid=0') || values.includes('-u0');
    return number >= 0 && isRoot && values.at(-1) !== 'root' ? { message: 'second' as const, range } : undefined;
  }
  const last = values.at(-1);
  if (name === 'passwd' && last === 'root' && values.some((it) => it === '-d' || it === '--delete'))
    return { message: 'empty' as const, range };
  const empty = name === 'echo' && pipedInto?.name === 'chpasswd' && last === 'root:';
  return empty ? { message: 'empty' as const, range } : undefined;
}

const STRONG = new Set(['sudo', 'wheel', 'docker', 'admin']);

function groupOf({ name, words, range }: ShellCommand) {
  const values = words.slice(1).map((it) => it.value);
  const group = groupsIn(name, values).find((it) => STRONG.has(it));
  return group === undefined
    ? undefined
    : { message: 'group' as const, data: { group }, range, confidence: 'low' as const };
}

function groupsIn(name: string, values: readonly string[]): readonly string[] {
  if (name === 'useradd' || name === 'usermod') {
    const at = values.findIndex((it) => /^-[a-z]*G$/.test(it) || it === '--groups');
    const joined = values.map((it) => /^--groups=(.*)$/.exec(it)?.[1]).find((it) => it !== undefined);
    return (joined ?? (at < 0 ? '' : (values[at + 1] ?? ''))).split(',');
  }
  const names = values.filter((it) => !it.startsWith('-'));
  // `adduser USER GROUP`, `addgroup USER GROUP`; with options a user of that name is made.
  if (name === 'adduser' || name === 'addgroup')
    return names.length === 2 && names.length === values.length ? names.slice(1) : [];
  if (name === 'gpasswd') return values.some((it) => it === '-a' || it === '--add') ? values.slice(-1) : [];
  return [];
}

interface Told {
  readonly message: 'all' | 'some' | 'group' | 'second' | 'empty';
  readonly range: Range;
  readonly data?: Readonly<Record<string, string>>;
}

function fixesFor(document: DockerfileDocument, told: Told): readonly Fix<'one' | 'leave' | 'number' | 'lock'>[] {
  const group = told.data?.['group'];
  switch (told.message) {
    case 'all':
      return offer(document, told.range, /NOPASSWD\s*:\s*ALL\b/g, 'NOPASSWD: /PATH_OF_THE_ONE_PROGRAM', {
        title: 'one',
        applicability: 'manual',
      });
    case 'group':
      return group === undefined ? [] : leaveGroup(document, told.range, group);
    case 'second':
      return offer(
        document,
        told.range,
        /(?<!\S)(?:(?:-o|--non-unique) )?(?:-u ?0|--uid[= ]0)(?: (?:-o|--non-unique))? /g,
        '',
        {
          title: 'number',
          applicability: 'unsafe',
        },
      );
    case 'empty':
      return offer(document, told.range, /(?<=^passwd )(?:-d|--delete)(?= root$)/g, '-l', {
        title: 'lock',
        applicability: 'unsafe',
      });
    default:
      return [];
  }
}

/** In a list of groups, or a command that stands alone in its RUN. */
function leaveGroup(document: DockerfileDocument, range: Range, group: string): readonly Fix<'leave'>[] {
  const fix = { title: 'leave', data: { group }, applicability: 'unsafe' } as const;
  const inList = offer(document, range, new RegExp(`(?<=[\\w-]),${group}(?![\\w-])|(?<=[ =])${group},`, 'g'), '', fix);
  if (inList.length > 0) return inList;
  const alone = instructionsOf(document.instructions, 'RUN').find(
    ({ script, bodyRange }) =>
      script.commands.length === 1 && bodyRange.start === range.start && bodyRange.end === range.end,
  );
  const added = /^(?:adduser|addgroup|gpasswd|usermod) /.test(document.text.slice(range.start, range.end));
  return alone && added ? [{ ...fix, edits: [deleteLines(document.text, alone.range)] }] : [];
}

/** Where exactly one place of the range is meant. */
function offer<T extends string>(
  { text }: DockerfileDocument,
  range: Range,
  pattern: RegExp,
  replacement: string,
  fix: Omit<Fix<T>, 'edits'>,
): readonly Fix<T>[] {
  const [match, ...others] = [...text.slice(range.start, range.end).matchAll(pattern)];
  if (!match || others.length > 0) return [];
  const start = range.start + match.index;
  return [{ ...fix, edits: [{ range: { start, end: start + match[0].length }, text: replacement }] }];
}
