import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { environmentOf, reachedStages, shippedStage, usedImages } from '../../rules/dockerfile/queries.js';
import { growth, LINEAR } from '../growth.js';

const ORDINARY = [
  'RUN apt-get update && \\',
  '    apt-get install -y curl \\',
  '    # why',
  '    && rm -rf /var/lib/apt/lists/*',
  'ENV A=1 B="two $A" C=${A:-x}',
  'COPY --from=a --chown=1:1 src /dst/',
  'USER app',
  'CMD ["node", "server.js"]',
  'RUN <<EOF',
  'echo hi',
  'EOF',
].join('\n');

const counted = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

/** Texts of a size in proportion to `n`, each made to be hard in one way. */
const SHAPES: Readonly<Record<string, (n: number) => string>> = {
  'ordinary instructions': (n) => `FROM a AS a\n${`${ORDINARY}\n`.repeat(n / 10)}`,
  'continued lines': (n) => `FROM a\nRUN a \\\n${' b \\\n'.repeat(n * 4)} c\n`,
  'continued pairs': (n) => `FROM a\nENV a=b \\\n${' b=c \\\n# d\n\n'.repeat(n)} c=d\n`,
  'one long line of words': (n) => `FROM a\nLABEL ${'a=b '.repeat(n * 4)}\n`,
  'one long quote': (n) => `FROM a\nENV A="${'a$b '.repeat(n * 4)}\n`,
  'one long JSON array': (n) => `FROM a\nCMD [${'"a",'.repeat(n * 4)}"b"]\n`,
  'JSON brackets': (n) => `FROM a\nCMD ${'['.repeat(n * 40)}\n`,
  flags: (n) => `FROM a\nRUN ${'--mount=type=cache,target=/x '.repeat(n)} x\n`,
  'mount options': (n) => `FROM a\nRUN --mount=${'a=b,"c'.repeat(n * 4)} x\n`,
  'open heredocs': (n) => `FROM a\n${'RUN <<EOF\n'.repeat(n)}`,
  'heredocs on one line': (n) => `FROM a\nRUN ${'<<A '.repeat(n)}\n${'A\n'.repeat(n)}`,
  'a heredoc behind open braces': (n) => `FROM a\nRUN cat <<A ${'"${a:-'.repeat(n * 10)}\nA\n`,
  'nested defaults': (n) => `FROM ${'${a:-'.repeat(n * 10)}\n`,
  'nested triggers': (n) => `FROM a\n${'ONBUILD '.repeat(n * 10)}\n`,
  blanks: (n) => `FROM a${' '.repeat(n * 40)}b\n${' '.repeat(n * 40)}\n`,
  comments: (n) => '# c\n'.repeat(n * 10),
  'carriage returns': (n) => 'FROM a\r'.repeat(n * 10),
  'unknown instructions': (n) => 'ZZZ a\n'.repeat(n * 2),
  'doubling values': (n) => `FROM scratch\nENV A0=x\n${counted(n / 2, (it) => `ENV A${it + 1}=$A${it}$A${it}`)}\n`,
  'a chain of stages': (n) => `FROM a AS s0\n${counted(n, (it) => `FROM s${it} AS s${it + 1}`)}\n`,
  'copies between stages': (n) => counted(n / 2, (it) => `FROM a AS s${it}\nCOPY --from=s${it - 1} a b`),
  'escaped quotes': (n) => `FROM a\nENV A="${'\\"'.repeat(n * 10)}\nUSER ${"'".repeat(n * 10)}\n`,
};

describe('time grows with the length of the text', () => {
  test.each(Object.entries(SHAPES))('%s', (_name, shape) => {
    expect(shape(4000).length / shape(1000).length).toBeLessThan(5);
    expect(growth(1000, (length) => readWhole(shape(length)))).toBeLessThan(LINEAR);
  });
});

describe('what does not fit on a stack', () => {
  test.each([
    ['a line of a megabyte', `FROM a\nRUN ${'x '.repeat(500_000)}\n`],
    ['a word of a megabyte', `FROM ${'x'.repeat(1_000_000)}\n`],
    ['a hundred thousand continued lines', `FROM a\nRUN a \\\n${' b \\\n'.repeat(100_000)} c\n`],
    ['two hundred thousand nested defaults', `FROM ${'${a:-'.repeat(200_000)}\nENV A=${'${a:-'.repeat(200_000)}\n`],
    ['two hundred thousand nested defaults, closed', `FROM ${'${a:-'.repeat(200_000)}${'}'.repeat(200_000)}\n`],
    ['a hundred thousand triggers', `FROM a\n${'ONBUILD '.repeat(100_000)}\n`],
    ['a million brackets', `FROM a\nCMD ${'['.repeat(1_000_000)}\n`],
  ])('%s', (_name, text) => {
    const document = parseDockerfile(text);
    expect(document.instructions.length).toBeGreaterThan(0);
    expect(document.instructions.at(-1)?.range.end).toBe(text.length - 1);
  });
});

function readWhole(text: string): void {
  const document = parseDockerfile(text);
  const stage = shippedStage(document);
  if (stage) environmentOf(document, stage);
  reachedStages(document);
  usedImages(document);
}
