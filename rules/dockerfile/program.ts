import type { Spanned } from '../core/text.js';
import type { ShellFacts, ShellScript } from '../shell/model.js';
import { execScript, type ShellLanguage } from '../shell/parse.js';
import { heredocProgram, isHeredocWord } from './heredoc.js';
import { type Joined, offsetAt } from './joined.js';
import { programOf as asProgram, type Program, programIn } from './known-programs.js';
import type { CommandBody, Heredoc } from './model.js';

/** What RUN, CMD, ENTRYPOINT and HEALTHCHECK run, as it stands in the file. */
export interface ProgramSource {
  readonly file: string;
  /** The words of the JSON form; absent in shell form. */
  readonly words?: readonly Spanned[];
  /** The text in shell form. */
  readonly text: Joined;
  readonly heredocs: readonly Heredoc[];
  /** Asked late: the shell depends on the stage around. */
  readonly language: () => ShellLanguage;
}

/** The instruction with its program; script and facts are read on first use. */
export function withProgram<B extends object>(base: B, source: ProgramSource): CommandBody & B {
  const sole = soleHeredoc(source);
  const body: CommandBody = Object.create(LATE);
  const form = source.words ? 'exec' : sole ? 'heredoc' : 'shell';
  return Object.assign(body, { form, words: source.words ?? [], late: { source, sole } } as const, base);
}

/** What an instruction's program is read from, and what was read. */
interface Late {
  readonly source: ProgramSource;
  readonly sole: Heredoc | undefined;
  program?: Program;
  facts?: ShellFacts;
}

/** Shared by all instructions: with getters of its own each of them would have a shape of its own, and be slow to read. */
const LATE: object & ThisType<{ readonly late: Late }> = {
  get script(): ShellScript {
    return programOf(this.late).script;
  },
  get facts(): ShellFacts {
    const { late } = this;
    late.facts ??= programOf(late).facts();
    return late.facts;
  },
};

function programOf(late: Late): Program {
  late.program ??= readProgram(late);
  return late.program;
}

/** Both objects in one, the first of them: V8 takes a hundred times longer for a spread with fields after it. */
export function extend<B extends object, X extends object>(base: B, fields: X): B & X {
  return Object.assign(base, fields);
}

/** The heredoc that is the whole program: nothing but its word stands in the instruction. */
function soleHeredoc({ words, text, heredocs }: ProgramSource): Heredoc | undefined {
  const [first] = heredocs;
  return first && !words && heredocs.length === 1 && isHeredocWord(text.text) ? first : undefined;
}

function readProgram({ source, sole }: Late): Program {
  if (source.words) return asProgram(execScript(source.words, source.language()));
  return programIn(sole ? heredocProgram(source.file, sole) : withBodies(source), source.language());
}

/** The text and, after a line feed each, the heredocs' bodies with their closing lines: what BuildKit hands to the shell. */
function withBodies({ file, text, heredocs }: ProgramSource): Joined {
  if (heredocs.length === 0) return text;
  const starts = [...text.starts];
  const offsets = [...text.offsets];
  const texts = [text.text];
  let length = text.text.length;
  const last = offsetAt(text, Math.max(0, length - 1)) + 1;
  const add = (piece: string, offset: number): void => {
    starts.push(length);
    offsets.push(offset);
    texts.push(piece);
    length += piece.length;
  };
  add('\n', last);
  for (const { contentRange, name } of heredocs) {
    add(file.slice(contentRange.start, contentRange.end), contentRange.start);
    let closing = contentRange.end;
    while (file[closing] === '\t') closing++;
    if (!file.startsWith(name, closing)) continue;
    add(name, closing);
    if (closing + name.length < file.length) add('\n', closing + name.length);
  }
  return { text: texts.join(''), starts, offsets };
}
