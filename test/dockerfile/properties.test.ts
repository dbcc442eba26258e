import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, type Range } from '../../rules/core/text.js';
import type { DockerfileDocument, Instruction } from '../../rules/dockerfile/model.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import {
  effectiveUser,
  effectiveWorkdir,
  environmentOf,
  everyInstruction,
  exposedPorts,
  installedPackages,
  reachedStages,
  usedImages,
} from '../../rules/dockerfile/queries.js';

/** Pieces that mean something to the parser, so that random texts reach its corners. */
const PIECES = [
  'FROM ',
  'RUN ',
  'COPY ',
  'ENV ',
  'ARG ',
  'LABEL ',
  'USER ',
  'CMD ',
  'SHELL ',
  'ONBUILD ',
  'HEALTHCHECK ',
  'FOO ',
  '\n',
  '\r\n',
  '\r',
  '\\\n',
  '\\ \n',
  '`\n',
  '\\',
  '`',
  ' ',
  '\t',
  '\u00a0',
  '\u0085',
  '\uFEFF',
  '\u2028',
  '\0',
  '# escape=`\n',
  '# syntax=a\n',
  '# note\n',
  '#',
  '<<EOF',
  '<<-EOF',
  '<< "EOF"',
  '\nEOF\n',
  '\n\tEOF\n',
  '<<',
  '["a", "b"]',
  '[',
  ']',
  '"',
  "'",
  ',',
  '[1]',
  '\\u0041',
  '=',
  'A=b',
  'A="b c"',
  '--from=x ',
  '--mount=type=',
  '--',
  '$X',
  '${',
  '}',
  '${X:-',
  '${X#*/}',
  '${X//a/b}',
  '$(',
  '`id`',
  'a',
  'node:20',
  ' AS ',
  'x',
  '日本',
  '😀',
  '\ud83d',
];

const piece = fc.constantFrom(...PIECES);
const pieces = fc.array(piece, { maxLength: 40 }).map((it) => it.join(''));
const anyText = fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 60 }));

/** A correct file of ordinary instructions. */
const ordinary = fc
  .array(
    fc.constantFrom(
      'RUN apt-get update && \\\n    # why\n\n    apt-get install -y curl\n',
      'RUN <<EOF\nset -e\nmake "a b"\nEOF\n',
      'COPY --chown=1:1 <<-A <<B /x/\n\ta\n\tA\nb\nB\n',
      'ENV A=1 B="two words" \\\n  C=${A:-x}\n',
      'ARG X=${A}\n',
      'CMD ["a", \\\n "b"]\n',
      'ONBUILD RUN cat <<EOF > /x\nb\nEOF\n',
      'HEALTHCHECK --interval=5s CMD curl -f x || exit 1\n',
      'USER app\n',
      '# a comment \\\n',
      '\n',
      'FROM scratch AS next\n',
      'COPY --from=next a b\n',
    ),
    { maxLength: 12 },
  )
  .map((it) => `# escape=\\\nFROM node:20 AS base\n${it.join('')}`);

describe('whatever the text', () => {
  test('every byte belongs to an instruction, a comment, a directive or blank space', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const document = parseDockerfile(text);
        expectWhole(document);
        expectRanges(document);
      }),
      { numRuns: 3000 },
    );
  });

  test('also for a file cut anywhere', () => {
    fc.assert(
      fc.property(ordinary, fc.nat(), fc.nat(), (text, first, second) => {
        const [start = 0, end = 0] = [first % (text.length + 1), second % (text.length + 1)].toSorted((a, b) => a - b);
        for (const part of [text.slice(0, start), text.slice(end), text.slice(0, start) + text.slice(end)]) {
          const document = parseDockerfile(part);
          expectWhole(document);
          expectRanges(document);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('also with something typed into it', () => {
    fc.assert(
      fc.property(ordinary, fc.nat(), piece, (text, place, typed) => {
        const at = place % (text.length + 1);
        const document = parseDockerfile(text.slice(0, at) + typed + text.slice(at));
        expectWhole(document);
        expectRanges(document);
      }),
      { numRuns: 2000 },
    );
  });

  test('queries, programs and facts answer', () => {
    fc.assert(
      fc.property(fc.oneof(pieces, ordinary), (text) => {
        const document = parseDockerfile(text);
        for (const instruction of everyInstruction(document)) {
          if (!('script' in instruction)) continue;
          expect(within(instruction.script.range, text)).toBe(true);
          for (const command of instruction.script.commands) expect(within(command.range, text)).toBe(true);
          expect(instruction.facts.installs).toBeDefined();
        }
        for (const stage of document.stages) {
          effectiveUser(document, stage);
          effectiveWorkdir(document, stage);
          environmentOf(document, stage);
          exposedPorts(document, stage);
          installedPackages(stage);
        }
        for (const { word } of usedImages(document)) expect(within(word.range, text)).toBe(true);
        expect(reachedStages(document).size).toBeLessThanOrEqual(document.stages.length);
      }),
      { numRuns: 1000 },
    );
  });

  test('line ends of Windows change no word', () => {
    fc.assert(
      fc.property(ordinary, (text) => {
        const words = (of: string) => parseDockerfile(of).instructions.map(({ keyword, args }) => [keyword, args]);
        expect(words(text.replaceAll('\n', '\r\n'))).toEqual(words(text));
      }),
    );
  });

  test('a correct file has no errors', () => {
    fc.assert(
      fc.property(ordinary, (text) => {
        expect(parseDockerfile(text).errors).toEqual([]);
      }),
    );
  });
});

/** What is left of the text when all parts of the document are taken out is blank. */
function expectWhole({ text, instructions, comments, directives }: DockerfileDocument): void {
  const covered = [...instructions, ...comments, ...directives]
    .map((it) => it.range)
    .toSorted((a, b) => a.start - b.start);
  let rest = '';
  let offset = 0;
  for (const { start, end } of covered) {
    if (start > offset) rest += text.slice(offset, start);
    offset = Math.max(offset, end);
  }
  rest += text.slice(offset);
  // U+0085 is white space for BuildKit, the byte order mark may stand first.
  expect(
    rest
      .replace(/^\uFEFF/, '')
      .replaceAll('\u0085', '')
      .trim(),
  ).toBe('');
}

function expectRanges(document: DockerfileDocument): void {
  const { text, instructions, comments, errors } = document;
  let end = 0;
  for (const instruction of instructions) {
    expect(instruction.range.start).toBeGreaterThanOrEqual(end);
    expect(within(instruction.range, text)).toBe(true);
    end = instruction.range.end;
    expectParts(instruction, text);
  }
  for (const { range } of [...comments, ...errors]) expect(within(range, text)).toBe(true);
  expect(comments.every((it) => text.slice(it.range.start, it.range.end) === it.text && it.text.startsWith('#'))).toBe(
    true,
  );
}

function expectParts(instruction: Instruction, text: string): void {
  const { range, keywordRange, bodyRange, written, keyword, flags, heredocs } = instruction;
  const parts: readonly Range[] = [
    keywordRange,
    ...flags.map((it) => it.range),
    bodyRange,
    ...heredocs.map((it) => it.contentRange),
  ];
  for (const part of parts) expect(contains(range, part) && within(part, text)).toBe(true);
  const starts = parts.map((it) => it.start);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  for (const { value, range: whole } of flags) if (value) expect(contains(whole, value.range)).toBe(true);
  const at = text.slice(keywordRange.start, keywordRange.end);
  expect(at.replace(/[\\`][ \t]*\r*\n/g, '')).toContain(at.includes('\n') ? '' : written);
  if (keyword !== 'UNKNOWN') expect(written.toUpperCase()).toBe(keyword);
  if (instruction.keyword === 'ONBUILD' && instruction.trigger) expectParts(instruction.trigger, text);
}

function within({ start, end }: Range, text: string): boolean {
  return start >= 0 && start <= end && end <= text.length;
}
