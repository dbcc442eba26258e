import { createHash } from 'node:crypto';
import type { Severity } from '../../rules/core/finding.js';
import type { Printer, PrinterContext } from './printer.js';

const SEVERITIES: Readonly<Record<Severity, string>> = { error: 'critical', warning: 'major', info: 'info' };

/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
export function gitlabPrinter({ write }: PrinterContext): Printer {
  let separator = '\n';
  const add = (entry: object): void => {
    write(separator + JSON.stringify(entry));
    separator = ',\n';
  };
  return {
    start: () => write('['),
    file: ({ path, findings, notices, errors }) => {
      for (const it of findings)
        add(entry(path, it.rule, it.level, it.message, it.range.start.line, `${path}\n${it.fingerprint}`));
      for (const it of [...notices, ...errors]) {
        const line = it.range?.start.line ?? 1;
        add(entry(path, it.code, it.level, it.message, line, `${path}\n${it.code}\n${it.message}\n${line}`));
      }
    },
    end: () => write(`${separator === '\n' ? '' : '\n'}]\n`),
  };
}

function entry(path: string, id: string, level: Severity, message: string, line: number, identity: string): object {
  return {
    description: message,
    check_name: id,
    fingerprint: createHash('sha256').update(identity).digest('hex').slice(0, 32),
    severity: SEVERITIES[level],
    location: { path, lines: { begin: line } },
  };
}
