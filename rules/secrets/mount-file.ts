import { deleteLines, type Edit } from '../core/edit.js';
import type { Fix } from '../core/finding.js';
import type { CheckContext } from '../core/rule.js';
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
import { workdirOf } from '../images/workdirs.js';
import { buildersOf, isInline } from '../project/build-links.js';
import { giveFile } from '../project/file-handover.js';
import type { ShellCommand } from '../shell/model.js';
import { isSshKey, readsFile } from './file-readers.js';
import { CARE } from './left-behind.js';
import { mountFlag, secretForm } from './secret-variable.js';

/** Each file is looked for in all instructions. */
const MAX_INSTRUCTIONS = 1000;

/** A COPY written by hand has fewer sources. */
const MAX_SOURCES = 100;

/** More RUNs than these use it: which of them need it is no longer clear. */
const MAX_RUNS = 3;

/** For rules whose findings {@link fileMounts} cures. */
export const FILE_TITLES = {
  mount: 'Mount it as the secret {id} in the RUN that uses it',
  agent: 'Use the SSH agent of the build in the RUN that uses the key',
} as const;

export type FileTitle = keyof typeof FILE_TITLES;

/**
 * Takes a file with a login out of COPY and mounts it in the RUNs that use it, where it was expected; no fix where
 * something else than a RUN of the same stage may want it, or none is known to. A key for SSH needs no file at all.
 *
 * @param source the word of COPY or ADD.
 */
export function fileMounts(
  document: DockerfileDocument,
  { project, config }: CheckContext,
  source: Range,
): readonly Fix<FileTitle>[] {
  if (document.instructions.length > MAX_INSTRUCTIONS) return [];
  const copied = copiedFile(document, source);
  if (!copied) return [];
  const builds = isInline(project) ? [] : buildersOf(project, config);
  const id = copied.file
    .replace(/^[._]+/, '')
    .replaceAll(/[^\w-]+/g, '_')
    .toLowerCase();
  const fixes: Fix<FileTitle>[] = [];
  const agent = isSshKey(copied.target) ? mounted(document, copied, (owner) => `--mount=type=ssh${owner}`) : undefined;
  // Who says where the key is needs the file.
  if (agent && !agent.named)
    fixes.push({
      title: 'agent',
      applicability: 'unsafe',
      edits: [...agent.edits, ...giveFile(project, builds, 'agent')],
    });
  const flag = (owner: string): string => `--mount=type=secret,id=${id},target=${copied.target}${owner}`;
  const mount = id === '' ? undefined : mounted(document, copied, flag);
  if (mount)
    fixes.push({
      title: 'mount',
      data: { id },
      applicability: 'unsafe',
      edits: [...mount.edits, ...giveFile(project, builds, { id, source: copied.source })],
    });
  return fixes;
}

interface CopiedFile extends Looked {
  readonly copy: CopyInstruction;
  readonly stage: Stage;
  /** As the word says it. */
  readonly source: string;
  readonly place: Range;
}

function copiedFile(document: DockerfileDocument, source: Range): CopiedFile | undefined {
  const copy = instructionsOf(document.instructions, 'COPY', 'ADD').find(
    ({ range }) => range.start <= source.start && source.end <= range.end,
  );
  if (copy && copy.sources.length > MAX_SOURCES) return undefined;
  const stage = copy && stageAt(document, copy.range.start);
  const written = copy?.sources.find((it) => it.range === source)?.value ?? '';
  if (!stage || !copy || copy.from || copy.json || /[*?[\]$]|\/$/.test(written) || !secretForm(document))
    return undefined;
  const name = written.slice(written.lastIndexOf('/') + 1);
  const target = targetOf(document, stage, copy, name);
  if (target === undefined) return undefined;
  const file = target.slice(target.lastIndexOf('/') + 1);
  const isWanted = everyInstruction(document).some(
    (it) => it !== copy && it.keyword !== 'RUN' && mentions(document, it, file) && !tellsPlace(it, target),
  );
  return isWanted ? undefined : { copy, stage, source: written, place: source, file, target };
}

/** The file taken out of COPY, and the flag in each RUN that uses it. */
function mounted(
  document: DockerfileDocument,
  copied: CopiedFile,
  flag: (owner: string) => string,
): Omit<Step, 'uses'> | undefined {
  const { copy, stage, place } = copied;
  const edits: Edit[] = [withoutSource(document, copy, place)];
  let uses = 0;
  let isNamed = false;
  for (const run of instructionsOf(stage.instructions.slice(stage.instructions.indexOf(copy) + 1), 'RUN')) {
    const step = stepWith(document, run, copied);
    if (!step) return undefined;
    edits.push(...step.edits);
    if (!step.uses) continue;
    const owner = ownerAt(document, stage, run);
    if (owner === undefined || ++uses > MAX_RUNS) return undefined;
    isNamed ||= step.named;
    edits.push(mountFlag(document, run, flag(owner)));
  }
  if (uses === 0) return undefined;
  return { named: isNamed, edits: edits.toSorted((a, b) => a.range.start - b.range.start) };
}

/** `ENV PIP_CONFIG_FILE=/srv/pip.conf`: of use only while the file is there. */
function tellsPlace(instruction: Instruction, target: string): boolean {
  return (
    instruction.keyword === 'ENV' &&
    instruction.pairs.every(
      ({ name, value }) =>
        !value?.value.includes(target) || /^(?:PIP_CONFIG_FILE|NPM_CONFIG_USERCONFIG)$/i.test(name.value),
    )
  );
}

/** The path of the file in the image. */
function targetOf(document: DockerfileDocument, stage: Stage, copy: CopyInstruction, name: string): string | undefined {
  const { destination, sources, range } = copy;
  if (!destination) return undefined;
  const to = expandAt(document, destination.value, range.start);
  const before = stage.instructions.slice(0, stage.instructions.indexOf(copy));
  const workdir = effectiveWorkdir(document, { ...stage, instructions: before });
  const { rootImage } = stage;
  const folder =
    workdir ?? (rootImage && !before.some((it) => it.keyword === 'WORKDIR') ? known(workdirOf(rootImage)) : undefined);
  const isFolder = sources.length > 1 || /(?:^|\/)\.?$/.test(to.value) || !to.value.includes('.');
  if (!to.known || (!to.value.startsWith('/') && !folder?.known)) return undefined;
  const whole = to.value.startsWith('/') ? to.value : `${folder?.value ?? ''}/${to.value}`;
  const path = (isFolder && !whole.endsWith(`/${name}`) ? `${whole}/${name}` : whole).replace(/\/(?:\.?\/)+/g, '/');
  return /^\/[\w./-]+$/.test(path) && !path.includes('..') ? path : undefined;
}

function known(value: string | undefined): { readonly value: string; readonly known: boolean } | undefined {
  return value === undefined ? undefined : { value, known: true };
}

interface Looked {
  readonly file: string;
  readonly target: string;
}

interface Step {
  readonly uses: boolean;
  /** A command that uses it says where it is. */
  readonly named: boolean;
  readonly edits: readonly Edit[];
}

/** What becomes of a RUN when the file is mounted; undefined: it does more with the file than to use it. */
function stepWith(document: DockerfileDocument, run: RunInstruction, looked: Looked): Step | undefined {
  const edits: Edit[] = [];
  let uses = readsFile(run, looked.target);
  let isNamed = false;
  const own = run.script.commands.filter((it) => !it.parent);
  for (const command of own) {
    const named = command.words.slice(1).filter((it) => it.value.split(/[/=:]/).includes(looked.file));
    if (named.length === 0) {
      // The folder is there for the file, and nothing of it is left without.
      const folder = command.name === 'rm' && command.words.some((it) => covers(it.value, looked.target));
      if (folder && own.length > 1) return undefined;
      if (folder) edits.push(deleteLines(document.text, run.range));
      continue;
    }
    if (!CARE.has(command.name)) {
      if (HANDLING.has(command.name) || keepsLogin(command)) return undefined;
      uses = true;
      isNamed = true;
      continue;
    }
    const edit =
      own.length === 1 ? deleteLines(document.text, run.range) : withoutCommand(document, command, own, looked);
    if (!edit) return undefined;
    edits.push(edit);
  }
  const whole = edits.some((it) => it.range.start <= run.range.start);
  return { uses: uses && !whole, named: isNamed, edits };
}

function covers(word: string, target: string): boolean {
  const folder = word.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/|$)/, '/root').replace(/\/\*?$/, '');
  return folder !== '' && target.startsWith(`${folder}/`);
}

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

/** It writes what it is given into files of its own. */
function keepsLogin({ name, words }: ShellCommand): boolean {
  return (
    /^(?:gcloud|gsutil|gpg|gpg2|kubectl|keytool)$/.test(name) &&
    words.some((it) => /^(?:auth|config|--import|-import|-importkeystore)$/.test(it.value))
  );
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
