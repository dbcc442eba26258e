import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { print, type Report } from './report.js';
import { buildSuite, FIXTURE, ROOT } from './suite.js';

/**
 * `npm run test:electron`: the suite in a desktop VS Code, in the one that VSCODE_EXECUTABLE names or in one that is
 * downloaded. On Linux without a display: `xvfb-run npm run test:electron`.
 */

const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-electron-'));
const report = path.join(folder, 'report.json');
const executable = process.env['VSCODE_EXECUTABLE'];
try {
  await runTests({
    ...(executable ? { vscodeExecutablePath: executable } : {}),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: await buildSuite(),
    extensionTestsEnv: { SEAWORTHY_E2E_REPORT: report },
    launchArgs: [
      copyOfFixture(),
      '--disable-extensions',
      '--disable-workspace-trust',
      `--user-data-dir=${path.join(folder, 'user-data')}`,
      `--extensions-dir=${path.join(folder, 'extensions')}`,
    ],
  });
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
if (existsSync(report)) print('desktop VS Code', JSON.parse(readFileSync(report, 'utf8')) as Report);
else process.exitCode = 1;
rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

function copyOfFixture(): string {
  const workspace = path.join(folder, 'workspace');
  cpSync(FIXTURE, workspace, { recursive: true });
  return workspace;
}
