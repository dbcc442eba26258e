import type { Range } from '../core/text.js';
import type { Instruction } from '../dockerfile/model.js';
import type { REFUSALS } from './refusals.js';

/** An image to run a program on. */
export interface RunBase {
  /** As FROM gets it; variables as the file writes them. */
  readonly image: string;
  readonly packages?: 'apt' | 'apk';
  /** `sh` and the commands of a distribution are there. */
  readonly shell: boolean;
  /** Its own working folder; the root when absent. */
  readonly folder?: string;
  /** Its own default user is not root. */
  readonly unprivileged?: boolean;
}

/** A file or folder of the build stage that is shipped. */
export interface Artefact {
  /** Absolute, in the build stage. */
  readonly from: string;
  /** Where it goes, absolute; the same place when absent. */
  readonly to?: string;
  readonly folder?: boolean;
  /** Value of `--chown`. */
  readonly owner?: string;
}

/** How one stage is cut into two. */
export interface Plan {
  readonly base: RunBase;
  readonly artefacts: readonly Artefact[];
  /** Artefacts that go on top of the sources. */
  readonly late?: readonly Artefact[];
  /** The last instruction that belongs to the build: what follows is the run stage. */
  readonly last: Instruction;
  /** Instructions of the build that the run stage repeats as they are written. */
  readonly repeated?: readonly Instruction[];
  /** Instructions that leave the file: what replaces them is in the plan. */
  readonly dropped?: readonly Instruction[];
  /** Lines that the build stage gets, above an instruction of it. */
  readonly prepared?: { readonly above: Instruction; readonly lines: readonly string[] };
  /** Lines at the end of the build stage. */
  readonly finished?: readonly string[];
  /** Lines of the run stage above its packages: ENV. */
  readonly settings?: readonly string[];
  /** Lines of the run stage below its artefacts. */
  readonly added?: readonly string[];
  /** Packages that the run stage installs. */
  readonly packages?: readonly string[];
  /** Replacements inside the build stage. */
  readonly edits?: readonly { readonly range: Range; readonly text: string }[];
  /** False: other images are built on this one, as the user that it has. */
  readonly user?: false;
  /** False: the run-time image has a working folder of its own. */
  readonly workdir?: boolean;
  /** What ships, for people. */
  readonly ships: string;
  /** Variables of ENV that only the build reads. */
  readonly buildVariables?: RegExp;
}

/** Why a stage is left as it is, and where that is seen. */
export interface Refusal {
  readonly refused: keyof typeof REFUSALS;
  readonly data: Readonly<Record<string, string>>;
  readonly range: Range;
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}
