import type { Severity } from '../../rules/core/finding.js';
import type { RangeReport } from '../report.js';
import type { Printer, PrinterContext } from './printer.js';
import { summaryLines } from './text.js';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions, which show findings beside the lines of a pull request. */
export function githubPrinter({ write, say, quiet }: PrinterContext): Printer {
  return {
    start: () => undefined,
    file: ({ path, findings, notices, errors }) => {
      for (const it of findings) write(annotation(path, it.level, it.rule, it.message, it.range));
      for (const it of notices) write(annotation(path, it.level, it.code, it.message, it.range));
      for (const it of errors) write(annotation(path, it.level, it.code, it.message, it.range));
    },
    end: (summary) => {
      if (!quiet) write(`${summaryLines(summary, say).join('\n')}\n`);
    },
  };
}

function annotation(
  path: string,
  level: Severity,
  id: string,
  message: string,
  range: RangeReport | undefined,
): string {
  const properties: Record<string, string> = { file: path, ...(range ? placeOf(range) : {}), title: `seaworthy ${id}` };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  return `::${COMMANDS[level]} ${written.join(',')}::${escapeData(message)}\n`;
}

/** GitHub refuses columns where the lines differ. */
function placeOf({ start, end }: RangeReport): Record<string, string> {
  const lines = { line: String(start.line), endLine: String(end.line) };
  if (start.line !== end.line) return lines;
  return { ...lines, col: String(start.column), endColumn: String(Math.max(start.column, end.column)) };
}

/** https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts says which characters end a value. */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
