import type { Severity } from './core/finding.js';

/** The settings of one file, after all configuration files above it and the editor's settings were merged. */
export interface Config {
  readonly profile: 'recommended' | 'strict';
  /** Level by rule id; `off` silences. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** Globs, relative to the folder of the configuration file, of files that are not judged. */
  readonly exclude: readonly string[];
  readonly registries: {
    /** When not empty, images from anywhere else are findings of registry-not-allowed. */
    readonly allowed: readonly string[];
    /** Registries of the organisation itself: their moving and unknown images are trusted. */
    readonly trusted: readonly string[];
  };
  /** Further globs of files to judge, beside the usual names. */
  readonly files: { readonly dockerfile: readonly string[]; readonly compose: readonly string[] };
  /** Language of messages, such as `ja`; undefined follows the editor or the environment. */
  readonly locale?: string;
}

export const DEFAULT_CONFIG: Config = {
  profile: 'recommended',
  rules: {},
  exclude: [],
  registries: { allowed: [], trusted: [] },
  files: { dockerfile: [], compose: [] },
};
