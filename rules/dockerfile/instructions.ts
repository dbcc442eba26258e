import { contains, type Range, type Spanned } from '../core/text.js';
import type { ShellLanguage } from '../shell/parse.js';
import { skipSpace } from './characters.js';
import type { Draft } from './draft.js';
import { mountsOf } from './flags.js';
import { type Joined, join, offsetAt, rangeIn } from './joined.js';
import { lex, NO_WORK } from './lexer.js';
import type { CopyInstruction, FromInstruction, Heredoc, Instruction, Pair } from './model.js';
import { extend, type ProgramSource, withProgram } from './program.js';
import { blankWords, quotedWords, type Word } from './words.js';

export interface Surroundings {
  readonly file: string;
  readonly escape: string;
  /** From the keyword to the end of the last line. */
  readonly range: Range;
  readonly heredocs: readonly Heredoc[];
  readonly onbuild: boolean;
  readonly language: () => ShellLanguage;
}

/** The instruction that a draft means. */
export function toInstruction(draft: Draft, around: Surroundings): Instruction {
  const { joined, keyword, start, end } = draft;
  const { file } = around;
  const text = joined.text.slice(start, end);
  const json = Array.isArray(draft.json) ? draft.json : undefined;
  const bodyRange = rangeIn(joined, draft.type && start >= end ? end : start, end);
  const base = (args: readonly string[]) => ({
    written: draft.written,
    keywordRange: draft.keywordRange,
    range: around.range,
    flags: draft.flags,
    heredocs: around.heredocs,
    bodyRange,
    onbuild: around.onbuild,
    args,
    json: json !== undefined,
  });
  const jsonArgs = json?.map((it) => it.value);
  const textArgs = text === '' ? [] : [text];
  const spanned = ({ value, start: from, end: to }: Word): Spanned => ({
    value: unquote(value, around.escape),
    range: rangeIn(joined, from, to),
  });
  const whole = hasOneValue(keyword) && text !== '' ? spanned({ value: text, start, end }) : undefined;
  const source = (): ProgramSource => ({
    file,
    ...(json ? { words: json } : {}),
    text: sliceOf(draft),
    heredocs: around.heredocs,
    language: around.language,
  });
  switch (keyword) {
    case undefined:
      return extend(base(['']), { keyword: UNKNOWN_KEYWORD });
    case 'FROM': {
      const words = blankWords(joined.text, start, end);
      return extend(base(valuesOf(words)), { keyword, ...fromParts(draft, words, spanned) });
    }
    case 'RUN':
      return withProgram(
        extend(base(jsonArgs ?? textArgs), { keyword, mounts: mountsOf(file, draft.flags) }),
        source(),
      );
    case 'CMD':
      return withProgram(extend(base(jsonArgs ?? textArgs), { keyword }), source());
    case 'ENTRYPOINT':
      return withProgram(extend(base(jsonArgs ?? textArgs), { keyword }), source());
    case 'HEALTHCHECK': {
      const type = draft.type?.value;
      const args = type === undefined ? [] : [type, ...(jsonArgs ?? textArgs)];
      return withProgram(extend(base(args), { keyword, none: type?.toUpperCase() === 'NONE' }), source());
    }
    case 'COPY':
    case 'ADD': {
      if (json) return extend(base(valuesOf(json)), { keyword, ...copyParts(draft, json, around.heredocs) });
      const words = blankWords(joined.text, start, end);
      return extend(base(valuesOf(words)), { keyword, ...copyParts(draft, words.map(spanned), around.heredocs) });
    }
    case 'ENV': {
      const { pairs, args } = readNameValues(draft, around.escape);
      return extend(base(args), { keyword, pairs });
    }
    case 'LABEL': {
      const { pairs, args } = readNameValues(draft, around.escape);
      return extend(base(args), { keyword, pairs });
    }
    case 'ARG': {
      const words = quotedWords(joined.text, start, end, around.escape);
      return extend(base(valuesOf(words)), { keyword, pairs: words.map((it) => pairOf(draft, it, around.escape)) });
    }
    case 'USER':
      return extend(base(textArgs), { keyword, ...(whole ? { user: whole } : {}) });
    case 'WORKDIR':
      return extend(base(textArgs), { keyword, ...(whole ? { path: whole } : {}) });
    case 'STOPSIGNAL':
      return extend(base(textArgs), { keyword, ...(whole ? { signal: whole } : {}) });
    case 'MAINTAINER':
      return extend(base(textArgs), { keyword, ...(whole ? { text: whole } : {}) });
    case 'SHELL':
      return extend(base(jsonArgs ?? textArgs), { keyword, words: json ?? [] });
    case 'EXPOSE': {
      const words = blankWords(joined.text, start, end);
      return extend(base(valuesOf(words)), { keyword, ports: words.map(spanned) });
    }
    case 'VOLUME': {
      if (json) return extend(base(valuesOf(json)), { keyword, paths: json });
      const words = blankWords(joined.text, start, end);
      return extend(base(valuesOf(words)), { keyword, paths: words.map(spanned) });
    }
  }
  if (!draft.trigger) return extend(base(textArgs), { keyword });
  const trigger = toInstruction(draft.trigger, {
    ...around,
    range: { start: draft.trigger.keywordRange.start, end: around.range.end },
    onbuild: true,
  });
  return extend(base(trigger.keyword === 'ONBUILD' ? [''] : trigger.args), { keyword, trigger });
}

/** Quotes and escapes removed, variables as written; the text itself where quotes are left open. */
export function unquote(text: string, escape: string): string {
  if (!isQuoted(text, escape)) return text;
  return lex(text, { escape, raw: false, unknown: '', work: NO_WORK })?.value ?? text;
}

const UNKNOWN_KEYWORD = 'UNKNOWN' as const;

function isQuoted(text: string, escape: string): boolean {
  return text.includes('"') || text.includes("'") || text.includes(escape);
}

function hasOneValue(keyword: string | undefined): boolean {
  return keyword === 'USER' || keyword === 'WORKDIR' || keyword === 'STOPSIGNAL' || keyword === 'MAINTAINER';
}

function valuesOf(words: readonly { readonly value: string }[]): readonly string[] {
  return words.map((it) => it.value);
}

const FIRST: readonly number[] = [0];

/** The arguments alone, with their places. */
function sliceOf({ joined, start, end }: Draft): Joined {
  if (joined.starts.length === 1) {
    return { text: joined.text.slice(start, end), starts: FIRST, offsets: [offsetAt(joined, start)] };
  }
  if (start >= end) return join('', [{ start: offsetAt(joined, start), end: offsetAt(joined, start) }]);
  const starts: number[] = [0];
  const offsets: number[] = [offsetAt(joined, start)];
  for (const [index, from] of joined.starts.entries()) {
    if (from <= start || from >= end) continue;
    starts.push(from - start);
    offsets.push(joined.offsets[index] ?? 0);
  }
  return { text: joined.text.slice(start, end), starts, offsets };
}

function fromParts(
  draft: Draft,
  [image, as, name]: readonly Word[],
  spanned: (word: Word) => Spanned,
): Pick<FromInstruction, 'image' | 'platform' | 'name'> {
  const platform = draft.flags.find((it) => it.name === 'platform')?.value;
  const isNamed = name && as?.value.toLowerCase() === 'as';
  return {
    ...(image ? { image: spanned(image) } : {}),
    ...(platform ? { platform } : {}),
    // Quotes in a name stay, and make it invalid.
    ...(isNamed ? { name: { value: name.value, range: rangeIn(draft.joined, name.start, name.end) } } : {}),
  };
}

function copyParts(
  draft: Draft,
  words: readonly Spanned[],
  heredocs: readonly Heredoc[],
): Pick<CopyInstruction, 'sources' | 'destination' | 'from'> {
  const from = draft.flags.find((it) => it.name === 'from')?.value;
  const sources = words.length > 1 ? words.slice(0, -1) : words;
  const destination = words.length > 1 ? words.at(-1) : undefined;
  return {
    sources: sources.filter((it) => !heredocs.some((heredoc) => contains(heredoc.range, it.range))),
    ...(destination ? { destination } : {}),
    ...(from ? { from } : {}),
  };
}

/** `ENV name value …` when the first word has no `=`, else `ENV name=value …`; args are BuildKit's name, value, separator. */
function readNameValues(
  draft: Draft,
  escape: string,
): { readonly pairs: readonly Pair[]; readonly args: readonly string[] } {
  const { joined, start, end } = draft;
  const words = quotedWords(joined.text, start, end, escape);
  const [first] = words;
  if (!first) return { pairs: [], args: [] };
  if (first.value.includes('=')) {
    const args = words.flatMap(({ value }) => {
      const equals = value.indexOf('=');
      return equals < 0 ? [] : [value.slice(0, equals), value.slice(equals + 1), '='];
    });
    return { pairs: words.map((it) => pairOf(draft, it, escape)), args };
  }
  const [name] = blankWords(joined.text, start, end);
  if (!name) return { pairs: [], args: [] };
  const from = skipSpace(joined.text, name.end, end);
  const spannedName: Spanned = { value: name.value, range: rangeIn(joined, name.start, name.end) };
  const range = rangeIn(joined, start, end);
  if (from >= end) return { pairs: [{ name: spannedName, range }], args: [] };
  const written = joined.text.slice(from, end);
  const value = { value: unquote(written, escape), range: rangeIn(joined, from, end) };
  return { pairs: [{ name: spannedName, value, range }], args: [name.value, written, ''] };
}

function pairOf({ joined }: Draft, word: Word, escape: string): Pair {
  const range = rangeIn(joined, word.start, word.end);
  const equals = word.value.indexOf('=');
  const nameEnd = equals < 0 ? word.start + word.value.length : word.start + equals;
  const name = {
    value: unquote(joined.text.slice(word.start, nameEnd), escape),
    range: rangeIn(joined, word.start, nameEnd),
  };
  if (equals < 0) return { name, range };
  const written = word.value.slice(equals + 1);
  return {
    name,
    value: { value: unquote(written, escape), range: rangeIn(joined, nameEnd + 1, word.end) },
    range,
  };
}
