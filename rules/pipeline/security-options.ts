import { asMap, asScalar } from '../compose/queries.js';
import type { Edit } from '../core/edit.js';
import type { Finding, Severity } from '../core/finding.js';
import type { Project } from '../core/project.js';
import type { Range } from '../core/text.js';
import { containerCommand } from './container-commands.js';
import { everyCommand, type PipelineCommand } from './every-command.js';
import type { PipelineDocument, PipelineJob } from './model.js';

/** A value of `--security-opt` in a CI file. */
interface SecurityOptionUse {
  /** `command`: of a `docker run` in a step. `job`: of the container that a job runs in, or of one of its services. */
  readonly in: 'command' | 'job';
  /** The program, with the script where it is called in one, or the name of the job. */
  readonly owner: string;
  /** `seccomp=unconfined`. */
  readonly option: string;
  readonly range: Range;
  /** Deletes the option with its flag. */
  readonly removal: Edit;
}

/**
 * Reports every `--security-opt` of the pipeline and of the scripts that it calls, whose value matches; the fix takes it
 * out.
 */
export function unwantedOptions(
  document: PipelineDocument,
  project: Project,
  unwanted: RegExp,
  severity: Severity,
): readonly Finding<'command' | 'job', 'remove', never>[] {
  const uses = [
    ...document.jobs.flatMap((job) => containerOptions(job, document, unwanted)),
    ...everyCommand(document, project).flatMap((it) => runOptions(it, unwanted)),
  ];
  return uses.map(({ in: place, owner, option, range, removal }) => ({
    message: place,
    data: place === 'command' ? { program: owner, option } : { job: owner, option },
    range,
    severity,
    fixes: [{ title: 'remove', data: { option }, applicability: 'unsafe', edits: [removal] }],
  }));
}

function runOptions(found: PipelineCommand, wanted: RegExp): readonly SecurityOptionUse[] {
  const started = containerCommand(found.command);
  if (!started) return [];
  return started.options.flatMap(({ name, value, word, valueWord }): readonly SecurityOptionUse[] => {
    const last = valueWord && valueWord.range.start > word.range.end ? valueWord : word;
    const before = found.command.words[found.command.words.indexOf(word) - 1];
    if (name !== '--security-opt' || value === undefined || !wanted.test(value) || !before) return [];
    const removal = { range: { start: before.range.end, end: last.range.end }, text: '' };
    return [
      {
        in: 'command',
        owner: found.script ? `${started.program} (${found.script.path})` : started.program,
        option: value,
        range: found.script ? found.shown : last.range,
        removal: { ...removal, range: found.place(removal.range) },
      },
    ];
  });
}

/** `options` of the container that a job runs in and of its service containers. */
function containerOptions(job: PipelineJob, { text }: PipelineDocument, wanted: RegExp): readonly SecurityOptionUse[] {
  const services = asMap(job.node?.get('services')?.value)?.entries ?? [];
  const containers = [job.node?.get('container'), ...services].flatMap((it) => asMap(it?.value) ?? []);
  return containers.flatMap((container) => {
    const node = asScalar(container.get('options')?.value);
    if (!node || node.inherited) return [];
    const written = text.slice(node.range.start, node.range.end);
    return [...written.matchAll(/--security-opt[ =]([^\s"']{1,200})/g)].flatMap(
      (match): readonly SecurityOptionUse[] => {
        const option = match[1] ?? '';
        if (!wanted.test(option)) return [];
        const start = node.range.start + match.index;
        const range = { start, end: start + match[0].length };
        const before = /[ \t]{0,20}$/.exec(written.slice(0, match.index))?.[0].length ?? 0;
        const removal =
          written === match[0] ? { range, text: '""' } : { range: { start: start - before, end: range.end }, text: '' };
        return [{ in: 'job', owner: job.name.value, option, range, removal }];
      },
    );
  });
}
