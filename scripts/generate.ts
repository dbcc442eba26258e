import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { indexPage, pageLanguages, readmeTable, rulePage } from './generate/pages.js';
import { registry } from './generate/registry.js';
import { loadRules } from './generate/rules.js';
import { configSchema, settingsFiles } from './generate/settings.js';
import { bundles, loadTranslations, textSources } from './generate/translations.js';
import { ROOT } from './run-tool.js';

/**
 * `npm run generate [-- --check]`: writes everything that follows from the rules, or, with `--check`, names what is out
 * of date, missing or left over, and ends with 1.
 */

const check = process.argv.includes('--check');
const { rules, problems } = await loadRules();
const sources = await textSources(rules);
const { japanese, problems: untranslated } = loadTranslations(sources);
const languages = pageLanguages(japanese);

const files = new Map<string, string>([
  ['rules/registry.generated.ts', registry(rules)],
  ...bundles(sources, japanese),
  ...settingsFiles(rules, japanese),
  ['schemas/config.schema.json', configSchema(rules)],
  ['README.md', readme()],
  ...languages.flatMap((it) => [
    [`${it.folder}/README.md`, indexPage(rules, it)] as const,
    ...rules.map((rule) => [`${it.folder}/${rule.practice.folder}/${rule.id}.md`, rulePage(rule, it)] as const),
  ]),
]);

const stale = [...files].filter(([name, text]) => current(name) !== text);
// The page of a rule that does not load at the moment is no stray one.
const stray = problems.length > 0 ? [] : languages.flatMap((it) => pagesIn(it.folder)).filter((it) => !files.has(it));

if (check) {
  report([
    ...problems,
    ...untranslated,
    ...stale.map(([name]) => `${name} is out of date. Run \`npm run generate\` and commit the result.`),
    ...stray.map((it) => `${it} belongs to no rule. Run \`npm run generate\` and commit the result.`),
  ]);
} else {
  for (const [name, text] of stale) write(name, text);
  for (const it of stray) rmSync(path.join(ROOT, it));
  report(problems);
  for (const it of untranslated) console.warn(it);
  console.log(`${rules.length} rules; ${stale.length} files written, ${stray.length} removed.`);
}

function report(lines: readonly string[]): void {
  for (const line of lines) console.error(line);
  process.exitCode = lines.length > 0 ? 1 : 0;
}

function current(name: string): string | undefined {
  const file = path.join(ROOT, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** In one step, so that whoever reads the file meanwhile has the old text or the new one. */
function write(name: string, text: string): void {
  const file = path.join(ROOT, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

function pagesIn(folder: string): readonly string[] {
  const place = path.join(ROOT, folder);
  if (!existsSync(place)) return [];
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.md'));
  return names.map((it) => `${folder}/${it.replaceAll(path.sep, '/')}`);
}

/** The README is written by hand; the table between the marks is not. */
function readme(): string {
  const text = current('README.md') ?? '# Seaworthy\n\n<!-- rules -->\n<!-- /rules -->\n';
  const start = text.indexOf('<!-- rules -->');
  const end = text.indexOf('<!-- /rules -->');
  if (start < 0 || end < start) {
    problems.push('README.md has no <!-- rules --> and <!-- /rules -->. Put them where the table of rules goes.');
    return text;
  }
  return `${text.slice(0, start)}<!-- rules -->\n\n${readmeTable(rules)}\n\n${text.slice(end)}`;
}
