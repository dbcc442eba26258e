import { setImmediate } from 'node:timers/promises';
import type { Diagnostic } from 'vscode-languageserver';
import { readText } from '../workspace/read.js';
import { walk } from '../workspace/walk.js';
import type { Judge } from './judge.js';
import { diagnosticsOf } from './problems.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';
import { pathOf, uriOf } from './uri.js';

/** Milliseconds of work before waiting messages get their turn; each message takes a turn of its own. */
const SLICE = 10;
/** Milliseconds of work after which a progress bar appears. */
const PATIENCE = 1000;

export interface IndexedFile {
  readonly uri: string;
  /** Names this result: equal ids mean equal diagnostics. */
  readonly resultId: string;
  /** How many diagnostics it has. */
  readonly count: number;
  /** Its diagnostics: kept until they are taken the first time, made again after that. */
  readonly take: () => readonly Diagnostic[];
}

/** The verdicts on all closed files of the workspace, made in slices behind everything else. */
export interface WorkspaceIndex {
  /** By absolute path; files that are open are left out. */
  readonly files: () => IterableIterator<readonly [path: string, file: IndexedFile]>;
  readonly get: (path: string) => IndexedFile | undefined;
  /** It has no verdict here because it was deleted or excluded, not because it is open. */
  readonly isGone: (path: string) => boolean;
  /** The last listing of the folders has it. */
  readonly lists: (path: string) => boolean;
  /** The diagnostics of a file as it is on disk; none when it is not listed. */
  readonly now: (path: string) => readonly Diagnostic[];
  /** Lists the folders anew and judges files that were not listed before; with `again`, every file. */
  readonly scan: (options?: { readonly again: boolean }) => Promise<void>;
  /** Judges these files again. One that is not listed yet makes the folders be listed anew. */
  readonly changed: (paths: readonly string[]) => void;
  /** Resolves at the next change of {@link WorkspaceIndex.files}. */
  readonly updated: () => Promise<void>;
  /** Resolves when nothing waits to be judged. */
  readonly idle: () => Promise<void>;
}

export function createWorkspaceIndex(session: Session, judge: Judge): WorkspaceIndex {
  const files = new Map<string, IndexedFile>();
  const queue = new Set<string>();
  let listed: ReadonlySet<string> = new Set();
  let sequence = 0;
  let scans = 0;
  let working: Promise<void> | undefined;
  let wake = (): void => {};
  let next = new Promise<void>((resolve) => {
    wake = resolve;
  });

  const announce = (): void => {
    const waked = wake;
    next = new Promise<void>((resolve) => {
      wake = resolve;
    });
    waked();
  };

  const isOpen = (file: string): boolean => session.documents.all().some((it) => pathOf(it.uri) === file);

  const diagnosticsIn = (file: string, uri: string): readonly Diagnostic[] | undefined => {
    const read = readText(file);
    const judged = 'text' in read ? judge.text(uri, read.text) : undefined;
    return judged && diagnosticsOf(session, judged);
  };

  const update = (file: string): void => {
    if (isOpen(file)) {
      files.delete(file);
      return;
    }
    const uri = uriOf(file);
    const found = diagnosticsIn(file, uri);
    if (found)
      files.set(
        file,
        indexed(uri, `w${++sequence}`, found, () => diagnosticsIn(file, uri) ?? []),
      );
    else files.delete(file);
  };

  const work = async (): Promise<void> => {
    const progress = createProgress(session, () => queue.size);
    while (queue.size > 0) {
      const started = performance.now();
      for (const file of queue) {
        queue.delete(file);
        update(file);
        if (performance.now() - started > SLICE) break;
      }
      announce();
      progress.report();
      await setImmediate();
    }
    progress.done();
  };

  const start = (): void => {
    working ??= work().finally(() => {
      working = undefined;
      // What came in after the last look at the queue.
      if (queue.size > 0) start();
    });
  };

  const scan: WorkspaceIndex['scan'] = async (options) => {
    const number = ++scans;
    const seen = new Set<string>();
    session.listings.forget();
    for (const folder of session.folders().flatMap((uri) => pathOf(uri) ?? [])) {
      for await (const found of walk(folder, session.settings, session.listings)) {
        if (number !== scans) return;
        if (!('kind' in found)) {
          session.connection.console.warn(`${found.path}: ${session.say(found.message)}`);
          continue;
        }
        seen.add(found.path);
        if (!options?.again && files.has(found.path)) continue;
        queue.add(found.path);
        start();
      }
    }
    if (number !== scans) return;
    listed = seen;
    for (const file of files.keys()) if (!seen.has(file)) files.delete(file);
    announce();
  };

  return {
    files: () => files.entries(),
    get: (file) => files.get(file),
    isGone: (file) => !files.has(file) && !isOpen(file),
    lists: (file) => listed.has(file),
    now: (file) => {
      if (!listed.has(file)) return [];
      update(file);
      return files.get(file)?.take() ?? [];
    },
    updated: () => next,
    idle: () => working ?? Promise.resolve(),
    changed: (paths) => {
      for (const file of paths) queue.add(file);
      if (paths.every((it) => listed.has(it))) start();
      else void scan();
    },
    scan,
  };
}

/** The client holds what was reported: to hold it here as well would take most of the server's memory. */
function indexed(
  uri: string,
  resultId: string,
  found: readonly Diagnostic[],
  again: () => readonly Diagnostic[],
): IndexedFile {
  let kept: readonly Diagnostic[] | undefined = found;
  const take = (): readonly Diagnostic[] => {
    const taken = kept ?? again();
    kept = undefined;
    return taken;
  };
  return { uri, resultId, count: found.length, take };
}

interface Progress {
  readonly report: () => void;
  readonly done: () => void;
}

/** A progress bar of the editor for work that takes longer than a moment. */
function createProgress(session: Session, waiting: () => number): Progress {
  const { client, connection } = session;
  const started = performance.now();
  const first = waiting();
  let all = first;
  let bar: Awaited<ReturnType<typeof connection.window.createWorkDoneProgress>> | undefined;
  let asked = false;
  let over = false;
  const open = async (): Promise<void> => {
    try {
      const made = await connection.window.createWorkDoneProgress();
      if (over) return;
      bar = made;
      bar.begin(session.say({ template: TEXTS.scanning, data: {} }), 0);
    } catch {
      // The client refused: there is no bar then.
    }
  };
  return {
    report: () => {
      all = Math.max(all, waiting());
      if (!client.progress || performance.now() - started < PATIENCE) return;
      if (bar) {
        const done = all - waiting();
        bar.report(
          Math.floor((done / all) * 100),
          session.say({ template: TEXTS.filesChecked, data: { done: String(done), all: String(all) } }),
        );
      } else if (!asked) {
        asked = true;
        void open();
      }
    },
    done: () => {
      over = true;
      bar?.done();
    },
  };
}
