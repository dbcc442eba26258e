import { type DocumentDiagnosticReport, DocumentDiagnosticReportKind } from 'vscode-languageserver';
import type { IndexThread } from './index-thread.js';
import type { Judge } from './judge.js';
import { diagnosticsOf } from './problems.js';
import type { Session } from './session.js';

/** Milliseconds before pushed diagnostics follow a keystroke. */
const PAUSE = 100;

/** What a client pulls: of open documents from here, of the others from the thread that judges them. */
export function pullDiagnostics(session: Session, judge: Judge, index: IndexThread): void {
  const { diagnostics } = session.connection.languages;
  diagnostics.on(({ textDocument: { uri }, previousResultId }) =>
    // A client asks once more for a file that it has just closed.
    session.documents.get(uri) ? openReport(session, judge, uri, previousResultId) : index.closed(uri),
  );
  diagnostics.onWorkspace((params, token, _progress, reporter) => index.report(params, token, reporter));
}

function openReport(
  session: Session,
  judge: Judge,
  uri: string,
  previous: string | undefined,
): DocumentDiagnosticReport {
  const document = session.documents.get(uri);
  const resultId = `d${document?.version}.${session.revision(uri)}`;
  if (resultId === previous) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId };
  const judged = document && judge.document(document);
  return { kind: DocumentDiagnosticReportKind.Full, items: judged ? diagnosticsOf(session, judged) : [], resultId };
}

/** For clients that cannot pull: what open documents have. */
export function pushDiagnostics(session: Session, judge: Judge): void {
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
    // What it has as a closed file comes after this.
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });
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
