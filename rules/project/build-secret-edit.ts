import { addEntry, removeEntry, removeItem } from '../compose/edit.js';
import type { ComposeDocument, ComposeEntry, ComposeMap, ComposeNode } from '../compose/model.js';
import { asMap, asScalar } from '../compose/queries.js';
import type { Edit } from '../core/edit.js';

/**
 * The edits of a compose file by which services pass a value to their builds as a secret that is read from the
 * environment, no longer as an argument; undefined where that is not clean.
 *
 * @param document the file alone.
 */
export function passAsSecret(
  document: ComposeDocument,
  services: readonly string[],
  argument: string,
  id: string,
): readonly Edit[] | undefined {
  const [root, ...others] = document.roots;
  if (!root || others.length > 0) return undefined;
  const edits: Edit[] = [];
  const variables = new Set<string>();
  for (const name of services) {
    const build = asMap(root.get('services')?.value)?.get(name)?.value;
    const entry = asMap(build)?.get('build');
    const args = asMap(entry?.value)?.get('args');
    const passed = args && passedVariable(args.value, argument);
    if (!entry || !args || !passed) return undefined;
    const own = replaceArgument(document, entry, args, passed.node, id);
    if (!own) return undefined;
    variables.add(passed.variable);
    edits.push(...own);
  }
  const [variable, ...more] = variables;
  if (variable === undefined || more.length > 0) return undefined;
  const declared = declareSecret(document, root, id, variable);
  if (!declared) return undefined;
  const all = [...edits, ...declared].sort((a, b) => a.range.start - b.range.start);
  const isDisjoint = all.every((it, index) => index === 0 || (all[index - 1]?.range.end ?? 0) <= it.range.start);
  return isDisjoint ? all : undefined;
}

interface Passed {
  readonly variable: string;
  /** The entry or list item. */
  readonly node: ComposeEntry | ComposeNode;
}

function passedVariable(args: ComposeNode, argument: string): Passed | undefined {
  if (args.inherited || args.tag !== undefined) return undefined;
  if (args.kind === 'map') {
    const entry = args.get(argument);
    const node = asScalar(entry?.value);
    const variable = node?.value === null ? argument : variableOf(node?.text);
    return entry && variable !== undefined ? { node: entry, variable } : undefined;
  }
  if (args.kind !== 'list') return undefined;
  for (const node of args.items) {
    const text = asScalar(node)?.text;
    if (text === argument) return { node, variable: argument };
    const variable = text?.startsWith(`${argument}=`) ? variableOf(text.slice(argument.length + 1)) : undefined;
    if (variable !== undefined) return { node, variable };
  }
  return undefined;
}

/** `$X`, `${X}`, `${X:?}`: a default would be lost. */
function variableOf(text: string | undefined): string | undefined {
  const match = /^\$(?:(\w+)|\{(\w+)(?:\}|:?\?[^}]*\}))$/.exec(text ?? '');
  return match?.[1] ?? match?.[2];
}

function replaceArgument(
  document: ComposeDocument,
  build: ComposeEntry,
  args: ComposeEntry,
  passed: ComposeEntry | ComposeNode,
  id: string,
): readonly Edit[] | undefined {
  const map = asMap(build.value);
  const { start } = args.key.range;
  const base = document.text.slice(document.text.lastIndexOf('\n', start - 1) + 1, start);
  if (!map || map.flow || map.inherited || map.tag !== undefined || map.get('secrets') || /[^ ]/.test(base))
    return undefined;
  const lines = `secrets:${document.eol}${base}  - ${id}`;
  const list = args.value;
  const count = list.kind === 'map' ? list.entries.length : list.kind === 'list' ? list.items.length : 0;
  if (count === 1) return [{ range: { start, end: args.range.end }, text: lines }];
  const removed = removeLast(document, list, passed) ?? removeArgument(document, [build, args], passed);
  return removed && [{ range: { start, end: start }, text: `${lines}${document.eol}${base}` }, removed];
}

function removeArgument(
  document: ComposeDocument,
  parents: readonly [ComposeEntry, ComposeEntry],
  passed: ComposeEntry | ComposeNode,
): Edit | undefined {
  if ('key' in passed) return removeEntry(document, parents, passed);
  const [, args] = parents;
  return args.value.kind === 'list' ? removeItem(document, args, args.value, passed) : undefined;
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

function declareSecret(
  document: ComposeDocument,
  root: ComposeMap,
  id: string,
  variable: string,
): readonly Edit[] | undefined {
  const secrets = root.get('secrets')?.value;
  const known = asMap(secrets)?.get(id);
  if (known) return asScalar(asMap(known.value)?.get('environment')?.value)?.text === variable ? [] : undefined;
  const declared = { environment: variable };
  const map = asMap(secrets);
  const edit = map ? addEntry(document, map, id, declared) : addEntry(document, root, 'secrets', { [id]: declared });
  return edit && [edit];
}
