import { spawnSync } from 'node:child_process';
import path from 'node:path';

export const ROOT = path.resolve(import.meta.dirname, '..');

export interface ToolRun {
  readonly status: number;
  /** Empty unless `quiet`. */
  readonly output: string;
}

/** Runs a program of node_modules in the project root; its output goes to ours unless `quiet`. */
export function runTool(name: string, args: readonly string[], options: { readonly quiet?: boolean } = {}): ToolRun {
  const windows = process.platform === 'win32';
  const program = path.join(ROOT, 'node_modules/.bin', windows ? `${name}.cmd` : name);
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    shell: windows,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: options.quiet ? 'pipe' : ['ignore', 'inherit', 'inherit'],
  });
  if (error) throw error;
  return { status: status ?? 1, output: options.quiet ? `${stdout}${stderr}` : '' };
}
