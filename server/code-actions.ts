import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Command,
  type Range as LspRange,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { ignoreEdit, type ReportedFix } from '../rules/core/analyze.js';
import { overlaps } from '../rules/core/text.js';
import { fixEdit, plainEdit, workspaceEdit } from './edits.js';
import { fixAllSafe } from './fix-all.js';
import type { Judge, Judged } from './judge.js';
import { asksRegistry, pinEdit } from './pin.js';
import { type Problem, problemsOf } from './problems.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.seaworthy`;

/** Rewrites of more than a line: `refactor.rewrite.seaworthy.multistage`. */
export const REWRITE = `${CodeActionKind.RefactorRewrite}.seaworthy`;

/** What an action is made of again when the user takes it. */
interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly problem?: string;
  /** Position among its verified fixes, or what else is to be done. */
  readonly fix: number | 'ignore' | 'all' | 'pin';
}

export interface CodeActions {
  readonly list: (params: CodeActionParams) => (CodeAction | Command)[];
  readonly resolve: (action: CodeAction, token: CancellationToken) => CodeAction | Promise<CodeAction>;
  /** The comment that silences a finding, or undefined when the text has changed since. */
  readonly ignore: (uri: string, problem: string, reason: string) => WorkspaceEdit | undefined;
}

export function createCodeActions(session: Session, judge: Judge): CodeActions {
  const judgedOf = (uri: string): Judged | undefined => {
    const document = session.documents.get(uri);
    return document ? judge.document(document) : undefined;
  };

  const current = ({ uri, version }: ActionData): Judged | undefined => {
    const judged = judgedOf(uri);
    return judged?.version === version ? judged : undefined;
  };

  const edit = (data: ActionData, reason?: string): WorkspaceEdit | undefined => {
    const judged = current(data);
    if (!judged || data.fix === 'pin') return undefined;
    if (data.fix === 'all') return allFixed(session, judged);
    const problem = problemsOf(session, judged).find((it) => it.key === data.problem);
    if (data.fix !== 'ignore') {
      const fix = problem?.fixes()[data.fix];
      return fix ? fixEdit(session, judged, fix) : undefined;
    }
    if (!problem?.finding || !judged.analysis) return undefined;
    const why = reason ?? session.say({ template: TEXTS.ignoreReason, data: {} }, judged.file);
    const comment = ignoreEdit(judged.analysis, problem.finding, why);
    return comment && plainEdit(session, judged, [comment]);
  };

  const finished = (action: CodeAction, data: ActionData): CodeAction => {
    if (session.client.resolveEdits) return { ...action, data };
    const made = edit(data);
    return made ? { ...action, edit: made } : action;
  };

  return {
    list: (params) => {
      const judged = judgedOf(params.textDocument.uri);
      if (judged?.version === undefined) return [];
      const wanted = (kind: string): boolean => isWanted(params.context.only, kind);
      const quick = wanted(CodeActionKind.QuickFix);
      const rewrites = asksForRewrites(params.context.only);
      const touched = quick || rewrites ? touchedBy(session, judged, params.range) : [];
      const { uri, version } = judged;
      const fixes = touched.flatMap((problem) =>
        problem.fixes().flatMap((fix, index) => {
          if (!wanted(kindOfFix(fix))) return [];
          const data = { uri, version, problem: problem.key, fix: index };
          return [finished(fixAction(session, judged, problem, fix, index === 0), data)];
        }),
      );
      const ignores = (quick ? touched : [])
        .filter((it) => it.finding)
        .map((it) => ignoreAction(session, judged, it, version, finished));
      const pins = (quick && asksRegistry(session) ? touched : []).flatMap((it) =>
        pinAction(session, judged, it, version),
      );
      const all = params.context.only !== undefined && wanted(FIX_ALL) ? fixAllAction(session, judged, version) : [];
      return [...fixes, ...pins, ...ignores, ...all];
    },
    resolve: (action, token) => {
      const data = dataOf(action.data);
      const withEdit = (made: WorkspaceEdit | undefined): CodeAction => (made ? { ...action, edit: made } : action);
      if (data?.fix !== 'pin') return withEdit(data && edit(data));
      return pinEdit(session, () => current(data), data.problem, token).then(withEdit);
    },
    ignore: (uri, problem, reason) => {
      const version = judgedOf(uri)?.version;
      return version === undefined ? undefined : edit({ uri, version, problem, fix: 'ignore' }, reason);
    },
  };
}

function touchedBy(session: Session, judged: Judged, range: LspRange): readonly Problem[] {
  const { toOffset } = judged.positions;
  const asked = { start: toOffset(range.start), end: toOffset(range.end) };
  return problemsOf(session, judged).filter((it) => overlaps(it.range, asked));
}

function fixAction(session: Session, judged: Judged, problem: Problem, fix: ReportedFix, first: boolean): CodeAction {
  return {
    title: session.say(fix.title, judged.file),
    kind: kindOfFix(fix),
    diagnostics: [problem.diagnostic()],
    ...(first && fix.applicability === 'safe' ? { isPreferred: true } : {}),
  };
}

function ignoreAction(
  session: Session,
  judged: Judged,
  problem: Problem,
  version: number,
  finished: (action: CodeAction, data: ActionData) => CodeAction,
): CodeAction {
  const diagnostic = problem.diagnostic();
  const title = session.say({ template: TEXTS.ignore, data: { rule: String(diagnostic.code) } }, judged.file);
  const action: CodeAction = { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic] };
  const command = session.options.ignoreCommand;
  if (command !== undefined) return { ...action, command: { title, command, arguments: [judged.uri, problem.key] } };
  return finished(action, { uri: judged.uri, version, problem: problem.key, fix: 'ignore' });
}

function pinAction(
  session: Session,
  judged: Judged,
  { finding, key, diagnostic }: Problem,
  version: number,
): CodeAction[] {
  if (finding?.digestOf === undefined) return [];
  const title = session.say({ template: TEXTS.askRegistry, data: { image: finding.digestOf } }, judged.file);
  const data: ActionData = { uri: judged.uri, version, problem: key, fix: 'pin' };
  return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic()], data }];
}

/** Fix-all runs on save: it is computed at once, because an empty one must not be offered. */
function fixAllAction(session: Session, judged: Judged, version: number): CodeAction[] {
  const edit = allFixed(session, judged);
  if (!edit) return [];
  const data: ActionData = { uri: judged.uri, version, fix: 'all' };
  return [{ title: session.say({ template: TEXTS.fixAll, data: {} }, judged.file), kind: FIX_ALL, edit, data }];
}

function allFixed(session: Session, judged: Judged): WorkspaceEdit | undefined {
  const { changes } = fixAllSafe(session, [judged]);
  return changes.length > 0 ? workspaceEdit(session, changes) : undefined;
}

function kindOfFix({ rewrite }: ReportedFix): string {
  return rewrite === undefined ? CodeActionKind.QuickFix : `${REWRITE}.${rewrite}`;
}

/** `refactor` asks for every rewrite, `refactor.rewrite.seaworthy.multistage` for one. */
function asksForRewrites(only: readonly string[] | undefined): boolean {
  return only === undefined || only.some((it) => isWanted([it], REWRITE) || it.startsWith(`${REWRITE}.`));
}

/** Kinds are hierarchical: `source` asks for `source.fixAll.seaworthy` too. */
function isWanted(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((it) => it === '' || kind === it || kind.startsWith(`${it}.`));
}

/** Comes back from the client: it is checked like any input. */
function dataOf(value: unknown): ActionData | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { uri, version, problem, fix }: { uri?: unknown; version?: unknown; problem?: unknown; fix?: unknown } = value;
  if (typeof uri !== 'string' || typeof version !== 'number') return undefined;
  if (typeof fix !== 'number' && fix !== 'ignore' && fix !== 'all' && fix !== 'pin') return undefined;
  return { uri, version, fix, ...(typeof problem === 'string' ? { problem } : {}) };
}
