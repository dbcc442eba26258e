import type { Text } from '../core/message.js';
import type { Comment, LineEnd, Range, Spanned } from '../core/text.js';
import type { ImageReference } from '../images/reference.js';
import type { ShellFacts, ShellScript } from '../shell/model.js';

/** A Dockerfile as BuildKit reads it (moby/buildkit, frontend/dockerfile/parser), every part with its place. */
export interface DockerfileDocument {
  readonly kind: 'dockerfile';
  readonly text: string;
  readonly eol: LineEnd;
  readonly escape: '\\' | '`';
  /** `# syntax=`, `# escape=`, `# check=` at the top. */
  readonly directives: readonly Directive[];
  /** Whole-line comments, also those between continued lines; directives are not among them. */
  readonly comments: readonly Comment[];
  /** All instructions in order, also those before the first FROM and unknown ones. */
  readonly instructions: readonly Instruction[];
  /** ARG before the first FROM. */
  readonly globalArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  /** The stage that is judged as the shipped one; absent: the last. */
  readonly shipped?: Stage;
  readonly errors: readonly ParseError[];
}

export interface Directive {
  readonly name: string;
  readonly value: Spanned;
  readonly range: Range;
}

/** Why BuildKit would refuse the file. */
export interface ParseError {
  readonly range: Range;
  readonly message: Text;
  /** What stands there is well-formed and only misplaced, as in a file without FROM: it can be judged all the same. */
  readonly misplaced?: true;
}

/** `--name=value`. `range` covers the whole word. */
export interface Flag {
  readonly name: string;
  readonly value?: Spanned;
  readonly range: Range;
}

/** `--mount=type=cache,target=/x`; the type is `bind` when it is not written. */
export interface Mount {
  readonly type: string;
  readonly options: readonly { readonly name: string; readonly value?: string; readonly range: Range }[];
  readonly range: Range;
}

export interface Heredoc {
  readonly name: string;
  /** Text between the opening line and the closing name; tabs are already cut when `chomp`. */
  readonly content: string;
  /** The body as it stands in the file, without the closing line. */
  readonly contentRange: Range;
  /** `<<EOF` yes, `<<'EOF'` no. */
  readonly expand: boolean;
  /** `<<-EOF`. */
  readonly chomp: boolean;
  /** The `<<EOF` word. */
  readonly range: Range;
}

interface InstructionBase<K extends string> {
  readonly keyword: K;
  /** The keyword as it stands in the file, without continuations: `from`. */
  readonly written: string;
  readonly keywordRange: Range;
  /** From the keyword (a lone continuation character before it included) to the end of the last line, heredoc bodies and their closing line included, without the line end. */
  readonly range: Range;
  readonly flags: readonly Flag[];
  readonly heredocs: readonly Heredoc[];
  /** What follows keyword and flags, as written, heredoc bodies excluded. */
  readonly bodyRange: Range;
  /** It is the trigger of an ONBUILD: it runs in the images built on this one. */
  readonly onbuild: boolean;
  /** The words of BuildKit's syntax tree (ENV: name, value, separator …), as `npm run parse` prints them. */
  readonly args: readonly string[];
  /** In JSON form. */
  readonly json: boolean;
}

export interface FromInstruction extends InstructionBase<'FROM'> {
  readonly image?: Spanned;
  readonly platform?: Spanned;
  readonly name?: Spanned;
}

/** A program text or an argument vector. */
export interface CommandBody {
  readonly form: 'shell' | 'exec' | 'heredoc';
  /** The words of the exec form. */
  readonly words: readonly Spanned[];
  /** The text in the shell that applies here, `["sh", "-c", "…"]` included. An exec form is one command. Computed on first use. */
  readonly script: ShellScript;
  /** Computed on first use. */
  readonly facts: ShellFacts;
}

export interface RunInstruction extends InstructionBase<'RUN'>, CommandBody {
  readonly mounts: readonly Mount[];
}
export interface CmdInstruction extends InstructionBase<'CMD'>, CommandBody {}
export interface EntrypointInstruction extends InstructionBase<'ENTRYPOINT'>, CommandBody {}
export interface HealthcheckInstruction extends InstructionBase<'HEALTHCHECK'>, CommandBody {
  /** HEALTHCHECK NONE. */
  readonly none: boolean;
}
export interface CopyInstruction extends InstructionBase<'COPY' | 'ADD'> {
  /** Without heredocs. */
  readonly sources: readonly Spanned[];
  readonly destination?: Spanned;
  /** Value of `--from`. */
  readonly from?: Spanned;
}
export interface Pair {
  readonly name: Spanned;
  /** Quotes and escapes removed, variables as written. Absent for an ARG without a default. */
  readonly value?: Spanned;
  /** The whole `name=value`. */
  readonly range: Range;
}
export interface EnvInstruction extends InstructionBase<'ENV'> {
  readonly pairs: readonly Pair[];
}
export interface ArgInstruction extends InstructionBase<'ARG'> {
  readonly pairs: readonly Pair[];
}
export interface LabelInstruction extends InstructionBase<'LABEL'> {
  readonly pairs: readonly Pair[];
}
export interface UserInstruction extends InstructionBase<'USER'> {
  readonly user?: Spanned;
}
export interface WorkdirInstruction extends InstructionBase<'WORKDIR'> {
  readonly path?: Spanned;
}
export interface ShellInstruction extends InstructionBase<'SHELL'> {
  readonly words: readonly Spanned[];
}
export interface ExposeInstruction extends InstructionBase<'EXPOSE'> {
  readonly ports: readonly Spanned[];
}
export interface VolumeInstruction extends InstructionBase<'VOLUME'> {
  readonly paths: readonly Spanned[];
}
export interface OnbuildInstruction extends InstructionBase<'ONBUILD'> {
  readonly trigger?: Instruction;
}
export interface StopsignalInstruction extends InstructionBase<'STOPSIGNAL'> {
  readonly signal?: Spanned;
}
export interface MaintainerInstruction extends InstructionBase<'MAINTAINER'> {
  readonly text?: Spanned;
}
/** A keyword that BuildKit does not know: typing has not finished, or the file is a template. */
export interface UnknownInstruction extends InstructionBase<'UNKNOWN'> {}

export type Instruction =
  | FromInstruction
  | RunInstruction
  | CmdInstruction
  | EntrypointInstruction
  | HealthcheckInstruction
  | CopyInstruction
  | EnvInstruction
  | ArgInstruction
  | LabelInstruction
  | UserInstruction
  | WorkdirInstruction
  | ShellInstruction
  | ExposeInstruction
  | VolumeInstruction
  | OnbuildInstruction
  | StopsignalInstruction
  | MaintainerInstruction
  | UnknownInstruction;

/** The instructions of some keywords: COPY and ADD share one type. */
export type InstructionOf<K extends Instruction['keyword'], I extends Instruction = Instruction> = I extends Instruction
  ? [Extract<I['keyword'], K>] extends [never]
    ? never
    : I
  : never;

export interface Stage {
  readonly index: number;
  readonly name?: Spanned;
  readonly from: FromInstruction;
  /** Those after FROM. */
  readonly instructions: readonly Instruction[];
  /** The earlier stage this one builds on; the likeliest one where a variable without a known value picks it. */
  readonly base?: Stage;
  /** The image it builds on, variables replaced; absent for a stage, for `scratch` and when FROM has no image. */
  readonly image?: ImageReference;
  /** The image at the root of the `FROM stage` chain; absent when that is `scratch`. */
  readonly rootImage?: ImageReference;
  /** Nothing but the file is in it: `scratch` is at the root of the chain. */
  readonly fromScratch: boolean;
  /** A Windows image, by base image name, platform or escape character: decides the default shell. */
  readonly windows: boolean;
}
