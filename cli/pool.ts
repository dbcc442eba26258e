import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { FoundFile } from '../workspace/walk.js';
import { createJudge, type Judge, type JudgeOptions } from './judge.js';
import { pause } from './pause.js';
import type { FileReport } from './report.js';

/** Files of one message to a worker: enough that sending costs little, few enough that the work is spread evenly. */
const BATCH = 16;
/** Starting a worker takes as long as judging about this many files. */
const FILES_PER_WORKER = 400;
const MAX_DEFAULT_JOBS = 8;

/** How many threads `files` are worth. */
export function defaultJobs(files: number): number {
  const wanted = Math.floor(files / FILES_PER_WORKER);
  return Math.max(1, Math.min(wanted, availableParallelism(), MAX_DEFAULT_JOBS));
}

/** Judges files one after the other in this thread. */
export async function* judgeHere(
  files: readonly FoundFile[],
  judge: Judge,
  signal: AbortSignal,
): AsyncGenerator<FileReport> {
  for (const { path, kind } of files) {
    await pause();
    if (signal.aborted) return;
    yield judge.file(path, kind);
  }
}

/** Judges files in `jobs` worker threads. The reports come in the order of the files. */
export async function* judgeInWorkers(
  files: readonly FoundFile[],
  options: JudgeOptions,
  jobs: number,
  program: string,
  signal: AbortSignal,
): AsyncGenerator<FileReport> {
  const batches = Array.from({ length: Math.ceil(files.length / BATCH) }, (_, index) =>
    files.slice(index * BATCH, (index + 1) * BATCH),
  );
  const done = batches.map(() => deferred<readonly FileReport[]>());
  let next = 0;
  const workers = Array.from({ length: Math.min(jobs, batches.length) }, () => {
    const worker = new Worker(program, { workerData: options, stdout: false });
    let current = -1;
    const give = (): void => {
      current = next++;
      const batch = batches[current];
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
      if (batch) worker.postMessage(batch);
    };
    worker.on('message', (reports: readonly FileReport[]) => {
      done[current]?.resolve(reports);
      give();
    });
    worker.on('error', (error) => {
      for (const it of done) it.reject(error);
    });
    give();
    return worker;
  });
  const stop = (): void => {
    for (const it of done) it.resolve([]);
  };
  signal.addEventListener('abort', stop);
  try {
    for (const it of done) {
      const reports = await it.promise;
      if (signal.aborted) return;
      yield* reports;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(workers.map(async (it) => it.terminate()));
  }
}

/** What a worker thread runs. */
export function serveWorker(): void {
  const judge = createJudge(workerData);
  parentPort?.on('message', (batch: readonly FoundFile[]) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread, not a window
    parentPort?.postMessage(batch.map(({ path, kind }) => judge.file(path, kind)));
  });
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => undefined;
  let reject: Deferred<T>['reject'] = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // One of them may fail before anyone waits for it.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
