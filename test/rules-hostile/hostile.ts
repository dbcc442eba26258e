import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type AnalyzeOptions, analyze, type Source } from '../../rules/core/analyze.js';
import { exampleText, readMarks } from '../../rules/core/example.js';
import type { Example, RegisteredRule } from '../../rules/core/rule.js';
import { RULES } from '../../rules/registry.generated.js';
import { exampleProject } from '../../workspace/example-project.js';

/**
 * Every rule's worst strings, made of its own examples: what it looks for over and over, begun and never ended, nested, as
 * one word, and as many lines. Whoever writes the files that are judged must not be able to stop an editor with them.
 */

/** Characters of the smaller text. The larger one has four times as many. */
const LENGTH = 6_000;
/** Linear work takes 4 times as long for the larger text, work that grows with the square 16 times. */
const MOST = 10;
/** Milliseconds that no comparison is made below: the clock and the collector of memory are coarser than the work. */
const UNMEASURABLE = 60;
/** How often what looks too much is measured again: other work on the machine makes it look more, never less. */
const ATTEMPTS = 5;

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
        expect(growth(rule, example, textOf), name).toBeLessThan(MOST);
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
    expect(growth({ ...model, ...slow }, example, (length) => `FROM ${'a'.repeat(length)}\n`)).toBeGreaterThan(MOST);
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

function filled(unit: string, length: number): string {
  return unit === '' ? '' : unit.repeat(Math.ceil(length / unit.length));
}

/** How many times longer the rule takes for four times the text. */
function growth(rule: RegisteredRule, example: Bad, textOf: (length: number) => string): number {
  let large = milliseconds(rule, example, textOf(4 * LENGTH));
  let small = Number.POSITIVE_INFINITY;
  let times = 4;
  for (let attempt = 1; attempt <= ATTEMPTS && large >= UNMEASURABLE; attempt++) {
    // Programs that were read before are known: each attempt has others.
    large = Math.min(large, milliseconds(rule, example, textOf(4 * (LENGTH + attempt * STEP))));
    for (const part of [0, 1, 2])
      small = Math.min(small, milliseconds(rule, example, textOf(LENGTH + attempt * STEP + part * (STEP / 4))));
    times = large / small;
    if (times < MOST) break;
  }
  return large < UNMEASURABLE ? 4 : times;
}

const STEP = 400;

/** Of the processor, not of the clock: the machine may be busy. */
function milliseconds(rule: RegisteredRule, example: Bad, text: string): number {
  const source: Source = { kind: example.in, text };
  const options: AnalyzeOptions = {
    config: { ...DEFAULT_CONFIG, profile: 'strict', ...example.config },
    project: exampleProject(example),
    rules: [rule],
    only: new Set([rule.id]),
  };
  const start = process.cpuUsage();
  analyze(source, options);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
