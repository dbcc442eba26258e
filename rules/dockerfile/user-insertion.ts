import { type Edit, insertLineBelow, lineStartAt } from '../core/edit.js';
import type { Range } from '../core/text.js';
import { userOf } from '../images/users.js';
import { type Account, accountFor } from './account.js';
import type { DockerfileDocument, Instruction, Stage, UserInstruction } from './model.js';
import { needOfRoot, type RootNeed } from './needs-root.js';
import { chainOf, effectiveWorkdir, exposedPorts, instructionsOf, isRootUser } from './queries.js';
import { copiesInto, type WrittenFolder, writesInWorkdir, writtenFolders } from './written-folders.js';

/** A USER that keeps the program working, with what it needs: its account, and the folders that it writes to. */
export interface UserInsertion {
  readonly user: string;
  readonly edits: readonly Edit[];
  /** Whether the account is made by it. */
  readonly creates: boolean;
  /** A port below 1024 that the program listens on. */
  readonly lowPort?: number;
}

export type Refusal =
  | RootNeed
  | { readonly reason: 'volumeWithoutShell'; readonly range: Range; readonly what: string };

/**
 * USER below the last step of the stage, above its CMD and ENTRYPOINT; or why nobody can tell how the program would run.
 *
 * @param instead the last USER, where its value is to be replaced.
 * @param numeric see {@link accountFor}.
 */
export function userInsertion(
  document: DockerfileDocument,
  stage: Stage,
  { instead, numeric }: { readonly instead?: UserInstruction | undefined; readonly numeric: boolean },
): UserInsertion | Refusal {
  const need = needOfRoot(document, stage);
  if (need) return need;
  const account = accountFor(document, stage, numeric);
  const folders = writtenFolders(document, stage);
  const volume = folders.find((it) => it.volume)?.volume;
  if (volume && !hasShell(stage)) return { reason: 'volumeWithoutShell', range: volume.range, what: 'VOLUME' };

  const copies = copiesToGive(document, stage, account);
  const steps = hasShell(stage) ? stepsFor(stage, account, folders, copies) : [];
  // A step of ours below the last USER would run as that one.
  const below = steps.some((it) => it.above && instead && it.above.range.start > instead.range.start);
  const edits = [
    ...copies.map((it) => chownFlag(it, account)),
    ...placed(document, stage, account, steps, below ? undefined : instead),
  ];
  const low = exposedPorts(document, stage).find((it) => it.first < 1024 && it.first > 0);
  return {
    user: account.user,
    edits: joined(edits),
    creates: account.creation !== undefined,
    ...(low ? { lowPort: low.first } : {}),
  };
}

/** Images without a shell: nothing can be made in them but by COPY. */
function hasShell({ fromScratch, rootImage, instructions }: Stage): boolean {
  if (fromScratch || !rootImage) return false;
  if (instructionsOf(instructions, 'RUN').length > 0) return true;
  return !/distroless|chiseled|^cgr\.dev\/|^dhi\.io\//.test(`${rootImage.name}:${rootImage.tag?.value ?? ''}`);
}

/** A program that writes beside its own files gets them. */
function copiesToGive(document: DockerfileDocument, stage: Stage, account: Account): readonly Instruction[] {
  const workdir = effectiveWorkdir(document, stage);
  if (!writesInWorkdir(stage) || !workdir?.known || (/^\/[^/]*$/.test(workdir.value) && SYSTEM.test(workdir.value)))
    return [];
  const needsStep = account.creation !== undefined;
  const copies = copiesInto(document, stage, workdir.value, account.since);
  if (copies.length > MAX_COPIES) return [];
  return copies
    .filter((it) => !needsStep || isRootAt(stage, it))
    .filter(
      ({ flags }) => !flags.some((it) => it.name === 'chown' || (it.name === 'link' && /[a-z]/i.test(account.owner))),
    );
}

/** A change in more places is not one that a person looks through. */
const MAX_COPIES = 50;

/** Whether a step at this place would run as root. */
function isRootAt(stage: Stage, { range }: Instruction): boolean {
  const users = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'USER'));
  const last = users.findLast((it) => it.user && it.range.start < range.start)?.user;
  if (last) return isRootUser(last.value);
  return !stage.rootImage || userOf(stage.rootImage).root !== 'no';
}

const SYSTEM = /^\/(?:etc|usr|var|bin|sbin|lib|root|home|tmp)?$/;

function chownFlag({ keywordRange, flags }: Instruction, { owner }: Account): Edit {
  const at = flags.at(-1)?.range.end ?? keywordRange.end;
  return { range: { start: at, end: at }, text: ` --chown=${owner}` };
}

/** A RUN to insert: above an instruction, or above USER. */
interface Step {
  readonly above?: Instruction;
  readonly commands: readonly string[];
}

/** The account as late as can be, folders where volumes begin, the others above USER. */
function stepsFor(
  stage: Stage,
  account: Account,
  folders: readonly WrittenFolder[],
  copies: readonly Instruction[],
): readonly Step[] {
  const volumes = folders.filter(
    ({ volume }) => volume && volume.range.start > account.since && isRootAt(stage, volume),
  );
  const [volume] = volumes.flatMap((it) => it.volume ?? []);
  const others = folders.filter((it) => !volumes.includes(it));
  const creation = account.creation === undefined ? [] : [account.creation];
  const first = [...copies, ...(volume ? [volume] : [])].toSorted((a, b) => a.range.start - b.range.start)[0];
  const early = creation.length > 0 && first !== undefined;
  const steps: Step[] = [];
  if (early && first !== volume) steps.push({ above: first, commands: creation });
  if (volume)
    steps.push({
      above: volume,
      commands: [...(early && first === volume ? creation : []), ...giving(volumes, account)],
    });
  steps.push({ commands: [...(early ? [] : creation), ...giving(others, account)] });
  return steps.filter((it) => it.commands.length > 0);
}

function giving(folders: readonly WrittenFolder[], { owner }: Account): readonly string[] {
  if (folders.length === 0) return [];
  const [user = '', group] = owner.split(':');
  const paths = folders.map((it) => it.path).join(' ');
  return [`install -d -o ${user} ${group === undefined ? '' : `-g ${group} `}${paths}`];
}

function placed(
  document: DockerfileDocument,
  stage: Stage,
  account: Account,
  steps: readonly Step[],
  instead: UserInstruction | undefined,
): readonly Edit[] {
  const write = (line: string): string => inStyle(stage, line);
  const edits: Edit[] = [];
  const last: string[] = [];
  for (const { above, commands } of steps) {
    const line = write(runLine(document, commands));
    if (above) edits.push(insertAbove(document, above, [line]));
    else last.push(line);
  }
  if (instead?.user) {
    if (last.length > 0) edits.push(insertAbove(document, instead, last));
    return [...edits, { range: instead.user.range, text: account.user }];
  }
  return [...edits, insertLast(document, stage, [...last, write(`USER ${account.user}`)])];
}

/** On one line where it fits. */
function runLine({ eol, escape }: DockerfileDocument, commands: readonly string[]): string {
  const line = `RUN ${commands.join(' && ')}`;
  return line.length <= 80 ? line : `RUN ${commands.flatMap((it) => it.split(' && ')).join(` ${escape}${eol}    && `)}`;
}

/** A file that writes its keywords small keeps to that. */
function inStyle({ from }: Stage, line: string): string {
  return from.written === from.written.toLowerCase() ? line.replace(/^[A-Z]+/, (it) => it.toLowerCase()) : line;
}

/** Instructions that only describe how the container is started. */
const CLOSING: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'EXPOSE', 'STOPSIGNAL']);

/** Behind the last step, above CMD and ENTRYPOINT where those close the stage. */
function insertLast(document: DockerfileDocument, stage: Stage, lines: readonly string[]): Edit {
  const steps = stage.instructions;
  const last = steps.findLastIndex((it) => !CLOSING.has(it.keyword));
  const start = steps.slice(last + 1).find((it) => it.keyword === 'CMD' || it.keyword === 'ENTRYPOINT');
  return start ? insertAbove(document, start, lines) : insertBelow(document, steps.at(-1) ?? stage.from, lines);
}

/** Above the instruction and the comments that are about it. */
function insertAbove(document: DockerfileDocument, instruction: Instruction, lines: readonly string[]): Edit {
  const { text, eol } = document;
  const own = lineStartAt(text, instruction.range.start);
  const start = aboveComments(document, own);
  const indentation = indentationAt(text, own);
  const added = lines.map((it) => indentation + it + eol).join('');
  // Comments in a paragraph of their own stay with what they are about.
  const apart = start < own && /\n[ \t]*\r?\n$/.test(text.slice(Math.max(0, start - 200), start));
  return { range: { start, end: start }, text: apart ? added + eol : added };
}

/** In the indentation of the instruction, not of its last line. */
function insertBelow(document: DockerfileDocument, { range }: Instruction, lines: readonly string[]): Edit {
  const indentation = indentationAt(document.text, lineStartAt(document.text, range.start));
  const edit = insertLineBelow(document, range.end, '');
  const closed =
    edit.text.endsWith(document.eol) && edit.range.start > 0 && document.text[edit.range.start - 1] === '\n';
  const added = lines.map((it) => indentation + it);
  return {
    range: edit.range,
    text: closed ? added.map((it) => it + document.eol).join('') : added.map((it) => document.eol + it).join(''),
  };
}

function indentationAt(text: string, lineStart: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart, lineStart + 200))?.[0] ?? '';
}

/** Comments right above an instruction are about it: what is inserted goes above them. */
function aboveComments({ text, comments }: DockerfileDocument, lineStart: number): number {
  let start = lineStart;
  for (const comment of comments.toReversed()) {
    const line = lineStartAt(text, comment.range.start);
    if (comment.range.end < start && text.slice(comment.range.end, start).replace(/\r?\n$/, '') === '' && line < start)
      start = line;
  }
  return start;
}

/** Sorted; what is inserted at one place is one edit, in the order given. */
function joined(edits: readonly Edit[]): readonly Edit[] {
  const result: Edit[] = [];
  for (const edit of edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end)) {
    const before = result.at(-1);
    if (before && before.range.start === edit.range.start && before.range.end === edit.range.start)
      result[result.length - 1] = { range: edit.range, text: before.text + edit.text };
    else result.push(edit);
  }
  return result;
}
