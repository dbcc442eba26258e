import type { Config } from '../config.js';
import type { Edit } from './edit.js';
import type { Applicability, Severity } from './finding.js';
import type { Text } from './message.js';
import type { CheckContext, Document, Project, RegisteredRule, Target } from './rule.js';
import type { Range } from './text.js';

const notYet = (...all: readonly unknown[]): never => {
  throw new Error(`not yet: ${all.length}`);
};

export interface Source {
  readonly kind: Target;
  readonly text: string;
}

export interface AnalyzeOptions {
  readonly config: Config;
  readonly project: Project;
  /** All registered rules when absent; which of them run is decided by the configuration. */
  readonly rules?: readonly RegisteredRule[];
  /** Only these run, whatever their profile. */
  readonly only?: ReadonlySet<string>;
  /** Milliseconds since some fixed time. With it, rules that take too long are stopped after the one that ran over. */
  readonly clock?: () => number;
}

/** A finding as it is shown: level decided, texts ready to be rendered. */
export interface ReportedFinding {
  readonly rule: RegisteredRule;
  /** As configured; `confidence: low` is already one level down. */
  readonly severity: Severity;
  readonly confidence: 'high' | 'low';
  readonly message: Text;
  readonly range: Range;
  readonly related: readonly { readonly range: Range; readonly message: Text }[];
  /** Not yet verified: {@link verifiedFixes}. */
  readonly fixes: readonly ReportedFix[];
}

export interface ReportedFix {
  readonly title: Text;
  readonly applicability: Applicability;
  readonly edits: readonly Edit[];
}

/** What the engine itself has to say: a guard that struck, a rule that threw, a suppression that names no rule. */
export interface Notice {
  readonly code: 'syntax' | 'size' | 'time' | 'rule-failed' | 'unknown-rule' | 'unused-suppression' | 'bad-suppression';
  readonly message: Text;
  readonly range: Range;
  readonly severity: Severity;
  readonly fixes: readonly ReportedFix[];
}

export interface Analysis {
  readonly source: Source;
  readonly document: Document;
  /** In order of the text, suppressed ones left out. */
  readonly findings: readonly ReportedFinding[];
  readonly notices: readonly Notice[];
  /** How many findings comments silenced. */
  readonly suppressed: number;
  readonly context: CheckContext;
}

/** Parses, runs the rules, suppresses. Never throws: a rule that does is a notice. */
export function analyze(source: Source, options: AnalyzeOptions): Analysis {
  return notYet(source, options);
}

/**
 * The fixes of a finding that hold what they promise: applied to a copy and re-analysed, the finding is gone, nothing
 * new at its level or above appears and the text still parses.
 */
export function verifiedFixes(analysis: Analysis, finding: ReportedFinding, options: AnalyzeOptions): readonly ReportedFix[] {
  return notYet(analysis, finding, options);
}

export interface FixAllResult {
  readonly text: string;
  /** How many fixes were applied, by rule id. */
  readonly applied: ReadonlyMap<string, number>;
  /** Rules whose fixes did not come to an end. */
  readonly unsettled: readonly string[];
  /** The analysis of the resulting text. */
  readonly analysis: Analysis;
}

/** Applies verified fixes round by round until none is left: safe ones, with `unsafe` those too. */
export function fixAll(source: Source, options: AnalyzeOptions & { readonly unsafe?: boolean }): FixAllResult {
  return notYet(source, options);
}

/** The edit that silences a finding with a comment of ours. */
export function ignoreEdit(analysis: Analysis, finding: ReportedFinding, reason: string): Edit {
  return notYet(analysis, finding, reason);
}
