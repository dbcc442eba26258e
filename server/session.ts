import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Connection, InitializeParams, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { render, type Text, type Translations } from '../rules/core/message.js';
import { createListings, type Listings } from '../workspace/listings.js';
import { createProjects, type Projects } from '../workspace/project.js';
import { isWithin } from '../workspace/repository.js';
import { createSettings, type Settings } from '../workspace/settings.js';
import { loadTranslations } from '../workspace/translations.js';
import {
  type ClientFeatures,
  clientFeatures,
  type InitializationOptions,
  initializationOptions,
} from './client-features.js';
import { createEditorSettings, type EditorSettings } from './editor-settings.js';
import { pathOf } from './uri.js';

/** What one connection knows. Verdicts are never kept in it: they follow from texts and settings. */
export interface Session {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly client: ClientFeatures;
  readonly options: InitializationOptions;
  readonly settings: Settings;
  readonly editorSettings: EditorSettings;
  readonly projects: Projects;
  readonly listings: Listings;
  /** URIs of the workspace folders; changed by the client. */
  readonly folders: () => readonly string[];
  readonly setFolders: (uris: readonly string[]) => void;
  /** Differs from before when the same text of a file may be judged differently: settings or files around it changed. */
  readonly revision: (uri: string) => string;
  /** After a change of settings. */
  readonly forget: () => void;
  /** After a change of these files, saved or not; absolute paths. Returns the other judged files that asked for them. */
  readonly filesChanged: (paths: readonly string[]) => readonly string[];
  /** In the language of the file's settings, else of the editor. */
  readonly say: (text: Text, file?: string) => string;
  readonly translations: (file?: string) => Translations;
}

/** The folder that holds `l10n` and `docs`: that of the extension, or of the sources. */
export const HOME = home(import.meta.dirname);

export function createSession(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  params: InitializeParams,
): Session {
  const client = clientFeatures(params);
  const editorSettings = createEditorSettings(connection, client.configuration);
  const listings = createListings();
  const settings = createSettings({
    defaults: editorSettings.of,
    defaultsBase: editorSettings.folderOf,
    listings,
  });
  const projects = createProjects({
    unsaved: (file) =>
      documents
        .all()
        .find((it) => pathOf(it.uri) === file)
        ?.getText(),
    folderOf: (file) => folderOf(file, folders),
    listings,
  });
  const bundles = new Map<string, Translations>();
  let folders = foldersOf(params);
  let generation = 0;
  const changes = new Map<string, number>();
  const translations = (file?: string): Translations => {
    const own = file === undefined ? undefined : settings.inFolder(path.dirname(file)).config.locale;
    const locale = own ?? params.locale ?? 'en';
    const known = bundles.get(locale) ?? loadTranslations(locale, path.join(HOME, 'l10n'));
    bundles.set(locale, known);
    return known;
  };
  return {
    connection,
    documents,
    client,
    options: initializationOptions(params),
    settings,
    editorSettings,
    projects,
    listings,
    folders: () => folders,
    setFolders: (uris) => {
      folders = uris;
    },
    revision: (uri) => `${generation}.${changes.get(uri) ?? 0}`,
    filesChanged: (paths) => {
      const changed = new Set(paths);
      const dependents = projects.changed(paths).filter((it) => !changed.has(it));
      for (const it of dependents) {
        const uri = documents.all().find((one) => pathOf(one.uri) === it)?.uri;
        if (uri !== undefined) changes.set(uri, (changes.get(uri) ?? 0) + 1);
      }
      return dependents;
    },
    forget: () => {
      generation++;
      settings.forget();
      projects.forget();
    },
    translations,
    say: (text, file) => render(text, translations(file)),
  };
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  if (workspaceFolders) return workspaceFolders.map((it) => it.uri);
  return typeof rootUri === 'string' ? [rootUri] : [];
}

/** The innermost workspace folder that holds a file. */
function folderOf(file: string, folders: readonly string[]): string | undefined {
  return folders
    .flatMap((it) => pathOf(it) ?? [])
    .filter((it) => isWithin(file, it))
    .sort((a, b) => b.length - a.length)[0];
}

function home(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'l10n'))) return folder;
    if (path.dirname(folder) === folder) return start;
  }
}
