import type { CopyInstruction, Instruction } from '../dockerfile/model.js';
import { installedPackages, instructionsOf } from '../dockerfile/queries.js';
import { isAlpine, slimBase, systemBase } from './bases.js';
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
import { basename, isInside, joinPath, optionIn, type Reading, shownCommand, type Work } from './reading.js';

export const python: Ecosystem = {
  name: 'Python',
  includes: ['C'],
  builds: (reading) => installs(reading).length > 0,
  plan: pythonPlan,
};

/** They look for packages, or install them, when the container starts. */
const STARTERS = /^(?:poetry|pipenv|uv|uvx|pip|hatch|pdm|tox|make|conda)$/;

const VENV = '/opt/venv';

/** Python 2 makes no virtual environments: packages lie where its image has them. */
const PYTHON2 = { packages: '/usr/local/lib/python2.7/site-packages', programs: '/usr/local/bin' };

function isPython2({ base, tag }: Reading): boolean {
  return base === 'python' && /^2(?:\D|$)/.test(tag);
}

function pythonPlan(reading: Reading): Plan | Refusal {
  const { stage, start } = reading;
  const { range } = stage.from.image ?? stage.from;
  const base = baseOf(reading);
  if (!base) return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  if (!start) return { refused: 'start', data: { hint: '`CMD ["python", "…"]`' }, range };
  if ([start.command.name, ...start.command.wrappers].some((it) => STARTERS.test(it)))
    return { refused: 'startsBuild', data: { command: shownCommand(start.command) }, range: start.command.range };
  const script = scriptRefusal(
    reading,
    /\b(?:pip3? install|poetry (?:run|install)|pipenv|uv (?:run|sync|pip)|make|gcc|git)\b/,
  );
  if (script) return script;
  const place = placeOf(reading);
  if (isRefusal(place)) return place;
  const root = reading.folderAt(undefined);
  const folders = [...new Set([root, ...place.folders])].flatMap((it) => (it === undefined || it === '/' ? [] : [it]));
  const steps = interpretation(reading, {
    folders,
    isOwn: (it) => isInstall(it) || isCare(it),
    runs: ({ command }) => /^(?:python[\d.]*|django-admin|flask|alembic|pybabel|playwright)$/.test(command.name),
  });
  if (isRefusal(steps)) return steps;
  const packages = runPackages(reading, base, { links: true, language: reading.base === 'python' });
  if (isRefusal(packages)) return packages;
  const cloned = clonedList(reading);
  if (cloned) return unknownPackages(shownCommand(cloned.command), cloned.command.range);
  const native = nativePackages(reading, base);
  if (isRefusal(native)) return native;
  const editable = installs(reading).some(isEditable) && root !== undefined && root !== '/' ? [root] : [];
  const own: readonly Artefact[] = [
    { from: place.folder, folder: true, ...ownedBy(steps.builder) },
    ...(place.programs === undefined ? [] : [{ from: place.programs, folder: true }]),
    ...outermost([...steps.touched, ...editable]).map((from) => ({ from, folder: true, ...ownedBy(steps.owner) })),
  ];
  const artefacts = [...own, ...fetchedArtefacts(steps, own)];
  const [first] = installs(reading);
  return {
    base,
    artefacts,
    last: place.last && place.last.range.start > steps.last.range.start ? place.last : steps.last,
    repeated: [...packages.whole, ...steps.moved, ...repeatedCopies(reading, steps, artefacts, isList), ...steps.users],
    dropped: steps.moved,
    packages: [...new Set([...packages.packages, ...native])],
    ...(place.made && first ? { prepared: { above: first.run, lines: prepared(reading) } } : {}),
    ...(place.made ? { settings: [`ENV PATH="${VENV}/bin:$PATH"`] } : {}),
    buildVariables: /^(?:PIP_\w+|POETRY_\w+|PIPENV_\w+|UV_\w+|VIRTUALENV_\w+)$/,
    added: settingLines(steps, artefacts),
    ships: listed(artefacts.map((it) => basename(it.from))),
  };
}

function baseOf(reading: Reading): RunBase | undefined {
  if (reading.base === 'python') return slimBase(reading);
  const first = installs(reading)[0]?.run.range.start ?? 0;
  const there = installedPackages(reading.stage).some(
    ({ run, install }) => run.range.end < first && install.packages.some((it) => it.name === 'python3'),
  );
  if (!there) return undefined;
  if (reading.base === 'alpine') return systemBase(reading);
  // Debian's python3 makes no virtual environments without python3-venv.
  const made = reading.work.some((it) => it.words.includes('python3-venv') || it.words.includes('python3-full'));
  return (reading.base === 'debian' || reading.base === 'ubuntu') && made ? systemBase(reading) : undefined;
}

function prepared(reading: Reading): readonly string[] {
  const program = reading.base === 'python' ? 'python' : 'python3';
  // Poetry and Pipenv look for the environment by this variable.
  const managed = installs(reading).some(({ command }) => command.name === 'poetry' || command.name === 'pipenv');
  const variable = managed ? `VIRTUAL_ENV=${VENV} ` : '';
  return [`RUN ${program} -m venv ${VENV}`, `ENV ${variable}PATH="${VENV}/bin:$PATH"`];
}

function isPip({ command, words }: Work): boolean {
  return (
    /^pip[\d.]*$/.test(command.name) || (/^python[\d.]*$/.test(command.name) && words[1] === '-m' && words[2] === 'pip')
  );
}

function isInstall(work: Work): boolean {
  const { command, words } = work;
  if (isPip(work)) return words.includes('install');
  if (command.name === 'poetry' || command.name === 'pipenv') return /^(?:install|sync)$/.test(words[1] ?? '');
  return command.name === 'uv' && (words[1] === 'sync' || (words[1] === 'pip' && words[2] === 'install'));
}

function isCare(work: Work): boolean {
  const { command, words } = work;
  return (
    isPip(work) ||
    isVenv(work) ||
    /^(?:poetry|pipenv|uv|source|\.|activate)$/.test(command.name) ||
    words.includes('compileall') ||
    (words.includes('spacy') && words.includes('download'))
  );
}

function isVenv({ command, words }: Work): boolean {
  return (
    command.name === 'virtualenv' ||
    (/^python[\d.]*$/.test(command.name) && words[1] === '-m' && words[2] === 'venv') ||
    (command.name === 'uv' && words[1] === 'venv')
  );
}

function installs({ work }: Reading): readonly Work[] {
  return work.filter(isInstall);
}

function isEditable({ words }: Work): boolean {
  return words.some((it) => it === '-e' || it === '--editable' || it.startsWith('-e='));
}

interface Place {
  /** Of the virtual environment. */
  readonly folder: string;
  /** The rewrite has to make it. */
  readonly made: boolean;
  readonly folders: readonly string[];
  /** Where its programs lie, if not in it. */
  readonly programs?: string;
  /** ENV that switches it on. */
  readonly last?: Instruction;
}

/** Where the packages land: in a virtual environment of the file, or in one that the rewrite makes. */
function placeOf(reading: Reading): Place | Refusal {
  const all = installs(reading);
  const refused = ({ command }: Work): Refusal => ({
    refused: 'step',
    data: { command: shownCommand(command) },
    range: command.range,
  });
  const made = reading.work.find(isVenv);
  const folders = all.flatMap((it) => it.folder ?? []);
  const synced = all.find(({ command, words }) => command.name === 'uv' && words[1] === 'sync');
  if (synced) {
    const environment = instructionsOf(reading.stage.instructions, 'ENV')
      .flatMap((it) => it.pairs)
      .find((it) => it.name.value === 'UV_PROJECT_ENVIRONMENT')?.value?.value;
    const folder =
      environment === undefined
        ? synced.folder === undefined
          ? undefined
          : `${synced.folder}/.venv`
        : joinPath(synced.folder, environment);
    if (folder === undefined || !startsIn(reading, folder)) return refused(synced);
    return { folder, made: false, folders };
  }
  const elsewhere = all.find(
    ({ words, command }) =>
      command.name === 'uv' ||
      (words.some((it) => /^(?:--user|--target|-t|--prefix|--root|--system)(?:=|$)/.test(it)) &&
        command.name !== 'pipenv'),
  );
  if (elsewhere) return refused(elsewhere);
  const managed = all.find(({ command }) => command.name === 'poetry' || command.name === 'pipenv');
  if (managed && !installsInPlace(reading, managed)) return refused(managed);
  if (!made && isPython2(reading))
    return { folder: PYTHON2.packages, programs: PYTHON2.programs, made: false, folders };
  if (!made) {
    const { start } = reading;
    // The path of a program outside of the environment.
    if (start?.words[0]?.startsWith('/usr/') === true)
      return { refused: 'step', data: { command: shownCommand(start.command) }, range: start.command.range };
    const bound = reading.stage.instructions.find((it) =>
      it.args.some((word) => /\/(?:site|dist)-packages\b/.test(word)),
    );
    if (bound) return { refused: 'step', data: { command: bound.keyword }, range: bound.keywordRange };
    return { folder: VENV, made: true, folders };
  }
  const written = made.words.filter((it) => !it.startsWith('-')).at(-1);
  const folder = written === undefined ? undefined : joinPath(made.folder, written);
  return folder !== undefined && startsIn(reading, folder) ? { folder, made: false, folders } : refused(made);
}

/** The program is found in the environment: by PATH, by its path, or by an activation. */
function startsIn(reading: Reading, folder: string): boolean {
  const { stage, start } = reading;
  const text = instructionsOf(stage.instructions, 'ENV').some(({ pairs }) =>
    pairs.some(({ name, value }) => name.value === 'PATH' && /venv|VIRTUAL_ENV/i.test(value?.value ?? '')),
  );
  return text || (start?.path !== undefined && isInside(folder, start.path));
}

function installsInPlace(reading: Reading, { command, words }: Work): boolean {
  if (command.name === 'pipenv') return words.includes('--system');
  const variables = instructionsOf(reading.stage.instructions, 'ENV', 'ARG').flatMap((it) => it.pairs);
  return (
    variables.some(
      ({ name, value }) => name.value === 'POETRY_VIRTUALENVS_CREATE' && /^(?:false|0)$/i.test(value?.value ?? ''),
    ) ||
    reading.work.some(
      (it) => it.command.name === 'poetry' && it.words.includes('virtualenvs.create') && it.words.includes('false'),
    )
  );
}

/** Nothing but lists of what to install: `requirements.txt`, `pyproject.toml`. */
function isList({ sources }: CopyInstruction): boolean {
  return (
    sources.length > 0 &&
    sources.every((it) =>
      /(?:^|\/)(?:[\w.-]*(?:requirements?|constraints?|reqs?)[\w.-]*(?:\.(?:txt|in|lock))?|requirements\/.*|pyproject\.toml\*?|poetry\.lock\*?|uv\.lock|Pipfile(?:\.lock)?\*?|setup\.(?:py|cfg)|README\.\w+)$/i.test(
        it.value,
      ),
    )
  );
}

/** An installation by a list that git fetched: what it brings may well call git, and nobody can read it. */
function clonedList(reading: Reading): Work | undefined {
  const clones = reading.work.some((it) => it.command.name === 'git' && it.words.includes('clone'));
  return clones
    ? installs(reading).find(({ words, folder }) => {
        const list = optionIn(words, '-r', '--requirement');
        return list !== undefined && readAt(reading, joinPath(folder, list) ?? '') === undefined;
      })
    : undefined;
}

/** Libraries of the full image that packages of the project link to. */
function nativePackages(reading: Reading, base: RunBase): readonly string[] | Refusal {
  if (reading.base !== 'python' || /slim/.test(reading.tag) || isAlpine(reading)) return [];
  const names: string[] = [];
  for (const work of installs(reading)) {
    const { words, command, folder } = work;
    const list = optionIn(words, '-r', '--requirement', '--requirements');
    const text = list === undefined ? undefined : readAt(reading, joinPath(folder, list) ?? '');
    if (list !== undefined && text === undefined) return unknownPackages(list, command.range);
    if (text !== undefined)
      names.push(
        ...text
          .split(/\r?\n/)
          .map((it) =>
            it
              .trim()
              .replace(/\s*(?:[<>=!~;[#\s].*)?$/, '')
              .toLowerCase(),
          )
          .filter((it) => it !== '' && !it.startsWith('-')),
      );
    else if (isPip(work))
      names.push(
        ...words
          .slice(words.indexOf('install') + 1)
          .filter((it) => !it.startsWith('-'))
          .map((it) => it.replace(/[<>=!~[].*$/, '').toLowerCase()),
      );
    else return unknownPackages(shownCommand(command), command.range);
  }
  const { packages, unknown } = nativeNeeds('python', names, base);
  const [first] = unknown;
  return first === undefined
    ? packages
    : unknownPackages(first, installs(reading)[0]?.command.range ?? reading.stage.from.range);
}

function unknownPackages(packages: string, range: Refusal['range']): Refusal {
  return { refused: 'packages', data: { packages }, range };
}
