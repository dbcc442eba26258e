import type { Range } from '../core/text.js';
import { flagKind, type Keyword } from './keywords.js';
import type { Flag, Instruction, Mount, ParseError } from './model.js';
import { TEXTS } from './texts.js';

const MOUNT_TYPES = new Set(['bind', 'cache', 'tmpfs', 'secret', 'ssh']);

const MOUNT_OPTIONS = new Set([
  'type',
  'from',
  'source',
  'src',
  'target',
  'dst',
  'destination',
  'readonly',
  'ro',
  'readwrite',
  'rw',
  'required',
  'size',
  'id',
  'sharing',
  'mode',
  'uid',
  'gid',
  'env',
]);

/** Why BuildKit refuses the instruction's flags. A mount with a variable in it is taken for right. */
export function flagErrors(instruction: Instruction): readonly ParseError[] {
  const { keyword, flags } = instruction;
  if (keyword === 'UNKNOWN') return [];
  const seen = new Set<string>();
  const errors = flags.flatMap((flag) => {
    const twice = seen.has(flag.name);
    seen.add(flag.name);
    return flagError(keyword, flag, twice);
  });
  return keyword === 'RUN' ? [...errors, ...instruction.mounts.flatMap(mountErrors)] : errors;
}

function flagError(keyword: Keyword, { name, value, range }: Flag, twice: boolean): readonly ParseError[] {
  const flag = name;
  const kind = flagKind(keyword, flag);
  const written = value?.value;
  if (kind === undefined) return [error(range, TEXTS.unknownFlag, { keyword, flag })];
  if (twice && kind !== 'list') return [error(range, TEXTS.flagTwice, { flag })];
  if (kind === 'switch') {
    if (written === undefined || /^(true|false)$/i.test(written)) return [];
    return [error(range, TEXTS.flagSwitch, { flag, value: written })];
  }
  if (written === undefined) return [error(range, TEXTS.flagWithoutValue, { flag })];
  if (kind === 'value' || kind === 'list') return [];
  if (kind === 'duration')
    return isDuration(written) ? [] : [error(range, TEXTS.flagDuration, { flag, value: written })];
  if (kind === 'number')
    return /^(\+?\d+)?$/.test(written) ? [] : [error(range, TEXTS.flagNumber, { flag, value: written })];
  if (kind.includes(written)) return [];
  return [error(range, TEXTS.flagValue, { flag, value: written, allowed: kind.join(', ') })];
}

/** As Go's `time.ParseDuration`; an empty value counts as none given. */
function isDuration(text: string): boolean {
  return text === '' || text === '0' || /^\+?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(text);
}

function mountErrors({ type, options, range }: Mount): readonly ParseError[] {
  if (!type.includes('$') && !MOUNT_TYPES.has(type)) return [error(range, TEXTS.mountType, { type })];
  const unknown = options.find((it) => !MOUNT_OPTIONS.has(it.name) && !it.name.includes('$'));
  return unknown ? [error(unknown.range, TEXTS.mountOption, { option: unknown.name })] : [];
}

function error(range: Range, template: string, data: Readonly<Record<string, string>>): ParseError {
  return { range, message: { template, data } };
}
