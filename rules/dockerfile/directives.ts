import { skipSpace } from './characters.js';
import { type Lines, lineRange } from './lines.js';
import type { Directive, ParseError } from './model.js';
import { TEXTS } from './texts.js';

const NAMES = new Set(['syntax', 'escape', 'check']);

export interface Directives {
  readonly directives: readonly Directive[];
  readonly escape: '\\' | '`';
  readonly errors: readonly ParseError[];
  /** The first line that is none. */
  readonly firstLine: number;
}

/** Reads `# name=value` lines at the top; the first line that is no known directive ends them. */
export function readDirectives(lines: Lines): Directives {
  const directives: Directive[] = [];
  const errors: ParseError[] = [];
  let escape: '\\' | '`' = '\\';
  let line = 0;
  for (; line < lines.starts.length; line++) {
    const directive = directiveOn(lines, line);
    if (!directive || !NAMES.has(directive.name)) break;
    const { name, value } = directive;
    if (directives.some((it) => it.name === name))
      errors.push({ range: directive.range, message: { template: TEXTS.directiveTwice, data: { name } } });
    else if (name === 'escape') {
      if (value.value === '\\' || value.value === '`') escape = value.value;
      else errors.push({ range: value.range, message: { template: TEXTS.badEscape, data: { value: value.value } } });
    }
    directives.push(directive);
  }
  return { directives, escape, errors, firstLine: line };
}

function directiveOn(lines: Lines, line: number): Directive | undefined {
  const { start: from, end } = lineRange(lines, line);
  const start = skipSpace(lines.text, from, end);
  const text = lines.text.slice(start, end);
  const head = /^#[\t\n\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*/.exec(text);
  const value = head ? text.slice(head[0].length).trimEnd() : '';
  if (!head || value === '') return undefined;
  const valueStart = start + head[0].length;
  return {
    name: (head[1] ?? '').toLowerCase(),
    value: { value, range: { start: valueStart, end: valueStart + value.length } },
    range: { start, end: valueStart + value.length },
  };
}
