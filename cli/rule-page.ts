import { dedent, readMarks } from '../rules/core/example.js';
import { paragraphsOf, render, type Translations } from '../rules/core/message.js';
import type { Example, RegisteredRule, Target } from '../rules/core/rule.js';
import { standardSections } from '../rules/core/standards.js';
import { type Say, sayIn } from './say.js';
import { TEXTS } from './texts.js';

export interface RulePage {
  /** Paragraphs. */
  readonly why: readonly string[];
  /** For a terminal; `emphasize` marks headings. */
  readonly text: (emphasize: (heading: string) => string) => string;
  readonly markdown: string;
}

/** A part of the page; code keeps its lines, prose is wrapped by whoever shows it. */
type Part =
  | { readonly heading: string }
  | { readonly prose: string }
  | { readonly list: readonly string[] }
  | { readonly code: string; readonly language: string };

const LANGUAGES: Readonly<Record<Target, string>> = {
  dockerfile: 'dockerfile',
  compose: 'yaml',
  ci: 'yaml',
  engine: 'text',
};
/** Columns. */
const WIDTH = 80;

/** What there is to know of a rule, from the rule itself: what `explain` prints and what SARIF viewers show as help. */
export function rulePage(rule: RegisteredRule, translations: Translations): RulePage {
  const say = sayIn(translations);
  const why = paragraphsOf(rule.why).map((it) => say(it));
  const parts = partsOf(rule, why, say, translations);
  return {
    why,
    text: (emphasize) => parts.map((it) => asText(it, emphasize)).join('\n\n'),
    markdown: parts.map(asMarkdown).join('\n\n'),
  };
}

function partsOf(rule: RegisteredRule, why: readonly string[], say: Say, translations: Translations): readonly Part[] {
  const { number, title } = rule.practice;
  const kinds = Object.keys(rule.check).join(', ');
  const fixSafety = paragraphsOf(rule.fixSafety ?? '').map((it) => say(it));
  const bad = rule.examples.find((it) => 'bad' in it && it.fixed !== null) ?? rule.examples.find((it) => 'bad' in it);
  const good = rule.examples.find((it) => 'good' in it);
  const standards = standardSections(rule.standards).map((it) => (it.link ? `${it.name}: ${it.link}` : it.name));
  return [
    { prose: say(rule.summary) },
    {
      list: [
        say(TEXTS.practice, { number: String(number), title: say(title) }),
        say(rule.profile === 'strict' ? TEXTS.strictRule : TEXTS.levelOf, { level: rule.severity }),
        say(TEXTS.judges, { kinds }),
      ],
    },
    { heading: say(TEXTS.why) },
    ...why.map((prose) => ({ prose })),
    ...(bad ? exampleParts(bad, say, translations) : []),
    ...(good ? exampleParts(good, say, translations) : []),
    ...(fixSafety.length > 0 ? [{ heading: say(TEXTS.fixSafety) }, ...fixSafety.map((prose) => ({ prose }))] : []),
    { heading: say(TEXTS.silence) },
    {
      list: [
        say(TEXTS.silenceHow, { comment: `# seaworthy: ignore[${rule.id}] ${say(TEXTS.reason)}` }),
        say(TEXTS.silenceConfig, { setting: `rules: { ${rule.id}: off }` }),
      ],
    },
    ...listPart(say(TEXTS.standards), standards),
    ...listPart(say(TEXTS.references), rule.references),
  ];
}

function exampleParts(example: Example, say: Say, translations: Translations): readonly Part[] {
  const title = render({ template: example.title, data: {} }, translations);
  const code = (written: string): Part => ({
    code: dedent(readMarks(written).text),
    language: LANGUAGES[example.in],
  });
  if ('good' in example)
    return [{ heading: say(TEXTS.exampleGood, { title }) }, code(example.good), ...aroundParts(example.around ?? {})];
  return [
    { heading: say(TEXTS.exampleBad, { title }) },
    code(example.bad),
    ...aroundParts(example.around ?? {}),
    ...(example.fixed === null ? [] : [{ heading: say(TEXTS.exampleFixed) }, code(example.fixed)]),
    ...aroundParts(example.fixedAround ?? {}),
  ];
}

/** Other files that count, each below its path. */
function aroundParts(texts: Readonly<Record<string, string>>): readonly Part[] {
  return Object.entries(texts).flatMap(([path, text]): readonly Part[] => [
    { prose: `${path}:` },
    { code: dedent(text), language: 'text' },
  ]);
}

function listPart(heading: string, list: readonly string[]): readonly Part[] {
  return list.length > 0 ? [{ heading }, { list }] : [];
}

function asText(part: Part, emphasize: (heading: string) => string): string {
  if ('heading' in part) return emphasize(part.heading);
  if ('prose' in part) return wrapped(part.prose);
  if ('list' in part) return part.list.map((it) => `  ${it}`).join('\n');
  return part.code.replace(/^(?=.)/gm, '    ');
}

function asMarkdown(part: Part): string {
  if ('heading' in part) return `## ${part.heading}`;
  if ('prose' in part) return part.prose;
  if ('list' in part) return part.list.map((it) => `- ${it}`).join('\n');
  return `\`\`\`${part.language}\n${part.code}\n\`\`\``;
}

/** Breaks at blanks only: Japanese text stays one line, which a terminal breaks anywhere. */
function wrapped(prose: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of prose.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
