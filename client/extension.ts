import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { registerCommands } from './commands.js';
import { createClient } from './language-client.js';
import { registerPages } from './pages.js';
import { showStatus } from './status.js';
import { TEXTS } from './texts.js';

/** Settings that the server reads only when it starts. */
const READ_AT_START = ['seaworthy.languageFeatures', 'seaworthy.files', 'seaworthy.locale'];

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const restart = async (): Promise<void> => {
    await client?.dispose();
    client = createClient(context);
    await client.start();
  };
  context.subscriptions.push(
    registerPages(context),
    ...registerCommands(() => client, restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (READ_AT_START.some((it) => event.affectsConfiguration(it))) void restart();
    }),
  );
  client = createClient(context);
  context.subscriptions.push(showStatus(() => client));
  try {
    await client.start();
  } catch (error) {
    void vscode.window.showErrorMessage(vscode.l10n.t(TEXTS.startFailed, { reason: String(error) }));
  }
}

export async function deactivate(): Promise<void> {
  await client?.dispose();
}
