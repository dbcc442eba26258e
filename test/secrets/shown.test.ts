import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze } from '../../rules/core/analyze.js';
import { exampleText, readMarks } from '../../rules/core/example.js';
import { render } from '../../rules/core/message.js';
import { STANDALONE } from '../../rules/core/project.js';
import { RULES } from '../../rules/registry.generated.js';

/** What the made-up secrets of the examples have in common. */
const SECRET = /kX9|Tulip|Zt4bQ9w|Q7WR4N|48151623|b3BlbnNz|MIIEow/;

const IDS = new Set([
  'secret-in-env',
  'secret-in-environment',
  'hardcoded-secret',
  'secret-file-copied',
  'secret-build-argument',
  'credentials-in-url',
  'secret-in-command',
  'password-in-run',
]);
const rules = RULES.filter((it) => IDS.has(it.id));

describe('a secret', () => {
  const examples = rules.flatMap((rule) =>
    rule.examples.flatMap((it) => ('bad' in it ? [{ name: `${rule.id}: ${it.title}`, in: it.in, bad: it.bad }] : [])),
  );

  it('is in the examples of its rules', () => {
    expect(rules.length).toBe(IDS.size);
    expect(examples.filter((it) => SECRET.test(it.bad)).length).toBeGreaterThan(10);
  });

  it.each(examples)('is shown in no text: $name', (example) => {
    const { text } = readMarks(exampleText(example.bad, '\n'));
    const { findings, notices } = analyze(
      { kind: example.in, text },
      { config: { ...DEFAULT_CONFIG, profile: 'strict' }, project: STANDALONE },
    );
    expect(findings.length).toBeGreaterThan(0);
    for (const { message, related, fixes } of findings)
      for (const it of [message, ...related.map((one) => one.message), ...fixes.map((one) => one.title)]) {
        expect(render(it, {})).not.toMatch(SECRET);
        expect(JSON.stringify(it.data)).not.toMatch(SECRET);
      }
    for (const it of notices) expect(render(it.message, {})).not.toMatch(SECRET);
    for (const it of findings.flatMap((one) => one.fixes.flatMap((fix) => fix.edits)))
      expect(it.text).not.toMatch(SECRET);
  });
});
