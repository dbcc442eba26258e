import { isAlias, isMap, isNode, isPair, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Comment, Range } from '../core/text.js';
import { type Draft, type DraftEntry, nodeOf } from './draft.js';
import type { ComposeNode, ComposeScalar, YamlError } from './model.js';
import { withTag } from './nodes.js';
import { readSyntax } from './recover.js';
import { MAX_DEPTH } from './syntax.js';
import { TEXTS } from './texts.js';

/** What one text holds, whatever it means. */
export interface YamlFile {
  /** One node for each document. */
  readonly roots: readonly ComposeNode[];
  readonly comments: readonly Comment[];
  readonly errors: readonly YamlError[];
}

/** Values that aliases may stand for in one file, all together. */
const MAX_ALIASED = 250_000;

/** More errors than these tell nobody more. */
const MAX_ERRORS = 100;

/** Reads YAML 1.2 with merge keys. Never throws; where the text is half-typed, what stands around that is read. */
export function readYaml(text: string): YamlFile {
  const { documents, comments, errors: syntaxErrors } = readSyntax(text);
  const errors = [...syntaxErrors];
  const reader: Reader = { text, errors, anchors: new Map(), aliased: 0, announced: new Set() };
  const roots = documents.map((it) => {
    reader.anchors.clear();
    return nodeOf(draftOf(it, reader, 0), false);
  });
  return { roots, comments, errors: errors.sort((a, b) => a.range.start - b.range.start).slice(0, MAX_ERRORS) };
}

interface Reader {
  readonly text: string;
  readonly errors: YamlError[];
  readonly anchors: Map<string, Draft>;
  aliased: number;
  readonly announced: Set<string>;
}

function announce(reader: Reader, range: Range, template: string, data: Readonly<Record<string, string>> = {}): void {
  reader.errors.push({ range, message: { template, data } });
}

function announceOnce(reader: Reader, range: Range, template: string, limit: number): void {
  if (reader.announced.has(template)) return;
  reader.announced.add(template);
  announce(reader, range, template, { limit: String(limit) });
}

function draftOf(node: Node, reader: Reader, depth: number): Draft {
  const range = spanOf(node, reader.text);
  if (isAlias(node)) return aliasDraft(node.source, range, reader);
  const tag = node.tag;
  if (depth > MAX_DEPTH && !isScalar(node)) {
    announceOnce(reader, range, TEXTS.tooDeep, MAX_DEPTH);
    return withTag(emptyDraft(range), tag);
  }
  const anchor = 'anchor' in node && typeof node.anchor === 'string' ? node.anchor : undefined;
  const draft = withTag(
    isMap(node)
      ? mapDraft(node, range, anchor, reader, depth)
      : isSeq(node)
        ? listDraft(node.items, node.flow === true, range, anchor, reader, depth)
        : scalarDraft(isScalar(node) ? node : undefined, range, reader.text),
    tag,
  );
  if (anchor !== undefined) reader.anchors.set(anchor, draft);
  return draft;
}

function emptyDraft(range: Range): Draft {
  return { kind: 'scalar', range, value: null, text: '', style: 'plain', written: '', size: 1 };
}

function aliasDraft(name: string, range: Range, reader: Reader): Draft {
  const nothing: Draft = { kind: 'alias', range, size: 1 };
  const target = reader.anchors.get(name);
  if (!target) {
    announce(reader, range, TEXTS.unknownAnchor);
    return nothing;
  }
  if (target.kind === 'open') {
    announce(reader, range, TEXTS.recursiveAlias);
    return nothing;
  }
  reader.aliased += target.size;
  if (reader.aliased > MAX_ALIASED) {
    announceOnce(reader, range, TEXTS.tooManyAliases, MAX_ALIASED);
    return nothing;
  }
  return { kind: 'alias', range, target, size: target.size };
}

function mapDraft(map: YAMLMap, outer: Range, anchor: string | undefined, reader: Reader, depth: number): Draft {
  if (anchor !== undefined) reader.anchors.set(anchor, OPEN);
  const entries: DraftEntry[] = [];
  const keys = new Set<string>();
  let size = 1;
  for (const pair of map.items) {
    const entry = entryDraft(pair, reader, depth);
    if (keys.has(entry.key.value)) announce(reader, entry.key.range, TEXTS.duplicateKey, { key: entry.key.value });
    keys.add(entry.key.value);
    entries.push(entry);
    size += entry.value.size;
  }
  const flow = map.flow === true;
  const range = flow ? outer : spanned(outer, entries.at(-1)?.range);
  return { kind: 'map', range, flow, entries, size };
}

/** Stands for a map or list that is not finished: an alias to it would be endless. */
const OPEN: Draft = { kind: 'open', range: { start: 0, end: 0 }, size: 0 };

function listDraft(
  nodes: readonly unknown[],
  flow: boolean,
  outer: Range,
  anchor: string | undefined,
  reader: Reader,
  depth: number,
): Draft {
  if (anchor !== undefined) reader.anchors.set(anchor, OPEN);
  const items: Draft[] = [];
  let size = 1;
  for (const node of nodes) {
    const item = itemDraft(node, reader, depth);
    if (!item) continue;
    items.push(item);
    size += item.size;
  }
  const range = flow ? outer : spanned(outer, items.at(-1)?.range);
  return { kind: 'list', range, flow, items, size };
}

/** `[a: b]` is a list of one map that has one pair. */
function itemDraft(node: unknown, reader: Reader, depth: number): Draft | undefined {
  if (isNode(node)) return draftOf(node, reader, depth + 1);
  if (!isPair(node)) return undefined;
  const entry = entryDraft(node, reader, depth + 1);
  return { kind: 'map', flow: true, range: entry.range, entries: [entry], size: 1 + entry.value.size };
}

function entryDraft(pair: Pair<unknown, unknown>, reader: Reader, depth: number): DraftEntry {
  const keyNode = isNode(pair.key) ? pair.key : undefined;
  const keyRange = keyNode ? spanOf(keyNode, reader.text) : { start: 0, end: 0 };
  const key = { value: keyText(keyNode, keyRange, reader), range: keyRange };
  const value = isNode(pair.value)
    ? draftOf(pair.value, reader, depth + 1)
    : emptyDraft({ start: keyRange.end, end: keyRange.end });
  const merge = isScalar(keyNode) && keyNode.type === 'PLAIN' && keyNode.source === '<<' && keyNode.tag === undefined;
  return { key, value, range: { start: keyRange.start, end: Math.max(keyRange.end, value.range.end) }, merge };
}

function keyText(key: Node | undefined, range: Range, reader: Reader): string {
  if (isScalar(key)) return key.type === 'PLAIN' ? (key.source ?? '') : String(key.value);
  if (!isAlias(key)) return reader.text.slice(range.start, range.end);
  const target = reader.anchors.get(key.source);
  return target?.kind === 'scalar' ? target.text : reader.text.slice(range.start, range.end);
}

function scalarDraft(node: Scalar | undefined, range: Range, source: string): Draft {
  const written = source.slice(range.start, range.end);
  const style = STYLES[node?.type ?? 'PLAIN'] ?? 'plain';
  const value = node?.value;
  if (typeof value === 'string') return { kind: 'scalar', range, value, text: value, style, written, size: 1 };
  if (typeof value !== 'number' && typeof value !== 'boolean')
    return { kind: 'scalar', range, value: null, text: '', style, written, size: 1 };
  return { kind: 'scalar', range, value, text: node?.source ?? String(value), style, written, size: 1 };
}

const STYLES: Readonly<Record<string, ComposeScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

/** The value itself; of a block scalar without the line ends behind it. */
function spanOf(node: Node, text: string): Range {
  const start = Math.min(node.range?.[0] ?? 0, text.length);
  // A repaired text may be longer than the file.
  const end = Math.min(node.range?.[1] ?? 0, text.length);
  return isScalar(node) && node.type?.startsWith('BLOCK') === true
    ? { start, end: blockEnd(text, start, end) }
    : { start, end };
}

/** Where the last line that is not blank ends, the header line at least. */
function blockEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && ' \t\r\n'.includes(text.charAt(last - 1))) last--;
  while (last < end && !'\r\n'.includes(text.charAt(last))) last++;
  return last;
}

/** A block collection ends where its last value does, not where the comments behind it do. */
function spanned(outer: Range, last: Range | undefined): Range {
  return { start: outer.start, end: last ? Math.max(outer.start, last.end) : outer.end };
}
