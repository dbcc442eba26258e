import { type Range, UNKNOWN } from '../core/text.js';
import type { DockerfileDocument, Instruction, RunInstruction, Stage } from '../dockerfile/model.js';
import { chainOf, effectiveWorkdir, expandAt, instructionsOf, stageAt } from '../dockerfile/queries.js';
import type { ShellCommand } from '../shell/model.js';
import { copiedSecrets } from './copied-files.js';
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

const REMOVED = new WeakMap<DockerfileDocument, readonly RemovedSecret[]>();

/** Secret files that a RUN of the same stage, or of a stage that builds on it, deletes after the layer was made. */
export function removedTooLate(document: DockerfileDocument): readonly RemovedSecret[] {
  const known = REMOVED.get(document);
  if (known) return known;
  const removed = kept(document).flatMap((file): readonly RemovedSecret[] => {
    const stage = stageAt(document, file.instruction.range.start);
    const deletion = stage && deletionOf(document, stage, file);
    return deletion ? [{ place: file.place, file: file.name, secret: file.secret, stage, deletion }] : [];
  });
  REMOVED.set(document, removed);
  return removed;
}

/** A secret file in the layer of the instruction. */
interface KeptFile {
  readonly instruction: Instruction;
  readonly place: Range;
  readonly name: string;
  readonly secret: SecretFile;
  /** Where it may be in the image: a COPY does not tell whether its target is a folder. */
  readonly paths: readonly Path[];
}

function kept(document: DockerfileDocument): readonly KeptFile[] {
  const copied = copiedSecrets(document).map(({ copy, source, secret }): KeptFile => {
    const { start } = copy.range;
    const target = expandAt(document, copy.destination?.value ?? '', start).value;
    const name = fileNameOf(expandAt(document, source.value, start).value);
    const folder = copy.sources.length > 1 || /[/\\]$|^\.?$/.test(target);
    const paths = [`${target}/${name}`, ...(folder ? [] : [target])].flatMap((it) => pathAt(document, it, start));
    return { instruction: copy, place: source.range, name: fileNameOf(source.value), secret, paths };
  });
  const written = runsOf(document).flatMap((run) =>
    writtenSecrets(run).map(({ path, range, secret }): KeptFile => {
      const paths = pathAt(document, path, run.range.start);
      return { instruction: run, place: range, name: fileNameOf(path), secret, paths };
    }),
  );
  return [...copied, ...written];
}

const RUNS = new WeakMap<DockerfileDocument, readonly RunInstruction[]>();

function runsOf(document: DockerfileDocument): readonly RunInstruction[] {
  const known = RUNS.get(document) ?? instructionsOf(document.instructions, 'RUN');
  RUNS.set(document, known);
  return known;
}

/** The first later command that deletes the file; none when a command of the file's own RUN does. */
function deletionOf(document: DockerfileDocument, stage: Stage, file: KeptFile): ShellCommand | undefined {
  const { instruction } = file;
  if (instruction.onbuild || file.paths.length === 0) return undefined;
  for (const run of runsOf(document)) {
    if (run.range.start < instruction.range.start) continue;
    const own = stageAt(document, run.range.start);
    if (!own || !chainOf(own).includes(stage)) continue;
    for (const { command, paths } of run.facts.deletions) {
      const words = run === instruction ? paths : paths.filter((it) => !isMadeThere(run, command, it.value));
      if (!words.some((it) => deletes(document, it.value, run.range.start, file.paths))) continue;
      return run === instruction ? undefined : command;
    }
  }
  return undefined;
}

/** The RUN writes the file before it deletes it, so that it need not have been there before. */
function isMadeThere({ facts }: RunInstruction, deletion: ShellCommand, path: string): boolean {
  return facts.writes.some((it) => it.path.value === path && it.command.range.start < deletion.range.start);
}

/** The parts of a path; `fixed`: from the root, so that nothing stands in front of them. */
interface Path {
  readonly fixed: boolean;
  readonly parts: readonly string[];
}

function deletes(document: DockerfileDocument, written: string, offset: number, files: readonly Path[]): boolean {
  return pathAt(document, written, offset).some((it) => files.some((file) => covers(it, file)));
}

/** A path of an instruction as seen from the root where the working folder is known; none where its end is not known. */
function pathAt(document: DockerfileDocument, written: string, offset: number): readonly Path[] {
  const home = /^(?:~|\$HOME|\$\{HOME\})(?=\/)/.exec(written);
  const value = expandAt(document, written.slice(home?.[0].length ?? 0), offset).value.replaceAll('\\', '/');
  const hidden = Math.max(value.lastIndexOf(UNKNOWN), value.lastIndexOf('`'), value.lastIndexOf('$'));
  if (hidden >= 0 && !value.slice(hidden).includes('/')) return [];
  const shown = hidden >= 0 ? value.slice(value.indexOf('/', hidden)) : value;
  const absolute = shown.startsWith('/') && hidden < 0 && !home;
  const parts = partsOf(shown);
  if (parts.length === 0) return [];
  if (absolute || hidden >= 0 || home) return [{ fixed: absolute, parts }];
  const folder = workdirAt(document, offset);
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

function workdirAt(document: DockerfileDocument, offset: number): string | undefined {
  const stage = stageAt(document, offset);
  if (!stage) return undefined;
  const instructions = stage.instructions.filter((it) => it.range.start < offset);
  const folder = effectiveWorkdir(document, { ...stage, instructions });
  return folder?.known === true ? folder.value : undefined;
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
