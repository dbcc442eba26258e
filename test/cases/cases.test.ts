import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, analyze } from '../../rules/core/analyze.js';
import { placesAt, placesOf as placesIn } from '../../rules/core/places.js';
import { STANDALONE } from '../../rules/core/project.js';
import type { Target } from '../../rules/core/rule.js';
import { lineStarts, positionAt, type Range } from '../../rules/core/text.js';
import { RULES } from '../../rules/registry.generated.js';
import { hasShared, SHARED } from '../shared.js';
import { EXCEPTIONS } from './exceptions.js';

/** A case of another linter: see shared/cases/README.md. */
interface Case {
  readonly id: string;
  readonly rules: readonly string[];
  readonly expect: 'fail' | 'pass';
  readonly language: 'dockerfile' | 'compose';
  readonly files: Readonly<Record<string, string>>;
  readonly lines: readonly number[] | null;
  readonly service?: string;
  readonly fragment?: boolean;
}

interface Outcome {
  readonly it: Case;
  readonly agrees: boolean;
  /**
   * Whether a finding stands on a line that the peer names; absent where it names none. Of several lines some are in
   * stages that do not ship.
   */
  readonly onLine?: boolean;
}

/** Not all of them: the cases that are mistaken about their own file stay in the count. See the exceptions. */
const LEFT_ALONE = { dockerfile: 0.97, compose: 0.98 } as const;
const LANGUAGES = ['dockerfile', 'compose'] as const;

const KNOWN = new Set(RULES.map((rule) => rule.id));
const CONFIG = { ...DEFAULT_CONFIG, profile: 'strict' } as const;

describe.skipIf(!hasShared('cases'))('cases of other linters', () => {
  const outcomes = allCases()
    .filter((it) => it.rules.some((id) => KNOWN.has(id)))
    .map((it) => judge(it));
  const counted = outcomes.filter(({ it: one }) => EXCEPTIONS[one.id]?.kind !== 'division');
  const share = (of: readonly Outcome[], isGood: (one: Outcome) => boolean): number =>
    of.filter(isGood).length / of.length;

  describe.each(LANGUAGES)('of %s files', (language) => {
    const own = outcomes.filter((one) => one.it.language === language);
    const those = (kind: Case['expect']): readonly Outcome[] =>
      counted.filter(
        ({ it: one }) => one.language === language && one.expect === kind && EXCEPTIONS[one.id]?.kind !== 'plan',
      );

    it('are caught', () => {
      console.log(summary('fail', language, own, counted));
      expect(share(those('fail'), (one) => one.agrees)).toBeGreaterThanOrEqual(0.97);
    });

    it('are left alone where the peer does', () => {
      console.log(summary('pass', language, own, counted));
      expect(share(those('pass'), (one) => one.agrees)).toBeGreaterThanOrEqual(LEFT_ALONE[language]);
    });

    it('are told on the line that the peer names', () => {
      const placed = own.filter((one) => one.onLine !== undefined);
      const elsewhere = placed.filter((one) => !one.onLine).map((one) => one.it.id);
      console.log(
        `${language}: ${placed.length - elsewhere.length} of ${placed.length} on the line; not: ${elsewhere.join(', ')}`,
      );
      expect(share(placed, (one) => one.onLine === true)).toBeGreaterThanOrEqual(0.95);
    });
  });

  it('follows our own plan against them in no more than three of a hundred', () => {
    const planned = Object.values(EXCEPTIONS).filter(({ kind }) => kind === 'plan').length;
    expect(planned / counted.length).toBeLessThanOrEqual(0.03);
  });

  it('disagrees only where we say why', () => {
    const disagreed = outcomes.filter((one) => !one.agrees).map((one) => one.it.id);
    expect(disagreed.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });
});

function summary(
  kind: Case['expect'],
  language: Case['language'],
  all: readonly Outcome[],
  counted: readonly Outcome[],
): string {
  const agreed = (of: readonly Outcome[]): string => {
    const those = of.filter((one) => one.it.expect === kind && one.it.language === language);
    return `${those.filter((one) => one.agrees).length} of ${those.length}`;
  };
  return `${language} cases (${kind}): ${agreed(counted)} agree; with those about the peer's own division: ${agreed(all)}`;
}

function allCases(): readonly Case[] {
  const folder = path.join(SHARED, 'cases');
  return readdirSync(folder)
    .filter((it) => it.endsWith('.jsonl'))
    .flatMap((it) => readFileSync(path.join(folder, it), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Case);
}

function judge(it: Case): Outcome {
  const found = Object.values(it.files).flatMap((text) => placesOf(it, text));
  const agrees = found.length > 0 === (it.expect === 'fail');
  if (it.expect === 'pass' || !agrees || it.lines === null || it.lines.length === 0) return { it, agrees };
  return { it, agrees, onLine: it.lines.some((line) => found.some(([first, last]) => first <= line && line <= last)) };
}

/** The instruction, or the key of the service: what a peer reports of a value may be any line of it. */
function keyOf({ document }: Analysis, around: ReturnType<typeof placesAt>): Range | undefined {
  if (document.kind !== 'compose') return around[0];
  // services, the service, its key
  return around.toReversed()[2] ?? around[0];
}

/** First and last line, from 1, of the instructions or keys that the findings stand in. */
function placesOf(it: Case, written: string): readonly (readonly [first: number, last: number])[] {
  const kind: Target = it.language;
  const added = it.fragment && !/^\s*FROM\b/im.test(written);
  const text = added ? `FROM debian:12.11\n${written}` : written;
  const analysis = analyze({ kind, text }, { config: CONFIG, project: STANDALONE });
  const starts = lineStarts(text);
  const line = (offset: number): number => positionAt(starts, offset).line + (added ? 0 : 1);
  const places = placesIn(analysis.document);
  return analysis.findings
    .filter((found) => it.rules.includes(found.rule.id) && isAbout(it, analysis, found.range))
    .map(({ range }) => keyOf(analysis, placesAt(places, range.start)) ?? range)
    .map(({ start, end }) => [line(start), line(Math.max(start, end - 1))] as const);
}

/** Where an expectation is about one service, findings in others do not count. */
function isAbout({ service }: Case, { document, source }: Analysis, range: { start: number; end: number }): boolean {
  if (service === undefined || document.kind !== 'compose') return true;
  const named = document.services.find((it) => it.name.value === service);
  if (!named) return true;
  const starts = lineStarts(source.text);
  const line = positionAt(starts, range.start).line;
  const first = positionAt(starts, named.name.range.start).line;
  const last = positionAt(starts, named.node.range.end).line;
  // A value that comes from an anchor is found where it is written, outside of the service.
  const elsewhere = document.services.every((other) => {
    const from = positionAt(starts, other.name.range.start).line;
    return line < from || line > positionAt(starts, other.node.range.end).line;
  });
  return elsewhere || (first <= line && line <= last);
}
