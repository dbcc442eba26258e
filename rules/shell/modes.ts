/** What a mode given to chmod, `mkdir -m` or `COPY --chmod` turns on. */
export interface Mode {
  /** Everybody in the container may write. */
  readonly othersWrite: boolean;
  readonly setUser: boolean;
  readonly setGroup: boolean;
  /** In a folder only the owner of a file may delete it, as in /tmp. */
  readonly sticky: boolean;
}

/** Reads `0755`, `u+s`, `a=rwx,o-w`; absent when it is no mode, or one that a variable hides. */
export function readMode(text: string): Mode | undefined {
  if (/^[0-7]{1,5}$/.test(text)) return ofNumber(Number.parseInt(text, 8));
  const clauses = text.split(',').map(readClause);
  if (clauses.length > 20) return undefined;
  let mode: Mode = { othersWrite: false, setUser: false, setGroup: false, sticky: false };
  for (const clause of clauses) {
    if (!clause) return undefined;
    mode = applied(mode, clause);
  }
  return mode;
}

/** The same mode without the right of everybody to write; absent when nothing would be left of it. */
export function withoutOthersWrite(text: string): string | undefined {
  if (/^[0-7]{3,5}$/.test(text)) {
    const last = Number(text.at(-1)) & ~2;
    return text.slice(0, -1) + String(last);
  }
  const clauses = text.split(',').flatMap((it) => {
    const clause = readClause(it);
    return clause && applied(NOTHING, clause).othersWrite ? narrowed(clause) : [it];
  });
  return clauses.length === 0 ? undefined : clauses.join(',');
}

const NOTHING: Mode = { othersWrite: false, setUser: false, setGroup: false, sticky: false };

function ofNumber(bits: number): Mode {
  return {
    othersWrite: (bits & 0o2) !== 0,
    setUser: (bits & 0o4000) !== 0,
    setGroup: (bits & 0o2000) !== 0,
    sticky: (bits & 0o1000) !== 0,
  };
}

interface Clause {
  readonly who: string;
  readonly operator: string;
  readonly rights: string;
}

function readClause(text: string): Clause | undefined {
  const [, who = '', operator = '', rights = ''] = /^([ugoa]{0,4})([-+=])([rwxXstugo]{0,6})$/.exec(text) ?? [];
  return operator === '' ? undefined : { who, operator, rights };
}

function applied(mode: Mode, { who, operator, rights }: Clause): Mode {
  const others = who.includes('o') || who.includes('a');
  const everyone = who === '' || who.includes('a');
  const on = operator !== '-';
  // Without a who the umask decides, and no image has one that lets everybody write.
  const write = others && (rights.includes('w') || (rights === 'u' && on));
  return {
    othersWrite: write ? on : others && operator === '=' ? false : mode.othersWrite,
    setUser: rights.includes('s') && (everyone || who.includes('u')) ? on : mode.setUser,
    setGroup: rights.includes('s') && (everyone || who.includes('g')) ? on : mode.setGroup,
    sticky: rights.includes('t') ? on : mode.sticky,
  };
}

/** `a+rwx` as `ug+rwx,o+rx`; `o+w` as nothing. */
function narrowed({ who, operator, rights }: Clause): readonly string[] {
  const rest = rights === 'u' ? '' : rights.replaceAll('w', '');
  const owners = who.includes('a') ? 'ug' : who.replaceAll('o', '');
  return [...(owners === '' ? [] : [`${owners}${operator}${rights}`]), ...(rest === '' ? [] : [`o${operator}${rest}`])];
}
