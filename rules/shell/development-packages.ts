import type { PackageInstall, PackageManager, ShellCommand, ShellWord } from './model.js';

/** A command that installs what only development needs along with the rest. */
export interface DevelopmentInstall {
  readonly command: ShellCommand;
  /** The words to show, and to mark: `npm ci`. */
  readonly shown: readonly ShellWord[];
  /** What leaves those packages out, to be added behind `shown`; absent where no option does. */
  readonly option?: string;
  /** Development packages are asked for by name: an extra, a group, a list. */
  readonly asked: boolean;
  readonly tool: Tool;
}

type Tool = PackageManager | 'poetry' | 'pipenv';

/** Variables that make a tool leave development packages out, and the values that do not. */
export const PRODUCTION_VARIABLES: Partial<Record<Tool, ReadonlySet<string>>> = {
  npm: new Set(['NODE_ENV', 'NPM_CONFIG_PRODUCTION', 'NPM_CONFIG_OMIT', 'NPM_CONFIG_ONLY']),
  yarn: new Set(['NODE_ENV', 'YARN_PRODUCTION', 'NPM_CONFIG_PRODUCTION']),
  pnpm: new Set(['NODE_ENV', 'NPM_CONFIG_PRODUCTION', 'NPM_CONFIG_OMIT']),
  composer: new Set(['COMPOSER_NO_DEV']),
  bundler: new Set(['BUNDLE_WITHOUT', 'BUNDLE_ONLY']),
  uv: new Set(['UV_NO_DEV', 'UV_NO_DEFAULT_GROUPS', 'UV_NO_GROUP']),
};

/** Whether a variable's value leaves development in: `NODE_ENV=development`, `COMPOSER_NO_DEV=0`; but `BUNDLE_WITHOUT=development`. */
export function isForDevelopment(name: string, value: string): boolean {
  if (/_(?:WITHOUT|OMIT|NO_GROUP|ONLY)$/i.test(name)) return value === '';
  return /^(?:|dev|development|test|0|false)$/i.test(value);
}

interface Switch {
  readonly verbs: RegExp;
  /** Options that leave development packages out, with their value where they have one. */
  readonly off: RegExp;
  readonly option?: string;
}

const SWITCHES: Partial<Record<PackageManager, Switch>> = {
  npm: {
    verbs: /^(?:i|install|ci|clean-install)$/,
    off: /^(?:--omit=dev|--only=prod(?:uction)?|--prod(?:uction)?(?:=true)?|-P)$/,
    option: '--omit=dev',
  },
  yarn: {
    verbs: /^(?:|install|workspaces focus)$/,
    off: /^(?:--prod(?:uction)?(?:=true)?|-P)$/,
    option: '--production',
  },
  pnpm: { verbs: /^(?:i|install|ci)$/, off: /^(?:--prod(?:uction)?(?:=true)?|-P)$/, option: '--prod' },
  composer: { verbs: /^(?:i|install|update|u|upgrade)$/, off: /^--no-dev$/, option: '--no-dev' },
  bundler: { verbs: /^(?:|install)$/, off: /^--without(?:=|$)/ },
  uv: {
    verbs: /^sync$/,
    off: /^(?:--no-dev|--no-default-groups|--no-group=dev|--only-group=.*|--all-groups|--only-dev)$/,
    option: '--no-dev',
  },
};

/** Development packages, whatever the variables say. */
const WANTED = /^(?:--include=dev|--prod(?:uction)?=false|--no-prod(?:uction)?|--dev|-D)$/;

/** What the installation brings for development; undefined where it brings none, or that cannot be told. */
export function developmentInstall(install: PackageInstall): DevelopmentInstall | undefined {
  const { manager, command } = install;
  if (!isCertain(command)) return undefined;
  if (manager === 'pip' || manager === 'uv') {
    const asked = askedFor(install);
    if (asked) return { command, shown: [asked], asked: true, tool: manager };
  }
  const known = SWITCHES[manager];
  if (!known?.verbs.test(install.verb) || install.packages.length > 0 || isOutside(install)) return undefined;
  if (isForProduction(install) || command.words.some((it) => !it.literal)) return undefined;
  const wanted = install.flags.find(({ name, value }) => WANTED.test(value === undefined ? name : `${name}=${value}`));
  if (wanted) return { command, shown: [wanted.word], asked: true, tool: manager };
  const shown = shownWords(command, install.verb);
  // Later versions of Yarn know no such option; only they know these.
  const option = manager === 'yarn' && install.flags.some(isOfModernYarn) ? undefined : known.option;
  return { command, shown, asked: false, tool: manager, ...(option === undefined ? {} : { option }) };
}

/** `poetry install` and `pipenv install --dev`. */
export function projectInstall(command: ShellCommand): DevelopmentInstall | undefined {
  const { name, words } = command;
  if ((name !== 'poetry' && name !== 'pipenv') || !isCertain(command)) return undefined;
  const rest = words.slice(1);
  const verb = rest.find((it) => !it.value.startsWith('-'));
  if (verb?.value !== 'install' && !(name === 'pipenv' && verb?.value === 'sync')) return undefined;
  if (words.some((it) => !it.literal)) return undefined;
  if (name === 'pipenv') {
    const dev = rest.find((it) => it.value === '--dev' || it.value === '-d');
    return dev && { command, shown: [dev], asked: true, tool: 'pipenv' };
  }
  const group = rest.find((it) => /^--with(?:=|$)/.test(it.value));
  if (rest.some((it) => /^--(?:no-dev|only|without|only-root)(?:=|$)/.test(it.value)) || group) return undefined;
  return { command, shown: upTo(words, verb), option: '--only main', asked: false, tool: 'poetry' };
}

/** Whether the command takes development packages out again, or installs anew without them. */
export function dropsDevelopment(command: ShellCommand, tool: Tool): boolean {
  const { name, words } = command;
  const rest = words.slice(1).map((it) => it.value);
  if (/^(?:npm|yarn|pnpm|node-prune|modclean)$/.test(name) && /^(?:npm|yarn|pnpm)$/.test(tool)) {
    if (name === 'npm' && rest[0] === 'config' && rest.some((it) => /^(?:omit|production|only)\b/.test(it)))
      return true;
    if (rest.includes('prune') || (name === 'pnpm' && rest.includes('deploy'))) return true;
    return rest.some((it) => /^(?:--omit(?:=dev)?|--only(?:=prod.*)?|--prod(?:uction)?(?:=true)?|-P)$/.test(it));
  }
  if (name === 'bundle' || name === 'bundler')
    return tool === 'bundler' && rest.some((it) => /^(?:--without|without|only)\b/.test(it));
  return name === tool && rest.some((it) => /^--(?:no-dev|only|without)(?:=|$)/.test(it));
}

/** It runs whatever else happens: no branch, no second try. */
function isCertain({ conditional, joinedBy, parent }: ShellCommand): boolean {
  return !conditional && joinedBy !== '||' && parent?.kind !== 'substitution';
}

function isForProduction({ manager, flags }: PackageInstall): boolean {
  return flags.some(({ name, value }) =>
    (SWITCHES[manager]?.off ?? /^$/).test(value === undefined ? name : `${name}=${value}`),
  );
}

/** Programs for all users, or nothing but a lock file. */
function isOutside({ flags }: PackageInstall): boolean {
  return flags.some(({ name }) =>
    /^(?:-g|--global|--location|--package-lock-only|--lockfile-only|--mode|--dry-run|--version|-v|-V|--help|-h)$/.test(
      name,
    ),
  );
}

function isOfModernYarn({ name }: { readonly name: string }): boolean {
  return /^--(?:immutable(?:-cache)?|inline-builds|check-cache|no-immutable)$/.test(name);
}

/** `.[dev]`, `-e .[test]`, `-r requirements-dev.txt` */
function askedFor({ packages, lists, verb }: PackageInstall): ShellWord | undefined {
  if (verb !== 'install' && verb !== 'pip install' && verb !== 'pip sync') return undefined;
  const extra = packages.find(({ word }) => EXTRA.test(word.value.slice(0, 300)));
  return extra?.word ?? lists.find((it) => LIST.test(it.value.slice(-200)));
}

/** Of the project itself: what another package calls `test` may be its program. */
const EXTRA = /^(?:\.|\.?\/[^[]*)\[[^\]]*\b(?:dev|develop|development|tests?|testing|lint)\b[^\]]*\]$/i;

/** `requirements-dev.txt`, `test_requirements.txt`, `requirements/dev.txt`, `dev.txt` */
const LIST =
  /(?:^|[-_./])(?:dev|devel|develop|development|tests?|testing|lint)(?:[-_.]?(?:requirements?|reqs?))?\.(?:txt|in|pip)$/i;

function shownWords({ words }: ShellCommand, verb: string): readonly ShellWord[] {
  const last = verb.split(' ').at(-1);
  return upTo(words, verb === '' ? words[0] : words.find((it, index) => index > 0 && it.value === last));
}

function upTo(words: readonly ShellWord[], last: ShellWord | undefined): readonly ShellWord[] {
  const index = last ? words.indexOf(last) : -1;
  return words.slice(0, Math.max(index, 0) + 1);
}
