import { applyEdits, type Edit } from '../core/edit.js';
import type { Project } from '../core/project.js';
import type { DockerfileDocument, Stage } from '../dockerfile/model.js';
import { parseDockerfile } from '../dockerfile/parse.js';
import { useOfRoot } from '../dockerfile/privilege.js';
import { chainOf, effectiveUser, isRootUser } from '../dockerfile/queries.js';
import { userInsertion } from '../dockerfile/user-insertion.js';
import { editsBetween } from './changes.js';
import { ECOSYSTEMS } from './ecosystems.js';
import { isRefusal, type Plan, type Refusal } from './plan.js';
import { type Reading, readingOf, shownCommand } from './reading.js';
import { written } from './write.js';

/** A file with the build in a stage of its own. */
export interface Rewrite {
  readonly edits: readonly Edit[];
  /** What the run stage gets from the build, for people. */
  readonly ships: string;
  /** The image of the run stage. */
  readonly base: string;
}

export interface RewriteOptions {
  readonly project: Project;
  /** USER gets a number where one is known. */
  readonly numeric: boolean;
}

/**
 * Cuts the shipped stage in two: one that builds, and one that runs the result. Undefined where nothing is built;
 * refused where the file and what lies around it do not tell what the run stage needs.
 */
export function multiStage(
  document: DockerfileDocument,
  stage: Stage,
  { project, numeric }: RewriteOptions,
): Rewrite | Refusal | undefined {
  if (document.errors.length > 0 || stage.windows || document.escape !== '\\' || !stage.from.image) return undefined;
  const { range } = stage.from.image;
  if (stage.base) {
    const readings = chainOf(stage).map((it) => readingOf(document, it, project));
    const built = readings.some((reading) => ECOSYSTEMS.some((it) => it.builds(reading)));
    return built ? { refused: 'chain', data: {}, range } : undefined;
  }
  const reading = readingOf(document, stage, project);
  const found = ECOSYSTEMS.filter((it) => it.builds(reading));
  const [ecosystem] = found;
  if (!ecosystem) return undefined;
  const onbuild = stage.instructions.find((it) => it.keyword === 'ONBUILD');
  if (onbuild) return { refused: 'onbuild', data: {}, range: onbuild.keywordRange };
  if (!stage.image) return undefined;
  if (stage.image.unknown.has('path') || stage.image.unknown.has('registry'))
    return { refused: 'base', data: { image: stage.image.written }, range };
  // Fetching sources is part of every other way.
  const main = found.filter(
    (it) => !found.some((other) => other.includes?.includes(it.name)) && (it.name !== 'git' || found.length === 1),
  );
  if (main.length > 1)
    return several(
      reading,
      main.map((it) => it.name),
    );
  const plan = (main[0] ?? ecosystem).plan(reading);
  return isRefusal(plan) ? plan : rewriteBy(reading, plan, numeric);
}

function several({ work, stage }: Reading, names: readonly string[]): Refusal {
  const range = work[0]?.command.range ?? stage.from.range;
  return { refused: 'several', data: { commands: names.join(', ') }, range };
}

function rewriteBy(reading: Reading, plan: Plan, numeric: boolean): Rewrite {
  const { text } = reading.document;
  const after = withUser(written(reading, plan), plan, numeric);
  return { edits: editsBetween(text, after), ships: plan.ships, base: plan.base.image };
}

/** The program of the run stage gets a user, as the rule missing-user would give it one. */
function withUser(text: string, plan: Plan, numeric: boolean): string {
  const document = parseDockerfile(text);
  const stage = document.stages.at(-1);
  if (!stage || plan.base.unprivileged || plan.user === false) return text;
  const user = effectiveUser(document, stage)?.user.value;
  if ((user !== undefined && !isRootUser(user)) || useOfRoot(stage) !== undefined) return text;
  const insertion = userInsertion(document, stage, { instead: undefined, numeric });
  return 'reason' in insertion ? text : applyEdits(text, insertion.edits);
}

/** For messages about a command. */
export const shown = shownCommand;
