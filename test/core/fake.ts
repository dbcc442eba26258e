import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, type AnalyzeOptions, analyze } from '../../rules/core/analyze.js';
import type { Edit } from '../../rules/core/edit.js';
import type { Finding } from '../../rules/core/finding.js';
import { PRACTICES } from '../../rules/core/practice.js';
import { STANDALONE } from '../../rules/core/project.js';
import type { Document, RegisteredRule, Target } from '../../rules/core/rule.js';

type Check = (document: Document) => readonly Finding[];

/** A rule of a test: what it checks, and whatever else of it matters. */
export function fakeRule(id: string, check: Check, more: Partial<RegisteredRule> = {}): RegisteredRule {
  return {
    id,
    practice: PRACTICES[0],
    severity: 'warning',
    summary: 'A rule of a test.',
    why: 'It is tested.',
    references: [],
    standards: {},
    equivalents: {},
    messages: { found: 'Found {word}.' },
    titles: { fix: 'Fix it' },
    labels: { here: 'Here' },
    check: { dockerfile: check, compose: check, ci: check },
    examples: [],
    ...more,
  };
}

/** Reports every place where a word stands. */
export function findsWord(word: string, edit?: (start: number) => Edit): Check {
  return ({ text }) =>
    [...text.matchAll(new RegExp(word, 'g'))].map(({ index }) => ({
      message: 'found',
      data: { word },
      range: { start: index, end: index + word.length },
      ...(edit ? { fixes: [{ title: 'fix', applicability: 'safe', edits: [edit(index)] }] } : {}),
    }));
}

/** Replaces the word wherever it stands. */
export function replacesWord(word: string, by: string): Check {
  return findsWord(word, (start) => ({ range: { start, end: start + word.length }, text: by }));
}

export function optionsWith(rules: readonly RegisteredRule[], more: Partial<AnalyzeOptions> = {}): AnalyzeOptions {
  return { config: DEFAULT_CONFIG, project: STANDALONE, rules, ...more };
}

export function analyzed(
  kind: Target,
  text: string,
  rules: readonly RegisteredRule[],
  more: Partial<AnalyzeOptions> = {},
): Analysis {
  return analyze({ kind, text }, optionsWith(rules, more));
}

/** `id@start` of every finding. */
export function found({ findings }: Analysis): readonly string[] {
  return findings.map((it) => `${it.rule.id}@${it.range.start}`);
}
