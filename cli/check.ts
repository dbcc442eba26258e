import path from 'node:path';
import { RULES } from '../rules/registry.generated.js';
import type { CheckArgs, Format } from './args.js';
import { type Baseline, createBaselineWriter, readBaseline } from './baseline.js';
import { githubPrinter } from './formats/github.js';
import { gitlabPrinter } from './formats/gitlab.js';
import { jsonPrinter, ndjsonPrinter } from './formats/json.js';
import { junitPrinter } from './formats/junit.js';
import type { Printer, PrinterContext } from './formats/printer.js';
import { sarifPrinter } from './formats/sarif.js';
import { textPrinter } from './formats/text.js';
import { EXIT } from './io.js';
import { createProgress } from './progress.js';
import { createTally, type FileReport, type Summary } from './report.js';
import { counted, type Say } from './say.js';
import { judgeOptions, type Session, sayWrong } from './session.js';
import { shownPath } from './shown-path.js';
import { TEXTS } from './texts.js';
import { version } from './version.js';
import { workOf } from './work.js';

const PRINTERS: Readonly<Record<Format, (context: PrinterContext) => Printer>> = {
  text: textPrinter,
  json: jsonPrinter,
  ndjson: ndjsonPrinter,
  sarif: sarifPrinter,
  github: githubPrinter,
  gitlab: gitlabPrinter,
  junit: junitPrinter,
};

const NO_BASELINE: Baseline = { filter: (report) => report, known: () => 0, stale: () => 0 };

/** Judges files and prints what is found. Returns the exit code. */
export async function check(args: CheckArgs, session: Session): Promise<number> {
  const { io, say } = session;
  const options = judgeOptions(args, session, 'none');
  if ('wrong' in options) return refuse(sayWrong(options.wrong, say), session);
  const baseline = args.baseline === undefined ? NO_BASELINE : readBaseline(path.resolve(io.cwd, args.baseline));
  if ('problem' in baseline)
    return refuse(`${args.baseline}: ${say(baseline.problem.template, baseline.problem.data)}`, session);
  const written = args.writeBaseline === undefined ? undefined : path.resolve(io.cwd, args.writeBaseline);
  const writer = written === undefined ? undefined : createBaselineWriter(written);

  const work = await workOf(args, options, session);
  const progress = createProgress(io.stderr, !args.quiet && !args.stdin);
  const printer = PRINTERS[args.format](printerContext(args, session, progress.clear));
  const tally = createTally();
  let done = 0;
  printer.start();
  for await (const judged of work.reports) {
    const report = baseline.filter(judged);
    tally.add(report);
    writer?.add(report);
    const errors = errorLine(report, say);
    if (errors !== undefined) {
      progress.clear();
      io.stderr.write(`${errors}\n`);
    }
    // Who takes everything as known does not want to read it.
    if (!writer || args.format !== 'text') printer.file(report);
    done++;
    progress.show(() => say(TEXTS.progress, { done: String(done), total: String(work.total) }));
    await io.stdout.drained();
  }
  progress.clear();
  if (io.signal.aborted) {
    io.stderr.write(`${say(TEXTS.interrupted, { done: String(done), total: String(work.total) })}\n`);
    return EXIT.interrupted;
  }
  const summary = tally.summary({
    known: baseline.known(),
    stale: baseline.stale(),
    verified: work.fixes === 'verified',
  });
  printer.end(summary);
  if (work.total === 0) io.stderr.write(`${say(TEXTS.nothingFound)}\n`);
  if (writer && written !== undefined && !writeBaseline(writer, written, session)) return EXIT.failed;
  return exitCode(summary, args);
}

function printerContext(args: CheckArgs, session: Session, beforeWriting: () => void): PrinterContext {
  const { io, say, translations, color } = session;
  return {
    write: (text) => {
      beforeWriting();
      io.stdout.write(text);
    },
    say,
    translations,
    color,
    quiet: args.quiet,
    cwd: io.cwd,
    version: version(io.home),
    rules: RULES,
  };
}

/** `<path>: <what failed>. <what to do>.`: one line a file, the first of its errors. */
function errorLine({ path, errors }: FileReport, say: Say): string | undefined {
  const [first] = errors;
  if (!first) return undefined;
  const place = first.range ? `${path}:${first.range.start.line}:${first.range.start.column}` : path;
  const more = errors.length - 1;
  const message = more > 0 ? say(TEXTS.more, { message: first.message, count: String(more) }) : first.message;
  return `${place}: ${message}`;
}

function writeBaseline(writer: ReturnType<typeof createBaselineWriter>, file: string, { io, say }: Session): boolean {
  const shown = shownPath(file, io.cwd);
  try {
    const findings = counted(say, writer.write(), 'finding');
    io.stderr.write(`${say(TEXTS.baselineWritten, { path: shown, findings })}\n`);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    io.stderr.write(`${shown}: ${say(TEXTS.baselineNotWritten, { code })}\n`);
    return false;
  }
}

function exitCode({ failed, error, warning, info }: Summary, { failOn, writeBaseline }: CheckArgs): number {
  if (failed > 0) return EXIT.failed;
  if (writeBaseline !== undefined) return EXIT.clean;
  const counting = error + (failOn === 'error' ? 0 : warning) + (failOn === 'info' ? info : 0);
  return counting > 0 ? EXIT.findings : EXIT.clean;
}

function refuse(sentence: string, { io }: Session): number {
  io.stderr.write(`${sentence}\n`);
  return EXIT.failed;
}
