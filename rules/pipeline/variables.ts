import type { ComposeMap } from '../compose/model.js';
import type { Range, Spanned } from '../core/text.js';
import type { PipelineDocument } from './model.js';
import { mapAt, spanned } from './read.js';

/** A variable that a pipeline sets for its commands. */
export interface PipelineVariable {
  readonly name: Spanned;
  readonly value: Spanned;
  readonly range: Range;
}

/** Keys under which the systems have variables. */
const KEYS = ['variables', 'env', 'environment'];

/** Variables of the pipeline, its jobs and steps, and those that a command sets or exports; each where it is written. */
export function pipelineVariables({ root, jobs }: PipelineDocument): readonly PipelineVariable[] {
  const owners = [
    root,
    mapAt(root, 'default'),
    ...jobs.flatMap((job) => [job.node, ...job.steps.map((it) => it.node)]),
  ];
  const found = new Map<number, PipelineVariable>();
  for (const owner of owners) for (const it of inOwner(owner)) found.set(it.range.start, it);
  for (const { steps } of jobs)
    for (const { run } of steps) for (const it of inScript(run)) found.set(it.range.start, it);
  return [...found.values()].sort((a, b) => a.range.start - b.range.start);
}

function inOwner(owner: ComposeMap | undefined): readonly PipelineVariable[] {
  return KEYS.flatMap((key) =>
    (mapAt(owner, key)?.entries ?? []).flatMap(({ key: name, value, range }) => {
      const node = value.kind === 'map' ? value.get('value')?.value : value;
      return node?.kind === 'scalar' ? [{ name, value: spanned(node), range }] : [];
    }),
  );
}

function inScript(run: PipelineDocument['jobs'][number]['steps'][number]['run']): readonly PipelineVariable[] {
  return (run?.script.commands ?? []).flatMap(({ name: program, assignments, words }) => [
    ...assignments.flatMap(({ name, value }) =>
      value ? [{ name, value, range: { start: name.range.start, end: value.range.end } }] : [],
    ),
    ...(program === 'export' ? words.slice(1) : []).flatMap((it): readonly PipelineVariable[] => {
      const [, name, value] = /^(\w+)=(.*)$/s.exec(it.value) ?? [];
      if (name === undefined || value === undefined) return [];
      return [{ name: { value: name, range: it.range }, value: { value, range: it.range }, range: it.range }];
    }),
  ]);
}
