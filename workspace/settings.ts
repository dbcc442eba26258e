import { statSync } from 'node:fs';
import path from 'node:path';
import { type Config, type ConfigLayer, DEFAULT_CONFIG, mergeConfig, mergeLayers } from '../rules/config.js';
import { parseConfiguration } from '../rules/configuration/parse.js';
import type { Text } from '../rules/core/message.js';
import { patternOf, rebased } from '../rules/project/glob.js';
import { createListings, type Listings } from './listings.js';
import { readText } from './read.js';
import { repositories } from './repository.js';

export interface SettingsProblem {
  /** The `seaworthy.yaml` it is in. */
  readonly path: string;
  readonly message: Text;
}

export interface FileSettings {
  readonly config: Config;
  /**
   * The folder that all patterns of `config` count from: the repository root, or the root of the file system where there
   * is no repository. Patterns of a `seaworthy.yaml` further down are rewritten to count from here.
   */
  readonly base: string;
  /** The configuration files that count, the nearest last. */
  readonly files: readonly string[];
  /** Configuration files that could not be read or parsed: their path and why. */
  readonly problems: readonly SettingsProblem[];
}

/** The configuration of files, from the `seaworthy.yaml` files above them and what an editor or command line adds. */
export interface Settings {
  /** For a file (or folder) by its absolute path. Cached by folder until {@link Settings.forget}. */
  readonly of: (file: string) => FileSettings;
  /** For what lies in a folder, without asking the disk what the path is. */
  readonly inFolder: (folder: string) => FileSettings;
  /** Drops what is cached, after a configuration file changed. */
  readonly forget: () => void;
}

export interface SettingsOptions {
  /** Only this file counts, as by `--config`. */
  readonly file?: string;
  /** The folder that the patterns of `file` count from; its own when absent. */
  readonly fileBase?: string;
  /** Defaults below the configuration files: an editor's `seaworthy.*` settings by absolute path of the file. */
  readonly defaults?: (file: string) => Partial<Config>;
  /** The folder that patterns of `defaults` count from, such as the editor's workspace folder; the base when absent. */
  readonly defaultsBase?: (file: string) => string | undefined;
  /** Wins over everything: the command line's own options. */
  readonly overrides?: Partial<Config>;
  /** Where what is on the disk is known already. */
  readonly listings?: Listings;
}

/** What one or more configuration files say, patterns already counted from the base. */
interface Layer {
  readonly config: ConfigLayer;
  readonly files: readonly string[];
  readonly problems: readonly SettingsProblem[];
}

/** All that the settings of a folder are made of. */
interface Sources {
  readonly base: string;
  readonly layer: Layer;
  /** The editor's settings, and the folder that their patterns count from. */
  readonly editor: Partial<Config> | undefined;
  readonly editorBase: string;
}

const NOTHING: Layer = { config: {}, files: [], problems: [] };
const NAMES = ['seaworthy.yaml', 'seaworthy.yml'];

export function createSettings(options: SettingsOptions): Settings {
  const layers = new Map<string, Layer>();
  const { listings = createListings() } = options;
  const exists = (file: string): boolean => listings.typeOf(file) !== undefined;
  const repositoryOf = repositories(exists);
  const settings = new Map<string, { readonly sources: Sources; readonly result: FileSettings }>();

  const layerOf = (folder: string, base: string): Layer => {
    const known = layers.get(folder);
    if (known) return known;
    const above = folder === base ? NOTHING : layerOf(path.dirname(folder), base);
    const own = NAMES.map((it) => path.join(folder, it)).find(exists);
    const layer = own === undefined ? above : over(readLayer(own, folder, base), above);
    layers.set(folder, layer);
    return layer;
  };

  const baseOf = (folder: string): string => repositoryOf(folder) ?? path.parse(folder).root;

  const sourcesOf = (folder: string, base: string): Sources => ({
    base,
    layer: options.file === undefined ? layerOf(folder, base) : layerOfFile(options.file, base),
    ...editorSources(path.join(folder, 'Dockerfile'), base, options),
  });

  const layerOfFile = (file: string, base: string): Layer => {
    const known = layers.get(base) ?? readLayer(file, options.fileBase ?? path.dirname(file), base);
    layers.set(base, known);
    return known;
  };

  const inFolder = (folder: string): FileSettings => {
    const known = settings.get(folder);
    if (known) return known.result;
    const base = baseOf(folder);
    const sources = sourcesOf(folder, base);
    const parent = path.dirname(folder);
    if (folder !== base) inFolder(parent);
    const above = settings.get(parent);
    // Folders that are configured alike have one configuration: what is computed from it is computed once.
    const result = above && isSame(above.sources, sources) ? above.result : merged(sources, options.overrides);
    settings.set(folder, { sources, result });
    return result;
  };

  return {
    of: (file) => inFolder(isFolder(file) ? file : path.dirname(file)),
    inFolder,
    forget: () => {
      layers.clear();
      repositoryOf.forget();
      settings.clear();
      listings.forget();
    },
  };
}

/** A path as `kindOf`, `isExcluded` and the patterns of a configuration take it. */
export function relativePath(base: string, file: string): string {
  const relative = path.relative(base, file);
  return path.sep === '/' ? relative : relative.replaceAll(path.sep, '/');
}

function readLayer(file: string, folder: string, base: string): Layer {
  const files = [file];
  const read = readText(file);
  if ('problem' in read) return { config: {}, files, problems: [{ path: file, message: read.problem }] };
  const { layer, notices } = parseConfiguration(read.text);
  const broken = notices.filter((it) => it.code === 'syntax');
  return {
    config: counted(layer, folder, base),
    files,
    problems: broken.map(({ message }) => ({ path: file, message })),
  };
}

function over(nearer: Layer, above: Layer): Layer {
  return {
    config: mergeLayers(above.config, nearer.config),
    files: [...above.files, ...nearer.files],
    problems: [...above.problems, ...nearer.problems],
  };
}

function editorSources(
  file: string,
  base: string,
  { defaults, defaultsBase }: SettingsOptions,
): Pick<Sources, 'editor' | 'editorBase'> {
  return { editor: defaults?.(file), editorBase: defaultsBase?.(file) ?? base };
}

function isSame(one: Sources, other: Sources): boolean {
  return (
    one.base === other.base &&
    one.layer === other.layer &&
    one.editor === other.editor &&
    one.editorBase === other.editorBase
  );
}

function merged({ base, layer, editor, editorBase }: Sources, overrides: Partial<Config> = {}): FileSettings {
  const defaults = editor === undefined ? {} : counted(editor, editorBase, base);
  const config = mergeConfig(mergeConfig(mergeConfig(DEFAULT_CONFIG, defaults), layer.config), overrides);
  return { config: withFilesOfSets(config, base), base, files: layer.files, problems: layer.problems };
}

/** The configuration with patterns that count from the base instead of from `folder`, and with whole paths of files. */
function counted({ exclude, files, compose, ...others }: ConfigLayer, folder: string, base: string): ConfigLayer {
  const below = relativePath(base, folder);
  const all = (patterns: readonly string[]): readonly string[] =>
    below === '' ? patterns : patterns.map((it) => rebased(it, below));
  const whole = (file: string): string => path.resolve(folder, file).replaceAll('\\', '/');
  return {
    ...others,
    ...(exclude ? { exclude: all(exclude) } : {}),
    files: {
      ...(files?.dockerfile ? { dockerfile: all(files.dockerfile) } : {}),
      ...(files?.compose ? { compose: all(files.compose) } : {}),
    },
    ...(compose?.sets ? { compose: { sets: compose.sets.map((it) => it.map(whole)) } } : {}),
  };
}

/** What a set of compose files names is judged as one, whatever its name. */
function withFilesOfSets(config: Config, base: string): Config {
  const { files, compose } = config;
  const named = compose.sets.flat().map((it) => relativePath(base, it));
  const patterns = named.filter((it) => it !== '' && !/^\.\.(?:\/|$)/.test(it)).map(patternOf);
  return patterns.length === 0 ? config : { ...config, files: { ...files, compose: [...files.compose, ...patterns] } };
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
