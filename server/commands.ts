import { MessageType, ShowMessageNotification } from 'vscode-languageserver';
import { readText } from '../workspace/read.js';
import { workspaceEdit } from './edits.js';
import { fixAllSafe } from './fix-all.js';
import type { IndexThread } from './index-thread.js';
import type { Judge, Judged } from './judge.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';
import { pathOf, uriOf } from './uri.js';

/** Applies all safe fixes to one file (its URI is the argument), or to every file of the workspace. */
export const APPLY_SAFE_FIXES = 'seaworthy.applySafeFixes';

export async function applySafeFixes(session: Session, judge: Judge, index: IndexThread, uri?: string): Promise<void> {
  const { connection } = session;
  const closed = uri === undefined ? await index.withFindings() : [];
  const say = (template: string, data: Readonly<Record<string, string>> = {}): string =>
    session.say({ template, data });
  // A notification: not every client answers requests to show something.
  const tell = (message: string): void =>
    void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
  const { changes, fixes } = fixAllSafe(session, judgedTexts(session, judge, closed, uri));
  if (changes.length === 0) {
    tell(say(TEXTS.nothingToFix));
    return;
  }
  const { applied, failureReason } = await connection.workspace.applyEdit({
    label: say(TEXTS.fixAll),
    edit: workspaceEdit(session, changes),
  });
  if (!applied) {
    connection.console.error(`workspace/applyEdit: ${failureReason ?? 'refused'}`);
    return;
  }
  tell(say(TEXTS.fixed, { fixes: String(fixes), files: String(changes.length) }));
}

function judgedTexts(
  session: Session,
  judge: Judge,
  closed: readonly string[],
  uri: string | undefined,
): readonly Judged[] {
  const { documents } = session;
  const open = uri === undefined ? documents.all() : documents.all().filter((it) => it.uri === uri);
  return [
    ...open.flatMap((it) => judge.document(it) ?? []),
    ...closed.flatMap((path) => {
      const read = readText(path);
      return 'text' in read && !documents.all().some((it) => pathOf(it.uri) === path)
        ? (judge.text(uriOf(path), read.text) ?? [])
        : [];
    }),
  ];
}
