import type { Range } from '../core/text.js';
import { compilePattern, costOf, matches, type PathPattern } from './ignore-pattern.js';

/** A line of a `.dockerignore` that says something. */
export interface IgnoreLine {
  /** Cleaned, without `!`. */
  readonly pattern: string;
  /** `!`: what it names comes back in. */
  readonly includes: boolean;
  /** The line without blanks around it. */
  readonly range: Range;
}

/**
 * What a `.dockerignore` keeps out of a build context, exactly as BuildKit decides it: github.com/moby/patternmatcher,
 * and github.com/tonistiigi/fsutil for the walk. Patterns count in their order, the last one that matches decides, and
 * what a pattern says of a folder holds for all that is in it.
 */
export interface DockerIgnore {
  readonly lines: readonly IgnoreLine[];
  /** A pattern that makes BuildKit refuse the build. */
  readonly invalid?: IgnoreLine;
  /**
   * @param path of a file or folder of the context, forward slashes.
   * @param parent the verdict on the folder that it is in; absent in the context itself.
   */
  readonly judge: (path: string, parent?: IgnoreVerdict) => IgnoreVerdict;
  /** Whether something below an ignored folder may come back in. */
  readonly mayHoldIncluded: (folder: string) => boolean;
  /** How much matching was done, in steps of about equal cost: so that who walks can stop. */
  readonly work: () => number;
}

export interface IgnoreVerdict {
  readonly ignored: boolean;
  /** The line that decides; absent where none matches. */
  readonly by?: IgnoreLine;
  /** Which lines match the path or one of its folders. */
  readonly matched: readonly boolean[];
}

/** Reads the text of an ignore file; an empty one ignores nothing. */
export function parseDockerignore(text: string): DockerIgnore {
  const lines: IgnoreLine[] = [];
  const patterns: PathPattern[] = [];
  let invalid: IgnoreLine | undefined;
  for (const line of linesOf(text)) {
    const read = readLine(line);
    if (!read) continue;
    const compiled = compilePattern(read.pattern);
    if (!compiled) {
      invalid ??= read;
      continue;
    }
    lines.push(read);
    patterns.push(compiled);
  }
  const exceptions = lines
    .filter((it) => it.includes)
    .map((it) => it.pattern.replace(/\/\*\*$/, '').replace(/\/\*$/, ''));
  const anywhere = exceptions.some((it) => /[*[\]?^]/.test(it));
  let work = 0;

  return {
    lines,
    ...(invalid ? { invalid } : {}),
    judge: (path, parent) => {
      const matched = lines.map(() => false);
      let by: IgnoreLine | undefined;
      let ignored = false;
      for (const [index, line] of lines.entries()) {
        let match = parent?.matched[index] === true;
        if (!match) {
          // What would not change the verdict is not asked.
          if (line.includes !== ignored) continue;
          const pattern = patterns[index];
          match = pattern !== undefined && matches(pattern, path);
          work += pattern === undefined ? 1 : costOf(pattern, path);
        }
        if (!match) continue;
        matched[index] = true;
        ignored = !line.includes;
        by = line;
      }
      return { ignored, matched, ...(by ? { by } : {}) };
    },
    mayHoldIncluded: (folder) =>
      exceptions.length > 0 && (anywhere || exceptions.some((it) => `${it}/`.startsWith(`${folder}/`))),
    work: () => work,
  };
}

/** The verdict on a path alone, by those on the folders it is in. */
export function isIgnored(ignore: DockerIgnore, path: string): boolean {
  let verdict: IgnoreVerdict | undefined;
  for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
    verdict = ignore.judge(path.slice(0, end), verdict);
  return ignore.judge(path, verdict).ignored;
}

interface Line {
  readonly text: string;
  readonly start: number;
}

function* linesOf(text: string): Generator<Line> {
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    yield { text: text.slice(start, text[end - 1] === '\r' && end > start ? end - 1 : end), start };
    start = end + 1;
  }
}

/** What BuildKit's reader makes of a line: https://pkg.go.dev/github.com/moby/patternmatcher/ignorefile */
function readLine({ text, start }: Line): IgnoreLine | undefined {
  if (text.startsWith('#')) return undefined;
  const trimmed = trimSpace(text);
  if (trimmed === '') return undefined;
  const from = start + text.indexOf(trimmed);
  const range = { start: from, end: from + trimmed.length };
  const includes = trimmed.startsWith('!');
  const cleaned = cleanPattern(includes ? trimSpace(trimmed.slice(1)) : trimmed);
  // A second `!` counts when the patterns are read once more.
  if (!includes && cleaned.startsWith('!')) return { pattern: cleaned.slice(1), includes: true, range };
  return { pattern: cleaned, includes, range };
}

/** Go's strings.TrimSpace. */
function trimSpace(text: string): string {
  return text.replace(/^[\t\n\v\f\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]+/, '').trimEnd();
}

function cleanPattern(pattern: string): string {
  if (pattern === '') return '';
  const cleaned = cleanPath(pattern);
  return cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
}

/** Go's filepath.Clean: no empty parts, no `.`, and `..` with what stands before it. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!rooted) parts.push(part);
  }
  const joined = parts.join('/');
  if (rooted) return `/${joined}`;
  return joined === '' ? '.' : joined;
}
