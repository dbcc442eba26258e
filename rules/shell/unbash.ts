import { forEachChild, parse } from 'unbash';
import { type Draft, decoded, type Found, part, type RawWord, rangeIn, type Source } from './draft.js';
import type { ShellCommand, ShellRedirect, ShellWord } from './model.js';
import { build, type Place } from './programs.js';

// The one file that knows the shape of unbash's tree.
type Tree = ReturnType<typeof parse>;
type Node = Parameters<typeof forEachChild>[0];
type NodeOf<K extends Node['type']> = Extract<Node, { type: K }>;
type Statement = Tree['commands'][number];
type TreeWord = NodeOf<'Word'>;
type WordPart = NonNullable<TreeWord['parts']>[number];
type TreeCommand = NodeOf<'Command'>;
type TreeRedirect = TreeCommand['redirects'][number];

/** Substitutions, subshells and blocks inside each other; deeper ones are left out. */
const MAX_DEPTH = 60;

/** The commands that read and write the standard streams of a piece of the tree. */
interface Group {
  readonly first?: Draft;
  readonly all: readonly Draft[];
}

const EMPTY: Group = { all: [] };

interface Walk {
  readonly source: Source;
  readonly found: Found[];
  readonly state: { complete: boolean };
}

export interface PosixReading {
  readonly found: readonly Found[];
  readonly complete: boolean;
}

/** Reads a POSIX shell or Bash text. */
export function readPosix(source: Source, place: Place): PosixReading {
  const walk: Walk = { source, found: [], state: { complete: true } };
  try {
    script(walk, parse(source.text), place, 0);
  } catch {
    // unbash recurses into lazily parsed substitutions and can run out of stack there.
    walk.state.complete = false;
  }
  return { found: walk.found, complete: walk.state.complete };
}

function script(walk: Walk, tree: Tree, place: Place, depth: number): Group {
  if (tree.errors && tree.errors.length > 0) walk.state.complete = false;
  return statements(walk, tree.commands, place, depth);
}

function statements(walk: Walk, list: readonly Statement[], place: Place, depth: number): Group {
  const groups: Group[] = [];
  let joinedBy = place.joinedBy;
  for (const statement of list) {
    groups.push(node(walk, statement.command, placed(place, joinedBy), depth));
    joinedBy = statement.background ? '&' : ';';
  }
  return together(groups);
}

function together(groups: readonly Group[]): Group {
  const only = groups[0];
  if (only && groups.length === 1) return only;
  const first = groups.find((it) => it.first)?.first;
  const all = groups.flatMap((it) => it.all);
  return first ? { first, all } : { all };
}

function placed(place: Place, joinedBy: ShellCommand['joinedBy'], conditional = place.conditional): Place {
  return {
    conditional,
    ...(joinedBy ? { joinedBy } : {}),
    ...(place.parent ? { parent: place.parent } : {}),
  };
}

function node(walk: Walk, tree: Node, place: Place, depth: number): Group {
  if (depth > MAX_DEPTH) {
    walk.state.complete = false;
    return EMPTY;
  }
  const inner = depth + 1;
  const sometimes = placed(place, undefined, true);
  switch (tree.type) {
    case 'Command':
      return command(walk, tree, place, depth);
    case 'AndOr':
      return together(
        tree.commands.map((it, index) => {
          const joinedBy = index === 0 ? place.joinedBy : tree.operators[index - 1];
          return node(walk, it, placed(place, joinedBy), inner);
        }),
      );
    case 'Pipeline':
      return pipeline(walk, tree, place, inner);
    case 'Redirected':
      return redirected(walk, tree, place, inner);
    case 'Subshell':
    case 'BraceGroup':
      return statements(walk, tree.body.commands, place, inner);
    case 'CompoundList':
      return statements(walk, tree.commands, place, inner);
    case 'If': {
      const groups = [statements(walk, tree.clause.commands, place, inner)];
      groups.push(statements(walk, tree.then.commands, sometimes, inner));
      for (const elif of tree.elif) {
        groups.push(statements(walk, elif.clause.commands, sometimes, inner));
        groups.push(statements(walk, elif.then.commands, sometimes, inner));
      }
      if (tree.else) groups.push(statements(walk, tree.else.commands, sometimes, inner));
      return together(groups);
    }
    case 'While':
      return together([
        statements(walk, tree.clause.commands, place, inner),
        statements(walk, tree.body.commands, sometimes, inner),
      ]);
    case 'For':
    case 'Select':
      for (const word of tree.wordlist ?? []) substitutions(walk, word, place, inner);
      return statements(walk, tree.body.commands, sometimes, inner);
    case 'ArithmeticFor':
      return statements(walk, tree.body.commands, sometimes, inner);
    case 'Case':
      substitutions(walk, tree.word, place, inner);
      return together(tree.items.map((it) => statements(walk, it.body.commands, sometimes, inner)));
    case 'Function':
      node(walk, tree.body, sometimes, inner);
      return EMPTY;
    case 'Coproc':
      return node(walk, tree.body, place, inner);
    default:
      substitutions(walk, tree, place, inner);
      return EMPTY;
  }
}

function pipeline(walk: Walk, tree: NodeOf<'Pipeline'>, place: Place, depth: number): Group {
  let before: Group | undefined;
  let first: Draft | undefined;
  for (const child of tree.commands) {
    const group = node(walk, child, placed(place, before ? '|' : place.joinedBy), depth);
    if (before) connect(before, group);
    else first = group.first;
    before = group;
  }
  if (first && tree.prefixes.some((it) => it.type === 'Time')) first.wrappers = ['time', ...first.wrappers];
  const all = before?.all ?? [];
  return first ? { first, all } : { all };
}

function connect(writers: Group, readers: Group): void {
  const reader = readers.first;
  if (!reader) return;
  for (const writer of writers.all) writer.pipedInto = reader;
  const writer = writers.all[writers.all.length - 1];
  if (writer) reader.pipedFrom = writer;
}

function redirected(walk: Walk, tree: NodeOf<'Redirected'>, place: Place, depth: number): Group {
  const group = node(walk, tree.command, place, depth);
  for (const it of tree.redirects) {
    const redirect = redirectOf(walk, it);
    const targets = redirect.operator.startsWith('<') ? (group.first ? [group.first] : []) : group.all;
    for (const target of targets) target.redirects = [...target.redirects, redirect];
    substitutions(walk, it, placed(place, undefined), depth);
  }
  return group;
}

function command(walk: Walk, tree: TreeCommand, place: Place, depth: number): Group {
  const words = tree.name ? [wordOf(walk.source, tree.name)] : [];
  for (const argument of tree.args)
    words.push(
      argument.type === 'Word'
        ? wordOf(walk.source, argument)
        : plainWord(walk.source, argument.pos, argument.end, argument.text),
    );
  const assignments: ShellCommand['assignments'][number][] = [];
  for (const prefix of tree.prefix) {
    if (prefix.type !== 'Assignment') continue;
    const name = { value: prefix.name, range: rangeIn(walk.source, prefix.pos, prefix.pos + prefix.name.length) };
    assignments.push(prefix.value.type === 'Word' ? { name, value: wordOf(walk.source, prefix.value).word } : { name });
  }
  const redirects: ShellRedirect[] = [];
  const input: Source[] = [];
  for (const redirect of tree.redirects) {
    redirects.push(redirectOf(walk, redirect));
    const body = inputOf(walk.source, redirect);
    if (body) input.push(body);
  }
  const range = rangeIn(walk.source, tree.pos, tree.end);
  const built = build({ range, words, assignments, redirects, input }, place, (written) => written);
  const draft = built[0]?.command;
  const [own, ...executed] = built;
  if (!draft || !own) return EMPTY;
  walk.found.push(own);
  substitutionsOf(
    walk,
    tree,
    placed({ conditional: place.conditional, parent: { command: draft, kind: 'substitution' } }, undefined),
    depth,
  );
  walk.found.push(...executed);
  return { first: draft, all: [draft] };
}

function substitutionsOf(walk: Walk, tree: TreeCommand, place: Place, depth: number): void {
  if (tree.name) substitutions(walk, tree.name, place, depth);
  for (const it of tree.prefix) substitutions(walk, it, place, depth);
  for (const it of tree.suffix) substitutions(walk, it, place, depth);
}

/** Commands in the substitutions of a word or of anything that holds words. */
function substitutions(walk: Walk, tree: Node, place: Place, depth: number): void {
  if (depth > MAX_DEPTH) {
    walk.state.complete = false;
    return;
  }
  if ((tree.type === 'Word' || tree.type === 'Assignment') && !mayRun(tree.text)) return;
  if (
    tree.type === 'CommandExpansion' ||
    tree.type === 'ArithmeticCommandExpansion' ||
    tree.type === 'ProcessSubstitution'
  ) {
    if (!tree.script) return;
    const kind = tree.type === 'ProcessSubstitution' ? 'process' : 'substitution';
    const inner = place.parent ? { ...place, parent: { command: place.parent.command, kind } as const } : place;
    const { source } = tree.script;
    const own = source === undefined ? walk : { ...walk, source: unescaped(walk.source, tree.pos + 1, source) };
    script(own, tree.script, inner, depth + 1);
    return;
  }
  forEachChild(tree, (child) => substitutions(walk, child, place, depth + 1));
}

/** Whether a substitution may be in the text. */
function mayRun(text: string): boolean {
  return text.includes('(') || text.includes('`');
}

/** Text between backquotes, where a backslash before `$`, a backquote or a backslash was removed. */
function unescaped(source: Source, start: number, text: string): Source {
  const offsets: number[] = [];
  let from = start;
  for (let index = 0; index < text.length; index++) {
    offsets.push(from);
    const next = source.text[from + 1];
    const escape = source.text[from] === '\\' && next === text[index] && next !== undefined && '$`\\"'.includes(next);
    from += escape ? 2 : 1;
  }
  offsets.push(from);
  return decoded(source, text, offsets);
}

function redirectOf(walk: Walk, tree: TreeRedirect): ShellRedirect {
  const { source } = walk;
  const descriptor = tree.descriptor?.type === 'FileDescriptor' ? { descriptor: tree.descriptor.value } : {};
  const range = rangeIn(source, tree.pos, tree.end);
  if (tree.type === 'HereDoc') {
    const name = tree.delimiter;
    const target = name
      ? { value: name.value, range: rangeIn(source, name.pos, name.end), literal: true }
      : { value: '', range: rangeIn(source, tree.end, tree.end), literal: true };
    const value = tree.operator === '<<-' ? tree.body.text.replace(/^\t+/gm, '') : tree.body.text;
    const body = { value, range: rangeIn(source, tree.body.pos, tree.body.end) };
    return { operator: tree.operator, ...descriptor, target, body, range };
  }
  const target = tree.target
    ? wordOf(source, tree.target).word
    : { value: '', range: rangeIn(source, tree.end, tree.end), literal: true };
  if (tree.type === 'HereString')
    return {
      operator: tree.operator,
      ...descriptor,
      target,
      body: { value: target.value, range: target.range },
      range,
    };
  return { operator: tree.operator, ...descriptor, target, range };
}

function inputOf(source: Source, tree: TreeRedirect): Source | undefined {
  if (tree.type === 'HereDoc') return part(source, tree.body.pos, tree.body.end);
  if (tree.type === 'HereString' && tree.target) return wordOf(source, tree.target).source();
  return undefined;
}

function plainWord(source: Source, pos: number, end: number, value: string): RawWord {
  const word = { value: value.replace(/["'\\]/g, ''), range: rangeIn(source, pos, end), literal: !/[$`]/.test(value) };
  return { word, source: () => part(source, pos, end) };
}

const PLAIN = /^[\w./:=@%+,-]+$/;

function wordOf(source: Source, tree: TreeWord): RawWord {
  const word: ShellWord = {
    value: tree.value,
    range: rangeIn(source, tree.pos, tree.end),
    literal: PLAIN.test(tree.text) || isLiteral(tree),
  };
  return { word, source: () => decode(source, tree) };
}

function isLiteral(tree: TreeWord): boolean {
  if (tree.text.startsWith('~')) return false;
  return !tree.parts || tree.parts.every(isLiteralPart);
}

function isLiteralPart(tree: WordPart): boolean {
  switch (tree.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return true;
    // File name patterns are for the program to see when no file matches.
    case 'Glob':
      return !tree.parts || tree.parts.every(isLiteralPart);
    case 'ExtendedGlob':
      return !tree.parts || tree.parts.every(isLiteralPart);
    case 'DoubleQuoted':
    case 'LocaleString':
      return tree.parts.every((it) => it.type === 'Literal');
    default:
      return false;
  }
}

/** The decoded word with the place of each of its characters. */
function decode(source: Source, tree: TreeWord): Source {
  if (tree.text === tree.value) return part(source, tree.pos, tree.end);
  const only = tree.parts?.length === 1 ? tree.parts[0] : undefined;
  if (only?.type === 'SingleQuoted') return part(source, tree.pos + 1, tree.pos + 1 + only.value.length);
  let text = '';
  const offsets: number[] = [];
  let after = tree.pos;
  const add = (value: string, from: number) => {
    for (let index = 0; index < value.length; index++) offsets.push(from + index);
    text += value;
    after = from + value.length;
  };
  const unescape = (from: number, to: number, quoted: boolean) => {
    for (let index = from; index < to; index++) {
      const next = source.text[index + 1];
      const escaped = source.text[index] === '\\' && index + 1 < to && (!quoted || '$`"\\\n'.includes(next ?? ' '));
      if (escaped && next === '\n') index++;
      else if (escaped && next !== undefined) {
        text += next;
        offsets.push(index);
        index++;
        after = index + 1;
      } else add(source.text[index] ?? '', index);
    }
  };
  const parts = tree.parts ?? [];
  if (parts.length === 0) unescape(tree.pos, tree.end, false);
  for (const it of parts) {
    if (it.type === 'Literal' || it.type === 'Glob') unescape(it.pos, it.end, false);
    else if (it.type === 'SingleQuoted') add(it.value, it.pos + 1);
    else if (it.type === 'AnsiCQuoted') add(it.value, it.pos + 2);
    else if (it.type === 'DoubleQuoted' || it.type === 'LocaleString')
      for (const child of it.parts) {
        if (child.type === 'Literal') unescape(child.pos, child.end, true);
        else add(child.text, child.pos);
      }
    else add(it.text, it.pos);
  }
  offsets.push(after);
  return decoded(
    source,
    text,
    offsets.map((it) => Math.min(it, tree.end)),
  );
}
