import type { Range, Spanned } from '../core/text.js';
import { isBlank, skipSpace, trimSpace } from './characters.js';
import { readFlag } from './flags.js';
import { type Joined, rangeIn } from './joined.js';
import { readJsonWords } from './json.js';
import { type Keyword, keywordOf } from './keywords.js';
import type { Flag } from './model.js';
import { flagWords } from './words.js';

/** An instruction cut into keyword, flags and arguments. */
export interface Draft {
  readonly joined: Joined;
  readonly written: string;
  readonly keyword: Keyword | undefined;
  readonly keywordRange: Range;
  readonly flags: readonly Flag[];
  /** The span of the arguments in the joined text; for HEALTHCHECK that of CMD's arguments. */
  readonly start: number;
  readonly end: number;
  /** HEALTHCHECK's first word. */
  readonly type: Spanned | undefined;
  /** The words of the JSON form; `mixed` when something else than strings is in it. */
  readonly json: readonly Spanned[] | 'mixed' | undefined;
  /** The instruction after ONBUILD. */
  readonly trigger: Draft | undefined;
}

/** Instructions whose arguments may be a JSON array. */
const JSON_FORM: ReadonlySet<string> = new Set([
  'ADD',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'HEALTHCHECK',
  'RUN',
  'SHELL',
  'VOLUME',
]);

/** ONBUILD may not follow ONBUILD, so deeper nesting is worth nothing. */
const MAX_TRIGGERS = 3;

/** Reads the instruction that `joined` holds between two offsets. */
export function readDraft(joined: Joined, from: number, to: number, depth = 0): Draft {
  const { text } = joined;
  const first = skipSpace(text, from, to);
  const end = trimSpace(text, first, to);
  let keywordEnd = first;
  while (keywordEnd < end && !isBlank(text.charCodeAt(keywordEnd))) keywordEnd++;
  const written = text.slice(first, keywordEnd);
  const keyword = keywordOf(written);
  const { flags, rest } = flagWords(text, keywordEnd, end);
  const body = skipSpace(text, rest, end);
  const health = keyword === 'HEALTHCHECK' ? readHealthType(joined, body, end) : undefined;
  const start = health?.start ?? body;
  const isTrigger = keyword === 'ONBUILD' && body < end && depth < MAX_TRIGGERS;
  return {
    joined,
    written,
    keyword,
    keywordRange: rangeIn(joined, first, keywordEnd),
    flags: flags.map((it) => readFlag(joined, it)),
    start,
    end,
    type: health?.type,
    json: keyword && JSON_FORM.has(keyword) ? readJsonWords(joined, start, end) : undefined,
    trigger: isTrigger ? readDraft(joined, body, end, depth + 1) : undefined,
  };
}

function readHealthType(
  joined: Joined,
  start: number,
  end: number,
): { readonly type?: Spanned; readonly start: number } {
  const { text } = joined;
  let stop = start;
  while (stop < end && skipSpace(text, stop, end) === stop) stop++;
  if (stop === start) return { start };
  return {
    type: { value: text.slice(start, stop), range: rangeIn(joined, start, stop) },
    start: skipSpace(text, stop, end),
  };
}

/** The instruction, or the trigger of its ONBUILD, takes heredocs: RUN, COPY and ADD not in JSON form. */
export function takesHeredocs(draft: Draft): boolean {
  const { keyword, json } = draft.keyword === 'ONBUILD' && draft.trigger ? draft.trigger : draft;
  return (keyword === 'RUN' || keyword === 'COPY' || keyword === 'ADD') && !Array.isArray(json);
}
