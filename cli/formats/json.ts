import type { FileReport, FindingReport, Summary } from '../report.js';
import type { Printer, PrinterContext } from './printer.js';

/** Raised when a script that reads the output would have to change. */
const VERSION = 1;

/** One document: `{ version, files, summary }`, one file a line. */
export function jsonPrinter({ write }: PrinterContext): Printer {
  let separator = '\n';
  return {
    start: () => write(`{"version":${VERSION},"files":[`),
    file: (report) => {
      write(separator + JSON.stringify(fileOf(report)));
      separator = ',\n';
    },
    end: (summary) => write(`${separator === '\n' ? '' : '\n'}],"summary":${JSON.stringify(summaryOf(summary))}}\n`),
  };
}

/** One file a line, written as soon as it is known; nothing before and nothing behind them. */
export function ndjsonPrinter({ write }: PrinterContext): Printer {
  return {
    start: () => undefined,
    file: (report) => write(`${JSON.stringify(fileOf(report))}\n`),
    end: () => undefined,
  };
}

/** Listed by hand: what scripts read must not change with what we keep. */
function fileOf({ path, kind, findings, notices, errors, suppressed }: FileReport): object {
  return { path, kind, findings: findings.map((it) => findingOf(path, it)), notices, errors, suppressed };
}

function findingOf(path: string, it: FindingReport): object {
  return {
    rule: it.rule,
    practice: it.practice,
    level: it.level,
    confidence: it.confidence,
    message: it.message,
    range: it.range,
    related: it.related.map(({ message, range, place }) => ({ path: place?.path ?? path, message, range })),
    fixes: it.fixes.map(({ title, applicability, edits, elsewhere }) => ({
      title,
      applicability,
      edits: edits ?? null,
      elsewhere: elsewhere.map(({ place, edits: others }) => ({ path: place.path, edits: others })),
    })),
    fingerprint: it.fingerprint,
  };
}

function summaryOf(it: Summary): object {
  return {
    files: it.files,
    filesWithFindings: it.filesWithFindings,
    findings: it.error + it.warning + it.info,
    error: it.error,
    warning: it.warning,
    info: it.info,
    fixable: it.fixable,
    suppressed: it.suppressed,
    known: it.known,
    failed: it.failed,
  };
}
