import { remembered } from '../core/remembered.js';
import { type Range, UNKNOWN } from '../core/text.js';
import type { DockerfileDocument, Instruction, RunInstruction, Stage } from '../dockerfile/model.js';
import { expandAt, instructionsOf, stageAt } from '../dockerfile/queries.js';
import type { ShellCommand } from '../shell/model.js';
import { type CopiedSecret, copiedSecrets } from './copied-files.js';
import { fileNameOf, type SecretFile } from './secret-files.js';
import { writtenSecrets } from './written-files.js';

/** A secret file of one layer that a later layer deletes. */
export interface RemovedSecret {
  /** Where it is copied or written: the range of the word. */
  readonly place: Range;
  /** Its name as it may be shown. */
  readonly file: string;
  readonly secret: SecretFile;
  readonly stage: Stage;
  /** The command that deletes it. */
  readonly deletion: ShellCommand;
}

/** Files that are followed through the layers after them; no file written by hand has more. */
const MAX_FILES = 100;

/** Secret files that a RUN of the same stage, or of a stage that builds on it, deletes after the layer was made. */
export const removedTooLate = remembered((document: DockerfileDocument): readonly RemovedSecret[] => {
  const copied = copiedSecrets(document).filter(({ copy }) => !copy.onbuild);
  const runs = instructionsOf(document.instructions, 'RUN');
  const written = runs.flatMap((run) => writtenSecrets(run).map((file) => ({ run, file })));
  if (copied.length + written.length === 0) return [];
  const folders = workingFolders(document);
  const deletions = runs.flatMap((run) => deletionsOf(document, run, folders));
  if (deletions.length === 0) return [];
  const files: readonly KeptFile[] = [
    ...copied.slice(0, MAX_FILES).map((it) => keptCopy(document, it, folders)),
    ...written.slice(0, MAX_FILES).map(({ run, file: { path, range, secret } }) => {
      const paths = pathAt(document, path, run, folders);
      return { instruction: run, place: range, name: fileNameOf(path), secret, paths };
    }),
  ];
  return files.flatMap((file): readonly RemovedSecret[] => {
    const { instruction, place, name, secret } = file;
    const stage = stageAt(document, instruction.range.start);
    const deletion = stage && firstDeletion(deletions, stage, file);
    return deletion ? [{ place, file: name, secret, stage, deletion }] : [];
  });
});

/** A secret file in the layer of the instruction. */
interface KeptFile {
  readonly instruction: Instruction;
  readonly place: Range;
  readonly name: string;
  readonly secret: SecretFile;
  /** Where it may be in the image: a COPY does not tell whether its target is a folder. */
  readonly paths: readonly Path[];
}

function keptCopy(document: DockerfileDocument, { copy, source, secret }: CopiedSecret, folders: Folders): KeptFile {
  const { start } = copy.range;
  const target = expandAt(document, copy.destination?.value ?? '', start).value;
  const name = fileNameOf(expandAt(document, source.value, start).value);
  const folder = copy.sources.length > 1 || /[/\\]$|^\.?$/.test(target);
  const targets = folder ? [`${target}/${name}`] : [`${target}/${name}`, target];
  const paths = targets.flatMap((it) => pathAt(document, it, copy, folders));
  return { instruction: copy, place: source.range, name: fileNameOf(source.value), secret, paths };
}

/** A path that a command deletes. */
interface Deletion {
  readonly run: RunInstruction;
  readonly stage: Stage;
  readonly command: ShellCommand;
  readonly path: Path;
  /** The RUN writes the file before it deletes it, so that it need not have been there before. */
  readonly madeThere: boolean;
}

function deletionsOf(document: DockerfileDocument, run: RunInstruction, folders: Folders): readonly Deletion[] {
  const { deletions, writes } = run.facts;
  const stage = stageAt(document, run.range.start);
  if (deletions.length === 0 || !stage) return [];
  const made = new Map(writes.toReversed().map((it) => [it.path.value, it.command.range.start]));
  return deletions.flatMap(({ command, paths }) =>
    paths.flatMap(({ value }) => {
      const madeThere = (made.get(value) ?? command.range.start) < command.range.start;
      return pathAt(document, value, run, folders).map((path) => ({ run, stage, command, path, madeThere }));
    }),
  );
}

/** The first later command that deletes the file; none when a command of the file's own RUN does. */
function firstDeletion(deletions: readonly Deletion[], stage: Stage, file: KeptFile): ShellCommand | undefined {
  const { instruction, paths } = file;
  const first = deletions.find(
    (it) =>
      it.run.range.start >= instruction.range.start &&
      (it.run === instruction || !it.madeThere) &&
      paths.some((path) => covers(it.path, path)) &&
      buildsOn(it.stage, stage),
  );
  return first?.run === instruction ? undefined : first?.command;
}

function buildsOn(stage: Stage, base: Stage): boolean {
  for (let current: Stage | undefined = stage; current; current = current.base) if (current === base) return true;
  return false;
}

/** The parts of a path; `fixed`: from the root, so that nothing stands in front of them. */
interface Path {
  readonly fixed: boolean;
  readonly parts: readonly string[];
}

/** A path of an instruction as seen from the root where the working folder is known; none where its end is not known. */
function pathAt(
  document: DockerfileDocument,
  written: string,
  instruction: Instruction,
  folders: Folders,
): readonly Path[] {
  if (written.length > MAX_PATH) return [];
  const home = /^(?:~|\$HOME|\$\{HOME\})(?=\/)/.exec(written);
  const value = expandAt(document, written.slice(home?.[0].length ?? 0), instruction.range.start).value.replaceAll(
    '\\',
    '/',
  );
  const hidden = Math.max(value.lastIndexOf(UNKNOWN), value.lastIndexOf('`'), value.lastIndexOf('$'));
  if (hidden >= 0 && !value.slice(hidden).includes('/')) return [];
  const shown = hidden >= 0 ? value.slice(value.indexOf('/', hidden)) : value;
  const absolute = shown.startsWith('/') && hidden < 0 && !home;
  const parts = partsOf(shown);
  if (parts.length === 0) return [];
  if (absolute || hidden >= 0 || home) return [{ fixed: absolute, parts }];
  const folder = folders.get(instruction);
  return folder === undefined ? [{ fixed: false, parts }] : [{ fixed: true, parts: [...partsOf(folder), ...parts] }];
}

function partsOf(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** Longer paths are not written by hand. */
const MAX_PATH = 500;

/** The absolute working folder of each COPY, ADD and RUN, where it is known. */
type Folders = ReadonlyMap<Instruction, string>;

function workingFolders(document: DockerfileDocument): Folders {
  const folders = new Map<Instruction, string>();
  const ends = new Map<Stage, string>();
  for (const stage of document.stages) {
    let current = stage.base ? ends.get(stage.base) : stage.fromScratch ? '/' : undefined;
    for (const instruction of stage.instructions) {
      if (instruction.keyword === 'WORKDIR') current = changedFolder(document, current, instruction);
      else if (current !== undefined) folders.set(instruction, current);
    }
    if (current !== undefined) ends.set(stage, current);
  }
  return folders;
}

function changedFolder(
  document: DockerfileDocument,
  current: string | undefined,
  { args, range }: Instruction,
): string | undefined {
  const { value, known } = expandAt(document, args[0] ?? '', range.start);
  if (!known) return undefined;
  if (/^(?:[/\\]|[A-Za-z]:)/.test(value)) return value.replaceAll('\\', '/');
  const joined = current === undefined ? undefined : `${current}/${value}`;
  return joined !== undefined && joined.length <= MAX_PATH ? joined : undefined;
}

/** Whether deleting the path deletes the file: it is the file, a pattern that meets it, or a folder that it is in. */
function covers(deleted: Path, file: Path): boolean {
  const { parts } = deleted;
  const deep = parts.indexOf('**');
  if (deep >= 0)
    return (
      startsWith(file.parts, parts.slice(0, deep), deleted.fixed && file.fixed) &&
      matches(parts.at(-1) ?? '', file.parts.at(-1) ?? '')
    );
  // Of a folder that is copied as a whole, a part may be deleted.
  if (deleted.fixed && file.fixed) return startsWith(file.parts, parts, true) || startsWith(parts, file.parts, true);
  // Where one of the two begins is not known, so they are compared by their common end, whose name says enough.
  const count = Math.min(parts.length, file.parts.length);
  const ends = parts.slice(-count).every((it, index) => matches(it, file.parts.at(index - count) ?? ''));
  const [last = ''] = parts.slice(-1);
  if (ends && !/^[*?.]*$/.test(last)) return true;
  return last.startsWith('.') && file.parts.includes(last) && startsWith(file.parts, parts, false);
}

/** Whether the parts of a folder stand at the beginning, or anywhere when that is not known. */
function startsWith(path: readonly string[], folder: readonly string[], fixed: boolean): boolean {
  const starts = fixed ? [0] : path.map((_, index) => index);
  return starts.some(
    (at) => at + folder.length <= path.length && folder.every((it, i) => matches(it, path[at + i] ?? '')),
  );
}

/** Compares a part of a path with a pattern, or with a name that is itself a pattern: `COPY *.key`. */
function matches(pattern: string, name: string): boolean {
  return pattern === name || meets(pattern, name) || meets(name, pattern);
}

/** `*` and `?` as a shell reads them: neither is the dot that a name begins with. */
function meets(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern) || (name.startsWith('.') && !pattern.startsWith('.'))) return false;
  const pieces = pattern.split('*');
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const last = index === pieces.length - 1;
    const found = index === 0 ? 0 : last ? name.length - piece.length : find(name, piece, at);
    if (found < at || !fits(name, piece, found)) return false;
    at = found + piece.length;
  }
  return at === name.length;
}

function find(name: string, piece: string, from: number): number {
  for (let at = from; at + piece.length <= name.length; at++) if (fits(name, piece, at)) return at;
  return -1;
}

function fits(name: string, piece: string, at: number): boolean {
  if (at + piece.length > name.length) return false;
  for (let index = 0; index < piece.length; index++)
    if (piece[index] !== '?' && piece[index] !== name[at + index]) return false;
  return true;
}
