import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { startCommands } from '../../dockerfile/privilege.js';
import { isForPeople, startsForPeople } from '../../dockerfile/purpose.js';
import { shippedStage } from '../../dockerfile/queries.js';
import type { ShellCommand } from '../../shell/model.js';

/** Programs that start several others and watch over them. */
const SUPERVISORS = new Set(
  'supervisord systemd runsvdir runit-init runsvdir-start s6-svscan circusd my_init honcho foreman forego goreman overmind hivemind monit'.split(
    ' ',
  ),
);

/** Paths by which systemd, SysV init and s6-overlay are started. */
const INIT_PATHS = new Set([
  '/init',
  '/sbin/init',
  '/usr/sbin/init',
  '/lib/systemd/systemd',
  '/usr/lib/systemd/systemd',
]);

/** What a script does besides running its program. */
const ASIDE = new Set(
  'echo printf sleep tail cat wait true touch mkdir rm chown chmod cp mv ln cd export set exit kill trap tee test [ env'.split(
    ' ',
  ),
);

export default defineRule({
  id: 'several-processes',
  severity: 'info',
  summary: 'A container must run one program.',
  why: `
    Programs in one container share files, user, network and environment: who breaks into the weakest of them has them all.
    They also share their fate. Docker watches the first process only, so a program that dies behind it is neither restarted
    nor reported, and its log is often a file that nobody reads.

    Run each program in a container of its own: the compose file starts them together, gives each its own user, secrets and
    limits, and restarts what fails. To collect orphaned processes, \`init: true\` or tini is enough.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#decouple-applications',
    'https://docs.docker.com/engine/containers/multi-service_container/',
  ],
  standards: { nist: ['4.1.2'], cwe: ['CWE-653'] },
  equivalents: {},
  messages: {
    supervisor:
      '{program} starts several programs, so a break-in into one reaches all of them. Run each in a container of its own.',
    service:
      'Service {program} runs beside the program, and Docker does not notice when it stops. Run it in a container of its own.',
    background:
      '{program} runs in the background, and Docker does not notice when it stops. Run it in a container of its own.',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage) || startsForPeople(stage)) return [];
      const commands = startCommands(stage);
      const found = commands.map((it) => judge(it, commands)).find((it) => it !== undefined);
      return found ? [found] : [];
    },
  },

  examples: [
    {
      title: 'A program that starts others',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        COPY supervisord.conf /etc/supervisor/conf.d/
        USER 10001
        CMD [«"/usr/bin/supervisord", "-n"»]
      `,
      expect: ['supervisor'],
      fixed: null,
    },
    {
      title: 'A service before the program',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        USER 10001
        CMD «service redis-server start» && exec /usr/local/bin/shop
      `,
      expect: ['service'],
      fixed: null,
    },
    {
      title: 'A program in the background',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        USER 10001
        ENTRYPOINT ["sh", "-c", "«shop-worker --queue mail» & exec shop-server"]
      `,
      expect: ['background'],
      fixed: null,
    },
    {
      title: 'One program, with what prepares it',
      in: 'dockerfile',
      good: `
        FROM debian:13
        USER 10001
        ENTRYPOINT ["tini", "--"]
        CMD ["sh", "-c", "shop-migrate && exec shop-server"]
      `,
    },
    {
      title: 'A log that is shown, a program that is waited for',
      in: 'dockerfile',
      good: `
        FROM debian:13
        USER 10001
        CMD tail -F /var/log/shop.log & exec shop-server
      `,
    },
    {
      title: 'A service that only the build needs',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN service postgresql start && shop-import && service postgresql stop
        USER 10001
        CMD ["shop-server"]
      `,
    },
    {
      title: 'An image to develop in',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:debian-12
        USER vscode
        CMD service postgresql start && sleep infinity
      `,
    },
  ],
});

type Found = Finding<'supervisor' | 'service' | 'background', never, never>;

function judge(command: ShellCommand, all: readonly ShellCommand[]): Found | undefined {
  const { name, words, range } = command;
  const [first, second, third] = words.map((it) => it.value);
  // `supervisorctl` and `monit status` ask; a word behind the program's own name may be a mere argument.
  if (SUPERVISORS.has(name) || INIT_PATHS.has(first ?? ''))
    return { message: 'supervisor', data: { program: name }, range };
  if (name === 'service' && third === 'start')
    return { message: 'service', data: { program: (second ?? '').slice(0, 40) }, range };
  if (first?.startsWith('/etc/init.d/') === true && second === 'start')
    return { message: 'service', data: { program: name }, range };
  const next = all[all.indexOf(command) + 1];
  return next?.joinedBy === '&' && isProgram(command) && all.some((it) => it !== command && isMain(it, command))
    ? { message: 'background', data: { program: name.slice(0, 40) }, range }
    : undefined;
}

function isProgram({ name, words, parent }: ShellCommand): boolean {
  return name !== '' && words.length > 0 && !ASIDE.has(name) && parent?.kind !== 'substitution';
}

/** Something that goes on running in front of the one in the background. */
function isMain(it: ShellCommand, background: ShellCommand): boolean {
  return it.range.start > background.range.end && (isProgram(it) || it.wrappers.includes('exec'));
}
