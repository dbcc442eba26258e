import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Text } from '../rules/core/message.js';
import { readText } from '../workspace/read.js';
import type { FileReport, FindingReport } from './report.js';
import { TEXTS } from './texts.js';

/** Known findings: by the file's path from the baseline's own folder, by rule, the fingerprints. */
type Known = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

const VERSION = 1;

/** Takes known findings out of reports. Those in other files of a project stay; what is gone is counted. */
export interface Baseline {
  readonly filter: (report: FileReport) => FileReport;
  readonly known: () => number;
  /** Entries of the judged files that were not found. */
  readonly stale: () => number;
}

export function readBaseline(file: string): Baseline | { readonly problem: Text } {
  const read = readText(file);
  if ('problem' in read) return read;
  const entries = parse(read.text);
  if (!entries) return { problem: { template: TEXTS.baselineShape, data: { path: file } } };
  let known = 0;
  let stale = 0;
  return {
    filter: (report) => {
      const expected = entries[pathFrom(file, report.file)] ?? {};
      const left = new Map(Object.entries(expected).map(([rule, prints]) => [rule, new Set(prints)]));
      const findings = report.findings.filter((it) => !(left.get(it.rule)?.delete(it.fingerprint) ?? false));
      known += report.findings.length - findings.length;
      for (const prints of left.values()) stale += prints.size;
      return { ...report, findings };
    },
    known: () => known,
    stale: () => stale,
  };
}

/** Collects the findings of reports and writes them as a baseline, in an order that reads well in a diff. */
export function createBaselineWriter(file: string): {
  readonly add: (report: FileReport) => void;
  /** @returns how many findings there are. @throws what the file system throws. */
  readonly write: () => number;
} {
  const files = new Map<string, readonly FindingReport[]>();
  return {
    add: (report) => {
      if (report.findings.length > 0) files.set(pathFrom(file, report.file), report.findings);
    },
    write: () => {
      const sorted = [...files].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const findings = Object.fromEntries(sorted.map(([name, found]) => [name, byRule(found)]));
      writeFileSync(file, `${JSON.stringify({ version: VERSION, findings }, undefined, 2)}\n`);
      return sorted.reduce((sum, [, found]) => sum + found.length, 0);
    },
  };
}

function byRule(findings: readonly FindingReport[]): Record<string, readonly string[]> {
  const rules = [...new Set(findings.map((it) => it.rule))].sort();
  return Object.fromEntries(
    rules.map((rule) => [rule, findings.filter((it) => it.rule === rule).map((it) => it.fingerprint)]),
  );
}

/** The same on every machine and from every folder. */
function pathFrom(baseline: string, file: string): string {
  return path.relative(path.dirname(baseline), file).replaceAll(path.sep, '/');
}

function parse(json: string): Known | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['version'] !== VERSION || !isRecord(value['findings'])) return undefined;
  const files = Object.entries(value['findings']).map(([file, rules]) => [file, rulesOf(rules)] as const);
  return Object.fromEntries(files);
}

function rulesOf(value: unknown): Record<string, readonly string[]> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([rule, prints]) => [
      rule,
      Array.isArray(prints) ? prints.filter((it): it is string => typeof it === 'string') : [],
    ]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
