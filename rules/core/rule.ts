import type { ComposeDocument } from '../compose/model.js';
import type { Config } from '../config.js';
import type { DockerfileDocument } from '../dockerfile/model.js';
import type { EngineDocument } from '../engine/model.js';
import type { PipelineDocument } from '../pipeline/model.js';
import type { Finding, Severity } from './finding.js';
import type { Practice } from './practice.js';
import type { Project } from './project.js';

/** The kinds of file that rules judge, and the document that a check of that kind is given. */
export interface Documents {
  readonly dockerfile: DockerfileDocument;
  readonly compose: ComposeDocument;
  readonly ci: PipelineDocument;
  readonly engine: EngineDocument;
}
export type Target = keyof Documents;
export type Document = Documents[Target];

/** What a check may know besides its document. There is no clock: dates are those of the facts tables. */
export interface CheckContext {
  readonly config: Config;
  readonly project: Project;
  /** Digests of images by their full names, as far as somebody has asked for them. */
  readonly digests: ReadonlyMap<string, string>;
}

type Check<K extends Target, M extends string, T extends string, L extends string> = (
  document: Documents[K],
  context: CheckContext,
) => readonly Finding<M, T, L>[];

/** Sections of published standards that ask for what a rule checks. */
export interface Standards {
  /** CIS Docker Benchmark v1.7.0, such as '4.1'. */
  readonly cis?: readonly string[];
  /** NIST SP 800-190, such as '4.1.3'. */
  readonly nist?: readonly string[];
  /** OWASP Docker Security Cheat Sheet, such as 'RULE #2'. */
  readonly owasp?: readonly string[];
  /** Such as 'CWE-250'. */
  readonly cwe?: readonly string[];
}

/** Tools whose suppression comments silence our equivalent rule, by their own ids. */
export interface Equivalents {
  readonly hadolint?: readonly string[];
  readonly buildkit?: readonly string[];
  readonly checkov?: readonly string[];
  readonly trivy?: readonly string[];
  readonly kics?: readonly string[];
  readonly semgrep?: readonly string[];
  readonly dclint?: readonly string[];
  readonly tally?: readonly string[];
}

/**
 * A mistake that Seaworthy finds: documentation, messages, check, fix and examples in one file.
 * Templates hold `{name}` placeholders, filled from a finding's `data`.
 */
export interface Rule<M extends string = string, T extends string = string, L extends string = string> {
  /** Names the flagged pattern, reads after "allow", equals the file name. */
  readonly id: string;
  readonly severity: Severity;
  /** `strict`: off unless the profile is `strict` or the configuration names the rule. */
  readonly profile?: 'strict';
  /**
   * Rules that say more about the same fault, and where this one is silent: an image without a tag has no digest either. Where a fix
   * takes their finding away and this rule speaks, the fault is not new.
   */
  readonly yieldsTo?: readonly string[];
  /** One sentence: what is asked for. */
  readonly summary: string;
  /** Paragraphs: what an attacker gains, in plain words. Indentation and single line breaks do not count. */
  readonly why: string;
  /** What a fix that is not safe may change. Required when a fix can be other than safe. */
  readonly fixSafety?: string;
  readonly references: readonly string[];
  readonly standards: Standards;
  readonly equivalents: Equivalents;
  readonly messages: Readonly<Record<M, string>>;
  readonly titles?: Readonly<Record<T, string>>;
  readonly labels?: Readonly<Record<L, string>>;
  readonly check: { readonly [K in Target]?: Check<K, NoInfer<M>, NoInfer<T>, NoInfer<L>> };
  readonly examples: readonly Example<NoInfer<M>>[];
}

interface ExampleBase {
  readonly title: string;
  readonly in: Target;
  /** Settings the example needs, over the defaults. */
  readonly config?: Partial<Config>;
  /** Path of the example's file, where the files around it count. Absent: it stands alone. */
  readonly path?: string;
  /** The other files of its project by path, written as the example is. */
  readonly around?: Readonly<Record<string, string>>;
  /** The digests that are known, by the full name of the image. */
  readonly digests?: Readonly<Record<string, string>>;
}

/**
 * Documentation and test at once. `«»` marks each expected primary range in order of the text; the marks are
 * stripped before analysis, and common indentation and the blank first and last lines are dropped.
 */
export type Example<M extends string = string> = ExampleBase &
  (
    | { readonly good: string }
    | {
        readonly bad: string;
        /** Message keys, one for each mark. */
        readonly expect: readonly M[];
        /** Level of every finding as it is shown: `confidence: low` already took one off. */
        readonly severity?: Severity;
        readonly confidence?: 'low';
        /** The text after the first fix of every finding; null: no fix is offered. */
        readonly fixed: string | null;
        /** The other files that those fixes change or create, as they are afterwards. */
        readonly fixedAround?: Readonly<Record<string, string>>;
        /** The text after the second, third, … fix of the first finding. */
        readonly alternatives?: readonly string[];
      }
  );

/** A rule with the practice its folder belongs to. */
export interface RegisteredRule extends Rule {
  readonly practice: Practice;
}

/** Checks the shape of a rule at compile time: a wrong message id does not compile. */
export function defineRule<M extends string, T extends string = never, L extends string = never>(
  rule: Rule<M, T, L>,
): Rule<M, T, L> {
  return rule;
}
