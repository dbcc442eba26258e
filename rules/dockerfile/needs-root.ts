import type { Range } from '../core/text.js';
import type { ShellCommand } from '../shell/model.js';
import type { CommandBody, DockerfileDocument, Instruction, Stage } from './model.js';
import { ownCommand, ownEntrypoint } from './privilege.js';
import { chainOf, effectiveWorkdir, environmentOf, installedPackages, instructionsOf } from './queries.js';

/** Why nobody can tell from the file how the program would run as another user. */
export interface RootNeed {
  readonly reason: 'inRootsHome' | 'buildsAtStart' | 'actsAsRoot' | 'startsServices' | 'unpackedServer';
  readonly range: Range;
  /** What stands there. */
  readonly what: string;
}

/** The first reason for which USER alone would break the program; undefined: nothing in the file speaks against it. */
export function needOfRoot(document: DockerfileDocument, stage: Stage): RootNeed | undefined {
  return atStart(stage) ?? services(stage) ?? unpackedServer(document, stage) ?? inRootsHome(document, stage);
}

/** What the container does before or instead of running the program. */
function atStart(stage: Stage): RootNeed | undefined {
  for (const body of [ownEntrypoint(stage), ownCommand(stage)]) {
    for (const command of body?.script.commands ?? []) {
      const { range } = command;
      if (ADMINISTRATION.has(command.name) || command.words[0]?.value.startsWith('/etc/init.d/') === true)
        return { reason: 'actsAsRoot', range, what: command.name };
      if (builds(command)) return { reason: 'buildsAtStart', range, what: command.name };
    }
  }
  return undefined;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const ADMINISTRATION = words(
  'mount umount iptables ip6tables nft sysctl modprobe insmod tc chown chroot useradd adduser usermod groupadd addgroup service ' +
    'systemctl masscan nmap strace ltrace perf bpftrace watchtower apt-get apt apk yum dnf losetup nsenter unshare tcpdump openvpn wg-quick rc-service update-ca-certificates',
);

/** Build tools keep what they fetched in the home of the user who built: another one would fetch it all again. */
const BUILD_TOOLS = words('mvn mvnw gradle gradlew sbt lein cabal stack mix');
const BUILD_TASKS: Readonly<Record<string, RegExp>> = {
  go: /^(?:run|build|test|install)$/,
  cargo: /^(?:run|build|test|watch)$/,
  dotnet: /^(?:run|watch|build|restore|test)$/,
  npm: /^(?:i|install|ci)$/,
  yarn: /^install$/,
  pnpm: /^(?:i|install)$/,
  pip: /^install$/,
  pip3: /^install$/,
  bundle: /^install$/,
  composer: /^install$/,
};

function builds({ name, words: all }: ShellCommand): boolean {
  if (BUILD_TOOLS.has(name)) return true;
  const task = Object.hasOwn(BUILD_TASKS, name) ? BUILD_TASKS[name] : undefined;
  return task?.test(all[1]?.value ?? '') === true;
}

/** A package of a process manager or server is there to be started, and gives its processes users of their own. */
function services(stage: Stage): RootNeed | undefined {
  for (const { install } of installedPackages(stage)) {
    const found = install.packages.find((it) => SERVICES.test(it.name));
    if (found) return { reason: 'startsServices', range: found.word.range, what: found.name };
  }
  return undefined;
}

const SERVICES =
  /^(?:runit|supervisor|s6(?:-overlay)?|systemd|openrc|daemontools|monit|cron|cronie|dcron|apache2|httpd|nginx|php\d*-apache2|libapache2-mod-php[\d.]*|openssh-server|postfix|dovecot-\w+|bind9?|squid|(?:mysql|mariadb)(?:-server)?|rsyslog)$/;

/** A server that was unpacked writes logs, data or what it unpacks beside its own files: where, only its manual says. */
function unpackedServer(document: DockerfileDocument, stage: Stage): RootNeed | undefined {
  const unpackers = instructionsOf(stage.instructions, 'RUN')
    .filter(({ facts }) => facts.downloads.length > 0)
    .flatMap(({ script }) => script.commands.filter((it) => UNPACKERS.has(it.name)));
  const command = [ownEntrypoint(stage), ownCommand(stage)]
    .flatMap((it) => it?.script.commands ?? [])
    .find(
      (it) => it.words.some(({ value }) => IN_ITS_FOLDER.test(value)) || unpackers.some((one) => fills(one, it.name)),
    );
  if (command && unpackers.length > 0) return { reason: 'unpackedServer', range: command.range, what: command.name };
  return clonedProgram(document, stage);
}

/** `tar -xz -C /opt/solr`, where solr is what the container starts. */
function fills({ words: all }: ShellCommand, name: string): boolean {
  return name !== '' && all.some(({ value }) => value.endsWith(`/${name}`) && !value.endsWith(`bin/${name}`));
}

/** A program of others that is cloned and started where it lies keeps its data there too. */
function clonedProgram(document: DockerfileDocument, stage: Stage): RootNeed | undefined {
  const folders = (effectiveWorkdir(document, stage)?.value ?? '').toLowerCase().split('/');
  for (const { script } of instructionsOf(stage.instructions, 'RUN')) {
    for (const { name, words: all, range } of script.commands) {
      if (name !== 'git' || all[1]?.value !== 'clone') continue;
      const last =
        all
          .at(-1)
          ?.value.replace(/\/+$/, '')
          .replace(/\.git$/, '')
          .toLowerCase() ?? '';
      const folder = last.slice(last.lastIndexOf('/') + 1);
      if (folders.includes(folder) && folder !== '') return { reason: 'unpackedServer', range, what: folder };
    }
  }
  return undefined;
}

const IN_ITS_FOLDER = /^(?!\/(?:usr\/(?:local\/)?)?s?bin\/)(?:[\w./-]*\/)?bin\/[\w.-]+$/;
const UNPACKERS = words('tar unzip bsdtar gunzip dpkg');

/** Other users may not even enter /root, so what the program needs from there is gone for them. */
function inRootsHome(document: DockerfileDocument, stage: Stage): RootNeed | undefined {
  const home = environmentOf(document, stage).get('HOME')?.value;
  const workdir = effectiveWorkdir(document, stage)?.value;
  for (const instruction of chainOf(stage).flatMap((it) => it.instructions)) {
    const found = mentionOfHome(instruction, home);
    if (found) return { reason: 'inRootsHome', ...found };
  }
  if (workdir === undefined || !ROOTS_HOME.test(workdir)) return undefined;
  const last = chainOf(stage)
    .flatMap((it) => instructionsOf(it.instructions, 'WORKDIR'))
    .at(-1);
  return last && { reason: 'inRootsHome', range: last.range, what: workdir };
}

const ROOTS_HOME = /(?:^|[\s:="'])\/root(?:\/|$|[\s:"'])/;
const HOME = /(?:^|[\s:="'])(?:~|\$HOME|\$\{HOME\})\//;
/** What only building, or a person at a prompt, needs there. */
const FOR_BUILDING =
  /(?:~|\$HOME|\$\{HOME\}|\/root)\/(?:\.(?:cache|npm|npmrc|yarnrc|m2|gradle|ssh|gnupg|pip|config\/pip|bash\w*|profile|zsh\w*|vimrc|vim|gitconfig|netrc|docker|aws|node-gyp|bundle|gem\w*|wget-hsts|config\/composer)|\*|\.\*)/g;

function mentionOfHome(
  instruction: Instruction,
  home: string | undefined,
): { readonly range: Range; readonly what: string } | undefined {
  const { keyword, range } = instruction;
  if (keyword === 'RUN') return homeInstall(instruction);
  if (!AT_RUN_TIME.has(keyword)) return undefined;
  const text = instruction.args.join(' ').replace(FOR_BUILDING, ' ');
  const isRoots = ROOTS_HOME.test(text) || ((home === undefined || ROOTS_HOME.test(home)) && HOME.test(text));
  return isRoots ? { range, what: '/root' } : undefined;
}

const AT_RUN_TIME = words('ENV CMD ENTRYPOINT COPY ADD VOLUME WORKDIR HEALTHCHECK');

/** Installers that put programs into the home of the user who runs them. */
function homeInstall({ script }: CommandBody): { readonly range: Range; readonly what: string } | undefined {
  const command = script.commands.find((it) => !CLEANERS.has(it.name) && installsToHome(it));
  return command && { range: command.range, what: command.name };
}

const CLEANERS = words('rm mkdir chmod chown cat grep ls test du git npm');

function installsToHome({ name, words: all, range }: ShellCommand): boolean {
  const text =
    range.end - range.start > 4000
      ? ''
      : all
          .map((it) => it.value)
          .join(' ')
          .replace(FOR_BUILDING, ' ');
  if (/^pip[\d.]*$|^python[\d.]*$/.test(name) && / install /.test(text) && / --user\b/.test(text)) return true;
  if (name === 'pipx' && / install /.test(text)) return true;
  if (name === 'dotnet' && / tool install .*(?:-g\b|--global)/.test(text)) return true;
  if (
    name === 'rustup' ||
    /sh\.rustup\.rs|nvm-sh\/nvm|get\.sdkman\.io|bun\.sh\/install|deno\.land\/install|pyenv\.run|fnm\.vercel/.test(text)
  )
    return true;
  return ROOTS_HOME.test(text) || HOME.test(text);
}
