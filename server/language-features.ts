import { DockerfileLanguageServiceFactory } from 'dockerfile-language-service';
import type { Connection, Hover, HoverParams, ServerCapabilities } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Session } from './session.js';

/** Lines: some of the service's operations grow faster than the file. */
const MAX_LINES = 3000;

export const LANGUAGE_CAPABILITIES: ServerCapabilities = {
  completionProvider: { resolveProvider: true, triggerCharacters: ['=', ' ', '$', '-'] },
  signatureHelpProvider: { triggerCharacters: ['-', '[', ',', '"', ' ', '='] },
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  documentOnTypeFormattingProvider: { firstTriggerCharacter: '\\', moreTriggerCharacter: ['`'] },
  renameProvider: { prepareProvider: true },
  documentLinkProvider: { resolveProvider: true },
  documentHighlightProvider: true,
  definitionProvider: true,
  documentSymbolProvider: true,
  foldingRangeProvider: true,
};

/**
 * What an editor offers beside findings, from dockerfile-language-service, for Dockerfiles only. Its parser is not
 * ours and fails on some files, so every call is guarded and no verdict rests on it. Semantic tokens are left out: they
 * take seconds on long instructions.
 */
export function registerLanguageFeatures(session: Session): (params: HoverParams) => Hover | null {
  const { connection, documents, client } = session;
  const service = DockerfileLanguageServiceFactory.createLanguageService();
  service.setCapabilities({
    completion: { completionItem: { snippetSupport: true, documentationFormat: ['markdown'] } },
    foldingRange: { lineFoldingOnly: client.lineFoldingOnly },
    hover: { contentFormat: ['markdown'] },
  });
  const on = guarded(connection, (uri) => documents.get(uri));

  connection.onCompletion((it) => on(it.textDocument, (text) => service.computeCompletionItems(text, it.position)));
  connection.onCompletionResolve((item) => service.resolveCompletionItem(item));
  connection.onSignatureHelp((it) => on(it.textDocument, (text) => service.computeSignatureHelp(text, it.position)));
  connection.onDocumentFormatting((it) => on(it.textDocument, (text) => service.format(text, it.options)));
  connection.onDocumentRangeFormatting((it) =>
    on(it.textDocument, (text) => service.formatRange(text, it.range, it.options)),
  );
  connection.onDocumentOnTypeFormatting((it) =>
    on(it.textDocument, (text) => service.formatOnType(text, it.position, it.ch, it.options)),
  );
  connection.onPrepareRename((it) => on(it.textDocument, (text) => service.prepareRename(text, it.position)));
  connection.onRenameRequest((it) =>
    on(it.textDocument, (text) => ({
      changes: { [it.textDocument.uri]: service.computeRename(it.textDocument, text, it.position, it.newName) },
    })),
  );
  connection.onDocumentLinks((it) => on(it.textDocument, (text) => service.computeLinks(text)));
  connection.onDocumentLinkResolve((link) => service.resolveLink(link));
  connection.onDocumentHighlight((it) =>
    on(it.textDocument, (text) => service.computeHighlightRanges(text, it.position)),
  );
  connection.onDefinition((it) =>
    on(it.textDocument, (text) => service.computeDefinition(it.textDocument, text, it.position)),
  );
  connection.onDocumentSymbol((it) => on(it.textDocument, (text) => service.computeSymbols(it.textDocument, text)));
  connection.onFoldingRanges((it) => on(it.textDocument, (text) => service.computeFoldingRanges(text)));
  return ({ textDocument, position }) => on(textDocument, (text) => service.computeHover(text, position));
}

type Guarded = <T>(document: { readonly uri: string }, answer: (text: string) => T) => T | null;

function guarded(connection: Connection, find: (uri: string) => TextDocument | undefined): Guarded {
  return ({ uri }, answer) => {
    const document = find(uri);
    if (document?.languageId !== 'dockerfile' || document.lineCount > MAX_LINES) return null;
    try {
      return answer(document.getText());
    } catch (error) {
      connection.console.warn(`dockerfile-language-service: ${String(error)} (${uri})`);
      return null;
    }
  };
}
