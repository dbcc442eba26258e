import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CodeAction, CodeActionRequest, CodeActionResolveRequest } from 'vscode-languageserver-protocol/node';
import { type Client, startClient, uriOf } from '../server/client.js';

/** The rewrite among the actions of an editor. */

const TEXT = 'FROM golang:1.25-alpine\nCOPY . /src\nRUN cd /src && go build -o /shop\nUSER 10001\nCMD ["/shop"]\n';
const KIND = 'refactor.rewrite.seaworthy.multistage';

let folder = '';
let client: Client | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-rewrite-'));
  mkdirSync(path.join(folder, '.git'));
});
afterEach(async () => {
  const code = await client?.stop();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
  expect(code ?? 0).toBe(0);
});

async function actions(only?: readonly string[]): Promise<readonly CodeAction[]> {
  const file = path.join(folder, 'Dockerfile');
  writeFileSync(file, TEXT);
  client = await startClient({ folders: [folder] });
  await client.open(uriOf(file), TEXT);
  const found = await client.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri: uriOf(file) },
    range: { start: { line: 0, character: 6 }, end: { line: 0, character: 6 } },
    context: { diagnostics: [], ...(only ? { only: [...only] } : {}) },
  });
  return (found ?? []).flatMap((it) => ('kind' in it ? [it] : []));
}

describe('multi-stage rewrite in an editor', () => {
  it.each([[undefined], [['refactor']], [['refactor.rewrite']], [[KIND]]])(
    'is offered to who asks for %j',
    async (only) => {
      const found = (await actions(only)).filter((it) => it.kind === KIND);
      expect(found.map((it) => it.title)).toEqual([
        'Build in a stage of its own, ship shop on gcr.io/distroless/static-debian13:nonroot',
      ]);
    },
  );

  it('comes alone to who asks for it alone', async () => {
    expect((await actions([KIND])).map((it) => it.kind)).toEqual([KIND]);
  });

  it.each([['quickfix'], ['source.fixAll'], ['refactor.extract'], ['refactor.rewrite.seaworthy.harden']])(
    'is no %s',
    async (only) => {
      expect((await actions([only])).filter((it) => it.kind === KIND)).toEqual([]);
    },
  );

  it('has its edit when it is taken', async () => {
    const [action] = await actions([KIND]);
    if (!action) throw new Error('no rewrite is offered');
    const resolved = action.edit ? action : await client?.connection.sendRequest(CodeActionResolveRequest.type, action);
    expect(JSON.stringify(resolved?.edit)).toContain('COPY --from=build /shop /shop');
  });
});
