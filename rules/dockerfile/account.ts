import { accountToolsOf } from '../images/account-tools.js';
import { userOf } from '../images/users.js';
import { userIdOf } from './accounts.js';
import type { DockerfileDocument, RunInstruction, Stage } from './model.js';
import { createdUsers, earlierUser, UNPRIVILEGED_USER } from './privilege.js';
import { chainOf, effectiveShell, installedPackages, instructionsOf } from './queries.js';

/** The account that the program is to run as. */
export interface Account {
  /** What USER gets: a name, a number, or a number with its group. */
  readonly user: string;
  /** For `--chown`: user and group where the group is known. */
  readonly owner: string;
  /** The program of a RUN that makes it; absent: it is there, or none is needed. */
  readonly creation?: string;
  /** Offset from which on it is in the image; 0: from the start. */
  readonly since: number;
}

/** Above 10000, so that it is no account of host or base image. */
const [ID = '', GROUP = ''] = UNPRIVILEGED_USER.split(':');

/**
 * A user that is in the image already, else a new one in the way of the distribution, else a number that needs no account.
 *
 * @param numeric USER gets the number where it is known, as Kubernetes' runAsNonRoot wants it.
 */
export function accountFor(document: DockerfileDocument, stage: Stage, numeric: boolean): Account {
  const known = stage.rootImage ? userOf(stage.rootImage) : undefined;
  const base = known?.runsAs ?? known?.offers;
  const inFile = earlierUser(stage) ?? soleUser(stage);
  const there = inFile ?? base;
  if (there === undefined) return newAccount(stage, numeric) ?? NUMBER;
  const id = numeric && !there.includes('$') ? userIdOf(document, stage, there) : undefined;
  const [name = ''] = there.split(':');
  const group = inFile === undefined || mentions(stage, name, GROUP_TOOLS) ? `${name}:${name}` : name;
  return {
    user: id ?? there,
    owner: there.includes(':') || /^\d+$/.test(there) ? there : group,
    since: inFile === undefined ? 0 : createdAt(stage, name),
  };
}

const NUMBER: Account = { user: UNPRIVILEGED_USER, owner: UNPRIVILEGED_USER, since: 0 };

function soleUser(stage: Stage): string | undefined {
  const created = createdUsers(stage);
  return created.length === 1 ? created[0] : undefined;
}

/** Behind the RUN that names it first. */
function createdAt(stage: Stage, name: string): number {
  return runsOf(stage).find((it) => namesAccount(it, name, ACCOUNT_TOOLS))?.range.end ?? 0;
}

function newAccount(stage: Stage, numeric: boolean): Account | undefined {
  const tools = toolsIn(stage);
  const name = NAMES.find((it) => !mentions(stage, it, ACCOUNT_TOOLS));
  const shell = effectiveShell(stage)?.words[0]?.value ?? 'sh';
  if (!tools || name === undefined || !/(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(shell)) return undefined;
  const creation =
    tools === 'shadow'
      ? `useradd --system --create-home ${numeric ? `--uid ${ID} ` : ''}${name}`
      : `addgroup -S ${numeric ? `-g ${GROUP} ` : ''}${name} && adduser -S ${numeric ? `-u ${ID} ` : ''}-G ${name} ${name}`;
  return { user: numeric ? ID : name, owner: `${name}:${name}`, creation, since: 0 };
}

const NAMES = ['app', 'appuser', 'service'];

function toolsIn(stage: Stage): 'shadow' | 'busybox' | undefined {
  if (!stage.rootImage) return undefined;
  const known = accountToolsOf(stage.rootImage);
  if (known) return known;
  // A package manager tells the distribution too.
  const managers = new Set(installedPackages(stage).map(({ install }) => install.manager));
  if (managers.has('apt')) return 'shadow';
  return managers.has('apk') ? 'busybox' : undefined;
}

function mentions(stage: Stage, name: string, tools: ReadonlySet<string>): boolean {
  return runsOf(stage).some((it) => namesAccount(it, name, tools));
}

function namesAccount({ script }: RunInstruction, name: string, tools: ReadonlySet<string>): boolean {
  return script.commands.some((it) => tools.has(it.name) && it.words.some((word) => word.value === name));
}

function runsOf(stage: Stage): readonly RunInstruction[] {
  return chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'RUN'));
}

const GROUP_TOOLS = new Set(['groupadd', 'addgroup']);
const ACCOUNT_TOOLS = new Set(['useradd', 'adduser', ...GROUP_TOOLS]);
