import type { Config } from '../rules/config.js';
import type { Text } from '../rules/core/message.js';

export interface SettingsProblem {
  /** The `seaworthy.yaml` it is in. */
  readonly path: string;
  readonly message: Text;
}

export interface FileSettings {
  readonly config: Config;
  /** The folder that relative patterns of the configuration count from: that of the nearest `seaworthy.yaml`, else the repository root. */
  readonly base: string;
  /** Configuration files that could not be read or parsed: their path and why. */
  readonly problems: readonly SettingsProblem[];
}

/** The configuration of files, from the `seaworthy.yaml` files above them and what an editor or command line adds. */
export interface Settings {
  /** For a file (or folder) by its absolute path. Cached by folder until {@link Settings.forget}. */
  readonly of: (file: string) => FileSettings;
  /** Drops what is cached, after a configuration file changed. */
  readonly forget: () => void;
}

export interface SettingsOptions {
  /** Only this file counts, as by `--config`. */
  readonly file?: string;
  /** Defaults below the configuration files: an editor's `seaworthy.*` settings by absolute path of the file. */
  readonly defaults?: (file: string) => Partial<Config>;
  /** Wins over everything: the command line's own options. */
  readonly overrides?: Partial<Config>;
}

export function createSettings(options: SettingsOptions): Settings {
  throw new Error(`not yet: ${String(options)}`);
}
