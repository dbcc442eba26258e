import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { type Client, FULL, type Options, startClient, uriOf } from './client.js';

const COMPOSE = `services:
  web:
    image: example/web:1.4
    environment:
      SESSION_SECRET: blue-kettle-9
`;
const CREATES = {
  ...FULL,
  workspace: {
    ...FULL.workspace,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create' as const], changeAnnotationSupport: {} },
  },
};

let folder = '';
let client: Client | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-files-'));
  mkdirSync(path.join(folder, '.git'));
});
afterEach(async () => {
  await client?.stop();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function secretFixes(
  options: Partial<Options>,
  open: Readonly<Record<string, string>> = {},
): Promise<CodeAction[]> {
  writeFileSync(path.join(folder, 'compose.yaml'), COMPOSE);
  client = await startClient({ folders: [folder], ...options });
  const uri = uriOf(path.join(folder, 'compose.yaml'));
  await client.open(uri, COMPOSE, 'yaml');
  for (const [name, text] of Object.entries(open)) await client.open(uriOf(path.join(folder, name)), text, 'plaintext');
  const actions = await client.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: { line: 4, character: 24 }, end: { line: 4, character: 24 } },
    context: { diagnostics: [] },
  });
  return (actions ?? []).filter((one): one is CodeAction => one.title.includes('SESSION_SECRET'));
}

async function resolved(action: CodeAction | undefined): Promise<WorkspaceEdit | undefined> {
  if (!client || !action) throw new Error('No fix');
  return (await client.connection.sendRequest(CodeActionResolveRequest.type, action)).edit;
}

describe('a fix over several files', () => {
  it('creates the files that are missing, and asks before', async () => {
    const [fix] = await secretFixes({ capabilities: CREATES });
    const edit = await resolved(fix);
    const uri = (name: string): string => uriOf(path.join(folder, name));
    expect(edit?.documentChanges).toMatchObject([
      { textDocument: { uri: uri('compose.yaml'), version: 1 } },
      { kind: 'create', uri: uri('.env') },
      { textDocument: { uri: uri('.env') }, edits: [{ newText: 'SESSION_SECRET=blue-kettle-9\n' }] },
      { kind: 'create', uri: uri('.gitignore') },
      { textDocument: { uri: uri('.gitignore') }, edits: [{ newText: '.env\n' }] },
    ]);
    expect(edit?.changeAnnotations?.['fix']).toMatchObject({ needsConfirmation: true });
  });

  it('changes the unsaved text of a file that is open', async () => {
    writeFileSync(path.join(folder, '.env'), 'PORT=80\n');
    writeFileSync(path.join(folder, '.gitignore'), '.env\n');
    const [fix] = await secretFixes({ capabilities: CREATES }, { '.env': 'PORT=80\nNAME=shop\n' });
    const edit = await resolved(fix);
    expect(edit?.documentChanges).toMatchObject([
      { textDocument: { version: 1 } },
      {
        textDocument: { uri: uriOf(path.join(folder, '.env')), version: 1 },
        edits: [{ range: { start: { line: 2, character: 0 } }, newText: 'SESSION_SECRET=blue-kettle-9\n' }],
      },
    ]);
  });

  it('is not offered to a client that cannot create files', async () => {
    expect(await secretFixes({ capabilities: FULL })).toEqual([]);
  });
});
