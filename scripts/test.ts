import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { bundle } from './bundle.js';
import { ROOT, runTool } from './run-tool.js';

/**
 * Everything that is checked before a change is taken, here and in CI: `npm test`, or with `--static` (`npm run check`)
 * without what runs the program. Ends with one line `N passed, N failed`. Under `CI=true` a skipped test has failed.
 */

/** What a step ended with. A step that is one question (types, format, …) counts as one test. */
interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Shown beside the counts. */
  readonly note?: string;
  /** Names of what failed: said again at the end, as a log of CI is often cut at its front. */
  readonly failures?: readonly string[];
}

interface Step {
  readonly name: string;
  readonly run: () => Outcome | Promise<Outcome>;
}

const CI = process.env['CI'] === 'true';
const E2E_REPORT = path.join(ROOT, 'test/e2e/.work/report.json');
const SOURCES = ['rules', 'workspace', 'server', 'client', 'cli'];

const STATIC: readonly Step[] = [
  { name: 'types', run: () => tool('tsc', ['-b']) },
  { name: 'lint', run: () => tool('oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'format', run: () => tool('biome', ['ci', '--colors=off']) },
  { name: 'layers', run: layers },
  { name: 'generated files', run: () => tool('tsx', ['scripts/generate.ts', '--check']) },
];

const RUNNING: readonly Step[] = [
  { name: 'bundles', run: bundles },
  { name: 'unit and integration tests', run: () => vitest('vitest.config.ts') },
  { name: 'real VS Code', run: e2e },
  { name: 'real builds', run: builds },
];

let passed = 0;
let failed = 0;
const failures: string[] = [];
for (const step of process.argv.includes('--static') ? STATIC : [...STATIC, ...RUNNING]) {
  const outcome = await timed(step);
  passed += outcome.passed;
  failed += outcome.failed + (CI ? outcome.skipped : 0);
  if (outcome.failed > 0)
    failures.push(
      ...(outcome.failures?.length ? outcome.failures : ['see its output']).map((it) => `${step.name}: ${it}`),
    );
}
for (const it of failures) console.log(`FAILED ${it}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function timed({ name, run }: Step): Promise<Outcome> {
  const started = performance.now();
  const outcome = await attempt(run);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const counts = [`${outcome.passed} passed`, `${outcome.failed} failed`];
  if (outcome.skipped > 0) counts.push(`${outcome.skipped} SKIPPED${CI ? ' (a failure in CI)' : ''}`);
  console.log(`${name}: ${counts.join(', ')}${outcome.note ? `; ${outcome.note}` : ''} (${seconds} s)`);
  return outcome;
}

async function attempt(run: Step['run']): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    console.error(error);
    return one(false);
  }
}

function one(success: boolean, note?: string): Outcome {
  const outcome = { passed: success ? 1 : 0, failed: success ? 0 : 1, skipped: 0 };
  return note === undefined ? outcome : { ...outcome, note };
}

/** A tool that is silent when all is well: its output is shown when it is not. */
function tool(name: string, args: readonly string[]): Outcome {
  const { status, output } = runTool(name, args, { quiet: true });
  if (status !== 0) console.log(output.trim());
  return one(status === 0);
}

function layers(): Outcome {
  const { status, output } = runTool('depcruise', ['--config', '.dependency-cruiser.cjs', ...SOURCES], { quiet: true });
  const modules = Number(/\((\d+) modules/.exec(output)?.[1] ?? 0);
  // A cruiser that cannot read the sources finds no violation in no module.
  const success = status === 0 && modules > 0;
  if (!success) console.log(output.trim());
  return one(success, `${modules} modules`);
}

async function bundles(): Promise<Outcome> {
  const lines = await bundle();
  for (const line of lines) console.log(`  ${line}`);
  return one(lines.length > 0);
}

/** The part of vitest's JSON report that is read here. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}

function vitest(config: string): Outcome {
  const file = path.join(ROOT, '.cache/vitest.json');
  rmSync(file, { force: true });
  const { status } = runTool('vitest', [
    'run',
    `--config=${config}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = read<VitestReport>(file);
  // A file that cannot be loaded has no failed test in it, and is one.
  const broken = report.testResults.filter(
    (it) => it.status === 'failed' && !it.assertionResults.some(({ status }) => status === 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  const skipped = report.testResults.flatMap((it) =>
    it.assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed'),
  );
  for (const { fullName } of skipped) console.warn(`  SKIPPED: ${fullName}`);
  const failures = report.testResults.flatMap((it) =>
    it.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages?.[0]?.split('\n')[0] ?? ''}`),
  );
  failures.push(...broken.map(({ name }) => `${path.relative(ROOT, name)} cannot be loaded`));
  return {
    passed: report.numPassedTests,
    // vitest also ends with an error for what no test owns, such as an unhandled rejection.
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped: skipped.length,
    note: `${report.testResults.length} files`,
    failures,
  };
}

/** What test/e2e/run.ts writes. */
interface E2eReport {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  readonly failures: readonly string[];
  /** Why it could not run at all. */
  readonly unavailable?: string;
}

function e2e(): Outcome {
  rmSync(E2E_REPORT, { force: true });
  const { status } = runTool('tsx', ['test/e2e/run.ts']);
  const { passed, failed, pending, failures, unavailable } = read<E2eReport>(E2E_REPORT);
  if (unavailable !== undefined) {
    console.warn(`\n  NOT TESTED: no real VS Code here: ${unavailable}\n`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed, skipped: pending, failures };
}

/** They take minutes and leave images behind, so only an engine that is named is used. */
function builds(): Outcome {
  if (!CI && process.env['DOCKER_HOST'] === undefined) {
    console.warn('\n  NOT TESTED: nothing was built: DOCKER_HOST names no Docker engine (see CONTRIBUTING.md)\n');
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return vitest('test/builds/vitest.config.ts');
}

function read<T>(file: string): T {
  if (!existsSync(file)) throw new Error(`${file} was not written`);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
