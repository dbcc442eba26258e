import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze, verifiedFixes } from '../../rules/core/analyze.js';
import { render } from '../../rules/core/message.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';

/** What the engine lets through of the rewrite. */

function offered(text: string, profile: 'recommended' | 'strict'): readonly string[] {
  const around = { 'package.json': '{}', 'src/server.ts': '', Dockerfile: text };
  const options = { config: { ...DEFAULT_CONFIG, profile }, project: projectOfTexts('Dockerfile', around) };
  const analysis = analyze({ kind: 'dockerfile', text }, options);
  const found = analysis.findings.filter((it) => it.rule.id === 'single-stage-build');
  const fixes = found.flatMap((it) => verifiedFixes(analysis, it, options));
  return fixes.filter((it) => it.rewrite === 'multistage').map((it) => render(it.title, {}));
}

const app = (from: string): string =>
  `FROM ${from}\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nUSER node\nCMD ["node", "dist/server.js"]\n`;

describe.each(['recommended', 'strict'] as const)('profile %s', (profile) => {
  it.each([
    ['node:24.4-bookworm', 'node:24.4-bookworm-slim'],
    // Past its end of life, moving, without a tag: the second stage is no worse than the first.
    ['node:18', 'node:18-slim'],
    ['node:latest', 'node:slim'],
    ['node', 'node:slim'],
  ])('%s is run on %s', (from, base) => {
    expect(offered(app(from), profile)).toEqual([
      `Build in a stage of its own, ship package.json, node_modules, dist on ${base}`,
    ]);
  });

  it('is withheld where it would bring another mistake', () => {
    const text = app('node:24.4-bookworm').replace('USER node', 'ADD https://example.com/a /a\nUSER node');
    expect(offered(text, profile)).toHaveLength(1);
    // The comment that silences a finding would stand in another stage, and the finding come back.
    const silenced = app('node:18').replace('FROM', '# seaworthy: ignore[end-of-life-base] asked for\nFROM');
    expect(offered(silenced, profile)).toEqual([]);
  });
});
