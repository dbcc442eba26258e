import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CancellationTokenSource,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  InitializedNotification,
  InitializeRequest,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  WorkDoneProgress,
  WorkDoneProgressCreateRequest,
  WorkspaceDiagnosticRequest,
} from 'vscode-languageserver-protocol/node';
import { dockerfileOf } from './samples.js';

const SERVER = path.resolve(import.meta.dirname, '../server/out/server.cjs');

/** Milliseconds: ten keystrokes a second is a fast typist. */
const TYPING = 100;
const WARM_UP = 2000;
/** Milliseconds without a report, after the last file was judged, after which all are reported. */
const QUIET = 1000;

export interface WorkspaceCost {
  /** Files whose findings were reported. */
  readonly reported: number;
  /** Seconds from the start of the process until every file is reported. */
  readonly seconds: number;
  /** Milliseconds between a keystroke in an open file and its findings while the workspace is read. */
  readonly longestWait: number;
  /** The same within the first two seconds of the server, when nothing is compiled yet. */
  readonly coldWait: number;
  readonly medianWait: number;
  readonly keystrokes: number;
  /** Seconds of processor time that the server took for all that: what the machine does besides does not count. */
  readonly processor: number;
  /** Megabytes of the server's process at its largest. */
  readonly memory: number;
}

/** A server on a large workspace while somebody types. */
export async function workspaceCost(folder: string): Promise<WorkspaceCost> {
  const started = performance.now();
  // As the client of VS Code starts it.
  const child = spawn(process.execPath, ['--v8-pool-size=1', SERVER, '--stdio'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  const rootUri = pathToFileURL(folder).href;
  await connection.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri,
    capabilities: { textDocument: { diagnostic: {} }, window: { workDoneProgress: true } },
    workspaceFolders: [{ uri: rootUri, name: 'bench' }],
  });
  await connection.sendNotification(InitializedNotification.type, {});

  const reported = new Set<string>();
  const source = new CancellationTokenSource();
  let lastReport = started;
  connection.onProgress(WorkspaceDiagnosticRequest.partialResult, 'bench', ({ items }) => {
    for (const it of items) reported.add(it.uri);
    lastReport = performance.now();
  });
  const isOver = barEnded(connection);
  const polling = connection.sendRequest(
    WorkspaceDiagnosticRequest.type,
    { previousResultIds: [], partialResultToken: 'bench' },
    source.token,
  );

  const uri = pathToFileURL(path.join(folder, 'typing.Dockerfile')).href;
  const text = dockerfileOf(200);
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'dockerfile', version: 1, text },
  });
  const cold: number[] = [];
  const waits: number[] = [];
  for (let version = 2; !isOver() || performance.now() - lastReport < QUIET; version++) {
    const typed = performance.now();
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: [{ text: `${text}# ${version}\n` }],
    });
    await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
    (typed - started < WARM_UP ? cold : waits).push(performance.now() - typed);
    await new Promise((resolve) => setTimeout(resolve, TYPING));
    if (performance.now() - started > 240_000)
      throw new Error(`Still at work after four minutes, with ${reported.size} files reported`);
  }
  const memory = peakMemory(child.pid);
  const processor = processorSeconds(child.pid);
  source.cancel();
  await polling;
  child.kill();
  const sorted = waits.toSorted((a, b) => a - b);
  return {
    reported: reported.size,
    seconds: (lastReport - started) / 1000,
    longestWait: sorted.at(-1) ?? 0,
    coldWait: Math.max(...cold),
    medianWait: sorted[sorted.length >> 1] ?? 0,
    keystrokes: cold.length + waits.length,
    processor,
    memory,
  };
}

/** Whether the progress bar of the server has come and gone. */
function barEnded(connection: ProtocolConnection): () => boolean {
  let ended = false;
  connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
    connection.onProgress(WorkDoneProgress.type, token, ({ kind }) => {
      if (kind === 'end') ended = true;
    });
  });
  return () => ended;
}

/** Linux only; elsewhere not a number. */
function peakMemory(pid: number | undefined): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) / 1000;
  } catch {
    return Number.NaN;
  }
}

/** Linux only; elsewhere not a number. */
function processorSeconds(pid: number | undefined): number {
  try {
    // Behind the program's name in brackets: user and system time are the 12th and 13th field, in hundredths.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}
