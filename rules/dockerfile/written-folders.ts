import { UNKNOWN } from '../core/text.js';
import { officialName } from '../images/official.js';
import type { ShellCommand } from '../shell/model.js';
import type { DockerfileDocument, Instruction, Stage, VolumeInstruction } from './model.js';
import { ownCommand, ownEntrypoint } from './privilege.js';
import { chainOf, effectiveWorkdir, environmentOf, expandAt, instructionsOf } from './queries.js';

/** A folder that the program will write to, as far as the file tells. */
export interface WrittenFolder {
  readonly path: string;
  /** What is done to it below this instruction is lost: a volume begins there. */
  readonly volume?: VolumeInstruction;
}

/** The folders that belong to the user of the program, in order of the text; those left out that have been given away. */
export function writtenFolders(document: DockerfileDocument, stage: Stage): readonly WrittenFolder[] {
  const found = [
    ...volumes(document, stage),
    ...madeFolders(document, stage),
    ...environmentFolders(document, stage),
    ...logFolders(stage),
    ...imageFolders(stage),
    ...(writesInWorkdir(stage) ? workFolders(document, stage) : []),
  ];
  const given = givenAway(document, stage).slice(0, MAX_FOLDERS);
  const seen = new Set<string>();
  return found.slice(0, MAX_FOLDERS).filter(({ path }) => {
    if (seen.has(path) || isShared(path) || given.some((it) => covers(it, path))) return false;
    seen.add(path);
    return true;
  });
}

/** No file written by hand has more; each is compared with all others. */
const MAX_FOLDERS = 100;

/** Writable for everyone, none of the program's business, or the whole system. */
function isShared(path: string): boolean {
  return (
    /^\/(?:tmp|var\/tmp|run|var\/run|dev|proc|sys|etc|usr|bin|sbin|lib|lib64|root|home|opt|srv|var|var\/log|var\/lib|var\/cache|mnt|media)?$/.test(
      path,
    ) ||
    /^\/(?:tmp|var\/tmp|dev|proc|sys|root)\//.test(path) ||
    /[^/]\.\w{2,4}$/.test(path)
  );
}

/** `install` is to find a plain path. */
function plain(path: string): boolean {
  return /^\/[\w.@+/-]+$/.test(path) && !path.includes(UNKNOWN);
}

function volumes(document: DockerfileDocument, stage: Stage): readonly WrittenFolder[] {
  return instructionsOf(stage.instructions, 'VOLUME').flatMap((volume) =>
    volume.args.flatMap((arg) => {
      const { value, known } = expandAt(document, arg, volume.range.start);
      const path = clean(value);
      return known && plain(path) ? [{ path, volume }] : [];
    }),
  );
}

/** Folders for data that a RUN makes and no later step fills: they wait for the program. */
function madeFolders(document: DockerfileDocument, stage: Stage): readonly WrittenFolder[] {
  const folders: string[] = [];
  let looked = 0;
  let workdir: string | undefined;
  for (const instruction of stage.instructions) {
    if (instruction.keyword === 'WORKDIR') {
      const { value, known } = expandAt(document, instruction.args[0] ?? '', instruction.range.start);
      workdir = known ? absolute(value, workdir) : undefined;
    }
    if (instruction.keyword !== 'RUN' || instruction.form === 'heredoc') continue;
    for (const { name, words, conditional, parent } of instruction.script.commands) {
      if (name !== 'mkdir' || conditional || parent) continue;
      for (const word of words.slice(1)) {
        const path = word.literal && !word.value.startsWith('-') ? absolute(word.value, workdir) : undefined;
        if (path === undefined || !FOR_DATA.test(path) || !plain(path) || ++looked > MAX_FOLDERS) continue;
        if (!isFilled(document, stage, path)) folders.push(path);
      }
    }
  }
  return folders.map((path) => ({ path }));
}

const FOR_DATA =
  /^\/(?:data|logs?|uploads?|storage|cache)(?:\/|$)|^\/var\/(?:log|cache)\/[\w.-]+$|^\/(?:var\/)?run\/[\w.-]+$|\/(?:data|logs?|uploads?|storage|cache|spool|sessions|tmp|backups?)$/;

/** A COPY, ADD or other step puts something there: the folder is part of the program then. */
function isFilled(document: DockerfileDocument, stage: Stage, path: string): boolean {
  return instructionsOf(stage.instructions, 'COPY', 'ADD', 'WORKDIR').some((it) => {
    const target = it.keyword === 'WORKDIR' ? it.path : it.destination;
    if (!target) return false;
    return covers(path, clean(expandAt(document, target.value, it.range.start).value));
  });
}

/** `ENV LOG_DIR=/var/log/shop`: somebody told the program where to write. */
function environmentFolders(document: DockerfileDocument, stage: Stage): readonly WrittenFolder[] {
  return [...environmentOf(document, stage)].flatMap(([name, { value, known }]) => {
    const path = clean(value);
    return known && FOR_WRITING.test(name) && !FOR_BUILDING.test(name) && plain(path) ? [{ path }] : [];
  });
}

const FOR_WRITING = /(?:^|_)(?:DATA|CACHE|LOGS?|UPLOADS?|STORAGE|STATE|SESSIONS?)_?(?:DIR|DIRECTORY|PATH|FOLDER)$/i;
const FOR_BUILDING =
  /^(?:PIP|NPM|YARN|PNPM|POETRY|UV|CARGO|GO|GRADLE|MAVEN|COMPOSER|BUNDLE|CONDA|CCACHE|SCCACHE|NUGET|DEB|APT)/i;

/** `CMD app >> /var/log/shop/app.log` */
function logFolders(stage: Stage): readonly WrittenFolder[] {
  return started(stage)
    .flatMap((it) => it.redirects)
    .filter((it) => it.operator.includes('>') && it.target.literal)
    .map((it) => clean(it.target.value.slice(0, it.target.value.lastIndexOf('/'))))
    .filter(plain)
    .map((path) => ({ path }));
}

/**
 * Where the servers of official images write, which belongs to root there. Tomcat unpacks what is deployed; its logs and
 * temp are open to everyone: https://github.com/docker-library/tomcat/blob/master/Dockerfile.template
 */
function imageFolders(stage: Stage): readonly WrittenFolder[] {
  const name = stage.rootImage && officialName(stage.rootImage);
  const own = ownCommand(stage) ?? ownEntrypoint(stage);
  if (name === undefined || (own && !own.script.commands.some((it) => /catalina|caddy|registry/.test(it.name))))
    return [];
  return (IMAGE_FOLDERS.get(name) ?? []).map((path) => ({ path }));
}

const IMAGE_FOLDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['tomcat', ['/usr/local/tomcat/webapps']],
  ['caddy', ['/config/caddy', '/data/caddy']],
  ['registry', ['/var/lib/registry']],
]);

/** Whether the program is known to write beside its own files: servers for development, frameworks with tmp and log. */
export function writesInWorkdir(stage: Stage): boolean {
  return started(stage).some(({ name, words }) => {
    const rest = words.slice(1, 8).map((it) => it.value);
    if (RUNNERS.has(name)) return rest.some((it) => TASK.test(it) || WRITERS.test(it));
    return [
      name,
      ...(name === 'bundle' || name === 'npx' || name.startsWith('python') || name === 'php' ? rest : []),
    ].some((it) => WRITERS.test(it));
  });
}

const RUNNERS = new Set(['npm', 'yarn', 'pnpm', 'bun']);
const TASK = /^(?:start[:-])?(?:dev|develop|serve|watch|hot)(?:[:-].*)?$/;
const WRITERS =
  /(?:^|\/)(?:next|nuxt|gatsby|vite|ng|webpack-dev-server|react-scripts|vue-cli-service|rails|puma|unicorn|jekyll|artisan|manage\.py|jupyter(?:-\w+)?)$/;

function workFolders(document: DockerfileDocument, stage: Stage): readonly WrittenFolder[] {
  const workdir = effectiveWorkdir(document, stage);
  if (!workdir?.known || !plain(workdir.value)) return [];
  const path = workdir.value;
  const runs = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'RUN'));
  const modules = runs.some((it) =>
    it.facts.installs.some((one) => RUNNERS.has(one.manager) && one.packages.length === 0),
  );
  return [{ path }, ...(modules ? [{ path: `${path}/node_modules` }] : [])];
}

/** Folders that a step has given to somebody, or opened for everyone, already. */
function givenAway(document: DockerfileDocument, stage: Stage): readonly string[] {
  const workdir = effectiveWorkdir(document, stage)?.value;
  const all: (string | undefined)[] = chainOf(stage).flatMap((it) =>
    instructionsOf(it.instructions, 'RUN').flatMap(({ facts }) => {
      const owned = facts.ownerChanges.filter((one) => !/^(?:root|0)(?::|$)/.test(one.owner.value));
      const opened = facts.modeChanges.filter((one) => /7$|6$|[ao]\+\w*w/.test(one.mode.value));
      return [...owned, ...opened].flatMap((one) => one.paths.map((path) => absolute(path.value, workdir)));
    }),
  );
  return all.filter((it) => it !== undefined);
}

function started(stage: Stage): readonly ShellCommand[] {
  return [ownEntrypoint(stage), ownCommand(stage)].flatMap((it) => it?.script.commands ?? []);
}

function absolute(path: string, workdir: string | undefined): string | undefined {
  if (path.startsWith('/')) return clean(path);
  return workdir === undefined || path.startsWith('~') ? undefined : clean(`${workdir}/${path}`);
}

function covers(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function clean(path: string): string {
  return path.replace(/\/\.?(?=\/|$)/g, '').replace(/\/+$/, '');
}

/** The COPY and ADD instructions below `from` that fill the folder from the context or another stage. */
export function copiesInto(
  document: DockerfileDocument,
  stage: Stage,
  folder: string,
  from: number,
): readonly Instruction[] {
  let workdir: string | undefined;
  return stage.instructions.filter((it) => {
    if (it.keyword === 'WORKDIR')
      workdir = absolute(expandAt(document, it.args[0] ?? '', it.range.start).value, workdir);
    if ((it.keyword !== 'COPY' && it.keyword !== 'ADD') || it.range.start < from || !it.destination) return false;
    const target = absolute(expandAt(document, it.destination.value, it.range.start).value, workdir);
    return target !== undefined && covers(folder, target);
  });
}
