import type { Expanded, Range } from '../core/text.js';
import type { ImageReference } from '../images/reference.js';
import type { ShellScript } from '../shell/model.js';
import type {
  ComposeDocument,
  ComposeEntry,
  ComposeList,
  ComposeMap,
  ComposeNode,
  ComposeScalar,
  ComposeService,
  EnvironmentVariable,
  PublishedPort,
  ServiceVolume,
} from './model.js';

const notYet = (...all: readonly unknown[]): never => {
  throw new Error(`not yet: ${all.length}`);
};

/** A YAML 1.1 or 1.2 spelling of true (`true`, `yes`, `on`, quoted or not), or a variable whose default is one. */
export function isTrue(node: ComposeNode | undefined): boolean {
  return notYet(node);
}

/** A spelling of false: what switches a setting off explicitly. */
export function isFalse(node: ComposeNode | undefined): boolean {
  return notYet(node);
}

export function asMap(node: ComposeNode | undefined): ComposeMap | undefined {
  return notYet(node);
}
export function asList(node: ComposeNode | undefined): ComposeList | undefined {
  return notYet(node);
}
export function asScalar(node: ComposeNode | undefined): ComposeScalar | undefined {
  return notYet(node);
}

/** The text of a scalar with `$X` and `${X:-default}` replaced (compose's interpolation; `$$` is `$`); nothing of the environment is known. */
export function interpolate(text: string): Expanded {
  return notYet(text);
}

/** The interpolated text of an entry's scalar value; absent when it has none or is no scalar. */
export function textOf(entry: ComposeEntry | undefined): Expanded | undefined {
  return notYet(entry);
}

export interface ListItem {
  readonly text: Expanded;
  readonly node: ComposeScalar;
  readonly range: Range;
  readonly inherited: boolean;
}

/** The scalar items of a list (a lone scalar counts as a list of one), interpolated. */
export function itemsOf(entry: ComposeEntry | undefined): readonly ListItem[] {
  return notYet(entry);
}

/** The value at a path of keys: `at(service.node, 'deploy', 'resources')`. */
export function at(map: ComposeMap | undefined, ...path: readonly string[]): ComposeEntry | undefined {
  return notYet(map, path);
}

export interface ScalarPlace {
  readonly node: ComposeScalar;
  /** Keys and list indices that lead to it: `['services', 'web', 'environment', '0']`. */
  readonly path: readonly string[];
}

/** Every scalar value of the document once, in order, also those in `x-` extensions; aliases are not followed again. */
export function everyScalar(document: ComposeDocument): readonly ScalarPlace[] {
  return notYet(document);
}

/** The image of a service, whether or not it is built; absent without `image`. */
export function imageOf(service: ComposeService): ImageReference | undefined {
  return notYet(service);
}

export function environmentOf(service: ComposeService): readonly EnvironmentVariable[] {
  return notYet(service);
}

export function portsOf(service: ComposeService): readonly PublishedPort[] {
  return notYet(service);
}

/** The mounts of a service; the document is asked for the `driver_opts` of named volumes. */
export function volumesOf(service: ComposeService, document: ComposeDocument): readonly ServiceVolume[] {
  return notYet(service, document);
}

export interface SecurityOption {
  /** `seccomp`, `apparmor`, `label`, `no-new-privileges`, `systempaths` …, lower case. */
  readonly name: string;
  /** After `:` or `=`, as written; absent for a bare word. */
  readonly value?: string;
  readonly item: ListItem;
}

/** The elements of `security_opt`, both separators understood. */
export function securityOptions(service: ComposeService): readonly SecurityOption[] {
  return notYet(service);
}

/** `cap_add` or `cap_drop` without `CAP_`, in capitals: `SYS_ADMIN`, `ALL`. */
export function capabilitiesOf(
  service: ComposeService,
  key: 'cap_add' | 'cap_drop',
): readonly { readonly name: string; readonly item: ListItem }[] {
  return notYet(service, key);
}

/** `command`, `entrypoint` or the test of `healthcheck` as a script. */
export function scriptOf(
  service: ComposeService,
  key: 'command' | 'entrypoint' | 'healthcheck',
): ShellScript | undefined {
  return notYet(service, key);
}
