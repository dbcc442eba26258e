import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { findBrowser, installVsCode, serverNode, VSCODE_SERVER } from './install.js';

/** What the page is opened with: pairs of a VS Code payload key and its value. */
type Payload = readonly (readonly [string, string])[];

export interface SessionOptions {
  /** Copied: the tests may write into what they opened. */
  readonly workspace: string;
  /** Installed the way a user would. */
  readonly vsix?: string;
  /** Lets the page's payload name an extension and a test suite to run in the extension host. */
  readonly testDriver?: boolean;
  /** The workspace is not trusted: only extensions that declare it run. */
  readonly restricted?: boolean;
  /** Display language, such as 'ja'. */
  readonly language?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly viewport?: { readonly width: number; readonly height: number };
}

/** A VS Code server of its own with a temporary home, and a browser page for it. */
export interface Session {
  /** The copy of the workspace. */
  readonly workspace: string;
  readonly page: Page;
  /** Where the logs are. */
  readonly folder: string;
  /** Rejects when the browser or the page dies. */
  readonly died: Promise<never>;
  /** The address of a file as the browser's VS Code names it. */
  readonly uri: (file: string) => string;
  readonly open: (payload?: Payload) => Promise<void>;
  /** Ends all processes. The folder with the logs stays when `keepLogs` is set. */
  readonly close: (options?: { readonly keepLogs: boolean }) => Promise<void>;
}

export interface Server {
  readonly origin: string;
  readonly workspace: string;
  readonly folder: string;
  readonly stop: () => Promise<void>;
}

const SETTINGS = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openSession(options: SessionOptions): Promise<Session> {
  const server = await startServer(options);
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({ ...findBrowser(), headless: true, args: BROWSER_ARGUMENTS });
    const page = await browser.newPage({ viewport: options.viewport ?? { width: 1280, height: 800 } });
    if (options.language) await displayLanguage(page, options.language);
    logPage(page, path.join(server.folder, 'browser.log'));
    return { ...server, page, ...address(server, page), died: death(browser, page), close: closer(browser, server) };
  } catch (error) {
    await browser?.close().catch(() => {});
    await server.stop();
    throw error;
  }
}

/** Starts the server of VS Code on a free port of this machine, with the extension installed when there is a .vsix. */
export async function startServer(options: SessionOptions): Promise<Server> {
  installVsCode();
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-e2e-'));
  const make = (name: string): string => {
    const made = path.join(folder, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const workspace = path.join(folder, 'workspace');
  cpSync(options.workspace, workspace, { recursive: true });
  const trust = options.restricted ? { 'security.workspace.trust.startupPrompt': 'never' } : {};
  const settings = JSON.stringify({ ...SETTINGS, ...trust, ...options.settings });
  writeFileSync(path.join(make('user-data/User'), 'settings.json'), settings);
  const env = cleanEnvironment({ HOME: make('home'), ...options.env });
  const common = [
    VSCODE_SERVER,
    '--accept-server-license-terms',
    `--server-data-dir=${make('server')}`,
    `--user-data-dir=${path.join(folder, 'user-data')}`,
    `--extensions-dir=${make('extensions')}`,
  ];
  if (options.vsix) installExtension(common, options.vsix, env);
  const args = [
    ...common,
    '--host=127.0.0.1',
    '--port=0',
    '--without-connection-token',
    '--telemetry-level=off',
    ...(options.restricted ? [] : ['--disable-workspace-trust']),
    ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
  ];
  // A process group of its own: the server leaves children behind when only it is ended.
  const child = spawn(serverNode(), args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = stopper(child);
  try {
    const port = await listening(child, path.join(folder, 'server.log'));
    return { origin: `127.0.0.1:${port}`, workspace, folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function installExtension(common: readonly string[], vsix: string, env: NodeJS.ProcessEnv): void {
  const { stdout, stderr } = spawnSync(serverNode(), [...common, '--install-extension', path.resolve(vsix)], {
    env,
    encoding: 'utf8',
  });
  if (!/successfully installed/.test(stdout)) throw new Error(`${vsix} could not be installed\n${stdout}${stderr}`);
}

/** Without what a surrounding VS Code, npm or desktop session would change in the one under test. */
function cleanEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE_|npm_|NODE_OPTIONS|XDG_)/.test(name));
  return { ...Object.fromEntries(kept), ...extra };
}

function listening(child: ChildProcess, log: string): Promise<string> {
  const file = createWriteStream(log);
  let output = '';
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        file.write(chunk);
        output += chunk.toString();
        const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
        if (port) resolve(port);
      });
    }
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`The VS Code server ended with ${code}\n${output}`)));
    setTimeout(() => reject(new Error(`The VS Code server did not start within 60 s\n${output}`)), 60_000).unref();
  });
}

function stopper(child: ChildProcess): () => Promise<void> {
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const signal = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signal('SIGTERM');
    const late = setTimeout(() => signal('SIGKILL'), 3000);
    await gone;
    clearTimeout(late);
    signal('SIGKILL');
  };
}

/** VS Code in the browser takes its language from this variable, which a language pack would set. */
async function displayLanguage(page: Page, language: string): Promise<void> {
  await page.addInitScript(`globalThis._VSCODE_NLS_LANGUAGE = ${JSON.stringify(language)};`);
}

function logPage(page: Page, file: string): void {
  const log = createWriteStream(file);
  page.on('console', (message) => log.write(`${message.type()} ${message.text()}\n`));
  page.on('pageerror', (error) => log.write(`pageerror ${error.stack}\n`));
}

function address({ origin, workspace }: Server, page: Page): Pick<Session, 'uri' | 'open'> {
  return {
    uri: (file) => `vscode-remote://${origin}${file}`,
    open: async (payload = []) => {
      const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
      await page.goto(`http://${origin}/?${query.toString()}`);
    },
  };
}

function death(browser: Browser, page: Page): Promise<never> {
  const died = new Promise<never>((_, reject) => {
    browser.on('disconnected', () => reject(new Error('The browser died')));
    page.on('crash', () => reject(new Error('The page crashed')));
  });
  // Closing the browser at the end is not an unhandled rejection.
  died.catch(() => {});
  return died;
}

function closer(browser: Browser, server: Server): Session['close'] {
  return async (options) => {
    await browser.close().catch(() => {});
    await server.stop();
    if (!options?.keepLogs) rmSync(server.folder, { recursive: true, force: true, maxRetries: 3 });
  };
}
