import type { WorkspaceEdit } from 'vscode-languageserver';
import { fixAll } from '../rules/core/analyze.js';
import { plainEdit } from './edits.js';
import { editsBetween } from './edits-between.js';
import type { Judged } from './judge.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';

/** All safe fixes of a text to their fixed point, as one edit, and how many they are; undefined when there are none. */
export function fixAllSafe(
  session: Session,
  judged: Judged,
): { readonly edit: WorkspaceEdit; readonly fixes: number } | undefined {
  if (judged.kind === 'config') return undefined;
  const { text, applied, unsettled } = fixAll({ kind: judged.kind, text: judged.text }, judged.options);
  for (const rule of unsettled) {
    const path = judged.file ?? judged.uri;
    session.connection.console.error(session.say({ template: TEXTS.notSettled, data: { rule, path } }));
  }
  if (text === judged.text) return undefined;
  const fixes = [...applied.values()].reduce((sum, count) => sum + count, 0);
  return { edit: plainEdit(session, judged, editsBetween(judged.text, text)), fixes };
}
