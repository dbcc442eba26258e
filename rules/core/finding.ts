import type { Edit } from './edit.js';
import type { Range } from './text.js';

/** Levels in falling order. In an editor `info` is shown as information. */
export type Severity = 'error' | 'warning' | 'info';

/**
 * `safe`: the built image or the started service behaves the same; fix-all and `fix` apply it.
 * `unsafe`: behaviour may change; applied one at a time, or with `fix --unsafe`.
 * `manual`: leaves a blank only a person can fill; offered in the editor, never by the command line.
 */
export type Applicability = 'safe' | 'unsafe' | 'manual';

/** A change that cures a finding. `title` is a key of the rule's `titles`. */
export interface Fix<T extends string = string> {
  readonly title: T;
  readonly data?: Readonly<Record<string, string>>;
  readonly applicability: Applicability;
  /** A rewrite that an editor also offers among its refactorings, as `refactor.rewrite.seaworthy.<name>`. */
  readonly rewrite?: string;
  /** Sorted by start, disjoint. */
  readonly edits: readonly Edit[];
}

/** A further place that explains a finding. `label` is a key of the rule's `labels`. */
export interface RelatedPlace<L extends string = string> {
  readonly range: Range;
  readonly label: L;
  readonly data?: Readonly<Record<string, string>>;
}

/** What a rule reports. `message` is a key of the rule's `messages`. */
export interface Finding<M extends string = string, T extends string = string, L extends string = string> {
  readonly message: M;
  readonly data?: Readonly<Record<string, string>>;
  /** Exactly one primary place. Something missing is reported on the FROM image or the service key. */
  readonly range: Range;
  /** Overrides the rule's own level, where the case decides. */
  readonly severity?: Severity;
  /** `low`: true only if something we cannot see holds; shown one level down. */
  readonly confidence?: 'high' | 'low';
  readonly related?: readonly RelatedPlace<L>[];
  /** The first is preferred. */
  readonly fixes?: readonly Fix<T>[];
  /** The full name of an image whose digest is not known: analysed with it, the finding has a fix. */
  readonly digestOf?: string;
}
