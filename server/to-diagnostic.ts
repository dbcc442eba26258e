import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Notice, ReportedFinding } from '../rules/core/analyze.js';
import type { Severity } from '../rules/core/finding.js';
import type { RegisteredRule } from '../rules/core/rule.js';
import type { Judged } from './judge.js';
import { HOME, type Session } from './session.js';
import { uriOf } from './uri.js';

export const SOURCE = 'seaworthy';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

export function findingDiagnostic(session: Session, judged: Judged, finding: ReportedFinding): Diagnostic {
  const { file, positions, uri } = judged;
  const page = session.client.codeDescription ? pageOf(finding.rule, session.translations(file)) : undefined;
  return {
    source: SOURCE,
    code: finding.rule.id,
    severity: SEVERITIES[finding.severity],
    range: positions.toRange(finding.range),
    message: session.say(finding.message, file),
    ...(page ? { codeDescription: { href: page } } : {}),
    ...(session.client.relatedInformation && finding.related.length > 0
      ? {
          relatedInformation: finding.related.map(({ range, message }) => ({
            location: { uri, range: positions.toRange(range) },
            message: session.say(message, file),
          })),
        }
      : {}),
  };
}

export function noticeDiagnostic(session: Session, { positions, file }: Judged, notice: Notice): Diagnostic {
  return {
    source: SOURCE,
    code: notice.code,
    severity: SEVERITIES[notice.severity],
    range: positions.toRange(notice.range),
    message: session.say(notice.message, file),
  };
}

/** The rule's page on this machine, in the language of its texts; absent where the pages are not installed. */
export function pageOf(
  { id, practice, summary }: RegisteredRule,
  translations: Readonly<Record<string, string>>,
): string | undefined {
  const place = path.join('rules', practice.folder, `${id}.md`);
  const folders = translations[summary] === undefined ? ['docs'] : ['docs/ja', 'docs'];
  const page = folders.map((it) => path.join(HOME, it, place)).find((it) => existsSync(it));
  return page === undefined ? undefined : uriOf(page);
}
