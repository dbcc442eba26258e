/** More than anyone writes by hand; braces beyond it are taken literally. */
const MAX_ALTERNATIVES = 64;

/**
 * Whether a pattern of the configuration covers `path` (forward slashes, relative to the folder the pattern counts from).
 * `*`, `?` and `[a-z]` stay within a name, `**` spans folders, `{a,b}` lists alternatives, `\` takes the next character
 * literally. A pattern without a slash counts in every folder; a folder's pattern covers what is below it. Time grows
 * with the product of the two lengths at most.
 */
export function coveredBy(path: string, pattern: string): boolean {
  const names = path.split('/');
  return alternatives(anchored(pattern)).some((it) => covers(it.split('/'), names));
}

/** The pattern that says from an outer folder what `pattern` says from `folder`, a path relative to that outer folder. */
export function rebased(pattern: string, folder: string): string {
  if (folder === '') return pattern;
  return `${escaped(folder)}/${anchored(pattern)}`;
}

/** The pattern of one file, by its path from the folder that the pattern counts from. */
export function patternOf(path: string): string {
  return `/${escaped(path)}`;
}

function escaped(path: string): string {
  return path.replace(/[\\*?[\]{},!]/g, (it) => `\\${it}`);
}

function anchored(pattern: string): string {
  const trimmed = pattern.replace(/^\.\//, '').replace(/\/$/, '');
  if (trimmed.startsWith('/')) return trimmed.slice(1);
  return trimmed.includes('/') ? trimmed : `**/${trimmed}`;
}

/** Replaces the first group of braces by each of its alternatives, until none is left. */
function alternatives(pattern: string): readonly string[] {
  let open = [pattern];
  for (;;) {
    const expanded = open.map(expandFirst);
    const next = expanded.flat();
    if (next.length > MAX_ALTERNATIVES || expanded.every((it) => it.length === 1)) return open;
    open = next;
  }
}

function expandFirst(pattern: string): readonly string[] {
  const group = firstGroup(pattern);
  if (group === undefined) return [pattern];
  const before = pattern.slice(0, group.start);
  const after = pattern.slice(group.end);
  return group.parts.map((it) => before + it + after);
}

interface Group {
  readonly start: number;
  readonly end: number;
  readonly parts: readonly string[];
}

/** The first `{a,b}` with at least one comma of its own, from its brace to behind the closing one. */
function firstGroup(pattern: string): Group | undefined {
  const open: { readonly start: number; readonly commas: number[] }[] = [];
  let first: Group | undefined;
  for (let position = 0; position < pattern.length; position++) {
    const character = pattern[position];
    if (character === '\\') position++;
    else if (character === '{') open.push({ start: position, commas: [] });
    else if (character === ',') open.at(-1)?.commas.push(position);
    else if (character === '}') {
      const closed = open.pop();
      if (closed && closed.commas.length > 0 && !(first && first.start < closed.start))
        first = {
          start: closed.start,
          end: position + 1,
          parts: partsOf(pattern, [closed.start, ...closed.commas, position]),
        };
      if (first && open.length === 0) return first;
    }
  }
  return first;
}

/** What stands between each of these places and the next. */
function partsOf(pattern: string, places: readonly number[]): readonly string[] {
  return places.slice(1).map((place, index) => pattern.slice((places[index] ?? 0) + 1, place));
}

/** Whether the pattern's names match the path or one of the folders it lies in. Only the last `**` needs to be tried again. */
function covers(pattern: readonly string[], path: readonly string[]): boolean {
  let position = 0;
  let name = 0;
  let retryPattern = -1;
  let retryName = 0;
  for (;;) {
    const wanted = pattern[position];
    if (wanted === undefined) return true;
    if (wanted === '**') {
      // Behind a last `**` there has to be something: `a/**` covers what is in a, and a itself is a folder.
      if (position === pattern.length - 1) return name < path.length;
      retryPattern = ++position;
      retryName = name;
      continue;
    }
    const found = path[name];
    if (found !== undefined && nameMatches(wanted, found)) {
      position++;
      name++;
      continue;
    }
    if (retryPattern < 0 || retryName >= path.length) return false;
    position = retryPattern;
    name = ++retryName;
  }
}

function nameMatches(pattern: string, name: string): boolean {
  let position = 0;
  let offset = 0;
  let retryPattern = -1;
  let retryOffset = 0;
  while (offset < name.length) {
    if (pattern[position] === '*') {
      retryPattern = ++position;
      retryOffset = offset;
      continue;
    }
    const length = matchOne(pattern, position, name[offset] ?? '');
    if (length > 0) {
      position += length;
      offset++;
      continue;
    }
    if (retryPattern < 0) return false;
    position = retryPattern;
    offset = ++retryOffset;
  }
  while (pattern[position] === '*') position++;
  return position === pattern.length;
}

/** How many characters of the pattern at `position` match `character`; 0: they do not. */
function matchOne(pattern: string, position: number, character: string): number {
  const wanted = pattern[position];
  if (wanted === undefined) return 0;
  if (wanted === '?') return 1;
  if (wanted === '\\' && position + 1 < pattern.length) return pattern[position + 1] === character ? 2 : 0;
  if (wanted === '[') {
    const end = pattern.indexOf(']', position + 2);
    if (end > 0) return inClass(pattern.slice(position + 1, end), character) ? end + 1 - position : 0;
  }
  return wanted === character ? 1 : 0;
}

function inClass(members: string, character: string): boolean {
  const negated = members.startsWith('!') || members.startsWith('^');
  let found = false;
  for (let position = negated ? 1 : 0; position < members.length; position++) {
    const low = members[position] ?? '';
    const range = members[position + 1] === '-' && position + 2 < members.length;
    const high = range ? (members[position + 2] ?? low) : low;
    if (low <= character && character <= high) found = true;
    if (range) position += 2;
  }
  return found !== negated;
}
