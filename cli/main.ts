import { existsSync } from 'node:fs';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { isMainThread } from 'node:worker_threads';
import { EXIT, type Io, type Output } from './io.js';
import { serveWorker } from './pool.js';
import { run } from './run.js';

// A run is over before most optimised code pays for having been made: with more patience, 2,000 files take a third less
// time on one core (Node 20). A number that V8 looks at whenever a function gets its first feedback, so it can be set here.
setFlagsFromString('--interrupt-budget=600000');

if (isMainThread) launch();
else serveWorker();

function launch(): void {
  // A CommonJS bundle has no top-level await.
  start().catch((error: unknown) => {
    process.stderr.write(`seaworthy: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = EXIT.failed;
  });
}

async function start(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Asked a second time: at once.
      if (stop.signal.aborted) process.exit(EXIT.interrupted);
      stop.abort();
    });
  }
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever read has gone, as in `seaworthy check | head`: nothing more to say, and nobody to say it to.
      if (error.code === 'EPIPE') process.exit(EXIT.failed);
      throw error;
    });
  }
  const stdout = output(process.stdout);
  try {
    process.exitCode = await run(process.argv.slice(2), processIo(stdout, stop.signal));
  } finally {
    stdout.flush();
  }
}

function processIo(stdout: Collected, signal: AbortSignal): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout,
    stderr: output(process.stderr, stdout.flush),
    stdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
      return Buffer.concat(chunks);
    },
    home: home(),
    // Only the bundle can be started as a worker: a thread knows nothing of TypeScript.
    ...(import.meta.filename.endsWith('.ts') ? {} : { worker: import.meta.filename }),
    signal,
  };
}

interface Collected extends Output {
  readonly flush: () => void;
}

/** Characters that are written at once where nobody watches: one call for each file would cost more than its text. */
const CHUNK = 65_536;

/** @param before what has to happen first, so that lines of two streams keep their order. */
function output(stream: NodeJS.WriteStream, before: () => void = () => undefined): Collected {
  let collected = '';
  const flush = (): void => {
    if (collected !== '') stream.write(collected);
    collected = '';
  };
  return {
    write: (text) => {
      before();
      collected += text;
      if (stream.isTTY || stream === process.stderr || collected.length > CHUNK) flush();
    },
    flush,
    drained: async () => {
      if (!stream.writableNeedDrain) return;
      await new Promise<void>((resolve) => {
        stream.once('drain', resolve);
      });
    },
    isTerminal: stream.isTTY,
  };
}

/** The folder of the package: above the bundle, or above the sources. */
function home(): string {
  const above = path.resolve(import.meta.dirname, '..');
  return existsSync(path.join(above, 'package.json')) ? above : path.dirname(above);
}
