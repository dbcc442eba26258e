import type { Edit } from '../core/edit.js';
import { appendCommand } from '../dockerfile/append.js';
import type { DockerfileDocument, RunInstruction } from '../dockerfile/model.js';
import { instructionsOf } from '../dockerfile/queries.js';
import type { ShellCommand } from '../shell/model.js';
import { readsFile } from './file-readers.js';

/** What a command leaves in the layer: a setting of a tool, or a file. */
export interface LeftBehind {
  /** The command that takes it away. */
  readonly remedy: string;
  /** Of a file, as written. */
  readonly path?: string;
  /** Whether the RUN makes use of it. */
  readonly isUsedBy: (run: RunInstruction) => boolean;
}

/**
 * What has to run last in the RUN so that no setting or file with the secret stays in its layer: none, one edit, or
 * undefined where it would stay all the same, as where a later step is to find it.
 *
 * @param commands those of the RUN that the secret is given to.
 */
export function cleanUp(
  document: DockerfileDocument,
  run: RunInstruction,
  commands: readonly ShellCommand[],
): readonly Edit[] | undefined {
  const remedies: string[] = [];
  const later = instructionsOf(document.instructions, 'RUN').filter((it) => it.range.start > run.range.end);
  for (const command of commands) {
    const left = leftBy(document, run, command);
    if (left === undefined || left.some((it) => later.some((one) => it.isUsedBy(one)))) return undefined;
    const after = run.script.commands.filter((it) => !it.parent && it.range.start >= command.range.end);
    // What nothing in this RUN makes use of is meant for later.
    if (left.length > 0 && after.every((it) => QUIET.has(it.name))) return undefined;
    remedies.push(...left.map((it) => it.remedy).filter((it) => !remedies.includes(it)));
  }
  if (remedies.length === 0) return [];
  const edit = appendCommand(document, run, remedies.join(' && '));
  return edit && [edit];
}

/** What the RUN does not take away by itself; undefined: nobody can tell what that is. */
export function leftBy(
  document: DockerfileDocument,
  run: RunInstruction,
  command: ShellCommand,
): readonly LeftBehind[] | undefined {
  const left = settingOf(document, command) ?? fileOf(run, command);
  const later = run.script.commands.filter((it) => !it.parent && it.range.start >= command.range.end);
  return left?.filter((it) => !later.some((one) => wordsOf(one) === it.remedy.replace(/["']/g, '')));
}

const QUIET = new Set(['echo', 'true', 'chmod', 'chown', 'cat']);

/** The setting that a tool writes into its own file. */
function settingOf(document: DockerfileDocument, command: ShellCommand): readonly LeftBehind[] | undefined {
  const remedies = remediesOf(document, command);
  const { programs, verbs } = READERS.find((it) => it.tool.test(command.name)) ?? NONE;
  const isUsedBy = (run: RunInstruction): boolean =>
    run.script.commands.some(
      ({ name, words }) => programs.test(name) && words.slice(1, 6).some((it) => verbs.test(it.value)),
    ) || run.facts.installs.some((it) => programs.test(it.manager));
  return remedies?.map((remedy) => ({ remedy, isUsedBy }));
}

/** Who reads the settings of a tool, and for which of its tasks. */
const READERS = [
  { tool: /^(?:npm|pnpm|yarn)$/, programs: /^(?:npm|npx|pnpm|yarn)$/, verbs: /^(?:ci|i|install|add|publish|update)$/ },
  {
    tool: /^git$/,
    programs: /^(?:git|go|npm|pnpm|yarn|pip[\d.]*|cargo|composer|bundle)$/,
    verbs: /^(?:clone|fetch|pull|submodule|ls-remote|mod|get|build|install)$/,
  },
  { tool: /^pip/, programs: /^pip[\d.]*$/, verbs: /^(?:install|download|wheel)$/ },
  { tool: /^composer$/, programs: /^composer$/, verbs: /^(?:install|update|require|create-project)$/ },
  { tool: /^poetry$/, programs: /^poetry$/, verbs: /^(?:install|add|publish|update|lock|sync)$/ },
  { tool: /^bundle$/, programs: /^bundle$/, verbs: /^(?:install|update|lock)$/ },
  { tool: /^az$/, programs: /^az$/, verbs: /./ },
];
const NONE = { programs: /^$/, verbs: /^$/ };

function remediesOf(document: DockerfileDocument, { name, words }: ShellCommand): readonly string[] | undefined {
  const values = words.map((it) => it.value);
  const written = (index: number): string => {
    const range = words[index]?.range;
    return range ? document.text.slice(range.start, range.end) : '';
  };
  const [, first = '', second = ''] = values;
  if (/^(?:npm|pnpm|yarn)$/.test(name)) {
    const verb = values.indexOf('set');
    if (verb < 1 || verb > 2) return undefined;
    const key = written(verb + 1)
      .replace(/=.*$/s, '')
      .replace(/^["']/, '');
    const deletion = `${name} config delete ${key}`;
    // Its logs hold every command line.
    return name === 'npm' ? [deletion, 'rm -rf ~/.npm/_logs'] : [deletion];
  }
  if (/^pip[\d.]*$/.test(name) && first === 'config' && second === 'set') return [`${name} config unset ${written(3)}`];
  if (first === 'config' && (name === 'git' || name === 'composer' || name === 'poetry')) {
    const key = values.findIndex((it, index) => index > 1 && !it.startsWith('-'));
    const options = values.slice(2, key).filter((it) => /^(?:--global|--system|-g)$/.test(it));
    return key < 0 ? [] : [[name, 'config', ...options, '--unset', written(key)].join(' ')];
  }
  if (name === 'bundle' && first === 'config') {
    const key = values.findIndex((it, index) => index > 1 && !it.startsWith('-') && it !== 'set');
    return key < 0 ? [] : [`bundle config ${values.includes('set') ? 'unset' : '--delete'} ${written(key)}`];
  }
  return name === 'az' && first === 'login' ? ['az logout'] : undefined;
}

function wordsOf({ words }: ShellCommand): string {
  return words.map((it) => it.value).join(' ');
}

/** The file that the command writes. */
function fileOf({ facts, script }: RunInstruction, command: ShellCommand): readonly LeftBehind[] | undefined {
  if (keepsLogin(command)) return undefined;
  const writes = facts.writes.filter((it) => it.command === command || it.command === command.pipedInto);
  const plain = command.redirects.filter((it) => it.operator.includes('>') && !/^\/dev\/|^&?\d$/.test(it.target.value));
  if (EDITORS.has(command.name) && command.words.some((it) => /^-[a-zA-Z]*i|^--in-place/.test(it.value)))
    return undefined;
  if (writes.length === 0 && plain.length === 0) return [];
  const paths = [...writes.map((it) => it.path), ...plain.map((it) => it.target)];
  const left = paths.filter(
    (path) =>
      !path.value.startsWith('/dev/') &&
      !facts.deletions.some(
        (it) => it.command.range.start > command.range.start && it.paths.some((one) => covers(one.value, path.value)),
      ),
  );
  const [path] = left;
  if (!path) return [];
  const moved =
    !path.value.startsWith('/') && script.commands.some((it) => it.name === 'cd' && it.range.start > path.range.start);
  return moved || left.some((it) => it.value !== path.value) || !/^[\w./~-]+$/.test(path.value)
    ? undefined
    : [{ remedy: `rm ${path.value}`, path: path.value, isUsedBy: (run) => usesFile(run, path.value) }];
}

/** A RUN that reads the file, or does more with it than to delete it. */
function usesFile(run: RunInstruction, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return (
    readsFile(run, path) ||
    run.script.commands.some(
      (it) => !CARE.has(it.name) && it.words.slice(1).some((word) => word.value.split(/[/=:]/).includes(name)),
    )
  );
}

/** A file that is there for one step needs neither a mode of its own nor to be deleted. */
export const CARE: ReadonlySet<string> = new Set(['rm', 'unlink', 'shred', 'chmod']);

/** Tools that keep the login or the address they are given. */
function keepsLogin({ name, words }: ShellCommand): boolean {
  const verbs = KEEPING.find(([tool]) => tool.test(name))?.[1];
  return verbs !== undefined && words.slice(1, 5).some((it) => verbs.test(it.value));
}

const KEEPING: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:aws|doctl|gh|heroku|gcloud|conda|kubectl)$/, /^(?:configure|auth|config|login)$/],
  [/^(?:dotnet|nuget|gem|helm|poetry)$/, /^(?:sources?|nuget|repo|--add|-a)$/],
  [/^(?:git|hg|svn)$/, /^(?:clone|remote|submodule|checkout|co)$/],
  [/^(?:npm|pnpm|yarn)$/, /^git\+|:\/\/[^/\s]+@|^(?:login|adduser)$/],
  [/^(?:docker|podman|buildah|skopeo|crane|oras|cargo)$/, /^(?:login|auth)$/],
  [/^(?:add-apt-repository|apt-add-repository|zypper|dnf|yum-config-manager)$/, /:\/\//],
];
const EDITORS = new Set(['sed', 'perl']);

function covers(deleted: string, path: string): boolean {
  return deleted === path || path.startsWith(`${deleted.replace(/\/\*?$/, '')}/`);
}
