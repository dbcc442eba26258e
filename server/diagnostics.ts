import {
  type CancellationToken,
  type DocumentDiagnosticReport,
  DocumentDiagnosticReportKind,
  type PreviousResultId,
  type ResultProgressReporter,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Judge } from './judge.js';
import { diagnosticsOf } from './problems.js';
import type { Session } from './session.js';
import { pathOf, uriOf } from './uri.js';
import type { WorkspaceIndex } from './workspace-index.js';

/** Milliseconds between two messages of a running workspace report, and before pushed diagnostics follow a keystroke. */
const PAUSE = 100;
/** Reports in one message. */
const BATCH = 500;

/** What a client pulls: `textDocument/diagnostic` and the long-polled `workspace/diagnostic`. */
export function pullDiagnostics(session: Session, judge: Judge, index: WorkspaceIndex): void {
  const { documents, connection } = session;
  const { languages } = connection;
  documents.onDidChangeContent(() => index.standStill());
  languages.diagnostics.on(({ textDocument, previousResultId }) =>
    documentReport(session, judge, index, textDocument.uri, previousResultId),
  );
  languages.diagnostics.onWorkspace(({ previousResultIds }, token, _progress, reporter) =>
    workspaceReport(index, previousResultIds, token, reporter),
  );
}

function documentReport(
  session: Session,
  judge: Judge,
  index: WorkspaceIndex,
  uri: string,
  previous: string | undefined,
): DocumentDiagnosticReport {
  index.goOn();
  const document = session.documents.get(uri);
  // A client asks once more for a file that it has just closed.
  const resultId = document ? `d${document.version}.${session.revision(uri)}` : undefined;
  if (resultId !== undefined && resultId === previous)
    return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
  const judged = document ? judge.document(document) : undefined;
  const items = document ? (judged ? diagnosticsOf(session, judged) : []) : index.now(pathOf(uri) ?? uri);
  return {
    kind: DocumentDiagnosticReportKind.Full,
    items: [...items],
    ...(resultId === undefined ? {} : { resultId }),
  };
}

/**
 * Does not answer before something has changed, so that a client which asks again at once costs nothing. With a
 * reporter it streams changes until it is cancelled.
 */
async function workspaceReport(
  index: WorkspaceIndex,
  previous: readonly PreviousResultId[],
  token: CancellationToken,
  reporter: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
): Promise<WorkspaceDiagnosticReport> {
  const held = new Map(previous.map(({ uri, value }) => [pathOf(uri) ?? uri, value]));
  const cancelled = new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
  while (!token.isCancellationRequested) {
    const change = index.updated();
    const items = changesSince(index, held);
    if (!reporter && items.length > 0) return { items };
    for (let start = 0; start < items.length; start += BATCH)
      reporter?.report({ items: items.slice(start, start + BATCH) });
    await Promise.race([change, cancelled]);
    await Promise.race([pause(), cancelled]);
  }
  return { items: [] };
}

/** What the holder of these results lacks; `held` is brought up to date. */
function changesSince(index: WorkspaceIndex, held: Map<string, string>): WorkspaceDocumentDiagnosticReport[] {
  const items: WorkspaceDocumentDiagnosticReport[] = [];
  for (const [path, { uri, resultId, diagnostics }] of index.files()) {
    if (held.get(path) === resultId) continue;
    // Nothing to say, and nothing said before: a file without findings needs no report.
    if (diagnostics.length > 0 || held.has(path))
      items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, resultId, items: [...diagnostics] });
    held.set(path, resultId);
  }
  for (const path of held.keys()) {
    if (index.get(path)) continue;
    held.delete(path);
    if (index.isGone(path))
      items.push({ kind: DocumentDiagnosticReportKind.Full, uri: uriOf(path), version: null, items: [] });
  }
  return items;
}

/** For clients that cannot pull. */
export function pushDiagnostics(session: Session, judge: Judge, index: WorkspaceIndex): void {
  const { connection, documents } = session;
  const waiting = new Map<string, NodeJS.Timeout>();
  const send = (uri: string): void => {
    waiting.delete(uri);
    const document = documents.get(uri);
    if (!document) return;
    const judged = judge.document(document);
    const diagnostics = judged ? diagnosticsOf(session, judged) : [];
    void connection.sendDiagnostics({ uri, version: document.version, diagnostics });
  };
  documents.onDidChangeContent(({ document: { uri, version } }) => {
    clearTimeout(waiting.get(uri));
    waiting.set(
      uri,
      setTimeout(() => send(uri), version > 1 ? PAUSE : 0),
    );
  });
  documents.onDidClose(({ document: { uri } }) => {
    clearTimeout(waiting.get(uri));
    if (!index.lists(pathOf(uri) ?? uri)) void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
  const held = new Map<string, string>();
  const follow = async (): Promise<void> => {
    for (;;) {
      const change = index.updated();
      for (const report of changesSince(index, held)) {
        if (report.kind === DocumentDiagnosticReportKind.Full && !documents.get(report.uri))
          await connection.sendDiagnostics({ uri: report.uri, diagnostics: report.items });
      }
      await change;
      await pause();
    }
  };
  follow().catch((error: unknown) => connection.console.error(String(error)));
}

/** Sends what open documents have now, after the settings changed. */
export function refreshDiagnostics(session: Session, judge: Judge): void {
  const { client, connection, documents } = session;
  if (client.pull) {
    if (client.refreshDiagnostics) connection.languages.diagnostics.refresh().catch(() => {});
    return;
  }
  for (const document of documents.all()) {
    const judged = judge.document(document);
    const diagnostics = judged ? diagnosticsOf(session, judged) : [];
    void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
  }
}

/** {@link refreshDiagnostics} once typing pauses. */
export function createRefresh(session: Session, judge: Judge): () => void {
  let waiting: NodeJS.Timeout | undefined;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => refreshDiagnostics(session, judge), PAUSE).unref();
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE).unref());
}
