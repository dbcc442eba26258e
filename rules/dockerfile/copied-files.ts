import { type Spanned, UNKNOWN } from '../core/text.js';
import type { ShellCommand } from '../shell/model.js';
import type { CopyInstruction, DockerfileDocument, Instruction, RunInstruction } from './model.js';
import { expandAt } from './queries.js';

/** The files that COPY, ADD and the bind mounts of the last RUN put into folders, as far as the Dockerfile names them. */
export interface CopiedFiles {
  /** Where the next instruction runs; `?` stands for the folder of the base image. */
  readonly workdir: string;
  /** A file of the folder that the expression describes; not `exact` where a pattern may stand for it. */
  find(directory: string, name: RegExp): { readonly name: string; readonly exact: boolean } | undefined;
  isNamed(directory: string, name: string): boolean;
  /** Whether such a file may have come in some folder or pattern. */
  mayHold(name: RegExp): boolean;
}

interface Copied {
  readonly directory: string;
  readonly name: string;
  /** A folder that keeps its name: what is in it lies in none of the folders above. */
  readonly keepsName?: boolean;
}

/** The files that a source stands for, by their paths below the folder they are put in; undefined: not known. */
export type FilesOfSource = (source: Spanned) => readonly string[] | undefined;

/**
 * What the instructions bring, in order.
 *
 * @param filesOf tells what folders and patterns of the build context stand for.
 */
export function copiedFiles(
  document: DockerfileDocument,
  instructions: readonly Instruction[],
  filesOf: FilesOfSource = () => undefined,
): CopiedFiles {
  const files: Copied[] = [];
  let workdir = '?';
  for (const instruction of instructions) {
    if (instruction.keyword === 'WORKDIR') {
      const { value } = expandAt(document, instruction.args[0] ?? '', instruction.range.start);
      workdir = join(workdir, value);
    } else if (instruction.keyword === 'COPY' || instruction.keyword === 'ADD') {
      files.push(...ofCopy(document, workdir, instruction, filesOf));
    }
  }
  const last = instructions.at(-1);
  if (last?.keyword === 'RUN') files.push(...ofMounts(document, workdir, last));
  return {
    workdir,
    find(directory, name) {
      const here = files.filter((it) => it.directory === directory);
      const exact = here.find((it) => name.test(it.name));
      if (exact) return { name: exact.name, exact: true };
      const samples = LOCK_FILES.filter((it) => name.test(it));
      const sample = samples.find((it) => here.some((file) => matches(file.name, it)));
      return sample ? { name: sample, exact: false } : undefined;
    },
    isNamed: (directory, name) => files.some((it) => it.directory === directory && it.name === name),
    mayHold: (name) => files.some((it) => name.test(it.name) || (!it.keepsName && !isPlainFile(it.name))),
  };
}

const LOCK_FILES = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'Gemfile.lock',
  'uv.lock',
  'composer.lock',
  'Cargo.lock',
  'poetry.lock',
  'Pipfile.lock',
  'bun.lock',
  'bun.lockb',
];

/** A name without a dot may be a folder's, and an archive may hold anything. */
function isPlainFile(name: string): boolean {
  if (/\.(?:tar|tgz|txz|t?bz2|gz|xz|zst)$/.test(name)) return false;
  return /^\.?[^.*?[]+\.[^*?[/]+$/.test(name) || NO_ENDING.test(name);
}

const NO_ENDING =
  /^(?:Gemfile|Pipfile|Makefile|Rakefile|README|LICENSE|\.(?:npmrc|yarnrc|babelrc|eslintrc|env|nvmrc|ruby-version|python-version))$/;

/** The folder in which a command of the RUN works: after its `cd`s, and in the folder that an option names. */
export function directoryIn(
  workdir: string,
  { script }: RunInstruction,
  install: { readonly command: ShellCommand; readonly folder?: string },
): string | undefined {
  let directory = workdir;
  for (const { name, words, range } of script.commands) {
    if (range.start >= install.command.range.start) break;
    if (name === 'pushd' || name === 'popd') return undefined;
    if (name !== 'cd') continue;
    const target = words[1];
    if (!target?.literal) return undefined;
    directory = join(directory, target.value);
  }
  return install.folder === undefined ? directory : join(directory, install.folder);
}

function ofCopy(
  document: DockerfileDocument,
  workdir: string,
  instruction: CopyInstruction,
  filesOf: FilesOfSource,
): readonly Copied[] {
  const { sources, destination, flags } = instruction;
  if (!destination) return [];
  const to = expandAt(document, destination.value, destination.range.start).value;
  const keepsParents = flags.some((it) => it.name === 'parents');
  return sources.flatMap((source): readonly Copied[] => {
    const inside = instruction.from || keepsParents ? undefined : filesOf(source);
    if (inside)
      return inside.map((it) => {
        const slash = it.lastIndexOf('/');
        return { directory: join(workdir, `${to}/${it.slice(0, Math.max(0, slash))}`), name: it.slice(slash + 1) };
      });
    const from = expandAt(document, source.value, source.range.start).value;
    const name = from.slice(from.lastIndexOf('/') + 1);
    if (keepsParents) return [{ directory: UNKNOWN, name: '' }];
    const last = to.slice(to.lastIndexOf('/') + 1);
    const isFolder = sources.length > 1 || last === '' || last === '.' || last === '..' || !isFileName(last, name);
    if (isFolder) return [{ directory: join(workdir, to), name }];
    const keepsName = /^\w+$/.test(name) && name === last;
    return [{ directory: join(workdir, to.slice(0, to.length - last.length)), name: last, keepsName }];
  });
}

/** `COPY package.json /app` names a folder, `COPY prod.json /app/package.json` a file. */
function isFileName(last: string, source: string): boolean {
  if (last === source) return true;
  const ending = source.slice(source.lastIndexOf('.'));
  return source.includes('.') && last.endsWith(ending) && !/[*?[]/.test(source);
}

function ofMounts(document: DockerfileDocument, workdir: string, run: RunInstruction): readonly Copied[] {
  return run.mounts.flatMap(({ options }) => {
    const read = (...names: readonly string[]): string | undefined =>
      options.find((it) => names.includes(it.name))?.value;
    const type = read('type') ?? 'bind';
    const target = read('target', 'dst', 'destination');
    if (type !== 'bind' || target === undefined) return [];
    const to = join(workdir, expandAt(document, target, run.range.start).value);
    const at = to.lastIndexOf('/');
    return [{ directory: to.slice(0, at) || '/', name: to.slice(at + 1) }];
  });
}

/** The path without `.`, `..` and doubled separators; `?` stays in front of one whose beginning the base image decides. */
function join(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  const joined = parts.join('/');
  return joined.startsWith('?') ? joined : `/${joined}`;
}

/** File name patterns as COPY knows them: `*` and `?`, and sets taken for any character. */
function matches(pattern: string, name: string): boolean {
  if (!/[*?[]/.test(pattern)) return false;
  const simple = pattern.replace(/\[[^\]]*\]/g, '?');
  let row: boolean[] = [true, ...Array.from(name, () => false)];
  for (const sign of simple) {
    const next: boolean[] = [sign === '*' && row[0] === true];
    for (let index = 0; index < name.length; index++) {
      const isHere = row[index] === true && (sign === '?' || sign === name[index]);
      next.push(sign === '*' ? row[index + 1] === true || next[index] === true : isHere);
    }
    row = next;
  }
  return row.at(-1) === true;
}
