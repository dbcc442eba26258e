import { lstatSync } from 'node:fs';
import path from 'node:path';
import { type Connection, type FileEvent, TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { kindOf } from '../rules/project/kind.js';
import { capabilitiesOf } from './capabilities.js';
import { pullClosed, pushClosed } from './index-diagnostics.js';
import { WITH_FINDINGS } from './index-thread.js';
import { createJudge } from './judge.js';
import { createSession, type Session } from './session.js';
import { pathOf } from './uri.js';
import { createWorkspaceIndex, type WorkspaceIndex } from './workspace-index.js';

/**
 * The thread that judges the closed files of the workspace. It hears of everything that the server hears of, and has the
 * texts of open documents only for the verdicts on the files around them.
 */
export function serveIndex(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  connection.onInitialize((params) => {
    const session = createSession(connection, documents, params);
    const index = createWorkspaceIndex(session, createJudge(session));
    register(session, index);
    connection.onInitialized(() => start(session, index));
    return { capabilities: capabilitiesOf(session, params) };
  });
  documents.listen(connection);
  connection.listen();
}

function register(session: Session, index: WorkspaceIndex): void {
  const { connection, documents, client } = session;
  if (client.pull) pullClosed(session, index);
  else pushClosed(session, index);
  connection.onRequest(WITH_FINDINGS, async () => {
    await index.idle();
    return [...index.files()].filter(([, { count }]) => count > 0).map(([file]) => file);
  });

  documents.onDidOpen(({ document }) => index.changed(listedPath(index, document.uri)));
  documents.onDidClose(({ document }) => {
    index.changed(listedPath(index, document.uri));
    // What was typed and not saved does not count any more.
    othersChanged(session, index, document.uri);
  });
  documents.onDidSave(({ document }) => reactTo(session, index, [document.uri]));
  documents.onDidChangeContent(({ document }) => othersChanged(session, index, document.uri));
  connection.onDidChangeWatchedFiles(({ changes }) =>
    reactTo(
      session,
      index,
      changes.map((it: FileEvent) => it.uri),
    ),
  );
  connection.onDidChangeConfiguration(async () => {
    await session.editorSettings.fetch(session.folders());
    await everythingChanged(session, index);
  });
}

async function start(session: Session, index: WorkspaceIndex): Promise<void> {
  const { connection, client, editorSettings, folders, setFolders } = session;
  if (client.configuration) await editorSettings.fetch(folders());
  if (client.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
      const gone = new Set(removed.map((it) => it.uri));
      setFolders([...folders().filter((it) => !gone.has(it)), ...added.map((it) => it.uri)]);
      await editorSettings.fetch(folders());
      await everythingChanged(session, index);
    });
  }
  await everythingChanged(session, index);
}

async function everythingChanged(session: Session, index: WorkspaceIndex): Promise<void> {
  session.forget();
  await index.scan({ again: true });
}

/** Judges anew what depends on the changed files: everything for settings, else the file and those that asked for it. */
function reactTo(session: Session, index: WorkspaceIndex, uris: readonly string[]): void {
  const paths = uris.flatMap((it) => pathOf(it) ?? []);
  if (paths.some(changesSettings)) {
    void everythingChanged(session, index);
    return;
  }
  index.changed(session.filesChanged(paths).filter((it) => index.lists(it)));
  const judged = paths.filter((it) => index.lists(it) || mayBeJudged(session, it) || holdsJudged(index, it));
  if (judged.length > 0) index.changed(judged);
}

/** Whether a change of the file changes what is judged, and how. */
export function changesSettings(file: string): boolean {
  return /(?:^|[\\/])(?:seaworthy\.ya?ml|\.gitignore)$/.test(file);
}

/** A file of ours by its name, or a folder in which there may be some. */
function mayBeJudged(session: Session, file: string): boolean {
  const { config, base } = session.settings.inFolder(path.dirname(file));
  if (kindOf(path.relative(base, file).replaceAll('\\', '/'), config) !== undefined) return true;
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A folder that is gone, with files of ours. */
function holdsJudged(index: WorkspaceIndex, folder: string): boolean {
  const prefix = folder + path.sep;
  for (const [file] of index.files()) if (file.startsWith(prefix)) return true;
  return false;
}

/** Closed files whose verdict asked for the text of an open one. */
function othersChanged(session: Session, index: WorkspaceIndex, uri: string): void {
  const file = pathOf(uri);
  if (file === undefined) return;
  const dependents = session.filesChanged([file]).filter((it) => index.lists(it));
  if (dependents.length > 0) index.changed(dependents);
}

function listedPath(index: WorkspaceIndex, uri: string): readonly string[] {
  const file = pathOf(uri);
  return file !== undefined && index.lists(file) ? [file] : [];
}
