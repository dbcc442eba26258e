import type { Range, Spanned } from '../core/text.js';
import type { Draft } from './draft.js';
import type { ShellCommand, ShellRedirect, ShellScript, ShellWord } from './model.js';

/** The script as it is where its text stands `by` characters further on. */
export function movedScript(script: ShellScript, by: number): ShellScript {
  const { commands } = script;
  return {
    ...script,
    range: range(script.range, by),
    commands: commands.every(isAlone) ? commands.map((it) => copyOf(it, by)) : movedTogether(commands, by),
  };
}

function isAlone({ pipedInto, pipedFrom, parent }: ShellCommand): boolean {
  return pipedInto === undefined && pipedFrom === undefined && parent === undefined;
}

function movedTogether(all: readonly ShellCommand[], by: number): readonly ShellCommand[] {
  const moved = new Map<ShellCommand, Draft>();
  const open: ShellCommand[] = [];
  // Commands point at each other in chains as long as the text, so this may not call itself.
  const move = (command: ShellCommand): Draft => {
    const known = moved.get(command);
    if (known) return known;
    const copy = copyOf(command, by);
    moved.set(command, copy);
    open.push(command);
    return copy;
  };
  const commands = all.map(move);
  for (let command = open.pop(); command; command = open.pop()) {
    const { pipedInto, pipedFrom, parent } = command;
    const copy = move(command);
    if (pipedInto) copy.pipedInto = move(pipedInto);
    if (pipedFrom) copy.pipedFrom = move(pipedFrom);
    if (parent) copy.parent = { ...parent, command: move(parent.command) };
  }
  return commands;
}

/** Without what points at other commands. */
function copyOf(
  { range: own, name, words, assignments, redirects, wrappers, conditional, joinedBy }: ShellCommand,
  by: number,
): Draft {
  const copy: Draft = {
    range: range(own, by),
    name,
    words: words.map((it) => word(it, by)),
    assignments:
      assignments.length === 0
        ? assignments
        : assignments.map((it) => ({ name: spanned(it.name, by), ...(it.value ? { value: word(it.value, by) } : {}) })),
    redirects: redirects.length === 0 ? redirects : redirects.map((it) => redirect(it, by)),
    wrappers,
    conditional,
  };
  if (joinedBy) copy.joinedBy = joinedBy;
  return copy;
}

function redirect(it: ShellRedirect, by: number): ShellRedirect {
  const copy = { ...it, target: word(it.target, by), range: range(it.range, by) };
  return it.body ? { ...copy, body: spanned(it.body, by) } : copy;
}

function word(it: ShellWord, by: number): ShellWord {
  return { value: it.value, range: range(it.range, by), literal: it.literal };
}

function spanned(it: Spanned, by: number): Spanned {
  return { value: it.value, range: range(it.range, by) };
}

function range({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}
