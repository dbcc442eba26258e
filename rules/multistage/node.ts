import type { FolderEntry } from '../core/project.js';
import { compiles } from '../dockerfile/building.js';
import type { CopyInstruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import { slimBase } from './bases.js';
import { listed } from './compiled.js';
import { hasContext, listContext, placedSources, readAt } from './context.js';
import type { Ecosystem } from './ecosystem.js';
import {
  fetchedArtefacts,
  type Interpretation,
  interpretation,
  outermost,
  ownedBy,
  repeatedCopies,
  scriptRefusal,
  settingLines,
} from './interpreted.js';
import { nodeStatic, staticServer } from './node-static.js';
import { runPackages } from './packages.js';
import { type Artefact, isRefusal, type Plan, type Refusal } from './plan.js';
import {
  basename,
  folderBehind,
  isInside,
  joinPath,
  optionIn,
  type Reading,
  shownCommand,
  type Work,
} from './reading.js';

export const node: Ecosystem = {
  name: 'Node.js',
  includes: ['Python', 'C'],
  builds: (reading) => installs(reading).length > 0 || reading.work.some(isBuild),
  plan: (reading) => {
    const served = staticServer(reading);
    return served ? nodeStatic(reading, served) : nodePlan(reading);
  },
};

function nodePlan(reading: Reading): Plan | Refusal {
  const base = slimBase(reading);
  const { stage, start } = reading;
  const { range } = stage.from.image ?? stage.from;
  if (reading.base !== 'node' || !base) return { refused: 'base', data: { image: stage.image?.written ?? '' }, range };
  if (!start) return { refused: 'start', data: { hint: '`CMD ["node", "…"]`' }, range };
  const entry = entryOf(reading);
  if (isRefusal(entry)) return entry;
  const script = scriptRefusal(
    reading,
    /\b(?:npm (?:ci|i|install|run build)|yarn install|yarn build|pnpm i|make|gcc|git|node-gyp)\b/,
  );
  if (script) return script;
  const [first] = installs(reading);
  const folder = first && folderOf(first);
  const root = folder !== undefined && folder !== '/' ? folder : undefined;
  if (!first || root === undefined)
    return {
      refused: 'step',
      data: { command: first ? shownCommand(first.command) : 'npm' },
      range: first?.command.range ?? range,
    };
  const folders = [...new Set([root, reading.folderAt(undefined) ?? root])].filter((it) => it !== '/');
  const steps = interpretation(reading, {
    folders,
    isOwn: (it) =>
      isInstall(it) || isBuild(it) || isCare(it) || (it.command.name === 'corepack' && start.command.name === 'node'),
  });
  if (isRefusal(steps)) return steps;
  const packages = runPackages(reading, base, {
    links: true,
    language: false,
    build: (name) => /^python\d?(?:-minimal)?$|^py-pip$|^python-is-python3$/.test(name),
  });
  if (isRefusal(packages)) return packages;
  const own = artefactsOf(reading, root, entry, steps);
  const artefacts = [...own, ...fetchedArtefacts(steps, own)];
  const ownedArtefacts = artefacts.map((it) => ({ ...it, ...ownedBy(steps.owner) }));
  // A COPY of everything in front of the installation could bring other modules.
  const onTop =
    repeatsCopies(own, root) &&
    placedSources(reading).some(
      (it) => it.source === '' && it.target === root && it.copy.range.start < first.run.range.start,
    );
  const finished = pruning(reading, root, folderBehind(reading, steps.last));
  return {
    base,
    artefacts: onTop ? ownedArtefacts.slice(own.length) : ownedArtefacts,
    late: onTop ? ownedArtefacts.slice(0, own.length) : [],
    last: steps.last,
    repeated: [
      ...packages.whole,
      ...steps.moved,
      ...repeatedCopies(
        reading,
        steps,
        artefacts,
        (it) => !repeatsCopies(own, root) && !it.from && isContextual(it, root, reading),
      ),
      ...steps.users,
    ],
    dropped: steps.moved,
    packages: packages.packages,
    buildVariables:
      /^(?:npm_config_\w+|NPM_CONFIG_\w+|NPM_\w+|YARN_\w+|PNPM_\w+|NODE_OPTIONS_BUILD|PYTHON|CYPRESS_\w+|PUPPETEER_SKIP\w*|HUSKY\w*)$/,
    added: settingLines(steps, ownedArtefacts),
    ships: listed(artefacts.map((it) => basename(it.from))),
    ...(finished.length > 0 ? { finished } : {}),
  };
}

const MANAGERS = /^(?:npm|yarn|pnpm)$/;
const TASKS = new Set(['i', 'install', 'ci', 'clean-install', 'add']);

function isGlobal({ words }: Work): boolean {
  return (
    words.some((it) => it === '-g' || it === '--global' || it === '--location=global') ||
    (words[0] === 'yarn' && words[1] === 'global')
  );
}

function isInstall(work: Work): boolean {
  const { command, words } = work;
  if (!MANAGERS.test(command.name) || isGlobal(work)) return false;
  const task = words
    .slice(1)
    .find((it, index) => !it.startsWith('-') && !/^(?:--prefix|-C|--cwd|--registry|--dir)$/.test(words[index] ?? ''));
  return task === undefined ? command.name === 'yarn' : TASKS.has(task);
}

/** Not a tool of C: node-gyp calls those by itself. */
function isBuild({ command, words }: Work): boolean {
  if (/^(?:make|gcc|g\+\+|cmake)$/.test(command.name)) return false;
  if (command.name === 'npx' || MANAGERS.test(command.name))
    return compiles(command) || words.some((it) => /^(?:run-script|run)$/.test(it));
  return (
    compiles(command) &&
    /^(?:tsc|webpack|rollup|esbuild|gulp|grunt|ng|vite|next|nuxt|nest|gatsby|react-scripts|vue-cli-service|parcel)$/.test(
      command.name,
    )
  );
}

/** `npm config set`, `npm cache clean`, `npm prune` */
function isCare(work: Work): boolean {
  const { command, words } = work;
  return (
    (MANAGERS.test(command.name) && (!isGlobal(work) || isBuildTool(work))) ||
    command.name === 'node-prune' ||
    (command.name === 'npx' && words[1] === 'prisma')
  );
}

/** Tools that a build is started with. */
function isBuildTool({ words }: Work): boolean {
  const names = words.slice(2).filter((it) => !it.startsWith('-') && it !== 'add' && it !== 'install');
  return names.every((it) =>
    /^(?:npm|typescript|@angular\/cli|@nestjs\/cli|node-gyp|webpack(?:-cli)?|gulp(?:-cli)?|grunt-cli|@vue\/cli|rimraf|vite|turbo|lerna|nx|node-pre-gyp|bower|parcel)(?:@|$)/.test(
      it,
    ),
  );
}

function installs({ work }: Reading): readonly Work[] {
  return work.filter(isInstall);
}

function folderOf(work: Work): string | undefined {
  const into = optionIn(work.words, '--prefix', '-C', '--cwd', '--dir');
  return into === undefined ? work.folder : joinPath(work.folder, into);
}

/** The file that node starts; undefined: a script of package.json that nobody can read. */
function entryOf(reading: Reading): { readonly file?: string; readonly next?: true } | Refusal {
  const { start } = reading;
  if (!start) return {};
  const { command, words } = start;
  const folder = reading.folderAt(undefined);
  const needsTools: Refusal = {
    refused: 'startsBuild',
    data: { command: shownCommand(command) },
    range: command.range,
  };
  if (command.name === 'node' || command.name === 'pm2-runtime') {
    if (command.name !== 'node') return needsTools;
    return scriptFile(words, folder) ?? needsTools;
  }
  if (command.name === 'npm' || command.name === 'yarn' || command.name === 'pnpm') {
    if (command.name === 'pnpm') return needsTools;
    const name = words.slice(1).find((it) => !it.startsWith('-') && it !== 'run' && it !== 'run-script') ?? '';
    const text = readAt(reading, `${folder ?? ''}/package.json`);
    const started = text === undefined ? undefined : scriptIn(text, name);
    // All of the project and its modules ships where nothing is built: what a start script calls is among them.
    if (text === undefined && name === 'start' && !reading.work.some(isBuild)) return {};
    if (text === undefined)
      return { refused: 'script', data: { command: shownCommand(command) }, range: command.range };
    if (started === undefined) return needsTools;
    return startedBy(started, folder) ?? needsTools;
  }
  if (command.name === 'npx' || command.name === 'next')
    return words.includes('next') && words.includes('start') ? { next: true } : needsTools;
  if (start.path !== undefined) return {};
  return DEVELOPMENT.test(command.name)
    ? needsTools
    : { refused: 'script', data: { command: shownCommand(command) }, range: command.range };
}

/** Programs that compile, or come with the development packages. */
const DEVELOPMENT = /^(?:npx|ts-node|tsx|nodemon|babel-node|ng|vite|nest|tsc|webpack|pm2|react-scripts|nuxt|gatsby)$/;

function scriptFile(words: readonly string[], folder: string | undefined): { readonly file: string } | undefined {
  const rest = words.slice(1);
  if (rest.some((it) => /ts-node|tsx|@babel\/register|babel-node/.test(it))) return undefined;
  const file = rest.find(
    (it, index) =>
      !it.startsWith('-') &&
      !/^(?:-r|--require|--import|--loader|--experimental-loader|--env-file)$/.test(rest[index - 1] ?? ''),
  );
  const path = file === undefined ? undefined : joinPath(folder, file);
  return path === undefined ? undefined : { file: path };
}

function startedBy(
  script: string,
  folder: string | undefined,
): { readonly file?: string; readonly next?: true } | undefined {
  if (
    /\b(?:ts-node|tsx|babel-node|nodemon|concurrently|react-scripts|vite|nest start|ng serve|pm2|turbo|webpack)\b|npm run (?:build|dev)/.test(
      script,
    )
  )
    return undefined;
  if (/(?:^|\s)next start\b/.test(script)) return { next: true };
  const words = script
    .trim()
    .split(/\s+/)
    .filter((it) => !/^\w+=/.test(it) && it !== 'cross-env' && it !== 'exec');
  return words[0] === 'node' ? scriptFile(words, folder) : {};
}

function scriptIn(text: string, name: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const scripts = isRecord(parsed) ? parsed['scripts'] : undefined;
    const script = isRecord(scripts) ? scripts[name] : undefined;
    return typeof script === 'string' ? script : name === 'start' ? 'node server.js' : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** What the run stage takes: the built files and the modules, or the whole folder where nobody knows more. */
function artefactsOf(
  reading: Reading,
  root: string,
  entry: { readonly file?: string; readonly next?: true },
  steps: Interpretation,
): readonly Artefact[] {
  const final = reading.folderAt(undefined);
  const around = final !== undefined && final !== '/' && isInside(final, root) ? [final] : [];
  const whole: readonly Artefact[] = outermost([root, ...around, ...steps.touched]).map((from) => ({
    from,
    folder: true,
  }));
  const modules: Artefact = { from: `${root}/node_modules`, folder: true };
  const several = new Set(installs(reading).map(folderOf)).size > 1;
  const built = reading.work.some((it) => isBuild(it));
  if (several || steps.touched.length > 0) return whole;
  if (!built) return [modules];
  const copied = placedSources(reading).find(
    (it) => it.source === '' && it.target === root && it.copy.range.start < steps.last.range.start,
  );
  if (!copied || !hasContext(reading)) return whole;
  const output = entry.next ? '.next' : firstFolder(root, entry.file);
  const entries = listContext(reading, '') ?? [];
  // An entry beside the sources: the build made something else, and nobody knows where.
  if (output === undefined || entries.some((it) => it.name === output)) return whole;
  const kept = entries
    .filter((it) => it.name !== output && (entry.next ? OF_NEXT.test(it.name) : shipsWithProgram(it)))
    .map((it) => ({ from: `${root}/${it.name}`, folder: it.type === 'folder' }));
  return [...kept, modules, { from: `${root}/${output}`, folder: true }];
}

function firstFolder(root: string, file: string | undefined): string | undefined {
  if (file === undefined || !file.startsWith(`${root}/`)) return undefined;
  const rest = file.slice(root.length + 1);
  return rest.includes('/') ? rest.slice(0, rest.indexOf('/')) : undefined;
}

/** What `next start` reads besides its own folder: https://nextjs.org/docs/app/getting-started/deploying */
const OF_NEXT = /^(?:public|package\.json|next\.config\.\w+|next-i18next\.config\.\w+)$/;

/** What only people, tests and compilers read. */
const NOT_SHIPPED =
  /^(?:\..*|node_modules|src|source|tests?|__tests__|specs?|e2e|cypress|docs?|coverage|scripts|examples?|dist|build|out|lib-cov|README.*|CHANGELOG.*|CONTRIBUTING.*|LICENSE.*|.*\.md|Dockerfile.*|.*\.Dockerfile|(?:docker-)?compose.*\.ya?ml|package-lock\.json|yarn\.lock|pnpm-lock\.yaml|npm-shrinkwrap\.json|tsconfig.*\.json|tslint\.json|nest-cli\.json|nodemon\.json|turbo\.json|jest\.config.*|vitest\.config.*|vite\.config.*|webpack.*\.(?:js|ts|cjs|mjs)|rollup\.config.*|babel\.config.*|eslint\.config.*|postcss\.config.*|tailwind\.config.*|playwright\.config.*|karma\.conf.*|Makefile|Jenkinsfile|.*\.tsx?|.*\.log)$/i;

function shipsWithProgram({ name, type }: FolderEntry): boolean {
  return (type === 'file' || type === 'folder') && !NOT_SHIPPED.test(name);
}

/** The sources come along by COPY where only the modules are taken from the build. */
function repeatsCopies(artefacts: readonly Artefact[], root: string): boolean {
  return artefacts.length === 1 && artefacts[0]?.from === `${root}/node_modules`;
}

/** Sources that the build has turned into something else. */
function isContextual(copy: CopyInstruction, root: string, reading: Reading): boolean {
  return placedSources(reading).some((it) => it.copy === copy && isInside(root, it.target));
}

/** Leaves out what only the build needed, once it is done. */
function pruning(reading: Reading, root: string, folder: string | undefined): readonly string[] {
  const all = installs(reading);
  const [only] = all;
  if (!only || all.length !== 1 || !reading.work.some((it) => isBuild(it)) || folderOf(only) !== root) return [];
  const { command, words } = only;
  const production = words.some((it) => /^(?:--omit=dev|--production|--prod|--only=prod(?:uction)?|-P)$/.test(it));
  const pruned = reading.work.some((it) => it.words.includes('prune'));
  const variable = instructionsOf(reading.stage.instructions, 'ENV', 'ARG').some(
    (it) =>
      it.range.start < only.run.range.start &&
      it.pairs.some(({ name, value }) => name.value === 'NODE_ENV' && value?.value === 'production'),
  );
  if (production || pruned || (variable && !words.some((it) => it === '--include=dev' || it === '--production=false')))
    return [];
  const inFolder = folder === root ? '' : `cd ${root} && `;
  if (command.name === 'npm') return [`RUN ${inFolder}npm prune --omit=dev`];
  if (command.name === 'pnpm') return [`RUN ${inFolder}pnpm prune --prod`];
  const modern =
    words.some((it) => /^--(?:immutable|inline-builds|check-cache)/.test(it)) ||
    /__metadata:/.test(readAt(reading, `${root}/yarn.lock`) ?? '');
  return modern ? [] : [`RUN ${inFolder}yarn install --production --ignore-scripts --prefer-offline`];
}
