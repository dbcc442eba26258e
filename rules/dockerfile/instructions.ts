import { contains, type Range, type Spanned } from '../core/text.js';
import type { ShellLanguage } from '../shell/parse.js';
import { skipSpace } from './characters.js';
import type { Draft } from './draft.js';
import { mountsOf } from './flags.js';
import { join, offsetAt, rangeIn } from './joined.js';
import { lex } from './lexer.js';
import type { CopyInstruction, FromInstruction, Heredoc, Instruction, Pair } from './model.js';
import { withProgram } from './program.js';
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
  const text = joined.text.slice(start, end);
  const json = Array.isArray(draft.json) ? draft.json : undefined;
  const base = {
    written: draft.written,
    keywordRange: draft.keywordRange,
    range: around.range,
    flags: draft.flags,
    heredocs: around.heredocs,
    bodyRange: rangeIn(joined, draft.type && start >= end ? end : start, end),
    onbuild: around.onbuild,
    args: text === '' ? [] : [text],
    json: json !== undefined,
  };
  const spanned = ({ value, start: from, end: to }: Word): Spanned => ({
    value: unquote(value, around.escape),
    range: rangeIn(joined, from, to),
  });
  const whole: Spanned | undefined = text === '' ? undefined : spanned({ value: text, start, end });
  switch (keyword) {
    case undefined:
      return { ...base, keyword: 'UNKNOWN', args: [''] };
    case 'FROM': {
      const words = blankWords(joined.text, start, end);
      return { ...base, keyword, args: valuesOf(words), ...fromParts(draft, words.map(spanned)) };
    }
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
    case 'HEALTHCHECK': {
      const args = json ? json.map((it) => it.value) : base.args;
      const source = {
        file: around.file,
        ...(json ? { words: json } : {}),
        text: sliceOf(draft),
        heredocs: around.heredocs,
        language: around.language,
      };
      const command = { ...base, args };
      if (keyword === 'RUN')
        return withProgram({ ...command, keyword, mounts: mountsOf(around.file, draft.flags) }, source);
      if (keyword === 'CMD') return withProgram({ ...command, keyword }, source);
      if (keyword === 'ENTRYPOINT') return withProgram({ ...command, keyword }, source);
      const type = draft.type?.value;
      const typed = { ...command, args: type === undefined ? [] : [type, ...args] };
      return withProgram({ ...typed, keyword, none: type?.toUpperCase() === 'NONE' }, source);
    }
    case 'COPY':
    case 'ADD': {
      const words = json ?? blankWords(joined.text, start, end).map(spanned);
      const args = json ? json.map((it) => it.value) : valuesOf(blankWords(joined.text, start, end));
      return { ...base, keyword, args, ...copyParts(draft, words, around.heredocs) };
    }
    case 'ENV':
    case 'LABEL': {
      const { pairs, args } = readNameValues(draft, around.escape);
      return keyword === 'ENV' ? { ...base, keyword, args, pairs } : { ...base, keyword, args, pairs };
    }
    case 'ARG': {
      const words = quotedWords(joined.text, start, end, around.escape);
      return { ...base, keyword, args: valuesOf(words), pairs: words.map((it) => pairOf(draft, it, around.escape)) };
    }
    case 'USER':
      return { ...base, keyword, ...(whole ? { user: whole } : {}) };
    case 'WORKDIR':
      return { ...base, keyword, ...(whole ? { path: whole } : {}) };
    case 'STOPSIGNAL':
      return { ...base, keyword, ...(whole ? { signal: whole } : {}) };
    case 'MAINTAINER':
      return { ...base, keyword, ...(whole ? { text: whole } : {}) };
    case 'SHELL':
      return { ...base, keyword, args: json ? json.map((it) => it.value) : base.args, words: json ?? [] };
    case 'EXPOSE': {
      const words = blankWords(joined.text, start, end);
      return { ...base, keyword, args: valuesOf(words), ports: words.map(spanned) };
    }
    case 'VOLUME': {
      const words = blankWords(joined.text, start, end);
      const args = json ? json.map((it) => it.value) : valuesOf(words);
      return { ...base, keyword, args, paths: json ?? words.map(spanned) };
    }
    case 'ONBUILD': {
      if (!draft.trigger) return { ...base, keyword };
      const trigger = toInstruction(draft.trigger, {
        ...around,
        range: { start: draft.trigger.keywordRange.start, end: around.range.end },
        onbuild: true,
      });
      return { ...base, keyword, args: trigger.keyword === 'ONBUILD' ? [''] : trigger.args, trigger };
    }
  }
}

/** Quotes and escapes removed, variables as written; the text itself where quotes are left open. */
export function unquote(text: string, escape: string): string {
  return lex(text, { escape, raw: false, unknown: '' })?.value ?? text;
}

function valuesOf(words: readonly Word[]): readonly string[] {
  return words.map((it) => it.value);
}

/** The arguments alone, with their places. */
function sliceOf({ joined, start, end }: Draft) {
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
  [image, as, name]: readonly Spanned[],
): Pick<FromInstruction, 'image' | 'platform' | 'name'> {
  const platform = draft.flags.find((it) => it.name === 'platform')?.value;
  return {
    ...(image ? { image } : {}),
    ...(platform ? { platform } : {}),
    ...(name && as?.value.toLowerCase() === 'as' ? { name } : {}),
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
