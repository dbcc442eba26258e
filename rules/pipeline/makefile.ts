import type { Range } from '../core/text.js';
import type { ShellScript } from '../shell/model.js';
import { parseScript } from '../shell/parse.js';

/** A target of a Makefile or a recipe of a justfile. */
export interface MakeTarget {
  readonly name: string;
  /** Targets that run before it. */
  readonly needs: readonly string[];
  readonly script: ShellScript;
  /** Whether a `-` before the command at this offset hides its failure. */
  readonly ignoresFailure: (offset: number) => boolean;
}

/** The targets of a Makefile by name; variables that make replaces become unknown ones of the shell. */
export function makeTargets(text: string): ReadonlyMap<string, MakeTarget> {
  return targetsOf(text, makeHeader, (line) =>
    line.replaceAll(/\$\([^()\n]{1,200}\)|\$\{[^{}\n]{1,200}\}/g, expansionOf).replaceAll('$$', ' $'),
  );
}

/** The recipes of a justfile by name. */
export function justRecipes(text: string): ReadonlyMap<string, MakeTarget> {
  return targetsOf(text, justHeader, (line) => line.replaceAll(/\{\{[^{}\n]{1,200}\}\}/g, expansionOf));
}

interface Header {
  readonly names: readonly string[];
  readonly needs: readonly string[];
}

function makeHeader(line: string): Header | undefined {
  const found = /^([\w.%/-][^:=#\t]{0,300}?)[ ]*::?(?!=)([^#\n=]{0,1000})/.exec(line);
  return found ? { names: wordsOf(found[1] ?? ''), needs: wordsOf(found[2] ?? '') } : undefined;
}

function justHeader(line: string): Header | undefined {
  const found = /^@?([A-Za-z_][\w-]{0,100})([^:\n]{0,300}):(?!=)([^#\n]{0,300})/.exec(line);
  return found ? { names: [found[1] ?? ''], needs: wordsOf(found[3] ?? '') } : undefined;
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[\s|&]+/).filter((it) => /^[\w.%/-]+$/.test(it));
}

function targetsOf(
  text: string,
  headerOf: (line: string) => Header | undefined,
  masked: (line: string) => string,
): ReadonlyMap<string, MakeTarget> {
  const targets = new Map<string, MakeTarget>();
  let header: Header | undefined;
  let body: Range | undefined;
  const finish = (): void => {
    if (!header) return;
    const script = recipe(text, body ?? { start: 0, end: 0 }, masked);
    for (const name of header.names)
      if (!targets.has(name) || body) targets.set(name, { name, needs: header.needs, ...script });
    header = undefined;
    body = undefined;
  };
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found + 1;
    const line = text.slice(start, end);
    if (/^[\t ]+\S/.test(line) && header) body = { start: body?.start ?? start, end };
    else if (/^\S/.test(line) && !line.startsWith('#')) {
      finish();
      header = headerOf(line);
    }
    start = end;
  }
  finish();
  return targets;
}

/** The lines of a recipe as one script; `@`, `-` and `+` before a command are no part of it. */
function recipe(
  text: string,
  { start, end }: Range,
  masked: (line: string) => string,
): Pick<MakeTarget, 'script' | 'ignoresFailure'> {
  const ignoring: Range[] = [];
  const program = text
    .slice(start, end)
    .split('\n')
    .map((line) => /^([ \t]*)([@+-]{0,4})(.*)$/s.exec(line) ?? [])
    .reduce((before, [whole = '', indentation = '', marks = '', rest = '']) => {
      const at = start + before.length;
      if (marks.includes('-')) ignoring.push({ start: at, end: at + whole.length });
      return `${before}${indentation}${' '.repeat(marks.length)}${masked(rest)}\n`;
    }, '');
  const at = (offset: number): number => Math.min(start + offset, end);
  return {
    script: parseScript({ program, language: 'posix', at }),
    ignoresFailure: (offset) => ignoring.some((it) => it.start <= offset && offset < it.end),
  };
}

function expansionOf(written: string): string {
  return `\${${'_'.repeat(Math.max(1, written.length - 3))}}`;
}
