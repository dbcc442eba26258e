import { instructionsOf } from '../dockerfile/queries.js';
import { isAlpine, slimBase } from './bases.js';
import { listed } from './compiled.js';
import { readAt } from './context.js';
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
import { nativeNeeds } from './native-libraries.js';
import { runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal, type RunBase } from './plan.js';
import { basename, joinPath, type Reading, shownCommand, type Work } from './reading.js';

export const ruby: Ecosystem = {
  name: 'Ruby',
  includes: ['C', 'Node.js'],
  builds: (reading) => installs(reading).length > 0,
  plan: rubyPlan,
};

/** GEM_HOME of the official image, which Bundler fills as well. */
const GEMS = '/usr/local/bundle';

function rubyPlan(reading: Reading): Plan | Refusal {
  const { stage, start } = reading;
  const { range } = stage.from.image ?? stage.from;
  const base = reading.base === 'ruby' ? slimBase(reading) : undefined;
  if (!base) return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  if (!start) return { refused: 'start', data: { hint: '`CMD ["ruby", "…"]`' }, range };
  const script = scriptRefusal(reading, /\b(?:bundle install|gem install|make|gcc|git|yarn|npm)\b/);
  if (script) return script;
  const gems = gemFolder(reading);
  if (typeof gems !== 'string') return gems;
  const root = reading.folderAt(undefined);
  const folders = [...new Set([root, ...installs(reading).map((it) => it.folder), gems])].flatMap((it) =>
    it === undefined || it === '/' ? [] : [it],
  );
  const steps = interpretation(reading, {
    folders,
    isOwn: (it) => isInstall(it) || isCare(it) || isAssets(it),
    runs: ({ command }) => /^(?:bundle|ruby|rake|rails|bootsnap)$/.test(command.name),
  });
  if (isRefusal(steps)) return steps;
  const packages = runPackages(reading, base, {
    links: true,
    language: true,
    keep: installs(reading).some((it) => it.command.name !== 'gem') ? /^nodejs$/ : /^(?:nodejs|git)$/,
  });
  if (isRefusal(packages)) return packages;
  const native = nativePackages(reading, base);
  if (isRefusal(native)) return native;
  const assets = reading.work.some(isAssets) && root !== undefined && root !== '/' ? [root] : [];
  const own: readonly Artefact[] = [
    { from: gems, folder: true },
    ...outermost([...steps.touched, ...assets]).map((from) => ({ from, folder: true, ...ownedBy(steps.owner) })),
  ];
  const artefacts = [...own, ...fetchedArtefacts(steps, own)];
  return {
    base,
    artefacts,
    last: steps.last,
    repeated: [...packages.whole, ...steps.moved, ...repeatedCopies(reading, steps, artefacts), ...steps.users],
    dropped: steps.moved,
    packages: [...new Set([...packages.packages, ...native])],
    buildVariables: /^(?:BUNDLE_(?:JOBS|RETRY|SILENCE\w*)|NOKOGIRI_\w+)$/,
    added: settingLines(steps, artefacts),
    ships: listed(artefacts.map((it) => (it.from === GEMS ? 'gems' : basename(it.from)))),
  };
}

function isInstall({ command, words }: Work): boolean {
  return (
    (/^bundle(?:r)?$/.test(command.name) && (words[1] === 'install' || words.length === 1)) ||
    (command.name === 'gem' && words[1] === 'install')
  );
}

function isCare({ command, words }: Work): boolean {
  return (
    (/^bundle(?:r)?$/.test(command.name) && /^(?:config|clean|lock|update)$/.test(words[1] ?? '')) ||
    command.name === 'gem'
  );
}

/** Front ends of Rails, built with Node.js. */
function isAssets({ command, words }: Work): boolean {
  return (
    words.some((it) => /^(?:assets:precompile|webpacker:compile|assets:clobber)$/.test(it)) ||
    /^(?:yarn|npm)$/.test(command.name)
  );
}

function installs({ work }: Reading): readonly Work[] {
  return work.filter(isInstall);
}

/** Where gems land: in the folder of the image, or where a variable says. */
function gemFolder(reading: Reading): string | Refusal {
  const moved = reading.work.find(
    ({ command, words }) =>
      /^bundle(?:r)?$/.test(command.name) &&
      words.some((it) => /^(?:path|deployment|--path(?:=.*)?|--deployment|--standalone)$/.test(it)),
  );
  if (moved) return { refused: 'step', data: { command: shownCommand(moved.command) }, range: moved.command.range };
  const pairs = instructionsOf(reading.stage.instructions, 'ENV').flatMap((it) => it.pairs);
  const written = pairs.findLast((it) => it.name.value === 'BUNDLE_PATH' || it.name.value === 'GEM_HOME')?.value?.value;
  const deployed = pairs.find((it) => it.name.value === 'BUNDLE_DEPLOYMENT');
  const folder = written === undefined ? GEMS : joinPath('/', written);
  const [first] = installs(reading);
  if (folder !== undefined && (!deployed || written !== undefined)) return folder;
  return {
    refused: 'step',
    data: { command: first ? shownCommand(first.command) : 'bundle' },
    range: first?.command.range ?? reading.stage.from.range,
  };
}

/** Libraries of the full image that gems of the project link to. */
function nativePackages(reading: Reading, base: RunBase): readonly string[] | Refusal {
  if (/slim/.test(reading.tag) || isAlpine(reading)) return [];
  const names: string[] = [];
  for (const { command, words, folder } of installs(reading)) {
    if (command.name === 'gem')
      names.push(
        ...words
          .slice(2)
          .filter((it) => !it.startsWith('-'))
          .map((it) => it.replace(/:.*$/, '')),
      );
    else {
      const text = readAt(reading, `${folder ?? ''}/Gemfile.lock`);
      if (text === undefined) return { refused: 'packages', data: { packages: 'Gemfile' }, range: command.range };
      names.push(...[...text.matchAll(/^ {4}([\w.-]+) \(/gm)].flatMap((it) => it[1] ?? []));
    }
  }
  const { packages, unknown } = nativeNeeds('ruby', names, base);
  const [first] = unknown;
  const place = installs(reading)[0]?.command.range ?? reading.stage.from.range;
  return first === undefined ? packages : { refused: 'packages', data: { packages: first }, range: place };
}
