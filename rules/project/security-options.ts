import { asMap, asScalar } from '../compose/queries.js';
import type { Edit } from '../core/edit.js';
import type { Range } from '../core/text.js';
import type { ShellCommand, ShellWord } from '../shell/model.js';
import type { PipelineDocument, PipelineJob } from '../pipeline/model.js';

/** A value of `--security-opt` in a CI file. */
export interface SecurityOptionUse {
  /** `command`: of a `docker run` in a step. `job`: of the container that a job runs in, or of one of its services. */
  readonly in: 'command' | 'job';
  /** The program, or the name of the job. */
  readonly owner: string;
  /** `seccomp=unconfined`. */
  readonly option: string;
  readonly range: Range;
  /** Deletes the option with its flag. */
  readonly removal: Edit;
}

/** Every `--security-opt` of the workflow whose value matches, as docker, podman and nerdctl are given it. */
export function securityOptionsIn(document: PipelineDocument, wanted: RegExp): readonly SecurityOptionUse[] {
  return document.jobs.flatMap((job) => [
    ...containerOptions(job, document, wanted),
    ...job.steps.flatMap((step) => (step.run?.script.commands ?? []).flatMap((it) => runOptions(it, wanted))),
  ]);
}

const ENGINES = new Set(['docker', 'podman', 'nerdctl']);

function runOptions({ name, words }: ShellCommand, wanted: RegExp): readonly SecurityOptionUse[] {
  if (!ENGINES.has(name)) return [];
  const start = words.findIndex((it) => it.value === 'run' || it.value === 'create');
  if (start < 1 || start > 3) return [];
  const uses: SecurityOptionUse[] = [];
  for (let index = start + 1; index < words.length; index++) {
    const word = words[index];
    const before = words[index - 1];
    if (!word || !before) break;
    const joined = /^--security-opt=(.*)$/s.exec(word.value)?.[1];
    if (joined !== undefined && wanted.test(joined)) uses.push(found(name, before, word));
    const value = words[index + 1];
    if (word.value === '--security-opt' && value && wanted.test(value.value)) uses.push(found(name, before, value));
    if (word.value.startsWith('-')) continue;
    // The first word that is no option's value is the image; what follows is its own business.
    if (!before.value.startsWith('-') || before.value.includes('=') || LONE_OPTIONS.test(before.value)) break;
  }
  return uses;
}

/** Options of `docker run` that take no value. */
const LONE_OPTIONS =
  /^(?:-[ditP]+|--(?:rm|detach|interactive|tty|init|privileged|read-only|publish-all|quiet|no-healthcheck|oom-kill-disable|sig-proxy|replace|disable-content-trust|run))$/;

function found(program: string, before: ShellWord, last: ShellWord): SecurityOptionUse {
  return {
    in: 'command',
    owner: program,
    option: last.value.replace(/^--security-opt=/, ''),
    range: last.range,
    removal: { range: { start: before.range.end, end: last.range.end }, text: '' },
  };
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
