/** Patterns of `${X#p}` and `${X/p/r}`: `*` any text, `?` any character, a backslash before `*`, `?` or itself. */
type Token = { readonly kind: 'any' } | { readonly kind: 'one' } | { readonly kind: 'char'; readonly char: string };

export interface Match {
  readonly pattern: string;
  readonly place: 'prefix' | 'suffix' | 'first' | 'all';
  readonly longest: boolean;
  readonly replacement: string;
}

/** `value` with the replacement in place of what the pattern matches; undefined when BuildKit refuses the pattern. */
export function matchPattern(
  value: string,
  { pattern, place, longest, replacement }: Match,
  { unknown, work }: { readonly unknown: string; readonly work: { steps: number } },
): string | undefined {
  const tokens = tokensOf(pattern);
  if (!tokens) return undefined;
  const rounds = place === 'prefix' || place === 'suffix' ? 1 : value.length + 1;
  work.steps -= (value.length + 1) * (tokens.length + 1) * rounds;
  if (work.steps < 0) return unknown;
  const characters = Array.from(value);
  if (place === 'prefix') {
    const length = matchLength(characters, 0, tokens, longest);
    return length === undefined ? value : characters.slice(length).join('');
  }
  if (place === 'suffix') {
    const length = matchLength(characters.toReversed(), 0, tokens.toReversed(), longest);
    return length === undefined ? value : characters.slice(0, characters.length - length).join('');
  }
  return replaced(characters, tokens, place === 'all', replacement);
}

function replaced(characters: readonly string[], tokens: readonly Token[], all: boolean, replacement: string): string {
  const parts: string[] = [];
  let offset = 0;
  let afterMatch = false;
  while (offset <= characters.length) {
    const length = matchLength(characters, offset, tokens, true);
    if (length === undefined || (length === 0 && afterMatch)) {
      parts.push(characters[offset++] ?? '');
      afterMatch = false;
      continue;
    }
    parts.push(replacement);
    offset += length;
    if (!all) break;
    afterMatch = true;
  }
  return parts.join('') + characters.slice(offset).join('');
}

/** How many characters from `start` the pattern takes, found by following all its states at once. */
function matchLength(
  characters: readonly string[],
  start: number,
  tokens: readonly Token[],
  longest: boolean,
): number | undefined {
  let states = spread([0], tokens);
  let found: number | undefined;
  for (let offset = start; ; offset++) {
    if (states.includes(tokens.length)) {
      found = offset - start;
      if (!longest) return found;
    }
    const char = characters[offset];
    if (char === undefined || states.length === 0) return found;
    states = spread(
      states.flatMap((state) => {
        const token = tokens[state];
        if (!token) return [];
        if (token.kind === 'any') return [state];
        return token.kind === 'one' || token.char === char ? [state + 1] : [];
      }),
      tokens,
    );
  }
}

/** The states and those reached from them without a character. */
function spread(states: readonly number[], tokens: readonly Token[]): readonly number[] {
  const all = new Set<number>();
  for (const from of states) {
    for (let state = from; !all.has(state); state++) {
      all.add(state);
      if (tokens[state]?.kind !== 'any') break;
    }
  }
  return [...all];
}

function tokensOf(pattern: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const characters = Array.from(pattern);
  for (let offset = 0; offset < characters.length; offset++) {
    const char = characters[offset] ?? '';
    if (char === '*') tokens.push({ kind: 'any' });
    else if (char === '?') tokens.push({ kind: 'one' });
    else if (char !== '\\') tokens.push({ kind: 'char', char });
    else {
      const next = characters[++offset] ?? '';
      // `}` and `/` are escaped for the sake of the braces around; nothing else may be.
      if (!/^[*?\\}/]$/.test(next)) return undefined;
      tokens.push({ kind: 'char', char: next });
    }
  }
  return tokens;
}
