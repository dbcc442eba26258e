import { deleteLines, type Edit } from '../core/edit.js';
import type { Fix } from '../core/finding.js';
import type { Range } from '../core/text.js';
import { userIdOf } from '../dockerfile/accounts.js';
import type { CopyInstruction, DockerfileDocument, Instruction, RunInstruction, Stage } from '../dockerfile/model.js';
import {
  effectiveWorkdir,
  everyInstruction,
  expandAt,
  instructionsOf,
  isRootUser,
  stageAt,
} from '../dockerfile/queries.js';
import { userOf } from '../images/users.js';
import type { PackageManager, ShellCommand } from '../shell/model.js';
import { mountFlag, secretForm } from './secret-variable.js';

/** Each file is looked for in all instructions. */
const MAX_INSTRUCTIONS = 1000;

/** More RUNs than these use it: which of them need it is no longer clear. */
const MAX_RUNS = 3;

/**
 * Takes a file with a login out of COPY and mounts it in the RUNs that use it, where it was expected; no fix where
 * something else than a RUN of the same stage may want it, or none is known to.
 *
 * @param source the word of COPY or ADD.
 */
export function fileMounts(document: DockerfileDocument, source: Range): readonly Fix<'mount'>[] {
  if (document.instructions.length > MAX_INSTRUCTIONS) return [];
  const mounted = mountFile(document, source);
  if (!mounted) return [];
  return [{ title: 'mount', data: { id: mounted.id }, applicability: 'unsafe', edits: mounted.edits }];
}

interface MountedFile {
  /** `docker build --secret id=npmrc,src=.npmrc`. */
  readonly id: string;
  readonly edits: readonly Edit[];
}

function mountFile(document: DockerfileDocument, source: Range): MountedFile | undefined {
  const copy = instructionsOf(document.instructions, 'COPY', 'ADD').find((it) =>
    it.sources.some((one) => one.range === source),
  );
  const stage = copy && stageAt(document, copy.range.start);
  const written = copy?.sources.find((it) => it.range === source)?.value ?? '';
  if (!stage || !copy || copy.from || copy.json || /[*?[\]$]|\/$/.test(written) || !secretForm(document))
    return undefined;
  const name = written.slice(written.lastIndexOf('/') + 1);
  const target = targetOf(document, stage, copy, name);
  if (target === undefined) return undefined;

  const file = target.slice(target.lastIndexOf('/') + 1);
  const later = stage.instructions.slice(stage.instructions.indexOf(copy) + 1);
  const id = file
    .replace(/^[._]+/, '')
    .replaceAll(/[^\w-]+/g, '_')
    .toLowerCase();
  const edits: Edit[] = [withoutSource(document, copy, source)];
  let uses = 0;
  for (const run of instructionsOf(later, 'RUN')) {
    const step = stepWith(document, run, { file, target });
    if (!step) return undefined;
    edits.push(...step.edits);
    if (!step.uses) continue;
    const owner = ownerAt(document, stage, run);
    if (owner === undefined || ++uses > MAX_RUNS) return undefined;
    edits.push(mountFlag(document, run, `--mount=type=secret,id=${id},target=${target}${owner}`));
  }
  const wanted = everyInstruction(document).some(
    (it) => it !== copy && it.keyword !== 'RUN' && mentions(document, it, file),
  );
  if (uses === 0 || wanted || id === '') return undefined;
  return { id, edits: edits.toSorted((a, b) => a.range.start - b.range.start) };
}

/** The path of the file in the image. */
function targetOf(document: DockerfileDocument, stage: Stage, copy: CopyInstruction, name: string): string | undefined {
  const { destination, sources, range } = copy;
  if (!destination) return undefined;
  const to = expandAt(document, destination.value, range.start);
  const before = stage.instructions.slice(0, stage.instructions.indexOf(copy));
  const workdir = effectiveWorkdir(document, { ...stage, instructions: before });
  const isFolder = sources.length > 1 || /(?:^|\/)\.?$/.test(to.value) || !to.value.includes('.');
  if (!to.known || (!to.value.startsWith('/') && !workdir?.known)) return undefined;
  const whole = to.value.startsWith('/') ? to.value : `${workdir?.value ?? ''}/${to.value}`;
  const path = (isFolder && !whole.endsWith(`/${name}`) ? `${whole}/${name}` : whole).replace(/\/(?:\.?\/)+/g, '/');
  return /^\/[\w./-]+$/.test(path) && !path.includes('..') ? path : undefined;
}

interface Looked {
  readonly file: string;
  readonly target: string;
}

/** What becomes of a RUN when the file is mounted; undefined: it does more with the file than to use it. */
function stepWith(
  document: DockerfileDocument,
  run: RunInstruction,
  looked: Looked,
): { readonly uses: boolean; readonly edits: readonly Edit[] } | undefined {
  const edits: Edit[] = [];
  let uses = false;
  const own = run.script.commands.filter((it) => !it.parent);
  for (const command of own) {
    const named = command.words.slice(1).filter((it) => it.value.split(/[/=:]/).includes(looked.file));
    if (named.length === 0) {
      // The folder is there for the file, and nothing of it is left without.
      const folder = command.name === 'rm' && command.words.some((it) => covers(it.value, looked.target));
      if (folder && own.length > 1) return undefined;
      if (folder) edits.push(deleteLines(document.text, run.range));
      else if (readsBy(command, looked.file)) uses = true;
      continue;
    }
    if (!CARE.has(command.name)) {
      if (HANDLING.has(command.name)) return undefined;
      uses = true;
      continue;
    }
    const edit =
      own.length === 1 ? deleteLines(document.text, run.range) : withoutCommand(document, command, own, looked);
    if (!edit) return undefined;
    edits.push(edit);
  }
  if (run.facts.installs.some((it) => MANAGERS.get(looked.file)?.includes(it.manager))) uses = true;
  const whole = edits.some((it) => it.range.start <= run.range.start);
  return { uses: uses && !whole, edits };
}

function covers(word: string, target: string): boolean {
  const folder = word.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, '/root').replace(/\/\*?$/, '');
  return folder !== '' && target.startsWith(`${folder}/`);
}

/** A mount needs neither a mode of its own nor to be deleted. */
const CARE = new Set(['rm', 'unlink', 'shred', 'chmod']);
const HANDLING = new Set(['cp', 'mv', 'ln', 'chown', 'install', 'tar', 'sed', 'cat', 'ls', 'find', 'ssh-add']);

/** `… && rm -f .npmrc`, with what joins it to the command before. */
function withoutCommand(
  { text }: DockerfileDocument,
  command: ShellCommand,
  own: readonly ShellCommand[],
  { file, target }: Looked,
): Edit | undefined {
  const before = own[own.indexOf(command) - 1];
  const after = own[own.indexOf(command) + 1];
  const operands = command.words.slice(1).filter((it) => !it.value.startsWith('-'));
  const paths = command.name === 'chmod' ? operands.slice(1) : operands;
  const [path] = paths;
  const isOurs = path?.value === target || path?.value === file || path?.value === `./${file}`;
  if (paths.length !== 1 || !isOurs) return undefined;
  const joins = (gap: string): boolean => /^[\s\\]*(?:&&|;)[\s\\]*$/.test(gap);
  if (before && command.joinedBy !== '||' && joins(text.slice(before.range.end, command.range.start)))
    return { range: { start: before.range.end, end: command.range.end }, text: '' };
  return !before && after && joins(text.slice(command.range.end, after.range.start))
    ? { range: { start: command.range.start, end: after.range.start }, text: '' }
    : undefined;
}

/** Package managers that look for the file by themselves. */
const MANAGERS: ReadonlyMap<string, readonly PackageManager[]> = new Map<string, readonly PackageManager[]>([
  ['.npmrc', ['npm', 'yarn', 'pnpm']],
  ['.netrc', ['pip', 'uv', 'go', 'cargo']],
  ['auth.json', ['composer']],
  ['.git-credentials', ['go']],
  ['id_rsa', ['go']],
  ['id_ed25519', ['go']],
]);

/** Programs that look for the file by themselves. */
const PROGRAMS: ReadonlyMap<string, RegExp> = new Map([
  ['.netrc', /^(?:git|curl|wget)$/],
  ['.git-credentials', /^git$/],
  ['id_rsa', /^(?:git|ssh|scp|sftp|rsync)$/],
  ['id_ed25519', /^(?:git|ssh|scp|sftp|rsync)$/],
  ['id_ecdsa', /^(?:git|ssh|scp|sftp|rsync)$/],
  ['.pgpass', /^(?:psql|pg_dump|pg_restore)$/],
  ['.pypirc', /^twine$/],
  ['credentials', /^aws$/],
  ['.my.cnf', /^(?:mysql|mysqldump|mariadb|mariadb-dump)$/],
]);

function readsBy({ name, words }: ShellCommand, file: string): boolean {
  if (name === 'git' && !/^(?:clone|fetch|pull|submodule|ls-remote)$/.test(words[1]?.value ?? '')) return false;
  return PROGRAMS.get(file)?.test(name) === true;
}

/** A mount belongs to root unless it is told otherwise. */
function ownerAt(document: DockerfileDocument, stage: Stage, run: RunInstruction): string | undefined {
  const last = instructionsOf(stage.instructions, 'USER').findLast(
    (it) => it.user && it.range.start < run.range.start,
  )?.user;
  if (!last) {
    const known = stage.rootImage ? userOf(stage.rootImage).root : 'yes';
    return stage.base || known === 'no' ? undefined : '';
  }
  if (isRootUser(last.value)) return '';
  const [name = ''] = last.value.split(':');
  const id = /^\d+$/.test(name) ? name : userIdOf(document, stage, name);
  return id === undefined ? undefined : `,uid=${id}`;
}

/** The whole instruction where it copies nothing else. */
function withoutSource({ text }: DockerfileDocument, copy: CopyInstruction, source: Range): Edit {
  if (copy.sources.length === 1) return deleteLines(text, copy.range);
  const blank = /^[ \t]*/.exec(text.slice(source.end, copy.range.end))?.[0] ?? '';
  return { range: { start: source.start, end: source.end + blank.length }, text: '' };
}

function mentions(document: DockerfileDocument, { range }: Instruction, file: string): boolean {
  return document.text.slice(range.start, range.end).includes(file);
}
