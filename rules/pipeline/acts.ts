import { asScalar } from '../compose/queries.js';
import { remembered } from '../core/remembered.js';
import type { Range } from '../core/text.js';
import type { ShellCommand } from '../shell/model.js';
import { actionAct } from './actions.js';
import { commandAct } from './commands.js';
import type { Act, PipelineDocument, PipelineJob, PipelineStep } from './model.js';
import { rememberedReading } from './remembered-reading.js';
import { scannerOfAction, scannerOfCommand, speaksOfScan } from './scanners.js';
import { calledCommands } from './scripts.js';
import { signsByAction, signsByCommand } from './signatures.js';

/** An act and where it happens. */
export interface PlacedAct extends Act {
  readonly step: PipelineStep;
  /** The action or the command; of a called script the command that calls it. */
  readonly range: Range;
  /** The command that does it; absent for actions. */
  readonly command?: ShellCommand;
  /** The script that the command is written in, which the step calls. */
  readonly script?: string;
}

export interface JobActs {
  readonly job: PipelineJob;
  /** In order of the steps. */
  readonly acts: readonly PlacedAct[];
}

/** What each job of a pipeline does to images, scripts that it calls included. `folder`: where scripts are called from. */
export const actsOf = rememberedReading((document, project, folder): readonly JobActs[] =>
  document.jobs.map((job) => {
    const called = job.steps.flatMap((step) =>
      calledCommands(step, project, folder).flatMap(({ command, path, by }) =>
        actsOfCommand(command, project.read(path) ?? '', job).map(
          (it): PlacedAct => ({ ...it, step, range: by.range, command, script: path }),
        ),
      ),
    );
    const own = ownActs(document)(job);
    return { job, acts: called.length === 0 ? own : [...own, ...called].sort((a, b) => a.range.start - b.range.start) };
  }),
);

const ownActs = remembered((document: PipelineDocument) =>
  remembered((job: PipelineJob): readonly PlacedAct[] => {
    const called = job.uses && speaksOfScan(job.uses.value) ? [job.uses] : [];
    return [
      ...called.map(({ range, value }): PlacedAct => ({ ...SCAN, scanner: value, step: { range }, range })),
      ...job.steps.flatMap((step) => actsOfStep(step, job, document)),
    ];
  }),
);

function actsOfStep(step: PipelineStep, job: PipelineJob, document: PipelineDocument): readonly PlacedAct[] {
  if (step.plugin) {
    const { does, image } = step.plugin;
    return [{ step, range: step.range, does, pushes: does === 'push', ...(image === undefined ? {} : { image }) }];
  }
  const byAction = step.uses ? actsOfAction(step, job, document) : [];
  const range = step.uses?.range ?? step.range;
  return [
    ...byAction.map((it) => ({ ...it, step, range })),
    ...(step.run?.script.commands ?? []).flatMap((command) =>
      actsOfCommand(command, document.text, job).map((it) => ({ ...it, step, range: command.range, command })),
    ),
  ];
}

function actsOfAction(step: PipelineStep, job: PipelineJob, document: PipelineDocument): readonly Act[] {
  const scanner = scannerOfAction(step, document.system);
  if (scanner !== undefined) return [{ ...SCAN, scanner, ...scannedImage(step) }];
  if (signsByAction(step)) return [SIGN];
  return actionAct(step, job, document.system);
}

function scannedImage(step: PipelineStep): Pick<Act, 'image'> {
  const image = ['image-ref', 'image', 'imageName', 'docker-image-name']
    .map((it) => asScalar(step.with?.get(it)?.value)?.text)
    .find((it) => it);
  return image === undefined ? {} : { image };
}

function actsOfCommand(command: ShellCommand, text: string, job: PipelineJob): readonly Act[] {
  const scanner = scannerOfCommand(command, job);
  if (scanner !== undefined) return [{ ...SCAN, scanner }];
  if (signsByCommand(command)) return [SIGN];
  const act = commandAct(command, text);
  return act ? [act] : [];
}

const SCAN = { does: 'scan', pushes: false } as const;
const SIGN = { does: 'sign', pushes: false } as const;

/** Builds and pushes of a job. Builds whose result goes nowhere are not among them. */
export function shippedActs({ acts, job }: JobActs): readonly PlacedAct[] {
  const all = acts.filter((it) => it.does === 'build' || it.does === 'push');
  if (all.some((it) => it.pushes)) return all;
  // What the job itself runs was built for that.
  const started = startedImages(job);
  return all.filter(
    (it) => !(it.image !== undefined && started.has(it.image)) && !(it.composed && started.has(COMPOSED)),
  );
}

/** Stands for all images of a compose file. */
const COMPOSED = 'compose';

/** Images that the job starts containers of. */
const startedImages = remembered((job: PipelineJob): ReadonlySet<string> => {
  const words = job.steps
    .flatMap((it) => it.run?.script.commands ?? [])
    .map((it) => it.words.map((word) => word.value));
  return new Set(
    words.flatMap((it) => {
      if (it[0]?.endsWith('compose') === true || it[1] === 'compose')
        return it.some((one) => /^(?:up|run)$/.test(one)) ? [COMPOSED] : [];
      return /(?:^|\/)(?:docker|podman|nerdctl)$/.test(it[0] ?? '') && /^(?:run|create)$/.test(it[1] ?? '')
        ? it.slice(2)
        : [];
    }),
  );
});

/** Whether templates or reusable files that a pipeline takes in speak of a scan by their name. */
export function includesScan({ includes }: PipelineDocument): boolean {
  return includes.some((it) => speaksOfScan(it.value) || /Auto-DevOps/.test(it.value));
}
