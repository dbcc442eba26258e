import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';

const EXTENSION = 'seaworthy.seaworthy';

/** Runs inside the extension host, on a copy of test/e2e/fixture. */
describe('the extension', () => {
  let dockerfile: vscode.Uri;
  before(async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert(folder);
    dockerfile = vscode.Uri.joinPath(folder.uri, 'Dockerfile');
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('starts by itself where there are such files', async () => {
    await until(() => vscode.extensions.getExtension(EXTENSION)?.isActive);
  });

  it('has all its commands', async () => {
    const commands = await vscode.commands.getCommands(true);
    for (const name of ['fixFile', 'fixWorkspace', 'ignore', 'showRule', 'restart', 'showLog', 'applySafeFixes'])
      assert(commands.includes(`seaworthy.${name}`), name);
  });

  it('puts closed files into the Problems panel', async () => {
    const compose = vscode.Uri.joinPath(dockerfile, '../compose.yaml');
    await until(() => codes(compose).includes('privileged-service'));
    assert(!vscode.workspace.textDocuments.some((it) => it.uri.toString() === compose.toString()));
  });

  it('underlines the word, once, and follows what is typed', async () => {
    const document = await vscode.workspace.openTextDocument(dockerfile);
    await vscode.window.showTextDocument(document);
    const [found, ...more] = await until(() => {
      const all = own(dockerfile).filter((it) => codeOf(it) === 'root-user');
      return all.length > 0 ? all : undefined;
    });
    assert.deepEqual(more, []);
    assert.equal(document.getText(found?.range), 'root');

    const edit = new vscode.WorkspaceEdit();
    const line = document.lineAt(document.lineCount - 1);
    edit.insert(dockerfile, line.range.end, '\nUSER node\n');
    await vscode.workspace.applyEdit(edit);
    await until(() => !codes(dockerfile).includes('root-user'));
    await vscode.commands.executeCommand('undo');
    await until(() => codes(dockerfile).includes('root-user'));
  });

  it('fixes from the list of actions, and undoes byte for byte', async () => {
    const document = await vscode.workspace.openTextDocument(dockerfile);
    await vscode.window.showTextDocument(document);
    const before = document.getText();
    const [found] = await until(() => {
      const all = own(dockerfile).filter((it) => codeOf(it) === 'root-user');
      return all.length > 0 ? all : undefined;
    });
    assert(found);
    const actions: vscode.CodeAction[] = await vscode.commands.executeCommand(
      'vscode.executeCodeActionProvider',
      dockerfile,
      found.range,
      vscode.CodeActionKind.QuickFix.value,
      10,
    );
    const fix = actions.find((it) => it.title.includes('node'));
    assert(fix?.edit, actions.map((it) => it.title).join());
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), before.replace('USER root', 'USER node'));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  it('fixes all that is safe in a file', async () => {
    const document = await vscode.workspace.openTextDocument(dockerfile);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('seaworthy.fixFile');
    await until(() => document.getText().includes('COPY src ./src'));
    await vscode.commands.executeCommand('undo');
    await until(() => document.getText().includes('ADD src ./src'));
  });

  it('explains on hover', async () => {
    const document = await vscode.workspace.openTextDocument(dockerfile);
    const start = document.getText().indexOf('USER root') + 'USER '.length;
    const hovers: vscode.Hover[] = await vscode.commands.executeCommand(
      'vscode.executeHoverProvider',
      dockerfile,
      document.positionAt(start),
    );
    const text = hovers
      .flatMap((it) => it.contents.map((part) => (typeof part === 'string' ? part : part.value)))
      .join();
    assert.match(text, /root-user[\s\S]*CIS Docker Benchmark/);
  });

  it('shows the page of a rule', async () => {
    await vscode.commands.executeCommand('seaworthy.showRule', 'root-user');
    await until(() => vscode.window.tabGroups.activeTabGroup.activeTab?.label.includes('root-user'));
  });

  it('shows it rendered where the finding links it, with working links to other pages', async () => {
    const found = own(dockerfile).find((it) => codeOf(it) === 'root-user');
    assert(typeof found?.code === 'object');
    const { target } = found.code;
    assert.equal(target.toString(), 'seaworthy-rules:/docs/rules/least-privilege/root-user.md');
    const text = Buffer.from(await vscode.workspace.fs.readFile(target)).toString();
    assert.match(text, /^# root-user$/m);
    const other = /\[日本語\]\((.+)\)/.exec(text)?.[1];
    assert(other);
    await vscode.workspace.fs.stat(vscode.Uri.joinPath(target, '..', other));
    await assert.rejects(Promise.resolve(vscode.workspace.fs.writeFile(target, Buffer.from('changed'))));

    await vscode.commands.executeCommand('vscode.open', target);
    await until(() => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom && input.viewType === 'vscode.markdown.preview.editor';
    });
  });

  it('obeys a rule that is switched off in the settings', async () => {
    const settings = vscode.workspace.getConfiguration('seaworthy');
    await settings.update('rules', { 'root-user': 'off' }, vscode.ConfigurationTarget.Workspace);
    await until(() => !codes(dockerfile).includes('root-user'));
    await settings.update('rules', undefined, vscode.ConfigurationTarget.Workspace);
    await until(() => codes(dockerfile).includes('root-user'));
  });

  it('comes back after a restart of the server', async () => {
    await vscode.commands.executeCommand('seaworthy.restart');
    await until(() => codes(dockerfile).includes('root-user'));
  });
});

function own(uri: vscode.Uri): readonly vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((it) => it.source === 'seaworthy');
}

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

function codes(uri: vscode.Uri): readonly string[] {
  return own(uri).map(codeOf);
}

/** Waits for the diagnostics to change until `ask` has an answer; mocha ends what never gets one. */
async function until<T>(ask: () => T | undefined | false): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer) return answer;
    await new Promise<void>((resolve) => {
      const late = setTimeout(done, 250);
      const listener = vscode.languages.onDidChangeDiagnostics(done);
      function done(): void {
        clearTimeout(late);
        listener.dispose();
        resolve();
      }
    });
  }
}
