import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DocumentDiagnosticRequest,
  FileChangeType,
  WorkspaceDiagnosticRequest,
} from 'vscode-languageserver-protocol/node';
import { type Client, eventually, startClient, uriOf } from './client.js';

const DOCKERFILE = 'FROM node:24.4\nCOPY . /app\nUSER node\n';
const LEAK = 'context-leaks-secrets';

let folder = '';
let client: Client | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-dependents-'));
  file('.git/HEAD', 'ref: refs/heads/main\n');
  file('api/.env', 'DB_PASSWORD=kX9-Tulip-42\n');
  file('api/.dockerignore', '.env\n');
  file('api/Dockerfile', DOCKERFILE);
  // Always with a finding: a report with nothing in it is waited for.
  file('web/Dockerfile', DOCKERFILE.replace(':24.4', ''));
  file('web/.dockerignore', '');
});
afterEach(async () => {
  await client?.stop();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const place = path.join(folder, name);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
  return uriOf(place);
}

async function start(): Promise<Client> {
  client = await startClient({ folders: [folder] });
  return client;
}

/** The codes that an open document is given when it is pulled. */
async function pulled({ connection }: Client, uri: string): Promise<readonly unknown[]> {
  const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  return report.kind === 'full' ? report.items.map((it) => it.code) : [];
}

/** The codes of a closed file. */
async function reported({ connection }: Client, uri: string): Promise<readonly unknown[]> {
  const { items } = await connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
  const found = items.find((it) => it.uri === uri);
  return found?.kind === 'full' ? found.items.map((it) => it.code) : [];
}

function has(codes: readonly unknown[], expected: boolean): true | undefined {
  return codes.includes(LEAK) === expected ? true : undefined;
}

describe('a verdict that depends on other files', () => {
  it('follows what is typed in them, and forgets it when they are closed unsaved', async () => {
    const it = await start();
    const uri = uriOf(path.join(folder, 'api/Dockerfile'));
    const ignore = uriOf(path.join(folder, 'api/.dockerignore'));
    await it.open(uri, DOCKERFILE);
    expect(await pulled(it, uri)).not.toContain(LEAK);
    await it.open(ignore, '.env\n', 'ignore');
    await it.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: ignore, version: 2 },
      contentChanges: [{ text: '.git\n' }],
    });
    await eventually(() => (it.asked.includes('workspace/diagnostic/refresh') ? true : undefined));
    expect(await pulled(it, uri)).toContain(LEAK);
    expect(await pulled(it, ignore)).toEqual([]);
    await it.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: ignore } });
    await eventually(async () => has(await pulled(it, uri), false));
  });

  it('follows files that are written, come and go, also where nothing is open', async () => {
    const it = await start();
    const api = uriOf(path.join(folder, 'api/Dockerfile'));
    const web = uriOf(path.join(folder, 'web/Dockerfile'));
    const tell = (uri: string, type: FileChangeType) =>
      it.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri, type }] });
    await eventually(async () => has(await reported(it, api), false));

    await tell(file('api/.dockerignore', '\n'), FileChangeType.Changed);
    await eventually(async () => has(await reported(it, api), true));

    const key = file('web/id_rsa', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n');
    await tell(key, FileChangeType.Created);
    await eventually(async () => has(await reported(it, web), true));
    rmSync(path.join(folder, 'web/id_rsa'));
    await tell(key, FileChangeType.Deleted);
    await eventually(async () => has(await reported(it, web), false));
  });

  it('goes with a folder that is renamed', async () => {
    const it = await start();
    const old = uriOf(path.join(folder, 'api'));
    file('api/.dockerignore', '');
    await it.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: uriOf(path.join(folder, 'api/.dockerignore')), type: FileChangeType.Changed }],
    });
    await eventually(async () => has(await reported(it, uriOf(path.join(folder, 'api/Dockerfile'))), true));
    renameSync(path.join(folder, 'api'), path.join(folder, 'shop'));
    await it.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [
        { uri: old, type: FileChangeType.Deleted },
        { uri: uriOf(path.join(folder, 'shop')), type: FileChangeType.Created },
      ],
    });
    await eventually(async () => has(await reported(it, uriOf(path.join(folder, 'shop/Dockerfile'))), true));
    await eventually(async () => has(await reported(it, uriOf(path.join(folder, 'api/Dockerfile'))), false));
  });

  it('is told nothing of files that nobody asked for', async () => {
    const it = await start();
    const uri = uriOf(path.join(folder, 'api/Dockerfile'));
    await it.open(uri, DOCKERFILE);
    await pulled(it, uri);
    const before = it.asked.length;
    await it.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: file('notes/a.json', '{}'), type: FileChangeType.Created }],
    });
    await pulled(it, uri);
    // The thread that judges closed files may still be starting: it registers and asks for its settings.
    expect(it.asked.slice(before)).not.toContain('workspace/diagnostic/refresh');
  });
});
