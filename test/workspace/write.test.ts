import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { encode, readText } from '../../workspace/read.js';
import { type FileVersion, replaceText } from '../../workspace/write.js';
import { folder, repository } from './folder.js';

function version(file: string): FileVersion {
  const read = readText(file);
  if (!('text' in read)) throw new Error(`${file} cannot be read`);
  return read;
}

describe('replaceText', () => {
  it.each(['utf8', 'utf8-mark', 'utf16le-mark', 'utf16be-mark'] as const)(
    'keeps %s, line ends and the mode',
    (encoding) => {
      const root = folder({ Dockerfile: encode('FROM a\r\n', encoding) });
      const file = path.join(root, 'Dockerfile');
      chmodSync(file, 0o750);
      expect(replaceText(file, version(file), 'FROM b\r\n')).toBeUndefined();
      expect(readFileSync(file)).toEqual(Buffer.from(encode('FROM b\r\n', encoding)));
      expect(statSync(file).mode & 0o777).toBe(0o750);
      expect(readdirSync(root)).toEqual(['Dockerfile']);
    },
  );

  if (process.getuid?.() === 0)
    it('keeps the owner', () => {
      const root = folder({ Dockerfile: 'FROM a\n' });
      const file = path.join(root, 'Dockerfile');
      execFileSync('chown', ['1234:5678', file]);
      replaceText(file, version(file), 'FROM b\n');
      expect(statSync(file)).toMatchObject({ uid: 1234, gid: 5678 });
    });

  it('writes through a link within the repository, and the link stays one', () => {
    const root = repository({ 'real/Dockerfile': 'FROM a\n', 'a/': '' });
    const link = path.join(root, 'a/Dockerfile');
    symlinkSync('../real/Dockerfile', link);
    expect(replaceText(link, version(link), 'FROM b\n')).toBeUndefined();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(root, 'real/Dockerfile'), 'utf8')).toBe('FROM b\n');
  });

  it('writes through no link that leaves, be it a file or a folder', () => {
    const outside = folder({ Dockerfile: 'FROM a\n' });
    const root = repository({});
    symlinkSync(path.join(outside, 'Dockerfile'), path.join(root, 'Dockerfile'));
    symlinkSync(outside, path.join(root, 'linked'));
    for (const name of ['Dockerfile', 'linked/Dockerfile']) {
      const file = path.join(root, name);
      const problem = replaceText(file, version(file), 'FROM b\n');
      expect(problem?.template).toContain('It is a link to');
      expect(problem?.data['target']).toBe(path.join(outside, 'Dockerfile'));
    }
    expect(readFileSync(path.join(outside, 'Dockerfile'), 'utf8')).toBe('FROM a\n');
  });

  it('leaves a file that changed meanwhile as it is', () => {
    const root = folder({ Dockerfile: 'FROM a\n' });
    const file = path.join(root, 'Dockerfile');
    const before = version(file);
    writeFileSync(file, 'FROM typed\n');
    expect(replaceText(file, before, 'FROM b\n')?.template).toContain('changed while');
    expect(readFileSync(file, 'utf8')).toBe('FROM typed\n');
    expect(readdirSync(root)).toEqual(['Dockerfile']);
  });

  it('says when a file is gone', () => {
    const root = folder();
    const problem = replaceText(path.join(root, 'Dockerfile'), { text: '', encoding: 'utf8' }, 'x');
    expect(problem?.data['code']).toBe('ENOENT');
  });
});
