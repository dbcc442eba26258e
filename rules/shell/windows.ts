import type { Found } from './draft.js';

/** Full names of PowerShell's short ones that matter here. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['iwr', 'invoke-webrequest'],
  ['wget', 'invoke-webrequest'],
  ['curl', 'invoke-webrequest'],
  ['irm', 'invoke-restmethod'],
  ['iex', 'invoke-expression'],
  ['icm', 'invoke-command'],
  ['saps', 'start-process'],
  ['start', 'start-process'],
  ['ri', 'remove-item'],
  ['rm', 'remove-item'],
  ['rmdir', 'remove-item'],
  ['rd', 'remove-item'],
  ['del', 'remove-item'],
  ['erase', 'remove-item'],
  ['ac', 'add-content'],
  ['sc', 'set-content'],
  ['ni', 'new-item'],
  ['cp', 'copy-item'],
  ['copy', 'copy-item'],
  ['mv', 'move-item'],
  ['move', 'move-item'],
  ['echo', 'write-output'],
  ['write', 'write-output'],
]);

const EXTENSION = /\.(exe|cmd|bat|com)$/;

/** Lower case, without folder and `.exe`. */
export function windowsName(written: string): string {
  return baseName(written).replace(EXTENSION, '');
}

/**
 * The full name of a PowerShell command. `curl` and `wget` are Invoke-WebRequest in Windows PowerShell, unless their
 * options are those of the real programs: PowerShell 7 starts these.
 */
export function powershellName(written: string, rest: readonly string[]): string {
  const name = baseName(written);
  if (EXTENSION.test(name)) return name.replace(EXTENSION, '');
  if (
    (name === 'curl' || name === 'wget') &&
    rest.some((it) => /^(--\w|-[a-zA-Z]{1,6}$)/.test(it) && !/^-(uri|outf)/i.test(it))
  )
    return name;
  return ALIASES.get(name) ?? name;
}

function baseName(written: string): string {
  return written.slice(Math.max(written.lastIndexOf('\\'), written.lastIndexOf('/')) + 1).toLowerCase();
}

export interface WindowsReading {
  readonly found: readonly Found[];
  readonly complete: boolean;
}
