import { type Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { ShellCommand, ShellScript } from '../shell/model.js';
import { parseScript } from '../shell/parse.js';
import { justRecipes, type MakeTarget, makeTargets } from './makefile.js';
import type { PipelineStep } from './model.js';

/** A command of a script or target that a step calls. Its ranges are those of the file at `path`. */
export interface CalledCommand {
  readonly command: ShellCommand;
  readonly path: string;
  /** The folder that it runs in. */
  readonly folder: string;
  /** The command of the pipeline that calls it. */
  readonly by: ShellCommand;
}

/** Scripts that call scripts. */
const MAX_DEPTH = 4;

/** Commands of one step in all. */
const MAX_COMMANDS = 5_000;

/** What the scripts, Makefiles and justfiles run that the step calls. `folder` is the one that the system starts in. */
export function calledCommands(step: PipelineStep, project: Project, folder: string): readonly CalledCommand[] {
  if (project.path === undefined || !step.run) return [];
  const start = joined(folder, step.folder ?? '');
  if (start === undefined) return [];
  const reader = readerOf(project);
  return step.run.script.commands.flatMap((by) => {
    const found: CalledCommand[] = [];
    follow(by, start, { reader, by, found, seen: new Set() }, 0);
    return found;
  });
}

interface Following {
  readonly reader: ScriptReader;
  readonly by: ShellCommand;
  readonly found: CalledCommand[];
  readonly seen: Set<string>;
}

function follow(command: ShellCommand, folder: string, following: Following, depth: number): void {
  if (depth >= MAX_DEPTH || following.found.length > MAX_COMMANDS) return;
  for (const { path, script, inside } of calledBy(command, folder, following.reader)) {
    const key = `${path} ${script.range.start}`;
    if (following.seen.has(key)) continue;
    following.seen.add(key);
    for (const it of script.commands) {
      following.found.push({ command: it, path, folder: inside, by: following.by });
      follow(it, inside, following, depth + 1);
    }
  }
}

interface Called {
  readonly path: string;
  readonly script: ShellScript;
  /** The folder that it runs in. */
  readonly inside: string;
}

function calledBy({ name, words }: ShellCommand, folder: string, reader: ScriptReader): readonly Called[] {
  const rest = words.slice(1).map((it) => it.value);
  if (name === 'make' || name === 'gmake' || name.startsWith('$'))
    return name.startsWith('$') ? [] : byMake(rest, folder, reader);
  if (name === 'just') return byJust(rest, folder, reader);
  const shell = /^(?:bash|sh|ash|dash|zsh|source|\.)$/.test(name);
  const written = shell ? rest.find((it) => !it.startsWith('-')) : words[0]?.value;
  if (written === undefined || (!shell && !written.includes('/')) || !/^[\w./-]+$/.test(written)) return [];
  const path = joined(folder, written);
  const script = path === undefined || !isScript(path, shell) ? undefined : reader.shell(path);
  return path === undefined || !script ? [] : [{ path, script, inside: folder }];
}

/** Programs without an ending are read too; what is no shell script is told by its first line. */
function isScript(path: string, shell: boolean): boolean {
  return shell || /\.(?:sh|bash)$/.test(path) || !/\.[^/]*$/.test(path);
}

function byMake(rest: readonly string[], folder: string, reader: ScriptReader): readonly Called[] {
  const after = (option: string): string | undefined => {
    const index = rest.indexOf(option);
    return index < 0 ? undefined : rest[index + 1];
  };
  const inside = joined(folder, after('-C') ?? after('--directory') ?? '');
  if (inside === undefined) return [];
  const file = after('-f') ?? after('--file');
  const names = file === undefined ? ['Makefile', 'makefile', 'GNUmakefile'] : [file];
  const wanted = rest.filter(
    (it, index) =>
      /^[\w.%/-]+$/.test(it) && !it.startsWith('-') && !/^(?:-C|-f|--directory|--file|-j)$/.test(rest[index - 1] ?? ''),
  );
  return targetsIn(names, wanted, inside, reader.make);
}

function byJust(rest: readonly string[], folder: string, reader: ScriptReader): readonly Called[] {
  const wanted = rest.filter((it) => !it.startsWith('-'));
  return targetsIn(['justfile', 'Justfile', '.justfile'], wanted.slice(0, 1), folder, reader.just);
}

function targetsIn(
  names: readonly string[],
  wanted: readonly string[],
  folder: string,
  read: (path: string) => ReadonlyMap<string, MakeTarget> | undefined,
): readonly Called[] {
  for (const name of names) {
    const path = joined(folder, name);
    const targets = path === undefined ? undefined : read(path);
    if (path === undefined || !targets) continue;
    const [first] = [...targets.keys()].filter((it) => !it.startsWith('.'));
    const all = new Set(wanted.length > 0 ? wanted : first === undefined ? [] : [first]);
    // A set that grows while it is walked: what a target needs runs too.
    for (const it of all) for (const need of targets.get(it)?.needs ?? []) all.add(need);
    return [...all].flatMap((it) => {
      const script = targets.get(it)?.script;
      return script && script.commands.length > 0 ? [{ path, script, inside: folder }] : [];
    });
  }
  return [];
}

interface ScriptReader {
  readonly shell: (path: string) => ShellScript | undefined;
  readonly make: (path: string) => ReadonlyMap<string, MakeTarget> | undefined;
  readonly just: (path: string) => ReadonlyMap<string, MakeTarget> | undefined;
}

/** A project is asked by several rules, and gives the same texts to all of them. */
const readerOf = remembered(
  (project: Project): ScriptReader => ({
    shell: parsed(project, (text) =>
      isShell(text) ? parseScript({ program: text, language: 'posix', at: (it) => it }) : undefined,
    ),
    make: parsed(project, makeTargets),
    just: parsed(project, justRecipes),
  }),
);

function isShell(text: string): boolean {
  const first = text.slice(0, 200).split('\n', 1)[0] ?? '';
  return !first.startsWith('#!') || /\b(?:ba|da|a|z|k)?sh\b/.test(first);
}

function parsed<T>(project: Project, parse: (text: string) => T): (path: string) => T | undefined {
  const known = new Map<string, T | undefined>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const text = project.read(path);
    const value = text === undefined ? undefined : parse(text);
    known.set(path, value);
    return value;
  };
}

/** A path below the project's root; undefined where it leaves the root or holds a variable. */
export function joined(folder: string, name: string): string | undefined {
  if (name.startsWith('/') || name.includes('$') || name.includes('\\')) return undefined;
  const parts = folder === '' ? [] : folder.split('/');
  for (const it of name.split('/')) {
    if (it === '' || it === '.') continue;
    if (it !== '..') parts.push(it);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join('/');
}
