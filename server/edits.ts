import type { WorkspaceEdit } from 'vscode-languageserver';
import type { ReportedFix } from '../rules/core/analyze.js';
import type { Edit } from '../rules/core/edit.js';
import type { Judged } from './judge.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';

/** The edits of a fix, against the version they were made for. One that may change behaviour says so in the preview. */
export function fixEdit(session: Session, judged: Judged, fix: ReportedFix): WorkspaceEdit {
  if (fix.applicability === 'safe' || !session.client.changeAnnotations) return plainEdit(session, judged, fix.edits);
  const say = (template: string): string => session.say({ template, data: {} }, judged.file);
  const label = say(fix.applicability === 'manual' ? TEXTS.blank : TEXTS.behaviour);
  return {
    documentChanges: [
      {
        textDocument: { uri: judged.uri, version: judged.version ?? null },
        edits: fix.edits.map((it) => ({ ...judged.positions.toTextEdit(it), annotationId: 'fix' })),
      },
    ],
    // A change in one place is seen where it happens; changes in several are shown before they are made.
    changeAnnotations: {
      fix: { label, description: session.say(fix.title, judged.file), needsConfirmation: fix.edits.length > 1 },
    },
  };
}

export function plainEdit(
  { client }: Session,
  { uri, version, positions }: Judged,
  edits: readonly Edit[],
): WorkspaceEdit {
  const changes = edits.map((it) => positions.toTextEdit(it));
  return client.documentChanges
    ? { documentChanges: [{ textDocument: { uri, version: version ?? null }, edits: changes }] }
    : { changes: { [uri]: changes } };
}
