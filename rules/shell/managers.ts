import type { PackageManager } from './model.js';

export type Action = 'install' | 'remove' | 'update' | 'clean';

/** How one package manager is called; names, verbs and options are from its own manual. */
export interface Manager {
  readonly manager: PackageManager;
  readonly programs: RegExp;
  /** Verb of one or two words → what it does; `''`: called without a verb. */
  readonly verbs: Readonly<Record<string, Action>>;
  /** Options that take the next word. */
  readonly values: ReadonlySet<string>;
  readonly singleDash?: boolean;
  /** How name and version of a package stand in a word. */
  readonly notation:
    | 'apt'
    | 'apk'
    | 'rpm'
    | 'zypper'
    | 'pacman'
    | 'pip'
    | 'npm'
    | 'gem'
    | 'go'
    | 'at'
    | 'composer'
    | 'conda'
    | 'plain';
  /** Options whose value is a file that lists packages. */
  readonly lists?: readonly string[];
  /** Options whose value is a package: `pip install -e .`. */
  readonly packages?: readonly string[];
  /** Options that give the version of the packages named. */
  readonly version?: readonly string[];
  /** Verbs that run a package: what stands behind it belongs to that package. */
  readonly runs?: readonly string[];
  /** Verbs whose operands are no packages: `npm ci`, `bundle install`. */
  readonly bare?: readonly string[];
}
