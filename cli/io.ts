/** The world as the command line sees it: everything but the files it judges. A test gives its own. */
export interface Io {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: () => Promise<Uint8Array>;
  /** The folder of package.json and l10n. */
  readonly home: string;
  /** The program that a worker thread runs; without it all work is done in one thread. */
  readonly worker?: string;
  /** Aborted when the user wants to stop. */
  readonly signal: AbortSignal;
}

export interface Output {
  readonly write: (text: string) => void;
  /** Resolves when what was written has left, so that a slow reader slows us instead of filling the memory. */
  readonly drained: () => Promise<void>;
  readonly isTerminal: boolean;
}

export const EXIT = {
  clean: 0,
  findings: 1,
  /** Something that was asked for could not be done. */
  failed: 2,
  /** As a shell reports a program that Ctrl-C ended. */
  interrupted: 130,
} as const;
