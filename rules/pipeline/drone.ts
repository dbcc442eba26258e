import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { Spanned } from '../core/text.js';
import type { PipelineJob, PipelineStep } from './model.js';
import { itemsAt, lenientAt, mapAt, runOf, spannedAt } from './read.js';

/** The steps of a Drone or Woodpecker pipeline; each runs in the image of a plugin or of a container. */
export function droneJobs(roots: readonly ComposeMap[]): readonly PipelineJob[] {
  return roots.flatMap((root): readonly PipelineJob[] => {
    const owner = root.get('steps') ?? root.get('pipeline');
    if (!owner) return [];
    return [{ name: spannedAt(root, 'name') ?? owner.key, node: root, steps: stepsOf(owner.value), bases: [] }];
  });
}

/** A list of maps with names, or a map by name. */
function stepsOf(node: ComposeNode): readonly PipelineStep[] {
  if (node.kind === 'list')
    return node.items.flatMap((it) => (it.kind === 'map' ? stepOf(it, spannedAt(it, 'name')) : []));
  if (node.kind !== 'map') return [];
  return node.entries.flatMap(({ key, value }) => (value.kind === 'map' ? stepOf(value, key) : []));
}

function stepOf(node: ComposeMap, name: Spanned | undefined): readonly PipelineStep[] {
  const uses = spannedAt(node, 'image');
  const settings = mapAt(node, 'settings') ?? node;
  const lenient = ignoredFailure(node);
  const base = { node, range: node.range, ...(name ? { name } : {}), ...(lenient ? { lenient } : {}) };
  const commands = itemsAt(node, 'commands').flatMap((it): readonly PipelineStep[] =>
    it.kind === 'scalar' && it.value !== null ? [{ ...base, run: runOf(it, 'sh', 'none') }] : [],
  );
  return commands.length > 0 ? commands : [{ ...base, ...(uses ? { uses } : {}), with: settings }];
}

/** `failure: ignore` */
function ignoredFailure(node: ComposeMap): PipelineStep['lenient'] {
  const entry = node.get('failure');
  if (entry?.value.kind === 'scalar' && entry.value.text === 'ignore')
    return { written: 'failure: ignore', range: entry.range, inherited: entry.inherited };
  return lenientAt(node, 'ignore_failure');
}
