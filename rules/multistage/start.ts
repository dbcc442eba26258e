import type {
  CmdInstruction,
  EntrypointInstruction,
  HealthcheckInstruction,
  Instruction,
} from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import type { Reading } from './reading.js';

type Starting = CmdInstruction | EntrypointInstruction | HealthcheckInstruction;

export function isStarting(instruction: Instruction): instruction is Starting {
  return instruction.keyword === 'CMD' || instruction.keyword === 'ENTRYPOINT' || instruction.keyword === 'HEALTHCHECK';
}

/** Whether what the container starts, or checks itself with, only runs where there is a shell. */
export function startNeedsShell({ stage }: Reading): boolean {
  const starting = instructionsOf(stage.instructions, 'CMD', 'ENTRYPOINT', 'HEALTHCHECK');
  return starting.some((it) => (it.form === 'shell' && execWords(it) === undefined && !isNone(it)) || startsShell(it));
}

function isNone(instruction: Starting): boolean {
  return instruction.keyword === 'HEALTHCHECK' && instruction.none;
}

function startsShell({ words }: Starting): boolean {
  return /(?:^|\/)(?:ba|da|a|z)?sh$|\.sh$/.test(words[0]?.value ?? '');
}

/** The words of the exec form that does the same as the shell form; undefined where a shell has something to do in it. */
export function execWords({ form, script }: Starting): readonly string[] | undefined {
  if (form !== 'shell') return undefined;
  const [command, ...more] = script.commands;
  if (!command || more.length > 0 || !script.complete || command.wrappers.some((it) => it !== 'exec')) return undefined;
  if (command.redirects.length > 0 || command.assignments.length > 0 || command.conditional) return undefined;
  if (command.words.some((it) => !it.literal || /[*?[]/.test(it.value))) return undefined;
  return command.words.map((it) => it.value);
}
