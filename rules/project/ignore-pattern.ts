/**
 * One pattern as github.com/moby/patternmatcher understands it. Most are a text to compare with; the others become a
 * regular expression there and steps here, which cost the product of the two lengths at most.
 */
export interface PathPattern {
  readonly kind: 'exact' | 'prefix' | 'suffix' | 'steps';
  readonly text: string;
  readonly steps?: readonly Step[];
  /** What the path has to begin with, to hold and to end with, so that the steps are seldom gone through. */
  readonly head: string;
  readonly core: string;
  readonly tail: string;
}

/** A step takes one character, or any number of them. */
type Step =
  | { readonly does: 'one'; readonly fits: (character: string) => boolean; readonly literal?: string }
  /** `*`: `[^/]*`, or what brackets make of it. */
  | { readonly does: 'many'; readonly fits: (character: string) => boolean }
  /** `**` at the end: `.*`. */
  | { readonly does: 'rest' }
  /** `**` before something: `(.*` + `/)?`. */
  | { readonly does: 'folders' }
  /** `^` and `\b`, which patternmatcher leaves to its regular expression: between two characters, empty at the ends. */
  | { readonly does: 'edge'; readonly fits: (before: string, after: string) => boolean };

/** @param pattern cleaned, without `!`. Undefined: BuildKit refuses it. */
export function compilePattern(pattern: string): PathPattern | undefined {
  if (pattern === '' || !isWellFormed(pattern)) return undefined;
  const characters = Array.from(pattern);
  const steps: Step[] = [];
  let kind: PathPattern['kind'] = 'exact';
  let at = 0;
  for (let count = 0; at < characters.length; count++) {
    const character = characters[at++] ?? '';
    if (character === '*' && characters[at] === '*') {
      at++;
      if (characters[at] === '/') at++;
      if (at < characters.length) {
        steps.push({ does: 'folders' });
        kind = 'steps';
      } else if (kind === 'exact') kind = 'prefix';
      else {
        steps.push({ does: 'rest' });
        kind = 'steps';
      }
      if (count === 0) kind = 'suffix';
    } else if (character === '*') {
      steps.push({ does: 'many', fits: (it) => it !== '/' });
      kind = 'steps';
    } else if (character === '?') {
      steps.push(one((it) => it !== '/'));
      kind = 'steps';
    } else if (character === '\\') {
      const escaped = characters[at++] ?? '';
      const edge = EDGES[escaped];
      const fits = escapedClass(escaped);
      if (edge) steps.push({ does: 'edge', fits: edge });
      else if (fits) steps.push(one(fits));
      else return undefined;
      kind = 'steps';
    } else if (character === '[') {
      const group = readGroup(characters, at);
      if (!group) return undefined;
      steps.push(...group.steps);
      at = group.end;
      kind = 'steps';
    } else if (character === ']') {
      steps.push(one((it) => it === ']'));
      kind = 'steps';
    } else if (character === '^') steps.push({ does: 'edge', fits: (before) => before === '' });
    else steps.push({ ...one((it) => it === character), literal: character });
  }
  return kind === 'steps'
    ? { kind, text: pattern, steps, ...literals(steps) }
    : { kind, text: pattern, head: '', core: '', tail: '' };
}

export function matches(pattern: PathPattern, path: string): boolean {
  const { kind, text, steps = [] } = pattern;
  switch (kind) {
    case 'exact':
      return path === text;
    case 'prefix':
      return path.startsWith(text.slice(0, -2));
    case 'suffix': {
      const suffix = text.slice(2);
      return path.endsWith(suffix) || (suffix.startsWith('/') && path === suffix.slice(1));
    }
    default:
      return mayMatch(pattern, path) && runSteps(steps, path);
  }
}

/** Steps of about equal cost that {@link matches} takes. */
export function costOf(pattern: PathPattern, path: string): number {
  return pattern.steps && mayMatch(pattern, path) ? path.length * pattern.steps.length : 1;
}

function mayMatch({ head, core, tail }: PathPattern, path: string): boolean {
  return path.startsWith(head) && path.endsWith(tail) && path.includes(core);
}

/** The runs of literal characters at the start and the end, and the longest one. */
function literals(steps: readonly Step[]): Pick<PathPattern, 'head' | 'core' | 'tail'> {
  const runs = [''];
  for (const step of steps) {
    if (step.does === 'one' && step.literal !== undefined) runs.push((runs.pop() ?? '') + step.literal);
    else runs.push('');
  }
  const core = runs.reduce((longest, it) => (it.length > longest.length ? it : longest), '');
  return { head: runs[0] ?? '', core, tail: runs.at(-1) ?? '' };
}

function one(fits: (character: string) => boolean) {
  return { does: 'one', fits } as const;
}

/** All ways at once: for each beginning of the path whether the steps so far can end there. */
function runSteps(steps: readonly Step[], path: string): boolean {
  const characters = Array.from(path);
  let reached = new Uint8Array(characters.length + 1);
  let next = new Uint8Array(characters.length + 1);
  reached[0] = 1;
  for (const step of steps) {
    afterStep(step, characters, reached, next);
    if (!next.includes(1)) return false;
    [reached, next] = [next, reached];
  }
  return reached.at(-1) === 1;
}

function afterStep(step: Step, characters: readonly string[], reached: Uint8Array, next: Uint8Array): void {
  const { does } = step;
  next[0] = does === 'one' ? 0 : (reached[0] ?? 0);
  if (does === 'edge' && !step.fits('', characters[0] ?? '')) next[0] = 0;
  // Whether the steps before can end somewhere at or before this place, on this line.
  let before = reached[0] === 1;
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    const here = reached[index + 1] === 1;
    let fits: boolean;
    if (does === 'one') fits = reached[index] === 1 && step.fits(character);
    else if (does === 'many') fits = here || (next[index] === 1 && step.fits(character));
    else if (does === 'rest') fits = here || (next[index] === 1 && character !== '\n');
    else if (does === 'edge') fits = here && step.fits(character, characters[index + 1] ?? '');
    else fits = here || (before && character === '/');
    next[index + 1] = fits ? 1 : 0;
    before = (before && character !== '\n') || here;
  }
}

/** Go's filepath.Match has to accept the pattern first: closed brackets with something in them, nothing behind a last `\`. */
function isWellFormed(pattern: string): boolean {
  const characters = Array.from(pattern);
  for (let at = 0; at < characters.length; at++) {
    if (characters[at] === '\\' && ++at >= characters.length) return false;
    if (characters[at] !== '[' || (characters[at - 1] === '\\' && isEscaped(characters, at))) continue;
    const end = endOfGroup(characters, at + 1);
    if (end === undefined) return false;
    at = end;
  }
  return true;
}

/** An odd number of backslashes stands before it. */
function isEscaped(characters: readonly string[], at: number): boolean {
  let count = 0;
  while (characters[at - 1 - count] === '\\') count++;
  return count % 2 === 1;
}

/** Index of the bracket that closes a group, whose members begin at `at`. */
function endOfGroup(characters: readonly string[], at: number): number | undefined {
  let position = characters[at] === '^' ? at + 1 : at;
  for (let members = 0; ; members++) {
    if (characters[position] === ']' && members > 0) return position;
    const low = endOfMember(characters, position);
    if (low === undefined) return undefined;
    position = low;
    if (characters[position] !== '-') continue;
    const high = endOfMember(characters, position + 1);
    if (high === undefined) return undefined;
    position = high;
  }
}

function endOfMember(characters: readonly string[], at: number): number | undefined {
  const character = characters[at];
  if (character === undefined || character === '-' || character === ']') return undefined;
  const end = at + (character === '\\' ? 2 : 1);
  // A group that is not closed is none.
  return end < characters.length ? end : undefined;
}

interface Group {
  readonly steps: readonly Step[];
  readonly end: number;
}

/** The group as the regular expression reads it. */
function readGroup(characters: readonly string[], start: number): Group | undefined {
  const negated = characters[start] === '^';
  const members: ((character: string) => boolean)[] = [];
  let at = negated ? start + 1 : start;
  while (at < characters.length && (characters[at] !== ']' || members.length === 0)) {
    const special = characters[at] ?? '';
    if (special === '*' && characters[at + 1] === '*') {
      // Becomes `(.*/)?`, of which every character is a member here.
      members.push((it) => '(.*/)?'.includes(it));
      at += characters[at + 2] === '/' ? 3 : 2;
      continue;
    }
    if (special === '*' || special === '?') return starInGroup(characters, at, negated, members);
    if (special === '[' && characters[at + 1] === ':') {
      const end = characters.indexOf(']', at);
      const named = characters[end - 1] === ':' ? NAMED[characters.slice(at + 2, end - 1).join('')] : undefined;
      if (characters[end - 1] === ':' && !named) return undefined;
      if (named) {
        members.push((it) => named.test(it));
        at = end + 1;
        continue;
      }
    }
    const escaped = special === '\\' ? (characters[at + 1] ?? '') : undefined;
    const low = escaped ?? special;
    const lowClass = escaped === undefined ? undefined : escapedClass(escaped);
    if (escaped !== undefined && !lowClass) return undefined;
    at += escaped === undefined ? 1 : 2;
    if (characters[at] !== '-' || characters[at + 1] === ']') {
      members.push(lowClass ?? ((it) => it === low));
      continue;
    }
    const highEscaped = characters[at + 1] === '\\';
    const high = characters[at + (highEscaped ? 2 : 1)] ?? '';
    if (code(high) < code(low)) return undefined;
    members.push((it) => code(low) <= code(it) && code(it) <= code(high));
    at += highEscaped ? 3 : 2;
  }
  return { steps: [one((it) => members.some((fits) => fits(it)) !== negated)], end: at + 1 };
}

/**
 * `*` and `?` are replaced inside of brackets as well: `[a*b]` becomes `[a[^/]*b]`, any number of `a`, `[`, `^` and `/`
 * before `b]`.
 */
function starInGroup(
  characters: readonly string[],
  at: number,
  negated: boolean,
  members: readonly ((character: string) => boolean)[],
): Group {
  const fits = (it: string): boolean => ('[^/'.includes(it) || members.some((member) => member(it))) !== negated;
  return { steps: [characters[at] === '?' ? one(fits) : { does: 'many', fits }], end: at + 1 };
}

function code(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** `[[:digit:]]`, of which filepath.Match sees other members, and the regular expression decides. */
const NAMED: Readonly<Record<string, RegExp | undefined>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  lower: /[a-z]/,
  upper: /[A-Z]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t\n\v\f\r ]/,
  word: /\w/,
  xdigit: /[0-9A-Fa-f]/,
};

const isWord = (character: string): boolean => /\w/.test(character);

const EDGES: Readonly<Record<string, ((before: string, after: string) => boolean) | undefined>> = {
  A: (before) => before === '',
  z: (_, after) => after === '',
  b: (before, after) => isWord(before) !== isWord(after),
  B: (before, after) => isWord(before) === isWord(after),
};

const CLASSES: Readonly<Record<string, RegExp | undefined>> = {
  d: /[0-9]/,
  D: /[^0-9]/,
  w: /\w/,
  W: /\W/,
  s: /[\t\n\f\r ]/,
  S: /[^\t\n\f\r ]/,
};

const CONTROLS: Readonly<Record<string, string | undefined>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** What `\x` stands for in Go's regular expressions; undefined: an error there. */
function escapedClass(character: string): ((character: string) => boolean) | undefined {
  const known = CLASSES[character];
  if (known) return (it) => known.test(it);
  const control = CONTROLS[character];
  if (control !== undefined) return (it) => it === control;
  if (/[A-Za-z0-9]/.test(character)) return undefined;
  return (it) => it === character;
}
