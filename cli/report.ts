import type { Notice } from '../rules/core/analyze.js';
import type { Applicability, Severity } from '../rules/core/finding.js';
import type { FileKind } from '../rules/project/kind.js';

/** What is known of one judged file: plain data with rendered texts, so that a worker can send it. */
export interface FileReport {
  /** Relative to the current folder where it lies below it, with forward slashes. */
  readonly path: string;
  /** Absolute, in the form of the platform. */
  readonly file: string;
  /** `unknown`: a path that could not be looked at. */
  readonly kind: FileKind | 'unknown';
  readonly findings: readonly FindingReport[];
  /** What the engine says about suppressions and the configuration. */
  readonly notices: readonly NoticeReport[];
  /** Why the file was not judged, or not wholly. */
  readonly errors: readonly ErrorReport[];
  /** How many findings comments silenced. */
  readonly suppressed: number;
}

export interface FindingReport {
  readonly rule: string;
  readonly practice: number;
  readonly level: Severity;
  readonly confidence: 'high' | 'low';
  readonly message: string;
  readonly range: RangeReport;
  readonly related: readonly RelatedReport[];
  /** Verified ones, the preferred first; empty where the output has no use for them. */
  readonly fixes: readonly FixReport[];
  /** Stays the same while the line and the number of equal findings above it do. Not a secret, even of a secret's line. */
  readonly fingerprint: string;
  /** The line of the finding's start, secrets hidden; absent where it cannot be shown without one. */
  readonly excerpt?: Excerpt;
}

export interface RelatedReport {
  readonly message: string;
  readonly range: RangeReport;
  /** Absent: the judged file. */
  readonly place?: FilePlace;
}

/** Another file, as in {@link FileReport}. */
export type FilePlace = Pick<FileReport, 'path' | 'file'>;

export interface NoticeReport {
  readonly code: Exclude<Notice['code'], ErrorReport['code']>;
  readonly level: Severity;
  readonly message: string;
  readonly range: RangeReport;
}

export interface ErrorReport {
  readonly code: 'unreadable' | 'syntax' | 'size' | 'time' | 'rule-failed';
  readonly level: Severity;
  readonly message: string;
  /** Absent when the whole file is meant. */
  readonly range?: RangeReport;
}

export interface FixReport {
  readonly title: string;
  readonly applicability: Applicability;
  /** Undefined when they are only listed, or hold a secret, which no report repeats. */
  readonly edits?: readonly EditReport[];
  /** Edits of other files; one that is missing is created. */
  readonly elsewhere: readonly { readonly place: FilePlace; readonly edits: readonly EditReport[] }[];
}

export interface EditReport {
  readonly range: RangeReport;
  readonly text: string;
}

/** Lines and columns count from 1, columns in UTF-16 code units; the end is the column behind the last one. */
export interface RangeReport {
  readonly start: PositionReport;
  readonly end: PositionReport;
}

export interface PositionReport {
  readonly line: number;
  readonly column: number;
}

export interface Excerpt {
  readonly text: string;
  /** Zero-based columns in `text`. */
  readonly start: number;
  readonly end: number;
}

/** What all reports come to. */
export interface Summary {
  readonly files: number;
  readonly filesWithFindings: number;
  /** Findings and notices, by level. */
  readonly error: number;
  readonly warning: number;
  readonly info: number;
  /** Findings whose first fix is of this kind. */
  readonly fixable: Readonly<Record<Applicability, number>>;
  /** Whether each of those fixes was verified. */
  readonly verified: boolean;
  readonly suppressed: number;
  /** Findings that the baseline knows; they are in no other count. */
  readonly known: number;
  /** Entries of the baseline that no longer occur. */
  readonly stale: number;
  /** Files and folders that could not be checked, or not wholly. */
  readonly failed: number;
}

/** Whether something about the file could not be judged. Findings in what is left of a broken file are findings. */
export function hasFailed({ kind, errors }: FileReport): boolean {
  return errors.some((it) => it.code !== 'syntax' || kind === 'config');
}

/** Adds reports up as they come. */
export interface Tally {
  readonly add: (report: FileReport) => void;
  readonly summary: (others: Pick<Summary, 'known' | 'stale' | 'verified'>) => Summary;
}

export function createTally(): Tally {
  const levels = { error: 0, warning: 0, info: 0 };
  const fixable = { safe: 0, unsafe: 0, manual: 0 };
  let files = 0;
  let filesWithFindings = 0;
  let suppressed = 0;
  let failed = 0;
  return {
    add: (report) => {
      if (hasFailed(report)) failed++;
      if (report.kind !== 'unknown') files++;
      const all = [...report.findings, ...report.notices, ...report.errors.filter((it) => it.code === 'syntax')];
      if (all.length > 0) filesWithFindings++;
      for (const { level } of all) levels[level]++;
      for (const { fixes } of report.findings) if (fixes[0]) fixable[fixes[0].applicability]++;
      suppressed += report.suppressed;
    },
    summary: (others) => ({ files, filesWithFindings, ...levels, fixable, suppressed, failed, ...others }),
  };
}
