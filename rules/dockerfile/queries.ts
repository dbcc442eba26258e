import type { Expanded, Range, Spanned } from '../core/text.js';
import type { ImageReference } from '../images/reference.js';
import type { PackageInstall } from '../shell/model.js';
import type { DockerfileDocument, Instruction, RunInstruction, ShellInstruction, Stage, UserInstruction } from './model.js';

const notYet = (...all: readonly unknown[]): never => {
  throw new Error(`not yet: ${all.length}`);
};

/** The stage that is exported when no target is named: the last one. Absent in a file without FROM. */
export function shippedStage(document: DockerfileDocument): Stage | undefined {
  return notYet(document);
}

/** The stage and those it builds on through `FROM stage`, the root first. */
export function chainOf(stage: Stage): readonly Stage[] {
  return notYet(stage);
}

/** The chain of the shipped stage, root first; empty in a file without FROM. What happens in these stages is in the image. */
export function shippedChain(document: DockerfileDocument): readonly Stage[] {
  return notYet(document);
}

/** All stages that the shipped one needs: by FROM, `COPY --from` and `RUN --mount=from`. */
export function reachedStages(document: DockerfileDocument): ReadonlySet<Stage> {
  return notYet(document);
}

/** The instructions of one kind, in order: `instructionsOf(stage.instructions, 'RUN')`. */
export function instructionsOf<K extends Instruction['keyword']>(
  instructions: readonly Instruction[],
  ...keywords: readonly K[]
): readonly Extract<Instruction, { keyword: K }>[] {
  return notYet(instructions, keywords);
}

/** Every instruction of the file and the triggers of its ONBUILDs (each after its ONBUILD). */
export function everyInstruction(document: DockerfileDocument): readonly Instruction[] {
  return notYet(document);
}

/** The RUN instructions of the chain of the shipped stage, in the order they run. */
export function shippedRuns(document: DockerfileDocument): readonly RunInstruction[] {
  return notYet(document);
}

/** The stage whose instruction this is; absent for one before the first FROM. */
export function stageAt(document: DockerfileDocument, offset: number): Stage | undefined {
  return notYet(document, offset);
}

/** The stage before `before` that `name` means: its name in any letter case, or its number. */
export function stageNamed(document: DockerfileDocument, name: string, before: Stage | undefined): Stage | undefined {
  return notYet(document, name, before);
}

/** `text` with the ARG and ENV values that hold at `offset`, as BuildKit expands a word there (`${X:-d}`, `${X:+a}`, `#`, `%`, `/`). */
export function expandAt(document: DockerfileDocument, text: string, offset: number): Expanded {
  return notYet(document, text, offset);
}

/** The variable's value in the image's configuration at the end of the stage: ENV of its chain. */
export function environmentOf(document: DockerfileDocument, stage: Stage): ReadonlyMap<string, Expanded> {
  return notYet(document, stage);
}

export interface EffectiveUser {
  readonly instruction: UserInstruction;
  readonly stage: Stage;
  /** After variables; `app:app` stays whole. */
  readonly user: Expanded;
}

/** The last USER of the stage's chain; absent: that of the base image. */
export function effectiveUser(document: DockerfileDocument, stage: Stage): EffectiveUser | undefined {
  return notYet(document, stage);
}

/** `root`, `0`, also with a group or leading zeros: `0:0`, `root:app`. */
export function isRootUser(user: string): boolean {
  return notYet(user);
}

/** The last SHELL before the end of the stage's chain. */
export function effectiveShell(stage: Stage): ShellInstruction | undefined {
  return notYet(stage);
}

/** Absolute working directory at the end of the stage, `/` when none is set and the base is scratch; absent when the base image decides. */
export function effectiveWorkdir(document: DockerfileDocument, stage: Stage): Expanded | undefined {
  return notYet(document, stage);
}

export interface ExposedPort {
  readonly first: number;
  readonly last: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly range: Range;
}

/** Ports of EXPOSE in the stage's chain whose numbers are known. */
export function exposedPorts(document: DockerfileDocument, stage: Stage): readonly ExposedPort[] {
  return notYet(document, stage);
}

export interface InstalledPackages {
  readonly run: RunInstruction;
  readonly stage: Stage;
  readonly install: PackageInstall;
}

/** Package installations of the stage's chain, those left out that the same RUN removes again. */
export function installedPackages(stage: Stage): readonly InstalledPackages[] {
  return notYet(stage);
}

export interface UsedImage {
  readonly reference: ImageReference;
  /** The word as written, with its place. */
  readonly word: Spanned;
  readonly by: 'from' | 'copy' | 'mount' | 'syntax';
}

/** Every external image the file names: FROM, `COPY --from`, `RUN --mount=from`, `# syntax=`; stage names and scratch are none. */
export function usedImages(document: DockerfileDocument): readonly UsedImage[] {
  return notYet(document);
}
