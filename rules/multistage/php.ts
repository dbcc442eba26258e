import { isAlpine, writtenImage } from './bases.js';
import { listed } from './compiled.js';
import type { Ecosystem } from './ecosystem.js';
import { interpretation, isCovered, scriptRefusal } from './interpreted.js';
import { runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal, type RunBase } from './plan.js';
import { basename, type Reading, shownCommand, type Work } from './reading.js';

export const php: Ecosystem = {
  name: 'PHP',
  includes: ['C'],
  builds: ({ work }) => work.some((it) => isExtension(it) || isComposer(it)),
  plan: phpPlan,
};

/** Where the official image keeps extensions and their settings: https://github.com/docker-library/php */
const EXTENSIONS = '/usr/local/lib/php/extensions';
const SETTINGS = '/usr/local/etc/php/conf.d';

function phpPlan(reading: Reading): Plan | Refusal {
  const { stage, start, tag } = reading;
  const { range } = stage.from.image ?? stage.from;
  if (reading.base !== 'php') return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  const base: RunBase = {
    image: writtenImage(reading),
    packages: isAlpine(reading) ? 'apk' : 'apt',
    shell: true,
    folder: '/var/www/html',
  };
  if (!start && !/apache|fpm/.test(tag)) return { refused: 'start', data: { hint: '`CMD ["php", "…"]`' }, range };
  if (start && /^composer$/.test(start.command.name))
    return { refused: 'startsBuild', data: { command: shownCommand(start.command) }, range: start.command.range };
  const script = scriptRefusal(reading, /\b(?:composer|docker-php-ext|pecl|git|make|gcc)\b/);
  if (script) return script;
  const root = reading.folderAt(undefined);
  const folders = [...new Set([root, '/var/www', ...reading.work.filter(isComposer).map((it) => it.folder)])].flatMap(
    (it) => (it === undefined || it === '/' ? [] : [it]),
  );
  const steps = interpretation(reading, {
    folders,
    isOwn: (it) => isExtension(it) || isComposer(it) || isTool(it),
    runs: ({ command }) => /^(?:php|artisan|docker-php-ext-enable)$/.test(command.name),
  });
  if (isRefusal(steps)) return steps;
  const packages = runPackages(reading, base, {
    links: true,
    language: false,
    build: (name) => name === '$PHPIZE_DEPS' || name === '${PHPIZE_DEPS}',
  });
  if (isRefusal(packages)) return packages;
  const installs = reading.work.filter(isComposer);
  const unclear = installs.find((it) => it.folder === undefined || it.folder === '/');
  if (unclear)
    return { refused: 'step', data: { command: shownCommand(unclear.command) }, range: unclear.command.range };
  const whole = steps.others.some((it) => !isTool(it)) && root !== undefined;
  const owner = steps.owner === undefined ? {} : { owner: steps.owner };
  const extensions = reading.work.some(isExtension) ? [EXTENSIONS, SETTINGS] : [];
  const vendors = [...new Set(installs.flatMap((it) => (it.folder === undefined ? [] : [`${it.folder}/vendor`])))];
  const artefacts: readonly Artefact[] = [
    ...extensions.map((from) => ({ from, folder: true })),
    ...(whole ? [{ from: root, folder: true, ...owner }] : vendors.map((from) => ({ from, folder: true, ...owner }))),
  ];
  return {
    base,
    artefacts: whole ? artefacts : artefacts.filter((it) => !vendors.includes(it.from)),
    last: steps.last,
    repeated: [
      ...packages.whole,
      ...steps.moved,
      ...(whole
        ? []
        : steps.copies.filter(
            (it) => !isCovered(reading, it, steps.last) && !isComposerBinary(it.sources.map((word) => word.value)),
          )),
      ...steps.users,
    ],
    dropped: steps.moved,
    packages: packages.packages,
    // Behind the sources: a COPY of everything could bring another vendor folder.
    ...(whole ? {} : { late: artefacts.filter((it) => vendors.includes(it.from)) }),
    buildVariables: /^(?:COMPOSER_\w+|PHPIZE_DEPS)$/,
    ships: listed(artefacts.map((it) => basename(it.from))),
  };
}

function isExtension({ command }: Work): boolean {
  return /^(?:docker-php-ext-(?:install|configure|enable)|pecl|install-php-extensions)$/.test(command.name);
}

function isComposer({ command, words }: Work): boolean {
  return (
    (/^composer(?:\.phar)?$/.test(command.name) ||
      (command.name === 'php' && words.some((it) => it.endsWith('composer.phar')))) &&
    words.some((it) => /^(?:install|update|i|u|dump-autoload|dumpautoload)$/.test(it))
  );
}

/** Composer itself, and helpers of the image that leave nothing a program needs. */
function isTool({ command, words }: Work): boolean {
  return (
    command.name === 'docker-php-source' ||
    command.name === 'pear' ||
    (/^(?:curl|php|wget)$/.test(command.name) &&
      words.some((it) => /getcomposer\.org|composer-setup|composer\.phar/.test(it))) ||
    (command.name.startsWith('composer') && !words.includes('global'))
  );
}

function isComposerBinary(sources: readonly string[]): boolean {
  return sources.every((it) => /^composer\.(?:json|lock)\*?$/.test(it));
}
