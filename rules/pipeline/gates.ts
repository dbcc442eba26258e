import type { ComposeEntry } from '../compose/model.js';
import { asScalar, isFalse, isTrue } from '../compose/queries.js';
import { deleteLines, type Edit, insertLineBelow, lineStartAt, nextLineStart } from '../core/edit.js';
import type { Project } from '../core/project.js';
import type { Range } from '../core/text.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';
import type { JobActs, PlacedAct } from './acts.js';
import type { LenientEntry, PipelineDocument, PipelineJob } from './model.js';
import { scannerProgram } from './scanners.js';

/** Why a scan can stop nothing. */
export interface ToothlessScan {
  /** `exitCode`: it succeeds whatever it finds. `lenient`, `ignored`: its failure is hidden, by a key or by a command. */
  readonly because: 'exitCode' | 'lenient' | 'ignored';
  readonly scanner: string;
  /** What hides the failure, as written: `continue-on-error: true`, `|| true`. */
  readonly written: string;
  readonly range: Range;
  readonly edits?: readonly Edit[];
}

/** The scans of a pipeline that can never fail, unless another one of the same image can. */
export function toothlessScans(
  document: PipelineDocument,
  jobs: readonly JobActs[],
  project: Project,
): readonly ToothlessScan[] {
  const judged = jobs.flatMap(({ job, acts }) =>
    acts
      .filter((it) => it.does === 'scan')
      .map((act) => ({
        act,
        weakness: isReportedElsewhere(document, job, act) ? 'unknown' : weaknessOf(act, job, document, project),
      })),
  );
  const strong = judged.filter((it) => it.weakness === 'none');
  const isBacked = ({ image }: PlacedAct): boolean =>
    strong.some((it) => it.act.image === undefined || image === undefined || it.act.image === image);
  const found = judged.flatMap(({ act, weakness }) =>
    typeof weakness === 'string' || isBacked(act) ? [] : [weakness],
  );
  return [...found, ...lenientHeirs(document, jobs)].filter(isFirstOfItsPlace);
}

function isFirstOfItsPlace({ range }: ToothlessScan, index: number, all: readonly ToothlessScan[]): boolean {
  return all.findIndex((it) => it.range.start === range.start && it.range.end === range.end) === index;
}

/** A job that takes over a scan from another one, and lets it fail. */
function lenientHeirs(document: PipelineDocument, jobs: readonly JobActs[]): readonly ToothlessScan[] {
  const scanning = new Map(
    jobs.flatMap(({ job, acts }) => {
      const scan = acts.find((it) => it.does === 'scan');
      return scan ? [[job.name.value, scan.scanner ?? ''] as const] : [];
    }),
  );
  return jobs.flatMap(({ job }) => {
    const scanner = job.bases.map((it) => scanning.get(it)).find((it) => it !== undefined);
    return scanner === undefined || !job.lenient ? [] : [byEntry(document, job.lenient, scanner)];
  });
}

type Weakness = ToothlessScan | 'none' | 'unknown';

/** Results that go to a service which judges them: code scanning, the security report of GitLab. */
function isReportedElsewhere({ text }: PipelineDocument, job: PipelineJob, { command }: PlacedAct): boolean {
  if (job.steps.some((it) => /upload-sarif|publish-unit-test-result|junit/i.test(it.uses?.value ?? ''))) return true;
  if (/container_scanning:/.test(job.node ? text.slice(job.node.range.start, job.node.range.end) : '')) return true;
  return command !== undefined && isReadLater(text, command);
}

/** What the scan wrote into a file is read by something else. */
function isReadLater(text: string, { words, redirects, pipedInto }: ShellCommand): boolean {
  if (pipedInto && !/^(?:tee|cat)$/.test(pipedInto.name)) return true;
  const index = words.findIndex((it) =>
    /^(?:-o|--output|--file|--json-file-output|--sarif-file-output)$/.test(it.value),
  );
  const files = [
    index < 0 ? undefined : words[index + 1]?.value,
    words.map((it) => /^(?:--output|-o|--file)=(.+)$/.exec(it.value)?.[1]).find((it) => it !== undefined),
    ...redirects.filter((it) => it.operator.startsWith('>')).map((it) => it.target.value),
    ...(pipedInto?.name === 'tee' ? pipedInto.words.slice(1).map((it) => it.value) : []),
  ].flatMap((it) => (it === undefined || it.length < 3 || it.startsWith('/dev/') || it.includes('$') ? [] : [it]));
  // Kept as an artifact it is read by people.
  return files.some((it) => {
    const name = it.slice(it.lastIndexOf('/') + 1);
    return (
      text.split(name).length > 2 &&
      new RegExp(`(?:jq|grep|convert|python3?|node|cat)\\b[^\\n]{0,200}${escaped(name)}`).test(text)
    );
  });
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function weaknessOf(act: PlacedAct, job: PipelineJob, document: PipelineDocument, project: Project): Weakness {
  const scanner = act.scanner ?? '';
  const lenient = act.step.lenient ?? job.lenient;
  if (lenient) return byEntry(document, lenient, scanner);
  if (!act.command) return ofAction(act, document);
  const { command } = act;
  const hidden = ignoredBy(command, act);
  if (hidden)
    return act.script === undefined ? { ...hidden, scanner } : { ...hidden, scanner, range: act.range, edits: [] };
  if (/TRIVY_|GRYPE_|DOCKLE_|set \+e/.test(document.text)) return 'unknown';
  return ofCommand(command, act, project);
}

function byEntry({ text }: PipelineDocument, entry: LenientEntry, scanner: string): ToothlessScan {
  const base = { because: 'lenient', scanner, written: entry.written, range: entry.range } as const;
  if (entry.inherited) return base;
  const line = text.slice(lineStartAt(text, entry.range.start), nextLineStart(text, entry.range.end));
  const alone = line.trim() === text.slice(entry.range.start, entry.range.end).trim();
  return alone ? { ...base, edits: [deleteLines(text, entry.range)] } : base;
}

/** `|| true` and what else ends well in any case. */
function ignoredBy(command: ShellCommand, { step }: PlacedAct): Omit<ToothlessScan, 'scanner'> | undefined {
  const commands = step.run?.script.commands ?? [];
  const next = commands[commands.indexOf(command) + 1];
  if (next?.joinedBy !== '||' || !endsWell(next)) return undefined;
  const range = { start: command.range.end, end: next.range.end };
  const shown = next.words.map((it) => it.value).join(' ');
  return { because: 'ignored', written: `|| ${shown.slice(0, 30)}`, range: next.range, edits: [{ range, text: '' }] };
}

function endsWell({ name, words }: ShellCommand): boolean {
  return /^(?:true|:|echo|printf)$/.test(name) || (name === 'exit' && words[1]?.value === '0');
}

/** Programs that succeed unless they are told to fail, and the option that tells them. */
const GATES: ReadonlyMap<
  string,
  { readonly option: RegExp; readonly added: string; readonly verb?: RegExp; readonly files: readonly string[] }
> = new Map([
  [
    'trivy',
    {
      option: /^--exit-code$/,
      added: ' --exit-code 1',
      verb: /^(?:image|i|client|c|rootfs)$/,
      files: ['trivy.yaml'],
    },
  ],
  ['grype', { option: /^(?:--fail-on|-f)$/, added: ' --fail-on high', files: ['.grype.yaml', '.grype/config.yaml'] }],
  ['dockle', { option: /^--exit-code$/, added: ' --exit-code 1', files: [] }],
  [
    'scout',
    { option: /^(?:--exit-code|-e)$/, added: ' --exit-code --only-severity critical,high', verb: /^cves$/, files: [] },
  ],
]);

function ofCommand(command: ShellCommand, act: PlacedAct, project: Project): Weakness {
  const { program, words } = scannerProgram(command);
  if (program === 'snyk') return words.some((it) => it.value === 'test') ? 'none' : 'unknown';
  const gate = GATES.get(program);
  const verb = gate?.verb ? words.find((it) => gate.verb?.test(it.value)) : words[0];
  if (!gate || !verb) return 'unknown';
  // A list of what is in the image is no verdict about it.
  if (
    words.some(
      (it, index) =>
        /^(?:cyclonedx|spdx|github|cosign-vuln)/.test(it.value) &&
        /^(?:-f|-o|--format|--output)$/.test(words[index - 1]?.value ?? ''),
    )
  )
    return 'unknown';
  if (words.some((it) => /^--format=(?:cyclonedx|spdx|github|cosign)|^(?:--config|-c)(?:=|$)/.test(it.value)))
    return 'unknown';
  if (gate.files.some((it) => project.read(it) !== undefined)) return 'unknown';
  const base = { because: 'exitCode', scanner: act.scanner ?? program, written: '' } as const;
  for (const [index, word] of words.entries()) {
    const [name = '', joined] = word.value.split('=', 2);
    if (!gate.option.test(name)) continue;
    const value = joined ?? (program === 'scout' ? undefined : words[index + 1]?.value);
    if (value !== '0' && value !== 'false') return value?.includes('$') ? 'unknown' : 'none';
    const last = joined === undefined ? words[index + 1] : word;
    const range = { start: word.range.start, end: (last ?? word).range.end };
    return act.script === undefined
      ? { ...base, range, edits: [{ range, text: program === 'grype' ? '--fail-on high' : '--exit-code 1' }] }
      : { ...base, range: act.range };
  }
  if (act.script !== undefined) return { ...base, range: act.range };
  const at = verb === words[0] && !gate.verb ? command.range.start : verb.range.end;
  return { ...base, range: act.range, ...additionAt(at, gate.added, words, verb, gate.verb !== undefined, command) };
}

/** Behind the verb, or behind the program where it has none. */
function additionAt(
  at: number,
  added: string,
  words: readonly ShellWord[],
  verb: ShellWord,
  hasVerb: boolean,
  command: ShellCommand,
): Pick<ToothlessScan, 'edits'> {
  const severity = added.includes('exit-code 1') && hasVerb && !words.some((it) => /^(?:-s|--severity)/.test(it.value));
  const before = hasVerb ? verb : command.words[command.words.indexOf(verb) - 1];
  const end = before?.range.end ?? at;
  return { edits: [{ range: { start: end, end }, text: added + (severity ? ' --severity HIGH,CRITICAL' : '') }] };
}

/** The inputs of actions that decide whether they fail. */
function ofAction(act: PlacedAct, document: PipelineDocument): Weakness {
  const uses = act.step.uses?.value.toLowerCase() ?? '';
  const inputs = act.step.with;
  const scanner = act.scanner ?? uses;
  if (document.system !== 'github') return 'unknown';
  const entryOf = (name: string): ComposeEntry | undefined => inputs?.get(name);
  const base = { because: 'exitCode', scanner, written: '' } as const;
  if (uses.startsWith('snyk/actions')) return 'none';
  if (uses.startsWith('anchore/scan-action')) {
    const entry = entryOf('fail-build');
    if (!entry || !isFalse(entry.value)) return 'none';
    return { ...base, range: entry.range, ...replacing(entry, 'true') };
  }
  const trivy = uses.startsWith('aquasecurity/trivy-action');
  if (!trivy && !uses.startsWith('docker/scout-action')) return 'unknown';
  if (entryOf('trivy-config') || entryOf('exit-on') || /TRIVY_(?:EXIT_CODE|CONFIG)/.test(document.text))
    return 'unknown';
  const format = asScalar(entryOf('format')?.value)?.text ?? '';
  const command = asScalar(entryOf('command')?.value)?.text ?? 'cves';
  if (/cyclonedx|spdx|github|sarif/.test(format) || (!trivy && !/\bcves\b/.test(command))) return 'unknown';
  const entry = entryOf('exit-code');
  const value = asScalar(entry?.value)?.text ?? '';
  if (value.includes('$')) return 'unknown';
  const stops = trivy ? value !== '' && value !== '0' : isTrue(entry?.value);
  if (stops) return 'none';
  const wanted = trivy ? '"1"' : 'true';
  if (entry) return { ...base, range: entry.range, ...replacing(entry, wanted) };
  const severity = trivy && !entryOf('severity') ? ['severity: HIGH,CRITICAL'] : [];
  return { ...base, range: act.range, ...addingInputs(document, act, [...severity, `exit-code: ${wanted}`]) };
}

function replacing({ value, inherited }: ComposeEntry, text: string): Pick<ToothlessScan, 'edits'> {
  return inherited || value.inherited ? {} : { edits: [{ range: value.range, text }] };
}

/** Below the input that names the image, which stands on a line of its own. */
function addingInputs(
  document: PipelineDocument,
  { step }: PlacedAct,
  lines: readonly string[],
): Pick<ToothlessScan, 'edits'> {
  const inputs = step.with;
  const entry = inputs?.get('image-ref') ?? inputs?.get('image') ?? inputs?.entries[0];
  if (!inputs || inputs.flow || inputs.inherited || !entry || entry.inherited) return {};
  const { text, eol } = document;
  if (text.slice(entry.range.start, entry.range.end).includes('\n')) return {};
  const indentation = ' '.repeat(entry.range.start - lineStartAt(text, entry.range.start));
  return { edits: [insertLineBelow(document, entry.range.end, lines.join(eol + indentation))] };
}
