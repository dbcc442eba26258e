import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../rules/config.js';
import {
  type Analysis,
  type AnalyzeOptions,
  analyze,
  type ReportedFinding,
  verifiedFixes,
} from '../rules/core/analyze.js';
import { changedProject } from '../rules/core/changed-project.js';
import { applyEdits } from '../rules/core/edit.js';
import { changeSet } from '../rules/core/edit-set.js';
import { exampleText, type MarkedText, readMarks } from '../rules/core/example.js';
import { paragraphsOf, render } from '../rules/core/message.js';
import type { Example, RegisteredRule } from '../rules/core/rule.js';
import type { LineEnd } from '../rules/core/text.js';
import { RULES } from '../rules/registry.generated.js';
import { exampleDigests, exampleProject } from '../workspace/example-project.js';

/**
 * Every rule's own examples, and the form of its texts. Nothing here names a rule: `-t <rule-id>` runs one.
 */

const LINE_ENDS: readonly LineEnd[] = ['\n', '\r\n'];
/** A message in an editor or terminal is one line. */
const LONGEST_MESSAGE = 140;

describe.each(RULES)('$id', (rule) => {
  describe.each(rule.examples)('$title', (example) => {
    describe.each(LINE_ENDS)('line end %j', (eol) => {
      if ('good' in example) good(rule, example, eol);
      else bad(rule, example, eol);
    });
  });
  documentation(rule);
  robustness(rule);
});

type Bad = Extract<Example, { readonly bad: string }>;
type Good = Extract<Example, { readonly good: string }>;

function good(rule: RegisteredRule, example: Good, eol: LineEnd): void {
  it('has no finding', () => {
    expect(example.good, 'a good example has no marks').not.toMatch(/[«»]/);
    const analysis = run(rule, example, exampleText(example.good, eol));
    expect(failures(analysis)).toEqual([]);
    expect(own(analysis, rule).map((it) => shown(analysis, it))).toEqual([]);
  });
}

function bad(rule: RegisteredRule, example: Bad, eol: LineEnd): void {
  let known: Shown | undefined;
  const show = (): Shown => (known ??= shownBy(rule, example, eol));

  it('has its findings at the marks', () => {
    const { text, marks, analysis, findings } = show();
    expect(failures(analysis)).toEqual([]);
    expect(
      marked(
        text,
        findings.map((it) => it.range),
      ),
    ).toBe(marked(text, marks));
    expect(findings.map((it) => keyOf(rule, it))).toEqual(example.expect);
    for (const finding of findings) {
      if (example.severity) expect(finding.severity).toBe(example.severity);
      expect(finding.confidence).toBe(example.confidence ?? 'high');
    }
  });

  it('has messages that are filled and fit a line', () => {
    for (const { message, related, fixes } of show().findings) {
      for (const it of [message, ...related.map((place) => place.message), ...fixes.map((fix) => fix.title)]) {
        const names = [...it.template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
        expect(new Set(Object.keys(it.data)), it.template).toEqual(new Set(names));
      }
      const line = render(message, {});
      expect(line.length, line).toBeLessThanOrEqual(LONGEST_MESSAGE);
      expect(line).toMatch(/\.$/);
      expect(line).not.toMatch(/\n| {2}/);
    }
  });

  it('has fixes that hold', () => {
    const { analysis, findings } = show();
    for (const finding of findings) {
      const held = verifiedFixes(analysis, finding, options(rule, example));
      expect(
        held.map((it) => render(it.title, {})),
        shown(analysis, finding),
      ).toEqual(finding.fixes.map((it) => render(it.title, {})));
      if (finding.fixes.some((it) => it.applicability !== 'safe')) expect(rule.fixSafety).toBeTruthy();
    }
  });

  it('is fixed as shown', () => {
    const { fixed } = example;
    const { analysis, findings } = show();
    if (fixed === null) {
      expect(findings.flatMap((it) => it.fixes)).toEqual([]);
      return;
    }
    expect(
      findings.some((it) => it.fixes.length > 0),
      'a fix',
    ).toBe(true);
    const result = afterFixes(rule, example, analysis);
    expect(result.source.text).toBe(exampleText(fixed, eol));
    for (const [path, text] of Object.entries(example.fixedAround ?? {}))
      expect(result.context.project.read(path), path).toBe(exampleText(text, '\n'));
    expect(own(result, rule).flatMap((it) => it.fixes)).toEqual([]);
  });

  it('has the alternatives shown', () => {
    const { text, findings } = show();
    const others = (findings[0]?.fixes ?? []).slice(1).map((it) => applyEdits(text, it.edits));
    expect(others).toEqual((example.alternatives ?? []).map((it) => exampleText(it, eol)));
  });
}

/** What the engine had to say, but for a text that is half-typed on purpose. */
function failures({ notices }: Analysis): readonly string[] {
  return notices.filter((it) => it.code !== 'syntax' && it.code !== 'files').map((it) => render(it.message, {}));
}

/** A bad example as it is judged. */
interface Shown extends MarkedText {
  readonly analysis: Analysis;
  readonly findings: readonly ReportedFinding[];
}

function shownBy(rule: RegisteredRule, example: Bad, eol: LineEnd): Shown {
  const read = readMarks(exampleText(example.bad, eol));
  const analysis = run(rule, example, read.text);
  return { ...read, analysis, findings: own(analysis, rule) };
}

function documentation(rule: RegisteredRule): void {
  it('is documented', () => {
    const sentences = [rule.summary, ...paragraphsOf(rule.why), ...paragraphsOf(rule.fixSafety ?? 'None.')];
    for (const it of sentences) expect(it).toMatch(/^[A-Z`"'$0-9].*[.:)]$|^[a-z-]+[ :].*[.:)]$/s);
    for (const it of Object.values(rule.messages)) expect(it).toMatch(/\.$/);
    for (const it of Object.values(rule.titles ?? {})) expect(it).toMatch(/^[A-Z].*[^.]$/);
    for (const it of Object.values(rule.labels ?? {})) expect(it).not.toBe('');
    for (const { title } of rule.examples) expect(title).toMatch(/^[A-Z`"'$0-9a-z].*[^.]$/);
    expect(new Set(rule.examples.map((it) => it.title)).size, 'titles differ').toBe(rule.examples.length);
  });

  it('uses no word that judges instead of telling', () => {
    for (const it of [rule.summary, ...Object.values(rule.messages), ...Object.values(rule.titles ?? {})])
      expect(it).not.toMatch(/\b(best practice|consider|insecure|should|please|simply)\b/i);
  });

  it('has a good and a bad example for every kind of file', () => {
    for (const kind of Object.keys(rule.check)) {
      const examples = rule.examples.filter((it) => it.in === kind);
      expect(
        examples.some((it) => 'good' in it),
        `good in ${kind}`,
      ).toBe(true);
      expect(
        examples.some((it) => 'bad' in it),
        `bad in ${kind}`,
      ).toBe(true);
    }
  });

  it('shows every message, title and label in an example', () => {
    const seen = rule.examples.flatMap((example) => {
      if ('good' in example) return [];
      return own(run(rule, example, readMarks(exampleText(example.bad, '\n')).text), rule);
    });
    const templates = seen.flatMap((it) => [
      it.message,
      ...it.related.map((one) => one.message),
      ...it.fixes.map((one) => one.title),
    ]);
    const shown = new Set(templates.map((it) => it.template));
    const all = [rule.messages, rule.titles ?? {}, rule.labels ?? {}].flatMap((it) => Object.values(it));
    expect(all.filter((it) => !shown.has(it))).toEqual([]);
  });

  it('refers to standards, pages and tools as they are written', () => {
    for (const it of rule.references) expect(it).toMatch(/^https:\/\/\S+$/);
    for (const it of rule.standards.cis ?? []) expect(it).toMatch(/^\d+(\.\d+)*$/);
    for (const it of rule.standards.nist ?? []) expect(it).toMatch(/^\d+(\.\d+)+$/);
    for (const it of rule.standards.owasp ?? []) expect(it).toMatch(/^RULE #\d+[ab]?$/);
    for (const it of rule.standards.cwe ?? []) expect(it).toMatch(/^CWE-\d+$/);
    const { hadolint = [], checkov = [], trivy = [], kics = [] } = rule.equivalents;
    for (const it of hadolint) expect(it).toMatch(/^(DL|SC)\d{4}$/);
    for (const it of checkov) expect(it).toMatch(/^CKV2?_[A-Z]+_\d+$/);
    for (const it of trivy) expect(it).toMatch(/^DS-\d{4}$/);
    for (const it of kics) expect(it).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    for (const it of Object.values(rule.equivalents)) expect(new Set(it).size).toBe(it.length);
    const others = RULES.filter((it) => it !== rule).map((it) => it.id);
    for (const it of rule.yieldsTo ?? []) expect(others).toContain(it);
  });
}

/** Files are seen while they are typed: without the last line end, and cut anywhere. */
function robustness(rule: RegisteredRule): void {
  const examples = rule.examples.map((it) => {
    const { text } = readMarks(exampleText('good' in it ? it.good : it.bad, '\n'));
    return [it, text] as const;
  });

  it('has fixes that hold in a file without a last line end', () => {
    for (const [example, text] of examples) {
      const analysis = run(rule, example, text.trimEnd());
      for (const finding of own(analysis, rule)) {
        const held = verifiedFixes(analysis, finding, options(rule, example));
        expect(held.length, `${example.title}: ${shown(analysis, finding)}`).toBe(finding.fixes.length);
      }
    }
  });

  it('does not fail on a file that is cut anywhere', () => {
    for (const [example, text] of examples) {
      for (let end = 0; end < text.length; end += 7)
        expect(failures(run(rule, example, text.slice(0, end))), text.slice(0, end)).toEqual([]);
    }
  });
}

/** What runs by default and the rule itself, so that a fix that pleases one rule and breaks another is seen. */
function options(rule: RegisteredRule, example: Example): AnalyzeOptions {
  return {
    config: { ...DEFAULT_CONFIG, profile: 'strict', ...example.config },
    project: exampleProject(example),
    digests: exampleDigests(example),
    rules: RULES.filter((it) => it.profile !== 'strict' || it === rule),
  };
}

function run(rule: RegisteredRule, example: Example, text: string): Analysis {
  return analyze({ kind: example.in, text }, options(rule, example));
}

function own({ findings }: Analysis, rule: RegisteredRule): readonly ReportedFinding[] {
  return findings.filter((it) => it.rule === rule);
}

function keyOf(rule: RegisteredRule, { message }: ReportedFinding): string | undefined {
  return Object.entries(rule.messages).find(([, template]) => template === message.template)?.[0];
}

/** The analysis after the first fix of every finding: those that touch another are applied after it. */
function afterFixes(rule: RegisteredRule, example: Example, analysis: Analysis): Analysis {
  let current = analysis;
  for (let round = 0; round < 10; round++) {
    const taken = changeSet();
    for (const { fixes } of own(current, rule)) if (fixes[0]) taken.take(fixes[0]);
    const { edits, elsewhere = [] } = taken.changes();
    if (edits.length + elsewhere.length === 0) break;
    const { source, context } = current;
    const text = applyEdits(source.text, edits);
    const project = changedProject(context.project, elsewhere);
    current = analyze({ kind: source.kind, text }, { ...options(rule, example), project });
  }
  return current;
}

function marked(text: string, ranges: readonly { readonly start: number; readonly end: number }[]): string {
  const marks = ranges.flatMap(({ start, end }) => [
    { at: start, mark: '«' },
    { at: end, mark: '»' },
  ]);
  let result = text;
  for (const { at, mark } of marks.toReversed().toSorted((a, b) => b.at - a.at))
    result = result.slice(0, at) + mark + result.slice(at);
  return result;
}

function shown({ source }: Analysis, { message, range }: ReportedFinding): string {
  return `${render(message, {})} at «${source.text.slice(range.start, range.end)}»`;
}
