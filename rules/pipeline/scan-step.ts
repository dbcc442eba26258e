import { type Edit, lineStartAt, nextLineStart } from '../core/edit.js';
import type { PlacedAct } from './acts.js';
import type { PipelineDocument, PipelineJob, PipelineStep } from './model.js';

/** A change that adds a scan. */
export interface ScanAddition {
  /** `action`: a step with the Trivy action. `command`: one that starts Trivy. `template`: the one of GitLab. */
  readonly by: 'action' | 'command' | 'template';
  readonly edit: Edit;
}

/** What a person has to put in. */
const BLANK_IMAGE = 'IMAGE';

/**
 * A scan of the image, behind the build or in front of a push, in the style of the file. What cannot be known, such as a
 * release of the scanner that somebody has looked at, is a blank.
 */
export function scanAddition(document: PipelineDocument, job: PipelineJob, act: PlacedAct): ScanAddition | undefined {
  switch (document.system) {
    case 'github':
      return document.root?.get('runs') ? undefined : placed('action', actionStep(document, job, act));
    case 'gitlab':
      return gitlabTemplate(document, act) ?? placed('command', listItem(document, job, act, [command(act, "'")]));
    case 'azure':
      return placed('command', listItem(document, job, act, azureLines(act)));
    case 'circleci':
      // A job of an orb has no steps of its own.
      if (act.step.range.start === job.name.range.start) return undefined;
      return placed('command', listItem(document, job, act, circleLines(act)));
    case 'bitbucket':
      return placed('command', listItem(document, job, act, [command(act, "'")]));
    case 'drone':
    case 'woodpecker':
      return placed('command', droneStep(document, job, act));
    default:
      return placed('command', jenkinsStep(document, act));
  }
}

function placed(by: ScanAddition['by'], edit: Edit | undefined): ScanAddition | undefined {
  return edit && { by, edit };
}

function command({ image }: PlacedAct, quote: '' | "'" = ''): string {
  const name = image ?? BLANK_IMAGE;
  const line = `trivy image --exit-code 1 --severity HIGH,CRITICAL ${name}`;
  return quote !== '' && /: |#/.test(line) ? quote + line + quote : line;
}

function actionStep(document: PipelineDocument, job: PipelineJob, act: PlacedAct): Edit | undefined {
  if (!runsOnLinux(job)) return undefined;
  return listItem(document, job, act, [
    'name: Scan the image',
    'uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at',
    'with:',
    `  image-ref: ${act.image ?? BLANK_IMAGE}`,
    '  severity: HIGH,CRITICAL',
    '  exit-code: "1"',
  ]);
}

function azureLines(act: PlacedAct): readonly string[] {
  return [`script: ${command(act)}`, 'displayName: Scan the image'];
}

function circleLines(act: PlacedAct): readonly string[] {
  return ['run:', '  name: Scan the image', `  command: ${command(act)}`];
}

/** A plugin runs in an image of its own, and so does the scan. */
function droneStep(document: PipelineDocument, job: PipelineJob, act: PlacedAct): Edit | undefined {
  if (!act.step.uses) return listItem(document, job, act, [command(act, "'")]);
  return listItem(document, job, act, [
    'name: scan',
    'image: aquasec/trivy:VERSION # a release you have looked at',
    'commands:',
    `  - ${command(act)}`,
  ]);
}

/** An item of the list that the step stands in, behind it, or before it where it only pushes. */
function listItem(
  { text, eol }: PipelineDocument,
  job: PipelineJob,
  { step, does }: PlacedAct,
  keys: readonly string[],
): Edit | undefined {
  if (step.node?.inherited === true || isAmongCommands(job, step, text)) return undefined;
  // The first key of a step stands behind its dash, or on a line of its own below it.
  const opening = /(?:^|\n)( *)-( +|[ \t]*\r?\n( +))$/.exec(text.slice(0, step.range.start).slice(-200));
  if (!opening) return undefined;
  const [, dash = '', gap = '', below] = opening;
  const start = step.range.start - dash.length - 1 - gap.length;
  const indentation = below ?? `${dash} ${gap}`;
  const [first = '', ...others] = keys;
  const lines = [
    `${dash}-${below === undefined ? gap : eol + indentation}${first}`,
    ...others.map((it) => indentation + it),
  ];
  const apart = blankBetween(text, job);
  if (does === 'push') return { range: { start, end: start }, text: block([...lines, ...apart], eol) };
  const end = nextLineStart(text, step.range.start + text.slice(step.range.start, step.range.end).trimEnd().length);
  const open = text[end - 1] === '\n' ? '' : eol;
  return { range: { start: end, end }, text: open + block([...apart, ...lines], eol) };
}

/** A block of commands holds more than the build, and what follows it may need the image. */
function isAmongCommands({ steps }: PipelineJob, step: PipelineStep, text: string): boolean {
  return (
    step.node === undefined && !steps.includes(step) && text.slice(step.range.start, step.range.end).includes('\n')
  );
}

/** The Trivy action is made for Linux runners. */
function runsOnLinux({ node }: PipelineJob): boolean {
  const runner = node?.get('runs-on')?.value;
  const labels = runner?.kind === 'list' ? runner.items : runner ? [runner] : [];
  return !labels.some((it) => it.kind === 'scalar' && /windows|macos/i.test(it.text));
}

/** The template that GitLab ships scans an image of the registry in a job of its own, in the stage `test`. */
function gitlabTemplate({ root, text, eol }: PipelineDocument, { image }: PlacedAct): ScanAddition | undefined {
  const stages = root?.get('stages')?.value;
  const tests =
    !stages || (stages.kind === 'list' && stages.items.some((it) => it.kind === 'scalar' && it.text === 'test'));
  if (!root || root.get('include') || !tests || image === undefined) return undefined;
  const lines = [
    '',
    'include:',
    '  - template: Jobs/Container-Scanning.gitlab-ci.yml',
    '',
    'container_scanning:',
    '  variables:',
    `    CS_IMAGE: ${image}`,
  ];
  const open = text.endsWith('\n') || text === '' ? '' : eol;
  return { by: 'template', edit: { range: { start: text.length, end: text.length }, text: open + block(lines, eol) } };
}

/** A line of its own with the indentation of the step's. */
function jenkinsStep({ text, eol }: PipelineDocument, act: PlacedAct): Edit | undefined {
  const { range } = act.step;
  const start = lineStartAt(text, range.start);
  const indentation = text.slice(start, range.start);
  if (indentation.trim() !== '') return undefined;
  const line = `${indentation}sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL ${act.image ?? BLANK_IMAGE}'`;
  if (act.does === 'push') return { range: { start, end: start }, text: line + eol };
  const end = nextLineStart(text, range.end);
  return { range: { start: end, end }, text: (text[end - 1] === '\n' ? '' : eol) + line + eol };
}

function block(lines: readonly string[], eol: string): string {
  return lines.map((it) => it + eol).join('');
}

/** A blank line, where the job's steps have one between them. */
function blankBetween(text: string, { steps }: PipelineJob): readonly string[] {
  const second = steps[1];
  const before = second ? text.slice(Math.max(0, second.range.start - 200), second.range.start) : '';
  return /\n[ \t]*\r?\n *-\s*$/.test(before) ? [''] : [];
}
