import { isSecretName, judgeSecret } from '../rules/secrets/judge.js';
import { findTokens } from '../rules/secrets/tokens.js';

export const MASK = '***';

/** Longer lines are not searched but hidden whole. */
const MAX_LINE = 10_000;

/** `NAME=value`, `NAME: value`, `"NAME": "value"`, `--name=value`. */
const ASSIGNMENT = /(?<![\w.-])-{0,2}([A-Za-z_][\w.-]*)["']?(\s*[=:]\s*)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"',;]+)/g;
/** `ENV NAME value`, `--password value`. */
const SPACED =
  /(?:\b(?:ENV|ARG|LABEL)\s+|(?<![\w.-])--?)([A-Za-z_][\w.-]*)(\s+)("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"']\S*)/gi;
const URL_PASSWORD = /:\/\/[^\s/:@]*:([^\s/@]+)@/g;
/** `-u name:password`. */
const USER_PASSWORD = /(?<![\w-])(?:-u|--user)[\s=]+["']?[^\s:"']+:([^\s"']+)/g;
/** A line of .netrc. */
const NETRC = /\blogin\s+\S+\s+password\s+([^\s"']+)/g;
const AUTHORIZATION = /\b(?:Bearer|Basic)\s+([A-Za-z0-9+/=._~-]{8,})/g;
/** Every token has so long a run of characters, or is the start of a private key. */
const TOKEN_LIKE = /[\w+/=.:-]{16}|-----BEGIN/;
const VARIABLE = /^["']?\$(?:\{[^}]*\}|\w+|\([^)]*\))["']?$/;
/** What is left of `${NAME:?}` and `${NAME:-}` behind the colon. */
const OPERATOR = /^[?-]\}$/;

/**
 * A line as it may be shown: what is or may be a secret is hidden. Rather too much than too little, as nobody can take
 * back what a public CI log has shown.
 */
export function maskLine(line: string): string {
  if (line.length > MAX_LINE) return MASK;
  const tokens = TOKEN_LIKE.test(line)
    ? hideRanges(
        line,
        findTokens(line).map((it) => it.range),
      )
    : line;
  return tokens
    .replace(ASSIGNMENT, (all: string, name: string, between: string, value: string) =>
      isSecret(name, value) ? all.slice(0, all.length - value.length - between.length) + between + MASK : all,
    )
    .replace(SPACED, (all: string, name: string, _between: string, value: string) =>
      isSecret(name, value) ? all.slice(0, all.length - value.length) + MASK : all,
    )
    .replace(URL_PASSWORD, hideGroup)
    .replace(USER_PASSWORD, hideGroup)
    .replace(NETRC, hideGroup)
    .replace(AUTHORIZATION, hideGroup);
}

/** The same for a text of several lines. */
export function maskText(text: string): string {
  return text
    .split('\n')
    .map((it) => maskLine(it))
    .join('\n');
}

function isSecret(name: string, value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, '');
  if (!isSecretName(name) || /-stdin$/i.test(name) || bare === '' || bare === MASK || VARIABLE.test(value))
    return false;
  if (OPERATOR.test(bare)) return false;
  return judgeSecret(name, bare) !== 'harmless';
}

function hideGroup(all: string, value: string): string {
  if (VARIABLE.test(value) || value.includes(MASK)) return all;
  const start = all.lastIndexOf(value);
  return all.slice(0, start) + MASK + all.slice(start + value.length);
}

function hideRanges(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  let result = '';
  let position = 0;
  for (const { start, end } of ranges) {
    if (start < position) continue;
    result += text.slice(position, start) + MASK;
    position = end;
  }
  return result + text.slice(position);
}
