import {
  Composer,
  type Document,
  type DocumentOptions,
  type ErrorCode,
  Lexer,
  type Node,
  type ParseOptions,
  Parser,
  type SchemaOptions,
  type YAMLError,
} from 'yaml';
import { lineStartAt } from '../core/edit.js';
import type { Comment, Range } from '../core/text.js';
import { TEXTS } from './texts.js';

/** What the YAML library makes of a text, and what it takes to tell where a half-typed text went wrong. */
export interface Syntax {
  /** The content of each document that has any. */
  readonly documents: readonly Node[];
  readonly comments: readonly Comment[];
  /** In order of the text. */
  readonly errors: readonly SyntaxError[];
  /** Quoted texts of more than one line or without an end. */
  readonly quotes: readonly Range[];
  /** Collections in brackets, in order of their openings; one that is never closed ends with the text. */
  readonly brackets: readonly Range[];
  /** Those of them that are never closed. */
  readonly unclosed: readonly Range[];
}

export interface SyntaxError {
  readonly range: Range;
  readonly template: string;
}

/** No compose file or workflow comes near it; it keeps every recursion of ours shallow. */
export const MAX_DEPTH = 100;

/** Always the core schema: a `%YAML 1.1` line must not turn texts into dates or keys into symbols. */
const OPTIONS: ParseOptions & DocumentOptions & SchemaOptions = {
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  logLevel: 'silent',
};

/** Reads a text as it is. */
export function syntaxOf(text: string): Syntax {
  const parser = new Parser();
  const composer = new Composer(OPTIONS);
  const documents: Document.Parsed[] = [];
  const comments: Comment[] = [];
  const quotes: Range[] = [];
  const brackets: { start: number; end: number }[] = [];
  const open: { start: number; end: number }[] = [];
  let previous = '';
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset;
    const range = { start, end: start + lexeme.length };
    if (previous === SCALAR) previous = '';
    else {
      previous = lexeme;
      const first = lexeme.charAt(0);
      if (first === '#') comments.push(commentAt(text, start, lexeme));
      else if ((first === '"' || first === "'") && !isClosedLine(lexeme)) quotes.push(range);
      else if (first === '[' || first === '{') {
        const bracket = { start, end: text.length };
        open.push(bracket);
        brackets.push(bracket);
      } else if (first === ']' || first === '}') {
        const bracket = open.pop();
        if (bracket) bracket.end = range.end;
      }
    }
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(true, text.length));
  const errors = documents.flatMap((it) => it.errors.map((error) => errorOf(error, text)));
  return {
    documents: documents.flatMap((it) => it.contents ?? []),
    comments,
    errors: errors.sort((a, b) => a.range.start - b.range.start),
    quotes,
    brackets,
    unclosed: open,
  };
}

function isClosedLine(quoted: string): boolean {
  return quoted.length > 1 && quoted.endsWith(quoted.charAt(0)) && !quoted.includes('\n');
}

/** The marker that the lexer puts before a scalar without quotes. */
const SCALAR = '\u001F';

function commentAt(text: string, start: number, lexeme: string): Comment {
  const written = lexeme.replace(/\r$/, '');
  return {
    text: written,
    range: { start, end: start + written.length },
    ownLine: /^[\uFEFF \t]*$/.test(text.slice(lineStartAt(text, start), start)),
  };
}

function errorOf({ code, message, pos }: YAMLError, text: string): SyntaxError {
  const start = Math.min(pos[0], text.length);
  const end = Math.max(start, Math.min(pos[1], text.length));
  return { range: { start, end }, template: templateOf(code, message) };
}

/** The library tells some causes only by its English sentences. */
function templateOf(code: ErrorCode, message: string): string {
  if (code === 'MISSING_CHAR') {
    if (/quote/.test(message)) return TEXTS.unclosedQuote;
    if (/comma|,/.test(message)) return TEXTS.missingComma;
    if (/followed by map values|:/.test(message)) return TEXTS.missingColon;
  }
  return TEMPLATES[code] ?? TEXTS.syntax;
}

const TEMPLATES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_ALIAS: TEXTS.unknownAnchor,
  BAD_DQ_ESCAPE: TEXTS.badEscape,
  BAD_INDENT: TEXTS.badIndentation,
  BAD_SCALAR_START: TEXTS.badScalar,
  BLOCK_AS_IMPLICIT_KEY: TEXTS.badBlock,
  BLOCK_IN_FLOW: TEXTS.badBlock,
  MULTILINE_IMPLICIT_KEY: TEXTS.missingColon,
  RESOURCE_EXHAUSTION: TEXTS.tooDeep,
  TAB_AS_INDENT: TEXTS.tabIndentation,
};
