import type { Equivalents, RegisteredRule } from '../rule.js';

export type Tool = keyof Equivalents;

/** Our rules by the ids of other tools, from what the rules themselves declare. Unknown ids mean no rule. */
export interface PeerIds {
  readonly rulesOf: (tool: Tool, ids: readonly string[]) => ReadonlySet<string>;
  /** Our rules that the tool has an equivalent of. */
  readonly knownTo: (tool: Tool) => ReadonlySet<string>;
  /** Our rules about secrets: what gitleaks looks for. */
  readonly secrets: ReadonlySet<string>;
}

export function peerIdsOf(rules: readonly RegisteredRule[]): PeerIds {
  const withIds = (tool: Tool, isMeant: (id: string) => boolean): ReadonlySet<string> =>
    new Set(rules.filter((it) => it.equivalents[tool]?.some((id) => isMeant(normal(tool, id)))).map((it) => it.id));
  return {
    rulesOf: (tool, ids) => {
      const wanted = ids.map((it) => normal(tool, it));
      return withIds(tool, (id) => wanted.some((it) => means(tool, it, id)));
    },
    knownTo: (tool) => withIds(tool, () => true),
    secrets: new Set(rules.filter((it) => it.practice.folder === 'no-secrets-in-images').map((it) => it.id)),
  };
}

/** Ids as they are compared: each tool has its own spellings of one id. */
function normal(tool: Tool, id: string): string {
  const written = id.trim();
  if (tool === 'trivy') return written.toUpperCase().replace(/^(?:AVD-)?DS-?0*(\d+)$/, 'DS-$1');
  if (tool === 'buildkit' || tool === 'kics' || tool === 'dclint') return written.toLowerCase();
  return written;
}

function means(tool: Tool, written: string, id: string): boolean {
  if (written === id) return true;
  // A Semgrep id is a path of which people write the last part only, or more of it than we list.
  if (tool === 'semgrep') return id.endsWith(`.${written}`) || written.endsWith(`.${id}`);
  if (tool === 'trivy' && written.includes('*')) return matchesWildcard(written, id);
  return false;
}

/** `*` stands for anything. Each part is searched behind the one before it, so the time is linear. */
function matchesWildcard(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop() ?? '';
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  let position = first.length;
  for (const part of others) {
    const found = text.indexOf(part, position);
    if (found < 0) return false;
    position = found + part.length;
  }
  return position <= text.length - last.length;
}
