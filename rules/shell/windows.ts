import type { Found, Source } from './draft.js';
import type { Place } from './programs.js';

/** Full names of PowerShell's short ones that matter here. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['iwr', 'invoke-webrequest'],
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

/** Lower case, without folder and `.exe`. */
export function windowsName(written: string): string {
  return written
    .slice(Math.max(written.lastIndexOf('\\'), written.lastIndexOf('/')) + 1)
    .toLowerCase()
    .replace(/\.(exe|cmd|bat|com)$/, '');
}

export interface WindowsReading {
  readonly found: readonly Found[];
  readonly complete: boolean;
}

/** Reads PowerShell or cmd text as far as rules need it: commands, words, pipes, redirects. */
export function readWindows(source: Source, language: 'powershell' | 'cmd', place: Place): WindowsReading {
  void [source, language, place, ALIASES];
  return { found: [], complete: false };
}
