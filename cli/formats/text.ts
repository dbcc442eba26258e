import pc from 'picocolors';
import type { Severity } from '../../rules/core/finding.js';
import type { Excerpt, FileReport, FindingReport, FixReport, RelatedReport, Summary } from '../report.js';
import { counted, type Say } from '../say.js';
import { TEXTS } from '../texts.js';
import type { Printer, PrinterContext } from './printer.js';

type Colors = ReturnType<typeof pc.createColors>;

/** For people: grouped by file, each finding with its line of source. */
export function textPrinter({ write, say, color, quiet }: PrinterContext): Printer {
  const colors = pc.createColors(color);
  return {
    start: () => undefined,
    file: (report) => {
      const lines = linesOf(report, say, colors);
      if (lines.length > 0) write(`${colors.underline(report.path)}\n${lines.join('\n')}\n\n`);
    },
    end: (summary) => {
      if (!quiet) write(`${summaryLines(summary, say).join('\n')}\n`);
    },
  };
}

interface Line {
  readonly place: string;
  readonly start: FindingReport['range']['start'];
  readonly level: Severity;
  readonly message: string;
  readonly id: string;
  readonly below: readonly string[];
}

function linesOf({ findings, notices }: FileReport, say: Say, colors: Colors): readonly string[] {
  const all: readonly Line[] = [
    ...findings.map((it) => ({
      place: placeOf(it.range.start),
      start: it.range.start,
      level: it.level,
      message: it.message,
      id: it.rule,
      below: below(it, say, colors),
    })),
    ...notices.map(({ range, level, message, code }) => ({
      place: placeOf(range.start),
      start: range.start,
      level,
      message,
      id: code,
      below: [],
    })),
  ];
  const sorted = all.toSorted((a, b) => a.start.line - b.start.line || a.start.column - b.start.column);
  let width = 0;
  for (const { place } of sorted) width = Math.max(width, place.length);
  const indentation = ' '.repeat(width + 4);
  const lines: string[] = [];
  for (const it of sorted) {
    lines.push(`  ${it.place.padStart(width)}  ${level(it.level, colors)}  ${it.message} ${colors.dim(`[${it.id}]`)}`);
    for (const line of it.below) lines.push(indentation + line);
  }
  return lines;
}

function placeOf({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${line}:${column}`;
}

function relatedPlace({ range, place }: RelatedReport): string {
  return place ? `${place.path}:${placeOf(range.start)}` : placeOf(range.start);
}

function below({ excerpt, related, fixes }: FindingReport, say: Say, colors: Colors): readonly string[] {
  const lines = excerpt ? excerptLines(excerpt, colors) : [];
  for (const it of related) lines.push(colors.dim(`${relatedPlace(it)}  ${it.message}`));
  const [fix] = fixes;
  if (fix) lines.push(colors.dim(say(fixText(fix), { title: fix.title })));
  return lines;
}

function fixText({ applicability }: FixReport): string {
  if (applicability === 'safe') return TEXTS.fix;
  return applicability === 'unsafe' ? TEXTS.fixUnsafe : TEXTS.fixManual;
}

function excerptLines({ text, start, end }: Excerpt, colors: Colors): string[] {
  const bar = colors.dim('|');
  const marks = '^'.repeat(Math.max(1, columns(text.slice(start, end))));
  return [`${bar} ${printable(text)}`, `${bar} ${' '.repeat(columns(text.slice(0, start)))}${colors.cyan(marks)}`];
}

/** Nearly every line: one character is one cell. */
const PLAIN = /^[\x20-\x7E]*$/;

/** Control characters could change what a terminal shows. */
function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(/[\p{Cc}\p{Cf}]/gu, (it) => (it === '\t' ? ' ' : '\uFFFD'));
}

/** Cells that a text takes in a terminal: East Asian characters and emoji take two, combining marks none. */
function columns(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let count = 0;
  for (const character of text) {
    if (/\p{Mn}/u.test(character)) continue;
    count +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return count;
}

function level(severity: Severity, colors: Colors): string {
  const padded = severity.padEnd('warning'.length);
  if (severity === 'error') return colors.red(padded);
  return severity === 'warning' ? colors.yellow(padded) : colors.blue(padded);
}

export function summaryLines(summary: Summary, say: Say): readonly string[] {
  const { error, warning, info, fixable } = summary;
  const total = error + warning + info;
  const files = counted(say, summary.files, 'file');
  const levels = [
    ...(error > 0 ? [counted(say, error, 'error')] : []),
    ...(warning > 0 ? [counted(say, warning, 'warning')] : []),
    ...(info > 0 ? [counted(say, info, 'info')] : []),
  ].join(', ');
  return [
    total === 0
      ? say(TEXTS.clean, { files })
      : say(TEXTS.found, {
          findings: counted(say, total, 'finding'),
          places: String(summary.filesWithFindings),
          files,
          levels,
        }),
    ...fixableLines(fixable.safe, fixable.unsafe, summary.verified ? '{count}' : TEXTS.upTo, say),
    ...line(summary.suppressed, TEXTS.suppressed, say),
    ...line(summary.known, TEXTS.known, say),
    ...line(summary.stale, TEXTS.stale, say),
    ...line(summary.failed, TEXTS.notChecked, say),
  ];
}

/** @param precision `up to` where the fixes are not verified, so that some may not hold. */
function fixableLines(safe: number, unsafe: number, precision: string, say: Say): readonly string[] {
  const count = say(precision, { count: String(safe) });
  const more = say(precision, { count: String(unsafe) });
  if (safe > 0 && unsafe > 0) return [say(TEXTS.fixableBoth, { count, more })];
  if (safe > 0) return [say(TEXTS.fixableSafe, { count })];
  return unsafe > 0 ? [say(TEXTS.fixableUnsafe, { count: more })] : [];
}

function line(count: number, template: string, say: Say): readonly string[] {
  return count > 0 ? [say(template, { count: String(count) })] : [];
}
