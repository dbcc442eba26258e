import { lineStartAt, nextLineStart } from '../core/edit.js';
import type { Range } from '../core/text.js';
import type { EnvInstruction, Instruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import { writtenImage } from './bases.js';
import { installLine, onlyChangesRepositories } from './packages.js';
import type { Artefact, Plan } from './plan.js';
import { basename, isInside, type Reading } from './reading.js';
import { execWords, isStarting } from './start.js';

interface Change {
  readonly range: Range;
  readonly text: string;
}

/** Instructions that only tell how the container runs: in a build stage they mean nothing. */
const OF_RUNNING: ReadonlySet<string> = new Set([
  'CMD',
  'ENTRYPOINT',
  'HEALTHCHECK',
  'EXPOSE',
  'VOLUME',
  'STOPSIGNAL',
  'LABEL',
  'MAINTAINER',
]);
/** Those of them that stand at the top of a stage. */
const LABELS: ReadonlySet<string> = new Set(['LABEL', 'MAINTAINER']);

/** The file with its last stage cut into two. */
export function written(reading: Reading, plan: Plan): string {
  const { document, stage } = reading;
  const { text } = document;
  const cut = plan.last.range.end;
  const head = stage.instructions.filter((it) => it.range.end <= cut);
  const tail = stage.instructions.filter((it) => it.range.start >= cut);
  const shared = sharedRuns(reading, plan, head);
  const dropped = new Set([...droppedOf(plan, head), ...shared]);
  const changes: Change[] = [...(plan.edits ?? []), namedStages(reading, plan, buildName(reading), shared)];
  for (const it of [...head, ...tail])
    if (dropped.has(it) || (head.includes(it) && OF_RUNNING.has(it.keyword))) changes.push(removal(text, it));
  for (const it of tail) {
    const exec = plan.base.shell || dropped.has(it) ? undefined : execForm(reading, it);
    if (exec !== undefined) changes.push({ range: it.range, text: exec });
  }
  if (plan.prepared) changes.push(inserted(reading, plan.prepared.above, plan.prepared.lines));
  const moved = head.filter((it) => OF_RUNNING.has(it.keyword) && !dropped.has(it));
  changes.push(runStage(reading, plan, { head, moved, tail, dropped }));
  return applied(text, changes);
}

/** The name of the build stage: one that the file does not use yet. */
function buildName(reading: Reading): string {
  const taken = takenNames(reading);
  return ['build', 'builder', 'compile', 'build-stage'].find((it) => !taken.has(it)) ?? 'build-of-last-stage';
}

/**
 * The last stage keeps its name, which a build may ask for; what builds gets a new one. An image that both stages are
 * built on is written once.
 */
function namedStages(reading: Reading, plan: Plan, name: string, runs: readonly Instruction[]): Change {
  const { document, stage } = reading;
  const { from } = stage;
  const shared = sharedName(reading, plan);
  const as = cased(from.written, 'AS');
  const { eol, text } = document;
  const common = runs.map((it) => text.slice(it.range.start, it.range.end) + eol).join('');
  const added = shared === undefined ? name : `${shared}${eol}${common}${eol}${from.written} ${shared} ${as} ${name}`;
  if (stage.name) return { range: stage.name.range, text: added };
  const end = from.image?.range.end ?? from.range.end;
  return { range: { start: end, end }, text: ` ${as} ${added}` };
}

/** Where packages come from is told once, in the stage that both are built on. */
function sharedRuns(reading: Reading, plan: Plan, head: readonly Instruction[]): readonly Instruction[] {
  if (sharedName(reading, plan) === undefined) return [];
  const { text } = reading.document;
  const repeated = new Set(plan.repeated);
  return instructionsOf(head, 'RUN').filter(
    (it) => repeated.has(it) && onlyChangesRepositories(it) && !text.slice(it.range.start, it.range.end).includes('$'),
  );
}

/** The name of a stage for the image that builds and runs; undefined where those are two. */
function sharedName(reading: Reading, { base }: Plan): string | undefined {
  if (base.image !== writtenImage(reading)) return undefined;
  const taken = takenNames(reading);
  return ['base', 'common', 'base-image'].find((it) => !taken.has(it));
}

function takenNames({ document }: Reading): ReadonlySet<string> {
  return new Set(document.stages.flatMap((it) => it.name?.value.toLowerCase() ?? []));
}

function cased(model: string, word: string): string {
  return model === model.toLowerCase() ? word.toLowerCase() : word;
}

/** The whole lines of the instruction with the comments right above it, and one of two blank lines around it. */
function removal(text: string, instruction: Instruction): Change {
  const { start, end } = blockOf(text, instruction);
  const alone = isBlankLine(text, lineBefore(text, start)) && (end >= text.length || isBlankLine(text, end));
  return { range: { start: alone && start > 0 ? lineBefore(text, start) : start, end }, text: '' };
}

function blockOf(text: string, { range }: Instruction): Range {
  let start = lineStartAt(text, range.start);
  while (
    start > 0 &&
    /^[ \t]*#(?![ \t]*(?:syntax|escape|check)[ \t]*=)/i.test(text.slice(lineBefore(text, start), start))
  )
    start = lineBefore(text, start);
  return { start, end: nextLineStart(text, range.end) };
}

function lineBefore(text: string, start: number): number {
  return start === 0 ? 0 : lineStartAt(text, start - 1);
}

function isBlankLine(text: string, start: number): boolean {
  return /^[ \t]*\r?(?:\n|$)/.test(text.slice(start, nextLineStart(text, start)));
}

function inserted({ document }: Reading, above: Instruction, lines: readonly string[]): Change {
  const start = blockOf(document.text, above).start;
  return { range: { start, end: start }, text: lines.map((it) => it + document.eol).join('') };
}

/** `CMD ./shop` where there is no shell. */
function execForm({ document }: Reading, instruction: Instruction): string | undefined {
  if (!isStarting(instruction)) return undefined;
  const words = execWords(instruction);
  if (!words) return undefined;
  const before = document.text.slice(instruction.range.start, instruction.bodyRange.start);
  return `${before}[${words.map((it) => JSON.stringify(it)).join(', ')}]`;
}

/** The working folder is but that of the base image, and nothing is started by a path in it. */
function needsNoFolder({ base, stage, start }: Reading): boolean {
  const set = stage.instructions.some((it) => it.keyword === 'WORKDIR');
  return base === 'golang' && !set && !/^\.|^[^/]+\//.test(start?.words[0] ?? '.');
}

interface Parts {
  /** What stays with the build. */
  readonly head: readonly Instruction[];
  /** Those of it that belong to the run stage. */
  readonly moved: readonly Instruction[];
  /** What stands behind the build already. */
  readonly tail: readonly Instruction[];
  readonly dropped: ReadonlySet<Instruction>;
}

/** An account stays where the build works with it, too. */
function droppedOf({ dropped = [], repeated = [] }: Plan, head: readonly Instruction[]): ReadonlySet<Instruction> {
  const users = head.some(
    (it) =>
      (it.keyword === 'USER' && !/^(?:root|\d+)(?::|$)/.test(it.user?.value ?? 'root')) ||
      it.flags.some((flag) => flag.name === 'chown' && /[a-z]/i.test(flag.value?.value ?? '')) ||
      (it.keyword === 'RUN' && !dropped.includes(it) && it.facts.ownerChanges.length > 0),
  );
  return new Set(users ? dropped.filter((it) => !repeated.includes(it)) : dropped);
}

function runStage(reading: Reading, plan: Plan, { head, moved, tail, dropped }: Parts): Change {
  const { document, stage } = reading;
  const { text, eol } = document;
  const at = nextLineStart(text, plan.last.range.end);
  const name = buildName(reading);
  const lower = stage.from.written === stage.from.written.toLowerCase();
  const own = (line: string): string => (lower ? line.replace(/^[A-Z]+/, (it) => it.toLowerCase()) : line);
  const copied = (it: Instruction): string => {
    const block =
      moved.includes(it) || dropped.has(it)
        ? blockOf(text, it)
        : { start: lineStartAt(text, it.range.start), end: nextLineStart(text, it.range.end) };
    const exec = plan.base.shell ? undefined : execForm(reading, it);
    const source = text.slice(block.start, block.end).replace(/\r?\n$/, '');
    return exec === undefined ? source : source.slice(0, it.range.start - block.start) + exec;
  };

  const lines: string[] = [];
  for (const it of head) {
    if (moved.includes(it) && LABELS.has(it.keyword)) lines.push(copied(it));
    if (it.keyword === 'ENV') lines.push(...environment(reading, plan, it).map((line) => line));
    if (it.keyword === 'SHELL' && plan.base.shell && needsOwnShell(reading, tail)) lines.push(copied(it));
  }
  lines.push(...(plan.settings ?? []).map(own));
  const shared = new Set(sharedRuns(reading, plan, head));
  const wanted = new Set(plan.repeated);
  const repeated = head.filter((it) => wanted.has(it) && !shared.has(it));
  const runs = instructionsOf(repeated, 'RUN');
  for (const it of runs.filter(onlyChangesRepositories)) lines.push(copied(it));
  const packages = plan.packages ?? [];
  if (packages.length > 0 && plan.base.packages) lines.push(own(installLine(packages, plan.base.packages)));

  const folder = reading.folderAt(tail[0]) ?? '/';
  let current = plan.base.folder ?? '/';
  const enter = (wanted: string): void => {
    if (wanted !== current) lines.push(own(`WORKDIR ${wanted}`));
    current = wanted;
  };
  for (const it of runs.filter((other) => !onlyChangesRepositories(other))) lines.push(copied(it));
  const soonLeft =
    plan.workdir === false ||
    needsNoFolder(reading) ||
    (tail[0]?.keyword === 'WORKDIR' && tail[0].args[0]?.startsWith('/') === true);
  const copies = repeated.filter((it) => it.keyword === 'COPY' || it.keyword === 'ADD');
  if (!soonLeft) {
    const [first] = copies;
    const early = first ? reading.folderAt(first) : folder;
    if (early === folder || !first) enter(folder);
  }
  for (const it of plan.artefacts) lines.push(own(copyLine(it, name, soonLeft ? '/' : current)));
  for (const it of copies) {
    enter(reading.folderAt(it) ?? folder);
    lines.push(copied(it));
  }
  if (!soonLeft) enter(folder);
  for (const it of plan.late ?? []) lines.push(own(copyLine(it, name, soonLeft ? '/' : current)));
  lines.push(...(plan.added ?? []));
  lines.push(...moved.filter((it) => !LABELS.has(it.keyword)).map(copied));
  for (const it of repeated.filter((other) => other.keyword === 'USER')) lines.push(copied(it));

  const rest = tail.map((it) => text.slice(it.range.start, it.range.end));
  const args = neededArguments(reading, head, [...lines, ...rest], tail);
  const finished = (plan.finished ?? []).map((it) => own(it) + eol).join('');
  const stageName = stage.name ? ` ${cased(stage.from.written, 'AS')} ${stage.name.value}` : '';
  const flags = stage.from.flags.map((it) => `${text.slice(it.range.start, it.range.end)} `).join('');
  const image =
    sharedName(reading, plan) ?? `${flags.replace(/--platform=\$\{?BUILDPLATFORM\}? /, '')}${plan.base.image}`;
  const from = own(`FROM ${image}${stageName}`);
  const indentation = /^[ \t]*/.exec(text.slice(lineStartAt(text, stage.from.range.start)))?.[0] ?? '';
  const block = [from, ...args, ...lines].map((it) => (/^[ \t]/.test(it) ? it : indentation + it) + eol).join('');
  const closed = at > 0 && text[at - 1] !== '\n' ? eol : '';
  const end = at >= text.length && closed !== '' ? block.slice(0, block.length - eol.length) : block;
  return { range: { start: at, end: at }, text: `${closed}${finished}${eol}${end}` };
}

function copyLine({ from, to, folder, owner }: Artefact, name: string, current: string): string {
  const target = to ?? from;
  const shown = current !== '/' && isInside(current, target) ? `.${target.slice(current.length)}` : target;
  const short =
    !folder && basename(from) === basename(target) && shown.startsWith('./') && !shown.slice(2).includes('/')
      ? './'
      : shown;
  return `COPY --from=${name}${owner === undefined ? '' : ` --chown=${owner}`} ${quoted(from)} ${quoted(short === '.' ? './' : short)}`;
}

function quoted(path: string): string {
  return /\s/.test(path) ? JSON.stringify(path) : path;
}

/** ENV for the run stage: without the variables that only a build reads. */
function environment({ document }: Reading, { buildVariables }: Plan, env: EnvInstruction): readonly string[] {
  const kept = env.pairs.filter(
    ({ name }) => !GENERAL_BUILD.test(name.value) && !(buildVariables?.test(name.value) ?? false),
  );
  if (kept.length === 0) return [];
  const { text } = document;
  if (kept.length === env.pairs.length) {
    const start = lineStartAt(text, env.range.start);
    return [withEqualsSign(text, env, start) ?? text.slice(start, env.range.end)];
  }
  return kept.map(({ range }) => `ENV ${text.slice(range.start, range.end)}`);
}

/** `ENV NAME value` as `ENV NAME=value`: BuildKit warns of the old form, and would of each copy. */
function withEqualsSign(text: string, { pairs }: EnvInstruction, start: number): string | undefined {
  const [{ name, value } = {}] = pairs;
  if (!name || !value || text.slice(name.range.end, value.range.start).includes('=')) return undefined;
  const written = text.slice(value.range.start, value.range.end);
  if (/["'\\`\n]/.test(written)) return undefined;
  return `${text.slice(start, name.range.end)}=${/\s/.test(written) ? `"${written}"` : written}`;
}

/** Read by package managers and build tools of systems. */
const GENERAL_BUILD =
  /^(?:DEBIAN_FRONTEND|APT_KEY_DONT_WARN.*|CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|CPPFLAGS|MAKEFLAGS|PKG_CONFIG_PATH|CMAKE_.*|CI|\w*(?:BUILD|FETCH)_?(?:DEPS?|TOOLS|PACKAGES))$/;

function needsOwnShell({ stage }: Reading, tail: readonly Instruction[]): boolean {
  return (
    tail.some((it) => it.keyword === 'RUN') ||
    instructionsOf(stage.instructions, 'CMD', 'ENTRYPOINT', 'HEALTHCHECK').some((it) => it.form === 'shell')
  );
}

/** ARG lines again for the variables that the run stage uses. */
function neededArguments(
  { stage, document }: Reading,
  head: readonly Instruction[],
  lines: readonly string[],
  tail: readonly Instruction[],
): readonly string[] {
  const used = new Set(lines.flatMap((it) => [...it.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? '')));
  const there = new Set(
    instructionsOf([...head, ...tail], 'ENV').flatMap((it) => it.pairs.map(({ name }) => name.value)),
  );
  const own = new Set(instructionsOf(tail, 'ARG').flatMap((it) => it.pairs.map(({ name }) => name.value)));
  const { text } = document;
  const declared = instructionsOf(stage.instructions, 'ARG').filter((it) => head.includes(it));
  const pairs = declared.flatMap((it) => it.pairs).filter(({ name }) => used.has(name.value) && !own.has(name.value));
  const seen = new Set<string>();
  return pairs.flatMap(({ name, range }) => {
    if (
      seen.has(name.value) ||
      (there.has(name.value) && !lines.some((it) => it.includes(`=$${name.value}`) || it.includes(`\${${name.value}`)))
    )
      return [];
    seen.add(name.value);
    return [`ARG ${text.slice(range.start, range.end)}`];
  });
}

function applied(text: string, changes: readonly Change[]): string {
  const sorted = changes.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let result = '';
  let position = 0;
  for (const { range, text: added } of sorted) {
    if (range.start < position) {
      // Two removals may share a blank line.
      if (range.end > position) position = range.end;
      result += added;
      continue;
    }
    result += text.slice(position, range.start) + added;
    position = range.end;
  }
  return result + text.slice(position);
}
