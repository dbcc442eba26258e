import type { Edit } from '../core/edit.js';
import type { Fix } from '../core/finding.js';
import type { Range } from '../core/text.js';
import type { PackageAction, PackageManager, ShellWord } from '../shell/model.js';
import { appendCommand } from './append.js';
import type { DockerfileDocument } from './model.js';
import type { KeptCache } from './package-cache.js';
import { instructionsOf } from './queries.js';

/** The program and what it is told to do: `apt-get update`. */
function commandWords({ command, manager }: PackageAction): readonly ShellWord[] {
  const verb = command.words.findIndex((it, index) => index > 0 && VERBS.has(it.value));
  return command.words.slice(0, manager === 'apt' || verb > 0 ? verb + 1 : 1);
}

const VERBS = new Set([
  'update',
  'upgrade',
  'install',
  'add',
  'ci',
  'i',
  'create',
  'in',
  'clean-install',
  'localinstall',
  'groupinstall',
]);

export function commandText(action: PackageAction): string {
  const all = commandWords(action).map((it) => it.value);
  // `python -m pip install` is `pip install` to everyone.
  const words = all.slice(all.indexOf('-m') + 1);
  const [program = '', ...rest] = words;
  return [program.slice(program.lastIndexOf('/') + 1), ...rest.filter((it) => !it.startsWith('-'))]
    .join(' ')
    .slice(0, 40);
}

export function commandRange(action: PackageAction): Range {
  const words = commandWords(action);
  const { range } = action.command;
  return { start: words[0]?.range.start ?? range.start, end: words.at(-1)?.range.end ?? range.end };
}

/** Adds the flag to every installation of the RUN that fills the cache. */
export function addFlag({ run, cache: { flag }, installs }: KeptCache): Fix<'flag'> | undefined {
  if (run.form === 'exec' || flag === undefined) return undefined;
  const edits = installs.flatMap(({ command }): Edit[] => {
    // Without a cache the index is always fetched anew.
    const update = flag === '--no-cache' ? command.words.find((it) => UPDATES.has(it.value)) : undefined;
    if (update) return [{ range: update.range, text: flag }];
    const verb = command.words.find((it, index) => index > 0 && VERBS.has(it.value));
    return verb ? [{ range: { start: verb.range.end, end: verb.range.end }, text: ` ${flag}` }] : [];
  });
  return edits.length === installs.length
    ? { title: 'flag', data: { remedy: flag }, applicability: 'safe', edits }
    : undefined;
}

const UPDATES = new Set(['--update', '--update-cache', '-U']);

/** Cleans the cache up at the end of the RUN. `lastUse`: {@link lastUseOfLists}. */
export function append(
  document: DockerfileDocument,
  kept: KeptCache,
  remedy: string,
  lastUse: number,
): Fix<'append'> | undefined {
  const { run, action } = kept;
  // A later RUN needs the lists.
  if (action.manager === 'apt' && lastUse > run.range.start) return undefined;
  if (cleansAnother(kept)) return undefined;
  const sudo = action.command.wrappers.includes('sudo') ? 'sudo ' : '';
  const edit = appendCommand(document, run, sudo + remedy);
  const applicability = action.manager === 'yarn' && !isFirstYarn(action) ? 'unsafe' : 'safe';
  return edit ? { title: 'append', data: { remedy }, applicability, edits: [edit] } : undefined;
}

/** A cleanup at the end of the RUN would be that of another user or another folder, or its program is gone by then. */
function cleansAnother({ run, action, cache, installs: all }: KeptCache): boolean {
  const { command, manager, flags } = action;
  const options = [...flags, ...all.flatMap((it) => it.flags)];
  if (options.some((it) => ELSEWHERE.has(it.name) || cache.moves.includes(it.name))) return true;
  if (!PER_USER.has(manager)) return false;
  if (command.parent !== undefined || command.wrappers.length > 0) return true;
  const { removals, deletions } = run.facts;
  return (
    removals.some((it) => it.manager !== manager) ||
    deletions.some((it) =>
      it.paths.some(({ value }) => /\/bin\/|node_modules|\/(?:node|npm|yarn|ruby|gems?|conda)$/.test(value)),
    )
  );
}

const ELSEWHERE = new Set(['--installroot', '--root', '-R']);
const PER_USER: ReadonlySet<PackageManager> = new Set(['npm', 'yarn', 'gem', 'bundler', 'conda']);

/** Options that only yarn 1 knows, whose cache nothing needs when the installation is done. */
function isFirstYarn({ command, flags }: PackageAction): boolean {
  return (
    command.words[1]?.value === 'global' ||
    flags.some((it) =>
      /^--(?:frozen-lockfile|pure-lockfile|prod|production|non-interactive|network-timeout|ignore-engines)$/.test(
        it.name,
      ),
    )
  );
}

/** Offset of the last RUN in which apt installs from lists that an earlier RUN fetched; -1 when none does. */
export function lastUseOfLists({ stages }: DockerfileDocument): number {
  const users = stages
    .flatMap((it) => instructionsOf(it.instructions, 'RUN'))
    .filter(
      (it) =>
        it.facts.installs.some((one) => one.manager === 'apt') &&
        !it.facts.indexUpdates.some((one) => one.manager === 'apt'),
    );
  return users.at(-1)?.range.start ?? -1;
}
