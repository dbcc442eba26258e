import type { ComposeMap, ComposeNode } from '../compose/model.js';
import type { Spanned } from '../core/text.js';
import type { PipelineJob, PipelineStep } from './model.js';
import { itemsAt, mapAt, runOf, scalarAt, spannedAt } from './read.js';

/** Steps nested in `when`, `unless` and `steps` parameters. */
const MAX_DEPTH = 8;

/** Jobs and commands of a CircleCI configuration, and the jobs of orbs that its workflows call. */
export function circleJobs(root: ComposeMap): readonly PipelineJob[] {
  const orbs = orbsOf(root);
  const own = [...(mapAt(root, 'commands')?.entries ?? []), ...(mapAt(root, 'jobs')?.entries ?? [])].flatMap(
    ({ key, value }): readonly PipelineJob[] => {
      if (value.kind !== 'map') return [];
      const images = itemsAt(value, 'docker').flatMap((it) =>
        it.kind === 'map' ? (spannedAt(it, 'image') ?? []) : [],
      );
      return [
        {
          name: key,
          node: value,
          steps: stepsIn(itemsAt(value, 'steps'), orbs, 0),
          bases: [],
          ...(images[0] ? { image: images[0] } : {}),
        },
      ];
    },
  );
  return [...own, ...(mapAt(root, 'workflows')?.entries ?? []).flatMap(({ value }) => calledJobs(value, orbs))];
}

/** A job of an orb is a job that does one thing. */
function calledJobs(workflow: ComposeNode, orbs: ReadonlyMap<string, string>): readonly PipelineJob[] {
  if (workflow.kind !== 'map') return [];
  return itemsAt(workflow, 'jobs').flatMap((it): readonly PipelineJob[] => {
    const entry = it.kind === 'map' ? it.entries[0] : undefined;
    const name: Spanned | undefined =
      it.kind === 'scalar'
        ? { value: it.text, range: it.range }
        : entry && { value: entry.key.value, range: entry.key.range };
    const parameters = entry?.value.kind === 'map' ? entry.value : undefined;
    if (!name) return [];
    const around = (key: string): readonly PipelineStep[] => stepsIn(itemsAt(parameters, key), orbs, 0);
    const before = around('pre-steps');
    const after = around('post-steps');
    const called = orbCommand(name, orbs);
    if (!called && before.length + after.length === 0) return [];
    const step: readonly PipelineStep[] = called
      ? [{ range: it.range, uses: called, ...(parameters ? { with: parameters } : {}) }]
      : [];
    return [{ name, bases: [], steps: [...before, ...step, ...after], ...(it.kind === 'map' ? { node: it } : {}) }];
  });
}

function stepsIn(
  nodes: readonly ComposeNode[],
  orbs: ReadonlyMap<string, string>,
  depth: number,
): readonly PipelineStep[] {
  if (depth > MAX_DEPTH) return [];
  return nodes.flatMap((node): readonly PipelineStep[] => {
    if (node.kind === 'scalar') {
      const uses = orbCommand({ value: node.text, range: node.range }, orbs);
      return uses ? [{ range: node.range, uses }] : [];
    }
    const entry = node.kind === 'map' ? node.entries[0] : undefined;
    if (!entry || node.kind !== 'map') return [];
    if (entry.key.value === 'run') return runStep(node, entry.value);
    const parameters = entry.value.kind === 'map' ? entry.value : undefined;
    const uses = orbCommand(entry.key, orbs);
    const inner = stepsIn(itemsAt(parameters, 'steps'), orbs, depth + 1);
    if (!uses) return inner;
    return [{ node, range: node.range, uses, ...(parameters ? { with: parameters } : {}) }, ...inner];
  });
}

function runStep(node: ComposeMap, value: ComposeNode): readonly PipelineStep[] {
  const command = value.kind === 'scalar' ? value : value.kind === 'map' ? scalarAt(value, 'command') : undefined;
  if (!command) return [];
  const settings = value.kind === 'map' ? value : undefined;
  const name = spannedAt(settings, 'name');
  const folder = scalarAt(settings, 'working_directory')?.text;
  return [
    {
      node,
      range: node.range,
      run: runOf(command, scalarAt(settings, 'shell')?.text ?? 'bash', 'circleci'),
      ...(name ? { name } : {}),
      ...(folder === undefined ? {} : { folder }),
    },
  ];
}

/** `docker/build` with `docker: circleci/docker@2.6.0` is `circleci/docker/build@2.6.0`. */
function orbCommand({ value, range }: Spanned, orbs: ReadonlyMap<string, string>): Spanned | undefined {
  const slash = value.indexOf('/');
  if (slash < 0) return undefined;
  const orb = orbs.get(value.slice(0, slash)) ?? value.slice(0, slash);
  const [name = '', version] = orb.split('@');
  return { value: `${name}/${value.slice(slash + 1)}${version === undefined ? '' : `@${version}`}`, range };
}

function orbsOf(root: ComposeMap): ReadonlyMap<string, string> {
  return new Map(
    (mapAt(root, 'orbs')?.entries ?? []).flatMap(({ key, value }) =>
      value.kind === 'scalar' ? [[key.value, value.text] as const] : [],
    ),
  );
}
