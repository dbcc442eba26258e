import type { Fix, RelatedPlace } from '../core/finding.js';
import type { CheckContext } from '../core/rule.js';
import type { DockerfileDocument } from '../dockerfile/model.js';
import { buildArguments } from '../project/build-arguments.js';
import { buildersOf, isInline } from '../project/build-links.js';
import { handOver } from '../project/variable-handover.js';
import { type TakenOut, takeOut, whyKept } from './secret-mount.js';
import { secretId } from './secret-variable.js';

/** For rules whose findings {@link mountFixes} cures. */
export const MOUNT_TITLES = {
  mount: 'Mount it as the secret {id} in the RUN that uses it',
  pass: 'Pass it as the secret {id}, in the compose file and in the RUN that uses it',
} as const;

/** For rules whose findings {@link variableFixes} cures. */
export const VARIABLE_TITLES = {
  ...MOUNT_TITLES,
  start: 'Take it out of the image and set {name} where the container starts',
  both: 'Mount it as the secret {id} in the RUN that uses it, and set {name} where the container starts',
  unused: 'Remove it: nothing in the build reads it',
} as const;

/** Why such a finding has no fix, told at the place that decides. */
export const KEPT_LABELS = {
  reads: '{name} is read here, where no secret can be mounted, so there is no fix',
  stays: 'The secret would stay in the layer of this RUN, so there is no fix. Use it up in one RUN',
  script: 'What this RUN starts may read {name}, so there is no fix. Mount it there if it does',
} as const;

type KeptLabel = keyof typeof KEPT_LABELS;

export function keptPlaces<L extends KeptLabel>(
  document: DockerfileDocument,
  name: string,
  labels: readonly L[],
): readonly RelatedPlace<L>[] {
  const why = whyKept(document, name);
  const label = labels.find((it) => it === why?.kept);
  if (!why || label === undefined) return [];
  return [{ range: why.range, label, ...(label === 'stays' ? {} : { data: { name } }) }];
}

export type VariableTitle = keyof typeof VARIABLE_TITLES;

/** Mounts a variable as a secret in the RUNs that read it, where nothing else does. */
export function mountFixes(
  document: DockerfileDocument,
  context: CheckContext,
  name: string,
): readonly Fix<keyof typeof MOUNT_TITLES>[] {
  return variableFixes(document, context, name).flatMap((fix) =>
    fix.title === 'mount' || fix.title === 'pass' ? [{ ...fix, title: fix.title }] : [],
  );
}

/** Takes a variable out of the image: to the RUNs that read it, and to the start of the container. */
export function variableFixes(
  document: DockerfileDocument,
  { project, config }: CheckContext,
  name: string,
): readonly Fix<VariableTitle>[] {
  const taken = takeOut(document, name);
  // A Dockerfile within a compose file cannot change what stands around it.
  if (!taken || (taken.started && isInline(project))) return [];
  const id = secretId(name);
  const builds = (isInline(project) ? [] : buildersOf(project, config)).filter(
    (it) => taken.value !== undefined || taken.started || buildArguments(it.service).some((one) => one.name === name),
  );
  const elsewhere =
    taken.mounted || taken.started
      ? handOver(
          project,
          builds,
          { name, secret: taken.mounted ? id : undefined, started: taken.started, value: taken.value },
          (file) => project.compose(file),
        )
      : [];
  if (!elsewhere) return [];
  const edits = [...taken.edits, ...elsewhere];
  return [{ ...titleOf(taken, id, name, elsewhere.length > 0), applicability: 'unsafe', edits }];
}

function titleOf(
  { mounted, started }: TakenOut,
  id: string,
  name: string,
  passed: boolean,
): { readonly title: VariableTitle; readonly data?: Readonly<Record<string, string>> } {
  if (!mounted) return started ? { title: 'start', data: { name } } : { title: 'unused' };
  return started ? { title: 'both', data: { id, name } } : { title: passed ? 'pass' : 'mount', data: { id } };
}
