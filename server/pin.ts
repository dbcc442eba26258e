import {
  type CancellationToken,
  MessageType,
  ShowMessageNotification,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { analyze } from '../rules/core/analyze.js';
import { createRegistry, type DigestAnswer } from '../workspace/registry.js';
import { fixEdit } from './edits.js';
import type { Judged } from './judge.js';
import { problemsOf } from './problems.js';
import type { Session } from './session.js';

/** Whether digests are offered: the user wants it, and the client asks for an edit only when an action is taken. */
export function asksRegistry({ client, editorSettings }: Session): boolean {
  return client.resolveEdits && editorSettings.askRegistry();
}

/**
 * The edit that pins the image of a problem to what its registry has now. Without an answer the user is told why.
 * @param current the text that the action was offered for; undefined once it has changed.
 */
export async function pinEdit(
  session: Session,
  current: () => Judged | undefined,
  problem: string | undefined,
  token: CancellationToken,
): Promise<WorkspaceEdit | undefined> {
  const asked = asksRegistry(session) ? current() : undefined;
  const image = asked && problemsOf(session, asked).find((it) => it.key === problem)?.finding?.digestOf;
  if (image === undefined) return undefined;
  const answer = await digestOf(image, token);
  if (token.isCancellationRequested) return undefined;
  const judged = current();
  if ('problem' in answer) {
    const message = `${image}: ${session.say(answer.problem, judged?.file)}`;
    void session.connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message });
    return undefined;
  }
  if (!judged?.analysis) return undefined;
  const options = { ...judged.options, digests: new Map([[image, answer.digest]]) };
  const analysis = analyze(judged.analysis.source, options);
  const known = { ...judged, options, analysis, findings: analysis.findings };
  const [fix] =
    problemsOf(session, known)
      .find((it) => it.key === problem)
      ?.fixes() ?? [];
  return fix && fixEdit(session, known, fix);
}

async function digestOf(image: string, token: CancellationToken): Promise<DigestAnswer> {
  const stop = new AbortController();
  const listener = token.onCancellationRequested(() => stop.abort());
  try {
    return await createRegistry({ signal: stop.signal }).digestOf(image);
  } finally {
    listener.dispose();
  }
}
