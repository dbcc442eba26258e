import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createListings } from '../../workspace/listings.js';
import { createSettings } from '../../workspace/settings.js';
import { walk } from '../../workspace/walk.js';
import { folder, repository } from './folder.js';

async function found(root: string, top = root): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const it of walk(root, createSettings({}), createListings())) {
    const relative = path.relative(top, it.path).replaceAll(path.sep, '/');
    all.push('kind' in it ? relative : `${relative}: ${it.message.template}`);
  }
  return all;
}

describe('walk', () => {
  it('finds files of each kind, files of a folder first, by name', async () => {
    const root = folder({
      'b/Dockerfile': '',
      'a/compose.yaml': '',
      'a/z/Dockerfile.dev': '',
      'seaworthy.yaml': '',
      '.github/workflows/ci.yml': '',
      Dockerfile: '',
      'README.md': '',
    });
    expect(await found(root)).toEqual([
      'Dockerfile',
      'seaworthy.yaml',
      '.github/workflows/ci.yml',
      'a/compose.yaml',
      'a/z/Dockerfile.dev',
      'b/Dockerfile',
    ]);
  });

  it('follows .gitignore files, the nearest first', async () => {
    const root = repository({
      '.gitignore': 'out/\n*.dev\n/only-here/\nkept/*\n!kept/Dockerfile\n',
      '.git/info/exclude': 'private\n',
      'out/Dockerfile': '',
      'a/out/Dockerfile': '',
      'Dockerfile.dev': '',
      'a/.gitignore': '!*.dev\nDockerfile.x\n',
      'a/Dockerfile.dev': '',
      'a/Dockerfile.x': '',
      'b/Dockerfile.x': '',
      'only-here/Dockerfile': '',
      'a/only-here/Dockerfile': '',
      'kept/Dockerfile': '',
      'kept/Dockerfile.x': '',
      'private/Dockerfile': '',
    });
    expect(await found(root)).toEqual([
      'a/Dockerfile.dev',
      'a/only-here/Dockerfile',
      'b/Dockerfile.x',
      'kept/Dockerfile',
    ]);
  });

  it('follows the .gitignore files above, but not to ignore what was named', async () => {
    const root = repository({
      '.gitignore': 'out\n*.dev\n',
      'a/Dockerfile.dev': '',
      'a/Dockerfile': '',
      'out/Dockerfile': '',
    });
    expect(await found(path.join(root, 'a'))).toEqual(['Dockerfile']);
    expect(await found(path.join(root, 'out'))).toEqual(['Dockerfile']);
  });

  it('leaves out what the configuration excludes, and takes what it adds', async () => {
    const root = repository({
      'seaworthy.yaml': 'exclude: [vendor, "*.old.Dockerfile"]\nfiles:\n  dockerfile: ["*.docker"]\n',
      'vendor/a/Dockerfile': '',
      'b/x.old.Dockerfile': '',
      'b/x.docker': '',
      'sub/seaworthy.yaml': 'exclude: [inner]\n',
      'sub/inner/Dockerfile': '',
      'sub/vendor/Dockerfile': '',
    });
    expect(await found(root)).toEqual(['seaworthy.yaml', 'b/x.docker', 'sub/seaworthy.yaml', 'sub/vendor/Dockerfile']);
  });

  it('does not enter .git, node_modules and symbolic links', async () => {
    const root = repository({
      '.git/Dockerfile': '',
      'node_modules/a/Dockerfile': '',
      'real/Dockerfile': '',
    });
    symlinkSync(path.join(root, 'real'), path.join(root, 'link'));
    symlinkSync(root, path.join(root, 'real', 'loop'));
    symlinkSync(path.join(root, 'real', 'Dockerfile'), path.join(root, 'Dockerfile'));
    expect(await found(root)).toEqual(['real/Dockerfile']);
  });

  it('reports a folder that is not there and goes on with what is', async () => {
    const root = folder();
    const [problem] = await found(path.join(root, 'nope'), root);
    expect(problem).toMatch(/^nope: There is no such file or folder\./);
  });

  // Root may read everything: test/cli/process.test.ts looks at this with the rights of another user.
  if (process.getuid?.() !== 0 && process.platform !== 'win32')
    it('goes on after a folder it may not read', async () => {
      const root = folder({ 'a/Dockerfile': '', 'b/Dockerfile': '', 'c/Dockerfile': '' });
      chmodSync(path.join(root, 'b'), 0);
      expect(await found(root)).toEqual([
        'a/Dockerfile',
        expect.stringMatching(/^b: The folder may not be read/),
        'c/Dockerfile',
      ]);
      chmodSync(path.join(root, 'b'), 0o755);
    });

  it('lets others have their turn while it walks a large tree', async () => {
    const root = repository({ '.gitignore': '*.log\n' });
    for (let folder = 0; folder < 500; folder++) {
      const name = path.join(root, `folder-${folder}`);
      mkdirSync(name);
      for (let file = 0; file < 10; file++) writeFileSync(path.join(name, `file-${file}.ts`), '');
      writeFileSync(path.join(name, 'Dockerfile'), '');
    }
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    expect(await found(root)).toHaveLength(500);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});
