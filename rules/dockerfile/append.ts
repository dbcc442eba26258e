import { type Edit, lineStartAt } from '../core/edit.js';
import type { DockerfileDocument, RunInstruction } from './model.js';

/**
 * Adds a command that runs last in the RUN, and only when everything before it has succeeded; undefined where that
 * cannot be done in place: the exec form, a heredoc that goes on after a failure, a comment or `exit` at the end.
 */
export function appendCommand(document: DockerfileDocument, run: RunInstruction, command: string): Edit | undefined {
  const { script, form } = run;
  if (script.language !== 'posix' || script.interpreter !== undefined || !script.complete) return undefined;
  const last = script.commands.findLast((it) => !it.parent);
  if (!last || last.name === 'exit' || last.name === 'exec') return undefined;
  if (form === 'heredoc') return appendLine(document, run, command);
  return form === 'shell' ? appendWord(document, run, command) : undefined;
}

function appendWord(document: DockerfileDocument, run: RunInstruction, command: string): Edit | undefined {
  const { text, eol, escape } = document;
  const { start, end } = run.bodyRange;
  const lastEnd = run.script.commands.reduce((furthest, it) => Math.max(furthest, it.range.end), start);
  // Behind the last command only what closes the blocks it is in.
  if (run.heredocs.length > 0 || !/^(?:[\s)}]|;\s*(?:fi|done|esac)\b|;;\s*esac\b)*$/.test(text.slice(lastEnd, end)))
    return undefined;
  if (lineStartAt(text, end) <= start) return { range: { start: end, end }, text: ` && ${command}` };
  const body = text.slice(Math.max(start, end - STYLE_LIMIT), end);
  const leading = /\n([ \t]*)&&[^\n]*$/.exec(lastLineWith(body, /\n[ \t]*&&/g))?.[1];
  const trailing =
    leading === undefined
      ? /\n([ \t]*)[^\n]*$/.exec(lastLineWith(body, /&&[ \t]*[\\`][ \t]*\r?\n[ \t]*\S/g))?.[1]
      : undefined;
  // What follows each `&&` on a line of its own is written so too.
  if (trailing !== undefined) return { range: { start: end, end }, text: ` && ${escape}${eol}${trailing}${command}` };
  const last = /^[ \t]*/.exec(text.slice(lineStartAt(text, end), end))?.[0] ?? '';
  return { range: { start: end, end }, text: ` ${escape}${eol}${leading ?? (last || '    ')}&& ${command}` };
}

/** How much of a RUN is looked at to write as it does. */
const STYLE_LIMIT = 4000;

/** The text up to the end of the last match. */
function lastLineWith(text: string, pattern: RegExp): string {
  const last = [...text.matchAll(pattern)].at(-1);
  return last ? text.slice(0, last.index + last[0].length) : '';
}

/** A heredoc's exit code is that of its last command: only with `set -e` does one more command hide no failure. */
function appendLine({ text, eol }: DockerfileDocument, run: RunInstruction, command: string): Edit | undefined {
  const [heredoc, ...others] = run.heredocs;
  const stops = run.script.commands.some(
    (it) => it.name === 'set' && it.words.some((word) => /^-[a-z]*e|^errexit$/.test(word.value)),
  );
  if (!heredoc || others.length > 0 || !stops) return undefined;
  const { start, end } = heredoc.contentRange;
  const indentation = /(?:^|\n)([ \t]*)[^\n]+\n?$/.exec(text.slice(Math.max(start, end - 2000), end))?.[1] ?? '';
  return { range: { start: end, end }, text: `${indentation}${command}${eol}` };
}
