import { factsOf } from '../shell/facts.js';
import type { ShellFacts, ShellScript } from '../shell/model.js';
import { movedScript } from '../shell/moved.js';
import { parseScript, type ShellLanguage } from '../shell/parse.js';
import { type Joined, offsetAt } from './joined.js';

/** A program text that was read, and what rules ask of it. */
export interface Program {
  readonly script: ShellScript;
  /** Computed on first use. */
  readonly facts: () => ShellFacts;
}

interface Known {
  readonly source: Joined;
  readonly program: Program;
}

/**
 * Programs by language and text. A keystroke changes one instruction: the programs of all others are as they were, perhaps
 * some characters further on. What is remembered says nothing that the text alone does not say, so nobody can tell but by
 * the time it takes.
 */
const KNOWN = new Map<ShellLanguage, Generations>();

/** UTF-16 code units of program text in a generation; what was not used for a generation is forgotten. */
const LIMIT = 1_000_000;

interface Generations {
  recent: Map<string, Known>;
  before: ReadonlyMap<string, Known>;
  length: number;
}

/** The program that stands in `source`, as read before where the same text was. */
export function programIn(source: Joined, language: ShellLanguage): Program {
  const { text } = source;
  const generations = generationsOf(language);
  const known = generations.recent.get(text) ?? generations.before.get(text);
  const by = known && distance(known.source, source);
  if (known && by === 0) return known.program;
  const script =
    known && by !== undefined
      ? movedScript(known.program.script, by)
      : parseScript({ program: text, language, at: (offset) => offsetAt(source, offset) });
  const program = programOf(script);
  remember(generations, { source, program });
  return program;
}

export function programOf(script: ShellScript): Program {
  let facts: ShellFacts | undefined;
  return {
    script,
    facts: () => {
      facts ??= factsOf(script);
      return facts;
    },
  };
}

/** How far the second text stands behind the first in the file; undefined where their pieces lie differently. */
function distance(from: Joined, to: Joined): number | undefined {
  const by = (to.offsets[0] ?? 0) - (from.offsets[0] ?? 0);
  if (from.starts.length !== to.starts.length) return undefined;
  for (let index = 1; index < from.starts.length; index++) {
    if (from.starts[index] !== to.starts[index]) return undefined;
    if ((to.offsets[index] ?? 0) - (from.offsets[index] ?? 0) !== by) return undefined;
  }
  return by;
}

function generationsOf(language: ShellLanguage): Generations {
  const known = KNOWN.get(language);
  if (known) return known;
  const fresh: Generations = { recent: new Map(), before: new Map(), length: 0 };
  KNOWN.set(language, fresh);
  return fresh;
}

function remember(generations: Generations, known: Known): void {
  const { text } = known.source;
  if (!generations.recent.has(text)) generations.length += text.length;
  generations.recent.set(text, known);
  if (generations.length <= LIMIT) return;
  generations.before = generations.recent;
  generations.recent = new Map();
  generations.length = 0;
}
