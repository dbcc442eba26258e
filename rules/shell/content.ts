import type { ShellCommand, ShellWord } from './model.js';

/** Characters after which `printf` is not repeated any more. */
const MAX_CONTENT = 16_384;

/** Whether the path is no file of the image: /dev/null, a terminal, a numbered descriptor. */
export function isDevice(path: string): boolean {
  return path === '' || path.startsWith('/dev/') || path === '$null' || path.toLowerCase() === 'nul' || path === '-';
}

/** What a command prints to its standard output, where its words tell it. */
export function contentOf(command: ShellCommand): ShellWord | undefined {
  switch (command.name) {
    case 'echo':
    case 'write-output':
    case 'write-host':
      return printed(command, 1);
    case 'printf':
      return formatted(command);
    case 'cat':
      return command.words.length === 1 || command.words[1]?.value === '-' ? input(command) : undefined;
    case 'tee':
      return input(command);
    // A PowerShell string that stands alone prints itself.
    case '':
      return command.words.length === 1 && command.words[0]?.literal ? command.words[0] : undefined;
    default:
      return command.name === 'out-file' || command.name.endsWith('-content') ? input(command) : undefined;
  }
}

function input(command: ShellCommand): ShellWord | undefined {
  for (const redirect of command.redirects) {
    if (!redirect.body) continue;
    if (redirect.operator === '<<<') return redirect.target;
    const { start, end } = redirect.target.range;
    const quoted = end - start !== redirect.target.value.length;
    return { ...redirect.body, literal: quoted || !/[$`]/.test(redirect.body.value) };
  }
  return command.pipedFrom && contentOf(command.pipedFrom);
}

function printed(command: ShellCommand, from: number): ShellWord | undefined {
  let first = from;
  while (/^-[neE]+$/.test(command.words[first]?.value ?? '')) first++;
  const words = command.words.slice(first);
  return span(words, decodeEscapes(words.map((it) => it.value).join(' ')));
}

function formatted(command: ShellCommand): ShellWord | undefined {
  const from = command.words[1]?.value === '--' ? 2 : 1;
  const words = command.words.slice(from);
  const format = words[0]?.value;
  if (format === undefined) return undefined;
  const values = words.slice(1).map((it) => it.value);
  let used = 0;
  let text = '';
  // printf repeats its format until the words are used up.
  for (;;) {
    const before = used;
    text += format.replace(/%[-+ #\d.]{0,12}[%sbdqc]/g, (it) => (it === '%%' ? '%' : (values[used++] ?? '')));
    if (used === before || used >= values.length || text.length > MAX_CONTENT) break;
  }
  return span(words, decodeEscapes(text));
}

/** dash's echo, printf and `echo -e` decode these; for Bash's plain echo the difference does not matter to a reader. */
function decodeEscapes(text: string): string {
  return text.includes('\\') ? text.replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\r/g, '\r') : text;
}

function span(words: readonly ShellWord[], value: string): ShellWord | undefined {
  const first = words[0];
  const last = words[words.length - 1];
  if (!first || !last) return undefined;
  return { value, range: { start: first.range.start, end: last.range.end }, literal: words.every((it) => it.literal) };
}
