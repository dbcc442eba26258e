import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { CmdInstruction, EntrypointInstruction } from '../../dockerfile/model.js';
import { ownCommand, ownEntrypoint } from '../../dockerfile/privilege.js';
import { isForPeople } from '../../dockerfile/purpose.js';
import { shippedStage } from '../../dockerfile/queries.js';
import type { ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'several-processes',
  severity: 'info',
  summary: 'A container runs one program; another program gets a container of its own.',
  why: `
    What shares a container shares everything: a flaw in one program gives the files, keys and network of all. The limits,
    rights and read-only file system that would fit one of them have to fit all, and often root is needed to start them.

    The engine watches only the program it started. One that dies in the background stays dead while the container counts as
    running, its log is seldom where logs are collected, and an update replaces all at once. Several processes of one
    program, such as the workers of a web server, are no harm.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#decouple-applications',
    'https://docs.docker.com/engine/containers/multi-service_container/',
  ],
  standards: { nist: ['4.1.2'], cwe: ['CWE-653'] },
  equivalents: {},
  messages: {
    manager:
      '{program} runs several programs in one container, so a flaw in one opens all. Give each a container of its own.',
    several: '{programs} run in one container, so a flaw in one opens all. Give each a container of its own.',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage)) return [];
      return [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) => (it ? findingsIn(it) : [])).slice(0, 1);
    },
  },

  examples: [
    {
      title: 'A manager of processes',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        COPY supervisord.conf /etc/
        CMD [«"/usr/bin/supervisord", "-n", "-c", "/etc/supervisord.conf"»]
      `,
      expect: ['manager'],
      fixed: null,
    },
    {
      title: 'Started by an init, with an exec',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        ENTRYPOINT [«"/sbin/tini", "--", "/bin/s6-svscan", "/etc/s6"»]
      `,
      expect: ['manager'],
      fixed: null,
    },
    {
      title: 'A service in the background',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        CMD «service cron start» && nginx -g 'daemon off;'
      `,
      expect: ['several'],
      fixed: null,
    },
    {
      title: 'A program in the background',
      in: 'dockerfile',
      bad: `
        FROM python:3.13-slim
        CMD ["sh", "-c", "«celery -A shop worker» & exec gunicorn shop:app"]
      `,
      expect: ['several'],
      fixed: null,
    },
    {
      title: 'A server that leaves for the background by itself',
      in: 'dockerfile',
      bad: `
        FROM php:8.4-fpm
        CMD «php-fpm -D» && nginx -g 'daemon off;'
      `,
      expect: ['several'],
      fixed: null,
    },
    {
      title: 'One program behind an init, or after steps that end',
      in: 'dockerfile',
      good: `
        FROM python:3.13-slim
        ENTRYPOINT ["/usr/bin/tini", "--"]
        CMD python manage.py migrate && exec gunicorn shop:app
      `,
    },
    {
      title: 'One service, and something that waits for it',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim
        CMD service apache2 start && tail -f /var/log/apache2/access.log
      `,
    },
    {
      title: 'One program in the background, to pass signals on',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim
        CMD server & trap 'kill $!' TERM; wait
      `,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim AS demo
        CMD ["supervisord"]
        FROM debian:13.1-slim
        CMD ["server"]
      `,
    },
  ],
});

/** Programs that start others and keep them running. */
const MANAGERS: Readonly<Record<string, string>> = {
  supervisord: 'supervisord',
  's6-svscan': 's6',
  runsvdir: 'runit',
  'runsvdir-start': 'runit',
  my_init: 'my_init',
  systemd: 'systemd',
  circusd: 'Circus',
  monit: 'monit',
  honcho: 'honcho',
  foreman: 'foreman',
  concurrently: 'concurrently',
};

/** Programs that keep a container alive, or only look at what the others do. */
const IDLE = new Set(
  'tail sleep wait trap cat bash sh zsh read echo true : kill exit set cd export test printf'.split(' '),
);

function findingsIn({
  script,
}: CmdInstruction | EntrypointInstruction): readonly Finding<'manager' | 'several', never, never>[] {
  const commands = script.commands.filter((it) => it.name !== '');
  for (const command of commands) {
    const program = managerOf(command);
    if (program !== undefined) return [{ message: 'manager' as const, data: { program }, range: command.range }];
  }
  if (script.language !== 'posix' || commands.some((it) => it.conditional)) return [];
  const background = commands.filter((it, index) => !IDLE.has(it.name) && isLeft(it, commands[index + 1]));
  const [first] = background;
  const last = commands.at(-1);
  if (!first || !last) return [];
  const foreground = background.includes(last) || IDLE.has(last.name) ? [] : [last];
  const programs = [...new Set([...background, ...foreground].map(programOf))];
  if (programs.length < 2) return [];
  return [{ message: 'several' as const, data: { programs: programs.slice(0, 3).join(', ') }, range: first.range }];
}

/** `tini -- supervisord`: what it starts stands among the first words. */
function managerOf({ name, words }: ShellCommand): string | undefined {
  const started = /^(?:tini|dumb-init|catatonit|entrypoint\.sh|docker-entrypoint\.sh)$/.test(name)
    ? words.slice(0, 6)
    : [];
  // Only one of these is an init of systems; the others look after one program.
  if (/^\/(?:usr\/)?(?:lib\/systemd\/systemd|sbin\/init)$/.test(words[0]?.value ?? '')) return 'systemd';
  return [name, ...started.map((it) => it.value.slice(it.value.lastIndexOf('/') + 1))]
    .filter((it) => Object.hasOwn(MANAGERS, it))
    .map((it) => MANAGERS[it])[0];
}

/** Whether the command returns while its program runs on. */
function isLeft(command: ShellCommand, next: ShellCommand | undefined): boolean {
  if (command.parent?.kind === 'substitution' || command.pipedInto) return false;
  const { name, words } = command;
  const rest = words.slice(1).map((it) => it.value);
  if (next?.joinedBy === '&' && next.parent?.command === command.parent?.command) return true;
  if (startedService(command) !== undefined) return true;
  if (name === 'cron') return !rest.includes('-f');
  if (name === 'crond') return !rest.some((it) => /^-[a-z]*[fn]/.test(it));
  if (name === 'sshd') return !rest.some((it) => /^-[a-zA-Z]*D/.test(it));
  if (/^php-fpm[\d.]*$/.test(name)) return rest.some((it) => it === '-D' || it === '--daemonize');
  return (name === 'rsyslogd' && !rest.includes('-n')) || (name === 'redis-server' && rest.includes('--daemonize'));
}

/** `service cron start`, `/etc/init.d/cron start`, `apachectl start` */
function startedService({ name, words }: ShellCommand): string | undefined {
  const [program, first, second] = words.map((it) => it.value);
  if (name === 'service') return second === 'start' || second === 'restart' ? first : undefined;
  if (first !== 'start' && first !== 'restart') return undefined;
  return program?.startsWith('/etc/init.d/') || name === 'apachectl' || name === 'apache2ctl' ? name : undefined;
}

function programOf(command: ShellCommand): string {
  return (startedService(command) ?? command.name).slice(0, 40);
}
