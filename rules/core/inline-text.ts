import { offsetsOf } from '../compose/decode.js';
import { expand, hasVariable, NOTHING_KNOWN } from '../compose/interpolate.js';
import type { ComposeScalar } from '../compose/model.js';
import { applyEdits, type Edit, type EditableText, lineStartAt } from './edit.js';
import type { Range } from './text.js';

/** A text that is written in a value of a compose file, as the builder gets it. */
export interface InlineText {
  readonly text: string;
  /** The place in the compose file of a range of the text. */
  readonly rangeOf: (range: Range) => Range;
  /** Edits of the text as edits of the compose file; undefined: one of them cannot be made cleanly there. */
  readonly editsOf: (edits: readonly Edit[]) => readonly Edit[] | undefined;
}

/**
 * Compose replaces its variables before the builder sees the text: `$$` is `$`, and a value that is known from `.env` goes in.
 * A variable without a known value stays as written: a Dockerfile knows the same forms, and nothing of its value either.
 */
export function inlineText(node: ComposeScalar, file: EditableText): InlineText {
  const units = readUnits(node);
  const written: Written = { ...units, node, file, at: offsetsOf(node) };
  return {
    text: units.text,
    rangeOf: (range) => rangeIn(written, range),
    editsOf: (edits) => editsIn(written, edits),
  };
}

/** The UTF-16 units of a text, each with the stretch of the value's text that it stands for. */
interface Units {
  readonly text: string;
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Variables of compose are in it. */
  readonly variable: boolean;
}

interface Written extends Units {
  readonly node: ComposeScalar;
  readonly file: EditableText;
  readonly at: (offset: number) => number;
}

function readUnits({ text, variables = NOTHING_KNOWN }: ComposeScalar): Units {
  const from: number[] = [];
  const to: number[] = [];
  let result = '';
  const copy = (part: string, start: number): void => {
    for (let index = 0; index < part.length; index++) {
      from.push(start + index);
      to.push(start + index + 1);
    }
    result += part;
  };
  const replace = (value: string, start: number, end: number): void => {
    for (let index = 0; index < value.length; index++) {
      from.push(start);
      to.push(end);
    }
    result += value;
  };
  const declared = declaredIn(text);
  let position = 0;
  while (position < text.length) {
    const dollar = text.indexOf('$', position);
    copy(text.slice(position, dollar < 0 ? text.length : dollar), position);
    if (dollar < 0) break;
    const end = text.charAt(dollar + 1) === '$' ? dollar + 2 : endOfVariable(text, dollar);
    const variable = text.slice(dollar, end);
    const expanded = expand(variable, variables);
    if (variable === '$$') replace('$', dollar, end);
    else if (expanded.known && (expanded.from || (variables.complete && hasVariable(variable))))
      replace(expanded.value, dollar, end);
    else copy(undeclared(variable, declared), dollar);
    position = end;
  }
  return { text: result, from, to, variable: hasVariable(text) };
}

/** Longer ones stay as written. */
const MAX_VARIABLE = 1_000;

/** Behind `$X` or the `}` of `${X…}`; behind the `$` where no variable starts. */
function endOfVariable(text: string, dollar: number): number {
  const rest = text.slice(dollar, dollar + MAX_VARIABLE);
  const name = /^\$\{?[A-Za-z_]\w*/.exec(rest)?.[0];
  if (name === undefined) return dollar + 1;
  if (!name.startsWith('${')) return dollar + name.length;
  let open = 0;
  for (let at = 0; at < rest.length; at++) {
    if (rest.startsWith('${', at)) open++;
    if (rest.charAt(at) === '}' && --open === 0) return dollar + at + 1;
  }
  return dollar + 1;
}

/** Names that the Dockerfile may give a value. */
function declaredIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\b(?:ARG|ENV)[ \t]+(\w+)|\b(\w+)=/gi)].map(([, one, other]) => one ?? other ?? ''));
}

/** What compose replaces never gets the value that the Dockerfile gives a variable of that name: it is given another one. */
function undeclared(variable: string, declared: ReadonlySet<string>): string {
  const [, open = '', name = ''] = /^(\$\{?)(\w*)/.exec(variable) ?? [];
  return declared.has(name) ? open + '_'.repeat(name.length) + variable.slice(open.length + name.length) : variable;
}

function rangeIn(written: Written, { start, end }: Range): Range {
  const first = startOf(written, start);
  return { start: first, end: end > start ? Math.max(first, endOf(written, end)) : first };
}

function startOf({ from, at, node }: Written, offset: number): number {
  return at(from[offset] ?? node.text.length);
}

/** Behind the unit before the offset: the next one may stand on another line. */
function endOf({ to, at, node }: Written, offset: number): number {
  const end = to[offset - 1] ?? node.text.length;
  if (node.style !== 'block') return at(end);
  return Math.min(at(end - 1) + 1, node.range.end);
}

function editsIn(written: Written, edits: readonly Edit[]): readonly Edit[] | undefined {
  if (written.node.style === 'block' && movesIndentation(written, edits)) return undefined;
  const result: Edit[] = [];
  let position = 0;
  for (const it of edits) {
    const made = isMappable(written, it) ? editIn(written, it) : undefined;
    if (!made || made.range.start < position || made.range.end < made.range.start) return undefined;
    position = made.range.end;
    result.push(made);
  }
  return result;
}

/** The first line of a block tells its indentation, so no blank may come to stand before it. */
function movesIndentation({ text }: Written, edits: readonly Edit[]): boolean {
  const firstLine = /^\n*[^\n]*/.exec(text)?.[0].length ?? 0;
  return (edits[0]?.range.start ?? text.length) <= firstLine && /^\n* /.test(applyEdits(text, edits));
}

/** A value that compose puts in is no text to edit, and a new `$` would be one of the two kinds that cannot be told apart. */
function isMappable({ from, to, node, variable }: Written, { range: { start, end }, text }: Edit): boolean {
  if (variable && text.includes('$')) return false;
  if (start > 0 && start < from.length && from[start] === from[start - 1]) return false;
  for (let at = start; at < end; at++) {
    const first = from[at] ?? 0;
    if ((to[at] ?? 0) - first !== 1 && !node.text.startsWith('$$', first)) return false;
  }
  return end === 0 || end >= from.length || from[end] !== from[end - 1];
}

function editIn(written: Written, edit: Edit): Edit | undefined {
  const { node } = written;
  const text = edit.text.replaceAll('$', '$$$$');
  if (node.style === 'block' && node.written.startsWith('|')) return blockEdit(written, { ...edit, text });
  const isOneLine = node.style !== 'block' && !/[\r\n]/.test(node.written);
  if (!isOneLine && !isWithinLine(written, edit)) return undefined;
  const encoded = encodedFor(node, text);
  return encoded === undefined ? undefined : { range: rangeIn(written, edit.range), text: encoded };
}

/** Where lines are folded, only what stands between other text of one line is sure to stay where it is. */
function isWithinLine({ text }: Written, { range: { start, end }, text: replacement }: Edit): boolean {
  return [text.slice(start, end), replacement].every((it) => /^\S(?:[^\r\n]*\S)?$/.test(it));
}

function encodedFor({ style }: ComposeScalar, text: string): string | undefined {
  if (style === 'double') return JSON.stringify(text).slice(1, -1);
  if (style === 'single') return /[\r\n]/.test(text) ? undefined : text.replaceAll("'", "''");
  if (style === 'block') return text;
  return /^[\w./@:=+-]*\w$/.test(text) ? text : undefined;
}

/** In a literal block every line of the text is a line of the file behind the indentation of the block. */
function blockEdit(written: Written, edit: Edit): Edit | undefined {
  const { text, file, from } = written;
  const indentation = indentationOf(written);
  if (indentation === undefined) return undefined;
  const { range, text: replacement } = beforeLastLineEnd(text, edit);
  const lines = replacement.split('\n');
  const isWhole =
    range.start < from.length &&
    isLineStart(text, range.start) &&
    isLineStart(text, range.end) &&
    lines.at(-1) === '' &&
    range.end < from.length;
  if (isWhole)
    return {
      range: {
        start: lineStartAt(file.text, startOf(written, range.start)),
        end: lineStartAt(file.text, startOf(written, range.end)),
      },
      text: lines.map((it) => (it === '' ? '' : indentation + it)).join(file.eol),
    };
  // A blank line has no indentation of its own.
  const atBlank = text.charAt(range.start) === '\n' && isLineStart(text, range.start);
  const first = range.start < from.length ? startOf(written, range.start) : written.node.range.end;
  const end = range.end === range.start ? first : endOfEdit(written, range.end);
  const goesOn = range.end < text.length && text.charAt(range.end) !== '\n';
  const isIndented = (line: string, index: number): boolean =>
    (index > 0 || atBlank) && (line !== '' || (index === lines.length - 1 && goesOn));
  return {
    range: { start: atBlank ? lineStartAt(file.text, first) : first, end },
    text: lines.map((it, index) => (isIndented(it, index) ? indentation + it : it)).join(file.eol),
  };
}

/** The line end behind the last line is outside of the value: what replaces or follows that line goes before it. */
function beforeLastLineEnd(text: string, { range, text: replacement }: Edit): Edit {
  const { start, end } = range;
  if (end < text.length || !text.endsWith('\n')) return { range, text: replacement };
  const kept = replacement.endsWith('\n') ? replacement.slice(0, -1) : replacement;
  if (start === 0 || !isLineStart(text, start)) return { range: { start, end: end - 1 }, text: kept };
  return { range: { start: start - 1, end: end - 1 }, text: replacement === '' ? '' : `\n${kept}` };
}

function endOfEdit(written: Written, end: number): number {
  return isLineStart(written.text, end) && end < written.from.length ? startOf(written, end) : endOf(written, end);
}

function indentationOf(written: Written): string | undefined {
  const { text, file } = written;
  const lead = /^\n*/.exec(text)?.[0].length ?? 0;
  if (lead >= text.length) return undefined;
  const first = startOf(written, lead);
  const indentation = file.text.slice(lineStartAt(file.text, first), first);
  return /^ +$/.test(indentation) ? indentation : undefined;
}

function isLineStart(text: string, offset: number): boolean {
  return offset === 0 || text.charAt(offset - 1) === '\n';
}
