import { downloadOf } from './downloads.js';
import { added, emptyLists } from './fact-lists.js';
import { deletionOf, modeChangeOf, ownerChangeOf, writesOf } from './files.js';
import type { ShellFacts, ShellScript } from './model.js';
import { packageActionsOf } from './packages.js';

/** What rules ask of a script: package actions, downloads, writes and the like, normalised. */
export function factsOf(script: ShellScript): ShellFacts {
  const facts = emptyLists();
  for (const command of script.commands) {
    packageActionsOf(command, facts);
    const download = downloadOf(command);
    if (download) facts.downloads = added(facts.downloads, download);
    for (const write of writesOf(command)) facts.writes = added(facts.writes, write);
    const deletion = deletionOf(command);
    if (deletion) facts.deletions = added(facts.deletions, deletion);
    const mode = modeChangeOf(command);
    if (mode) facts.modeChanges = added(facts.modeChanges, mode);
    const owner = ownerChangeOf(command);
    if (owner) facts.ownerChanges = added(facts.ownerChanges, owner);
  }
  return facts;
}
