import type { Diagnostic } from 'vscode-languageserver';
import { type Notice, type ReportedFinding, type ReportedFix, verifiedFixes } from '../rules/core/analyze.js';
import type { Range } from '../rules/core/text.js';
import { canApply } from './edits.js';
import type { Judged } from './judge.js';
import type { Session } from './session.js';
import { findingDiagnostic, noticeDiagnostic } from './to-diagnostic.js';

/** What an editor shows of a text: a rule's finding or a notice of the engine. */
export interface Problem {
  /** Names it among those of one version of one text. */
  readonly key: string;
  readonly range: Range;
  readonly diagnostic: () => Diagnostic;
  /** Verified. */
  readonly fixes: () => readonly ReportedFix[];
  readonly finding?: ReportedFinding;
}

export function problemsOf(session: Session, judged: Judged): readonly Problem[] {
  return [
    ...judged.findings.map((it) => findingProblem(session, judged, it)),
    ...judged.notices.filter((it) => isShown(it, judged)).map((it) => noticeProblem(session, judged, it)),
  ];
}

export function diagnosticsOf(session: Session, judged: Judged): Diagnostic[] {
  return problemsOf(session, judged).map((it) => it.diagnostic());
}

/** Syntax errors are told by Docker's and YAML's own extensions; nobody else tells those of our configuration. */
function isShown({ code }: Notice, { kind }: Judged): boolean {
  return code !== 'syntax' || kind === 'config';
}

function findingProblem(session: Session, judged: Judged, finding: ReportedFinding): Problem {
  const { rule, range, message } = finding;
  const { analysis, options } = judged;
  return {
    key: `${rule.id}@${range.start}-${range.end}:${message.template}`,
    range,
    diagnostic: () => findingDiagnostic(session, judged, finding),
    fixes: () =>
      analysis ? verifiedFixes(analysis, finding, options).filter((it) => canApply(session, judged, it)) : [],
    finding,
  };
}

function noticeProblem(session: Session, judged: Judged, notice: Notice): Problem {
  const { code, range, fixes } = notice;
  return {
    key: `${code}@${range.start}-${range.end}`,
    range,
    diagnostic: () => noticeDiagnostic(session, judged, notice),
    fixes: () => fixes,
  };
}
