import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  TextDocuments,
  WatchKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { RULES } from '../rules/registry.generated.js';
import { capabilitiesOf } from './capabilities.js';
import { createCodeActions } from './code-actions.js';
import { APPLY_SAFE_FIXES, applySafeFixes } from './commands.js';
import { createRefresh, pullDiagnostics, pushDiagnostics, refreshDiagnostics } from './diagnostics.js';
import { listen, openDocuments } from './documents.js';
import { findingHover } from './hover.js';
import { changesSettings } from './index-server.js';
import { createIndexThread, type IndexThread } from './index-thread.js';
import { createJudge, type Judge } from './judge.js';
import { registerLanguageFeatures } from './language-features.js';
import { createSession, type Session } from './session.js';
import { pageOf } from './to-diagnostic.js';
import { pathOf } from './uri.js';
import { WATCHED } from './watched.js';

/**
 * Serves one client over `connection` until it says `exit`. Open documents are judged here; the rest of the workspace in a
 * thread that runs `script`, so that typing never waits for it.
 */
export function serve(connection: Connection, script: string): void {
  const documents = new TextDocuments(TextDocument);
  let index: IndexThread | undefined;
  connection.onInitialize((params) => {
    const session = createSession(connection, documents, params);
    const judge = createJudge(session);
    const thread = createIndexThread(connection, script, params, () => openDocuments(documents));
    index = thread;
    register(session, judge, thread);
    connection.onInitialized(() => start(session, thread));
    return { capabilities: capabilitiesOf(session, params), serverInfo: { name: 'seaworthy' } };
  });
  listen(documents, connection, (method, params) => index?.forward(method, params));
  connection.listen();
}

function register(session: Session, judge: Judge, index: IndexThread): void {
  const { connection, documents, client, options } = session;
  const actions = createCodeActions(session, judge);
  const refresh = createRefresh(session, judge);
  if (client.pull) pullDiagnostics(session, judge, index);
  else pushDiagnostics(session, judge);

  connection.onCodeAction(actions.list);
  connection.onCodeActionResolve(actions.resolve);
  connection.onExecuteCommand(async ({ command, arguments: args }) => {
    const uri: unknown = args?.[0];
    if (command === APPLY_SAFE_FIXES)
      await applySafeFixes(session, judge, index, typeof uri === 'string' ? uri : undefined);
  });
  connection.onRequest(
    'seaworthy/ignore',
    ({ uri, finding, reason }: { uri: string; finding: string; reason: string }) =>
      actions.ignore(uri, finding, reason) ?? null,
  );
  connection.onRequest('seaworthy/rules', () => rulePages(session));

  const languageHover = options.languageFeatures ? registerLanguageFeatures(session) : undefined;
  connection.onHover((params) => findingHover(session, judge, params) ?? languageHover?.(params) ?? null);

  const othersChanged = (uri: string): void => {
    const file = pathOf(uri);
    if (file !== undefined && session.filesChanged([file]).length > 0) refresh();
  };
  // What was typed and not saved does not count any more.
  documents.onDidClose(({ document }) => othersChanged(document.uri));
  documents.onDidChangeContent(({ document }) => othersChanged(document.uri));
  documents.onDidSave(({ document }) => reactTo(session, judge, [document.uri]));
  connection.onDidChangeWatchedFiles((params) => {
    index.forward(DidChangeWatchedFilesNotification.method, params);
    reactTo(
      session,
      judge,
      params.changes.map((it) => it.uri),
    );
  });
  connection.onDidChangeConfiguration(async (params) => {
    index.forward(DidChangeConfigurationNotification.method, params);
    await session.editorSettings.fetch(session.folders());
    everythingChanged(session, judge);
  });
}

async function start(session: Session, index: IndexThread): Promise<void> {
  const { connection, client, editorSettings, folders, setFolders } = session;
  index.forward('initialized', {});
  if (client.configuration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'seaworthy' });
    await editorSettings.fetch(folders());
  }
  if (client.watchFiles) {
    const watchers = [
      ...WATCHED.map((globPattern) => ({ globPattern })),
      // What lies in a build context is told by names.
      { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
    ];
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
  if (client.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(async (event) => {
      index.forward('workspace/didChangeWorkspaceFolders', { event });
      const gone = new Set(event.removed.map((it) => it.uri));
      setFolders([...folders().filter((it) => !gone.has(it)), ...event.added.map((it) => it.uri)]);
      await editorSettings.fetch(folders());
      session.forget();
    });
  }
  session.forget();
}

function everythingChanged(session: Session, judge: Judge): void {
  session.forget();
  refreshDiagnostics(session, judge);
}

/** Judges the open documents anew that depend on the changed files. */
function reactTo(session: Session, judge: Judge, uris: readonly string[]): void {
  const paths = uris.flatMap((it) => pathOf(it) ?? []);
  if (paths.some(changesSettings)) everythingChanged(session, judge);
  else if (session.filesChanged(paths).length > 0) refreshDiagnostics(session, judge);
}

/** For the client's list of rules: what can be looked up. */
function rulePages(
  session: Session,
): readonly { id: string; summary: string; practice: string; page: string | null }[] {
  return RULES.map((rule) => ({
    id: rule.id,
    summary: session.say({ template: rule.summary, data: {} }),
    practice: session.say({ template: rule.practice.title, data: {} }),
    page: pageOf(session, rule) ?? null,
  }));
}
