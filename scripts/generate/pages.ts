import { exampleText } from '../../rules/core/example.js';
import type { Applicability } from '../../rules/core/finding.js';
import { paragraphsOf, render, type Text, type Translations } from '../../rules/core/message.js';
import { PRACTICES, type Practice } from '../../rules/core/practice.js';
import type { Example, RegisteredRule, Target } from '../../rules/core/rule.js';
import { standardSections } from '../../rules/core/standards.js';
import { lineStarts, positionAt } from '../../rules/core/text.js';
import { applicabilities, badExamples, ignoredLines, type ShownExample } from './shown.js';
import { TEXTS } from './texts.js';

/** A language that pages are written in. */
export interface PageLanguage {
  readonly translations: Translations;
  /** Folder of its pages, from the project root. */
  readonly folder: string;
  /** The other language: its name and the way to its folder from a practice's folder. */
  readonly other: { readonly name: string; readonly folder: string };
}

export function pageLanguages(japanese: Translations): readonly PageLanguage[] {
  return [
    { translations: {}, folder: 'docs/rules', other: { name: '日本語', folder: 'ja/rules' } },
    { translations: japanese, folder: 'docs/ja/rules', other: { name: 'English', folder: '../rules' } },
  ];
}

/** How many examples of a kind a page shows: the others are there to be tested. */
const SHOWN = 1;

const TOOLS: Readonly<Record<string, string>> = {
  hadolint: 'hadolint',
  buildkit: 'BuildKit',
  checkov: 'Checkov',
  trivy: 'Trivy',
  kics: 'KICS',
  semgrep: 'Semgrep',
  dclint: 'dclint',
  tally: 'tally',
};

export function rulePage(rule: RegisteredRule, language: PageLanguage): string {
  const say = speaker(language);
  const shown = badExamples(rule);
  return page([
    `<!-- ${render({ template: TEXTS.generated, data: { source: sourceOf(rule) } }, {})} -->`,
    `# ${rule.id}`,
    `[${language.other.name}](../../${language.other.folder}/${rule.practice.folder}/${rule.id}.md)`,
    `**${say(rule.summary)}**`,
    facts(rule, shown, say),
    `## ${say(TEXTS.why)}`,
    ...paragraphsOf(rule.why).map((it) => say(it)),
    `## ${say(TEXTS.examples)}`,
    ...examples(rule, shown, say),
    `## ${say(TEXTS.howToFix)}`,
    ...howToFix(rule, shown, say),
    `## ${say(TEXTS.ignore)}`,
    ...ignoring(shown, say),
    `## ${say(TEXTS.settings)}`,
    ...settings(rule, say),
    ...standards(rule, say),
    ...references(rule, say),
    ...equivalents(rule, say),
  ]);
}

/** All rules by practice, `docs/rules/README.md`. */
export function indexPage(rules: readonly RegisteredRule[], language: PageLanguage): string {
  const say = speaker(language);
  return page([
    `<!-- ${render({ template: TEXTS.generated, data: { source: 'rules/checks' } }, {})} -->`,
    `# ${say(TEXTS.index)}`,
    `[${language.other.name}](../${language.other.folder}/README.md)`,
    say(TEXTS.indexIntro),
    ...PRACTICES.flatMap((practice) => [
      `## ${practiceTitle(practice, say)}`,
      ruleTable(
        rules.filter((it) => it.practice === practice),
        say,
        (it) => `${practice.folder}/${it.id}.md`,
      ),
    ]),
  ]);
}

/** The table of the project's README. */
export function readmeTable(rules: readonly RegisteredRule[]): string {
  const say = speaker({ translations: {} });
  return PRACTICES.map((practice) => {
    const own = rules.filter((it) => it.practice === practice);
    const head = `**${practiceTitle(practice, say)}**`;
    return `${head}\n\n${ruleTable(own, say, (it) => `docs/rules/${practice.folder}/${it.id}.md`)}`;
  }).join('\n\n');
}

type Speaker = (template: string, data?: Readonly<Record<string, string>>) => string;

function speaker({ translations }: Pick<PageLanguage, 'translations'>): Speaker {
  return (template, data = {}) => render({ template, data }, translations);
}

function page(parts: readonly string[]): string {
  return `${parts.filter((it) => it !== '').join('\n\n')}\n`;
}

function ruleTable(rules: readonly RegisteredRule[], say: Speaker, link: (rule: RegisteredRule) => string): string {
  if (rules.length === 0) return say(TEXTS.noRules);
  return table(
    [TEXTS.rule, TEXTS.what, TEXTS.files, TEXTS.level, TEXTS.fix].map((it) => say(it)),
    rules.map((it) => [
      `[${it.id}](${link(it)})`,
      say(it.summary),
      filesOf(it, say),
      it.profile === 'strict' ? `${it.severity}, strict` : it.severity,
      fixesOf(badExamples(it), say),
    ]),
  );
}

function facts(rule: RegisteredRule, shown: readonly ShownExample[], say: Speaker): string {
  const level = say(rule.profile === 'strict' ? TEXTS.strictOnly : TEXTS.onByDefault, { level: rule.severity });
  return table(
    [TEXTS.practice, TEXTS.level, TEXTS.files, TEXTS.fix].map((it) => say(it)),
    [
      [
        `[${practiceTitle(rule.practice, say)}](../README.md#${anchor(practiceTitle(rule.practice, say))})`,
        level,
        filesOf(rule, say),
        fixesOf(shown, say),
      ],
    ],
  );
}

function practiceTitle({ number, title }: Practice, say: Speaker): string {
  return `${number}. ${say(title)}`;
}

/** The name that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

function filesOf({ check }: RegisteredRule, say: Speaker): string {
  const kinds: readonly Target[] = ['dockerfile', 'compose', 'ci', 'engine'];
  return kinds
    .filter((it) => check[it])
    .map((it) => say(TEXTS[it]))
    .join(', ');
}

function fixesOf(shown: readonly ShownExample[], say: Speaker): string {
  const found = applicabilities(shown);
  return found.length === 0 ? say(TEXTS.noFix) : found.map((it) => say(TEXTS[it])).join(', ');
}

function examples(rule: RegisteredRule, shown: readonly ShownExample[], say: Speaker): readonly string[] {
  const kinds: readonly Target[] = ['dockerfile', 'compose', 'ci', 'engine'];
  return kinds.flatMap((kind) => [
    ...shown
      .filter((it) => it.example.in === kind)
      .slice(0, SHOWN)
      .flatMap((it) => badExample(it, say)),
    ...rule.examples
      .filter((it) => it.in === kind && 'good' in it)
      .slice(0, SHOWN)
      .flatMap((it) => goodExample(it, say)),
  ]);
}

function badExample({ example, text, findings }: ShownExample, say: Speaker): readonly string[] {
  const [first] = findings;
  const titles = (first?.fixes ?? []).map((it) => say(TEXTS.quoted, { text: say(it.title.template, it.title.data) }));
  return [
    `### ${say(example.title)}`,
    ...files({ ...named(example, text), ...example.around }, example),
    findings.map((it) => `- ${reported(text, it.range, it.message, say)}`).join('\n'),
    ...(example.fixed === null
      ? []
      : [
          say(TEXTS.after, { title: titles[0] ?? '' }),
          ...files({ ...changed(example, text, example.fixed), ...example.fixedAround }, example),
        ]),
    ...(example.alternatives ?? []).flatMap((it, index) => [
      say(TEXTS.alternative, { title: titles[index + 1] ?? '' }),
      code(example.in, exampleText(it, '\n')),
    ]),
  ];
}

function goodExample(example: Example, say: Speaker): readonly string[] {
  if (!('good' in example)) return [];
  return [
    `### ${say(example.title)}`,
    say(TEXTS.fine),
    ...files({ ...named(example, example.good), ...example.around }, example),
  ];
}

/** Code blocks; where several files count, each below its path. */
function files(texts: Readonly<Record<string, string>>, { in: kind, path }: Example): readonly string[] {
  return Object.entries(texts).flatMap(([name, text]) => {
    const shown = exampleText(text, '\n');
    if (path === undefined) return [code(kind, shown)];
    return [`\`${name}\`:`, name === path ? code(kind, shown) : `\`\`\`text\n${shown}\`\`\``];
  });
}

function named({ path = '' }: Example, text: string): Readonly<Record<string, string>> {
  return { [path]: text };
}

/** Nothing where a fix changes other files only. */
function changed(example: Example, before: string, after: string): Readonly<Record<string, string>> {
  return exampleText(after, '\n') === before ? {} : named(example, after);
}

function reported(
  text: string,
  range: { readonly start: number; readonly end: number },
  message: Text,
  say: Speaker,
): string {
  const { line } = positionAt(lineStarts(text), range.start);
  const [first = '', ...others] = text.slice(range.start, range.end).split('\n');
  const marked = others.length > 0 ? `${first.trimEnd()} …` : first;
  return say(TEXTS.reported, {
    line: String(line + 1),
    code: inlineCode(marked),
    message: say(message.template, message.data),
  });
}

function howToFix(rule: RegisteredRule, shown: readonly ShownExample[], say: Speaker): readonly string[] {
  const found = applicabilities(shown);
  if (found.length === 0) {
    const messages = Object.values(rule.messages).map((it) => `- ${blanks(say(it))}`);
    return [say(TEXTS.fixByHand), messages.join('\n')];
  }
  return found.flatMap((applicability) => [
    say({ safe: TEXTS.safeFixes, unsafe: TEXTS.unsafeFixes, manual: TEXTS.manualFixes }[applicability]),
    titlesOf(shown, applicability, say),
    ...(applicability !== found.at(-1) || applicability === 'safe'
      ? []
      : paragraphsOf(rule.fixSafety ?? '').map((it) => say(it))),
  ]);
}

function titlesOf(shown: readonly ShownExample[], applicability: Applicability, say: Speaker): string {
  const fixes = shown.flatMap((it) => it.findings.flatMap((finding) => finding.fixes));
  const titles = new Set(fixes.filter((it) => it.applicability === applicability).map((it) => it.title.template));
  return [...titles].map((it) => `- ${blanks(say(it))}`).join('\n');
}

function ignoring(shown: readonly ShownExample[], say: Speaker): readonly string[] {
  const kinds: readonly Target[] = ['dockerfile', 'compose', 'ci'];
  const blocks = kinds.flatMap((kind) => {
    const first = shown.find((it) => it.example.in === kind && it.findings.length > 0);
    const lines = first && ignoredLines(first, say(TEXTS.ignoreReason));
    return lines === undefined ? [] : [code(kind, `${lines}\n`)];
  });
  return [say(TEXTS.ignoreIntro), ...blocks];
}

function settings({ id, severity, profile }: RegisteredRule, say: Speaker): readonly string[] {
  const level = profile === 'strict' ? severity : 'off';
  return [
    say(profile === 'strict' ? TEXTS.settingsStrict : TEXTS.settingsIntro),
    `\`\`\`yaml\nrules:\n  ${id}: ${level}\n\`\`\``,
  ];
}

function standards({ standards }: RegisteredRule, say: Speaker): readonly string[] {
  const sections = standardSections(standards);
  if (sections.length === 0) return [];
  return [
    `## ${say(TEXTS.standards)}`,
    sections.map(({ name, link }) => `- ${link ? `[${name}](${link})` : name}`).join('\n'),
  ];
}

function references({ references }: RegisteredRule, say: Speaker): readonly string[] {
  return references.length === 0 ? [] : [`## ${say(TEXTS.references)}`, references.map((it) => `- <${it}>`).join('\n')];
}

function equivalents({ equivalents }: RegisteredRule, say: Speaker): readonly string[] {
  const rows = Object.entries(equivalents)
    .filter(([, ids]) => ids.length > 0)
    .map(([tool, ids]: readonly [string, readonly string[]]) => [TOOLS[tool] ?? tool, ids.map(inlineCode).join(', ')]);
  if (rows.length === 0) return [];
  return [`## ${say(TEXTS.equivalents)}`, say(TEXTS.equivalentsIntro), table([say(TEXTS.tool), say(TEXTS.ids)], rows)];
}

function sourceOf({ id, practice }: RegisteredRule): string {
  return `rules/checks/${practice.folder}/${id}.ts`;
}

function code(kind: Target, text: string): string {
  const language = kind === 'dockerfile' ? 'dockerfile' : kind === 'engine' ? 'text' : 'yaml';
  const fence = text.includes('```') ? '````' : '```';
  return `${fence}${language}\n${text}${fence}`;
}

function inlineCode(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Placeholders as a reader knows them. */
function blanks(template: string): string {
  return template.replace(/\{\w+\}/g, '…');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((it) => it.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
