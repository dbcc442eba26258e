import type { Comment, Range } from '../core/text.js';

/** Words, strings and brackets of a Groovy script, as far as a pipeline's steps need them. */
export interface GroovyToken {
  readonly kind: 'word' | 'string' | 'mark';
  /** Of a word with the names behind its dots: `docker.withRegistry`; of a mark the character. Of a string its content. */
  readonly text: string;
  readonly range: Range;
  /** Of a string: where each character of the content stands in the file, and its end. */
  readonly offsets?: readonly number[];
}

export interface GroovyText {
  readonly tokens: readonly GroovyToken[];
  readonly comments: readonly Comment[];
}

/** Reads a text once from start to end; what is not closed ends with the text. Never throws. */
export function readGroovy(text: string): GroovyText {
  const tokens: GroovyToken[] = [];
  const comments: Comment[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '/' && (text[at + 1] === '/' || text[at + 1] === '*')) {
      const end = commentEnd(text, at);
      comments.push(commentAt(text, at, end));
      at = end;
    } else if (char === "'" || char === '"') {
      const token = stringAt(text, at, char);
      tokens.push(token);
      at = token.range.end;
    } else if (isWordStart(char)) {
      const end = wordEnd(text, at);
      tokens.push({ kind: 'word', text: text.slice(at, end), range: { start: at, end } });
      at = end;
    } else {
      if ('{}()[],:;+.'.includes(char)) tokens.push({ kind: 'mark', text: char, range: { start: at, end: at + 1 } });
      at++;
    }
  }
  return { tokens, comments };
}

function commentEnd(text: string, at: number): number {
  const line = text[at + 1] === '/';
  const found = text.indexOf(line ? '\n' : '*/', at + 2);
  if (found < 0) return text.length;
  if (!line) return found + 2;
  return text[found - 1] === '\r' ? found - 1 : found;
}

function commentAt(text: string, start: number, end: number): Comment {
  let before = start - 1;
  while (before >= 0 && text[before] !== '\n' && /\s/.test(text.charAt(before))) before--;
  return { text: text.slice(start, end), range: { start, end }, ownLine: before < 0 || text[before] === '\n' };
}

function isWordStart(char: string): boolean {
  return /[A-Za-z_$]/.test(char);
}

/** A name, and those behind its dots. */
function wordEnd(text: string, start: number): number {
  let end = start;
  while (
    end < text.length &&
    (/[\w$]/.test(text.charAt(end)) || (text[end] === '.' && isWordStart(text.charAt(end + 1))))
  )
    end++;
  return end;
}

function stringAt(text: string, start: number, quote: string): GroovyToken {
  const triple = text.startsWith(quote.repeat(3), start);
  const close = triple ? quote.repeat(3) : quote;
  let content = '';
  const offsets: number[] = [];
  let at = start + close.length;
  while (at < text.length && !text.startsWith(close, at)) {
    if (!triple && text[at] === '\n') break;
    const length = text[at] === '\\' ? 2 : 1;
    content += length === 2 ? unescaped(text.charAt(at + 1)) : text.charAt(at);
    while (offsets.length < content.length) offsets.push(at);
    at += length;
  }
  const inner = Math.min(at, text.length);
  offsets.push(inner);
  const end = text.startsWith(close, inner) ? inner + close.length : inner;
  const plain = quote === '"' ? withoutExpressions(content) : content;
  return { kind: 'string', text: plain, range: { start, end }, offsets };
}

/** Line ends stay escaped: to the shell that runs the text they continue a line too. */
function unescaped(char: string): string {
  if (char === '\n' || char === '\r') return `\\${char}`;
  return { n: '\n', t: '\t', r: '\r' }[char] ?? char;
}

/** `${env.TAG}` is no name of a shell variable, and what it stands for only the run knows. */
function withoutExpressions(content: string): string {
  let result = '';
  let position = 0;
  for (;;) {
    const start = content.indexOf('${', position);
    const end = start < 0 ? -1 : content.indexOf('}', start);
    if (end < 0) return result + content.slice(position);
    result += `${content.slice(position, start)}\${${'_'.repeat(Math.max(1, end - start - 2))}}`;
    position = end + 1;
  }
}
