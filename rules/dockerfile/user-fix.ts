import type { Config } from '../config.js';
import type { Fix, RelatedPlace } from '../core/finding.js';
import type { DockerfileDocument, Stage, UserInstruction } from './model.js';
import { userInsertion } from './user-insertion.js';

/** Titles of the fixes that insert USER, for the rules that offer them. */
export const USER_TITLES = {
  addUser: 'Add USER {user}',
  createUser: 'Create the user {user} and add USER',
  addUserLowPort: 'Add USER {user}; port {port} then needs Docker 20.10 or newer',
  createUserLowPort: 'Create the user {user} and add USER; port {port} then needs Docker 20.10 or newer',
} as const;

/** Why no USER is offered, told at the place that speaks against it. */
export const REFUSAL_LABELS = {
  inRootsHome: 'This is in /root, which only root may enter: move it first. So there is no fix',
  buildsAtStart: '{what} builds at every start with what root has fetched: build in a RUN first. So there is no fix',
  actsAsRoot: '{what} works for root only, so there is no fix',
  startsServices: '{what} gives what it starts users of their own, so there is no fix',
  unpackedServer:
    '{what} was unpacked here and may write beside its own files: give it those folders first. So there is no fix',
  volumeWithoutShell: 'Nothing in this image can give the volume to another user, so there is no fix',
} as const;

type Titles = keyof typeof USER_TITLES;
type Labels = keyof typeof REFUSAL_LABELS;

export interface UserFix {
  readonly fixes: readonly Fix<Titles>[];
  readonly related: readonly RelatedPlace<Labels>[];
}

/**
 * USER for the stage as a fix, or the reason why there is none.
 *
 * @param numeric USER gets a number where one is known.
 * @param instead the last USER, where its value is to be replaced.
 */
export function userFix(
  document: DockerfileDocument,
  stage: Stage,
  numeric: boolean,
  instead?: UserInstruction,
): UserFix {
  const insertion = userInsertion(document, stage, { instead, numeric });
  if ('reason' in insertion) {
    const { reason, range, what } = insertion;
    return {
      fixes: [],
      related: [{ range, label: reason, ...(UNNAMED.has(reason) ? {} : { data: { what } }) }],
    };
  }
  const { user, edits, creates, lowPort } = insertion;
  const fix = { applicability: 'unsafe' as const, edits };
  if (lowPort === undefined) return only({ title: creates ? 'createUser' : 'addUser', data: { user }, ...fix });
  const data = { user, port: String(lowPort) };
  return only({ title: creates ? 'createUserLowPort' : 'addUserLowPort', data, ...fix });
}

/** Their labels name nothing. */
const UNNAMED: ReadonlySet<Labels> = new Set(['inRootsHome', 'volumeWithoutShell']);

function only(fix: Fix<Titles>): UserFix {
  return { fixes: [fix], related: [] };
}

/** Where named-user is on, a name would be its next finding, which an info may not lead to. */
export function wantsNumbers({ profile, rules }: Config): boolean {
  return (rules['named-user'] ?? (profile === 'strict' ? 'info' : 'off')) !== 'off';
}
