import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Command,
  type Range as LspRange,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { fixAll, ignoreEdit, type ReportedFinding, type ReportedFix, verifiedFixes } from '../rules/core/analyze.js';
import { overlaps } from '../rules/core/text.js';
import { fixEdit, plainEdit } from './edits.js';
import { editsBetween } from './edits-between.js';
import type { Judge, Judged } from './judge.js';
import type { Session } from './session.js';
import { TEXTS } from './texts.js';
import { findingDiagnostic } from './to-diagnostic.js';

export const FIX_ALL = `${CodeActionKind.SourceFixAll}.seaworthy`;

/** What an action is made of again when the user takes it. */
interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly finding?: string;
  /** Position among the finding's verified fixes, or what else is to be done. */
  readonly fix: number | 'ignore' | 'all';
}

export interface CodeActions {
  readonly list: (params: CodeActionParams) => (CodeAction | Command)[];
  readonly resolve: (action: CodeAction) => CodeAction;
  /** The comment that silences a finding, or undefined when the text has changed since. */
  readonly ignore: (uri: string, finding: string, reason: string) => WorkspaceEdit | undefined;
}

export function createCodeActions(session: Session, judge: Judge): CodeActions {
  const judgedOf = (uri: string): Judged | undefined => {
    const document = session.documents.get(uri);
    return document ? judge.document(document) : undefined;
  };

  const edit = (data: ActionData, reason?: string): WorkspaceEdit | undefined => {
    const judged = judgedOf(data.uri);
    if (!judged?.analysis || judged.version !== data.version) return undefined;
    if (data.fix === 'all') return fixAllSafe(session, judged)?.edit;
    const finding = judged.findings.find((it) => keyOf(it) === data.finding);
    if (!finding) return undefined;
    if (data.fix === 'ignore') {
      const why = reason ?? session.say({ template: TEXTS.ignoreReason, data: {} }, judged.file);
      return plainEdit(session, judged, [ignoreEdit(judged.analysis, finding, why)]);
    }
    const fix = fixesOf(judged, finding)[data.fix];
    return fix ? fixEdit(session, judged, fix) : undefined;
  };

  const finished = (action: CodeAction, data: ActionData): CodeAction => {
    if (session.client.resolveEdits) return { ...action, data };
    const made = edit(data);
    return made ? { ...action, edit: made } : action;
  };

  return {
    list: (params) => {
      const judged = judgedOf(params.textDocument.uri);
      if (!judged?.analysis || judged.version === undefined) return [];
      const wanted = (kind: string): boolean => isWanted(params.context.only, kind);
      const touched = wanted(CodeActionKind.QuickFix) ? touchedBy(judged, params.range) : [];
      const version = judged.version;
      const fixes = touched.flatMap((finding) =>
        fixesOf(judged, finding).map((fix, index) =>
          finished(fixAction(session, judged, finding, fix, index === 0), {
            uri: judged.uri,
            version,
            finding: keyOf(finding),
            fix: index,
          }),
        ),
      );
      const ignores = touched.map((finding) => ignoreAction(session, judged, finding, version, finished));
      const all = params.context.only !== undefined && wanted(FIX_ALL) ? fixAllAction(session, judged, version) : [];
      return [...fixes, ...ignores, ...all];
    },
    resolve: (action) => {
      const data = dataOf(action.data);
      const made = data ? edit(data) : undefined;
      return made ? { ...action, edit: made } : action;
    },
    ignore: (uri, finding, reason) => {
      const version = judgedOf(uri)?.version;
      return version === undefined ? undefined : edit({ uri, version, finding, fix: 'ignore' }, reason);
    },
  };
}

/** All safe fixes of a text to their fixed point, as one edit, and how many they are; undefined when there are none. */
export function fixAllSafe(
  session: Session,
  judged: Judged,
): { readonly edit: WorkspaceEdit; readonly fixes: number } | undefined {
  if (judged.kind === 'config') return undefined;
  const { text, applied, unsettled } = fixAll({ kind: judged.kind, text: judged.text }, judged.options);
  for (const rule of unsettled) {
    const path = judged.file ?? judged.uri;
    session.connection.console.error(session.say({ template: TEXTS.notSettled, data: { rule, path } }));
  }
  if (text === judged.text) return undefined;
  const fixes = [...applied.values()].reduce((sum, count) => sum + count, 0);
  return { edit: plainEdit(session, judged, editsBetween(judged.text, text)), fixes };
}

/** Names a finding of one version of one text. */
export function keyOf({ rule, range, message }: ReportedFinding): string {
  return `${rule.id}@${range.start}-${range.end}:${message.template}`;
}

/** Without what a client cannot show: an action without a verified fix is not offered. */
function fixesOf({ analysis, options }: Judged, finding: ReportedFinding): readonly ReportedFix[] {
  return analysis ? verifiedFixes(analysis, finding, options) : [];
}

function touchedBy({ findings, positions }: Judged, range: LspRange): readonly ReportedFinding[] {
  const asked = { start: positions.toOffset(range.start), end: positions.toOffset(range.end) };
  return findings.filter((it) => overlaps(it.range, asked));
}

function fixAction(
  session: Session,
  judged: Judged,
  finding: ReportedFinding,
  fix: ReportedFix,
  first: boolean,
): CodeAction {
  return {
    title: session.say(fix.title, judged.file),
    kind: CodeActionKind.QuickFix,
    diagnostics: [findingDiagnostic(session, judged, finding)],
    ...(first && fix.applicability === 'safe' ? { isPreferred: true } : {}),
  };
}

function ignoreAction(
  session: Session,
  judged: Judged,
  finding: ReportedFinding,
  version: number,
  finished: (action: CodeAction, data: ActionData) => CodeAction,
): CodeAction {
  const title = session.say({ template: TEXTS.ignore, data: { rule: finding.rule.id } }, judged.file);
  const action: CodeAction = {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [findingDiagnostic(session, judged, finding)],
  };
  const command = session.options.ignoreCommand;
  if (command !== undefined) return { ...action, command: { title, command, arguments: [judged.uri, keyOf(finding)] } };
  return finished(action, { uri: judged.uri, version, finding: keyOf(finding), fix: 'ignore' });
}

/** Fix-all runs on save: it is computed at once, because an empty one must not be offered. */
function fixAllAction(session: Session, judged: Judged, version: number): CodeAction[] {
  const edit = fixAllSafe(session, judged)?.edit;
  if (!edit) return [];
  const data: ActionData = { uri: judged.uri, version, fix: 'all' };
  return [{ title: session.say({ template: TEXTS.fixAll, data: {} }, judged.file), kind: FIX_ALL, edit, data }];
}

/** Kinds are hierarchical: `source` asks for `source.fixAll.seaworthy` too. */
function isWanted(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((it) => it === '' || kind === it || kind.startsWith(`${it}.`));
}

/** Comes back from the client: it is checked like any input. */
function dataOf(value: unknown): ActionData | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { uri, version, finding, fix }: { uri?: unknown; version?: unknown; finding?: unknown; fix?: unknown } = value;
  if (typeof uri !== 'string' || typeof version !== 'number') return undefined;
  if (typeof fix !== 'number' && fix !== 'ignore' && fix !== 'all') return undefined;
  return { uri, version, fix, ...(typeof finding === 'string' ? { finding } : {}) };
}
