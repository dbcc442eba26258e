import { type InitializeParams, type ServerCapabilities, TextDocumentSyncKind } from 'vscode-languageserver';
import { FIX_ALL, REWRITE } from './code-actions.js';
import { APPLY_SAFE_FIXES } from './commands.js';
import { LANGUAGE_CAPABILITIES } from './language-features.js';
import type { Session } from './session.js';
import { SOURCE } from './to-diagnostic.js';

export function capabilitiesOf({ client, options }: Session, { capabilities }: InitializeParams): ServerCapabilities {
  const own: ServerCapabilities = {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    ...(client.codeActionLiterals
      ? {
          codeActionProvider: { codeActionKinds: ['quickfix', REWRITE, FIX_ALL], resolveProvider: client.resolveEdits },
        }
      : {}),
    executeCommandProvider: { commands: [APPLY_SAFE_FIXES] },
    ...(client.pull
      ? { diagnosticProvider: { identifier: SOURCE, interFileDependencies: true, workspaceDiagnostics: true } }
      : {}),
    ...(capabilities.workspace?.workspaceFolders
      ? { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }
      : {}),
  };
  return options.languageFeatures ? { ...LANGUAGE_CAPABILITIES, ...own } : own;
}
