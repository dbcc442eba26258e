import {
  type CancellationToken,
  DocumentDiagnosticReportKind,
  type PreviousResultId,
  type ResultProgressReporter,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Session } from './session.js';
import { pathOf, uriOf } from './uri.js';
import type { WorkspaceIndex } from './workspace-index.js';

/** Milliseconds between two messages of a running workspace report. */
const PAUSE = 100;
/** Reports in one message: the thread that answers the editor passes it on in a moment. */
const BATCH = 100;

/** Answers for closed files: `textDocument/diagnostic` and the long-polled `workspace/diagnostic`. */
export function pullClosed({ connection }: Session, index: WorkspaceIndex): void {
  const { diagnostics } = connection.languages;
  diagnostics.on(({ textDocument: { uri } }) => ({
    kind: DocumentDiagnosticReportKind.Full,
    items: [...index.now(pathOf(uri) ?? uri)],
  }));
  diagnostics.onWorkspace(({ previousResultIds }, token, _progress, reporter) =>
    workspaceReport(index, previousResultIds, token, reporter),
  );
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
  for (const [path, { uri, resultId, count, take }] of index.files()) {
    if (held.get(path) === resultId) continue;
    // Nothing to say, and nothing said before: a file without findings needs no report.
    if (count > 0 || held.has(path))
      items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, resultId, items: [...take()] });
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
export function pushClosed({ connection, documents }: Session, index: WorkspaceIndex): void {
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

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE).unref());
}
