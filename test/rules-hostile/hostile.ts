import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type AnalyzeOptions, analyze } from '../../rules/core/analyze.js';
import { exampleText, readMarks } from '../../rules/core/example.js';
import type { Example, RegisteredRule } from '../../rules/core/rule.js';
import { RULES } from '../../rules/registry.generated.js';
import { exampleDigests, exampleProject } from '../../workspace/example-project.js';
import { filled, growth, LINEAR } from '../growth.js';

/**
 * Every rule's worst strings, made of its own examples: what it looks for over and over, begun and never ended, nested, as
 * one word, and as many lines. Whoever writes the files that are judged must not be able to stop an editor with them.
 */

/** Characters of the smaller text. The larger one has four times as many. */
const LENGTH = 6_000;

type Bad = Extract<Example, { readonly bad: string }>;
type Hostile = readonly [name: string, textOf: (length: number) => string];

/** Tests that time grows with the text, for every second rule from `first` on: two files run side by side. */
export function testRules(first: 0 | 1): void {
  describe.each(RULES.filter((_, index) => index % 2 === first))('$id takes a time that grows with the text', hostile);
}

function hostile(rule: RegisteredRule): void {
  const kinds = new Set(rule.examples.map((example) => example.in));
  for (const kind of kinds) {
    const example = rule.examples.find((one): one is Bad => one.in === kind && 'bad' in one);
    if (!example) continue;
    it(`in ${kind}`, { timeout: 120_000 }, () => {
      for (const [name, textOf] of hostileTexts(example))
        expect(growth(LENGTH, judged(rule, example, textOf)), name).toBeLessThan(LINEAR);
    });
  }
}

export function testTheMeasure(): void {
  it('tells what grows with the square', () => {
    const slow = {
      id: 'slow',
      check: {
        dockerfile: ({ text }: { readonly text: string }) => {
          for (let start = 0; start < text.length; start += 16) text.slice(start).split('a').join('b');
          return [];
        },
      },
    };
    const [model] = RULES;
    if (!model) throw new Error('There are no rules');
    const example: Bad = { title: '', in: 'dockerfile', bad: 'FROM a', expect: [], fixed: null };
    const judge = judged({ ...model, ...slow }, example, (length) => `FROM ${'a'.repeat(length)}\n`);
    expect(growth(LENGTH, judge)).toBeGreaterThan(LINEAR);
  });
}

function hostileTexts(example: Bad): readonly Hostile[] {
  const { text, marks } = readMarks(exampleText(example.bad, '\n'));
  const mark = marks[0] ?? { start: text.length, end: text.length };
  const flagged = text.slice(mark.start, mark.end);
  const lineStart = text.lastIndexOf('\n', mark.start) + 1;
  const nextLine = text.indexOf('\n', mark.end) + 1 || text.length;
  const line = text.slice(lineStart, nextLine);
  const instead =
    (unit: string) =>
    (length: number): string =>
      text.slice(0, mark.start) + filled(unit, length) + text.slice(mark.end);
  const behind =
    (unit: string) =>
    (length: number): string =>
      text.slice(0, mark.end) + filled(unit, length) + text.slice(mark.end);
  const words = [...new Set(flagged.split(/\s+/).filter((it) => it !== ''))].slice(0, 3);
  const marksNear = [...new Set(line.replace(/[\w\s]/g, ''))].slice(0, 8);
  return [
    ...words.map((it): Hostile => [`the word ${it}`, instead(it)]),
    ...words.map((it): Hostile => [`the words ${it}`, instead(`${it} `)]),
    ['half of what is flagged', behind(flagged.slice(0, Math.ceil(flagged.length / 2)))],
    ...marksNear.map((it): Hostile => [`the sign ${it}`, behind(it)]),
    ['one long word', (length) => behind('a')(2 * length)],
    ['blanks', behind(' ')],
    ['substitutions', behind('$(')],
    ['variables', behind('${a:-')],
    ['lines', (length) => text.slice(0, lineStart) + filled(line, length) + text.slice(nextLine)],
    ['files', (length) => filled(text, length)],
  ];
}

function judged(rule: RegisteredRule, example: Bad, textOf: (length: number) => string): (length: number) => void {
  const options: AnalyzeOptions = {
    config: { ...DEFAULT_CONFIG, profile: 'strict', ...example.config },
    project: exampleProject(example),
    digests: exampleDigests(example),
    rules: [rule],
    only: new Set([rule.id]),
  };
  return (length) => analyze({ kind: example.in, text: textOf(length) }, options);
}
