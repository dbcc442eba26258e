import type { PackageAction, PackageInstall, PackageManager, ShellCommand } from '../shell/model.js';
import { cachePathOf, mountTargets } from './cache-paths.js';
import type { DockerfileDocument, RunInstruction } from './model.js';
import { chainOf, expandAt, instructionsOf, stageAt } from './queries.js';

/** Where a package manager leaves what it has downloaded, and how to be rid of it. */
export interface PackageCache {
  readonly managers: readonly PackageManager[];
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
  managers: [manager],
  places: RPM,
  flags: [],
  switches: [],
  moves: [],
  clean: (program) => `${program} clean all`,
});

const GEMS: Omit<PackageCache, 'managers'> = {
  places: /(?:\/cache(?:\/.*)?$|gem env|\.bundle\/cache)/,
  flags: ['--no-cache'],
  switches: [],
  moves: [],
  clean: () => 'rm -rf "$(gem env gemdir)/cache"',
};

const CACHES: readonly PackageCache[] = [
  {
    managers: ['apt'],
    // The archives are no matter: Debian's and Ubuntu's images have a hook that deletes them.
    places: /^\/var\/lib(?:\/apt(?:\/lists(?:\/.*)?)?)?$/,
    flags: [],
    switches: [],
    moves: [],
    clean: () => 'rm -rf /var/lib/apt/lists/*',
  },
  {
    managers: ['apk'],
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
    managers: ['zypper'],
    places: /^\/var\/cache(?:\/zypp(?:\/.*)?)?$/,
    flags: [],
    switches: [],
    moves: ['--cache-dir'],
    clean: (program) => `${program} clean --all`,
  },
  {
    managers: ['pip'],
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
    managers: ['npm'],
    places: /(?:^|\/)\.npm(?:\/.*)?$|npm config get cache/,
    flags: [],
    switches: [],
    moves: ['--cache', 'npm_config_cache', 'NPM_CONFIG_CACHE'],
    clean: (program) => `${program} cache clean --force`,
  },
  {
    managers: ['yarn'],
    places: new RegExp(`${USER_CACHE}(?:\\/yarn(?:\\/.*)?)?$|(?:^|\\/)\\.yarn|yarn cache dir|yarn-cache`),
    // Newer versions of yarn, which know these, run programs from their cache.
    flags: ['--immutable', '--inline-builds', '--mode'],
    files: /(?:^|\/)\.yarn(?:rc\.yml)?(?:\/|$)/,
    switches: [],
    moves: ['--cache-folder', 'YARN_CACHE_FOLDER', 'XDG_CACHE_HOME'],
    clean: (program) => `${program} cache clean`,
  },
  { managers: ['gem'], ...GEMS },
  { managers: ['bundler'], ...GEMS },
  {
    managers: ['conda'],
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

/** The caches that a RUN of the document leaves in its layer. */
export function keptCaches(document: DockerfileDocument, run: RunInstruction): readonly KeptCache[] {
  const { installs, indexUpdates } = run.facts;
  // A text that could not be read whole may clean up where nobody sees it.
  if (installs.length + indexUpdates.length === 0 || !run.script.complete) return [];
  return CACHES.flatMap((cache) => {
    const filling = installs.filter((it) => cache.managers.includes(it.manager) && fills(document, run, cache, it));
    const updates = indexUpdates.filter((it) => keepsIndex(cache, it));
    const [manager] = cache.managers;
    const keepsLists = manager === 'apt' || manager === 'apk';
    const actions = [...(manager === 'apt' ? [] : filling), ...(keepsLists ? updates : [])];
    const first = actions.toSorted((a, b) => a.command.range.start - b.command.range.start)[0];
    const last = actions.reduce((latest, it) => Math.max(latest, it.command.range.start), 0);
    if (
      !first ||
      isConfigured(document, run, cache) ||
      isMounted(document, run, cache) ||
      cleansAfter(run, cache, last)
    )
      return [];
    return [
      {
        run,
        cache,
        action: first,
        installs: filling,
        updates: updates.filter((it) => !filling.some((one) => one.command === it.command)),
      },
    ];
  });
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

function isCleanOf({ managers }: PackageCache, { manager, command }: PackageAction): boolean {
  // `apt-get clean` deletes archives; only `distclean`, or `dist-clean`, the lists.
  if (manager === 'apt') return managers.includes('apt') && command.words.some((it) => /^dist-?clean$/.test(it.value));
  return managers.some((it) => it === manager || (ONE_FAMILY.includes(it) && ONE_FAMILY.includes(manager)));
}

function keepsIndex({ managers, flags }: PackageCache, { manager, flags: given }: PackageAction): boolean {
  return managers.includes(manager) && !given.some((it) => flags.includes(it.name));
}

/** Programs that download, but keep nothing, clean up by themselves or only run something. */
const KEEPING_NOTHING = new Set(['install_packages', 'clean-install', 'npx', 'pipx', 'pnpx']);
const RUNNING_ONLY = new Set(['exec', 'x', 'dlx', 'workspaces']);

function fills(
  document: DockerfileDocument,
  run: RunInstruction,
  cache: PackageCache,
  install: PackageInstall,
): boolean {
  const { command, flags } = install;
  if (KEEPING_NOTHING.has(command.name) || RUNNING_ONLY.has(command.words[1]?.value ?? '')) return false;
  if (flags.some((it) => cache.flags.includes(it.name) && it.value !== 'false')) return false;
  if (cache.switches.some((it) => isSet(document, run, command, it))) return false;
  const moved = flags.find((it) => cache.moves.includes(it.name))?.value ?? movedBy(document, run, cache);
  return moved === undefined || !isTemporary(document, run, command, moved);
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

function isSet(document: DockerfileDocument, run: RunInstruction, command: ShellCommand, name: string): boolean {
  if (command.assignments.some((it) => it.name.value === name)) return true;
  const exported = run.script.commands.some(
    (it) =>
      it.range.start < command.range.start &&
      (it.assignments.some((one) => one.name.value === name) ||
        it.words.some((word) => word.value.startsWith(`${name}=`))),
  );
  if (exported) return true;
  const { value, known } = expandAt(document, `\${${name}}`, run.range.start);
  return (known && value !== '') || isDeclared(document, run, name);
}

/** An ARG without a default is set by whoever builds. */
function isDeclared(document: DockerfileDocument, run: RunInstruction, name: string): boolean {
  const stage = stageAt(document, run.range.start);
  if (!stage) return false;
  const declared = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'ARG'));
  return declared.some((it) => it.range.start < run.range.start && it.pairs.some((pair) => pair.name.value === name));
}

/** A file or command of the chain up to this RUN configures the cache. */
function isConfigured(document: DockerfileDocument, run: RunInstruction, { files, setting }: PackageCache): boolean {
  if (!files) return false;
  const stage = stageAt(document, run.range.start);
  const earlier = (stage ? chainOf(stage) : [])
    .flatMap((it) => it.instructions)
    .filter((it) => it.range.start <= run.range.start);
  const copied = instructionsOf(earlier, 'COPY', 'ADD').flatMap((it) => [
    ...it.sources,
    ...(it.destination ? [it.destination] : []),
  ]);
  if (copied.some((it) => files.test(it.value))) return true;
  if (setting === undefined) return false;
  return instructionsOf(earlier, 'RUN').some(
    ({ facts, script }) =>
      facts.writes.some((it) => it.content?.value.includes(setting)) ||
      script.commands.some(
        (it) => it.words[1]?.value === 'config' && it.words.some((word) => word.value.includes(setting)),
      ),
  );
}

function isMounted(document: DockerfileDocument, run: RunInstruction, { places }: PackageCache): boolean {
  return mountTargets(document, run).some((it) => it.includes('$') || places.test(it));
}
