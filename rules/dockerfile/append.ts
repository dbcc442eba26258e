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
  const lineStart = lineStartAt(text, end);
  const indentation = lineStart > start ? (/^[ \t]*/.exec(text.slice(lineStart, end))?.[0] ?? '') : undefined;
  const separator = indentation === undefined ? ' ' : ` ${escape}${eol}${indentation || '    '}`;
  return { range: { start: end, end }, text: `${separator}&& ${command}` };
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
