import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { printFile } from '../../scripts/parse.js';

const TEXT = '# escape=`\nfrom a\nRUN --mount=target=/x <<-EOF `\n b\n\tx\n\tEOF\nENV A=1 B="c d"\nFOO\n';

test('a file in the words of BuildKit’s syntax tree', () => {
  expect(printFile('x', TEXT)).toEqual({
    file: 'x',
    escape: '`',
    nodes: [
      { instruction: 'from', args: ['a'], flags: [], startLine: 2, endLine: 2, heredocs: [] },
      {
        instruction: 'RUN',
        args: ['<<-EOF  b'],
        flags: ['--mount=target=/x'],
        startLine: 3,
        endLine: 6,
        heredocs: [{ name: 'EOF', content: '\tx\n', expand: true, chomp: true }],
      },
      {
        instruction: 'ENV',
        args: ['A', '1', '=', 'B', '"c d"', '='],
        flags: [],
        startLine: 7,
        endLine: 7,
        heredocs: [],
      },
      { instruction: 'FOO', args: [''], flags: [], startLine: 8, endLine: 8, heredocs: [] },
    ],
    errors: ['line 8: FOO is no Dockerfile instruction, so the file cannot be built. Correct or remove it.'],
  });
});

test('npm run parse: names on standard input, one object a line, a missing file is said', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'seaworthy-parse-'));
  try {
    const file = path.join(folder, 'Dockerfile');
    writeFileSync(file, TEXT);
    const { stdout, stderr, status } = spawnSync('npm', ['run', '--silent', 'parse'], {
      cwd: path.resolve(import.meta.dirname, '../..'),
      encoding: 'utf8',
      input: `${file}\n${file}.missing\n\n${file}\n`,
      shell: process.platform === 'win32',
    });
    const printed = stdout.trimEnd().split('\n');
    expect(printed.map((it) => JSON.parse(it) as unknown)).toEqual([printFile(file, TEXT), printFile(file, TEXT)]);
    expect(stderr).toContain(`${file}.missing: `);
    expect(status).toBe(2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
