import type { Instruction } from './model.js';

export type Keyword = Exclude<Instruction['keyword'], 'UNKNOWN'>;

/** What a flag takes: any value, a duration, a number, one of some words, or (`switch`) nothing, `true` or `false`. */
export type FlagKind = 'value' | 'list' | 'switch' | 'duration' | 'number' | readonly string[];

/** The flags that each instruction knows, those of the labs channel included. Only a `list` may be repeated. */
const FLAGS: Readonly<Record<Keyword, Readonly<Record<string, FlagKind>>>> = {
  FROM: { platform: 'value' },
  RUN: { mount: 'list', network: ['default', 'none', 'host'], security: ['sandbox', 'insecure'], device: 'list' },
  CMD: {},
  ENTRYPOINT: {},
  HEALTHCHECK: {
    interval: 'duration',
    timeout: 'duration',
    'start-period': 'duration',
    'start-interval': 'duration',
    retries: 'number',
  },
  COPY: { from: 'value', chown: 'value', chmod: 'value', link: 'switch', parents: 'switch', exclude: 'list' },
  ADD: {
    chown: 'value',
    chmod: 'value',
    link: 'switch',
    'keep-git-dir': 'switch',
    checksum: 'value',
    unpack: 'switch',
    exclude: 'list',
  },
  ENV: {},
  ARG: {},
  LABEL: {},
  USER: {},
  WORKDIR: {},
  SHELL: {},
  EXPOSE: {},
  VOLUME: {},
  ONBUILD: {},
  STOPSIGNAL: {},
  MAINTAINER: {},
};

const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  Object.keys(FLAGS).flatMap((it) => (isKeyword(it) ? [[it.toLowerCase(), it]] : [])),
);

/** The instruction that a word means, in any letter case. */
export function keywordOf(written: string): Keyword | undefined {
  // Lower case, as BuildKit compares: some foreign letters have an ASCII upper case.
  return KEYWORDS.get(written.toLowerCase());
}

export function flagKind(keyword: Keyword, flag: string): FlagKind | undefined {
  const flags = FLAGS[keyword];
  return Object.hasOwn(flags, flag) ? flags[flag] : undefined;
}

/** The instruction that a misspelt word most likely means: one letter added, dropped, changed, or two swapped. */
export function nearestKeyword(written: string): Keyword | undefined {
  const word = written.toUpperCase();
  if (word.length > 12) return undefined;
  return [...KEYWORDS.values()].find((it) => isOneSlip(word, it));
}

function isOneSlip(word: string, keyword: string): boolean {
  let start = 0;
  while (start < word.length && word[start] === keyword[start]) start++;
  let end = 0;
  while (end < word.length - start && end < keyword.length - start && word.at(-1 - end) === keyword.at(-1 - end)) end++;
  const left = word.slice(start, word.length - end);
  const right = keyword.slice(start, keyword.length - end);
  if (left.length <= 1 && right.length <= 1) return left.length < word.length;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}

function isKeyword(word: string): word is Keyword {
  return Object.hasOwn(FLAGS, word);
}
