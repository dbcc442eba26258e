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
    /** Registries that scan every image that is pushed to them. */
    readonly scanned?: readonly string[];
  };
  /** Further globs of files to judge, beside the usual names. */
  readonly files: { readonly dockerfile: readonly string[]; readonly compose: readonly string[] };
  readonly compose: {
    /**
     * Files that compose reads together, as with `-f`, in order; absolute paths with forward slashes once a configuration
     * file's or editor's place is known. A file counts with the first set that names it.
     */
    readonly sets: readonly (readonly string[])[];
  };
  /** Further ports that machines are operated by, as they are written: numbers. */
  readonly ports: { readonly admin: readonly string[] };
  /** Language of messages, such as `ja`; undefined follows the editor or the environment. */
  readonly locale?: string;
}

/** What one configuration file or one editor says: whatever it leaves out comes from the one above it. */
export interface ConfigLayer {
  readonly profile?: Config['profile'];
  readonly rules?: Config['rules'];
  readonly exclude?: readonly string[];
  readonly registries?: Partial<Config['registries']>;
  readonly files?: Partial<Config['files']>;
  readonly compose?: Partial<Config['compose']>;
  readonly ports?: Partial<Config['ports']>;
  readonly locale?: string;
}

export const DEFAULT_CONFIG: Config = {
  profile: 'recommended',
  rules: {},
  exclude: [],
  registries: { allowed: [], trusted: [], scanned: [] },
  files: { dockerfile: [], compose: [] },
  compose: { sets: [] },
  ports: { admin: [] },
};

/** `nearer` wins key by key, rule by rule; a list is one value. */
export function mergeConfig(above: Config, nearer: ConfigLayer): Config {
  return {
    ...above,
    ...nearer,
    rules: { ...above.rules, ...nearer.rules },
    registries: { ...above.registries, ...nearer.registries },
    files: { ...above.files, ...nearer.files },
    compose: { ...above.compose, ...nearer.compose },
    ports: { ...above.ports, ...nearer.ports },
  };
}

/** The same for two layers. */
export function mergeLayers(above: ConfigLayer, nearer: ConfigLayer): ConfigLayer {
  return {
    ...above,
    ...nearer,
    rules: { ...above.rules, ...nearer.rules },
    registries: { ...above.registries, ...nearer.registries },
    files: { ...above.files, ...nearer.files },
    compose: { ...above.compose, ...nearer.compose },
    ports: { ...above.ports, ...nearer.ports },
  };
}
