import * as vscode from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  type ServerOptions,
  TransportKind,
} from 'vscode-languageclient/node';
import { IGNORE, SHOW_RULE } from './commands.js';
import { PAGES } from './pages.js';
import { COMPOSE, ENGINES, PIPELINES, READ } from './patterns.js';

/** Extensions that offer completion, hovers and formatting for Dockerfiles themselves. */
const DOCKER_EXTENSIONS = ['docker.docker', 'ms-azuretools.vscode-docker', 'ms-azuretools.vscode-containers'];

/** One thread beside those of the server compiles and collects: with V8's four, the server waits for them on two cores. */
const RUNTIME = ['--v8-pool-size=1'];

/** The connection to the server, which runs as a process of its own beside the extension host. */
export function createClient(context: vscode.ExtensionContext): LanguageClient {
  const module = context.asAbsolutePath('server/out/server.cjs');
  const server: ServerOptions = { module, transport: TransportKind.ipc, options: { execArgv: RUNTIME } };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: 'dockerfile' },
      { language: 'dockercompose' },
      ...[`**/${COMPOSE}`, '**/*.compose.{yml,yaml}', ...PIPELINES, ...ENGINES, ...READ, '**/seaworthy.{yml,yaml}']
        .concat(addedPatterns())
        .map((pattern) => ({ scheme: 'file', pattern })),
    ],
    diagnosticPullOptions: { onChange: true, onTabs: true },
    // Hovers drop links with schemes of extensions; the link to the page of a rule is a command there.
    markdown: { isTrusted: { enabledCommands: [SHOW_RULE] } },
    initializationOptions: {
      languageFeatures: languageFeatures(),
      ignoreCommand: IGNORE,
      pages: { folder: PAGES, command: SHOW_RULE },
    },
  };
  return new LanguageClient('seaworthy', 'Seaworthy', server, options);
}

function addedPatterns(): readonly string[] {
  const settings = vscode.workspace.getConfiguration('seaworthy.files');
  return ['dockerfile', 'compose'].flatMap((it) => settings.get<string[]>(it, []));
}

function languageFeatures(): boolean {
  const wanted = vscode.workspace.getConfiguration('seaworthy').get('languageFeatures', 'auto');
  if (wanted !== 'auto') return wanted === 'on';
  return !DOCKER_EXTENSIONS.some((it) => vscode.extensions.getExtension(it) !== undefined);
}
