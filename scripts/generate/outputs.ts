import type { RegisteredRule } from '../../rules/core/rule.js';
import { current, pagesIn } from './files.js';
import { indexPage, pageLanguages, readmeTable, rulePage } from './pages.js';
import { configSchema, settingsFiles } from './settings.js';
import { bundles, loadTranslations, textSources } from './translations.js';

/** Everything that follows from the rules but the registry, which has to be right before this module can be loaded. */
export interface Outputs {
  /** By name from the project root. */
  readonly files: ReadonlyMap<string, string>;
  /** Pages of rules that there are no longer. */
  readonly stray: readonly string[];
  /** What only a person can put right. */
  readonly problems: readonly string[];
}

export async function outputs(rules: readonly RegisteredRule[]): Promise<Outputs> {
  const sources = await textSources(rules);
  const { japanese, problems } = loadTranslations(sources);
  const languages = pageLanguages(japanese);
  const readme = readmeWith(readmeTable(rules));
  const files = new Map<string, string>([
    ...bundles(sources, japanese),
    ...settingsFiles(rules, japanese),
    ['schemas/config.schema.json', configSchema(rules)],
    ...(readme === undefined ? [] : [['README.md', readme] as const]),
    ...languages.flatMap((it) => [
      [`${it.folder}/README.md`, indexPage(rules, it)] as const,
      ...rules.map((rule) => [`${it.folder}/${rule.practice.folder}/${rule.id}.md`, rulePage(rule, it)] as const),
    ]),
  ]);
  return {
    files,
    stray: languages.flatMap((it) => pagesIn(it.folder)).filter((it) => !files.has(it)),
    problems: [
      ...problems,
      ...(readme === undefined
        ? ['README.md has no <!-- rules --> and <!-- /rules -->. Put them where the rules go.']
        : []),
    ],
  };
}

/** The README is written by hand; the table between the marks is not. */
function readmeWith(table: string): string | undefined {
  const text = current('README.md') ?? '# Seaworthy\n\n<!-- rules -->\n<!-- /rules -->\n';
  const start = text.indexOf('<!-- rules -->');
  const end = text.indexOf('<!-- /rules -->');
  return start < 0 || end < start
    ? undefined
    : `${text.slice(0, start)}<!-- rules -->\n\n${table}\n\n${text.slice(end)}`;
}
