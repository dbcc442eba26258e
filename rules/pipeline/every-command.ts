import type { Edit } from '../core/edit.js';
import { placeIn } from '../core/elsewhere.js';
import type { Project } from '../core/project.js';
import { remembered } from '../core/remembered.js';
import type { Range } from '../core/text.js';
import type { ShellCommand } from '../shell/model.js';
import type { PipelineDocument, PipelineJob, PipelineStep } from './model.js';
import { pipelineFolder } from './project.js';
import { calledCommands } from './scripts.js';

/** A command that a pipeline runs, written in it or in a script that it calls. */
export interface PipelineCommand {
  readonly job: PipelineJob;
  readonly step: PipelineStep;
  readonly command: ShellCommand;
  /** What of the pipeline is shown: the command, or the one that calls its script. */
  readonly shown: Range;
  /** The script, where the command is written in one. */
  readonly script?: { readonly path: string };
  /** The file that the command is written in. */
  readonly text: string;
  /** A range of that file, where related places and edits are to be. */
  readonly place: (range: Range) => Range;
  readonly placed: (edits: readonly Edit[]) => readonly Edit[];
}

/** All commands of a pipeline. What several steps call is told at the first of them. */
export function everyCommand(document: PipelineDocument, project: Project): readonly PipelineCommand[] {
  return answersOf(project)(document);
}

/** Several rules ask for them. */
const answersOf = remembered((project: Project) =>
  remembered((document: PipelineDocument): readonly PipelineCommand[] => {
    const folder = pipelineFolder(project);
    const seen = new Set<string>();
    return document.jobs.flatMap((job) =>
      job.steps.flatMap((step) => [
        ...(step.run?.script.commands ?? []).map((it) => ownCommand(document, job, step, it)),
        ...calledCommands(step, project, folder).flatMap(({ command, path, by }): readonly PipelineCommand[] => {
          const key = `${path} ${command.range.start} ${command.range.end}`;
          if (seen.has(key)) return [];
          seen.add(key);
          const place = (range: Range): Range => placeIn(project, path, range);
          return [
            {
              job,
              step,
              command,
              shown: by.range,
              script: { path },
              text: project.read(path) ?? '',
              place,
              placed: (edits) => edits.map((it) => ({ ...it, range: place(it.range) })),
            },
          ];
        }),
      ]),
    );
  }),
);

function ownCommand(
  { text }: PipelineDocument,
  job: PipelineJob,
  step: PipelineStep,
  command: ShellCommand,
): PipelineCommand {
  return { job, step, command, shown: command.range, text, place: (range) => range, placed: (edits) => edits };
}
