import type { ComposeMap, YamlError } from '../compose/model.js';
import type { Comment, LineEnd, Range, Spanned } from '../core/text.js';
import type { ShellScript } from '../shell/model.js';

export type PipelineSystem =
  | 'github'
  | 'gitlab'
  | 'azure'
  | 'circleci'
  | 'bitbucket'
  | 'jenkins'
  | 'drone'
  | 'woodpecker';

/** A file that tells a CI system what to run. In YAML the generic nodes of the compose model carry values and ranges. */
export interface PipelineDocument {
  readonly kind: 'ci';
  readonly system: PipelineSystem;
  readonly text: string;
  readonly eol: LineEnd;
  readonly root?: ComposeMap;
  /** The top-level map of each YAML document; Drone has one pipeline in each. */
  readonly roots: readonly ComposeMap[];
  /** In order of the text. What several jobs share (a template, a command, an anchor) is one job where it is written. */
  readonly jobs: readonly PipelineJob[];
  /** What it takes in from elsewhere, as written: paths of the same repository and names of templates. */
  readonly includes: readonly Spanned[];
  readonly comments: readonly Comment[];
  readonly errors: readonly YamlError[];
}

export interface PipelineJob {
  readonly name: Spanned;
  /** Absent in a Jenkinsfile. */
  readonly node?: ComposeMap;
  readonly steps: readonly PipelineStep[];
  /** What it calls instead of having steps: a reusable workflow, a job of an orb, a template. */
  readonly uses?: Spanned;
  /** Jobs of the same file that it takes over: `extends`. */
  readonly bases: readonly string[];
  /** Image that its steps run in. */
  readonly image?: Spanned;
  /** What lets the pipeline go on when the job fails, as written: `allow_failure: true`. */
  readonly lenient?: LenientEntry;
}

/** An entry that hides a failure. */
export interface LenientEntry {
  /** As a person would name it: `continue-on-error: true`. */
  readonly written: string;
  readonly range: Range;
  /** An alias or a merge key brings it here: an edit would change more than this. */
  readonly inherited: boolean;
}

export interface PipelineStep {
  readonly node?: ComposeMap;
  /** From its first key to the end of its last value; a lone command, without its dash. */
  readonly range: Range;
  readonly name?: Spanned;
  /**
   * What somebody else wrote and the step runs: `owner/repository/path@ref` or `docker://image` (GitHub Actions), a task
   * `Docker@2`, a command of an orb `circleci/docker/build@2.6.0`, a pipe or the image of a plugin `plugins/docker:20`.
   */
  readonly uses?: Spanned;
  /** What {@link uses} is told. */
  readonly with?: ComposeMap;
  /** Its script, with its commands. */
  readonly run?: Spanned & { readonly script: ShellScript };
  /** Folder that the script runs in, as written. */
  readonly folder?: string;
  readonly lenient?: LenientEntry;
  /** What a step of a Jenkinsfile does through the Docker plugin. */
  readonly plugin?: { readonly does: 'build' | 'push'; readonly image?: string };
}

/** What is done to an image, whoever does it. */
export interface Act {
  readonly does: 'build' | 'push' | 'scan' | 'sign';
  /** A build that pushes the image itself, or leaves it to others: `load`, a later command. */
  readonly pushes: boolean;
  /** By `docker compose`. */
  readonly composed?: boolean;
  /** The image by name as it is written; absent where it cannot be told. */
  readonly image?: string;
  /** Of a scan: who scans. */
  readonly scanner?: string;
}
