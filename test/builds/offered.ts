import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, verifiedFixes } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import { render } from '../../rules/core/message.js';
import { STANDALONE } from '../../rules/core/project.js';

/** A project under `projects/`, and its Dockerfile before and after a fix. */
export interface Offered {
  readonly folder: string;
  readonly before: string;
  readonly after: string;
  readonly title: string;
}

/** The first fix of the rule's first finding, as an editor offers it. */
export function offered(name: string, rule: string): Offered {
  const folder = path.join(import.meta.dirname, 'projects', name);
  const before = readFileSync(path.join(folder, 'Dockerfile'), 'utf8');
  const options = { config: DEFAULT_CONFIG, project: STANDALONE };
  const analysis = analyze({ kind: 'dockerfile', text: before }, options);
  const found = analysis.findings.filter((it) => it.rule.id === rule);
  const [fix] = found.flatMap((it) => verifiedFixes(analysis, it, options));
  if (!fix) throw new Error(`${name}: ${rule} has ${found.length} findings and offers no fix`);
  return { folder, before, after: applyEdits(before, fix.edits), title: render(fix.title, {}) };
}
