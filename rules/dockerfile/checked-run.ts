import type { Edit } from '../core/edit.js';
import type { ExecutedDownload } from '../shell/executed.js';
import type { Download, ShellCommand, ShellWord } from '../shell/model.js';
import type { CommandBody, DockerfileDocument } from './model.js';

const BLANK = 'SHA256_OF_THE_SCRIPT';
// A tilde between quotes is no home directory.
const check = (file: string): string => `echo "${BLANK}  ${file.replace(/^~/, '$HOME')}" | sha256sum -c -`;

/** `a || b` binds as loosely as `a && b`, so nothing can be put before or behind it. */
function standsFree(body: CommandBody, command: ShellCommand): boolean {
  const { commands, language } = body.script;
  const next = commands.find((it) => it.range.start >= command.range.end);
  return (
    body.form !== 'exec' &&
    language === 'posix' &&
    command.joinedBy !== '||' &&
    next?.joinedBy !== '||' &&
    !command.parent
  );
}

/** Puts the check of a blank checksum in front of the command that runs a saved file. */
export function insertCheck(
  document: DockerfileDocument,
  body: CommandBody,
  by: ShellCommand,
  file: string,
): Edit | undefined {
  if (!standsFree(body, by) || by.pipedFrom || document.escape !== '\\' || /["`\\]/.test(file)) return undefined;
  return { range: { start: by.range.start, end: by.range.start }, text: `${check(file)} && ` };
}

/** Saves the download, checks it against a blank checksum, then runs it: in place of the command that does it at once. */
export function checkFirst(
  document: DockerfileDocument,
  body: CommandBody,
  executed: ExecutedDownload,
): Edit | undefined {
  const { download, by, how } = executed;
  const { command } = download;
  const direct =
    how === 'pipe' ? command.pipedInto === by && standsFree(body, command) : standsFree(body, by) && !command.pipedInto;
  if (!direct || !standsFree(body, by) || by.redirects.length > 0 || document.escape !== '\\') return undefined;
  // A bracket or comment between the two would be lost.
  const between = document.text.slice(command.range.end, by.range.start);
  if (how === 'pipe' && !/^[\s\\|&]*$/.test(between)) return undefined;
  const file = `/tmp/install.${EXTENSIONS.find(([name]) => by.name.startsWith(name))?.[1] ?? 'sh'}`;
  const save = savedTo(document.text, download, file);
  const run = how === 'pipe' ? runInput(document.text, by, file) : runArgument(document.text, command, by, file);
  if (save === undefined || run === undefined) return undefined;
  const range = {
    start: Math.min(command.range.start, by.range.start),
    end: Math.max(command.range.end, by.range.end),
  };
  const join = ` \\${document.eol}    && `;
  return { range, text: [save, check(file), run, `rm ${file}`].join(join) };
}

const EXTENSIONS = [
  ['python', 'py'],
  ['pypy', 'py'],
  ['perl', 'pl'],
  ['ruby', 'rb'],
  ['node', 'js'],
  ['php', 'php'],
] as const;

/** The download with the file in place of its standard output. */
function savedTo(text: string, { command, tool }: Download, file: string): string | undefined {
  const program = command.words[0];
  if (!program || command.redirects.length > 0) return undefined;
  const { start, end } = command.range;
  if (tool === 'curl') {
    const output = command.words.findIndex((it) => /^(?:-[a-zA-Z]*[oO].*|--(?:output|remote-name).*)$/.test(it.value));
    if (output < 0) return `${text.slice(start, program.range.end)} -o ${file}${text.slice(program.range.end, end)}`;
    const option = command.words[output];
    const value = option?.value === '-o-' ? option : command.words[output + 1];
    if (!option || !value || !/^-o-?$/.test(option.value) || !value.value.endsWith('-')) return undefined;
    return `${text.slice(start, option.range.start)}-o ${file}${text.slice(value.range.end, end)}`;
  }
  if (!tool.startsWith('wget')) return undefined;
  const option = command.words.findIndex((it) => /^-[a-zA-Z]*O-?$/.test(it.value));
  const word = command.words[option];
  const last = word?.value.endsWith('-') ? word : command.words[option + 1];
  if (!word || !last) return undefined;
  return `${text.slice(start, word.range.start)}${word.value.replace(/-$/, '')} ${file}${text.slice(last.range.end, end)}`;
}

/** `sudo bash -s -- --yes` → `sudo bash FILE --yes`. */
function runInput(text: string, by: ShellCommand, file: string): string | undefined {
  const [program, ...rest] = by.words;
  if (!program) return undefined;
  const options: ShellWord[] = [];
  const operands: ShellWord[] = [];
  let ended = false;
  for (const word of rest) {
    if (ended) operands.push(word);
    else if (/^(?:-|--|-s|\/dev\/stdin)$/.test(word.value)) ended = word.value !== '-s';
    else if (/^[-+]/.test(word.value)) {
      // Options with a value, and bundles that hold -s, are too rare to be worth a guess.
      if (!/^-[a-rt-zA-NP-Z]+$/.test(word.value)) return undefined;
      options.push(word);
    } else {
      ended = true;
      operands.push(word);
    }
  }
  return written(text, by, program, options, file, operands);
}

/** `sh -c "$(curl …)" "" --yes` and `bash <(curl …) --yes` → `sh FILE --yes`. */
function runArgument(text: string, inner: ShellCommand, by: ShellCommand, file: string): string | undefined {
  const [program, ...rest] = by.words;
  const at = rest.findIndex((it) => it.range.start <= inner.range.start && inner.range.end <= it.range.end);
  if (
    !program ||
    at < 0 ||
    !/\)\s*$/.test(rest[at]?.value ?? '') ||
    text.slice(inner.range.start, inner.range.end).includes('\\')
  )
    return undefined;
  const options = rest.slice(0, at);
  const isCode = options.at(-1)?.value === '-c';
  if (!/^(?:sh|bash|dash|ash|zsh|ksh)$/.test(by.name) || (options.length > 0 && !isCode) || options.length > 1)
    return undefined;
  // Behind the text of -c comes the name of the shell, then the arguments.
  return written(text, by, program, [], file, rest.slice(at + (isCode ? 2 : 1)));
}

function written(
  text: string,
  by: ShellCommand,
  program: ShellWord,
  options: readonly ShellWord[],
  file: string,
  operands: readonly ShellWord[],
): string {
  const raw = (word: ShellWord): string => text.slice(word.range.start, word.range.end);
  return [text.slice(by.range.start, program.range.end), ...options.map(raw), file, ...operands.map(raw)].join(' ');
}
