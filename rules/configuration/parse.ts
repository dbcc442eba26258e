import type { ComposeEntry, ComposeMap, ComposeNode } from '../compose/model.js';
import { readYaml } from '../compose/yaml.js';
import type { ConfigLayer } from '../config.js';
import type { Notice } from '../core/analysis.js';
import type { Text } from '../core/message.js';
import { nearest } from '../core/nearest.js';
import type { Range } from '../core/text.js';
import { RULES } from '../registry.generated.js';
import { KEYS, type Key } from './keys.js';
import { LEVELS, type Level, levelNamed } from './levels.js';
import { TEXTS } from './texts.js';

export interface ParsedConfiguration {
  /** What is right in the file; the rest is as if it were not written. */
  readonly layer: ConfigLayer;
  readonly notices: readonly Notice[];
}

/** Reads the text of a `seaworthy.yaml`. Never throws: what is wrong in it is a notice with its place, and does not count. */
export function parseConfiguration(text: string): ParsedConfiguration {
  const { roots, errors } = readYaml(text);
  const notices: Notice[] = errors.slice(0, 1).map(({ message, range }) => notice('syntax', message, range));
  const [root, second] = roots;
  if (second) notices.push(notice('config', { template: TEXTS.severalDocuments, data: {} }, second.range));
  if (!root || (root.kind === 'scalar' && root.value === null)) return { layer: {}, notices };
  if (root.kind !== 'map') {
    const message = { template: TEXTS.notAMap, data: {} };
    return { layer: {}, notices: [...notices, notice('config', message, root.range)] };
  }
  return { layer: layerOf(root, notices), notices };
}

function layerOf(root: ComposeMap, notices: Notice[]): ConfigLayer {
  const entries = knownEntries(root, KEYS, notices);
  const profile = choice(entries.get('profile'), KEYS['profile'], notices);
  const locale = choice(entries.get('locale'), KEYS['locale'], notices);
  const rules = levels(entries.get('rules'), notices);
  const exclude = list(entries.get('exclude'), notices);
  const registries = group(entries.get('registries'), KEYS['registries'], notices, list);
  const files = group(entries.get('files'), KEYS['files'], notices, list);
  const compose = group(entries.get('compose'), KEYS['compose'], notices, lists);
  const ports = group(entries.get('ports'), KEYS['ports'], notices, list);
  return {
    ...(profile === 'recommended' || profile === 'strict' ? { profile } : {}),
    ...(rules ? { rules } : {}),
    ...(exclude ? { exclude } : {}),
    ...(registries ? { registries } : {}),
    ...(files ? { files } : {}),
    ...(compose ? { compose } : {}),
    ...(ports ? { ports } : {}),
    ...(locale ? { locale } : {}),
  };
}

/** The entries whose keys there are; of two with one key, which the YAML reader reports, the first. */
function knownEntries(
  map: ComposeMap,
  keys: Readonly<Record<string, Key>>,
  notices: Notice[],
): ReadonlyMap<string, ComposeEntry> {
  const entries = new Map<string, ComposeEntry>();
  for (const entry of map.entries) {
    const key = entry.key.value;
    if (!Object.hasOwn(keys, key)) notices.push(unknownKey(entry, Object.keys(keys)));
    else if (!entries.has(key)) entries.set(key, entry);
  }
  return entries;
}

/** One of a few words, or any text. An empty value is as if the key were not written. */
function choice(entry: ComposeEntry | undefined, key: Key | undefined, notices: Notice[]): string | undefined {
  if (!entry || !key || isEmpty(entry.value)) return undefined;
  const { value } = entry;
  if (value.kind !== 'scalar') {
    notices.push(about(entry, TEXTS.notAText));
    return undefined;
  }
  if (key.shape.kind !== 'choice' || key.shape.values.includes(value.text)) return value.text;
  notices.push(wrongWord(entry.key.value, value.text, key.shape.values, value.range));
  return undefined;
}

function levels(entry: ComposeEntry | undefined, notices: Notice[]): Readonly<Record<string, Level>> | undefined {
  if (!entry || isEmpty(entry.value)) return undefined;
  if (entry.value.kind !== 'map') {
    notices.push(
      about(entry, TEXTS.notAGroup, {
        known: RULES.slice(0, 3)
          .map((it) => it.id)
          .join(', '),
      }),
    );
    return undefined;
  }
  const result: Record<string, Level> = {};
  for (const { key, value } of entry.value.entries) {
    const level = value.kind === 'scalar' ? levelNamed(value.text) : undefined;
    if (!RULES.some((it) => it.id === key.value)) notices.push(unknownRule(key.value, key.range));
    else if (level === undefined)
      notices.push(wrongWord(key.value, value.kind === 'scalar' ? value.text : `…`, LEVELS, value.range));
    else if (!Object.hasOwn(result, key.value)) result[key.value] = level;
  }
  return result;
}

function list(entry: ComposeEntry | undefined, notices: Notice[]): readonly string[] | undefined {
  if (!entry || isEmpty(entry.value)) return undefined;
  if (entry.value.kind !== 'list') {
    notices.push(about(entry, TEXTS.notAList));
    return undefined;
  }
  return entry.value.items.flatMap((it) => {
    if (it.kind === 'scalar' && it.text !== '') return [it.text];
    notices.push(notice('config', { template: TEXTS.notAText, data: { key: entry.key.value } }, it.range));
    return [];
  });
}

function lists(entry: ComposeEntry | undefined, notices: Notice[]): readonly (readonly string[])[] | undefined {
  if (!entry || isEmpty(entry.value)) return undefined;
  const items = entry.value.kind === 'list' ? entry.value.items : [entry.value];
  if (items.every((it) => it.kind === 'list')) return items.map((value) => list({ ...entry, value }, notices) ?? []);
  notices.push(about(entry, TEXTS.notLists));
  return undefined;
}

/** Keys with values of one kind. */
function group<V>(
  entry: ComposeEntry | undefined,
  key: Key | undefined,
  notices: Notice[],
  read: (entry: ComposeEntry, notices: Notice[]) => V | undefined,
): Readonly<Record<string, V>> | undefined {
  if (!entry || key?.shape.kind !== 'group' || isEmpty(entry.value)) return undefined;
  if (entry.value.kind !== 'map') {
    notices.push(about(entry, TEXTS.notAGroup, { known: Object.keys(key.shape.keys).join(', ') }));
    return undefined;
  }
  const result: Record<string, V> = {};
  for (const [name, inner] of knownEntries(entry.value, key.shape.keys, notices)) {
    const values = read(inner, notices);
    if (values !== undefined) result[name] = values;
  }
  return result;
}

function isEmpty(node: ComposeNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function unknownKey({ key }: ComposeEntry, known: readonly string[]): Notice {
  const near = nearest(key.value, known);
  return near === undefined
    ? notice('config', { template: TEXTS.unknownKey, data: { key: key.value, known: known.join(', ') } }, key.range)
    : replaceable(
        'config',
        { template: TEXTS.unknownKeyNear, data: { key: key.value, near } },
        key.range,
        key.value,
        near,
      );
}

function unknownRule(id: string, range: Range): Notice {
  const near = nearest(
    id,
    RULES.map((it) => it.id),
  );
  return near === undefined
    ? notice('unknown-rule', { template: TEXTS.noRule, data: { id } }, range)
    : replaceable('unknown-rule', { template: TEXTS.noRuleNear, data: { id, near } }, range, id, near);
}

function wrongWord(key: string, value: string, known: readonly string[], range: Range): Notice {
  const near = nearest(value, known);
  const data = { key, value: value.slice(0, 40) };
  return near === undefined
    ? notice('config', { template: TEXTS.notALevel, data: { ...data, known: known.join(', ') } }, range)
    : replaceable('config', { template: TEXTS.notALevelNear, data: { ...data, near } }, range, data.value, near);
}

function about({ key, value }: ComposeEntry, template: string, data: Readonly<Record<string, string>> = {}): Notice {
  return notice('config', { template, data: { key: key.value, ...data } }, value.range);
}

function notice(code: Notice['code'], message: Text, range: Range): Notice {
  return { code, message, range, severity: code === 'syntax' ? 'error' : 'warning', fixes: [] };
}

function replaceable(code: Notice['code'], message: Text, range: Range, written: string, near: string): Notice {
  const title = { template: TEXTS.replace, data: { written, near } };
  return {
    ...notice(code, message, range),
    // It changes which findings are shown, so a person has to want it.
    fixes: [{ title, applicability: 'unsafe', edits: [{ range, text: near }] }],
  };
}
