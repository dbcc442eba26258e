import { lineStartAt } from '../core/edit.js';
import type { Range } from '../core/text.js';
import type { YamlError } from './model.js';
import { MAX_DEPTH, type Syntax, type SyntaxError, syntaxOf } from './syntax.js';
import { TEXTS } from './texts.js';

const MAX_REPAIRS = 4;
/** Each try reads the whole text again, so a long text, or one that is wrong all over, gets fewer of them. */
const MIN_TRIES = 2;
const MAX_TRIES = 12;
const EFFORT = 100_000;
/** What an error costs in characters: the library makes an exception of each. */
const ERROR_EFFORT = 100;

/**
 * Reads a text; where it is half-typed (an open quote or bracket, a key without its colon), the unfinished part is left
 * out, so that it does not swallow what follows. All offsets are those of the text.
 */
export function readSyntax(
  text: string,
): Pick<Syntax, 'documents' | 'comments'> & { readonly errors: readonly YamlError[] } {
  const repaired: SyntaxError[] = [];
  let current = text;
  let syntax = syntaxOf(text);
  const affordable = Math.floor(EFFORT / (text.length + ERROR_EFFORT * syntax.errors.length + 1));
  const budget = { tries: Math.max(MIN_TRIES, Math.min(MAX_TRIES, affordable)) };
  for (let round = 0; round < MAX_REPAIRS; round++) {
    const better = repair(current, syntax, budget);
    if (!better) break;
    repaired.push(better.cause);
    ({ text: current, syntax } = better);
  }
  return {
    ...syntax,
    errors: [...repaired, ...syntax.errors].map(({ range, template }) => ({ range, message: messageOf(template) })),
  };
}

interface Repair {
  readonly text: string;
  readonly syntax: Syntax;
  readonly cause: SyntaxError;
}

/** Blanks out what most likely causes the first error: that which leaves the fewest errors, none of them before it. */
function repair(text: string, syntax: Syntax, budget: { tries: number }): Repair | undefined {
  // A wrong escape changes a value and nothing around it.
  const first = syntax.errors.find((it) => it.template !== TEXTS.badEscape);
  if (!first) return undefined;
  let best: Repair | undefined;
  for (const { cause, without } of suspects(text, syntax, first)) {
    if (budget.tries-- <= 0) return best;
    const next = syntaxOf(without);
    const error = next.errors.find((it) => it.template !== TEXTS.badEscape);
    if (!error) return { text: without, syntax: next, cause };
    const fewest = best?.syntax.errors.length ?? Number.POSITIVE_INFINITY;
    const isBetter = error.range.start > first.range.start || next.errors.length < syntax.errors.length;
    if (error.range.start >= first.range.start && isBetter && next.errors.length < fewest)
      best = { text: without, syntax: next, cause };
  }
  return best;
}

interface Suspect {
  readonly cause: SyntaxError;
  /** The text when it is repaired. */
  readonly without: string;
}

function* suspects(text: string, syntax: Syntax, { range, template }: SyntaxError): Generator<Suspect> {
  const { unclosed } = syntax;
  const innermost = unclosed.at(-1);
  if (innermost && unclosed.length <= MAX_DEPTH && text.slice(range.start).trim() === '') {
    // Nothing stands behind what is being typed, so it can be closed without a shift of what stands before it.
    const closing = unclosed.map((it) => (text.charAt(it.start) === '[' ? ']' : '}')).toReversed();
    const quote = syntax.quotes.findLast((it) => it.end === text.length);
    const base = quote ? blanked(text, toLineEnd(text, quote.start)) : text;
    const without = base.trimEnd() + closing.join('');
    yield { cause: { range: toLineEnd(text, innermost.start), template: TEXTS.unclosedBracket }, without };
  }
  for (const cause of parts(text, syntax, { range, template })) yield { cause, without: blanked(text, cause.range) };
}

function* parts(text: string, { quotes, brackets }: Syntax, { range, template }: SyntaxError): Generator<SyntaxError> {
  if (template === TEXTS.missingColon) {
    // A key over several lines: all but the last of them are keys that wait for their colons.
    const lastLine = lineStartAt(text, range.end - 1);
    if (lastLine > range.start) yield { range: { start: range.start, end: lineEndAt(text, lastLine - 1) }, template };
  }
  if (/^[\]}]$/.test(text.slice(range.start, range.end))) yield { range, template };
  const quote = quotes.findLast((it) => it.start <= range.start);
  if (quote) yield { range: toLineEnd(text, quote.start), template: TEXTS.unclosedQuote };
  const bracket = brackets.findLast((it) => it.start <= range.start && range.start <= it.end);
  if (bracket) yield { range: toLineEnd(text, bracket.start), template: TEXTS.unclosedBracket };
  const line = lineStartAt(text, range.start);
  yield { range: trimmed(text, toLineEnd(text, line)), template };
  const above = lineAbove(text, line);
  if (above) yield { range: above, template };
}

/** The nearest line above that is not blank. */
function lineAbove(text: string, lineStart: number): Range | undefined {
  for (let start = lineStart; start > 0; ) {
    start = lineStartAt(text, start - 1);
    const line = trimmed(text, toLineEnd(text, start));
    if (line.end > line.start) return line;
  }
  return undefined;
}

function trimmed(text: string, { start, end }: Range): Range {
  let first = start;
  while (first < end && ' \t'.includes(text.charAt(first))) first++;
  return { start: first, end };
}

function toLineEnd(text: string, start: number): Range {
  return { start, end: lineEndAt(text, start) };
}

function lineEndAt(text: string, offset: number): number {
  let end = offset;
  while (end < text.length && !'\r\n'.includes(text.charAt(end))) end++;
  return end;
}

function blanked(text: string, { start, end }: Range): string {
  return text.slice(0, start) + text.slice(start, end).replaceAll(/[^\r\n]/g, ' ') + text.slice(end);
}

function messageOf(template: string): YamlError['message'] {
  return { template, data: template === TEXTS.tooDeep ? { limit: String(MAX_DEPTH) } : {} };
}
