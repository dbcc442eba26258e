import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { TEXTS } from './texts.js';

/** Called by the server's "Ignore …" action with the file and the finding. */
export const IGNORE = 'seaworthy.ignore';
/** Shows the page of a rule: of the one that is named, or of one that is picked. */
export const SHOW_RULE = 'seaworthy.showRule';
/** A command of the server. */
const APPLY_SAFE_FIXES = 'seaworthy.applySafeFixes';

interface RulePage {
  readonly id: string;
  readonly summary: string;
  readonly practice: string;
  readonly page: string | null;
}

export function registerCommands(
  client: () => LanguageClient | undefined,
  restart: () => Promise<void>,
): readonly vscode.Disposable[] {
  const commands: Readonly<Record<string, (...args: readonly string[]) => unknown>> = {
    'seaworthy.fixFile': () => {
      const uri = vscode.window.activeTextEditor?.document.uri.toString();
      return uri === undefined ? undefined : vscode.commands.executeCommand(APPLY_SAFE_FIXES, uri);
    },
    'seaworthy.fixWorkspace': () => vscode.commands.executeCommand(APPLY_SAFE_FIXES),
    [IGNORE]: (uri, finding) =>
      uri === undefined || finding === undefined ? ignoreAtCursor() : ignore(client(), uri, finding),
    [SHOW_RULE]: (id) => showRule(client(), id),
    'seaworthy.restart': restart,
    'seaworthy.showLog': () => client()?.outputChannel.show(),
  };
  return Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run));
}

/** From the command palette there is no finding yet: the editor's own list of actions at the cursor has them. */
async function ignoreAtCursor(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.quickFix');
}

async function ignore(client: LanguageClient | undefined, uri: string, finding: string): Promise<void> {
  const rule = finding.slice(0, finding.indexOf('@'));
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t(TEXTS.ignoreTitle, { rule }),
    prompt: vscode.l10n.t(TEXTS.ignorePrompt),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t(TEXTS.ignoreEmpty) : undefined),
  });
  if (reason === undefined || !client) return;
  const edit: Parameters<typeof client.protocol2CodeConverter.asWorkspaceEdit>[0] | null = await client.sendRequest(
    'seaworthy/ignore',
    { uri, finding, reason: reason.trim() },
  );
  const converted = edit ? await client.protocol2CodeConverter.asWorkspaceEdit(edit) : undefined;
  if (converted) await vscode.workspace.applyEdit(converted);
  else void vscode.window.showWarningMessage(vscode.l10n.t(TEXTS.changedSince));
}

async function showRule(client: LanguageClient | undefined, id: string | undefined): Promise<void> {
  const rules: readonly RulePage[] = (await client?.sendRequest('seaworthy/rules')) ?? [];
  const items = rules.map((rule) => ({ label: rule.id, description: rule.practice, detail: rule.summary, rule }));
  const picked =
    id === undefined
      ? await vscode.window.showQuickPick(items, { title: vscode.l10n.t(TEXTS.pickRule), matchOnDetail: true })
      : items.find((it) => it.label === id);
  if (!picked) return;
  const { page } = picked.rule;
  if (page === null) {
    void vscode.window.showWarningMessage(vscode.l10n.t(TEXTS.noPage, { rule: picked.label }));
    return;
  }
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.parse(page));
}
