import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver-protocol';
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  CompletionRequest,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DocumentDiagnosticRequest,
  DocumentFormattingRequest,
  ExecuteCommandRequest,
  FileChangeType,
  HoverRequest,
  ShowMessageNotification,
  type TextDocumentEdit,
  type WorkspaceDiagnosticReport,
  WorkspaceDiagnosticRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import undigestedImage from '../../rules/checks/trusted-base-images/undigested-image.js';
import { digestOf, hasAll, registryServer } from '../workspace/registry-server.js';
import { type Client, eventually, FULL, type Options, PLAIN, startClient, uriOf } from './client.js';

const BAD = 'FROM node:24.8.0\nRUN echo hello\nUSER root\nCMD ["node", "a.js"]\n';
const PRIVILEGED = 'services:\n  web:\n    image: nginx:1.29.1\n    privileged: true\n';

let folder = '';
let client: Client | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-server-'));
  mkdirSync(path.join(folder, '.git'));
});
afterEach(async () => {
  const code = await client?.stop();
  client = undefined;
  rmSync(folder, { recursive: true, force: true });
  expect(code ?? 0).toBe(0);
});

const start = async (options: Partial<Options> = {}): Promise<Client> => {
  client = await startClient({ folders: [folder], ...options });
  return client;
};
const file = (name: string, text: string): string => {
  const target = path.join(folder, name);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return uriOf(target);
};
const codes = (items: readonly Diagnostic[]): readonly string[] => items.map((it) => String(it.code)).sort();

function messageOf(diagnostic: Diagnostic | undefined): string {
  const message = diagnostic?.message ?? '';
  return typeof message === 'string' ? message : message.value;
}

async function pull(it: Client, uri: string): Promise<readonly Diagnostic[]> {
  const report = await it.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri } });
  if (report.kind !== 'full') throw new Error('Expected a full report');
  return report.items;
}

/** Long-polls the workspace as VS Code does and collects what it is told. */
function follow(it: Client): {
  readonly known: Map<string, readonly Diagnostic[]>;
  readonly stop: () => Promise<WorkspaceDiagnosticReport>;
} {
  const known = new Map<string, readonly Diagnostic[]>();
  const source = new CancellationTokenSource();
  const token = 'follow';
  it.connection.onProgress(WorkspaceDiagnosticRequest.partialResult, token, ({ items }) => {
    for (const report of items) if (report.kind === 'full') known.set(report.uri, report.items);
  });
  const answer = it.connection.sendRequest(
    WorkspaceDiagnosticRequest.type,
    { previousResultIds: [], partialResultToken: token },
    source.token,
  );
  return {
    known,
    stop: () => {
      source.cancel();
      return answer;
    },
  };
}

async function actionsAt(it: Client, uri: string, text: string, word: string, only?: string[]): Promise<CodeAction[]> {
  const line = text.slice(0, text.indexOf(word)).split('\n').length - 1;
  const character = text.indexOf(word) - (text.lastIndexOf('\n', text.indexOf(word)) + 1);
  const place = { line, character: character + 1 };
  const actions = await it.connection.sendRequest(CodeActionRequest.type, {
    textDocument: { uri },
    range: { start: place, end: place },
    context: { diagnostics: [], ...(only ? { only } : {}) },
  });
  return (actions ?? []) as CodeAction[];
}

/** Applies the edits that a workspace edit has for one file, as an editor does. */
function applied(edit: WorkspaceEdit | undefined, uri: string, text: string): string {
  const changes = (edit?.documentChanges as TextDocumentEdit[] | undefined)?.find((it) => it.textDocument.uri === uri);
  const edits = changes?.edits ?? edit?.changes?.[uri] ?? [];
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, it) => sum + it.length + 1, 0) + character;
  return [...edits]
    .filter((it) => 'newText' in it)
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (result, it) => result.slice(0, offset(it.range.start)) + it.newText + result.slice(offset(it.range.end)),
      text,
    );
}

describe('open documents', () => {
  it('are judged when they are pulled, with the word underlined and the page linked', async () => {
    const it = await start();
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const items = await pull(it, uri);
    const found = items.find(({ code }) => code === 'root-user');
    expect(found).toMatchObject({
      source: 'seaworthy',
      severity: 2,
      range: { start: { line: 2, character: 5 }, end: { line: 2, character: 9 } },
    });
    expect(found?.codeDescription?.href).toMatch(/^file:.*docs\/rules\/least-privilege\/root-user\.md$/);
  });

  it('link the pages that the client has, with a command where links to them are not shown', async () => {
    const pages = { folder: 'seaworthy-rules:/docs/', command: 'seaworthy.showRule' };
    const it = await start({ locale: 'ja', initializationOptions: { pages } });
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const found = (await pull(it, uri)).find(({ code }) => code === 'root-user');
    expect(found?.codeDescription?.href).toBe('seaworthy-rules:/docs/ja/rules/least-privilege/root-user.md');
    const hover = await it.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line: 2, character: 6 },
    });
    expect(JSON.stringify(hover?.contents)).toContain('(command:seaworthy.showRule?%5B%22root-user%22%5D)');
  });

  it('have the same result until they change', async () => {
    const it = await start();
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    // Settings arrive after the handshake and make earlier results stale.
    const resultId = await eventually(async () => {
      const ask = (previousResultId?: string) =>
        it.connection.sendRequest(DocumentDiagnosticRequest.type, {
          textDocument: { uri },
          ...(previousResultId === undefined ? {} : { previousResultId }),
        });
      const first = await ask();
      const second = await ask(first.resultId);
      return second.kind === 'unchanged' ? first.resultId : undefined;
    });
    await it.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: { line: 2, character: 5 }, end: { line: 2, character: 9 } }, text: 'node' }],
    });
    const third = await it.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
      ...(resultId === undefined ? {} : { previousResultId: resultId }),
    });
    expect(third.kind).toBe('full');
    expect(third.kind === 'full' ? codes(third.items) : []).not.toContain('root-user');
  });

  it('are judged without ever having been saved', async () => {
    const it = await start();
    await it.open('untitled:Untitled-1', BAD);
    expect(codes(await pull(it, 'untitled:Untitled-1'))).toContain('root-user');
  });

  it('are left alone when they are none of ours', async () => {
    const it = await start();
    const uri = file('notes.yaml', PRIVILEGED);
    await it.open(uri, PRIVILEGED, 'yaml');
    expect(await pull(it, uri)).toEqual([]);
  });

  it('count columns in UTF-16 and keep CRLF', async () => {
    const it = await start();
    const text = 'FROM node:24.8.0\r\nLABEL a="😀" b=c\r\nUSER root\r\n';
    const uri = file('Dockerfile', text);
    await it.open(uri, text);
    const found = (await pull(it, uri)).find(({ code }) => code === 'root-user');
    expect(found?.range).toEqual({ start: { line: 2, character: 5 }, end: { line: 2, character: 9 } });
  });
});

describe('the workspace', () => {
  it('is reported from the start, file by file, and goes on with what changes', async () => {
    const compose = file('deploy/compose.yaml', PRIVILEGED);
    file('ignored/compose.yaml', PRIVILEGED);
    file('.gitignore', 'ignored\n');
    const it = await start();
    const { known, stop } = follow(it);
    await eventually(() => (known.get(compose)?.length ? true : undefined));
    expect([...known.keys()].filter((uri) => uri.includes('ignored'))).toEqual([]);

    file('deploy/compose.yaml', PRIVILEGED.replace('true', 'false'));
    const added = file('Dockerfile', BAD);
    await it.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [
        { uri: compose, type: FileChangeType.Changed },
        { uri: added, type: FileChangeType.Created },
      ],
    });
    await eventually(() => (known.get(added)?.length ? true : undefined));
    await eventually(() => (codes(known.get(compose) ?? []).includes('privileged-service') ? undefined : true));

    rmSync(path.join(folder, 'Dockerfile'));
    await it.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: added, type: FileChangeType.Deleted }],
    });
    await eventually(() => (known.get(added)?.length === 0 ? true : undefined));
    expect((await stop()).items).toEqual([]);
  });

  it('does not answer while nothing changes, and answers when it is cancelled', async () => {
    file('Dockerfile', BAD);
    const it = await start();
    const first = await it.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    expect(first.items).toHaveLength(1);
    const held = first.items.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' }));
    const source = new CancellationTokenSource();
    let answered = false;
    const second = it.connection
      .sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: held }, source.token)
      .finally(() => {
        answered = true;
      });
    // A request that is answered at once would be answered before this one.
    await pull(it, uriOf(path.join(folder, 'Dockerfile')));
    expect(answered).toBe(false);
    source.cancel();
    expect((await second).items).toEqual([]);
  });

  it('leaves a file to its editor while it is open, and takes it back when it is closed', async () => {
    const uri = file('Dockerfile', BAD);
    const it = await start();
    const { known, stop } = follow(it);
    await eventually(() => (known.get(uri)?.length ? true : undefined));
    await it.open(uri, 'FROM node:24.8.0\nUSER node\n');
    expect(codes(await pull(it, uri))).not.toContain('root-user');
    known.delete(uri);
    await it.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    await eventually(() => (codes(known.get(uri) ?? []).includes('root-user') ? true : undefined));
    await stop();
  });

  it('has as many roots as the client says, each with its own settings', async () => {
    const other = mkdtempSync(path.join(tmpdir(), 'seaworthy-other-'));
    writeFileSync(path.join(other, 'Dockerfile'), BAD);
    const here = file('Dockerfile', BAD);
    const there = uriOf(path.join(other, 'Dockerfile'));
    const it = await start({ settings: { [uriOf(other)]: { rules: { 'root-user': 'error' } } } });
    const { known, stop } = follow(it);
    await eventually(() => (known.get(here)?.length ? true : undefined));
    await it.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [{ uri: uriOf(other), name: 'other' }], removed: [] },
    });
    await eventually(() => (known.get(there)?.length ? true : undefined));
    expect(known.get(there)?.find(({ code }) => code === 'root-user')?.severity).toBe(1);
    expect(known.get(here)?.find(({ code }) => code === 'root-user')?.severity).toBe(2);
    await it.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [], removed: [{ uri: uriOf(other), name: 'other' }] },
    });
    await eventually(() => (known.get(there)?.length === 0 ? true : undefined));
    await stop();
    rmSync(other, { recursive: true, force: true });
  });
});

describe('settings', () => {
  it('of the editor switch a rule off, and on again', async () => {
    const uri = file('Dockerfile', BAD);
    const it = await start({ settings: { '': { rules: { 'root-user': 'off' } } } });
    await it.open(uri, BAD);
    await eventually(async () => (codes(await pull(it, uri)).includes('root-user') ? undefined : true));
    it.settings[''] = {};
    await it.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await eventually(async () => (codes(await pull(it, uri)).includes('root-user') ? true : undefined));
    expect(it.asked).toContain('workspace/diagnostic/refresh');
  });

  it('of a seaworthy.yaml win, also when it is written later', async () => {
    const uri = file('Dockerfile', BAD);
    const it = await start();
    await it.open(uri, BAD);
    expect(codes(await pull(it, uri))).toContain('root-user');
    const config = file('seaworthy.yaml', 'rules:\n  root-user: off\n');
    await it.connection.sendNotification(DidChangeWatchedFilesNotification.type, {
      changes: [{ uri: config, type: FileChangeType.Created }],
    });
    await eventually(async () => (codes(await pull(it, uri)).includes('root-user') ? undefined : true));
  });

  it('that name no rule are reported in the file, with what was meant', async () => {
    const text = 'rules:\n  root-usr: off\n';
    const uri = file('seaworthy.yaml', text);
    const it = await start();
    await it.open(uri, text, 'yaml');
    const [found] = await pull(it, uri);
    expect(found?.range).toEqual({ start: { line: 1, character: 2 }, end: { line: 1, character: 10 } });
    expect(messageOf(found)).toContain('root-user');
  });
});

describe('digests', () => {
  const ON = { profile: 'strict', askRegistry: true };
  const image = (host: string): string => `${host}/acme/app:1.4.2`;
  const ofRule = (it: CodeAction): boolean => it.diagnostics?.[0]?.code === 'undigested-image';
  const pins = (actions: readonly CodeAction[]): readonly CodeAction[] =>
    actions.filter((it) => ofRule(it) && !it.title.startsWith('Ignore'));

  /** The offer to pin the image of a Dockerfile, and what the user is told meanwhile. */
  async function offered(host: string, settings: Record<string, unknown> = { '': ON }) {
    const text = `FROM ${image(host)} AS build\n`;
    const it = await start({ settings });
    const shown: string[] = [];
    it.connection.onNotification(ShowMessageNotification.type, ({ message }) => void shown.push(message));
    const uri = file('Dockerfile', text);
    await it.open(uri, text);
    // Settings arrive after the handshake.
    const actions = await eventually(async () => {
      const found = await actionsAt(it, uri, text, host);
      return found.some(ofRule) ? found : undefined;
    });
    const action = pins(actions)[0] ?? { title: '' };
    const resolve = () => it.connection.sendRequest(CodeActionResolveRequest.type, action);
    return { it, uri, text, actions, action, shown, resolve };
  }

  it('are asked for when the fix is taken, and not before', async () => {
    const { host, asked } = await registryServer(hasAll);
    const { uri, text, action, shown, resolve } = await offered(host);
    expect(action.title).toBe(`Ask the registry for the digest of ${image(host)}, and pin it`);
    expect(asked).toEqual([]);
    const [first, second] = await Promise.all([resolve(), resolve()]);
    const pinned = `${image(host)}@${digestOf('/v2/acme/app/manifests/1.4.2')}`;
    expect(applied(first.edit, uri, text)).toBe(`FROM ${pinned} AS build\n`);
    expect(second.edit).toEqual(first.edit);
    expect(JSON.stringify(first.edit)).toContain('May change behaviour');
    expect(shown).toEqual([]);
  });

  it.each([
    ['the setting is off', { '': { profile: 'strict' } }],
    ['a folder wants it, and not the user', { '': { profile: 'strict' }, folder: ON }],
  ])('are not asked for where %s', async (_, { folder: own, ...settings }: Record<string, unknown>) => {
    const { host, asked } = await registryServer(hasAll);
    const { it, uri, actions } = await offered(host, own ? { ...settings, [uriOf(folder)]: own } : settings);
    expect(pins(actions)).toEqual([]);
    // Not even by a client that makes up the action.
    const { noDigest } = undigestedImage.messages;
    const key = `undigested-image@5-${5 + image(host).length}:${noDigest}`;
    const made = { title: '', data: { uri, version: 1, problem: key, fix: 'pin' } };
    expect((await it.connection.sendRequest(CodeActionResolveRequest.type, made)).edit).toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('that cannot be had are no edit, and the user reads why', async () => {
    const { host } = await registryServer((_, response) => response.writeHead(404).end());
    const { shown, resolve } = await offered(host);
    expect((await resolve()).edit).toBeUndefined();
    expect(shown).toEqual([`${image(host)}: The registry has no such image or tag. Check its name and tag.`]);
  });

  it('come too late for a text that has changed', async () => {
    let changed: Promise<void> | undefined;
    let change = (): Promise<void> => Promise.resolve();
    const { host } = await registryServer((request, response) => {
      changed = change().then(() => hasAll(request, response));
    });
    const { it, uri, text, resolve } = await offered(host);
    change = async () => {
      await it.connection.sendNotification(DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version: 2 },
        contentChanges: [{ text: `# a line more\n${text}` }],
      });
      await pull(it, uri);
    };
    expect((await resolve()).edit).toBeUndefined();
    await changed;
  });

  it('can be waited for no longer', async () => {
    const source = new CancellationTokenSource();
    const { host } = await registryServer(() => source.cancel());
    const { it, uri, action, shown } = await offered(host);
    const resolved = await it.connection.sendRequest(CodeActionResolveRequest.type, action, source.token);
    expect(resolved.edit).toBeUndefined();
    await pull(it, uri);
    expect(shown).toEqual([]);
  });
});

describe('code actions', () => {
  it('offer a verified fix, and its edit only when it is taken', async () => {
    const it = await start();
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const actions = await actionsAt(it, uri, BAD, 'root');
    const fix = actions.find(({ title }) => /node/.test(title));
    expect(fix).toMatchObject({ kind: 'quickfix' });
    expect(fix?.edit).toBeUndefined();
    if (!fix) throw new Error('No fix');
    const resolved = await it.connection.sendRequest(CodeActionResolveRequest.type, fix);
    const changed = applied(resolved.edit, uri, BAD);
    expect(changed).toBe(BAD.replace('USER root', 'USER node'));
  });

  it('refuse an edit for a text that has changed since', async () => {
    const it = await start();
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const [fix] = await actionsAt(it, uri, BAD, 'root');
    await it.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: `# a line more\n${BAD}` }],
    });
    if (!fix) throw new Error('No fix');
    expect((await it.connection.sendRequest(CodeActionResolveRequest.type, fix)).edit).toBeUndefined();
  });

  it('ignore a finding with a comment that works', async () => {
    const it = await start({
      capabilities: {
        ...FULL,
        textDocument: {
          ...FULL.textDocument,
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
        },
      },
    });
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const ignore = (await actionsAt(it, uri, BAD, 'root')).find(({ title }) => title.startsWith('Ignore root-user'));
    const changed = applied(ignore?.edit, uri, BAD);
    expect(changed).toMatch(/# seaworthy: ignore\[root-user\] .+\nUSER root\n/);
    await it.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: changed }],
    });
    expect(codes(await pull(it, uri))).toEqual([]);
  });

  it('write the reason that the user gave', async () => {
    const it = await start({ initializationOptions: { ignoreCommand: 'seaworthy.ignore' } });
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const ignore = (await actionsAt(it, uri, BAD, 'root')).find(({ title }) => title.startsWith('Ignore root-user'));
    const [target, finding] = (ignore?.command?.arguments ?? []) as string[];
    const edit: WorkspaceEdit = await it.connection.sendRequest('seaworthy/ignore', {
      uri: target,
      finding,
      reason: 'a base image',
    });
    expect(applied(edit, uri, BAD)).toContain('# seaworthy: ignore[root-user] a base image\nUSER root');
  });

  it('remove a comment of ours that silences nothing', async () => {
    const text = 'FROM node:24.8.0\n# seaworthy: ignore[root-user] no longer true\nUSER node\n';
    const it = await start();
    const uri = file('Dockerfile', text);
    await it.open(uri, text);
    const [fix] = await actionsAt(it, uri, text, 'root-user');
    if (!fix) throw new Error('No fix');
    const resolved = await it.connection.sendRequest(CodeActionResolveRequest.type, fix);
    expect(applied(resolved.edit, uri, text)).toBe('FROM node:24.8.0\nUSER node\n');
  });

  it('correct a setting that nobody knows', async () => {
    const text = 'rules:\n  root-usr: off\n';
    const it = await start();
    const uri = file('seaworthy.yaml', text);
    await it.open(uri, text, 'yaml');
    const [fix] = await actionsAt(it, uri, text, 'root-usr');
    if (!fix) throw new Error('No fix');
    const resolved = await it.connection.sendRequest(CodeActionResolveRequest.type, fix);
    expect(applied(resolved.edit, uri, text)).toBe('rules:\n  root-user: off\n');
  });

  it('fix all safe findings only when asked to', async () => {
    const it = await start();
    const text = 'FROM node:24.8.0\nADD src ./src\nADD more ./more\nUSER node\n';
    const uri = file('Dockerfile', text);
    await it.open(uri, text);
    const usual = await actionsAt(it, uri, text, 'ADD');
    expect(usual.map(({ kind }) => kind)).not.toContain('source.fixAll.seaworthy');
    const [all] = await actionsAt(it, uri, text, 'FROM', ['source.fixAll']);
    expect(all?.kind).toBe('source.fixAll.seaworthy');
    expect(applied(all?.edit, uri, text)).toBe(text.replaceAll('ADD', 'COPY'));
    expect(await actionsAt(it, uri, text, 'FROM', ['refactor'])).toEqual([]);
  });

  it('apply the safe fixes of the whole workspace, closed files among them', async () => {
    const text = 'FROM node:24.8.0\nADD src ./src\nUSER node\n';
    const first = file('Dockerfile', text);
    const second = file('api/Dockerfile', text);
    const it = await start();
    let edit: WorkspaceEdit | undefined;
    it.connection.onRequest('workspace/applyEdit', (params: { edit: WorkspaceEdit }) => {
      edit = params.edit;
      return { applied: true };
    });
    await eventually(async () => {
      await it.connection.sendRequest(ExecuteCommandRequest.type, { command: 'seaworthy.applySafeFixes' });
      return edit;
    });
    for (const uri of [first, second]) expect(applied(edit, uri, text)).toBe(text.replace('ADD', 'COPY'));
  });
});

describe('hover', () => {
  it('tells why, and who asks for it', async () => {
    const it = await start();
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const hover = await it.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line: 2, character: 6 },
    });
    const contents = hover?.contents;
    if (!contents || typeof contents === 'string' || !('kind' in contents)) throw new Error('No hover');
    const { kind, value } = contents;
    expect(kind).toBe('markdown');
    expect(value).toMatch(/`root-user`[\s\S]*CIS Docker Benchmark 4\.1[\s\S]*CWE-250/);
    const beside = await it.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line: 1, character: 6 },
    });
    expect(beside).toBeNull();
  });
});

describe('language', () => {
  it('follows the editor', async () => {
    const it = await start({ locale: 'ja' });
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    const found = (await pull(it, uri)).find(({ code }) => code === 'root-user');
    expect(messageOf(found)).toMatch(/[ぁ-ん].*。$/);
    expect(found?.codeDescription?.href).toContain('docs/ja/rules/');
  });

  it('follows the setting before the editor', async () => {
    const it = await start({ locale: 'ja', settings: { '': { locale: 'en' } } });
    const uri = file('Dockerfile', BAD);
    await it.open(uri, BAD);
    await eventually(async () => {
      const found = (await pull(it, uri)).find(({ code }) => code === 'root-user');
      return found && /^[ -~]+$/.test(messageOf(found)) ? true : undefined;
    });
  });
});

describe('language features', () => {
  it('are there when the client asks for them', async () => {
    const it = await start({ initializationOptions: { languageFeatures: true } });
    const uri = file('Dockerfile', 'FROM node:24.8.0\nWORK\n  USER node\n');
    await it.open(uri, readFileSync(path.join(folder, 'Dockerfile'), 'utf8'));
    const items = await it.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri },
      position: { line: 1, character: 4 },
    });
    expect(JSON.stringify(items)).toContain('WORKDIR');
    const edits = await it.connection.sendRequest(DocumentFormattingRequest.type, {
      textDocument: { uri },
      options: { tabSize: 2, insertSpaces: true },
    });
    expect(edits).toHaveLength(1);
  });

  it('survive what their parser does not', async () => {
    const it = await start({ initializationOptions: { languageFeatures: true } });
    const text = '  ARG TAG=${BASE}\nFROM a:$TAG\nRUN \\\n# comment\\comment\n  echo a\nUSER root\n';
    const uri = file('Dockerfile', text);
    await it.open(uri, text);
    for (let line = 0; line < 6; line++)
      await it.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position: { line, character: 8 } });
    expect(codes(await pull(it, uri))).toContain('root-user');
  });

  it('are absent when another extension has them', async () => {
    const it = await start({ initializationOptions: { languageFeatures: false } });
    expect(it.result.capabilities.completionProvider).toBeUndefined();
    expect(it.result.capabilities.documentFormattingProvider).toBeUndefined();
  });
});

describe('a client that cannot pull', () => {
  it('is told of open and closed files, and of files that became clean', async () => {
    const uri = file('Dockerfile', BAD);
    const compose = file('compose.yaml', PRIVILEGED);
    const it = await start({ capabilities: PLAIN });
    expect(it.result.capabilities.diagnosticProvider).toBeUndefined();
    await eventually(() => (it.pushed.get(uri)?.length && it.pushed.get(compose)?.length ? true : undefined));
    await it.open(uri, BAD);
    await it.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: 'FROM node:24.8.0\nUSER node\n' }],
    });
    await eventually(() => (codes(it.pushed.get(uri) ?? []).includes('root-user') ? undefined : true));
    await it.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    await eventually(() => (codes(it.pushed.get(uri) ?? []).includes('root-user') ? true : undefined));
  });

  it('gets nothing pushed when it can pull', async () => {
    const uri = file('Dockerfile', BAD);
    file('compose.yaml', PRIVILEGED);
    const it = await start();
    await it.open(uri, BAD);
    await pull(it, uri);
    await it.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    expect([...it.pushed]).toEqual([]);
  });
});

describe('hostile texts', () => {
  const cases: readonly (readonly [name: string, text: string])[] = [
    ['three megabytes', `FROM a\nRUN ${'x'.repeat(3_000_000)}\n`],
    ['a hundred thousand instructions', `FROM a\n${'RUN x\n'.repeat(100_000)}`],
    ['deep nesting', `FROM a:${'${a:-'.repeat(50_000)}\n`],
    ['no text at all', ''],
    ['control characters', 'FROM a\u0000\nUSER \u0007\n'],
  ];
  it.each(cases)('%s leave the server alive', async (_name, text) => {
    const it = await start();
    const uri = file('Dockerfile', '');
    await it.open(uri, text);
    await pull(it, uri);
    const other = file('other.Dockerfile', BAD);
    await it.open(other, BAD);
    expect(codes(await pull(it, other))).toContain('root-user');
  });
});
