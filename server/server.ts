import { lstatSync } from 'node:fs';
import path from 'node:path';
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type FileEvent,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
  TextDocumentSyncKind,
  TextDocuments,
  WatchKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { kindOf } from '../rules/project/kind.js';
import { RULES } from '../rules/registry.generated.js';
import { createCodeActions, FIX_ALL, REWRITE } from './code-actions.js';
import { APPLY_SAFE_FIXES, applySafeFixes } from './commands.js';
import { createRefresh, pullDiagnostics, pushDiagnostics, refreshDiagnostics } from './diagnostics.js';
import { findingHover } from './hover.js';
import { createJudge, type Judge } from './judge.js';
import { LANGUAGE_CAPABILITIES, registerLanguageFeatures } from './language-features.js';
import { createSession, type Session } from './session.js';
import { pageOf, SOURCE } from './to-diagnostic.js';
import { pathOf } from './uri.js';
import { createWorkspaceIndex, type WorkspaceIndex } from './workspace-index.js';

/** The files of CI systems, as `pipelineSystemOf` knows them. */
const PIPELINES = [
  '**/.github/{workflows,actions}/**/*.{yml,yaml}',
  '**/*gitlab-ci*.{yml,yaml}',
  '**/.gitlab/**/*.{yml,yaml}',
  '**/*azure-pipeline*.{yml,yaml}',
  '**/{.azure-pipelines,azure-pipelines}/**/*.{yml,yaml}',
  '**/.circleci/*.{yml,yaml}',
  '**/bitbucket-pipelines.{yml,yaml}',
  '**/{Jenkinsfile,Jenkinsfile.*,*.jenkinsfile}',
  '**/.drone.{yml,yaml}',
  '**/.woodpecker{,/**/*}.{yml,yaml}',
];

/** What pipelines call. */
const SCRIPTS = ['**/{Makefile,makefile,GNUmakefile,justfile}', '**/*.sh'];

/** Files whose change may change a verdict: the judged ones, the settings, and what hides files. */
const WATCHED = [
  '**/{Dockerfile,Containerfile}',
  '**/{Dockerfile,Containerfile}.*',
  '**/*.{Dockerfile,dockerfile}',
  '**/*compose*.{yml,yaml}',
  ...PIPELINES,
  ...SCRIPTS,
  '**/seaworthy.{yml,yaml}',
  '**/.gitignore',
];

/** What rules read besides: ignore files, env files, profiles, keys, and what tells which tool a project is built with. */
const READ = [
  '**/{.dockerignore,*.dockerignore}',
  '**/{.env,.env.*,*.env,.envrc}',
  '**/*.{json,pem,key,tfvars}',
  '**/{.npmrc,.yarnrc,.netrc,pyproject.toml,setup.py,setup.cfg,pom.xml,build.gradle,build.gradle.kts}',
];

/** Serves one client over `connection` until it says `exit`. */
export function serve(connection: Connection): void {
  const documents = new TextDocuments(TextDocument);
  connection.onInitialize((params) => {
    const session = createSession(connection, documents, params);
    const judge = createJudge(session);
    const index = createWorkspaceIndex(session, judge);
    register(session, judge, index);
    connection.onInitialized(() => start(session, index));
    return initializeResult(session, params);
  });
  documents.listen(connection);
  connection.listen();
}

function initializeResult({ client, options }: Session, { capabilities }: InitializeParams): InitializeResult {
  const own: ServerCapabilities = {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    ...(client.codeActionLiterals
      ? {
          codeActionProvider: { codeActionKinds: ['quickfix', REWRITE, FIX_ALL], resolveProvider: client.resolveEdits },
        }
      : {}),
    executeCommandProvider: { commands: [APPLY_SAFE_FIXES] },
    ...(client.pull
      ? { diagnosticProvider: { identifier: SOURCE, interFileDependencies: true, workspaceDiagnostics: true } }
      : {}),
    ...(capabilities.workspace?.workspaceFolders
      ? { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }
      : {}),
  };
  return {
    capabilities: options.languageFeatures ? { ...LANGUAGE_CAPABILITIES, ...own } : own,
    serverInfo: { name: 'seaworthy' },
  };
}

function register(session: Session, judge: Judge, index: WorkspaceIndex): void {
  const { connection, documents, client, options } = session;
  const actions = createCodeActions(session, judge);
  const refresh = createRefresh(session, judge);
  if (client.pull) pullDiagnostics(session, judge, index);
  else pushDiagnostics(session, judge, index);

  connection.onCodeAction(actions.list);
  connection.onCodeActionResolve(actions.resolve);
  connection.onExecuteCommand(async ({ command, arguments: args }) => {
    const uri: unknown = args?.[0];
    if (command === APPLY_SAFE_FIXES)
      await applySafeFixes(session, judge, index, typeof uri === 'string' ? uri : undefined);
  });
  connection.onRequest(
    'seaworthy/ignore',
    ({ uri, finding, reason }: { uri: string; finding: string; reason: string }) =>
      actions.ignore(uri, finding, reason) ?? null,
  );
  connection.onRequest('seaworthy/rules', () => rulePages(session));

  const languageHover = options.languageFeatures ? registerLanguageFeatures(session) : undefined;
  connection.onHover((params) => findingHover(session, judge, params) ?? languageHover?.(params) ?? null);

  documents.onDidOpen(({ document }) => index.changed(listedPath(index, document.uri)));
  documents.onDidClose(({ document }) => {
    index.changed(listedPath(index, document.uri));
    // What was typed and not saved does not count any more.
    const file = pathOf(document.uri);
    if (file !== undefined) othersChanged(index, session.filesChanged([file]), refresh);
  });
  documents.onDidSave(({ document }) => reactTo(session, judge, index, [document.uri]));
  documents.onDidChangeContent(({ document }) => {
    const file = pathOf(document.uri);
    if (file !== undefined) othersChanged(index, session.filesChanged([file]), refresh);
  });
  connection.onDidChangeWatchedFiles(({ changes }) =>
    reactTo(
      session,
      judge,
      index,
      changes.map((it: FileEvent) => it.uri),
    ),
  );
  connection.onDidChangeConfiguration(() => void configurationChanged(session, judge, index));
}

async function start(session: Session, index: WorkspaceIndex): Promise<void> {
  const { connection, client, editorSettings, folders, setFolders } = session;
  if (client.configuration) {
    await connection.client.register(DidChangeConfigurationNotification.type, { section: 'seaworthy' });
    await editorSettings.fetch(folders());
  }
  if (client.watchFiles) {
    const watchers = [
      ...[...WATCHED, ...READ].map((globPattern) => ({ globPattern })),
      // What lies in a build context is told by names.
      { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
    ];
    await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }
  if (client.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
      const gone = new Set(removed.map((it) => it.uri));
      setFolders([...folders().filter((it) => !gone.has(it)), ...added.map((it) => it.uri)]);
      await editorSettings.fetch(folders());
      session.forget();
      await index.scan({ again: true });
    });
  }
  session.forget();
  await index.scan({ again: true });
}

async function configurationChanged(session: Session, judge: Judge, index: WorkspaceIndex): Promise<void> {
  await session.editorSettings.fetch(session.folders());
  await everythingChanged(session, judge, index);
}

async function everythingChanged(session: Session, judge: Judge, index: WorkspaceIndex): Promise<void> {
  session.forget();
  refreshDiagnostics(session, judge);
  await index.scan({ again: true });
}

/** Judges anew what depends on the changed files: everything for settings, else the file and those that asked for it. */
function reactTo(session: Session, judge: Judge, index: WorkspaceIndex, uris: readonly string[]): void {
  const paths = uris.flatMap((it) => pathOf(it) ?? []);
  if (paths.some((it) => /(?:^|[\\/])(?:seaworthy\.ya?ml|\.gitignore)$/.test(it))) {
    void everythingChanged(session, judge, index);
    return;
  }
  const dependents = session.filesChanged(paths);
  othersChanged(index, dependents, () => refreshDiagnostics(session, judge));
  const judged = paths.filter((it) => index.lists(it) || mayBeJudged(session, it) || holdsJudged(index, it));
  if (judged.length > 0) index.changed(judged);
}

/** A file of ours by its name, or a folder in which there may be some. */
function mayBeJudged(session: Session, file: string): boolean {
  const { config, base } = session.settings.inFolder(path.dirname(file));
  if (kindOf(path.relative(base, file).replaceAll('\\', '/'), config) !== undefined) return true;
  return lstatSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** A folder that is gone, with files of ours. */
function holdsJudged(index: WorkspaceIndex, folder: string): boolean {
  const prefix = folder + path.sep;
  for (const [file] of index.files()) if (file.startsWith(prefix)) return true;
  return false;
}

/** Files whose verdict asked for a changed one: closed ones are judged anew, the client pulls the open ones. */
function othersChanged(index: WorkspaceIndex, dependents: readonly string[], refresh: () => void): void {
  if (dependents.length === 0) return;
  index.changed(dependents.filter((it) => index.lists(it)));
  refresh();
}

function listedPath(index: WorkspaceIndex, uri: string): readonly string[] {
  const file = pathOf(uri);
  return file !== undefined && index.lists(file) ? [file] : [];
}

/** For the client's list of rules: what can be looked up. */
function rulePages(
  session: Session,
): readonly { id: string; summary: string; practice: string; page: string | null }[] {
  return RULES.map((rule) => ({
    id: rule.id,
    summary: session.say({ template: rule.summary, data: {} }),
    practice: session.say({ template: rule.practice.title, data: {} }),
    page: pageOf(session, rule) ?? null,
  }));
}
