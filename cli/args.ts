import { parseArgs } from 'node:util';
import type { Severity } from '../rules/core/finding.js';
import type { Text } from '../rules/core/message.js';
import { nearest } from '../rules/core/nearest.js';
import { TEXTS } from './texts.js';

export const FORMATS = ['text', 'json', 'ndjson', 'sarif', 'github', 'gitlab', 'junit'] as const;
export type Format = (typeof FORMATS)[number];
const LEVELS = ['error', 'warning', 'info'] as const;
const PROFILES = ['recommended', 'strict'] as const;

/** What is wrong with the arguments. */
export interface Wrong extends Text {
  /** Fills `{hint}`. */
  readonly hint?: Text;
}

/** Options that every command has. */
export interface CommonArgs {
  readonly locale?: string;
  /** Undefined: where the output is a terminal. */
  readonly color?: boolean;
  readonly quiet: boolean;
}

/** What `check` and `fix` share. */
export interface JudgeArgs extends CommonArgs {
  readonly paths: readonly string[];
  readonly profile?: (typeof PROFILES)[number];
  /** Rule ids, not yet looked up. */
  readonly rules?: readonly string[];
  readonly config?: string;
  readonly project: boolean;
}

export interface CheckArgs extends JudgeArgs {
  readonly command: 'check';
  readonly format: Format;
  readonly failOn: Severity;
  readonly jobs?: number;
  readonly stdin?: { readonly filename: string };
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

export interface FixArgs extends JudgeArgs {
  readonly command: 'fix';
  readonly unsafe: boolean;
  readonly diff: boolean;
  readonly askRegistry: boolean;
}

export interface ExplainArgs extends CommonArgs {
  readonly command: 'explain';
  readonly rule: string;
}

export interface RulesArgs extends CommonArgs {
  readonly command: 'rules';
  readonly format: 'text' | 'json';
}

export interface HelpArgs extends CommonArgs {
  readonly command: 'help' | 'version';
}

export type Args = CheckArgs | FixArgs | ExplainArgs | RulesArgs | HelpArgs;

const COMMANDS = ['check', 'fix', 'explain', 'rules'] as const;
type Command = (typeof COMMANDS)[number];

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for its value in a message. */
  readonly value?: string;
  readonly commands: readonly Command[];
}

const JUDGING = ['check', 'fix'] as const;
const OPTIONS: Readonly<Record<string, OptionSpec>> = {
  help: { type: 'boolean', short: 'h', commands: COMMANDS },
  version: { type: 'boolean', short: 'V', commands: COMMANDS },
  locale: { type: 'string', value: 'ja', commands: COMMANDS },
  color: { type: 'boolean', commands: COMMANDS },
  'no-color': { type: 'boolean', commands: COMMANDS },
  quiet: { type: 'boolean', short: 'q', commands: COMMANDS },
  format: { type: 'string', value: 'json', commands: ['check', 'rules'] },
  profile: { type: 'string', value: 'strict', commands: JUDGING },
  rule: { type: 'string', value: 'ID', commands: JUDGING },
  config: { type: 'string', value: 'FILE', commands: JUDGING },
  'no-project': { type: 'boolean', commands: JUDGING },
  'fail-on': { type: 'string', value: 'warning', commands: ['check'] },
  jobs: { type: 'string', short: 'j', value: '2', commands: ['check'] },
  stdin: { type: 'boolean', commands: ['check'] },
  'stdin-filename': { type: 'string', value: 'NAME', commands: ['check'] },
  baseline: { type: 'string', value: 'FILE', commands: ['check'] },
  'write-baseline': { type: 'string', value: 'FILE', commands: ['check'] },
  unsafe: { type: 'boolean', commands: ['fix'] },
  diff: { type: 'boolean', commands: ['fix'] },
  'ask-registry': { type: 'boolean', commands: ['fix'] },
};

type Values = ReadonlyMap<string, readonly string[]>;

/** The arguments behind the program's name, or what is wrong with them. */
export function parse(argv: readonly string[]): Args | { readonly wrong: Wrong } {
  const { tokens } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals = tokens.flatMap((it) => (it.kind === 'positional' ? [it.value] : []));
  const given = tokens.flatMap((it) => (it.kind === 'option' ? [it] : []));
  const common = commonOf(given);
  const has = (name: string): boolean => given.some((it) => it.name === name);
  const [name, ...rest] = positionals;
  if (has('version')) return { command: 'version', ...common };
  if (has('help') || name === 'help' || (name === undefined && given.length === 0))
    return { command: 'help', ...common };
  const command = COMMANDS.find((it) => it === name);
  if (command === undefined)
    return wrong(TEXTS.unknownCommand, { name: name ?? given[0]?.rawName ?? '' }, hintFor(name ?? '', COMMANDS));

  const values = new Map<string, string[]>();
  for (const { name, rawName, value } of given) {
    const spec = OPTIONS[name];
    if (!spec?.commands.includes(command)) return unknownOption(rawName, command);
    if (spec.type === 'boolean' && value !== undefined) return wrong(TEXTS.surplusValue, { name: rawName });
    if (spec.type === 'string' && (value === undefined || value === ''))
      return wrong(TEXTS.noValue, { name: rawName, value: spec.value ?? '' });
    values.set(name, [...(values.get(name) ?? []), value ?? '']);
  }
  if (command === 'check') return checkArgs(rest, values, common);
  if (command === 'fix') return fixArgs(rest, values, common);
  return command === 'explain' ? explainArgs(rest, common) : rulesArgs(rest, values, common);
}

function checkArgs(
  paths: readonly string[],
  values: Values,
  common: CommonArgs,
): CheckArgs | { readonly wrong: Wrong } {
  const judging = judgeArgs(paths, values, common);
  if ('wrong' in judging) return judging;
  const format = choice(values, 'format', FORMATS, 'text');
  if (typeof format === 'object') return format;
  const failOn = choice(values, 'fail-on', LEVELS, 'info');
  if (typeof failOn === 'object') return failOn;
  const jobs = last(values, 'jobs');
  if (jobs !== undefined && !/^(?:[1-9]|[1-5]\d|6[0-4])$/.test(jobs))
    return wrong(TEXTS.badJobs, { name: '--jobs', value: jobs });
  const stdin = values.has('stdin');
  if (stdin && paths.length > 0) return wrong(TEXTS.stdinWithPaths);
  const filename = last(values, 'stdin-filename');
  if (!stdin && filename !== undefined) return wrong(TEXTS.filenameWithoutStdin);
  const baseline = last(values, 'baseline');
  const writeBaseline = last(values, 'write-baseline');
  if (baseline !== undefined && writeBaseline !== undefined) return wrong(TEXTS.twoBaselines);
  return {
    command: 'check',
    ...judging,
    format,
    failOn,
    ...(jobs === undefined ? {} : { jobs: Number(jobs) }),
    ...(stdin ? { stdin: { filename: filename ?? 'Dockerfile' } } : {}),
    ...(baseline === undefined ? {} : { baseline }),
    ...(writeBaseline === undefined ? {} : { writeBaseline }),
  };
}

function fixArgs(paths: readonly string[], values: Values, common: CommonArgs): FixArgs | { readonly wrong: Wrong } {
  const judging = judgeArgs(paths, values, common);
  if ('wrong' in judging) return judging;
  const unsafe = values.has('unsafe');
  const askRegistry = values.has('ask-registry');
  if (askRegistry && !unsafe) return wrong(TEXTS.registryWithoutUnsafe);
  return { command: 'fix', ...judging, unsafe, diff: values.has('diff'), askRegistry };
}

function judgeArgs(
  paths: readonly string[],
  values: Values,
  common: CommonArgs,
): JudgeArgs | { readonly wrong: Wrong } {
  const profile = choice(values, 'profile', PROFILES, 'recommended');
  if (typeof profile === 'object') return profile;
  const rules = values.get('rule')?.flatMap((it) => it.split(',').map((id) => id.trim()));
  const config = last(values, 'config');
  return {
    ...common,
    paths,
    ...(values.has('profile') ? { profile } : {}),
    ...(rules ? { rules: rules.filter((it) => it !== '') } : {}),
    ...(config === undefined ? {} : { config }),
    project: !values.has('no-project'),
  };
}

function explainArgs(rest: readonly string[], common: CommonArgs): ExplainArgs | { readonly wrong: Wrong } {
  const [rule, surplus] = rest;
  if (rule === undefined) return wrong(TEXTS.missingRule);
  if (surplus !== undefined) return surplusArgument(surplus);
  return { command: 'explain', rule, ...common };
}

function rulesArgs(rest: readonly string[], values: Values, common: CommonArgs): RulesArgs | { readonly wrong: Wrong } {
  if (rest[0] !== undefined) return surplusArgument(rest[0]);
  const format = choice(values, 'format', ['text', 'json'] as const, 'text');
  return typeof format === 'object' ? format : { command: 'rules', format, ...common };
}

function commonOf(given: readonly { readonly name: string; readonly value?: string | undefined }[]): CommonArgs {
  const locale = given.findLast((it) => it.name === 'locale')?.value;
  const color = given.findLast((it) => it.name === 'color' || it.name === 'no-color')?.name;
  return {
    ...(locale === undefined ? {} : { locale }),
    ...(color === undefined ? {} : { color: color === 'color' }),
    quiet: given.some((it) => it.name === 'quiet'),
  };
}

function choice<T extends string>(
  values: Values,
  name: string,
  choices: readonly T[],
  otherwise: T,
): T | { readonly wrong: Wrong } {
  const value = last(values, name);
  if (value === undefined) return otherwise;
  const found = choices.find((it) => it === value);
  return found ?? wrong(TEXTS.badChoice, { name: `--${name}`, value, choices: choices.join(', ') });
}

function last(values: Values, name: string): string | undefined {
  return values.get(name)?.at(-1);
}

function unknownOption(rawName: string, command: Command): { readonly wrong: Wrong } {
  const names = Object.entries(OPTIONS).flatMap(([name, it]) => (it.commands.includes(command) ? [`--${name}`] : []));
  return wrong(TEXTS.unknownOption, { name: rawName }, hintFor(rawName, names));
}

function hintFor(written: string, known: readonly string[]): Text {
  const name = nearest(written, known);
  return name === undefined ? { template: TEXTS.seeHelp, data: {} } : { template: TEXTS.didYouMean, data: { name } };
}

function surplusArgument(name: string): { readonly wrong: Wrong } {
  return wrong(TEXTS.surplusArgument, { name }, { template: TEXTS.seeHelp, data: {} });
}

function wrong(template: string, data: Readonly<Record<string, string>> = {}, hint?: Text): { readonly wrong: Wrong } {
  return { wrong: { template, data, ...(hint ? { hint } : {}) } };
}
