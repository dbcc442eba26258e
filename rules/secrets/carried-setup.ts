import { deleteLines, type Edit } from '../core/edit.js';
import { appendCommand } from '../dockerfile/append.js';
import type { DockerfileDocument, RunInstruction, Stage } from '../dockerfile/model.js';
import { everyInstruction, stageAt } from '../dockerfile/queries.js';
import type { ShellCommand } from '../shell/model.js';
import { type LeftBehind, leftBy } from './left-behind.js';
import { commandsBefore, mountVariable } from './secret-variable.js';

/** More RUNs than these log in: which of them need it is no longer clear. */
const MAX_RUNS = 3;

/**
 * Takes a RUN that only logs in, by a setting or a file with the secret, into the RUNs that need the login, where it is
 * undone again; undefined where it does more, or where nobody can tell who needs it.
 */
export function carrySetUp(
  document: DockerfileDocument,
  run: RunInstruction,
  name: string,
  given: readonly ShellCommand[],
): readonly Edit[] | undefined {
  const stage = stageAt(document, run.range.start);
  const left = given.map((it) => leftBy(document, run, it));
  if (!stage || !onlySetsUp(document, run) || left.includes(undefined)) return undefined;
  const kept = left.flatMap((it) => it ?? []);
  if (kept.length === 0 || isNamedElsewhere(document, kept)) return undefined;
  const instructions = everyInstruction(document);
  const edits: Edit[] = [deleteLines(document.text, run.range)];
  let users = 0;
  let hasMoved = false;
  for (const later of instructions.slice(instructions.indexOf(run) + 1)) {
    const isOwn = stage.instructions.includes(later);
    if (isOwn && (later.keyword === 'USER' || later.keyword === 'SHELL')) hasMoved = true;
    if (isOwn && later.keyword === 'WORKDIR' && isPlaceBound(run, kept)) hasMoved = true;
    if (later.keyword !== 'RUN') continue;
    const undone = isOwn ? undoing(document, later, kept) : undefined;
    if (undone === 'whole') edits.push(deleteLines(document.text, later.range));
    else if (kept.some((it) => it.isUsedBy(later))) {
      const own = isOwn && !hasMoved && ++users <= MAX_RUNS ? loggedIn(document, run, later, name, kept) : undefined;
      if (!own) return undefined;
      edits.push(...own);
    } else if (undone === 'part') return undefined;
  }
  return users === 0 || continues(document, stage) ? undefined : edits;
}

/** What it leaves, or something that it does on the way, depends on the working folder. */
function isPlaceBound({ script }: RunInstruction, kept: readonly LeftBehind[]): boolean {
  return (
    kept.some(({ path, remedy }) =>
      path === undefined ? /^(?:composer|bundle) config (?!-g|--global)/.test(remedy) : !/^[/~$]/.test(path),
    ) ||
    script.commands.some(
      (it) =>
        /^(?:mkdir|chmod|touch|cat)$/.test(it.name) && it.words.slice(1).some((word) => !/^[-/~$\d]/.test(word.value)),
    )
  );
}

/** Another stage begins with what this one leaves. */
function continues({ stages }: DockerfileDocument, stage: Stage): boolean {
  return stages.some((it) => it.base === stage);
}

const SETS_UP = new Set(['echo', 'printf', 'mkdir', 'chmod', 'touch', 'umask', 'set', 'ssh-keyscan', 'cat']);
const CONFIGURES = /^(?:git|npm|pnpm|yarn|pip[\d.]*|composer|poetry|bundle)$/;

function onlySetsUp({ text }: DockerfileDocument, run: RunInstruction): boolean {
  const { script, form, flags, heredocs, bodyRange } = run;
  if (form !== 'shell' || heredocs.length > 0 || flags.length > 0 || run.onbuild || !script.complete) return false;
  if (script.language !== 'posix' || /#/.test(text.slice(bodyRange.start, bodyRange.end).replace(/"[^"]*"/g, '')))
    return false;
  return script.commands.every(
    (it) =>
      !it.conditional &&
      (it.joinedBy === undefined || it.joinedBy === '&&' || it.joinedBy === '|') &&
      (SETS_UP.has(it.name) || (CONFIGURES.test(it.name) && it.words[1]?.value === 'config')),
  );
}

/** Another instruction than RUN reads the file. */
function isNamedElsewhere(document: DockerfileDocument, kept: readonly LeftBehind[]): boolean {
  const names = kept.flatMap(({ path }) => (path === undefined ? [] : [path.slice(path.lastIndexOf('/') + 1)]));
  return everyInstruction(document).some(
    (it) =>
      it.keyword !== 'RUN' && names.some((one) => document.text.slice(it.range.start, it.range.end).includes(one)),
  );
}

/** Whether a RUN does nothing but to delete what is left, or that among other things. */
function undoing(
  { text }: DockerfileDocument,
  run: RunInstruction,
  kept: readonly LeftBehind[],
): 'whole' | 'part' | undefined {
  const undoes = (command: ShellCommand): boolean =>
    kept.some(({ remedy, path }) => {
      if (path !== undefined && command.name === 'rm') return command.words.some((it) => covers(it.value, path));
      return text.slice(command.range.start, command.range.end) === remedy;
    });
  const commands = run.script.commands.filter(undoes);
  if (commands.length === 0) return undefined;
  return commands.length === run.script.commands.length ? 'whole' : 'part';
}

function covers(word: string, path: string): boolean {
  const folder = word.replace(/\/\*?$/, '').replace(/^\.\//, '');
  return path.replace(/^\.\//, '') === folder || path.startsWith(`${folder}/`);
}

/** The RUN with the commands before its own, and what undoes them behind. */
function loggedIn(
  document: DockerfileDocument,
  setUp: RunInstruction,
  run: RunInstruction,
  name: string,
  kept: readonly LeftBehind[],
): readonly Edit[] | undefined {
  const { text, eol, escape } = document;
  const { script, form, heredocs } = run;
  const top = script.commands.filter((it) => !it.parent);
  const isChain = top.every((it) => it.joinedBy === undefined || it.joinedBy === '&&' || it.joinedBy === '|');
  if (form !== 'shell' || heredocs.length > 0 || run.onbuild || script.language !== 'posix' || !isChain)
    return undefined;
  const mount = mountVariable(document, run, name);
  const isUndone = undoing(document, run, kept) !== undefined;
  const remedies = new Set(kept.map((it) => it.remedy).filter((it) => !isUndone || !it.startsWith('rm ')));
  const cleaned = remedies.size === 0 ? undefined : appendCommand(document, run, [...remedies].join(' && '));
  if (!mount || (remedies.size > 0 && !cleaned)) return undefined;
  const body = text.slice(setUp.bodyRange.start, setUp.bodyRange.end).trimEnd();
  return [
    ...mount,
    commandsBefore(document, run, mount, body),
    ...(cleaned ? [{ ...cleaned, text: cleaned.text.replace(/^ && /, ` ${escape}${eol}    && `) }] : []),
  ];
}
