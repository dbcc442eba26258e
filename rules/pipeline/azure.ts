import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { Spanned } from '../core/text.js';
import type { PipelineJob, PipelineStep } from './model.js';
import { itemsAt, lenientAt, mapAt, runOf, scalarAt, spanned, spannedAt } from './read.js';

/** Keys of a step that hold a script, and its shell. */
const SCRIPTS: readonly (readonly [key: string, shell: string])[] = [
  ['bash', 'bash'],
  ['pwsh', 'pwsh'],
  ['powershell', 'pwsh'],
];

/** Tasks that run a script which is written in their inputs. */
const SCRIPT_TASKS = /^(?:Bash|ShellScript|CmdLine|PowerShell|AzureCLI)@/i;

/** Deeper than stages, jobs, strategies and `${{ if }}` blocks are in real files. */
const MAX_DEPTH = 12;

/** The jobs of an Azure pipeline or of a template for one; steps without a job are one. */
export function azureJobs(root: ComposeMap): readonly PipelineJob[] {
  return jobsIn(root, { value: 'job', range: { start: 0, end: 0 } }, onWindows(root), 0);
}

function jobsIn(owner: ComposeMap, around: Spanned, windows: boolean, depth: number): readonly PipelineJob[] {
  if (depth > MAX_DEPTH) return [];
  const name =
    ['job', 'deployment', 'stage'].map((it) => spannedAt(owner, it)).find((it) => it && it.value !== '') ?? around;
  const own = onWindows(owner) || (windows && !owner.get('pool'));
  const steps = stepsIn(owner.get('steps')?.value, own, 0);
  const lenient = lenientAt(owner, 'continueOnError');
  const image = spannedAt(owner, 'container') ?? spannedAt(mapAt(owner, 'container'), 'image');
  const job: readonly PipelineJob[] =
    steps.length === 0
      ? []
      : [
          {
            name: name.range.end === 0 ? (owner.get('steps')?.key ?? name) : name,
            node: owner,
            steps,
            bases: [],
            ...(image ? { image } : {}),
            ...(lenient ? { lenient } : {}),
          },
        ];
  const template = spannedAt(owner, 'template');
  const called: readonly PipelineJob[] =
    template && depth > 0 ? [{ name, node: owner, steps: [], bases: [], uses: template }] : [];
  const below = owner.entries.flatMap(({ key, value }) =>
    /^(?:stages|jobs|strategy|runOnce|rolling|canary|deploy|preDeploy|routeTraffic|postRouteTraffic|on|success|failure)$/.test(
      key.value,
    ) || key.value.startsWith('${{')
      ? mapsIn(value).flatMap((it) => jobsIn(it, name, own, depth + 1))
      : [],
  );
  return [...called, ...job, ...below];
}

function mapsIn(node: ComposeNode): readonly ComposeMap[] {
  if (node.kind === 'map') return [node];
  return node.kind === 'list' ? node.items.flatMap((it) => (it.kind === 'map' ? [it] : [])) : [];
}

function onWindows(owner: ComposeMap): boolean {
  return /^(?:windows|vs20)/i.test(scalarAt(mapAt(owner, 'pool'), 'vmImage')?.text ?? '');
}

function stepsIn(node: ComposeNode | undefined, windows: boolean, depth: number): readonly PipelineStep[] {
  if (node?.kind !== 'list' || depth > MAX_DEPTH) return [];
  return node.items.flatMap((it): readonly PipelineStep[] => {
    if (it.kind !== 'map') return [];
    // `${{ if … }}:` holds a list of steps.
    const conditional = it.entries[0];
    if (conditional?.key.value.startsWith('${{')) return stepsIn(conditional.value, windows, depth + 1);
    return [stepOf(it, windows)];
  });
}

function stepOf(node: ComposeMap, windows: boolean): PipelineStep {
  const name = spannedAt(node, 'displayName');
  const uses = spannedAt(node, 'task') ?? spannedAt(node, 'template');
  const inputs = mapAt(node, 'inputs') ?? mapAt(node, 'parameters');
  const run = scriptOf(node, windows);
  const folder = scalarAt(node, 'workingDirectory')?.text ?? scalarAt(inputs, 'workingDirectory')?.text;
  const lenient = lenientAt(node, 'continueOnError');
  return {
    node,
    range: node.range,
    ...(name ? { name } : {}),
    ...(uses ? { uses } : {}),
    ...(inputs ? { with: inputs } : {}),
    ...(run ? { run } : {}),
    ...(folder === undefined ? {} : { folder }),
    ...(lenient ? { lenient } : {}),
  };
}

function scriptOf(node: ComposeMap, windows: boolean): PipelineStep['run'] {
  for (const [key, shell] of [...SCRIPTS, ['script', windows ? 'cmd' : 'bash'] as const]) {
    const script = scalarAt(node, key);
    if (script) return runOf(script, shell, 'azure');
  }
  const task = scalarAt(node, 'task')?.text ?? '';
  const inputs = mapAt(node, 'inputs');
  const inline = scalarAt(inputs, 'script') ?? scalarAt(inputs, 'inlineScript');
  if (!SCRIPT_TASKS.test(task) || !inline) return undefined;
  const type = scalarAt(inputs, 'scriptType')?.text ?? '';
  const shell = /^PowerShell/i.test(task) || /^p/i.test(type) ? 'pwsh' : windows && /^Cmd/i.test(task) ? 'cmd' : 'bash';
  return runOf(inline, shell, 'azure');
}

/** Templates of the same repository, and the one that the pipeline extends. */
export function azureIncludes(root: ComposeMap, jobs: readonly PipelineJob[]): readonly Spanned[] {
  const extended = spannedAt(mapAt(root, 'extends'), 'template');
  const steps = jobs.flatMap((job) => job.steps.flatMap((it) => (it.node?.get('template') ? (it.uses ?? []) : [])));
  const own = itemsAt(root, 'template').flatMap((it) => (it.kind === 'scalar' ? [spanned(it)] : []));
  return [...(extended ? [extended] : []), ...own, ...jobs.flatMap((it) => it.uses ?? []), ...steps];
}
