import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installVsCode } from './install.js';
import { print, type Report } from './report.js';
import { runSuite } from './suite.js';
import { runUi } from './ui.js';

/** Runs both parts (or the one that is named: `suite`, `ui`) and leaves their sum where scripts/test.ts reads it. */
const PARTS: Readonly<Record<string, () => Promise<Report>>> = { suite: runSuite, ui: runUi };

const work = path.join(import.meta.dirname, '.work');
mkdirSync(work, { recursive: true });
const unavailable = installation();
const reports: Report[] = [];
if (unavailable === undefined) {
  for (const [name, part] of Object.entries(PARTS)) {
    if (process.argv[2] === undefined || process.argv[2] === name) reports.push(await outcome(name, part));
  }
}
const sum = (key: 'passed' | 'failed' | 'pending'): number => reports.reduce((total, it) => total + it[key], 0);
const failures = reports.flatMap(({ tests }) =>
  tests.flatMap(({ name, error }) => (error === undefined ? [] : `${name}: ${error.split('\n')[0]}`)),
);
const total = { passed: sum('passed'), failed: sum('failed'), pending: sum('pending'), failures, unavailable };
writeFileSync(path.join(work, 'report.json'), JSON.stringify(total));
process.exit(total.failed > 0 ? 1 : 0);

function installation(): string | undefined {
  try {
    installVsCode();
    return undefined;
  } catch (error) {
    return String(error);
  }
}

/** A part that cannot run to its end is one failure. */
async function outcome(name: string, part: () => Promise<Report>): Promise<Report> {
  try {
    const report = await part();
    print(name, report);
    return report;
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1, pending: 0, tests: [] };
  }
}
