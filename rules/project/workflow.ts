import type { ComposeMap, YamlError } from '../compose/model.js';
import type { Comment, LineEnd, Range, Spanned } from '../core/text.js';
import type { ShellScript } from '../shell/model.js';

/** A GitHub Actions workflow. The generic YAML nodes of the compose model carry its values and ranges. */
export interface WorkflowDocument {
  readonly kind: 'ci';
  readonly text: string;
  readonly eol: LineEnd;
  readonly root?: ComposeMap;
  readonly jobs: readonly WorkflowJob[];
  readonly comments: readonly Comment[];
  readonly errors: readonly YamlError[];
}

export interface WorkflowJob {
  readonly name: Spanned;
  readonly node: ComposeMap;
  readonly steps: readonly WorkflowStep[];
  /** `uses` of a job that calls a reusable workflow. */
  readonly uses?: Spanned;
}

export interface WorkflowStep {
  readonly node: ComposeMap;
  /** From its first key to the end of its last value. */
  readonly range: Range;
  readonly name?: Spanned;
  /** `owner/repository/path@ref` or `docker://image`. */
  readonly uses?: Spanned;
  readonly with?: ComposeMap;
  /** The text of `run`, with its commands. */
  readonly run?: Spanned & { readonly script: ShellScript };
}
