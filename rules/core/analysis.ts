import type { Config } from '../config.js';
import type { Edit } from './edit.js';
import type { FileEdits } from './elsewhere.js';
import type { Applicability, Severity } from './finding.js';
import type { Text } from './message.js';
import type { Project } from './project.js';
import type { CheckContext, Document, RegisteredRule, Target } from './rule.js';
import type { Range } from './text.js';

export interface Source {
  readonly kind: Target;
  readonly text: string;
}

export interface AnalyzeOptions {
  readonly config: Config;
  readonly project: Project;
  /** All registered rules when absent; which of them run is decided by the configuration. */
  readonly rules?: readonly RegisteredRule[];
  /** Only these run, whatever their profile and configuration. */
  readonly only?: ReadonlySet<string>;
  /** Milliseconds since some fixed time. With it, rules that take too long are stopped after the one that ran over. */
  readonly clock?: () => number;
  /** What registries have now, by the full name of the image. Rules ask nobody: see {@link ReportedFinding.digestOf}. */
  readonly digests?: ReadonlyMap<string, string>;
}

/** A finding as it is shown: level decided, texts ready to be rendered. */
export interface ReportedFinding {
  readonly rule: RegisteredRule;
  /** As configured; `confidence: low` is already one level down. */
  readonly severity: Severity;
  readonly confidence: 'high' | 'low';
  readonly message: Text;
  readonly range: Range;
  readonly related: readonly RelatedPlace[];
  /** Not yet verified: {@link verifiedFixes}. */
  readonly fixes: readonly ReportedFix[];
  /** The full name of an image whose digest is not known: analysed with it, the finding has a fix. */
  readonly digestOf?: string;
}

/** A further place that explains a finding. */
export interface RelatedPlace {
  readonly message: Text;
  readonly range: Range;
  /** The file that the range is of, as the project names it; absent: the judged one. */
  readonly path?: string;
}

export interface ReportedFix {
  readonly title: Text;
  readonly applicability: Applicability;
  /** A rewrite that an editor also offers among its refactorings. */
  readonly rewrite?: string;
  /** Of the judged file. */
  readonly edits: readonly Edit[];
  /** Of other files of the project. */
  readonly elsewhere?: readonly FileEdits[];
}

/** What a fix changes. */
export type Changes = Pick<ReportedFix, 'edits' | 'elsewhere' | 'rewrite'>;

/** What the engine itself has to say: a guard that struck, a rule that threw, a suppression that names no rule. */
export interface Notice {
  readonly code:
    | 'syntax'
    | 'size'
    | 'time'
    | 'rule-failed'
    | 'unknown-rule'
    | 'unused-suppression'
    | 'bad-suppression'
    | 'files'
    | 'config';
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
