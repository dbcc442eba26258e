import { type Expanded, UNKNOWN } from '../core/text.js';
import { type ImageReference, readImageReference } from '../images/reference.js';
import type { ShellLanguage } from '../shell/parse.js';
import type { FromInstruction, Instruction, Stage } from './model.js';
import { expand, type GlobalScope, inFrom } from './scope.js';

/** Cuts the instructions at each FROM. What stands before the first is in no stage. */
export function readStages(
  instructions: readonly Instruction[],
  globals: GlobalScope,
  escape: '\\' | '`',
): readonly Stage[] {
  const stages: Stage[] = [];
  const named = new Map<string, Stage>();
  let open: { readonly from: FromInstruction; readonly instructions: Instruction[] } | undefined;
  const close = (): void => {
    if (!open) return;
    const stage = toStage(open.from, open.instructions, stages.length, named, globals, escape);
    stages.push(stage);
    if (stage.name) named.set(stage.name.value.toLowerCase(), stage);
  };
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') {
      close();
      open = { from: instruction, instructions: [] };
    } else open?.instructions.push(instruction);
  }
  close();
  return stages;
}

function toStage(
  from: FromInstruction,
  instructions: readonly Instruction[],
  index: number,
  named: ReadonlyMap<string, Stage>,
  globals: GlobalScope,
  escape: '\\' | '`',
): Stage {
  const variables = inFrom(globals);
  const written = from.args[0];
  const expanded = written === undefined ? undefined : expand(written, escape, variables);
  const base = expanded && (named.get(expanded.value.toLowerCase()) ?? likelyStage(expanded, named));
  const scratch = !base && expanded?.value === 'scratch';
  const image =
    expanded && from.image && !base && !scratch ? readImageReference(expanded, from.image.range) : undefined;
  const rootImage = base ? base.rootImage : image;
  const platform = from.platform ? expand(from.platform.value, escape, variables).value : '';
  return {
    index,
    from,
    instructions,
    ...(from.name ? { name: from.name } : {}),
    ...(base ? { base } : {}),
    ...(image ? { image } : {}),
    ...(rootImage ? { rootImage } : {}),
    fromScratch: base ? base.fromScratch : scratch,
    windows: isWindows(platform, base, image, escape),
  };
}

/** With more stages than this a name with an unknown part is not looked for. */
const MAX_CANDIDATES = 200;

/**
 * `FROM build-$TARGETOS` picks one of the stages above: the one for Linux, or the last that fits. It is no image from
 * outside in any case.
 */
function likelyStage({ value, known }: Expanded, named: ReadonlyMap<string, Stage>): Stage | undefined {
  const parts = value.toLowerCase().split(UNKNOWN);
  const [head = '', tail = ''] = [parts[0], parts.at(-1)];
  if (known || head + tail === '' || named.size > MAX_CANDIDATES) return undefined;
  const length = head.length + tail.length;
  const names = [...named.keys()].filter((it) => it.length > length && it.startsWith(head) && it.endsWith(tail));
  return named.get(names.find((it) => it.includes('linux')) ?? names.at(-1) ?? '');
}

/**
 * Where nothing else tells, the escape character does: only Windows paths make people change it.
 * Names: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images
 */
function isWindows(
  platform: string,
  base: Stage | undefined,
  image: ImageReference | undefined,
  escape: '\\' | '`',
): boolean {
  if (/^windows(\/|$)/i.test(platform)) return true;
  if (/^linux(\/|$)/i.test(platform)) return false;
  if (base) return base.windows;
  if (image && /(^|[/\-.])(nanoserver|windowsservercore|servercore)/i.test(`${image.path}:${image.tag?.value ?? ''}`))
    return true;
  if (image && /^(windows|dotnet\/framework)(\/|$)/.test(image.path) && image.registry === 'mcr.microsoft.com')
    return true;
  return escape === '`';
}

/** From an offset on, programs are written for this shell. */
export interface ShellChange {
  readonly from: number;
  readonly language: ShellLanguage;
}

/** Where the shell changes: at each FROM and SHELL, in order. */
export function shellChanges(stages: readonly Stage[]): readonly ShellChange[] {
  const changes: ShellChange[] = [];
  const last = new Map<Stage, ShellLanguage>();
  for (const stage of stages) {
    let language = (stage.base && last.get(stage.base)) ?? (stage.windows ? 'cmd' : 'posix');
    changes.push({ from: stage.from.range.start, language });
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== 'SHELL') continue;
      language = languageOf(instruction.words[0]?.value) ?? language;
      changes.push({ from: instruction.range.end, language });
    }
    last.set(stage, language);
  }
  return changes;
}

export function shellAt(changes: readonly ShellChange[], offset: number): ShellLanguage {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((changes[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return changes[low - 1]?.language ?? 'posix';
}

function languageOf(program: string | undefined): ShellLanguage | undefined {
  const name = program
    ?.split(/[\\/]/)
    .at(-1)
    ?.toLowerCase()
    .replace(/\.exe$/, '');
  if (name === undefined || name === '' || name.includes(UNKNOWN)) return undefined;
  if (name === 'powershell' || name === 'pwsh') return 'powershell';
  return name === 'cmd' ? 'cmd' : 'posix';
}
