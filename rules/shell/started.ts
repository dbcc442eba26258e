import type { ShellCommand, ShellRedirect, ShellScript } from './model.js';

/**
 * The commands of a start script that stay: the last one, what it is started by (`sh -c '…'`), and those sent to the
 * background. What only prepares (`mkdir … &&`), what a branch may skip and what a substitution asks are none of them.
 */
export function lastingCommands({ commands }: ShellScript): readonly ShellCommand[] {
  const plain = commands.filter((it) => !it.conditional && !isAsked(it));
  const last = plain.at(-1);
  const lasting = plain.filter((it, index) => it === last || plain[index + 1]?.joinedBy === '&');
  return [...lasting.flatMap(startersOf), ...lasting];
}

/** Redirections of the standard output, or of both outputs together. */
export function outputRedirects({ redirects }: ShellCommand): readonly ShellRedirect[] {
  return redirects.filter(({ operator, descriptor }) => OUTPUT.test(operator) && (descriptor ?? 1) === 1);
}

const OUTPUT = /^(?:>|>>|>\||&>|&>>|>&)$/;

function isAsked(command: ShellCommand): boolean {
  for (let current: ShellCommand | undefined = command; current; current = current.parent?.command)
    if (current.parent && current.parent.kind !== 'argument') return true;
  return false;
}

function startersOf(command: ShellCommand): readonly ShellCommand[] {
  const starter = command.parent?.command;
  return starter ? [...startersOf(starter), starter] : [];
}
