import type { Translations } from '../../rules/core/message.js';
import type { RegisteredRule } from '../../rules/core/rule.js';
import type { FileReport, Summary } from '../report.js';
import type { Say } from '../say.js';

/** Writes reports in one format, as they come where the format allows it. */
export interface Printer {
  readonly start: () => void;
  readonly file: (report: FileReport) => void;
  readonly end: (summary: Summary) => void;
}

export interface PrinterContext {
  readonly write: (text: string) => void;
  readonly say: Say;
  readonly translations: Translations;
  readonly color: boolean;
  readonly quiet: boolean;
  /** Absolute: what paths are relative to. */
  readonly cwd: string;
  readonly version: string;
  readonly rules: readonly RegisteredRule[];
}
