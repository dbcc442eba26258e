import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from '../../rules/core/message.js';
import { decode, encode, MAX_FILE_SIZE, type ReadResult, readText } from '../../workspace/read.js';
import { folder } from './folder.js';

const bytes = (...values: readonly (number | string)[]): Uint8Array =>
  Buffer.concat(values.map((it) => (typeof it === 'number' ? Buffer.from([it]) : Buffer.from(it, 'utf8'))));

/** What failed and what to do: two sentences. */
const SENTENCES = /^[A-Z][^.]*(?:\.\d[^.]*)?\. [A-Z].*\.$/;

function problemOf(result: ReadResult): string {
  if ('text' in result) throw new Error(`read as ${JSON.stringify(result.text.slice(0, 40))}`);
  return render(result.problem, {});
}

describe('decode', () => {
  it('reads UTF-8 as it is', () => {
    expect(decode(bytes('# 日本語 🐳\r\nFROM x\n'))).toEqual({ text: '# 日本語 🐳\r\nFROM x\n', encoding: 'utf8' });
    expect(decode(bytes())).toEqual({ text: '', encoding: 'utf8' });
  });

  it('takes byte-order marks off the text', () => {
    expect(decode(bytes(0xef, 0xbb, 0xbf, 'FROM x'))).toEqual({ text: 'FROM x', encoding: 'utf8-mark' });
    expect(decode(bytes(0xff, 0xfe, 'F', 0, '\n', 0))).toEqual({ text: 'F\n', encoding: 'utf16le-mark' });
    expect(decode(bytes(0xfe, 0xff, 0, 'F', 0, '\n'))).toEqual({ text: 'F\n', encoding: 'utf16be-mark' });
  });

  it.each([
    ['binary data', bytes('FROM x', 0, 'y'), 'binary'],
    ['UTF-16 without a mark', bytes('F', 0, 'R', 0), 'binary'],
    ['UTF-16 with zero characters', bytes(0xff, 0xfe, 0, 0), 'binary'],
    ['half a UTF-16 character', bytes(0xff, 0xfe, 'F', 0, 'R'), 'ends within a character'],
    ['Shift_JIS', bytes('FROM x\n# ', 0x93, 0xfa, 0x96, 0x7b, '\n'), 'Line 2 is not valid UTF-8'],
    ['Latin-1', bytes('# caf', 0xe9, '\n'), 'Line 1 is not valid UTF-8'],
    ['cut UTF-8', bytes('# ', 0xe6, 0x97), 'Line 1 is not valid UTF-8'],
    ['too much', new Uint8Array(MAX_FILE_SIZE + 1), '5.0 MB, and 5 MB is the limit'],
  ])('says what %s is', (_, content, part) => {
    expect(problemOf(decode(content))).toMatch(SENTENCES);
    expect(problemOf(decode(content))).toContain(part);
  });

  it('takes a text as large as the limit', () => {
    expect(decode(new Uint8Array(MAX_FILE_SIZE).fill(35))).toHaveProperty('text.length', MAX_FILE_SIZE);
  });
});

describe('encode', () => {
  it.each(['utf8', 'utf8-mark', 'utf16le-mark', 'utf16be-mark'] as const)(
    'turns %s back into the same bytes',
    (encoding) => {
      const text = 'FROM x\r\n# 日本語 🐳 \uFEFF\n';
      expect(decode(encode(text, encoding))).toEqual({ text, encoding });
    },
  );
});

describe('readText', () => {
  it('reads a file', () => {
    const root = folder({ Dockerfile: '\uFEFFFROM x\n' });
    expect(readText(path.join(root, 'Dockerfile'))).toEqual({ text: 'FROM x\n', encoding: 'utf8-mark' });
  });

  it('says why a path cannot be read', () => {
    const root = folder({ 'sub/file': '' });
    expect(problemOf(readText(path.join(root, 'nope')))).toContain('no such file');
    expect(problemOf(readText(path.join(root, 'sub/file/below')))).toContain('no such file');
    expect(problemOf(readText(path.join(root, 'sub')))).toContain('is a folder');
    expect(problemOf(readText(`${root}/a\0b`))).toMatch(SENTENCES);
  });

  it('does not read a large file', () => {
    const root = folder();
    const file = path.join(root, 'Dockerfile');
    writeFileSync(file, '');
    // More than fits into the memory, and no block of it on the disk.
    truncateSync(file, 1e12);
    expect(problemOf(readText(file))).toContain('MB');
  });

  if (process.platform === 'linux')
    it('waits for no pipe and reads no device', () => {
      const root = folder();
      execFileSync('mkfifo', [path.join(root, 'pipe')]);
      expect(problemOf(readText(path.join(root, 'pipe')))).toContain('no regular file');
      expect(problemOf(readText('/dev/zero'))).toContain('no regular file');
    });

  if (process.platform === 'linux')
    it('reads a file that says it is empty', () => {
      expect(readText('/proc/self/status')).toHaveProperty('text');
    });
});
