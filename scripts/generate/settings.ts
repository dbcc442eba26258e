import { readFileSync } from 'node:fs';
import path from 'node:path';
import { KEYS, type Key, type Shape } from '../../rules/configuration/keys.js';
import { LEVELS } from '../../rules/configuration/levels.js';
import type { Translations } from '../../rules/core/message.js';
import type { RegisteredRule } from '../../rules/core/rule.js';
import { ROOT } from '../run-tool.js';
import { TEXTS } from './texts.js';
import { json } from './translations.js';

/** Keys of `package.nls.json` that are written here; the others are written by hand. */
const OWN = 'configuration.';

interface Setting {
  readonly schema: object;
  /** By key of `package.nls.json`. */
  readonly texts: Readonly<Record<string, string>>;
}

/** `package.json` and its texts with one setting for each key of the configuration, and those only an editor has. */
export function settingsFiles(rules: readonly RegisteredRule[], japanese: Translations): ReadonlyMap<string, string> {
  const settings = new Map<string, Setting>([
    ...Object.entries(KEYS).flatMap(([name, key]) => [...settingsOf(name, key, rules)]),
    ['languageFeatures', choice('languageFeatures', ['auto', 'on', 'off'], 'auto', TEXTS.languageFeatures)],
    ['askRegistry', askRegistry()],
    ['trace.server', choice('trace.server', ['off', 'messages', 'verbose'], 'off', TEXTS.trace)],
  ]);
  const texts: Record<string, string> = { [`${OWN}title`]: TEXTS.settingsTitle };
  for (const it of settings.values()) Object.assign(texts, it.texts);
  const translated = Object.entries(texts).map(([key, text]) => [key, japanese[text] ?? text] as const);
  return new Map([
    ['package.json', manifest(settings)],
    ['package.nls.json', texted('package.nls.json', texts)],
    ['package.nls.ja.json', texted('package.nls.ja.json', Object.fromEntries(translated))],
  ]);
}

/** `schemas/config.schema.json`, for `seaworthy.yaml`. */
export function configSchema(rules: readonly RegisteredRule[]): string {
  return json({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: TEXTS.schemaTitle,
    ...schemaOf({ kind: 'group', keys: KEYS }, rules, (it) => it),
  });
}

function settingsOf(
  name: string,
  { shape, description }: Key,
  rules: readonly RegisteredRule[],
): ReadonlyMap<string, Setting> {
  if (shape.kind === 'group')
    return new Map(
      Object.entries(shape.keys).flatMap(([inner, key]) => [...settingsOf(`${name}.${inner}`, key, rules)]),
    );
  const own = `${OWN}${name}`;
  const texts: Record<string, string> = { [own]: description };
  if (shape.kind === 'rules') for (const it of rules) texts[`${own}.${it.id}`] = it.summary;
  const schema = schemaOf(shape, rules, (_, id) => `%${own}.${id}%`);
  return new Map([
    [name, { schema: { scope: 'resource', ...schema, description: `%${own}%`, default: defaultOf(shape) }, texts }],
  ]);
}

/** Of the user alone: a workspace must not open the network. */
function askRegistry(): Setting {
  const key = `${OWN}askRegistry`;
  return {
    schema: { scope: 'application', type: 'boolean', description: `%${key}%`, default: false },
    texts: { [key]: TEXTS.askRegistry },
  };
}

function choice(name: string, values: readonly string[], byDefault: string, description: string): Setting {
  const key = `${OWN}${name}`;
  return {
    schema: { scope: 'window', type: 'string', enum: values, description: `%${key}%`, default: byDefault },
    texts: { [key]: description },
  };
}

function defaultOf(shape: Shape): unknown {
  if (shape.kind === 'choice') return shape.values[0];
  if (shape.kind === 'text') return '';
  return shape.kind === 'list' || shape.kind === 'lists' ? [] : {};
}

type Describe = (summary: string, id: string) => string;

function schemaOf(shape: Shape, rules: readonly RegisteredRule[], describe: Describe): object {
  switch (shape.kind) {
    case 'choice':
      return { type: 'string', enum: shape.values };
    case 'text':
      return { type: 'string' };
    case 'list':
      return { type: 'array', items: { type: 'string' } };
    case 'lists':
      return { type: 'array', items: { type: 'array', items: { type: 'string' } } };
    case 'rules':
      return object(
        rules.map((it) => [it.id, { type: 'string', enum: LEVELS, description: describe(it.summary, it.id) }]),
      );
    default:
      return object(
        Object.entries(shape.keys).map(([name, key]) => [
          name,
          { description: key.description, ...schemaOf(key.shape, rules, describe) },
        ]),
      );
  }
}

function object(properties: readonly (readonly [string, object])[]): object {
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}

function manifest(settings: ReadonlyMap<string, Setting>): string {
  const parsed = parsedFile('package.json');
  const contributes = parsed['contributes'];
  const properties = Object.fromEntries([...settings].map(([name, { schema }]) => [`seaworthy.${name}`, schema]));
  return json({
    ...parsed,
    contributes: {
      ...(typeof contributes === 'object' ? contributes : {}),
      configuration: { title: `%${OWN}title%`, properties },
    },
  });
}

/** What is written by hand, then ours. */
function texted(file: string, texts: Readonly<Record<string, string>>): string {
  const byHand = Object.entries(parsedFile(file)).filter(([key]) => !key.startsWith(OWN));
  return json({ ...Object.fromEntries(byHand), ...texts });
}

function parsedFile(file: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${file} is no JSON: ${error.message}`, { cause: error });
    return {};
  }
}
