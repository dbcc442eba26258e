import { UNKNOWN } from '../core/text.js';
import type { ComposeService } from './model.js';
import { at, capabilitiesOf, isTrue, securityOptions, textOf } from './queries.js';

/** What a service may set so that a break-in stays small, and does not. */

export function isWritable(service: ComposeService): boolean {
  return !isTrue(service.get('read_only')?.value);
}

export function keepsCapabilities(service: ComposeService): boolean {
  return !capabilitiesOf(service, 'cap_drop').some(({ name }) => name === 'ALL');
}

/** Nothing is said about no-new-privileges. */
export function maySilentlyGainPrivileges(service: ComposeService): boolean {
  return !securityOptions(service).some(({ name }) => name === 'no-new-privileges');
}

export const NO_NEW_PRIVILEGES = 'no-new-privileges:true';

/** A limit of what a service may take of the host. */
export interface Limit {
  /** The first is the one to add. */
  readonly keys: readonly [string, ...string[]];
  /** Its name below deploy.resources.limits. */
  readonly deploy: string;
  /** A first guess. */
  readonly value: string;
}

const LIMITS: readonly Limit[] = [
  { keys: ['mem_limit'], deploy: 'memory', value: '512m' },
  { keys: ['cpus', 'cpu_quota', 'cpu_count', 'cpu_percent', 'cpuset'], deploy: 'cpus', value: '1.0' },
  { keys: ['pids_limit'], deploy: 'pids', value: '256' },
];

/** Limits that are not set in either spelling. One of memory also ends a fork bomb, so pids alone may be absent. */
export function missingLimits(service: ComposeService): readonly Limit[] {
  const missing = LIMITS.filter((it) => !isLimited(service, it));
  return missing.every((it) => it.deploy === 'pids') ? [] : missing;
}

function isLimited(service: ComposeService, { keys, deploy }: Limit): boolean {
  const entries = [...keys.map((it) => service.get(it)), at(service.node, 'deploy', 'resources', 'limits', deploy)];
  return entries.some((it) => it !== undefined && isLimit(it.key.value, textOf(it)?.value.trim() ?? ''));
}

/** Zero means no limit, and what is no number none either; a variable may hold one. */
function isLimit(key: string, value: string): boolean {
  if (value.includes(UNKNOWN) || key === 'cpuset') return value !== '';
  const [, number = '0'] = /^(\d+(?:\.\d+)?) ?[kmgtp]?i?b?$/i.exec(value) ?? [];
  return Number(number) > 0;
}
