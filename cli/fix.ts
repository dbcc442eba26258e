import { createTwoFilesPatch } from 'diff';
import { type FixAllOptions, type FixAllResult, fixAll, verifiedFixes } from '../rules/core/analyze.js';
import { paragraphsOf } from '../rules/core/message.js';
import type { RegisteredRule } from '../rules/core/rule.js';
import { isEnabled } from '../rules/core/run.js';
import { RULES } from '../rules/registry.generated.js';
import { absolutePath } from '../workspace/project.js';
import { readText } from '../workspace/read.js';
import type { FoundFile } from '../workspace/walk.js';
import { createText, replaceText } from '../workspace/write.js';
import type { FixArgs } from './args.js';
import { createDigests, type Digests } from './digests.js';
import { EXIT } from './io.js';
import { createJudge, type Judge } from './judge.js';
import { MASK, maskLine } from './mask.js';
import { pause } from './pause.js';
import { createProgress } from './progress.js';
import { counted, type Say } from './say.js';
import { judgeOptions, type Session, sayWrong } from './session.js';
import { shownPath } from './shown-path.js';
import { targetsOf } from './targets.js';
import { TEXTS } from './texts.js';

/** What the run came to so far. */
interface Totals {
  files: number;
  readonly changed: Set<string>;
  fixed: number;
  left: number;
  leftUnsafe: number;
  failed: number;
  masked: boolean;
  readonly rules: Set<string>;
}

/** Applies fixes and says which. Returns the exit code. */
export async function fix(args: FixArgs, session: Session): Promise<number> {
  const { io, say } = session;
  const options = judgeOptions(args, session, 'none');
  if ('wrong' in options) {
    io.stderr.write(`${sayWrong(options.wrong, say)}\n`);
    return EXIT.failed;
  }
  const pending = new Map<string, string>();
  const judge = createJudge(options, { unsaved: (file) => pending.get(file) });
  const targets = await targetsOf(args.paths, io.cwd, judge);
  const totals: Totals = {
    files: 0,
    changed: new Set(),
    fixed: 0,
    left: 0,
    leftUnsafe: 0,
    failed: 0,
    masked: false,
    rules: new Set(),
  };
  const progress = createProgress(io.stderr, !args.quiet);
  const complainAbout = (subject: string, message: string): void => {
    progress.clear();
    io.stderr.write(`${subject}: ${message}\n`);
    totals.failed++;
  };
  const complain = (file: string, message: string): void => complainAbout(shownPath(file, io.cwd), message);
  const print = (text: string): void => {
    progress.clear();
    io.stdout.write(text);
  };

  for (const { path, message } of targets.problems) complain(path, say(message.template, message.data));
  for (const problem of configurationProblems(targets.files, judge)) {
    complain(problem.path, say(problem.message.template, problem.message.data));
  }
  const files = targets.files.filter((it) => it.kind !== 'config');
  if (files.length === 0 && totals.failed === 0) io.stderr.write(`${say(TEXTS.nothingFound)}\n`);
  const digests = args.askRegistry ? createDigests(session, complainAbout) : undefined;
  if (digests && files.length > 0 && !files.some((it) => wantsDigests(judge.options(it.path))))
    io.stderr.write(`${say(TEXTS.ruleOff)}\n`);
  for (const file of files) {
    await pause();
    if (!io.signal.aborted) await fixFile(file, args, { judge, session, totals, pending, complain, print, digests });
    if (io.signal.aborted) {
      progress.clear();
      const counts = { done: String(totals.files), total: String(files.length) };
      io.stderr.write(`${say(TEXTS.interrupted, counts)}\n`);
      return EXIT.interrupted;
    }
    progress.show(() => say(TEXTS.progress, { done: String(totals.files), total: String(files.length) }));
    await io.stdout.drained();
  }
  progress.clear();
  if (totals.masked) io.stderr.write(`${say(TEXTS.masked, { mark: MASK })}\n`);
  if (!args.quiet) conclude(args, totals, session);
  if (totals.failed > 0) return EXIT.failed;
  return args.diff && totals.changed.size > 0 ? EXIT.findings : EXIT.clean;
}

interface Run {
  readonly judge: Judge;
  readonly session: Session;
  readonly totals: Totals;
  /** Texts that were only shown: the next file is judged as if they had been written. */
  readonly pending: Map<string, string>;
  readonly complain: (file: string, message: string) => void;
  readonly print: (text: string) => void;
  readonly digests: Digests | undefined;
}

async function fixFile(found: FoundFile, args: FixArgs, run: Run): Promise<void> {
  const { judge, session, totals, print, digests } = run;
  const { say, io } = session;
  const { path: file } = found;
  const options = { ...judge.options(file), unsafe: args.unsafe, ...(digests ? { digests: digests.known } : {}) };
  let fixed = fixText(found, options, run);
  // Asked for is what is left after the other fixes. Meanwhile the file may change, so it is read again.
  while (fixed && (await digests?.ask(fixed.result.analysis)) && !io.signal.aborted)
    fixed = fixText(found, options, run);
  if (io.signal.aborted) return;
  totals.files++;
  if (!fixed) return;
  const { text, result } = fixed;
  const others = [...result.elsewhere].map(([path, changed]) => ({
    path: absolutePath(file, options.project, path),
    text: changed,
  }));
  const own = result.text === text ? [] : [{ path: file, text: result.text }];
  const changes = [...others, ...own];
  for (const it of changes) if (!writeOrShow(it, args, run)) return;
  judge.projects.changed(changes.map((it) => it.path));
  if (changes.length > 0 && !args.diff) print(`${shownPath(file, session.io.cwd)}: ${appliedIn(result, say)}\n`);
  for (const it of changes) totals.changed.add(it.path);
  for (const [rule, count] of result.applied) {
    totals.fixed += count;
    totals.rules.add(rule);
  }
  totals.left += result.analysis.findings.length;
  if (args.unsafe) return;
  totals.leftUnsafe += result.analysis.findings.filter((it) =>
    verifiedFixes(result.analysis, it, options).some((fix) => fix.applicability === 'unsafe'),
  ).length;
}

/** Undefined: it could not be read or fixed, and somebody was told. */
function fixText(
  { path: file, kind }: FoundFile,
  options: FixAllOptions,
  { session: { say }, pending, complain }: Run,
): { readonly text: string; readonly result: FixAllResult } | undefined {
  if (kind === 'config') return undefined;
  const read = readText(file);
  if ('problem' in read) {
    complain(file, say(read.problem.template, read.problem.data));
    return undefined;
  }
  const text = pending.get(file) ?? read.text;
  const result = attempt(() => fixAll({ kind, text }, options));
  if ('crash' in result) {
    complain(file, say(TEXTS.crashed, { error: result.crash }));
    return undefined;
  }
  if (result.unsettled.length > 0) {
    complain(file, say(TEXTS.unsettled, { rules: result.unsettled.join(', ') }));
    return undefined;
  }
  return { text, result };
}

/** False: it could not be written, and somebody was told. */
function writeOrShow(change: { readonly path: string; readonly text: string }, args: FixArgs, run: Run): boolean {
  const { session, totals, pending, complain, print } = run;
  const { path, text } = change;
  const before = readText(path);
  const known = pending.get(path) ?? ('text' in before ? before.text : '');
  if (args.diff) {
    if (text !== known) print(diffOf(shownPath(path, session.io.cwd), known, text, totals));
    pending.set(path, text);
    return true;
  }
  const problem = 'text' in before ? replaceText(path, before, text) : createText(path, text);
  if (problem) complain(path, session.say(problem.template, problem.data));
  return problem === undefined;
}

/** Whether the rule that asks for digests runs at all. */
function wantsDigests({ config, only }: FixAllOptions): boolean {
  return RULES.some((it) => it.id === 'undigested-image' && isEnabled(it, config, only));
}

function attempt(work: () => FixAllResult): FixAllResult | { readonly crash: string } {
  try {
    return work();
  } catch (error) {
    return { crash: (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ') };
  }
}

function appliedIn({ applied }: FixAllResult, say: Say): string {
  const rules = [...applied].map(([rule, count]) => (count > 1 ? `${rule} ×${count}` : rule));
  const count = [...applied.values()].reduce((sum, it) => sum + it, 0);
  return say(TEXTS.fixed, { count: String(count), rules: rules.join(', ') });
}

/** Secrets are hidden, in the lines around a change, too. */
function diffOf(path: string, before: string, after: string, totals: Totals): string {
  // As git writes the path of a file that lies outside.
  const name = path.replace(/^\/+/, '');
  const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, { context: 3 });
  const lines = patch.split('\n').filter((it, index) => index > 0 || !it.startsWith('==='));
  const shown = lines.map((it) => (/^(?:---|\+\+\+|@@) /.test(it) ? it : it.slice(0, 1) + maskLine(it.slice(1))));
  if (shown.some((it, index) => it !== lines[index])) totals.masked = true;
  return shown.join('\n');
}

function configurationProblems(files: readonly FoundFile[], judge: Judge) {
  const all = files.flatMap((it) => judge.settings.of(it.path).problems);
  return all.filter((it, index) => all.findIndex((other) => other.path === it.path) === index);
}

function conclude({ unsafe, diff }: FixArgs, totals: Totals, { io, say }: Session): void {
  const files = counted(say, diff || totals.fixed > 0 ? totals.changed.size : totals.files, 'file');
  const count = counted(say, totals.fixed, 'finding');
  const lines: string[] = [];
  if (unsafe) {
    for (const rule of RULES) if (totals.rules.has(rule.id)) lines.push(...mayChange(rule, say));
  }
  if (totals.fixed === 0) lines.push(say(TEXTS.fixedNothing, { files: counted(say, totals.files, 'file') }));
  else lines.push(say(diff ? TEXTS.wouldFixTotal : TEXTS.fixedTotal, { count, files }));
  if (totals.left > 0) lines.push(say(TEXTS.left, { findings: counted(say, totals.left, 'finding') }));
  if (totals.leftUnsafe > 0) lines.push(say(TEXTS.leftUnsafe, { count: String(totals.leftUnsafe) }));
  // With --diff, what is printed is to be saved or read by a program.
  (diff ? io.stderr : io.stdout).write(`${lines.join('\n')}\n`);
}

function mayChange(rule: RegisteredRule, say: Say): readonly string[] {
  const what = paragraphsOf(rule.fixSafety ?? '').map((it) => say(it));
  return what.length > 0 ? [say(TEXTS.mayChange, { rule: rule.id, what: what.join(' ') })] : [];
}
