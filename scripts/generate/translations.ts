import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { globSync } from 'tinyglobby';
import { KEYS, type Key } from '../../rules/configuration/keys.js';
import { paragraphsOf, type Translations } from '../../rules/core/message.js';
import { PRACTICES } from '../../rules/core/practice.js';
import type { RegisteredRule } from '../../rules/core/rule.js';
import { ROOT } from '../run-tool.js';

const FOLDER = 'l10n/ja';

/** The texts of one place in the code, and the file with their translations. */
export interface TextSource {
  /** `l10n/ja/missing-user.json`, from the project root. */
  readonly file: string;
  readonly templates: readonly string[];
  /** Those of them that an editor shows: they travel with the extension. */
  readonly inEditor: readonly string[];
  /** Those that the command line shows. */
  readonly onCommandLine: readonly string[];
}

export interface LoadedTranslations {
  readonly japanese: Translations;
  readonly problems: readonly string[];
}

/** Every English template of a rule, in the order a reader meets them. */
export function ruleTemplates(rule: RegisteredRule): readonly string[] {
  return [...editorTemplates(rule), ...paragraphsOf(rule.fixSafety ?? ''), ...rule.examples.map((it) => it.title)];
}

/** Without what only pages and the command line show. */
function editorTemplates(rule: RegisteredRule): readonly string[] {
  return [
    rule.summary,
    ...paragraphsOf(rule.why),
    ...Object.values(rule.messages),
    ...Object.values(rule.titles ?? {}),
    ...Object.values(rule.labels ?? {}),
  ];
}

export async function textSources(rules: readonly RegisteredRule[]): Promise<readonly TextSource[]> {
  const sources = new Map<string, TextSource>();
  const add = (name: string, texts: Omit<TextSource, 'file'>): void => {
    const file = `${FOLDER}/${name}.json`;
    const known = sources.get(file);
    const joined = (key: keyof typeof texts): readonly string[] => [
      ...new Set([...(known?.[key] ?? []), ...texts[key]]),
    ];
    sources.set(file, {
      file,
      templates: joined('templates'),
      inEditor: joined('inEditor'),
      onCommandLine: joined('onCommandLine'),
    });
  };
  for (const rule of rules) {
    const templates = ruleTemplates(rule);
    add(rule.id, { templates, inEditor: editorTemplates(rule), onCommandLine: templates });
  }
  for (const file of textFiles()) {
    const folder = path.dirname(file).replaceAll(path.sep, '/');
    const [part] = folder.split('/');
    const templates = await templatesIn(file);
    add(folder.replaceAll('/', '.'), {
      templates,
      inEditor: part === 'scripts' || part === 'cli' ? [] : templates,
      onCommandLine: part === 'scripts' || part === 'server' || part === 'client' ? [] : templates,
    });
  }
  const practices = PRACTICES.map((it) => it.title);
  add('rules.core', { templates: practices, inEditor: practices, onCommandLine: practices });
  add('configuration', { templates: descriptionsOf(KEYS), inEditor: [], onCommandLine: [] });
  return [...sources.values()];
}

/** The Japanese texts by their English ones; what is missing, left over or said in two ways is a problem. */
export function loadTranslations(sources: readonly TextSource[]): LoadedTranslations {
  const japanese: Record<string, string> = {};
  const problems: string[] = [];
  for (const { file, templates } of sources) {
    const entries = readTranslations(file, problems);
    const missing = templates.filter((it) => !entries[it]);
    if (missing.length > 0) problems.push(missingIn(file, missing));
    for (const [english, translated] of Object.entries(entries)) {
      if (!templates.includes(english)) problems.push(`${file}: "${english}" is in no text of the code. Remove it.`);
      else if (!samePlaceholders(english, translated))
        problems.push(`${file}: the placeholders of "${english}" are not those of its translation.`);
      else if (Object.hasOwn(japanese, english) && japanese[english] !== translated)
        problems.push(`${file}: "${english}" is translated in another way elsewhere. Use one of the two.`);
      else japanese[english] = translated;
    }
  }
  const known = new Set(sources.map((it) => it.file));
  const folder = path.join(ROOT, FOLDER);
  const present = existsSync(folder) ? readdirSync(folder).map((it) => `${FOLDER}/${it}`) : [];
  for (const file of present)
    if (!known.has(file)) problems.push(`${file} belongs to no rule and no texts.ts. Remove it.`);
  return { japanese, problems };
}

/** The bundles that VS Code reads, and beside them what the command line shows besides. */
export function bundles(sources: readonly TextSource[], japanese: Translations): ReadonlyMap<string, string> {
  const inEditor = new Set(sources.flatMap((it) => it.inEditor));
  const besides = new Set(sources.flatMap((it) => it.onCommandLine).filter((it) => !inEditor.has(it)));
  const translated = (templates: ReadonlySet<string>): string =>
    json(
      Object.fromEntries(
        [...templates]
          .sort()
          .filter((it) => japanese[it] !== undefined)
          .map((it) => [it, japanese[it]]),
      ),
    );
  return new Map([
    ['l10n/bundle.l10n.json', json(Object.fromEntries([...inEditor].sort().map((it) => [it, it])))],
    ['l10n/bundle.l10n.ja.json', translated(inEditor)],
    ['l10n/command-line.ja.json', translated(besides)],
  ]);
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Descriptions of the configuration's keys, inner ones included. */
export function descriptionsOf(keys: Readonly<Record<string, Key>>): readonly string[] {
  return Object.values(keys).flatMap(({ description, shape }) => [
    description,
    ...(shape.kind === 'group' ? descriptionsOf(shape.keys) : []),
  ]);
}

function textFiles(): readonly string[] {
  const folders = ['rules', 'workspace', 'server', 'client', 'cli', 'scripts'];
  return folders.flatMap((it) => globSync(`${it}/**/texts.ts`, { cwd: ROOT })).sort();
}

async function templatesIn(file: string): Promise<readonly string[]> {
  const loaded: unknown = await import(pathToFileURL(path.join(ROOT, file)).href);
  const texts = (loaded as { readonly TEXTS?: Readonly<Record<string, string>> }).TEXTS;
  if (texts === undefined) throw new Error(`${file} exports no TEXTS`);
  return Object.values(texts);
}

function readTranslations(file: string, problems: string[]): Translations {
  const place = path.join(ROOT, file);
  if (!existsSync(place)) return {};
  try {
    const value: unknown = JSON.parse(readFileSync(place, 'utf8'));
    const entries = Object.entries(value as object).filter((it): it is [string, string] => typeof it[1] === 'string');
    return Object.fromEntries(entries);
  } catch (error) {
    problems.push(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

function missingIn(file: string, missing: readonly string[]): string {
  const [first = ''] = missing;
  const shown = first.length > 60 ? `${first.slice(0, 60)}…` : first;
  const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
  return `${file} lacks the translation of "${shown}"${more}.`;
}

function samePlaceholders(one: string, other: string): boolean {
  const names = (text: string): string => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join();
  return names(one) === names(other);
}
