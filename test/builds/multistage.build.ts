import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, type ReportedFix, verifiedFixes } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { render } from '../../rules/core/message.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { CASES } from './cases.js';
import { hasEngine, type Measured, measure, textsOf } from './harness.js';
import { makeImages } from './images.js';
import { settleTable } from './table.js';

/**
 * Small programs in every language that a stand-in image exists for: built, run, rewritten with the offered fix, built
 * and run again. The answer must be the same, the compilers gone, the user none of root's.
 */

const PROJECTS = path.join(import.meta.dirname, 'projects');

describe.runIf(hasEngine())('multi-stage rewrite', () => {
  const rows: { readonly name: string; readonly title: string; readonly before: Measured; readonly after: Measured }[] =
    [];
  beforeAll(makeImages, 900_000);
  afterAll(() => {
    if (rows.length === Object.keys(CASES).length) settleTable('multi-stage', rows);
  });

  it.each(Object.entries(CASES))('%s', { timeout: 600_000 }, (name, { rule, answer }) => {
    const folder = path.join(PROJECTS, name);
    const text = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
    const fix = rewriteOf(folder, text, rule);
    const before = measure(folder, text, answer);
    const after = measure(folder, applyEdits(text, fix.edits), answer);
    expect(after.answer).toBe(before.answer);
    expect(before.answer).not.toBe('');
    expect(after.uid).not.toBe(0);
    expect(before.compilers).not.toEqual([]);
    expect(after.compilers).toEqual([]);
    expect(after.size).toBeLessThan(before.size);
    for (const key of KEPT) expect(after.config[key], key).toEqual(before.config[key]);
    rows.push({ name, title: render(fix.title, {}), before, after });
  });
});

/** What the run stage takes over as it was. */
const KEPT = ['ExposedPorts', 'StopSignal', 'Volumes', 'Healthcheck'];

function rewriteOf(folder: string, text: string, rule: string): ReportedFix {
  const project = projectOfTexts('Dockerfile', textsOf(folder));
  const options = { config: DEFAULT_CONFIG, project };
  const analysis = analyze({ kind: 'dockerfile', text }, options);
  const found = analysis.findings.filter((it) => it.rule.id === rule);
  const fixes = found.flatMap((it) => verifiedFixes(analysis, it, options)).filter((it) => it.rewrite === 'multistage');
  const [fix] = fixes;
  if (!fix)
    throw new Error(
      `no rewrite is offered: ${found.flatMap((it) => it.related.map((one) => render(one.message, {}))).join(' ')}`,
    );
  return fix;
}
