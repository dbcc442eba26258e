import { isAlpine, writtenImage } from './bases.js';
import { listed } from './compiled.js';
import type { Ecosystem } from './ecosystem.js';
import {
  fetchedArtefacts,
  interpretation,
  ownedBy,
  repeatedCopies,
  scriptRefusal,
  settingLines,
} from './interpreted.js';
import { runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal, type RunBase } from './plan.js';
import { basename, isInside, type Reading, shownCommand, type Work } from './reading.js';

export const php: Ecosystem = {
  name: 'PHP',
  includes: ['C'],
  builds: ({ work }) => work.some((it) => isExtension(it) || isComposer(it)),
  plan: phpPlan,
};

/** Where the official image keeps extensions and their settings: https://github.com/docker-library/php */
const EXTENSIONS = '/usr/local/lib/php/extensions';
const SETTINGS = '/usr/local/etc/php/conf.d';

/** Images of applications that are built on the one of PHP, which keeps its extensions where that does. */
const BASES = new Set(
  'php wordpress joomla nextcloud matomo mediawiki phpmyadmin backdrop friendica monica yourls postfixadmin'.split(' '),
);

/** Later images of Drupal keep it in a folder of its own. */
function isBuiltOnPhp({ base, tag }: Reading): boolean {
  return BASES.has(base ?? '') || (base === 'drupal' && /^(?:7|8\.[0-7])(?:\D|$)/.test(tag));
}

function phpPlan(reading: Reading): Plan | Refusal {
  const { stage, start, tag } = reading;
  const { range } = stage.from.image ?? stage.from;
  if (!isBuiltOnPhp(reading)) return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  const base: RunBase = {
    image: writtenImage(reading),
    packages: isAlpine(reading) ? 'apk' : 'apt',
    shell: true,
    folder: '/var/www/html',
  };
  if (!start && reading.base === 'php' && !/apache|fpm/.test(tag))
    return { refused: 'start', data: { hint: '`CMD ["php", "…"]`' }, range };
  if (start && /^composer$/.test(start.command.name))
    return { refused: 'startsBuild', data: { command: shownCommand(start.command) }, range: start.command.range };
  const script = scriptRefusal(reading, /\b(?:composer|docker-php-ext|pecl|git|make|gcc)\b/);
  if (script) return script;
  const root = reading.folderAt(undefined);
  const folders = [
    ...new Set([
      root,
      EXTENSIONS,
      SETTINGS,
      ...reading.work.filter((it) => it.command.name.startsWith('composer')).map((it) => it.folder),
    ]),
  ].flatMap((it) => (it === undefined || it === '/' ? [] : [it]));
  const steps = interpretation(reading, {
    folders,
    isOwn: (it) => isExtension(it) || isComposer(it) || isTool(it),
    runs: ({ command, words }) =>
      /^(?:php|artisan|docker-php-ext-enable)$/.test(command.name) ||
      // `mv php.ini-production php.ini`: the image brings both.
      (/^(?:mv|cp)$/.test(command.name) && words.slice(1).every((it) => it.startsWith('/usr/local/etc/php/php.ini'))),
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
  const folder = (from: string): Artefact => ({ from, folder: true, ...ownedBy(steps.owner) });
  const extensions = reading.work.some(isExtension) ? [EXTENSIONS, SETTINGS] : [];
  const whole = steps.touched.filter((it) => it !== EXTENSIONS && it !== SETTINGS);
  const settings = [...new Set([...extensions, ...steps.touched.filter((it) => !whole.includes(it))])];
  const own: readonly Artefact[] = [...settings.map((from) => ({ from, folder: true })), ...whole.map(folder)];
  const artefacts = [...own, ...fetchedArtefacts(steps, own)];
  const vendors = [
    ...new Set(installs.flatMap((it) => (it.folder === undefined ? [] : [`${it.folder}/vendor`]))),
  ].filter((it) => !whole.some((other) => isInside(other, it)));
  return {
    base,
    artefacts,
    // On top of the sources: a COPY of everything could bring another folder of that name.
    late: vendors.map(folder),
    last: steps.last,
    repeated: [
      ...packages.whole,
      ...steps.moved,
      ...repeatedCopies(reading, steps, artefacts, ({ sources }) => isComposerFile(sources.map((it) => it.value))),
      ...steps.users,
    ],
    dropped: steps.moved,
    packages: packages.packages,
    added: settingLines(steps, artefacts),
    buildVariables: /^(?:COMPOSER_\w+|PHPIZE_DEPS)$/,
    ships: listed([...artefacts, ...vendors.map(folder)].map((it) => basename(it.from))),
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
    (command.name.startsWith('composer') &&
      words.some((it) => /^(?:config|clear-?cache|self-?update|validate|diagnose|--version)$/.test(it)))
  );
}

function isComposerFile(sources: readonly string[]): boolean {
  return sources.length > 0 && sources.every((it) => /^composer\.(?:json|lock)\*?$/.test(it));
}
