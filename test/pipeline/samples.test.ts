import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze } from '../../rules/core/analyze.js';
import { lineStarts, positionAt } from '../../rules/core/text.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';
import { SAMPLES, type Sample } from './samples.js';

/** Pipelines as people write them: what is found, and nothing else. */

function foundIn({ path, text, around }: Sample): readonly string[] {
  const project = projectOfTexts(path, { ...around, [path]: text });
  const { findings, notices } = analyze({ kind: 'ci', text }, { config: DEFAULT_CONFIG, project });
  expect(notices).toEqual([]);
  const starts = lineStarts(text);
  return findings.map((it) => `${positionAt(starts, it.range.start).line + 1} ${it.rule.id}`);
}

describe('pipelines', () => {
  it.each(SAMPLES)('$title', (sample) => {
    expect(foundIn(sample)).toEqual(sample.found);
  });

  it.each(SAMPLES)('with Windows line ends: $title', (sample) => {
    expect(foundIn({ ...sample, text: sample.text.replaceAll('\n', '\r\n') })).toEqual(sample.found);
  });

  it.each(SAMPLES)('cut anywhere: $title', (sample) => {
    for (let end = 0; end < sample.text.length; end += 23) {
      const text = sample.text.slice(0, end);
      const project = projectOfTexts(sample.path, { ...sample.around, [sample.path]: text });
      const { notices } = analyze({ kind: 'ci', text }, { config: DEFAULT_CONFIG, project });
      expect(notices.filter((it) => it.code !== 'syntax')).toEqual([]);
    }
  });
});
