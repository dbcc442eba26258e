import { type Connection, type NotificationHandler, TextDocuments } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';

/** An open document as `textDocument/didOpen` tells of it. */
export interface OpenDocument {
  readonly uri: string;
  readonly languageId: string;
  readonly version: number;
  readonly text: string;
}

export function openDocuments(documents: TextDocuments<TextDocument>): readonly OpenDocument[] {
  return documents.all().map((it) => ({
    uri: it.uri,
    languageId: it.languageId,
    version: it.version,
    text: it.getText(),
  }));
}

/** Keeps the documents as the client tells of them, and passes on what it tells. */
export function listen(
  documents: TextDocuments<TextDocument>,
  connection: Connection,
  forward: (method: string, params: unknown) => void,
): void {
  const both =
    <P>(method: string, handle: NotificationHandler<P>): NotificationHandler<P> =>
    (params) => {
      forward(method, params);
      return handle(params);
    };
  documents.listen({
    ...connection,
    onDidOpenTextDocument: (handle) => connection.onDidOpenTextDocument(both('textDocument/didOpen', handle)),
    onDidChangeTextDocument: (handle) => connection.onDidChangeTextDocument(both('textDocument/didChange', handle)),
    onDidCloseTextDocument: (handle) => connection.onDidCloseTextDocument(both('textDocument/didClose', handle)),
    onDidSaveTextDocument: (handle) => connection.onDidSaveTextDocument(both('textDocument/didSave', handle)),
  });
}
