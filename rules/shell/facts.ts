import { downloadOf } from './downloads.js';
import { deletionOf, modeChangeOf, ownerChangeOf, writesOf } from './files.js';
import type { Download, FileWrite, ModeChange, OwnerChange, ShellFacts, ShellScript } from './model.js';
import { type PackageActions, packageActionsOf } from './packages.js';

/** What rules ask of a script: package actions, downloads, writes and the like, normalised. */
export function factsOf(script: ShellScript): ShellFacts {
  const actions: PackageActions = { installs: [], removals: [], indexUpdates: [], cacheCleans: [] };
  const downloads: Download[] = [];
  const writes: FileWrite[] = [];
  const deletions: ShellFacts['deletions'][number][] = [];
  const modeChanges: ModeChange[] = [];
  const ownerChanges: OwnerChange[] = [];
  for (const command of script.commands) {
    packageActionsOf(command, actions);
    const download = downloadOf(command);
    if (download) downloads.push(download);
    writes.push(...writesOf(command));
    const deletion = deletionOf(command);
    if (deletion) deletions.push(deletion);
    const mode = modeChangeOf(command);
    if (mode) modeChanges.push(mode);
    const owner = ownerChangeOf(command);
    if (owner) ownerChanges.push(owner);
  }
  return { ...actions, downloads, writes, deletions, modeChanges, ownerChanges };
}
