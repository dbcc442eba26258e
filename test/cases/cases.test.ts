import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { type Analysis, analyze } from '../../rules/core/analyze.js';
import { STANDALONE } from '../../rules/core/project.js';
import type { Target } from '../../rules/core/rule.js';
import { lineStarts, positionAt } from '../../rules/core/text.js';
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
}

const KNOWN = new Set(RULES.map((rule) => rule.id));
const CONFIG = { ...DEFAULT_CONFIG, profile: 'strict' } as const;

describe.skipIf(!hasShared('cases'))('cases of other linters', () => {
  const outcomes = allCases()
    .filter((it) => it.rules.some((id) => KNOWN.has(id)))
    .map((it) => ({ it, agrees: judge(it) }));
  const counted = outcomes.filter(({ it: one }) => EXCEPTIONS[one.id]?.kind !== 'division');
  const rate = (kind: Case['expect']): number => {
    const of = counted.filter(({ it: one }) => one.expect === kind && EXCEPTIONS[one.id]?.kind !== 'plan');
    return of.filter((one) => one.agrees).length / of.length;
  };

  it('catches what they catch', () => {
    console.log(summary('fail', outcomes, counted));
    expect(rate('fail')).toBeGreaterThanOrEqual(0.95);
  });

  it('is silent where they are', () => {
    console.log(summary('pass', outcomes, counted));
    expect(rate('pass')).toBeGreaterThanOrEqual(0.98);
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

function summary(kind: Case['expect'], all: readonly Outcome[], counted: readonly Outcome[]): string {
  const agreed = (of: readonly Outcome[]): string => {
    const those = of.filter((one) => one.it.expect === kind);
    return `${those.filter((one) => one.agrees).length} of ${those.length}`;
  };
  return `cases (${kind}): ${agreed(counted)} agree; with those about the peer's own division: ${agreed(all)}`;
}

function allCases(): readonly Case[] {
  const folder = path.join(SHARED, 'cases');
  return readdirSync(folder)
    .filter((it) => it.endsWith('.jsonl'))
    .flatMap((it) => readFileSync(path.join(folder, it), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Case);
}

function judge(it: Case): boolean {
  const found = Object.values(it.files).some((text) => finds(it, text));
  return found === (it.expect === 'fail');
}

function finds(it: Case, written: string): boolean {
  const kind: Target = it.language;
  const text = it.fragment && !/^\s*FROM\b/im.test(written) ? `FROM debian:12.11\n${written}` : written;
  const analysis = analyze({ kind, text }, { config: CONFIG, project: STANDALONE });
  return analysis.findings.some((found) => it.rules.includes(found.rule.id) && isAbout(it, analysis, found.range));
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
