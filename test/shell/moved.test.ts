import { describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { everyInstruction } from '../../rules/dockerfile/queries.js';
import { movedScript } from '../../rules/shell/moved.js';
import { parseScript } from '../../rules/shell/parse.js';

const PROGRAMS = [
  'apt-get update && apt-get install -y --no-install-recommends curl=7.88 || exit 1',
  'curl -fsSL https://example.com/x | tee /x > /dev/null 2>&1 | sh -c \'cat && rm "$1"\' x',
  'A=1 B="$(date) $(cat <(ls))" sudo -E make install & wait',
  'if [ -f x ]; then find / -name "*.pyc" -exec rm {} \\; ; else bash <<EOF\nid\nEOF\nfi',
  'cat <<< "$X" >> out; for i in a b; do echo "$i"; done',
  '',
];

describe('a program that stands somewhere else than before', () => {
  for (const program of PROGRAMS) {
    it(`is what reading it again gives: ${program.slice(0, 40)}`, () => {
      const at = (by: number) => parseScript({ program, language: 'posix', at: (offset) => offset + by });
      expect(movedScript(at(3), 40)).toEqual(at(43));
      expect(movedScript(at(3), -3)).toEqual(at(0));
    });
  }

  it('may be a pipe of any length', () => {
    const program = Array.from({ length: 20_000 }, () => 'a').join('|');
    const script = parseScript({ program, language: 'posix', at: (offset) => offset });
    expect(movedScript(script, 1).commands.length).toBe(script.commands.length);
  });

  it('is the same in a document that has other lines before it', () => {
    const run = 'RUN curl x | sh \\\n  # why\n  && rm x\nRUN <<EOT\nset -e\n\tid > /x\nEOT\nRUN <<-E sh\n\tid\n\tE\n';
    for (const before of ['FROM a\n', 'FROM a\n# more\n', 'FROM abc\nUSER root\n', 'FROM a\n']) {
      const text = `${before}${run}`;
      for (const it of everyInstruction(parseDockerfile(text))) {
        if (it.keyword !== 'RUN') continue;
        for (const { name, words, range } of [
          ...it.script.commands,
          ...it.facts.writes.map(({ command }) => command),
        ]) {
          expect(range.start).toBeGreaterThanOrEqual(it.range.start);
          for (const word of words) expect(text.slice(word.range.start, word.range.end)).toBe(word.value);
          expect(words[0]?.value).toBe(name);
        }
      }
    }
  });

  it('is not mistaken for one whose lines are continued elsewhere', () => {
    const of = (text: string) => parseDockerfile(text).instructions.at(-1);
    of('FROM a\nRUN a b \\\n c\n');
    const again = of('FROM a\nRUN a b \\\n# comment\n c\n');
    const last = again?.keyword === 'RUN' ? again.script.commands[0]?.words.at(-1) : undefined;
    expect(last).toMatchObject({ value: 'c', range: { start: 'FROM a\nRUN a b \\\n# comment\n '.length } });
  });
});
