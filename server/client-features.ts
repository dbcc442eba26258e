import type { InitializeParams } from 'vscode-languageserver';

/** What the client can do, read once from its capabilities. */
export interface ClientFeatures {
  /** Asks for diagnostics itself; else they are pushed. */
  readonly pull: boolean;
  readonly refreshDiagnostics: boolean;
  readonly configuration: boolean;
  readonly workspaceFolders: boolean;
  readonly watchFiles: boolean;
  readonly progress: boolean;
  readonly documentChanges: boolean;
  readonly createFiles: boolean;
  readonly changeAnnotations: boolean;
  readonly resolveEdits: boolean;
  readonly codeActionLiterals: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  readonly markdown: boolean;
  readonly lineFoldingOnly: boolean;
}

/** What our own client passes; other clients may pass the same. */
export interface InitializationOptions {
  /** Completion, formatting and the like for Dockerfiles. */
  readonly languageFeatures: boolean;
  /** A command of the client that asks for a reason and calls `seaworthy/ignore`. */
  readonly ignoreCommand?: string;
  /** The client has the pages of the rules: in a folder (a URI), and a command that shows the page of a rule's id. */
  readonly pages?: { readonly folder: string; readonly command: string };
}

export function clientFeatures({ capabilities }: InitializeParams): ClientFeatures {
  const { textDocument, workspace, window } = capabilities;
  const action = textDocument?.codeAction;
  return {
    pull: textDocument?.diagnostic !== undefined,
    refreshDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    configuration: workspace?.configuration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    watchFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    progress: window?.workDoneProgress === true,
    documentChanges: workspace?.workspaceEdit?.documentChanges === true,
    createFiles:
      workspace?.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.resourceOperations?.includes('create') === true,
    changeAnnotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    resolveEdits: action?.resolveSupport?.properties.includes('edit') === true && action.dataSupport === true,
    codeActionLiterals: action?.codeActionLiteralSupport !== undefined,
    relatedInformation: textDocument?.publishDiagnostics?.relatedInformation === true,
    codeDescription: textDocument?.publishDiagnostics?.codeDescriptionSupport === true,
    markdown: textDocument?.hover?.contentFormat?.includes('markdown') === true,
    lineFoldingOnly: textDocument?.foldingRange?.lineFoldingOnly === true,
  };
}

export function initializationOptions({ initializationOptions: given }: InitializeParams): InitializationOptions {
  const { languageFeatures, ignoreCommand, pages } = fieldsOf(given);
  const { folder, command } = fieldsOf(pages);
  return {
    languageFeatures: languageFeatures === true,
    ...(typeof ignoreCommand === 'string' ? { ignoreCommand } : {}),
    ...(typeof folder === 'string' && typeof command === 'string' ? { pages: { folder, command } } : {}),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
