import { innerRange, offsetsOf } from '../compose/decode.js';
import type { ComposeEntry, ComposeMap, ComposeNode, ComposeScalar } from '../compose/model.js';
import { isTrue } from '../compose/queries.js';
import type { Spanned } from '../core/text.js';
import type { ShellScript } from '../shell/model.js';
import { parseScript, type ShellLanguage } from '../shell/parse.js';
import type { LenientEntry, PipelineStep } from './model.js';

/** What the readers of all systems ask of YAML. */

export function mapAt(map: ComposeMap | undefined, key: string): ComposeMap | undefined {
  const value = map?.get(key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

export function scalarAt(map: ComposeMap | undefined, key: string): ComposeScalar | undefined {
  const value = map?.get(key)?.value;
  return value?.kind === 'scalar' && value.value !== null ? value : undefined;
}

export function spannedAt(map: ComposeMap | undefined, key: string): Spanned | undefined {
  const value = scalarAt(map, key);
  return value && spanned(value);
}

export function spanned(node: ComposeScalar): Spanned {
  return { value: node.text, range: innerRange(node) };
}

/** The items of a list, those of lists in it among them; anything else stands for itself. */
export function itemsAt(map: ComposeMap | undefined, key: string): readonly ComposeNode[] {
  const value = map?.get(key)?.value;
  return value ? flat(value) : [];
}

function flat(node: ComposeNode): readonly ComposeNode[] {
  return node.kind === 'list' && node.tag === undefined ? node.items.flatMap(flat) : [node];
}

/** An entry that hides failures where it says so. */
export function lenientAt(map: ComposeMap | undefined, ...keys: readonly string[]): LenientEntry | undefined {
  for (const key of keys) {
    const entry = map?.get(key);
    if (entry && saysSo(entry))
      return { written: `${key}: true`, range: entry.range, inherited: entry.inherited || entry.value.inherited };
  }
  return undefined;
}

function saysSo({ value }: ComposeEntry): boolean {
  return isTrue(value);
}

/** Whose placeholders a script holds. */
export type Placeholders = 'github' | 'azure' | 'circleci' | 'none';

/** A script with its commands. `shell` is a program such as `bash`, `pwsh`, `/bin/sh -e`. */
export function runOf(
  node: ComposeScalar,
  shell: string,
  placeholders: Placeholders,
): NonNullable<PipelineStep['run']> {
  const range = innerRange(node);
  const program = basename(shell.trim().split(/\s/, 1)[0] ?? '');
  const language = LANGUAGES.get(program);
  const script: ShellScript =
    language === undefined && !program.includes('$')
      ? { language: 'posix', interpreter: program, range, commands: [], complete: true }
      : parseScript({
          program: withoutPlaceholders(node.text, placeholders),
          language: language ?? 'posix',
          at: offsetsOf(node),
        });
  return { value: node.text, range, script };
}

/** Programs that `shell` may name; `shell: python` and the like run no commands. */
const LANGUAGES: ReadonlyMap<string, ShellLanguage> = new Map([
  ['bash', 'posix'],
  ['sh', 'posix'],
  ['dash', 'posix'],
  ['zsh', 'posix'],
  ['ksh', 'posix'],
  ['ash', 'posix'],
  ['busybox', 'posix'],
  ['wsl-bash', 'posix'],
  ['nix', 'posix'],
  ['pwsh', 'powershell'],
  ['powershell', 'powershell'],
  ['cmd', 'cmd'],
]);

function basename(program: string): string {
  return program
    .replace(/^.*[\\/]/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase();
}

/** A placeholder becomes a shell expansion of the same length, which says as much: a value that only the run knows. */
function withoutPlaceholders(program: string, placeholders: Placeholders): string {
  switch (placeholders) {
    case 'github':
      return masked(program, '${{', '}}');
    case 'azure':
      return masked(program, '${{', '}}').replaceAll(/\$\([\w.-]{1,200}\)/g, expansionOf);
    case 'circleci':
      return program.replaceAll(/<<[ \t]*(?:parameters|pipeline|matrix)\.[\w.-]{1,200}[ \t]*>>/g, expansionOf);
    default:
      return program;
  }
}

function masked(program: string, open: string, close: string): string {
  let result = '';
  let position = 0;
  while (position < program.length) {
    const start = program.indexOf(open, position);
    const end = start < 0 ? -1 : program.indexOf(close, start);
    if (end < 0) break;
    result += program.slice(position, start) + expansionOf(program.slice(start, end + close.length));
    position = end + close.length;
  }
  return result + program.slice(position);
}

function expansionOf({ length }: string): string {
  return `\${${'_'.repeat(length - 3)}}`;
}
