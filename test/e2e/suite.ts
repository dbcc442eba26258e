import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { Report } from './report.js';
import { openSession, type Session } from './session.js';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const WORK = path.join(import.meta.dirname, '.work');
/** A run takes well under a minute; this only ends one that hangs. */
const DEADLINE = 240_000;

/** The folder that the suite works in. */
export const FIXTURE = path.join(import.meta.dirname, 'fixture');

/** Runs the mocha suite inside the extension host of a VS Code that runs this source tree as its extension. */
export async function runSuite(): Promise<Report> {
  const tests = await buildSuite();
  const report = path.join(WORK, 'suite.json');
  rmSync(report, { force: true });
  const session = await openSession({
    workspace: FIXTURE,
    testDriver: true,
    env: { SEAWORTHY_E2E_REPORT: report },
  });
  let ended = false;
  try {
    await drive(session, tests);
    ended = true;
  } finally {
    const done = existsSync(report);
    if (!done) console.error(`The suite did not report. Logs: ${session.folder}`);
    await session.page.screenshot({ path: path.join(WORK, 'suite.png') }).catch(() => {});
    await session.close({ keepLogs: !(ended && done) });
  }
  return JSON.parse(readFileSync(report, 'utf8')) as Report;
}

/** Bundles the suite for the extension host and returns its entry. */
export async function buildSuite(): Promise<string> {
  mkdirSync(WORK, { recursive: true });
  const outfile = path.join(WORK, 'suite.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'suite/index.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/** Opens VS Code on the suite and waits until it says that the run is over. */
async function drive(session: Session, tests: string): Promise<void> {
  const { page, uri, died, open } = session;
  // The consoles of the extension host and of the workbench.
  await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
    if (process.env['SEAWORTHY_E2E_VERBOSE']) console.log(args.map(String).join(' '));
  });
  const exited = new Promise<void>((resolve, reject) => {
    page.exposeFunction('codeAutomationExit', () => resolve()).catch(reject);
  });
  await open([
    ['extensionDevelopmentPath', uri(ROOT)],
    ['extensionTestsPath', uri(tests)],
  ]);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`The suite did not end within ${DEADLINE / 1000} s`)), DEADLINE).unref();
  });
  await Promise.race([exited, died, late]);
}
