import path from 'node:path';
import { createListings } from '../workspace/listings.js';
import { decode } from '../workspace/read.js';
import type { CheckArgs } from './args.js';
import { createJudge, failedReport, type Judge, type JudgeOptions, settingsFor } from './judge.js';
import { defaultJobs, judgeHere, judgeInWorkers } from './pool.js';
import type { FileReport } from './report.js';
import type { Session } from './session.js';
import { namedKind, type Targets, targetsOf } from './targets.js';
import { TEXTS } from './texts.js';

/** With more files, a person wants to see them at once, and whether each single fix holds can wait for `fix`. */
export const VERIFIED_FILES = 200;

/** What a `check` has to do. */
export interface Work {
  readonly total: number;
  /** Judged as they are asked for, in a stable order. */
  readonly reports: AsyncIterable<FileReport>;
  readonly fixes: JudgeOptions['fixes'];
}

export async function workOf(args: CheckArgs, options: JudgeOptions, session: Session): Promise<Work> {
  return args.stdin ? standardInput(args, args.stdin.filename, options, session) : files(args, options, session);
}

async function files(args: CheckArgs, asked: JudgeOptions, { io, say }: Session): Promise<Work> {
  const listings = createListings();
  const settings = settingsFor(asked, listings);
  const targets = await targetsOf(args.paths, io.cwd, { settings, listings });
  const options = { ...asked, fixes: fixesFor(args, targets.files.length) };
  const judge = createJudge(options, { settings, listings });
  const failed = targets.problems.map(({ path, message }) =>
    failedReport(path, 'unknown', io.cwd, say(message.template, message.data)),
  );
  const configurations = configurationsAbove(targets, judge);
  const jobs = io.worker === undefined ? 1 : (args.jobs ?? defaultJobs(targets.files.length));
  const reports = async function* (): AsyncGenerator<FileReport> {
    yield* failed;
    yield* configurations;
    yield* jobs === 1 || io.worker === undefined
      ? judgeHere(targets.files, judge, io.signal)
      : judgeInWorkers(targets.files, options, jobs, io.worker, io.signal);
  };
  const total = failed.length + configurations.length + targets.files.length;
  return { total, reports: reports(), fixes: options.fixes };
}

async function standardInput(
  args: CheckArgs,
  filename: string,
  asked: JudgeOptions,
  { io, say }: Session,
): Promise<Work> {
  const options = { ...asked, fixes: fixesFor(args, 1) };
  const judge = createJudge(options);
  const file = path.resolve(io.cwd, filename);
  const read = decode(await io.stdin());
  const kind = namedKind(file, judge.settings, () => ('text' in read ? read.text : undefined));
  const problem = 'problem' in read ? read.problem : { template: TEXTS.unknownKind, data: {} };
  const report =
    'text' in read && kind
      ? judge.text(file, kind, read.text)
      : failedReport(file, kind ?? 'unknown', io.cwd, say(problem.template, problem.data));
  const reports = async function* (): AsyncGenerator<FileReport> {
    yield report;
  };
  return { total: 1, reports: reports(), fixes: options.fixes };
}

/** Programs apply what they are told; annotations hold no fixes. */
function fixesFor({ format }: CheckArgs, files: number): JudgeOptions['fixes'] {
  if (format === 'text') return files > VERIFIED_FILES ? 'listed' : 'verified';
  return format === 'json' || format === 'ndjson' || format === 'sarif' ? 'verified' : 'none';
}

/** The configurations that count for the files but are not among them, where there is something to say about them. */
function configurationsAbove({ files }: Targets, judge: Judge): readonly FileReport[] {
  const known = new Set(files.map((it) => it.path));
  const counting = new Set(files.flatMap((it) => judge.settings.inFolder(path.dirname(it.path)).files));
  return [...counting]
    .filter((it) => !known.has(it))
    .map((it) => judge.file(it, 'config'))
    .filter((it) => it.errors.length + it.notices.length > 0);
}
