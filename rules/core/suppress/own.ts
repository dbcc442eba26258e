import type { Comment, Range, Spanned } from '../text.js';
import type { Scopes } from './scope.js';

/** One of our own comments: `# seaworthy: ignore[id, id] reason`, or `ignore-file` at the top. */
export interface OwnComment {
  readonly comment: Comment;
  readonly ids: readonly Spanned[];
  /** Between the brackets. */
  readonly list: Range;
  /** Absent when nothing follows that it could silence. */
  readonly scope: Range | undefined;
}

/** Why a comment that is addressed to us silences nothing. */
export interface Malformed {
  readonly comment: Comment;
  readonly problem: 'form' | 'ids' | 'reason' | 'place';
}

/** A Jenkinsfile has comments of its own kind. */
const ADDRESSED = /^(?:#+|\/\/+)[ \t]*seaworthy[ \t]*:[ \t]*/i;
const FORM = /^(ignore-file|ignore)[ \t]*\[([^\]]*)\][ \t:,;–—-]*/i;

export function isOwn({ text }: Comment): boolean {
  return ADDRESSED.test(text);
}

export function readOwn(comment: Comment, scopes: Scopes): OwnComment | Malformed {
  const address = ADDRESSED.exec(comment.text)?.[0] ?? '';
  const body = comment.text.slice(address.length);
  const form = FORM.exec(body);
  if (!form) return { comment, problem: 'form' };
  const [whole, keyword = '', written = ''] = form;
  const start = comment.range.start + address.length + body.indexOf('[') + 1;
  const ids = idsOf(written, start);
  if (ids.length === 0) return { comment, problem: 'ids' };
  if (body.slice(whole.length).trim() === '') return { comment, problem: 'reason' };
  const wholeFile = keyword.toLowerCase() === 'ignore-file';
  if (wholeFile && !scopes.isLeading(comment)) return { comment, problem: 'place' };
  const list = { start, end: start + written.length };
  if (wholeFile) return { comment, ids, list, scope: scopes.file };
  return { comment, ids, list, scope: comment.ownLine ? scopes.below(comment) : scopes.besides(comment) };
}

function idsOf(written: string, start: number): readonly Spanned[] {
  const ids: Spanned[] = [];
  let position = start;
  for (const part of written.split(',')) {
    const value = part.trim();
    const from = position + part.length - part.trimStart().length;
    if (value !== '') ids.push({ value, range: { start: from, end: from + value.length } });
    position += part.length + 1;
  }
  return ids;
}
