import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import * as vscode from 'vscode';

const SCHEME = 'seaworthy-rules';

/** Where the server links the pages of the rules; below it they lie as in docs/. package.json shows them rendered. */
export const PAGES = `${SCHEME}:/docs/`;

/** The pages, read-only and in memory: packed together they are a quarter of what they are one by one. */
export function registerPages(context: vscode.ExtensionContext): vscode.Disposable {
  let unpacked: ReadonlyMap<string, Uint8Array> | undefined;
  const pages = (): ReadonlyMap<string, Uint8Array> => {
    unpacked ??= unpack(context.asAbsolutePath('client/out/pages.json.br'));
    return unpacked;
  };
  const read = (uri: vscode.Uri): Uint8Array => {
    const page = pages().get(uri.path);
    if (!page) throw vscode.FileSystemError.FileNotFound(uri);
    return page;
  };
  const refuse = (uri: vscode.Uri): never => {
    throw vscode.FileSystemError.NoPermissions(uri);
  };
  const provider: vscode.FileSystemProvider = {
    onDidChangeFile: () => ({ dispose: () => {} }),
    watch: () => ({ dispose: () => {} }),
    stat: (uri) =>
      isFolder(pages(), uri.path)
        ? { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 }
        : { type: vscode.FileType.File, ctime: 0, mtime: 0, size: read(uri).length },
    readFile: read,
    readDirectory: () => [],
    createDirectory: refuse,
    writeFile: refuse,
    delete: refuse,
    rename: refuse,
  };
  return vscode.workspace.registerFileSystemProvider(SCHEME, provider, { isReadonly: true, isCaseSensitive: true });
}

function unpack(file: string): ReadonlyMap<string, Uint8Array> {
  const pages: Readonly<Record<string, string>> = JSON.parse(brotliDecompressSync(readFileSync(file)).toString());
  const bytes = new TextEncoder();
  return new Map(Object.entries(pages).map(([name, text]) => [`/docs/${name}`, bytes.encode(text)]));
}

function isFolder(pages: ReadonlyMap<string, Uint8Array>, path: string): boolean {
  const start = path.endsWith('/') ? path : `${path}/`;
  return [...pages.keys()].some((it) => it.startsWith(start));
}
