import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { Spanned } from '../core/text.js';
import type { PipelineJob, PipelineStep } from './model.js';
import { lenientAt, mapAt, runOf, scalarAt, spannedAt } from './read.js';

/** The jobs of a workflow, or the steps of a composite action as one job. */
export function githubJobs(root: ComposeMap): readonly PipelineJob[] {
  return [...actionJob(root), ...workflowJobs(root)];
}

/** Reusable workflows and actions of the same repository. */
export function githubIncludes(jobs: readonly PipelineJob[]): readonly Spanned[] {
  return jobs
    .flatMap((job) => [job.uses, ...job.steps.map((it) => it.uses)])
    .flatMap((it) => (it?.value.startsWith('./') ? [it] : []));
}

function workflowJobs(root: ComposeMap): readonly PipelineJob[] {
  const shell = defaultShell(root);
  return (mapAt(root, 'jobs')?.entries ?? []).flatMap(({ key, value }): readonly PipelineJob[] => {
    if (value.kind !== 'map') return [];
    const uses = spannedAt(value, 'uses');
    const image = spannedAt(value, 'container') ?? spannedAt(mapAt(value, 'container'), 'image');
    const lenient = lenientAt(value, 'continue-on-error');
    return [
      {
        name: key,
        node: value,
        steps: stepsOf(value, shellOf(defaultShell(value) ?? shell, value), folderOf(value) ?? folderOf(root)),
        bases: [],
        ...(uses ? { uses } : {}),
        ...(image ? { image } : {}),
        ...(lenient ? { lenient } : {}),
      },
    ];
  });
}

/** `runs` of an action whose steps are written in it. */
function actionJob(root: ComposeMap): readonly PipelineJob[] {
  const runs = root.get('runs');
  if (runs?.value.kind !== 'map' || !runs.value.get('steps')) return [];
  const name = spannedAt(root, 'name') ?? runs.key;
  return [{ name, node: runs.value, steps: stepsOf(runs.value, 'bash', undefined), bases: [] }];
}

function stepsOf(owner: ComposeMap, shell: string, folder: string | undefined): readonly PipelineStep[] {
  const steps = owner.get('steps')?.value;
  return steps?.kind === 'list' ? steps.items.flatMap((it) => stepOf(it, shell, folder)) : [];
}

function defaultShell(map: ComposeMap): string | undefined {
  return scalarAt(mapAt(mapAt(map, 'defaults'), 'run'), 'shell')?.text;
}

function folderOf(map: ComposeMap): string | undefined {
  return scalarAt(mapAt(mapAt(map, 'defaults'), 'run'), 'working-directory')?.text;
}

/** Without a shell it is bash, or PowerShell on Windows runners. */
function shellOf(shell: string | undefined, job: ComposeMap): string {
  if (shell !== undefined) return shell;
  const runner = job.get('runs-on')?.value;
  const labels = runner?.kind === 'list' ? runner.items : runner ? [runner] : [];
  return labels.some((it) => it.kind === 'scalar' && /^windows\b/i.test(it.text)) ? 'pwsh' : 'bash';
}

function stepOf(node: ComposeNode, jobShell: string, jobFolder: string | undefined): readonly PipelineStep[] {
  if (node.kind !== 'map') return [];
  const name = spannedAt(node, 'name');
  const uses = spannedAt(node, 'uses');
  const inputs = mapAt(node, 'with');
  const run = scalarAt(node, 'run');
  const folder = scalarAt(node, 'working-directory')?.text ?? jobFolder;
  const lenient = lenientAt(node, 'continue-on-error');
  return [
    {
      node,
      range: node.range,
      ...(name ? { name } : {}),
      ...(uses ? { uses } : {}),
      ...(inputs ? { with: inputs } : {}),
      ...(run ? { run: runOf(run, scalarAt(node, 'shell')?.text ?? jobShell, 'github') } : {}),
      ...(folder === undefined ? {} : { folder }),
      ...(lenient ? { lenient } : {}),
    },
  ];
}
