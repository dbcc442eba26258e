import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { PipelineJob, PipelineStep } from './model.js';
import { itemsAt, mapAt, runOf, spannedAt } from './read.js';

/** Steps in `parallel` in stages in branches in pipelines. */
const MAX_DEPTH = 10;

/** The steps of Bitbucket's pipelines are jobs. One that several pipelines share through an anchor is one job. */
export function bitbucketJobs(root: ComposeMap): readonly PipelineJob[] {
  const found = new Map<number, PipelineJob>();
  for (const key of ['definitions', 'pipelines']) {
    const value = root.get(key)?.value;
    if (value) collect(value, found, 0);
  }
  return [...found.values()];
}

function collect(node: ComposeNode, found: Map<number, PipelineJob>, depth: number): void {
  if (depth > MAX_DEPTH || node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const it of node.items) collect(it, found, depth + 1);
    return;
  }
  if (node.get('script')) {
    if (!found.has(node.range.start)) found.set(node.range.start, jobOf(node));
    return;
  }
  for (const { value } of node.entries) collect(value, found, depth + 1);
}

function jobOf(node: ComposeMap): PipelineJob {
  const image = spannedAt(node, 'image') ?? spannedAt(mapAt(node, 'image'), 'name');
  const name = spannedAt(node, 'name') ?? { value: 'step', range: node.get('script')?.key.range ?? node.range };
  const steps = ['script', 'after-script'].flatMap((key) => itemsAt(node, key).flatMap(stepOf));
  return { name, node, steps, bases: [], ...(image ? { image } : {}) };
}

function stepOf(node: ComposeNode): readonly PipelineStep[] {
  if (node.kind === 'scalar')
    return node.value === null ? [] : [{ range: node.range, run: runOf(node, 'bash', 'none') }];
  if (node.kind !== 'map') return [];
  const uses = spannedAt(node, 'pipe');
  const variables = mapAt(node, 'variables');
  const name = spannedAt(node, 'name');
  return [
    {
      node,
      range: node.range,
      ...(name ? { name } : {}),
      ...(uses ? { uses } : {}),
      ...(variables ? { with: variables } : {}),
    },
  ];
}
