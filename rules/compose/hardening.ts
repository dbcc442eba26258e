import type { Edit } from '../core/edit.js';
import { isElsewhere } from '../core/elsewhere.js';
import { UNKNOWN } from '../core/text.js';
import type { HardeningNeeds } from '../images/hardening.js';
import { addEntries, addItem, replaceScalar, type YamlValue } from './edit.js';
import type { ComposeDocument, ComposeEntry, ComposeNode, ComposeService } from './model.js';
import { at, capabilitiesOf, isTrue, securityOptions, textOf, volumesOf } from './queries.js';

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

/** Settings by key, with the value or the items that the service lacks. */
export type Settings = Readonly<Record<string, YamlValue>>;

/** All capabilities dropped but those that the service needs; nothing where an anchor has a list that lacks one. */
export function fewestCapabilities(service: ComposeService, needs: HardeningNeeds | undefined): Settings {
  const given = new Set(capabilitiesOf(service, 'cap_add').map((it) => it.name));
  const lacking = given.has('ALL') ? [] : (needs?.capabilities.filter((it) => !given.has(it)) ?? []);
  if (lacking.length === 0) return { cap_drop: ['ALL'] };
  const list = service.get('cap_add');
  return list && isShared(list) ? {} : { cap_drop: ['ALL'], cap_add: lacking };
}

/** Read-only, with a tmpfs for each folder that is written to and no volume; nothing where the folders are not known. */
export function readOnlyRootfs(
  document: ComposeDocument,
  service: ComposeService,
  needs: HardeningNeeds | undefined,
): Settings {
  if (needs?.writes === undefined) return {};
  const targets = new Set(volumesOf(service, document).flatMap((it) => it.target ?? []));
  const folders = needs.writes.filter((it) => !targets.has(it));
  return { read_only: 'true', ...(folders.length > 0 ? { tmpfs: folders } : {}) };
}

export interface AddedSettings {
  readonly keys: readonly string[];
  readonly edits: readonly Edit[];
}

/** What is missing, in one edit at the end of the service; where a list is there already, items more. */
export function addSettings(
  document: ComposeDocument,
  service: ComposeService,
  wanted: Settings,
): AddedSettings | undefined {
  const isAdded = (key: string): boolean => {
    const entry = service.get(key);
    // A value that an anchor says for several is hidden by the service's own.
    return (
      !entry || isElsewhere(entry.range) || (entry.inherited && CHANGED.has(key) && typeof wanted[key] === 'string')
    );
  };
  const added = Object.entries(wanted).filter(([key]) => isAdded(key));
  const own = added.length > 0 ? addEntries(document, service.node, Object.fromEntries(added)) : undefined;
  const changed = Object.entries(wanted).flatMap(([key, value]) => {
    const entry = service.get(key);
    const edits =
      entry && !isAdded(key) && CHANGED.has(key) && !isShared(entry) ? change(document, entry.value, value) : [];
    return edits.length > 0 ? [{ key, edits }] : [];
  });
  if (!own && changed.length === 0) return undefined;
  // At one place the item of the last list comes before the keys that follow it.
  const edits = [...changed.flatMap((it) => it.edits), ...(own ? [own] : [])];
  return {
    keys: Object.keys(wanted).filter((key) => (own && isAdded(key)) || changed.some((it) => it.key === key)),
    edits: edits.toSorted((a, b) => a.range.start - b.range.start),
  };
}

/** Keys that are there without the value that is asked for; of the others somebody has thought already. */
const CHANGED = new Set(['read_only', 'cap_drop', 'cap_add', 'security_opt']);

/** Written at an anchor, for several services. */
function isShared({ inherited, value }: ComposeEntry): boolean {
  return inherited || value.inherited;
}

function change(document: ComposeDocument, node: ComposeNode, value: YamlValue): readonly Edit[] {
  if (node.kind === 'scalar') {
    const edit = typeof value === 'string' ? replaceScalar(document, node, value) : undefined;
    return edit ? [edit] : [];
  }
  const items = typeof value === 'string' ? [] : Object.values(value);
  if (node.kind !== 'list' || node.items.length === 0) return [];
  return items.flatMap((it) => (typeof it === 'string' ? (addItem(document, node, it) ?? []) : []));
}
