import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { Spanned } from '../core/text.js';
import type { PipelineJob, PipelineStep } from './model.js';
import { itemsAt, lenientAt, mapAt, runOf, spanned, spannedAt } from './read.js';

/** Keys at the top that are no jobs. */
const KEYWORDS = new Set([
  'include',
  'stages',
  'variables',
  'workflow',
  'image',
  'services',
  'cache',
  'before_script',
  'after_script',
  'spec',
  'pages_deploy',
]);

const SCRIPTS = ['before_script', 'script', 'after_script'] as const;

/** The jobs of a GitLab pipeline; hidden ones are what others extend, and are judged where they are written. */
export function gitlabJobs(root: ComposeMap): readonly PipelineJob[] {
  return root.entries.flatMap(({ key, value }): readonly PipelineJob[] => {
    if (SCRIPTS.some((it) => it === key.value)) {
      const steps = scriptSteps(root, [key.value]);
      return steps.length > 0 ? [{ name: key, node: root, steps, bases: [] }] : [];
    }
    if (value.kind !== 'map' || KEYWORDS.has(key.value)) return [];
    const image = imageOf(value) ?? imageOf(mapAt(root, 'default')) ?? imageOf(root);
    const lenient = lenientAt(value, 'allow_failure');
    const bases = itemsAt(value, 'extends').flatMap((it) => (it.kind === 'scalar' ? [it.text] : []));
    return [
      {
        name: key,
        node: value,
        steps: scriptSteps(value, SCRIPTS),
        bases,
        ...(image ? { image } : {}),
        ...(lenient ? { lenient } : {}),
      },
    ];
  });
}

function imageOf(map: ComposeMap | undefined): Spanned | undefined {
  return spannedAt(map, 'image') ?? spannedAt(mapAt(map, 'image'), 'name');
}

/** Each command is a step. */
function scriptSteps(owner: ComposeMap, keys: readonly string[]): readonly PipelineStep[] {
  return keys.flatMap((key) => itemsAt(owner, key).flatMap(commandStep));
}

function commandStep(node: ComposeNode): readonly PipelineStep[] {
  if (node.kind !== 'scalar' || node.value === null) return [];
  return [{ range: node.range, run: runOf(node, 'sh', 'none') }];
}

/** Files, templates and components that are taken in. */
export function gitlabIncludes(root: ComposeMap): readonly Spanned[] {
  return itemsAt(root, 'include').flatMap((it): readonly Spanned[] => {
    if (it.kind === 'scalar') return [spanned(it)];
    if (it.kind !== 'map') return [];
    return ['local', 'template', 'component', 'file', 'remote'].flatMap((key) =>
      itemsAt(it, key).flatMap((value) => (value.kind === 'scalar' ? [spanned(value)] : [])),
    );
  });
}
