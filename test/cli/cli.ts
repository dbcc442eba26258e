import path from 'node:path';
import type { Io, Output } from '../../cli/io.js';
import { run } from '../../cli/run.js';

export const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: true;
  readonly signal?: AbortSignal;
}

/** Runs the command line in this process, in the folder `cwd`. */
export async function cli(cwd: string, argv: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const stdout = collector(around.terminal ?? false);
  const stderr = collector(around.terminal ?? false);
  const io: Io = {
    cwd,
    env: around.env ?? {},
    stdout: stdout.output,
    stderr: stderr.output,
    stdin: async () => Buffer.from(around.stdin ?? ''),
    home: ROOT,
    signal: around.signal ?? new AbortController().signal,
  };
  const code = await run(argv, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(isTerminal: boolean): { readonly output: Output; readonly text: () => string } {
  let all = '';
  return {
    output: {
      write: (text) => {
        all += text;
      },
      drained: async () => undefined,
      isTerminal,
    },
    text: () => all,
  };
}

/** The JSON that `check --format json` prints, as far as tests look at it. */
export interface Checked {
  readonly version: number;
  readonly files: readonly CheckedFile[];
  readonly summary: Readonly<Record<string, unknown>>;
}

export interface CheckedFile {
  readonly path: string;
  readonly kind: string;
  readonly findings: readonly {
    readonly rule: string;
    readonly practice: number;
    readonly level: string;
    readonly confidence: string;
    readonly message: string;
    readonly range: { readonly start: Place; readonly end: Place };
    readonly fixes: readonly { readonly title: string; readonly applicability: string; readonly edits: unknown }[];
    readonly fingerprint: string;
  }[];
  readonly notices: readonly { readonly code: string; readonly message: string }[];
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

export async function checked(cwd: string, argv: readonly string[], around: Surroundings = {}): Promise<Checked> {
  const { stdout } = await cli(cwd, ['check', '--format', 'json', ...argv], around);
  return JSON.parse(stdout) as Checked;
}

export function ruleIds(files: readonly CheckedFile[]): readonly string[] {
  return files.flatMap((it) => it.findings.map(({ rule }) => rule));
}
