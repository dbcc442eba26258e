import * as vscode from 'vscode';
import { type LanguageClient, State } from 'vscode-languageclient/node';
import { ENGINES, PIPELINES } from './patterns.js';
import { TEXTS } from './texts.js';

const SELECTOR: vscode.DocumentSelector = [
  { language: 'dockerfile' },
  { language: 'dockercompose' },
  { pattern: '**/*compose*.{yml,yaml}' },
  ...[...PIPELINES, ...ENGINES].map((pattern) => ({ pattern })),
];

/** A language status item with the findings of the shown file and of the workspace. */
export function showStatus(client: () => LanguageClient | undefined): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('seaworthy.status', SELECTOR);
  item.name = vscode.l10n.t(TEXTS.status);
  const update = (): void => show(item, client());
  update();
  return vscode.Disposable.from(
    item,
    vscode.languages.onDidChangeDiagnostics(update),
    vscode.window.onDidChangeActiveTextEditor(update),
  );
}

function show(item: vscode.LanguageStatusItem, client: LanguageClient | undefined): void {
  if (client?.state === State.Stopped) {
    item.text = vscode.l10n.t(TEXTS.stopped);
    item.severity = vscode.LanguageStatusSeverity.Error;
    item.command = { title: vscode.l10n.t(TEXTS.restart), command: 'seaworthy.restart' };
    return;
  }
  const uri = vscode.window.activeTextEditor?.document.uri;
  const here = uri ? own(vscode.languages.getDiagnostics(uri)) : [];
  const count = (severity: vscode.DiagnosticSeverity): number => here.filter((it) => it.severity === severity).length;
  const errors = count(vscode.DiagnosticSeverity.Error);
  const all = vscode.languages.getDiagnostics().reduce((sum, [, list]) => sum + own(list).length, 0);
  item.text =
    here.length === 0
      ? vscode.l10n.t(TEXTS.clean)
      : vscode.l10n.t(TEXTS.counts, {
          errors,
          warnings: count(vscode.DiagnosticSeverity.Warning),
          infos: count(vscode.DiagnosticSeverity.Information),
        });
  item.detail = vscode.l10n.t(TEXTS.workspaceCounts, { count: all });
  item.severity = errors > 0 ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
  item.command = { title: vscode.l10n.t(TEXTS.showProblems), command: 'workbench.actions.view.problems' };
}

function own(diagnostics: readonly vscode.Diagnostic[]): readonly vscode.Diagnostic[] {
  return diagnostics.filter((it) => it.source === 'seaworthy');
}
