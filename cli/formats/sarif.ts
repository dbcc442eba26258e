import { pathToFileURL } from 'node:url';
import type {
  ArtifactLocation,
  Fix,
  Location,
  Log,
  Notification,
  PhysicalLocation,
  Region,
  ReportingDescriptor,
  Result,
  ToolComponent,
} from 'sarif';
import type { Severity } from '../../rules/core/finding.js';
import { render, type Translations } from '../../rules/core/message.js';
import type { RegisteredRule } from '../../rules/core/rule.js';
import {
  type FilePlace,
  type FileReport,
  type FindingReport,
  type FixReport,
  hasFailed,
  type RangeReport,
} from '../report.js';
import { rulePage } from '../rule-page.js';
import type { Printer, PrinterContext } from './printer.js';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const ROOT = '%SRCROOT%';
const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};
/** What GitHub sorts security alerts by, from 0 to 10. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = { error: '8.0', warning: '5.0', info: '2.0' };

/** SARIF 2.1.0: one run, one result a finding, with rules, fixes and fingerprints. */
export function sarifPrinter(context: PrinterContext): Printer {
  const results: Result[] = [];
  const notifications: Notification[] = [];
  const configuration: Notification[] = [];
  const indexes = new Map(context.rules.map((rule, index) => [rule.id, index]));
  let failed = false;
  return {
    start: () => undefined,
    file: (report) => {
      failed ||= hasFailed(report);
      results.push(...report.findings.map((it) => result(report, it, indexes)));
      for (const it of report.notices) configuration.push(notification(report, it));
      for (const it of report.errors) notifications.push(notification(report, it));
    },
    end: () => {
      const log: Log = {
        $schema: SCHEMA,
        version: '2.1.0',
        runs: [
          {
            tool: { driver: driver(context) },
            columnKind: 'utf16CodeUnits',
            originalUriBaseIds: { [ROOT]: { uri: folderUri(context.cwd) } },
            invocations: [
              {
                executionSuccessful: !failed,
                toolExecutionNotifications: notifications,
                toolConfigurationNotifications: configuration,
              },
            ],
            results,
          },
        ],
      };
      context.write(`${JSON.stringify(log)}\n`);
    },
  };
}

function driver({ version, rules, translations }: PrinterContext): ToolComponent {
  return {
    name: 'Seaworthy',
    semanticVersion: version,
    version,
    rules: rules.map((it) => descriptor(it, translations)),
  };
}

function descriptor(rule: RegisteredRule, translations: Translations): ReportingDescriptor {
  const summary = render({ template: rule.summary, data: {} }, translations);
  const page = rulePage(rule, translations);
  return {
    id: rule.id,
    shortDescription: { text: summary },
    fullDescription: { text: page.why.join('\n\n') || summary },
    help: { text: page.text((it) => it), markdown: page.markdown },
    defaultConfiguration: { level: LEVELS[rule.severity], enabled: rule.profile !== 'strict' },
    properties: {
      tags: [
        'security',
        rule.practice.folder,
        ...(rule.standards.cwe ?? []).map((it) => `external/cwe/${it.toLowerCase()}`),
      ],
      precision: 'high',
      'problem.severity': rule.severity === 'info' ? 'recommendation' : rule.severity,
      'security-severity': SECURITY_SEVERITY[rule.severity],
    },
  };
}

function result(report: FileReport, finding: FindingReport, indexes: ReadonlyMap<string, number>): Result {
  const fixes = finding.fixes.flatMap((it) => fix(report, it));
  const ruleIndex = indexes.get(finding.rule);
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[finding.level],
    message: { text: escapeMessage(finding.message) },
    locations: [{ physicalLocation: physical(report, finding.range) }],
    ...(finding.related.length > 0
      ? {
          relatedLocations: finding.related.map(
            (it, index): Location => ({
              id: index + 1,
              message: { text: escapeMessage(it.message) },
              physicalLocation: physical(it.place ?? report, it.range),
            }),
          ),
        }
      : {}),
    ...(fixes.length > 0 ? { fixes } : {}),
    partialFingerprints: { 'seaworthy/v1': finding.fingerprint, primaryLocationLineHash: finding.fingerprint },
    properties: { practice: finding.practice, confidence: finding.confidence },
  };
}

/** None for an edit that must not be repeated. */
function fix(report: FileReport, { title, applicability, edits, elsewhere }: FixReport): readonly Fix[] {
  if (!edits) return [];
  const own = edits.length > 0 ? [{ place: report, edits }] : [];
  return [
    {
      description: { text: escapeMessage(title) },
      artifactChanges: [...own, ...elsewhere].map(({ place, edits: changes }) => ({
        artifactLocation: artifact(place),
        replacements: changes.map((it) => ({ deletedRegion: region(it.range), insertedContent: { text: it.text } })),
      })),
      properties: { applicability },
    },
  ];
}

function notification(
  report: FileReport,
  it: { readonly code: string; readonly level: Severity; readonly message: string; readonly range?: RangeReport },
): Notification {
  return {
    descriptor: { id: it.code },
    level: LEVELS[it.level],
    message: { text: escapeMessage(it.message) },
    locations: [{ physicalLocation: physical(report, it.range) }],
  };
}

function physical(place: FilePlace, range: RangeReport | undefined): PhysicalLocation {
  return { artifactLocation: artifact(place), ...(range ? { region: region(range) } : {}) };
}

function artifact({ path, file }: FilePlace): ArtifactLocation {
  const below = path !== file && !/^(?:[A-Za-z]:)?\//.test(path);
  return below
    ? { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT }
    : { uri: pathToFileURL(file).href };
}

function region({ start, end }: RangeReport): Region {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function folderUri(folder: string): string {
  const { href } = pathToFileURL(folder);
  return href.endsWith('/') ? href : `${href}/`;
}

/** In a message `[text](target)` is a link. */
function escapeMessage(text: string): string {
  return text.includes('](') ? text.replace(/[[\]\\]/g, (it) => `\\${it}`) : text;
}
