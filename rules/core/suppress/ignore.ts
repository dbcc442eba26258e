import type { Analysis, ReportedFinding } from '../analysis.js';
import { type Edit, lineStartAt } from '../edit.js';
import { placesAt, placesOf } from '../places.js';
import type { Document } from '../rule.js';
import { indentationAt, topOf } from './notices.js';

/** The edit that silences a finding with a comment of ours; undefined for JSON, which has none. */
export function ignoreEdit({ document }: Analysis, { rule, range }: ReportedFinding, reason: string): Edit | undefined {
  if (document.kind === 'engine' && document.format === 'json') return undefined;
  const mark = document.kind === 'ci' && document.system === 'jenkins' ? '//' : '#';
  const why = reason.replace(/\s+/g, ' ').trim();
  const line = placeLine(document, range.start);
  if (line === undefined)
    return inserted(topOf(document), `${mark} seaworthy: ignore-file[${rule.id}] ${why}${document.eol}`);
  const comment = `${mark} seaworthy: ignore[${rule.id}] ${why}`;
  return inserted(aboveComments(document, line), indentationOf(document, line) + comment + document.eol);
}

/**
 * The start of the line that the comment goes above: that of the instruction, or of the innermost key or list item that
 * begins its line. Undefined for what no such comment can reach, such as a directive.
 */
function placeLine(document: Document, offset: number): number | undefined {
  const place = placesAt(placesOf(document), offset).find((it) => beginsLine(document, it.start));
  return place && lineStartAt(document.text, place.start);
}

function beginsLine({ kind, text }: Document, offset: number): boolean {
  const before = text.slice(lineStartAt(text, offset), offset).replace(/^\uFEFF/, '');
  return kind === 'dockerfile' || kind === 'engine' || /^[ \t]*(?:-[ \t]+)*$/.test(before);
}

/** Other tools want their comments right above what they silence: ours goes above those. */
function aboveComments(document: Document, line: number): number {
  const lines = new Set(
    document.comments.filter((it) => it.ownLine).map((it) => lineStartAt(document.text, it.range.start)),
  );
  let start = line;
  for (let above = lineStartAt(document.text, start - 1); start > 0 && lines.has(above); ) {
    start = above;
    above = lineStartAt(document.text, start - 1);
  }
  return start === 0 ? topOf(document) : start;
}

function indentationOf({ text }: Document, line: number): string {
  return indentationAt(text, line + (/^[ \t]*/.exec(text.slice(line))?.[0].length ?? 0));
}

function inserted(offset: number, text: string): Edit {
  return { range: { start: offset, end: offset }, text };
}
