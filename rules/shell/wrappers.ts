/** How a program that only starts another one is called. */
interface Wrapper {
  /** Options that take the next word as their value; long ones without `=`. */
  readonly values?: readonly string[];
  /** Words that stand before the program, after the options: `timeout 5 curl`. */
  readonly positional?: number;
  /** `A=b` before the program sets its environment. */
  readonly assignments?: boolean;
  /** With one of these it starts nothing: `command -v curl`. */
  readonly inert?: readonly string[];
  /** It starts a program with this word only: `conda run`, `bundle exec`. */
  readonly verb?: string;
  /** The program follows `--` only. */
  readonly afterDashes?: boolean;
}

const NONE: Wrapper = {};

const words = (names: string): readonly string[] => names.split(' ');

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  [
    'sudo',
    {
      values: words(
        '-u -g -h -p -C -r -t -T -U -D -R -a -c --user --group --host --prompt --close-from --role --type --chdir --chroot --command-timeout --other-user',
      ),
      assignments: true,
      inert: ['-v', '-l', '-K', '-V', '-e'],
    },
  ],
  ['doas', { values: ['-u', '-C', '-a'], assignments: true, inert: ['-L'] }],
  ['env', { values: ['-u', '-C', '--unset', '--chdir'], assignments: true }],
  ['exec', { values: ['-a'] }],
  ['time', { values: ['-f', '-o', '--format', '--output'] }],
  ['nice', { values: ['-n', '--adjustment'] }],
  ['ionice', { values: ['-c', '-n', '-p', '--class', '--classdata'] }],
  ['nohup', NONE],
  ['setsid', NONE],
  ['command', { inert: ['-v', '-V'] }],
  ['builtin', NONE],
  [
    'xargs',
    {
      values: words(
        '-I -n -N -P -L -d -a -E -s -J -R -S --max-args --max-procs --max-lines --delimiter --arg-file --max-chars --replace',
      ),
    },
  ],
  ['timeout', { values: ['-s', '-k', '--signal', '--kill-after'], positional: 1 }],
  ['gosu', { positional: 1 }],
  ['su-exec', { positional: 1 }],
  ['s6-setuidgid', { positional: 1 }],
  ['setuidgid', { positional: 1 }],
  ['chpst', { values: ['-u', '-U', '-b', '-e', '-/', '-n', '-l', '-L', '-m', '-d', '-o', '-p', '-f', '-c'] }],
  [
    'setpriv',
    {
      values: words(
        '--reuid --regid --ruid --euid --rgid --egid --groups --inh-caps --ambient-caps --bounding-set --securebits --pdeathsig --selinux-label --apparmor-profile',
      ),
    },
  ],
  ['runuser', { values: ['-u', '-g', '-G', '--user', '--group'], inert: ['-c', '--command'] }],
  ['chroot', { values: ['--userspec', '--groups'], positional: 1 }],
  ['tini', { values: ['-p', '-e'] }],
  ['tini-static', { values: ['-p', '-e'] }],
  ['dumb-init', { values: ['-r', '--rewrite'] }],
  ['catatonit', NONE],
  ['stdbuf', { values: ['-i', '-o', '-e', '--input', '--output', '--error'] }],
  ['unbuffer', NONE],
  ['chronic', NONE],
  ['eatmydata', NONE],
  ['fakeroot', NONE],
  ['linux32', NONE],
  ['linux64', NONE],
  ['setarch', { positional: 1 }],
  ['flock', { values: ['-w', '--timeout', '-E'], positional: 1, inert: ['-c', '--command'] }],
  ['busybox', NONE],
  ['corepack', { inert: ['enable', 'disable', 'prepare', 'use', 'install', 'up', 'pack', '--version'] }],
  ['xvfb-run', { values: ['-n', '-e', '-f', '-p', '-s', '-w', '--server-args', '--server-num'] }],
  ['dbus-run-session', NONE],
  ['scl', { afterDashes: true }],
  ['conda', { verb: 'run', values: ['-n', '-p', '--name', '--prefix', '--cwd'] }],
  ['mamba', { verb: 'run', values: ['-n', '-p', '--name', '--prefix', '--cwd'] }],
  ['micromamba', { verb: 'run', values: ['-n', '-p', '-r', '--name', '--prefix', '--root-prefix', '--cwd'] }],
  ['poetry', { verb: 'run' }],
  ['pipenv', { verb: 'run' }],
  ['bundle', { verb: 'exec' }],
  ['rbenv', { verb: 'exec' }],
]);

export interface Peeled {
  /** Index of the program's word. */
  readonly program: number;
  readonly wrappers: readonly string[];
  /** Indices of words that set the environment of the program. */
  readonly assignments: readonly number[];
}

const ASSIGNMENT = /^[A-Za-z_]\w*=/;

/** Basename of a program; empty when an expansion decides it. */
export function programName(value: string): string {
  const name = value.slice(value.lastIndexOf('/') + 1);
  return /[$`()]/.test(name) ? '' : name;
}

const NOTHING: Peeled = { program: 0, wrappers: [], assignments: [] };

/** Whether the program is one of those that only start another one. */
export function startsOther(program: string): boolean {
  return WRAPPERS.has(programName(program));
}

/** Finds the program behind the wrappers; `values` are the decoded words. */
export function peel(values: readonly string[]): Peeled {
  if (!startsOther(values[0] ?? '')) return NOTHING;
  const wrappers: string[] = [];
  const assignments: number[] = [];
  let program = 0;
  for (;;) {
    const name = programName(values[program] ?? '');
    const wrapper = WRAPPERS.get(name);
    if (!wrapper) break;
    const next = skip(wrapper, values, program + 1);
    if (!next || next.program >= values.length) break;
    wrappers.push(name);
    assignments.push(...next.assignments);
    program = next.program;
  }
  return { program, wrappers, assignments };
}

function skip(
  wrapper: Wrapper,
  values: readonly string[],
  from: number,
): { program: number; assignments: number[] } | undefined {
  const assignments: number[] = [];
  let index = from;
  if (wrapper.afterDashes) {
    const dashes = values.indexOf('--', from);
    return dashes < 0 ? undefined : { program: dashes + 1, assignments };
  }
  if (wrapper.inert?.includes(values[index] ?? '')) return undefined;
  if (wrapper.verb !== undefined && values[index++] !== wrapper.verb) return undefined;
  for (; index < values.length; index++) {
    const value = values[index] ?? '';
    if (value === '--') {
      index++;
      break;
    }
    if (wrapper.assignments && ASSIGNMENT.test(value)) {
      assignments.push(index);
      continue;
    }
    if (!value.startsWith('-') || value === '-') break;
    if (wrapper.inert?.includes(value)) return undefined;
    if (takesNext(wrapper.values, value)) index++;
  }
  while (wrapper.assignments && ASSIGNMENT.test(values[index] ?? '')) assignments.push(index++);
  return { program: index + (wrapper.positional ?? 0), assignments };
}

/** Whether the option's value is the next word: `-u root`, `-Eu root`, not `-uroot` and not `--user=root`. */
function takesNext(valued: readonly string[] | undefined, option: string): boolean {
  if (!valued) return false;
  if (option.startsWith('--')) return valued.includes(option);
  for (let index = 1; index < option.length; index++)
    if (valued.includes(`-${option[index]}`)) return index === option.length - 1;
  return false;
}
