import type { TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import { readText } from '../workspace/read.js';
import { fixAllEdit } from './code-actions.js';
import type { Judge, Judged } from './judge.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';
import { pathOf } from './uri.js';
import type { WorkspaceIndex } from './workspace-index.js';

/** Applies all safe fixes to one file (its URI is the argument), or to every file of the workspace. */
export const APPLY_SAFE_FIXES = 'seaworthy.applySafeFixes';

export async function applySafeFixes(
  session: Session,
  judge: Judge,
  index: WorkspaceIndex,
  uri?: string,
): Promise<void> {
  const { connection } = session;
  await index.idle();
  const edits = judgedTexts(session, judge, index, uri).flatMap((it) => fixAllEdit(session, it) ?? []);
  const edit = joined(edits);
  if (edits.length === 0) {
    connection.window.showInformationMessage(session.say({ template: TEXTS.nothingToFix, data: {} }));
    return;
  }
  const { applied, failureReason } = await connection.workspace.applyEdit({
    label: session.say({ template: TEXTS.fixAll, data: {} }),
    edit,
  });
  if (!applied) connection.console.error(`workspace/applyEdit: ${failureReason ?? 'refused'}`);
}

function judgedTexts(
  session: Session,
  judge: Judge,
  index: WorkspaceIndex,
  uri: string | undefined,
): readonly Judged[] {
  const { documents } = session;
  const open = uri === undefined ? documents.all() : documents.all().filter((it) => it.uri === uri);
  const closed = uri === undefined ? [...index.files()].filter(([, { diagnostics }]) => diagnostics.length > 0) : [];
  return [
    ...open.flatMap((it) => judge.document(it) ?? []),
    ...closed.flatMap(([path, file]) => {
      const read = readText(path);
      return 'text' in read && !documents.all().some((it) => pathOf(it.uri) === path)
        ? (judge.text(file.uri, read.text) ?? [])
        : [];
    }),
  ];
}

function joined(edits: readonly WorkspaceEdit[]): WorkspaceEdit {
  const documentChanges = edits.flatMap((it) =>
    (it.documentChanges ?? []).filter((part): part is TextDocumentEdit => 'textDocument' in part),
  );
  return documentChanges.length > 0
    ? { documentChanges }
    : { changes: Object.assign({}, ...edits.map((it) => it.changes ?? {})) };
}
