import type { Severity } from '../../rules/core/finding.js';
import type { FileReport, RangeReport } from '../report.js';
import type { Printer, PrinterContext } from './printer.js';

interface Case {
  readonly id: string;
  readonly level: Severity;
  readonly message: string;
  readonly range?: RangeReport;
}

/** One test suite a file, one failed test a finding; a file without findings is one test that passed. */
export function junitPrinter({ write }: PrinterContext): Printer {
  const suites: string[] = [];
  let tests = 0;
  let failures = 0;
  return {
    start: () => undefined,
    file: (report) => {
      const cases = casesOf(report);
      tests += Math.max(1, cases.length);
      failures += cases.length;
      suites.push(suite(report.path, cases));
    },
    end: () => {
      const head = `<testsuites name="seaworthy" tests="${tests}" failures="${failures}" errors="0">`;
      write(`<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.join('')}</testsuites>\n`);
    },
  };
}

function casesOf({ findings, notices, errors }: FileReport): readonly Case[] {
  return [
    ...findings.map((it) => ({ id: it.rule, level: it.level, message: it.message, range: it.range })),
    ...notices.map((it) => ({ id: it.code, level: it.level, message: it.message, range: it.range })),
    ...errors.map((it) => ({
      id: it.code,
      level: it.level,
      message: it.message,
      ...(it.range ? { range: it.range } : {}),
    })),
  ];
}

function suite(path: string, cases: readonly Case[]): string {
  const name = attribute(path);
  const body =
    cases.length === 0
      ? `    <testcase classname="${name}" name="seaworthy"/>\n`
      : cases.map((it) => testCase(path, it)).join('');
  return `  <testsuite name="${name}" tests="${Math.max(1, cases.length)}" failures="${cases.length}" errors="0">\n${body}  </testsuite>\n`;
}

function testCase(path: string, { id, level, message, range }: Case): string {
  const place = range ? `${path}:${range.start.line}:${range.start.column}` : path;
  return [
    `    <testcase classname="${attribute(path)}" name="${attribute(`${id} ${place}`)}">`,
    `      <failure type="${level}" message="${attribute(message)}">${attribute(`${place}: ${message}`)}</failure>`,
    '    </testcase>\n',
  ].join('\n');
}

/** Characters that XML 1.0 has no way to write become question marks. */
function attribute(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\t\n\r]/g, (it) => `&#${it.charCodeAt(0)};`);
}
