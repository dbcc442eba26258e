import { writeFileSync } from 'node:fs';
import { defineOn, run as runTests } from '../report.js';

/** What VS Code calls in the extension host, started by suite.ts in the browser or by electron.ts on the desktop. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, forbidOnly: true });
  defineOn(mocha);
  await import('./extension.js');
  const report = await runTests(mocha);
  const file = process.env['SEAWORTHY_E2E_REPORT'];
  if (file) writeFileSync(file, JSON.stringify(report));
  if (report.failed > 0 || report.passed === 0) throw new Error(`${report.failed} of ${report.tests.length} failed`);
}
