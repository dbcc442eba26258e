import type { Instruction } from './model.js';

export type Keyword = Exclude<Instruction['keyword'], 'UNKNOWN'>;

/** The flags of each instruction that has some. `switch` flags may stand without a value, `list` flags may be repeated. */
export const KEYWORD_FLAGS: Readonly<Record<Keyword, Readonly<Record<string, 'value' | 'switch' | 'list'>>>> = {
  FROM: { platform: 'value' },
  RUN: { mount: 'list', network: 'value', security: 'value', device: 'list' },
  CMD: {},
  ENTRYPOINT: {},
  HEALTHCHECK: {
    interval: 'value',
    timeout: 'value',
    'start-period': 'value',
    'start-interval': 'value',
    retries: 'value',
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
  (Object.keys(KEYWORD_FLAGS) as Keyword[]).map((keyword) => [keyword.toLowerCase(), keyword]),
);

/** The instruction that a word means, in any letter case. */
export function keywordOf(written: string): Keyword | undefined {
  // Lower case, as BuildKit compares: some foreign letters have an ASCII upper case.
  return KEYWORDS.get(written.toLowerCase());
}
