import type { Config } from '../config.js';
import type { Fix, RelatedPlace } from '../core/finding.js';
import type { Project } from '../core/project.js';
import type { DockerfileDocument, Stage } from '../dockerfile/model.js';
import { wantsNumbers } from '../dockerfile/user-fix.js';
import { isRefusal } from './plan.js';
import type { REFUSALS } from './refusals.js';
import { multiStage } from './rewrite.js';

/** The title of the rewrite, for the rules that offer it. */
export const SPLIT_TITLES = { split: 'Build in a stage of its own, ship {ships} on {image}' } as const;

export interface SplitFix {
  readonly fixes: readonly Fix<'split'>[];
  /** Why there is none. */
  readonly related: readonly RelatedPlace<keyof typeof REFUSALS>[];
}

/** The multi-stage rewrite of the shipped stage as a fix, or the reason why there is none. */
export function splitFix(
  document: DockerfileDocument,
  stage: Stage,
  { config, project }: { readonly config: Config; readonly project: Project },
): SplitFix {
  const result = multiStage(document, stage, { project, numeric: wantsNumbers(config) });
  if (!result) return { fixes: [], related: [] };
  if (isRefusal(result)) {
    const { refused, data, range } = result;
    return { fixes: [], related: [{ range, label: refused, data }] };
  }
  const { ships, base, edits } = result;
  const data = { ships: short(ships), image: short(base) };
  return { fixes: [{ title: 'split', data, applicability: 'unsafe', rewrite: 'multistage', edits }], related: [] };
}

function short(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
