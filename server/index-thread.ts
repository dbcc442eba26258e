import { Worker } from 'node:worker_threads';
import {
  type CancellationToken,
  type Connection,
  createMessageConnection,
  DocumentDiagnosticRequest,
  type FullDocumentDiagnosticReport,
  type InitializeParams,
  type MessageConnection,
  PortMessageReader,
  PortMessageWriter,
  type ResultProgressReporter,
  type WorkspaceDiagnosticParams,
  type WorkspaceDiagnosticReport,
  type WorkspaceDiagnosticReportPartialResult,
  WorkspaceDiagnosticRequest,
} from 'vscode-languageserver/node';
import type { OpenDocument } from './documents.js';

/**
 * Megabytes. Verdicts come and go quickly there, so there is room for what is young; and the less there may be in all, the
 * sooner what is dead is collected. The largest file that is judged takes less than half of it.
 */
const LIMITS = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 384 };
/** How often a thread that died is started again. */
const MAX_STARTS = 3;

/** The other thread, which judges the closed files of the workspace: a server of its own that this one asks. */
export interface IndexThread {
  /** Tells it what the client told this one. */
  readonly forward: (method: string, params: unknown) => void;
  /** The findings of a file that is closed, as it is on disk. */
  readonly closed: (uri: string) => Promise<FullDocumentDiagnosticReport>;
  /** `workspace/diagnostic`. */
  readonly report: (
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    reporter: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ) => Promise<WorkspaceDiagnosticReport>;
  /** The closed files with findings, once all are judged; absolute paths. */
  readonly withFindings: () => Promise<readonly string[]>;
}

/** Starts the thread. `script` is the server's own file; `opened` the documents that are open when it has to start again. */
export function createIndexThread(
  connection: Connection,
  script: string,
  params: InitializeParams,
  opened: () => readonly OpenDocument[],
): IndexThread {
  let starts = 0;
  let reports = 0;
  let thread = start();

  function start(): MessageConnection {
    starts++;
    const worker = new Worker(script, { argv: [], resourceLimits: LIMITS });
    worker.unref();
    const port = createMessageConnection(new PortMessageReader(worker), new PortMessageWriter(worker));
    // What it asks of the client and tells it goes through here.
    port.onRequest((method, given, token) => connection.sendRequest(method, given, token));
    port.onNotification((method, given) => void connection.sendNotification(method, given));
    port.onUnhandledProgress((progress) => void connection.sendNotification('$/progress', progress));
    port.onError(([error]) => connection.console.error(String(error)));
    worker.on('error', (error) => connection.console.error(`workspace: ${error.message}`));
    worker.on('exit', () => {
      port.dispose();
      if (starts < MAX_STARTS) thread = start();
    });
    port.listen();
    void send(port, starts > 1);
    return port;
  }

  async function send(port: MessageConnection, again: boolean): Promise<void> {
    // It must not watch the client's process: this one does.
    await port.sendRequest('initialize', { ...params, processId: null });
    if (!again) return;
    await port.sendNotification('initialized', {});
    for (const document of opened()) await port.sendNotification('textDocument/didOpen', { textDocument: document });
  }

  return {
    forward: (method, given) => void thread.sendNotification(method, given).catch(() => {}),
    closed: (uri) => thread.sendRequest(DocumentDiagnosticRequest.method, { textDocument: { uri } }),
    withFindings: () => thread.sendRequest(WITH_FINDINGS),
    report: async (given, token, reporter) => {
      const partialResultToken = `index-${++reports}`;
      const streamed =
        reporter &&
        thread.onProgress(WorkspaceDiagnosticRequest.partialResult, partialResultToken, (it) => reporter.report(it));
      try {
        return await thread.sendRequest<WorkspaceDiagnosticReport>(
          WorkspaceDiagnosticRequest.method,
          { previousResultIds: given.previousResultIds, ...(reporter ? { partialResultToken } : {}) },
          token,
        );
      } finally {
        streamed?.dispose();
      }
    },
  };
}

/** A request of ours to the thread. */
export const WITH_FINDINGS = 'seaworthy/withFindings';
