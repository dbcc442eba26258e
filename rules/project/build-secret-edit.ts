import { addEntry, addItem, removeEntry, removeItem } from '../compose/edit.js';
import type { ComposeDocument, ComposeEntry, ComposeMap, ComposeNode } from '../compose/model.js';
import { asMap, asScalar, serviceIn } from '../compose/queries.js';
import type { Edit } from '../core/edit.js';

/** A secret of a build in place of an argument. */
export interface BuildSecret {
  readonly argument: string;
  readonly id: string;
  /** What the Dockerfile says the argument is, for services that pass none. */
  readonly value: string | undefined;
}

export interface PassedSecret {
  /** Of the services. */
  readonly edits: readonly Edit[];
  /** Of what the file declares. */
  readonly declared: readonly Edit[];
  /** The variable of the environment that holds the secret. */
  readonly variable: string;
  /** Its value, where a file says it. */
  readonly value: string | undefined;
}

/**
 * The edits of a compose file by which services pass a value to their builds as a secret that is read from the
 * environment, no longer as an argument; undefined where that is not clean.
 *
 * @param document the file alone.
 */
export function passAsSecret(
  document: ComposeDocument,
  services: readonly string[],
  secret: BuildSecret,
): PassedSecret | undefined {
  const [root, ...others] = document.roots;
  if (!root || others.length > 0) return undefined;
  const edits: Edit[] = [];
  const variables = new Set<string>();
  const values = new Set<string>();
  for (const build of writtenBuilds(root, services)) {
    const args = asMap(build?.value)?.get('args');
    const passed = args && passedVariable(args.value, secret.argument);
    const value = passed?.value ?? (passed ? undefined : secret.value);
    if (!build || (!passed && value === undefined)) return undefined;
    const own =
      args && passed
        ? replaceArgument(document, build, args, passed.node, secret.id)
        : addToBuild(document, build, 'secrets', secret.id);
    if (!own) return undefined;
    variables.add(passed?.variable ?? secret.argument);
    if (value !== undefined) values.add(value);
    edits.push(...own);
  }
  const [variable, ...more] = variables;
  if (variable === undefined || more.length > 0 || values.size > 1) return undefined;
  const declared = declareSecret(document, root, secret.id, { environment: variable });
  return declared && { edits, declared, variable, value: [...values][0] };
}

/** Where the builds of the services are written, each once; undefined for one that others share, too. */
function writtenBuilds(root: ComposeMap, services: readonly string[]): readonly (ComposeEntry | undefined)[] {
  const builds = services.map((it) => {
    const build = serviceIn(root, it)?.get('build');
    return build && writtenBuild(root, services, build);
  });
  return [...new Set(builds)];
}

/** The entry itself, or the extension field that it is an alias of. */
function writtenBuild(root: ComposeMap, services: readonly string[], build: ComposeEntry): ComposeEntry | undefined {
  const args = argsOf(build);
  if (!args?.inherited && !build.inherited && !build.value.inherited) return build;
  const isSame = (it: ComposeEntry | undefined): it is ComposeEntry =>
    it !== undefined && args !== undefined && argsOf(it)?.range.start === args.range.start;
  const users = asMap(root.get('services')?.value)?.entries.filter((it) => isSame(asMap(it.value)?.get('build')));
  if (users?.some((it) => !services.includes(it.key.value))) return undefined;
  return root.entries
    .filter((it) => it.key.value.startsWith('x-'))
    .flatMap((it) => [it, asMap(it.value)?.get('build')])
    .find((it): it is ComposeEntry => isSame(it) && !it.inherited && !it.value.inherited && !argsOf(it)?.inherited);
}

function argsOf(build: ComposeEntry): ComposeEntry | undefined {
  return asMap(build.value)?.get('args');
}

/** The edits by which the services do not pass the argument; undefined where that is not clean. */
export function withoutArgument(
  document: ComposeDocument,
  services: readonly string[],
  argument: string,
): readonly Edit[] | undefined {
  const [root] = document.roots;
  const edits: Edit[] = [];
  for (const name of services) {
    const build = root && serviceIn(root, name)?.get('build');
    const args = build && argsOf(build);
    if (!build || !args) continue;
    const passed = passedVariable(args.value, argument);
    const edit = passed && removeArgument(document, [build, args], passed.node);
    if (args.inherited || (passed && !edit)) return undefined;
    if (edit) edits.push(edit);
  }
  return edits;
}

interface Passed {
  readonly variable: string;
  readonly value?: string;
  /** The entry or list item. */
  readonly node: ComposeEntry | ComposeNode;
}

function passedVariable(args: ComposeNode, argument: string): Passed | undefined {
  if (args.inherited || args.tag !== undefined) return undefined;
  if (args.kind === 'map') {
    const entry = args.get(argument);
    const node = asScalar(entry?.value);
    const source = node?.value === null ? { variable: argument } : sourceOf(node?.text, argument);
    return entry && source ? { node: entry, ...source } : undefined;
  }
  if (args.kind !== 'list') return undefined;
  for (const node of args.items) {
    const text = asScalar(node)?.text;
    if (text === argument) return { node, variable: argument };
    const source = text?.startsWith(`${argument}=`) ? sourceOf(text.slice(argument.length + 1), argument) : undefined;
    if (source) return { node, ...source };
  }
  return undefined;
}

/** `$X`, `${X}`, `${X:?}`, `${X:-}`, or the value itself: another default would be lost. */
function sourceOf(text: string | undefined, argument: string): Omit<Passed, 'node'> | undefined {
  const match = /^\$(?:(\w+)|\{(\w+)(?:\}|:?\?[^}]*\}|:?-\}))$/.exec(text ?? '');
  const variable = match?.[1] ?? match?.[2];
  if (variable !== undefined) return { variable };
  return text === undefined || text === '' || text.includes('$') ? undefined : { variable: argument, value: text };
}

function replaceArgument(
  document: ComposeDocument,
  build: ComposeEntry,
  args: ComposeEntry,
  passed: ComposeEntry | ComposeNode,
  id: string,
): readonly Edit[] | undefined {
  const map = asMap(build.value);
  if (map?.flow || map?.get('secrets')) {
    const added = addToBuild(document, build, 'secrets', id);
    const gone = removeArgument(document, [build, args], passed);
    return added && gone && [...added, gone];
  }
  const { start } = args.key.range;
  const base = document.text.slice(document.text.lastIndexOf('\n', start - 1) + 1, start);
  if (!map || map.flow || map.inherited || map.tag !== undefined || /[^ ]/.test(base)) return undefined;
  const lines = `secrets:${document.eol}${base}  - ${id}`;
  const list = args.value;
  const count = list.kind === 'map' ? list.entries.length : list.kind === 'list' ? list.items.length : 0;
  if (count === 1) return [{ range: { start, end: args.range.end }, text: lines }];
  const removed = removeLast(document, list, passed) ?? removeArgument(document, [build, args], passed);
  return removed && [{ range: { start, end: start }, text: `${lines}${document.eol}${base}` }, removed];
}

/** What a build is given beside arguments: `secrets` and `ssh`. */
export type BuildList = 'secrets' | 'ssh';

/** Adds an item to a list of `build`, which becomes a map where it is a folder; no edit where it is there. */
export function addToBuild(
  document: ComposeDocument,
  build: ComposeEntry,
  key: BuildList,
  item: string,
): readonly Edit[] | undefined {
  const map = asMap(build.value);
  if (!map) return expanded(document, build, key, item);
  const list = map.get(key)?.value;
  if (list?.kind === 'list' && list.items.some((it) => asScalar(it)?.text === item)) return [];
  if (list && list.kind !== 'list') return undefined;
  const edit = list ? addItem(document, list, item) : addEntry(document, map, key, [item]);
  return edit && [edit];
}

/** `build: FOLDER` as a map. */
function expanded(
  { text, eol }: ComposeDocument,
  build: ComposeEntry,
  key: BuildList,
  item: string,
): readonly Edit[] | undefined {
  const folder = asScalar(build.value);
  const { start } = build.key.range;
  const base = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (!folder || build.inherited || folder.inherited || folder.style === 'block' || /[^ ]/.test(base)) return undefined;
  const between = { start: build.key.range.end, end: folder.range.start };
  const { end } = folder.range;
  if (text.slice(between.start, between.end) !== ': ' || !/^[ \t]*(?:\r?\n|$)/.test(text.slice(end, end + 200)))
    return undefined;
  return [
    { range: between, text: `:${eol}${base}  context: ` },
    { range: { start: end, end }, text: `${eol}${base}  ${key}:${eol}${base}    - ${item}` },
  ];
}

function removeArgument(
  document: ComposeDocument,
  parents: readonly [ComposeEntry, ComposeEntry],
  passed: ComposeEntry | ComposeNode,
): Edit | undefined {
  if ('key' in passed) return removeEntry(document, parents, passed);
  const [, args] = parents;
  if (args.value.kind !== 'list') return undefined;
  return args.value.items.length === 1
    ? removeEntry(document, [parents[0]], args)
    : removeItem(document, args, args.value, passed);
}

/** The last one goes with the line end before it: what follows may be inserted right behind. */
function removeLast(
  { text }: ComposeDocument,
  list: ComposeNode,
  passed: ComposeEntry | ComposeNode,
): Edit | undefined {
  const parts = list.kind === 'map' ? list.entries : list.kind === 'list' ? list.items : [];
  const before = parts.at(-2);
  if (!before || parts.at(-1) !== passed || (list.kind !== 'scalar' && list.flow)) return undefined;
  const range = { start: before.range.end, end: passed.range.end };
  return /^\s*(?:-\s)?\s*$/.test(text.slice(range.start, passed.range.start)) ? { range, text: '' } : undefined;
}

/** Where a secret comes from: a variable, or a file as the compose file sees it. */
export type SecretSource = { readonly environment: string } | { readonly file: string };

/** Adds a secret to those of the file; no edit where it is there; undefined where it is another one. */
export function declareSecret(
  document: ComposeDocument,
  root: ComposeMap,
  id: string,
  source: SecretSource,
): readonly Edit[] | undefined {
  const secrets = root.get('secrets')?.value;
  const known = asMap(secrets)?.get(id);
  const [[key, value] = []] = Object.entries(source);
  if (known) return asScalar(asMap(known.value)?.get(key ?? '')?.value)?.text === value ? [] : undefined;
  const map = asMap(secrets);
  const edit = map ? addEntry(document, map, id, source) : addEntry(document, root, 'secrets', { [id]: source });
  return edit && [edit];
}
