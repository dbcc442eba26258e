import type { Connection } from 'vscode-languageserver';
import type { Config } from '../rules/config.js';
import { pathOf } from './uri.js';

/** The editor's `seaworthy.*` settings by folder. What is asked for synchronously is what was fetched last. */
export interface EditorSettings {
  readonly of: (file: string) => Partial<Config>;
  /** The workspace folder that a file lies in: patterns in the settings count from there. */
  readonly folderOf: (file: string) => string | undefined;
  /** Whether registries may be asked: a setting of the user, which no folder has a say in. */
  readonly askRegistry: () => boolean;
  /** Fetches them anew for these folders (URIs) and for files outside of all. */
  readonly fetch: (folders: readonly string[]) => Promise<void>;
}

export function createEditorSettings(connection: Connection, supported: boolean): EditorSettings {
  let byFolder: readonly (readonly [folder: string, settings: Partial<Config>])[] = [];
  let elsewhere: Partial<Config> = {};
  let askRegistry = false;
  const around = (file: string): (typeof byFolder)[number] | undefined =>
    byFolder.find(([folder]) => file.startsWith(folder) || folder.startsWith(file));
  return {
    of: (file) => around(file)?.[1] ?? elsewhere,
    folderOf: (file) => around(file)?.[0],
    askRegistry: () => askRegistry,
    fetch: async (folders) => {
      if (!supported) return;
      const items = [{ section: 'seaworthy' }, ...folders.map((scopeUri) => ({ section: 'seaworthy', scopeUri }))];
      const answers: unknown[] = await connection.workspace.getConfiguration(items);
      elsewhere = configOf(answers[0]);
      askRegistry = property(answers[0], 'askRegistry') === true;
      byFolder = folders
        .map((uri, index) => [withSeparator(pathOf(uri) ?? uri), configOf(answers[index + 1])] as const)
        // The innermost folder decides.
        .sort(([first], [second]) => second.length - first.length);
    },
  };
}

function withSeparator(folder: string): string {
  return /[\\/]$/.test(folder) ? folder : `${folder}${folder.includes('\\') ? '\\' : '/'}`;
}

/** Only what is of the right shape: a wrong value in the settings costs that value. */
function configOf(value: unknown): Partial<Config> {
  const profile = property(value, 'profile');
  const registries = property(value, 'registries');
  const files = property(value, 'files');
  const locale = property(value, 'locale');
  return {
    ...(profile === 'strict' || profile === 'recommended' ? { profile } : {}),
    rules: levels(property(value, 'rules')),
    exclude: strings(property(value, 'exclude')),
    registries: {
      allowed: strings(property(registries, 'allowed')),
      trusted: strings(property(registries, 'trusted')),
      scanned: strings(property(registries, 'scanned')),
    },
    files: { dockerfile: strings(property(files, 'dockerfile')), compose: strings(property(files, 'compose')) },
    ports: { admin: strings(property(property(value, 'ports'), 'admin')) },
    compose: { sets: listed(property(property(value, 'compose'), 'sets')).map(strings) },
    ...(typeof locale === 'string' && locale !== '' ? { locale } : {}),
  };
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function strings(value: unknown): readonly string[] {
  return listed(value).filter((it): it is string => typeof it === 'string');
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function levels(value: unknown): Config['rules'] {
  const result: Record<string, Config['rules'][string]> = {};
  if (typeof value !== 'object' || value === null) return result;
  for (const [id, level] of Object.entries(value)) {
    if (level === 'off' || level === 'info' || level === 'warning' || level === 'error') result[id] = level;
  }
  return result;
}
