import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DidOpenTextDocumentNotification,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver-protocol/node';

const SERVER = path.resolve(import.meta.dirname, '../../server/out/server.cjs');

/** A client that can do what VS Code can. */
export const FULL: ClientCapabilities = {
  textDocument: {
    diagnostic: {},
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
    hover: { contentFormat: ['markdown'] },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'source'] } },
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
  },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} },
    diagnostics: { refreshSupport: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
};

/** Knows the protocol of ten years ago. */
export const PLAIN: ClientCapabilities = {};

export interface Options {
  readonly folders: readonly string[];
  readonly capabilities?: ClientCapabilities;
  readonly locale?: string;
  readonly initializationOptions?: unknown;
  /** The `seaworthy` settings, by folder URI; '' for all others. */
  readonly settings?: Record<string, unknown>;
}

export interface Client {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  readonly result: InitializeResult;
  /** What was pushed last, by URI. */
  readonly pushed: ReadonlyMap<string, readonly Diagnostic[]>;
  /** Method names of the requests that the server made. */
  readonly asked: readonly string[];
  readonly settings: Record<string, unknown>;
  readonly open: (uri: string, text: string, languageId?: string) => Promise<void>;
  readonly stop: () => Promise<number | null>;
}

export const uriOf = (file: string): string => pathToFileURL(file).href;

/** Starts the bundled server on its standard streams and shakes hands. */
export async function startClient(options: Options): Promise<Client> {
  const child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const pushed = new Map<string, readonly Diagnostic[]>();
  const asked: string[] = [];
  const settings = options.settings ?? {};
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    pushed.set(uri, diagnostics);
  });
  connection.onRequest(ConfigurationRequest.type, ({ items }) =>
    items.map((it) => settings[it.scopeUri ?? ''] ?? settings[''] ?? null),
  );
  for (const method of ['client/registerCapability', 'workspace/diagnostic/refresh']) {
    connection.onRequest(method, () => {
      asked.push(method);
      return null;
    });
  }
  connection.listen();
  const result = await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities: options.capabilities ?? FULL,
    ...(options.locale === undefined ? {} : { locale: options.locale }),
    workspaceFolders: options.folders.map((it) => ({ uri: uriOf(it), name: path.basename(it) })),
    initializationOptions: options.initializationOptions,
  });
  await connection.sendNotification(InitializedNotification.type, {});
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return {
    connection,
    process: child,
    result,
    pushed,
    asked,
    settings,
    open: (uri, text, languageId = 'dockerfile') =>
      connection.sendNotification(DidOpenTextDocumentNotification.type, {
        textDocument: { uri, languageId, version: 1, text },
      }),
    stop: async () => {
      await connection.sendRequest(ShutdownRequest.type);
      await connection.sendNotification(ExitNotification.type);
      return exited;
    },
  };
}

/** Asks again until the answer is there: what a test waits for is an event, not a time. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`Not within 20 s: ${ask.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
