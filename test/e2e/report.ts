import type Mocha from 'mocha';

/** What a mocha run ended with; `pending` counts what was skipped. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  readonly tests: readonly { readonly name: string; readonly milliseconds: number; readonly error?: string }[];
}

/** Runs the tests that were defined on this mocha and says how each ended. */
export function run(mocha: Mocha): Promise<Report> {
  const tests: { name: string; milliseconds: number; error?: string }[] = [];
  return new Promise((resolve) => {
    const runner = mocha.run(() => {
      const { passes, failures, pending } = runner.stats ?? { passes: 0, failures: 1, pending: 0 };
      resolve({ passed: passes, failed: failures, pending, tests });
    });
    runner.on('pass', (test) => tests.push({ name: test.fullTitle(), milliseconds: test.duration ?? 0 }));
    runner.on('fail', (test, error: Error) =>
      tests.push({ name: test.fullTitle(), milliseconds: test.duration ?? 0, error: error.stack ?? String(error) }),
    );
  });
}

/** Lets the test files that are imported next define their tests on this mocha. */
export function defineOn(mocha: Mocha): void {
  mocha.suite.emit('pre-require', globalThis, '', mocha);
}

export function print(title: string, report: Report): void {
  for (const { name, milliseconds, error } of report.tests) {
    console.log(error === undefined ? `  ok    ${name} (${milliseconds} ms)` : `  FAIL  ${name}\n${error}`);
  }
  const skipped = report.pending > 0 ? `, ${report.pending} skipped` : '';
  console.log(`${title}: ${report.passed} passed, ${report.failed} failed${skipped}`);
}
