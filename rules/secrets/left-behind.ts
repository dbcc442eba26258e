import type { Edit } from '../core/edit.js';
import { appendCommand } from '../dockerfile/append.js';
import type { DockerfileDocument, RunInstruction } from '../dockerfile/model.js';
import type { ShellCommand } from '../shell/model.js';

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
  for (const command of commands) {
    const found = remediesFor(document, run, command);
    if (found === undefined) return undefined;
    remedies.push(...found.filter((it) => !remedies.includes(it)));
  }
  if (remedies.length === 0) return [];
  const edit = appendCommand(document, run, remedies.join(' && '));
  return edit && [edit];
}

/** The commands that undo it, as far as they are not there; undefined: nobody can tell how. */
function remediesFor(
  document: DockerfileDocument,
  run: RunInstruction,
  command: ShellCommand,
): readonly string[] | undefined {
  const kept = settingFor(document, command) ?? fileFor(run, command);
  if (kept === undefined || kept.length === 0) return kept;
  const later = run.script.commands.filter((it) => !it.parent && it.range.start >= command.range.end);
  const left = kept.filter((it) => !later.some((one) => wordsOf(one) === it.replace(/["']/g, '')));
  // What nothing in this RUN makes use of is meant for later.
  return left.length > 0 && later.every((it) => QUIET.has(it.name)) ? undefined : left;
}

const QUIET = new Set(['echo', 'true', 'chmod', 'chown', 'cat']);

/** The setting that a tool writes into its own file. */
function settingFor(document: DockerfileDocument, { name, words }: ShellCommand): readonly string[] | undefined {
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
  if (name === 'git' && first === 'config') {
    const key = values.findIndex((it, index) => index > 1 && !it.startsWith('-'));
    const options = values.slice(2, key).filter((it) => it === '--global' || it === '--system');
    return key < 0 ? [] : [['git config', ...options, '--unset', written(key)].join(' ')];
  }
  if (/^pip[\d.]*$/.test(name) && first === 'config' && second === 'set') return [`${name} config unset ${written(3)}`];
  if ((name === 'composer' || name === 'poetry') && first === 'config') {
    const key = values.findIndex((it, index) => index > 1 && !it.startsWith('-'));
    const options = values.slice(2, key).filter((it) => it === '-g' || it === '--global');
    return key < 0 ? [] : [[name, 'config', ...options, '--unset', written(key)].join(' ')];
  }
  if (name === 'az' && first === 'login') return ['az logout'];
  return undefined;
}

function wordsOf({ words }: ShellCommand): string {
  return words.map((it) => it.value).join(' ');
}

/** The file that the command writes. */
function fileFor({ facts, script }: RunInstruction, command: ShellCommand): readonly string[] | undefined {
  if (STAYS.has(command.name) && /^(?:configure|auth|config|sources?|nuget|clone)$/.test(command.words[1]?.value ?? ''))
    return undefined;
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
    : [`rm ${path.value}`];
}

/** Tools that keep the login they are given. */
const STAYS = new Set(['aws', 'doctl', 'dotnet', 'nuget', 'gh', 'heroku', 'gcloud', 'git', 'hg', 'svn']);
const EDITORS = new Set(['sed', 'perl']);

function covers(deleted: string, path: string): boolean {
  return deleted === path || path.startsWith(`${deleted.replace(/\/\*?$/, '')}/`);
}
