import { type Edit, lineStartAt, nextLineStart } from '../core/edit.js';
import type { Comment, LineEnd, Range } from '../core/text.js';
import type { ComposeEntry, ComposeList, ComposeMap, ComposeNode, ComposeScalar } from './model.js';
import { blockLines, flowText, scalarText, type YamlValue } from './write.js';

export type { YamlValue } from './write.js';

/** What these edits need to know of the file. */
export interface YamlText {
  readonly text: string;
  readonly eol: LineEnd;
  readonly comments: readonly Comment[];
}

/**
 * Edits of YAML that keep comments, quoting, indentation and flow style of everything they do not mean. Each returns
 * undefined where a clean edit is not possible: inherited values, aliases, tags, anchors that others need. A map or list that is
 * put together from several files is changed where the judged file writes it.
 */

/**
 * Deletes an entry with its own comments; in block style its lines, and a map that becomes empty goes with its key.
 * @param parents the entries that lead to it, outermost first; only these may go with it.
 */
export function removeEntry(file: YamlText, parents: readonly ComposeEntry[], entry: ComposeEntry): Edit | undefined {
  if (entry.inherited || entry.value.tag !== undefined) return undefined;
  const parent = parents.at(-1);
  const map = parent && ownNode(parent.value);
  if (map?.inherited === true || map?.tag !== undefined) return undefined;
  if (parent && map?.kind === 'map' && map.entries.length === 1) return removeEntry(file, parents.slice(0, -1), parent);
  const isFlow =
    map?.kind === 'map' ? map.flow : /[,}\]]/.test(file.text.charAt(skipBlanks(file.text, entry.range.end)));
  if (isFlow) return removeFlow(file, entry.range);
  const next = map?.kind === 'map' ? firstBehind(map.entries, entry.range.end) : undefined;
  return removeBlock(file, entry.range, next?.key.range.start);
}

/** Deletes one item of the list that is the value of `entry`; the entry goes too when it was the last item. */
export function removeItem(
  file: YamlText,
  entry: ComposeEntry,
  list: ComposeList,
  item: ComposeNode,
): Edit | undefined {
  if (list.own) return removeItem(file, entry, list.own, item);
  if (entry.inherited || list.inherited || item.inherited) return undefined;
  if (list.tag !== undefined || item.tag !== undefined) return undefined;
  if (list.items.length === 1) return removeEntry(file, [], entry);
  if (list.flow) return removeFlow(file, item.range);
  const lineStart = lineStartAt(file.text, item.range.start);
  const dash = /^([ \t]*)-[ \t]+$/.exec(file.text.slice(lineStart, item.range.start));
  if (!dash) return undefined;
  const start = lineStart + (dash[1] ?? '').length;
  return removeBlock(file, { start, end: item.range.end }, undefined);
}

/** Replaces a scalar's text, keeping its quotes where they can hold the new one and adding some where YAML needs them. */
export function replaceScalar(file: YamlText, node: ComposeScalar, value: string): Edit | undefined {
  if (node.inherited || node.tag !== undefined) return undefined;
  if (node.style === 'block' && /#/.test(node.written.split('\n', 1)[0] ?? '')) return undefined;
  const typed = node.style === 'plain' && node.written !== '' && typeof node.value !== 'string' && BARE.test(value);
  const text = typed || (node.written === '' && TRUTH.test(value)) ? value : scalarText(value, node.style);
  if (node.written !== '') return { range: node.range, text };
  const { start } = node.range;
  const before = /[^ \t]/.test(file.text.charAt(start - 1)) ? ' ' : '';
  const behind = file.text.charAt(start) === '#' ? ' ' : '';
  return { range: node.range, text: before + text + behind };
}

const TRUTH = /^(?:true|false)$/;
/** What may stand without quotes where a number, a truth value or null stood. */
const BARE = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/;

/** Adds `key: value` at the end of a map, in its own style and indentation. */
export function addEntry(file: YamlText, map: ComposeMap, key: string, value: YamlValue): Edit | undefined {
  return addEntries(file, map, { [key]: value });
}

/** Adds several entries at once: edits of their own would meet at the same place. */
export function addEntries(
  file: YamlText,
  map: ComposeMap,
  entries: { readonly [key: string]: YamlValue },
): Edit | undefined {
  if (map.own) return addEntries(file, map.own, entries);
  const keys = Object.keys(entries);
  if (map.inherited || map.tag !== undefined || keys.some((it) => map.get(it)?.inherited === false)) return undefined;
  if (!map.flow) return addBlock(file, map, entries);
  const texts = Object.entries(entries).map(([key, value]) => `${scalarText(key, 'plain')}: ${flowText(value)}`);
  return addFlow(file, map, texts.join(', '));
}

/** Adds an item at the end of a list, in its own style and indentation. */
export function addItem(file: YamlText, list: ComposeList, value: YamlValue): Edit | undefined {
  if (list.own) return addItem(file, list.own, value);
  if (list.inherited || list.tag !== undefined) return undefined;
  if (list.flow) return addFlow(file, list, flowText(value));
  if (keepsLines(list)) return undefined;
  const lineStart = lineStartAt(file.text, list.range.start);
  const indentation = file.text.slice(lineStart, list.range.start);
  if (/[^ ]/.test(indentation)) return undefined;
  return insertLines(file, list.range.end, [`${indentation}- ${flowText(value)}`]);
}

function ownNode(node: ComposeNode): ComposeNode {
  return node.kind === 'scalar' ? node : (node.own ?? node);
}

function firstBehind(entries: readonly ComposeEntry[], offset: number): ComposeEntry | undefined {
  return entries.find((it) => !it.inherited && it.key.range.start >= offset);
}

/** Deletes whole lines; of a map that begins behind a dash the first entry's place is taken by the next one. */
function removeBlock(file: YamlText, range: Range, next: number | undefined): Edit | undefined {
  const { text } = file;
  if (ownsAnchor(text, range)) return undefined;
  const lineStart = lineStartAt(text, range.start);
  const before = text.slice(lineStart, range.start);
  const lineEnd = endOfLine(text, range.end);
  if (!/^[ \t]*(?:#.*)?$/.test(text.slice(range.end, lineEnd))) return undefined;
  if (/^ *$/.test(before)) return deleteLines(text, commentsAbove(text, lineStart, before), lineEnd);
  if (!/^ *(?:- +)+$/.test(before) || next === undefined) return undefined;
  return hasComment(file, { start: lineEnd, end: next })
    ? undefined
    : { range: { start: range.start, end: next }, text: '' };
}

/** Start of the comment lines right above that are indented alike. */
function commentsAbove(text: string, lineStart: number, indentation: string): number {
  let start = lineStart;
  while (start > 0) {
    const above = lineStartAt(text, start - 1);
    if (!text.startsWith(`${indentation}#`, above)) return start;
    start = above;
  }
  return start;
}

/** The last line of a file without a line end at its end takes the one before it along. */
function deleteLines(text: string, start: number, lineEnd: number): Edit {
  const end = nextLineStart(text, lineEnd);
  if (end < text.length || text.endsWith('\n') || start === 0) return { range: { start, end }, text: '' };
  return { range: { start: start - (text[start - 2] === '\r' ? 2 : 1), end }, text: '' };
}

/** Offset of the line end, a carriage return before it included. */
function endOfLine(text: string, offset: number): number {
  const next = text.indexOf('\n', offset);
  if (next < 0) return text.length;
  return next > offset && text[next - 1] === '\r' ? next - 1 : next;
}

/** An anchor in the deleted part that an alias elsewhere refers to. */
function ownsAnchor(text: string, range: Range): boolean {
  const names = [...text.slice(range.start, range.end).matchAll(/(?:^|[\s[{,])&([^\s,[\]{}]+)/g)].map(
    (it) => it[1] ?? '',
  );
  if (names.length === 0) return false;
  const rest = `${text.slice(0, range.start)}\n${text.slice(range.end)}`;
  return names.some((it) => rest.includes(`*${it}`));
}

/** Deletes an entry or item between brackets with one comma. */
function removeFlow(file: YamlText, range: Range): Edit | undefined {
  const { text } = file;
  if (ownsAnchor(text, range)) return undefined;
  let before = range.start;
  while (before > 0 && /\s/.test(text.charAt(before - 1))) before--;
  // Anything else is an anchor, or a comment.
  if (!/[[{,]/.test(text.charAt(before - 1))) return undefined;
  const behind = skipBlanks(text, range.end);
  if (text[behind] === ',') {
    const end = skipBlanks(text, behind + 1);
    return text[end] === '#' ? undefined : { range: { start: range.start, end }, text: '' };
  }
  if (text[before - 1] !== ',') return { range, text: '' };
  const start = before - 1;
  return hasComment(file, { start: lineStartAt(text, start), end: start })
    ? undefined
    : { range: { start, end: range.end }, text: '' };
}

function skipBlanks(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && /\s/.test(text.charAt(at))) at++;
  return at;
}

function hasComment({ comments }: YamlText, { start, end }: Range): boolean {
  return comments.some((it) => it.range.start >= start && it.range.start <= end);
}

function addFlow(file: YamlText, collection: ComposeMap | ComposeList, added: string): Edit | undefined {
  const { text } = file;
  const { start, end } = collection.range;
  const closing = collection.kind === 'map' ? '}' : ']';
  if (text[end - 1] !== closing || hasComment(file, collection.range)) return undefined;
  let at = end - 1;
  while (at > start + 1 && /\s/.test(text.charAt(at - 1))) at--;
  if (at === start + 1) return { range: { start: at, end: at }, text: added };
  const lineStart = lineStartAt(text, at - 1);
  const ownLine = lineStart > start ? /^[ \t]*/.exec(text.slice(lineStart, at))?.[0] : undefined;
  const gap = ownLine === undefined ? ' ' : `${file.eol}${ownLine}`;
  return { range: { start: at, end: at }, text: `${text[at - 1] === ',' ? '' : ','}${gap}${added}` };
}

function addBlock(file: YamlText, map: ComposeMap, entries: { readonly [key: string]: YamlValue }): Edit | undefined {
  if (keepsLines(map)) return undefined;
  const column = map.range.start - lineStartAt(file.text, map.range.start);
  const before = file.text.slice(map.range.start - column, map.range.start);
  if (!/^ *(?:- +)*$/.test(before)) return undefined;
  const indentation = { base: ' '.repeat(column), ...stepsOf(file.text, map) };
  const lines = Object.entries(entries).flatMap(([key, value]) => blockLines(key, value, indentation));
  return insertLines(file, map.range.end, lines);
}

/** How the map's own children are indented; where it has none, as the map itself is. */
function stepsOf(text: string, map: ComposeMap): { readonly map: string; readonly list: string } {
  const own = map.entries.filter((it) => !it.inherited && !it.value.inherited);
  const columnOf = ({ range }: { readonly range: Range }): number => range.start - lineStartAt(text, range.start);
  const stepOf = (kind: ComposeNode['kind']): number | undefined => {
    const child = own.find((it) => it.value.kind === kind && it.value.kind !== 'scalar' && !it.value.flow);
    return child && columnOf(child.value) - columnOf(child.key);
  };
  const inner = stepOf('map') ?? stepAbove(text, map.range.start);
  return { map: ' '.repeat(inner), list: ' '.repeat(stepOf('list') ?? inner) };
}

/** How much deeper a line stands than the nearest shallower one above it. */
function stepAbove(text: string, offset: number): number {
  let lineStart = lineStartAt(text, offset);
  const column = offset - lineStart;
  while (lineStart > 0) {
    lineStart = lineStartAt(text, lineStart - 1);
    const indentation = /^ *(?![ #\r\n])/.exec(text.slice(lineStart, lineStart + column))?.[0].length;
    if (indentation !== undefined && indentation < column) return column - indentation;
  }
  return 2;
}

/** Ends in a block text whose trailing empty lines count: a line in between would change it. */
function keepsLines(node: ComposeNode): boolean {
  if (node.kind === 'scalar') return node.style === 'block' && (node.written.split('\n', 1)[0] ?? '').includes('+');
  if (node.flow) return false;
  const last = node.kind === 'list' ? node.items.at(-1) : node.entries.findLast((it) => !it.inherited)?.value;
  return last !== undefined && keepsLines(last);
}

/** Puts lines below the line that holds `offset`. */
function insertLines({ text, eol }: YamlText, offset: number, lines: readonly string[]): Edit {
  const at = endOfLine(text, offset);
  return { range: { start: at, end: at }, text: lines.map((it) => eol + it).join('') };
}
