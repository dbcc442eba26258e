import type { PackageInstall, ShellCommand, ShellFacts, ShellScript } from './model.js';

/** A program that installs what a project lists; facts from the tools' own manuals. */
export interface LockedTool {
  /** The usual name of the lock file. */
  readonly lock: string;
  readonly locks: RegExp;
  /** The file that lists what the project needs. */
  readonly manifest: string;
  /** Verbs that install the whole project. */
  readonly installs: RegExp;
  /** Verbs that take newer versions than the lock file names. */
  readonly updates: RegExp;
  /** Options that hold to the lock file. */
  readonly locked: RegExp;
  /** Options after which nothing of the project is installed, or not from the network. */
  readonly other: RegExp;
  /** Options that ask for the opposite of `option`. */
  readonly contrary: RegExp;
  /** What holds to the lock file: an option, another command, an assignment. Absent: an install always does. */
  readonly option?: string;
  /** Adding `option` changes nothing else. */
  readonly safe: boolean;
  /** Variables that do the same. */
  readonly setting?: RegExp;
  /** The same as a word of the tool's `config` command. */
  readonly configured?: RegExp;
}

/** A command that installs the libraries of the project in some folder, none of them named. */
export interface ProjectInstall {
  readonly tool: LockedTool;
  readonly command: ShellCommand;
  readonly verb: string;
  readonly kind: 'loose' | 'update' | 'locked';
  /** Names of the options. */
  readonly flags: readonly string[];
  /** The folder that an option names. */
  readonly folder?: string;
}

const NEVER = /^$/;

const TOOLS: ReadonlyMap<string, LockedTool> = new Map([
  [
    'npm',
    {
      lock: 'package-lock.json',
      locks: /^(?:package-lock|npm-shrinkwrap)\.json$/,
      manifest: 'package.json',
      installs: /^(?:i|in|ins|inst|insta|instal|install|isnt|isnta|isntal|isntall|add)$/,
      updates: /^(?:update|up|upgrade)$/,
      locked: NEVER,
      other: /^(?:-g|--global|--location|--package-lock-only|--dry-run|--offline|-w|--workspace|--prefix|-C)$/,
      contrary: /^--no-package-lock$|^--(?:package-lock|shrinkwrap)$/,
      option: 'npm ci',
      safe: true,
    },
  ],
  [
    'yarn',
    {
      lock: 'yarn.lock',
      locks: /^yarn\.lock$/,
      manifest: 'package.json',
      installs: /^(?:install)?$/,
      updates: /^upgrade$/,
      locked: /^--(?:immutable|frozen-lockfile|pure-lockfile)$/,
      other: /^(?:--offline|--mode)$/,
      contrary: /^--no-(?:immutable|lockfile|frozen-lockfile)$|^--check-cache$/,
      option: '--frozen-lockfile',
      safe: true,
      setting: /^(?:CI|YARN_ENABLE_IMMUTABLE_INSTALLS)$/,
    },
  ],
  [
    'pnpm',
    {
      lock: 'pnpm-lock.yaml',
      locks: /^pnpm-lock\.yaml$/,
      manifest: 'package.json',
      installs: /^(?:install|i)$/,
      updates: /^(?:update|up|upgrade)$/,
      locked: /^--frozen-lockfile$/,
      other: /^(?:-g|--global|--offline|--lockfile-only)$/,
      contrary: /^--no-(?:frozen-)?lockfile$|^--lockfile$/,
      option: '--frozen-lockfile',
      safe: true,
      setting: /^(?:CI|npm_config_frozen_lockfile)$/i,
    },
  ],
  [
    'bundler',
    {
      lock: 'Gemfile.lock',
      locks: /^Gemfile\.lock$/,
      manifest: 'Gemfile',
      installs: /^(?:install)?$/,
      updates: /^update$/,
      locked: /^--(?:deployment|frozen)$/,
      other: /^--(?:local|gemfile)$/,
      contrary: NEVER,
      option: 'BUNDLE_FROZEN=true',
      safe: false,
      setting: /^BUNDLE_(?:FROZEN|DEPLOYMENT)$/,
      configured: /^(?:frozen|deployment)(?:=.*)?$/,
    },
  ],
  [
    'uv',
    {
      lock: 'uv.lock',
      locks: /^uv\.lock$/,
      manifest: 'pyproject.toml',
      installs: /^sync$/,
      updates: NEVER,
      locked: /^--(?:locked|frozen|offline)$/,
      other: /^--(?:project|directory|dry-run|script)$/,
      contrary: /^(?:--upgrade|-U|--upgrade-package|-P)$/,
      option: '--locked',
      safe: true,
      setting: /^UV_(?:LOCKED|FROZEN|OFFLINE)$/,
    },
  ],
  [
    'composer',
    {
      lock: 'composer.lock',
      locks: /^composer\.lock$/,
      manifest: 'composer.json',
      installs: /^(?:install|i)$/,
      updates: /^(?:update|upgrade|u)$/,
      locked: NEVER,
      other: /^(?:-d|--working-dir|--dry-run|--lock)$/,
      contrary: NEVER,
      safe: false,
    },
  ],
  [
    'cargo',
    {
      lock: 'Cargo.lock',
      locks: /^Cargo\.lock$/,
      manifest: 'Cargo.toml',
      installs: /^(?:build|b|fetch|install|rustc)$/,
      updates: /^update$/,
      locked: /^--(?:locked|frozen|offline)$/,
      other: /^--(?:manifest-path|git|list|package|precise)$|^-p$/,
      contrary: NEVER,
      option: '--locked',
      safe: false,
    },
  ],
  [
    'poetry',
    {
      lock: 'poetry.lock',
      locks: /^poetry\.lock$/,
      manifest: 'pyproject.toml',
      installs: /^(?:install|sync)$/,
      updates: /^update$/,
      locked: NEVER,
      other: /^(?:-C|-P|--directory|--project|--dry-run|--only-root)$/,
      contrary: NEVER,
      safe: false,
    },
  ],
  [
    'pipenv',
    {
      lock: 'Pipfile.lock',
      locks: /^Pipfile\.lock$/,
      manifest: 'Pipfile',
      installs: /^install$/,
      updates: /^update$/,
      locked: /^--(?:deploy|ignore-pipfile)$/,
      other: /^(?:-r|--requirements|-e|--editable)$/,
      contrary: /^--skip-lock$/,
      option: '--deploy',
      safe: true,
    },
  ],
  [
    'bun',
    {
      lock: 'bun.lock',
      locks: /^bun\.lockb?$/,
      manifest: 'package.json',
      installs: /^(?:install|i)$/,
      updates: /^update$/,
      // With --production Bun holds to the lock file by itself.
      locked: /^(?:--frozen-lockfile|--production|-p)$/,
      other: /^(?:-g|--global|--cwd|--dry-run|--lockfile-only)$/,
      contrary: /^(?:--no-save|--force|-f)$/,
      option: '--frozen-lockfile',
      safe: true,
    },
  ],
]);

/** The commands of the script that install whole projects, and those that do so by the lock file, in order. */
export function projectInstalls(script: ShellScript, { installs }: ShellFacts): readonly ProjectInstall[] {
  const read = new Map(installs.map((it) => [it.command, it]));
  return script.commands.flatMap((command): readonly ProjectInstall[] => {
    const known = read.get(command);
    return known ? ofFacts(known) : ofWords(command);
  });
}

function ofFacts({ manager, command, verb, packages, flags, lists }: PackageInstall): readonly ProjectInstall[] {
  const tool = TOOLS.get(manager);
  const isPath = manager === 'cargo' && packages.every(({ name }) => /^\.{0,2}\/?$/.test(name)) && packages.length < 2;
  if (!tool || lists.length > 0) return [];
  if (packages.length > 0 ? !isPath : manager === 'cargo' && verb === 'install') return [];
  const names = flags.map((it) => it.name);
  const folder =
    manager === 'yarn' || manager === 'pnpm'
      ? flags.find((it) => /^(?:--cwd|-C|--dir)$/.test(it.name))?.value
      : undefined;
  const install = projectInstall(tool, command, verb, names);
  return install.map((it) => (folder === undefined ? it : { ...it, folder }));
}

/** Programs and verbs that the tables of package managers leave out. */
function ofWords(command: ShellCommand): readonly ProjectInstall[] {
  const { name, words } = command;
  const tool = /^(?:cargo|poetry|pipenv|bun)$/.test(name) ? TOOLS.get(name) : undefined;
  if (!tool) return [];
  const at = words.findIndex((it, index) => index > 0 && !/^[-+]/.test(it.value));
  const verb = words[at]?.value ?? '';
  if (
    name !== 'cargo' &&
    words.some((it, index) => index > at && !it.value.startsWith('-') && !isValue(words[index - 1]?.value))
  )
    return [];
  return projectInstall(
    tool,
    command,
    verb,
    words.flatMap(({ value }) => (value.startsWith('-') ? [value.split('=')[0] ?? ''] : [])),
  );
}

/** Options of Poetry, Pipenv and Bun whose value is a word of its own. */
function isValue(option: string | undefined): boolean {
  return /^--(?:without|with|only|extras|python|categories|backend|linker|cache-dir|omit)$|^-E$/.test(option ?? '');
}

function projectInstall(
  tool: LockedTool,
  command: ShellCommand,
  verb: string,
  flags: readonly string[],
): readonly ProjectInstall[] {
  if (flags.some((it) => tool.other.test(it))) return [];
  const holds = flags.some((it) => tool.locked.test(it));
  if (tool.installs.test(verb)) return [{ tool, command, verb, kind: holds ? 'locked' : 'loose', flags }];
  if (/^(?:ci|clean-install|ic|install-clean|cit)$/.test(verb)) return [{ tool, command, verb, kind: 'locked', flags }];
  return tool.updates.test(verb) && verb !== '' ? [{ tool, command, verb, kind: 'update', flags }] : [];
}
