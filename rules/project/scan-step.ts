import { type Edit, nextLineStart } from '../core/edit.js';
import type { ImageBuild } from './image-builds.js';
import type { WorkflowDocument, WorkflowJob } from './workflow.js';

/** What a person has to put in. */
const BLANK_IMAGE = 'IMAGE';

/**
 * A step that scans the image, behind the build or in front of a push, in the style of the job's steps. The commit of the
 * action is a blank, and so is the image where its name cannot be told.
 */
export function scanStep(
  { text, eol }: WorkflowDocument,
  job: WorkflowJob,
  { step, does, image }: ImageBuild,
): Edit | undefined {
  // The first key of a step stands behind its dash, or on a line of its own below it.
  const opening = /(?:^|\n)( *)-( +|[ \t]*\r?\n( +))$/.exec(text.slice(0, step.range.start).slice(-200));
  if (!opening || step.node.inherited || !runsOnLinux(job)) return undefined;
  const [, dash = '', gap = '', below] = opening;
  const start = step.range.start - dash.length - 1 - gap.length;
  const key = below ?? `${dash} ${gap}`;
  const lines = [
    `${dash}-${below === undefined ? gap : eol + key}name: Scan the image`,
    `${key}uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at`,
    `${key}with:`,
    `${key}  image-ref: ${image ?? BLANK_IMAGE}`,
    `${key}  severity: HIGH,CRITICAL`,
    `${key}  exit-code: "1"`,
  ];
  const apart = blankBetween(text, job);
  if (does === 'push') {
    return { range: { start, end: start }, text: block([...lines, ...apart], eol) };
  }
  const end = nextLineStart(text, step.range.start + text.slice(step.range.start, step.range.end).trimEnd().length);
  const open = text[end - 1] === '\n' ? '' : eol;
  return { range: { start: end, end }, text: open + block([...apart, ...lines], eol) };
}

/** The Trivy action is made for Linux runners. */
function runsOnLinux({ node }: WorkflowJob): boolean {
  const runner = node.get('runs-on')?.value;
  const labels = runner?.kind === 'list' ? runner.items : runner ? [runner] : [];
  return !labels.some((it) => it.kind === 'scalar' && /windows|macos/i.test(it.text));
}

function block(lines: readonly string[], eol: string): string {
  return lines.map((it) => it + eol).join('');
}

/** A blank line, where the job's steps have one between them. */
function blankBetween(text: string, { steps }: WorkflowJob): readonly string[] {
  const second = steps[1];
  const before = second ? text.slice(Math.max(0, second.range.start - 200), second.range.start) : '';
  return /\n[ \t]*\r?\n *-\s*$/.test(before) ? [''] : [];
}
