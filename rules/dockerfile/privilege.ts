import { remembered } from '../core/remembered.js';
import { officialName } from '../images/official.js';
import { userOf } from '../images/users.js';
import type { ShellCommand } from '../shell/model.js';
import type { CmdInstruction, EntrypointInstruction, Stage, UserInstruction } from './model.js';
import { chainOf, instructionsOf, isRootUser } from './queries.js';

/** Numeric, so that Kubernetes' runAsNonRoot can verify it; above 10000, so that it is no account of host or base image. */
export const UNPRIVILEGED_USER = '10001:10001';

/** Programs that start another one as another user. */
const DROPPERS = new Set(
  'gosu su-exec setpriv runuser chpst s6-setuidgid s6-applyuidgid setuidgid setuser start-stop-daemon su sudo fixuid'.split(
    ' ',
  ),
);

/** The same in any text: whoever installs one of these means to use it. */
const DROPPER_IN_TEXT = /\b(?:gosu|su-exec|s6-overlay|s6-setuidgid|chpst|fixuid)\b/;

/** Process managers that must be root and start each service as its own user. */
const INITS = new Set('init systemd my_init runsvdir runsvdir-start runit s6-svscan openrc-init'.split(' '));

/** Servers that start as root and hand requests to processes of their own user. */
const SERVERS = new Set(
  (
    'supervisord nginx openresty httpd httpd-foreground apache2 apache2ctl apachectl apache2-foreground php-fpm cron crond sshd dockerd ' +
    'containerd vsftpd proftpd pure-ftpd named dnsmasq squid dovecot postfix master exim4 opendkim rsyslogd syslog-ng unitd smbd ' +
    'slapd smtpd radiusd chronyd mysqld mysqld_safe mariadbd mariadbd-safe tor openvpn haproxy keepalived'
  ).split(' '),
);

/** Docker Official Images whose own command is such a server. */
const SERVER_IMAGES = new Set(
  'nginx httpd wordpress drupal joomla mediawiki matomo nextcloud phpmyadmin unit'.split(' '),
);

/** Official images that run as root and start a server by themselves: what is built on them needs no command of its own. */
const ROOT_SERVER_IMAGES = new Set('caddy registry tomcat tomee traefik'.split(' '));

/** Images whose own entry point is a process manager, or a daemon that cannot do without root. */
const INIT_IMAGES =
  /(?:^|\/)(?:baseimage(?:-docker)?|s6-overlay|systemd[\w-]*|ubi\d+-init|init)$|^(?:phusion|hassioaddons|ghcr\.io\/hassio-addons|ghcr\.io\/home-assistant|homeassistant|kindest|jrei|geerlingguy)\//;

/** Development containers: devcontainer.json names the user there. */
const DEVELOPMENT_IMAGES = /^[^/]+\/(?:public\/)?(?:vscode\/)?devcontainers(?:\/|$)/;

/**
 * What the program of the image does with root, as far as its Dockerfile tells: `needed` or given up on purpose, so that
 * USER would be wrong; `partly`, by a server that keeps one process as root; undefined where nothing points to either.
 */
export const useOfRoot = remembered((stage: Stage): 'needed' | 'dropped' | 'partly' | undefined => {
  const chain = chainOf(stage);
  const started = startCommands(stage);
  for (const command of started) {
    if (INITS.has(command.name)) return 'needed';
    if (dropsPrivilege(command)) return 'dropped';
  }
  if (chain.some(hasDropper)) return 'dropped';

  const base = stage.rootImage;
  if (base) {
    if (DEVELOPMENT_IMAGES.test(base.name)) return 'needed';
    if (INIT_IMAGES.test(base.name) && !ownEntrypoint(stage)) return 'needed';
    const official = officialName(base);
    if (official === 'docker' && base.tag?.value.includes('dind')) return 'needed';
    // A script of the own most likely ends in the server of the image.
    const isBases = started.every(isScript);
    if (official && isBases && SERVER_IMAGES.has(official)) return 'partly';
    if (official === 'php' && isBases && /apache|fpm/.test(base.tag?.value ?? '')) return 'partly';
    if (userOf(base).byEntrypoint && !ownEntrypoint(stage)) return 'dropped';
  }
  return serverStarted(stage) ? 'partly' : undefined;
});

/** The command of ENTRYPOINT or CMD that starts a server which keeps one process as root. */
export function serverStarted(stage: Stage): ShellCommand | undefined {
  return startCommands(stage).find((it) => SERVERS.has(it.name) && !isBusyBoxServer(stage, it));
}

/** BusyBox's httpd stays who it is, unless -u tells it a user. */
function isBusyBoxServer({ rootImage }: Stage, { name, words }: ShellCommand): boolean {
  if (name !== 'httpd' || !rootImage || officialName(rootImage) !== 'busybox') return false;
  return !words.some((it) => it.value.startsWith('-u'));
}

function isScript({ name, words }: ShellCommand): boolean {
  const file = /^(?:ba|da|a)?sh$/.test(name) ? words[1]?.value : words[0]?.value;
  return file !== undefined && /\.sh$|(?:^|[/-])entrypoint$/.test(file);
}

/**
 * Neither the file nor its base image starts a program, only a shell or an interpreter: a tool or a base for other
 * images, or the command stands somewhere else.
 */
export function startsNoProgram(stage: Stage): boolean {
  const command = ownCommand(stage);
  const entrypoint = ownEntrypoint(stage);
  if (command && isPromptOnly(command.script.commands))
    return !entrypoint || entrypoint.script.commands.every(isScript);
  if (command || entrypoint) return false;
  const official = stage.rootImage && officialName(stage.rootImage);
  return official === undefined || !ROOT_SERVER_IMAGES.has(official);
}

/** `CMD ["python3"]`, as in the images of languages: something for a person to type into. */
function isPromptOnly(commands: readonly ShellCommand[]): boolean {
  const [command] = commands;
  return commands.length === 1 && command?.words.length === 1 && PROMPTS.test(command.name);
}

const PROMPTS =
  /^(?:(?:ba|da|a|z|k)?sh|fish|python[\d.]*|pypy[\d.]*|node|irb|perl|php|ghci|julia|R|iex|erl|jshell|swipl|mono|bun|deno|lua)$/;

/** Whether CMD or ENTRYPOINT starts something that is no script of the base image. */
export function startsOwnProgram(stage: Stage): boolean {
  const [program] = startCommands(stage);
  const words = program?.words.map((it) => it.value) ?? [];
  const script = words.find((it) => /^(?:\/|\.\/)[\w./-]+$/.test(it) && !/^\/(?:usr\/)?s?bin\//.test(it));
  if (!program || script === undefined) return program !== undefined;
  const name = basename(script);
  return chainOf(stage)
    .flatMap((it) => instructionsOf(it.instructions, 'COPY', 'ADD'))
    .some((it) => it.args.some((arg) => basename(arg) === name || /\/$|^\.|\*/.test(arg)));
}

/** The last ENTRYPOINT of the chain; absent when the base image's own applies. */
export const ownEntrypoint = remembered((stage: Stage): EntrypointInstruction | undefined =>
  lastOf(stage, 'ENTRYPOINT'),
);

/** The last CMD of the chain; absent when the base image's own applies. */
export const ownCommand = remembered((stage: Stage): CmdInstruction | undefined => lastOf(stage, 'CMD'));

/** The commands that the container starts with: those of ENTRYPOINT, then those of CMD. */
export const startCommands = remembered((stage: Stage): readonly ShellCommand[] =>
  [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) => it?.script.commands ?? []),
);

/**
 * The script of the build context that ENTRYPOINT starts, in an image with an account made for the program: it may well
 * switch to that one, by a means that is in every image (su, setpriv, runuser).
 */
export function scriptThatMaySwitch(stage: Stage): string | undefined {
  if (createdUsers(stage).length === 0) return undefined;
  const words = ownEntrypoint(stage)?.script.commands.flatMap((it) => it.words) ?? [];
  return words.map((it) => it.value).find((it) => /\.sh$|(?:^|[/-])entrypoint[\w.-]*$|(?:^|\/)init$/.test(it));
}

/** Whether steps that may need root follow the instruction in its stage. */
export function stepsFollow(stage: Stage, instruction: UserInstruction): boolean {
  return stage.instructions
    .slice(stage.instructions.indexOf(instruction) + 1)
    .some((it) => it.keyword === 'RUN' || it.keyword === 'UNKNOWN');
}

function lastOf<K extends 'CMD' | 'ENTRYPOINT'>(stage: Stage, keyword: K) {
  return chainOf(stage)
    .flatMap((it) => instructionsOf(it.instructions, keyword))
    .findLast((it) => !it.onbuild);
}

/** The first words are enough: `tini -- gosu app server`. */
function dropsPrivilege({ name, wrappers, words }: ShellCommand): boolean {
  // https://docs.gunicorn.org/en/stable/settings.html#user; uWSGI and Twisted have the same.
  if (
    /^(?:gunicorn|uwsgi|twistd|scrapyd)$/.test(name) &&
    words.some((it) => /^(?:-u|--user|--uid)(?:=|$)/.test(it.value))
  )
    return true;
  return [name, ...wrappers, ...words.slice(0, 5).map((it) => basename(it.value))].some((it) => DROPPERS.has(it));
}

function hasDropper(stage: Stage): boolean {
  return stage.instructions.some(
    (it) => (it.keyword === 'RUN' || it.keyword === 'COPY' || it.keyword === 'ADD') && mentionsDropper(it),
  );
}

function mentionsDropper(instruction: {
  readonly args: readonly string[];
  readonly heredocs: readonly { readonly content: string }[];
}): boolean {
  return [...instruction.args, ...instruction.heredocs.map((it) => it.content)].some((it) => DROPPER_IN_TEXT.test(it));
}

/** The last USER of the chain that was not root and still is in the image. */
export function earlierUser(stage: Stage): string | undefined {
  const users = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'USER'));
  const written = users.flatMap(({ user }) => (user ? [user.value] : []));
  return written.findLast((it) => !it.includes('$') && !isRootUser(it));
}

/** Names of the accounts that the chain's RUN steps create, without those that the package of a service brings. */
export function createdUsers(stage: Stage): readonly string[] {
  const names = chainOf(stage).flatMap((it) =>
    instructionsOf(it.instructions, 'RUN').flatMap(({ script }) =>
      script.commands.flatMap((command) => createdUser(command, it === stage) ?? []),
    ),
  );
  return [...new Set(names)];
}

function createdUser(command: ShellCommand, variables: boolean): string | undefined {
  const valued = VALUED_OPTIONS[command.name];
  if (valued === undefined) return undefined;
  const name = firstArgument(command, valued);
  if (name === undefined || name.startsWith('root')) return undefined;
  if (/^[a-z_][a-z0-9_-]*$/i.test(name)) return name;
  return variables && /^\$(?:\w+|\{\w+\})$/.test(name) ? name : undefined;
}

/** Options of the account tools whose value is the next word: useradd(8), and adduser of Debian and BusyBox. */
const VALUED_OPTIONS: Readonly<Record<string, ReadonlySet<string> | undefined>> = {
  useradd: new Set(
    (
      'b c d e f g G k K p s u R P Z ' +
      'base-dir comment home-dir home expiredate inactive gid groups skel key password shell uid root prefix selinux-user'
    ).split(' '),
  ),
  adduser: new Set(
    'h g s G u k home shell uid gid ingroup gecos comment conf firstuid lastuid firstgid lastgid'.split(' '),
  ),
};

function firstArgument({ words }: ShellCommand, valued: ReadonlySet<string>): string | undefined {
  for (let index = 1; index < words.length; index++) {
    const word = words[index]?.value ?? '';
    if (!word.startsWith('-') || word === '-') return word;
    const long = word.startsWith('--');
    const name = long ? word.slice(2) : (word.at(-1) ?? '');
    if (!(long && word.includes('=')) && valued.has(name)) index++;
  }
  return undefined;
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
