import type { Notice, ReportedFix } from '../analysis.js';
import { deleteLines, type Edit, lineStartAt } from '../edit.js';
import type { Text } from '../message.js';
import { nearest } from '../nearest.js';
import type { Document } from '../rule.js';
import type { Comment, Range, Spanned } from '../text.js';
import type { Malformed, OwnComment } from './own.js';
import { TEXTS } from './texts.js';

export function malformed({ comment, problem }: Malformed, document: Document): Notice {
  const removal = safe({ template: TEXTS.removeComment, data: {} }, [removeComment(document, comment)]);
  return {
    code: 'bad-suppression',
    message: { template: TEXTS[problem], data: {} },
    range: comment.range,
    severity: 'warning',
    fixes: problem === 'place' && comment.ownLine ? [moveUp(document, comment), removal] : [removal],
  };
}

export function unknown(own: OwnComment, id: Spanned, known: Iterable<string>, document: Document): Notice {
  const near = nearest(id.value, known);
  const removal = withoutId(own, id, document);
  if (near === undefined)
    return about('unknown-rule', { template: TEXTS.unknown, data: { id: id.value } }, id.range, [removal]);
  const data = { id: id.value, near };
  const replacement = safe({ template: TEXTS.replaceId, data }, [{ range: id.range, text: near }]);
  return about('unknown-rule', { template: TEXTS.unknownNear, data }, id.range, [replacement, removal]);
}

export function unused(own: OwnComment, id: Spanned, document: Document): Notice {
  const message = { template: TEXTS.unused, data: { id: id.value } };
  return { ...about('unused-suppression', message, id.range, [withoutId(own, id, document)]), severity: 'info' };
}

function about(code: Notice['code'], message: Text, range: Range, fixes: readonly ReportedFix[]): Notice {
  return { code, message, range, severity: 'warning', fixes };
}

/** Comments change nothing that is built. */
function safe(title: Text, edits: readonly Edit[]): ReportedFix {
  return { title, applicability: 'safe', edits };
}

function withoutId({ comment, ids, list }: OwnComment, id: Spanned, document: Document): ReportedFix {
  if (ids.length === 1) return safe({ template: TEXTS.removeComment, data: {} }, [removeComment(document, comment)]);
  const kept = ids.filter((it) => it !== id).map((it) => it.value);
  const title = { template: TEXTS.removeId, data: { id: id.value } };
  return safe(title, [{ range: list, text: kept.join(', ') }]);
}

/** With its line, or with the blanks before it. */
function removeComment({ text }: Document, { range, ownLine }: Comment): Edit {
  if (ownLine) return deleteLines(text, range);
  const before = text.slice(0, range.start);
  return { range: { start: before.trimEnd().length, end: range.end }, text: '' };
}

function moveUp(document: Document, comment: Comment): ReportedFix {
  const top = topOf(document);
  const line = { range: { start: top, end: top }, text: comment.text + document.eol };
  return safe({ template: TEXTS.moveUp, data: {} }, [line, removeComment(document, comment)]);
}

/** Where a comment about the whole file goes: behind the directives of a Dockerfile, which lose their meaning below a comment. */
export function topOf(document: Document): number {
  const directives = document.kind === 'dockerfile' ? document.directives : [];
  const end = directives.at(-1)?.range.end;
  if (end === undefined) return document.text.startsWith('\uFEFF') ? 1 : 0;
  const next = document.text.indexOf('\n', end);
  return next < 0 ? document.text.length : next + 1;
}

/** The blanks that a line starts with. */
export function indentationAt(text: string, offset: number): string {
  const start = lineStartAt(text, offset);
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}
