import type { PackageAction, PackageInstall, PackageManager, ShellCommand } from '../shell/model.js';
import { cachePathOf, mountTargets } from './cache-paths.js';
import type { DockerfileDocument, Instruction, RunInstruction } from './model.js';
import { expandAt, shippedChain, shippedRuns } from './queries.js';

/** Where a package manager leaves what it has downloaded, and how to be rid of it. */
export interface PackageCache {
  readonly manager: PackageManager;
  /** Places of the cache; a cleanup or a mount of one of them or of a folder above them satisfies. */
  readonly places: RegExp;
  /** Flags with which nothing is kept. */
  readonly flags: readonly string[];
  /** Environment variables with which nothing is kept, whatever their value. */
  readonly switches: readonly string[];
  /** Options and variables that move the cache. */
  readonly moves: readonly string[];
  /** Files that, copied into the image, may configure or replace the cache. */
  readonly files?: RegExp;
  /** A setting that switches the cache off, in a file that is written or as `… config set`. */
  readonly setting?: string;
  /** Flag that a fix adds behind the verb. */
  readonly flag?: string;
  /** Command that a fix adds at the end of the RUN. */
  readonly clean: (program: string) => string;
}

const RPM = /^\/var\/cache(?:\/(?:yum|dnf|libdnf5|tdnf|PackageKit)(?:\/.*)?)?$/;
const USER_CACHE = '(?:^|\\/)\\.cache';
const rpm = (manager: PackageManager): PackageCache => ({
  manager,
  places: RPM,
  flags: [],
  switches: [],
  moves: [],
  clean: (program) => `${program} clean all`,
});

const GEMS: Omit<PackageCache, 'manager'> = {
  places: /(?:\/cache(?:\/.*)?$|gem env|\.bundle\/cache)/,
  flags: ['--no-cache'],
  switches: [],
  moves: [],
  clean: () => 'rm -rf "$(gem env gemdir)/cache"',
};

const CACHES: readonly PackageCache[] = [
  {
    manager: 'apt',
    // The archives are no matter: Debian's and Ubuntu's images have a hook that deletes them.
    places: /^\/var\/lib(?:\/apt(?:\/lists(?:\/.*)?)?)?$/,
    flags: [],
    switches: [],
    moves: [],
    clean: () => 'rm -rf /var/lib/apt/lists/*',
  },
  {
    manager: 'apk',
    places: /^\/(?:var\/cache|etc\/apk\/cache)(?:\/apk(?:\/.*)?)?$/,
    flags: ['--no-cache', '--no-network'],
    switches: [],
    moves: ['--cache-dir'],
    flag: '--no-cache',
    clean: () => 'rm -rf /var/cache/apk/*',
  },
  rpm('yum'),
  rpm('dnf'),
  rpm('microdnf'),
  rpm('tdnf'),
  {
    manager: 'zypper',
    places: /^\/var\/cache(?:\/zypp(?:\/.*)?)?$/,
    flags: [],
    switches: [],
    moves: ['--cache-dir'],
    clean: (program) => `${program} clean --all`,
  },
  {
    manager: 'pip',
    places: new RegExp(`${USER_CACHE}(?:\\/pip(?:\\/.*)?)?$|pip[\\d.]* cache dir`),
    flags: ['--no-cache-dir', '--no-index'],
    switches: ['PIP_NO_CACHE_DIR'],
    moves: ['--cache-dir', 'PIP_CACHE_DIR', 'XDG_CACHE_HOME'],
    files: /(?:^|\/)pip\.(?:conf|ini)$/,
    setting: 'no-cache-dir',
    flag: '--no-cache-dir',
    clean: (program) => `${program} cache purge`,
  },
  {
    manager: 'npm',
    places: /(?:^|\/)\.npm(?:\/.*)?$|npm config get cache/,
    flags: [],
    switches: [],
    moves: ['--cache', 'npm_config_cache', 'NPM_CONFIG_CACHE'],
    clean: (program) => `${program} cache clean --force`,
  },
  {
    manager: 'yarn',
    places: new RegExp(`${USER_CACHE}(?:\\/yarn(?:\\/.*)?)?$|(?:^|\\/)\\.yarn|yarn cache dir|yarn-cache`),
    // Newer versions of yarn, which know these, run programs from their cache.
    flags: ['--immutable', '--inline-builds', '--mode'],
    files: /(?:^|\/)\.yarn(?:rc\.yml)?(?:\/|$)/,
    switches: [],
    moves: ['--cache-folder', 'YARN_CACHE_FOLDER', 'XDG_CACHE_HOME'],
    clean: (program) => `${program} cache clean`,
  },
  { manager: 'gem', ...GEMS },
  { manager: 'bundler', ...GEMS },
  {
    manager: 'conda',
    places: /\/pkgs(?:\/.*)?$/,
    flags: [],
    switches: [],
    moves: ['CONDA_PKGS_DIRS'],
    clean: (program) => `${program} clean --all --yes`,
  },
];

/** What one RUN leaves behind of one package manager. */
export interface KeptCache {
  readonly run: RunInstruction;
  readonly cache: PackageCache;
  /** The first call that fills the cache. */
  readonly action: PackageAction;
  /** All installations of this RUN that fill it. */
  readonly installs: readonly PackageInstall[];
  /** Commands that only fetch an index: no flag of the installations undoes them. */
  readonly updates: readonly PackageAction[];
}

/** The caches that the RUNs of the shipped image leave in its layers. */
export function keptCaches(document: DockerfileDocument): readonly KeptCache[] {
  const surroundings = surroundingsOf(document);
  return shippedRuns(document).flatMap((run) => {
    const { installs, indexUpdates } = run.facts;
    // A text that could not be read whole may clean up where nobody sees it.
    if (run.onbuild || installs.length + indexUpdates.length === 0 || !run.script.complete) return [];
    return CACHES.flatMap((cache) => keptBy(document, surroundings, run, cache));
  });
}

function keptBy(
  document: DockerfileDocument,
  surroundings: Surroundings,
  run: RunInstruction,
  cache: PackageCache,
): readonly KeptCache[] {
  const installs = run.facts.installs.filter((it) => it.manager === cache.manager);
  const updates = run.facts.indexUpdates.filter((it) => keepsIndex(cache, it));
  if (installs.length + updates.length === 0 || isConfigured(surroundings, run, cache)) return [];
  const folder = movedBy(document, run, cache);
  const isSet = switchesOf(document, surroundings, run, cache);
  const filling = installs.filter(
    (it) => fills(cache, it) && !isSet(it.command) && !isElsewhere(document, run, cache, it, folder),
  );
  const keepsLists = cache.manager === 'apt' || cache.manager === 'apk';
  const actions = [...(cache.manager === 'apt' ? [] : filling), ...(keepsLists ? updates : [])];
  const first = actions.toSorted((a, b) => a.command.range.start - b.command.range.start)[0];
  const last = actions.reduce((latest, it) => Math.max(latest, it.command.range.start), 0);
  if (!first || isMounted(document, run, cache) || cleansAfter(run, cache, last)) return [];
  const installing = new Set(filling.map((it) => it.command));
  return [
    { run, cache, action: first, installs: filling, updates: updates.filter((it) => !installing.has(it.command)) },
  ];
}

/** Whether the RUN cleans this cache up behind the command that starts at `offset`. */
export function cleansAfter(run: RunInstruction, cache: PackageCache, offset: number): boolean {
  const { cacheCleans, deletions } = run.facts;
  return (
    cacheCleans.some((it) => it.command.range.start > offset && isCleanOf(cache, it)) ||
    deletions.some(
      (it) => it.command.range.start > offset && it.paths.some(({ value }) => cache.places.test(cachePathOf(value))),
    )
  );
}

/** `yum clean all` also empties what `dnf` filled: one is a link to the other. */
const ONE_FAMILY: readonly PackageManager[] = ['yum', 'dnf', 'microdnf', 'tdnf'];

function isCleanOf(cache: PackageCache, { manager, command }: PackageAction): boolean {
  // `apt-get clean` deletes archives; only `distclean`, or `dist-clean`, the lists.
  if (manager === 'apt') return cache.manager === 'apt' && command.words.some((it) => /^dist-?clean$/.test(it.value));
  return cache.manager === manager || (ONE_FAMILY.includes(cache.manager) && ONE_FAMILY.includes(manager));
}

function keepsIndex(cache: PackageCache, { manager, flags }: PackageAction): boolean {
  return cache.manager === manager && !flags.some((it) => cache.flags.includes(it.name));
}

/** Programs that download, but keep nothing, clean up by themselves or only run something. */
const KEEPING_NOTHING = new Set(['install_packages', 'clean-install', 'npx', 'pipx', 'pnpx']);
const RUNNING_ONLY = new Set(['exec', 'x', 'dlx', 'workspaces']);

function fills(cache: PackageCache, { command, flags }: PackageInstall): boolean {
  if (KEEPING_NOTHING.has(command.name) || RUNNING_ONLY.has(command.words[1]?.value ?? '')) return false;
  return !flags.some((it) => cache.flags.includes(it.name) && it.value !== 'false');
}

/** The cache lies in a folder of its own, by an option or a variable, that is no part of the layer. */
function isElsewhere(
  document: DockerfileDocument,
  run: RunInstruction,
  cache: PackageCache,
  install: PackageInstall,
  folder: string | undefined,
): boolean {
  const moved = install.flags.find((it) => cache.moves.includes(it.name))?.value ?? folder;
  return moved !== undefined && isTemporary(document, run, install.command, moved);
}

function movedBy(document: DockerfileDocument, run: RunInstruction, { moves }: PackageCache): string | undefined {
  for (const name of moves) {
    if (name.startsWith('-')) continue;
    const { value, known } = expandAt(document, `\${${name}}`, run.range.start);
    if (known && value !== '') return value;
  }
  return undefined;
}

/** The folder is a mount, deleted later in the RUN, or only a variable tells which one it is. */
function isTemporary(
  document: DockerfileDocument,
  run: RunInstruction,
  command: ShellCommand,
  folder: string,
): boolean {
  if (folder.includes('$') || folder === '/dev/null') return true;
  const path = cachePathOf(folder);
  const covers = (it: string): boolean => it !== '' && (path === it || path.startsWith(`${it}/`));
  if (mountTargets(document, run).some(covers)) return true;
  return run.facts.deletions.some(
    (it) => it.command.range.start > command.range.start && it.paths.some(({ value }) => covers(cachePathOf(value))),
  );
}

/** Tells for a command of the RUN whether a variable switches the cache off for it. */
function switchesOf(
  document: DockerfileDocument,
  { declared }: Surroundings,
  run: RunInstruction,
  { switches }: PackageCache,
): (command: ShellCommand) => boolean {
  if (switches.length === 0) return () => false;
  const { start } = run.range;
  const isOn = switches.some((name) => {
    const { value, known } = expandAt(document, `\${${name}}`, start);
    // An ARG without a default is set by whoever builds.
    return (known && value !== '') || (declared.get(name) ?? Number.POSITIVE_INFINITY) < start;
  });
  const sets = (name: string, { assignments, words }: ShellCommand): boolean =>
    assignments.some((it) => it.name.value === name) || words.some((it) => it.value.startsWith(`${name}=`));
  const exported = run.script.commands.find((it) => switches.some((name) => sets(name, it)))?.range.start;
  return ({ range, assignments }) =>
    isOn ||
    (exported !== undefined && exported < range.start) ||
    assignments.some((it) => switches.includes(it.name.value));
}

/** What the instructions of the shipped stages say about caches, by the offset from which it holds. */
interface Surroundings {
  /** Names of ARG. */
  readonly declared: ReadonlyMap<string, number>;
  readonly configured: ReadonlyMap<PackageCache, number>;
}

function surroundingsOf(document: DockerfileDocument): Surroundings {
  const declared = new Map<string, number>();
  const configured = new Map<PackageCache, number>();
  for (const instruction of shippedChain(document).flatMap((it) => it.instructions)) {
    const { start } = instruction.range;
    if (instruction.keyword === 'ARG')
      for (const { name } of instruction.pairs) if (!declared.has(name.value)) declared.set(name.value, start);
    for (const cache of CACHES)
      if (cache.files && !configured.has(cache) && configures(instruction, cache, cache.files))
        configured.set(cache, start);
  }
  return { declared, configured };
}

function configures(instruction: Instruction, { setting }: PackageCache, files: RegExp): boolean {
  if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
    const { sources, destination } = instruction;
    return sources.some((it) => files.test(it.value)) || (destination !== undefined && files.test(destination.value));
  }
  if (setting === undefined || instruction.keyword !== 'RUN') return false;
  const { facts, script } = instruction;
  const isSetting = ({ words }: ShellCommand): boolean =>
    words[1]?.value === 'config' && words.some((it) => it.value.includes(setting));
  return facts.writes.some((it) => it.content?.value.includes(setting)) || script.commands.some(isSetting);
}

/** A file or command of the chain up to this RUN configures the cache. */
function isConfigured({ configured }: Surroundings, run: RunInstruction, cache: PackageCache): boolean {
  return (configured.get(cache) ?? Number.POSITIVE_INFINITY) <= run.range.start;
}

function isMounted(document: DockerfileDocument, run: RunInstruction, { places }: PackageCache): boolean {
  return mountTargets(document, run).some((it) => it.includes('$') || places.test(it));
}
