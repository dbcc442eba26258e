import { MessageType, ShowMessageNotification, type TextDocumentEdit, type WorkspaceEdit } from 'vscode-languageserver';
import { readText } from '../workspace/read.js';
import { fixAllSafe } from './fix-all.js';
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
  const say = (template: string, data: Readonly<Record<string, string>> = {}): string =>
    session.say({ template, data });
  // A notification: not every client answers requests to show something.
  const tell = (message: string): void =>
    void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  const made = judgedTexts(session, judge, index, uri).flatMap((it) => fixAllSafe(session, it) ?? []);
  if (made.length === 0) {
    tell(say(TEXTS.nothingToFix));
    return;
  }
  const { applied, failureReason } = await connection.workspace.applyEdit({
    label: say(TEXTS.fixAll),
    edit: joined(made.map((it) => it.edit)),
  });
  if (!applied) {
    connection.console.error(`workspace/applyEdit: ${failureReason ?? 'refused'}`);
    return;
  }
  const fixes = String(made.reduce((sum, it) => sum + it.fixes, 0));
  tell(say(TEXTS.fixed, { fixes, files: String(made.length) }));
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
