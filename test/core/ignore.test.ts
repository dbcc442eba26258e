import { describe, expect, it } from 'vitest';
import { ignoreEdit } from '../../rules/core/analyze.js';
import { applyEdits } from '../../rules/core/edit.js';
import type { Target } from '../../rules/core/rule.js';
import { analyzed, fakeRule, findsWord } from './fake.js';

const RULES = [fakeRule('bad-word', findsWord('BAD'))];

const CASES: readonly (readonly [title: string, kind: Target, before: string, after: string])[] = [
  ['above the instruction', 'dockerfile', 'FROM a\nRUN x && \\\n  BAD\n', 'FROM a\n#\nRUN x && \\\n  BAD\n'],
  ['with its indentation', 'dockerfile', 'FROM a\n  RUN BAD\n', 'FROM a\n  #\n  RUN BAD\n'],
  ['above the first line', 'dockerfile', 'FROM BAD\n', '#\nFROM BAD\n'],
  [
    'below the directives',
    'dockerfile',
    '# syntax=a\n# escape=\\\nFROM BAD\n',
    '# syntax=a\n# escape=\\\n#\nFROM BAD\n',
  ],
  [
    'above the comments of other tools',
    'dockerfile',
    'FROM a\n# hadolint ignore=DL3001\nRUN BAD\n',
    'FROM a\n#\n# hadolint ignore=DL3001\nRUN BAD\n',
  ],
  ['with the line end of the file', 'dockerfile', 'FROM a\r\nRUN BAD\r\n', 'FROM a\r\n#\r\nRUN BAD\r\n'],
  ['for the file, where no comment reaches', 'dockerfile', '# syntax=BAD\nFROM a\n', '# syntax=BAD\n#-file\nFROM a\n'],
  ['above the key', 'compose', 'a:\n  b: BAD\n', 'a:\n  #\n  b: BAD\n'],
  ['above the list item', 'compose', 'a:\n  - x\n  - BAD\n', 'a:\n  - x\n  #\n  - BAD\n'],
  ['above the item that starts the line', 'compose', 'a:\n  - b: BAD\n    c: x\n', 'a:\n  #\n  - b: BAD\n    c: x\n'],
  ['above the line of a flow', 'compose', 'a:\n  b: { c: [x, BAD] }\n', 'a:\n  #\n  b: { c: [x, BAD] }\n'],
  ['above a block of text', 'compose', 'a: |\n  x\n  BAD\n', '#\na: |\n  x\n  BAD\n'],
  ['with the indentation of tabs', 'dockerfile', 'FROM a\n\tRUN BAD\n', 'FROM a\n\t#\n\tRUN BAD\n'],
];

describe('the comment that silences a finding', () => {
  it.each(CASES)('goes %s', (_, kind, before, after) => {
    const analysis = analyzed(kind, before, RULES);
    expect(analysis.findings).toHaveLength(1);
    const [finding] = analysis.findings;
    if (!finding) return;
    const edit = ignoreEdit(analysis, finding, 'it\nis  needed ');
    const text = applyEdits(before, edit ? [edit] : []);
    const comment = (scope: string): string => `# seaworthy: ignore${scope}[bad-word] it is needed`;
    expect(text).toBe(after.replace(/#(-file)?(?=\r?\n)/, (_match, scope: string | undefined) => comment(scope ?? '')));
    const silent = analyzed(kind, text, RULES);
    expect(silent.findings).toEqual([]);
    expect(silent.suppressed).toBe(1);
    expect(silent.notices).toEqual([]);
  });
});
