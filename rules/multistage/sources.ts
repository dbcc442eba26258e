import { isAlpine, writtenImage } from './bases.js';
import { listed } from './compiled.js';
import type { Ecosystem } from './ecosystem.js';
import {
  fetchedArtefacts,
  interpretation,
  outermost,
  ownedBy,
  repeatedCopies,
  scriptRefusal,
  settingLines,
} from './interpreted.js';
import { runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal } from './plan.js';
import { basename, type Reading, shownCommand } from './reading.js';

/** Nothing is compiled: git fetches the sources of a program that runs as it is. */
export const sources: Ecosystem = {
  name: 'git',
  builds: ({ work }) => work.some((it) => it.command.name === 'git' && it.words.includes('clone')),
  plan: sourcesPlan,
};

function sourcesPlan(reading: Reading): Plan | Refusal {
  const { stage, start } = reading;
  const { range } = stage.from.image ?? stage.from;
  if (reading.base === undefined) return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  const serves = /apache|fpm/.test(reading.tag) && reading.base === 'php';
  if (!start && !serves) return { refused: 'start', data: { hint: '`CMD ["…"]`' }, range };
  const script = scriptRefusal(reading, /\bgit\b/);
  if (script) return script;
  const root = reading.folderAt(undefined);
  const folders = root === undefined || root === '/' ? [] : [root];
  const steps = interpretation(reading, { folders, isOwn: ({ command }) => command.name === 'git' });
  if (isRefusal(steps)) return steps;
  const cloned = reading.work.filter((it) => it.command.name === 'git' && it.words.includes('clone'));
  const [only] = folders;
  const kept = steps.fetched.length === 0 && only !== undefined ? [only] : [];
  const own: readonly Artefact[] = outermost([...steps.touched, ...kept]).map((from) => ({
    from,
    folder: true,
    ...ownedBy(steps.owner),
  }));
  const artefacts = [...own, ...fetchedArtefacts(steps, own)];
  const [clone] = cloned;
  if (artefacts.length === 0)
    return {
      refused: 'step',
      data: { command: clone ? shownCommand(clone.command) : 'git' },
      range: clone?.command.range ?? range,
    };
  const base = {
    image: writtenImage(reading),
    packages: isAlpine(reading) ? ('apk' as const) : ('apt' as const),
    shell: true,
  };
  const packages = runPackages(reading, base, { links: true, language: false, keep: /^(?!git)/ });
  if (isRefusal(packages)) return packages;
  return {
    base: isPhp(reading.base) ? { ...base, folder: '/var/www/html' } : base,
    artefacts,
    last: steps.last,
    repeated: [...packages.whole, ...steps.moved, ...repeatedCopies(reading, steps, artefacts), ...steps.users],
    dropped: steps.moved,
    packages: packages.packages,
    added: settingLines(steps, artefacts),
    ships: listed(artefacts.map((it) => basename(it.from))),
  };
}

function isPhp(base: string): boolean {
  return base === 'php' || base === 'wordpress' || base === 'joomla';
}
