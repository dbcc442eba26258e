import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { coveredBy } from '../../rules/project/glob.js';
import { kindOf } from '../../rules/project/kind.js';
import { createSettings } from '../../workspace/settings.js';
import { folder, repository } from './folder.js';

describe('settings', () => {
  it('are the defaults where there is no configuration', () => {
    const root = repository({ 'a/Dockerfile': '' });
    const settings = createSettings({}).of(path.join(root, 'a/Dockerfile'));
    expect(settings).toEqual({ config: DEFAULT_CONFIG, base: root, files: [], problems: [] });
  });

  it('come from the nearest file, key by key', () => {
    const root = repository({
      'seaworthy.yaml':
        'profile: strict\nrules:\n  missing-user: off\n  root-user: info\nregistries:\n  allowed: [a.example]\n',
      'a/b/seaworthy.yml': 'rules:\n  root-user: error\nregistries:\n  trusted: [b.example]\n',
    });
    const settings = createSettings({});
    const { config, files } = settings.of(path.join(root, 'a/b/c/Dockerfile'));
    expect(config.profile).toBe('strict');
    expect(config.rules).toEqual({ 'missing-user': 'off', 'root-user': 'error' });
    expect(config.registries).toEqual({ allowed: ['a.example'], trusted: ['b.example'], scanned: [] });
    expect(files).toEqual([path.join(root, 'seaworthy.yaml'), path.join(root, 'a/b/seaworthy.yml')]);
    expect(settings.of(path.join(root, 'a/Dockerfile')).config.rules).toEqual({
      'missing-user': 'off',
      'root-user': 'info',
    });
    expect(settings.of(path.join(root, 'a/b')).config.rules['root-user']).toBe('error');
  });

  it('stop at the root of the repository', () => {
    const outer = folder({ 'seaworthy.yaml': 'profile: strict\n', 'inner/.git/HEAD': '', 'inner/a/Dockerfile': '' });
    expect(createSettings({}).of(path.join(outer, 'inner/a/Dockerfile')).config.profile).toBe('recommended');
    expect(createSettings({}).of(path.join(outer, 'Dockerfile')).config.profile).toBe('strict');
  });

  it('count patterns from the folder of their file', () => {
    const root = repository({ 'a/seaworthy.yaml': 'exclude: [gen, "x/*.yml"]\n' });
    const { config, base } = createSettings({}).of(path.join(root, 'a/b/Dockerfile'));
    const excluded = (it: string) => config.exclude.some((pattern) => coveredBy(it, pattern));
    expect(base).toBe(root);
    expect(['a/gen/Dockerfile', 'a/b/gen/Dockerfile', 'a/x/c.yml'].every(excluded)).toBe(true);
    expect(['gen/Dockerfile', 'x/c.yml', 'b/a/gen'].some(excluded)).toBe(false);
  });

  it('name the files of sets by their whole paths', () => {
    const root = repository({ 'a/seaworthy.yaml': 'compose:\n  sets: [[compose.yaml, ../b/compose.prod.yaml]]\n' });
    const { config } = createSettings({}).of(path.join(root, 'a/compose.yaml'));
    expect(config.compose.sets).toEqual([[path.join(root, 'a/compose.yaml'), path.join(root, 'b/compose.prod.yaml')]]);
    const editor = createSettings({
      defaults: () => ({ compose: { sets: [['compose.yaml']] } }),
      defaultsBase: () => path.join(root, 'w'),
    });
    expect(editor.of(path.join(root, 'w/compose.yaml')).config.compose.sets).toEqual([
      [path.join(root, 'w/compose.yaml')],
    ]);
  });

  it('make compose files of the files of sets, and of no others', () => {
    const root = repository({
      'a/seaworthy.yaml': 'compose:\n  sets: [[base.yaml, "../b/x[1].yaml", ../../out.yaml]]\n',
    });
    const { config } = createSettings({}).of(path.join(root, 'a/base.yaml'));
    const isCompose = (it: string) => kindOf(it, config) === 'compose';
    expect(['a/base.yaml', 'b/x[1].yaml'].filter(isCompose)).toHaveLength(2);
    expect(['base.yaml', 'a/b/base.yaml', 'b/x1.yaml', 'out.yaml'].filter(isCompose)).toEqual([]);
  });

  it('lie above what an editor says and below what a command line says', () => {
    const root = repository({ 'seaworthy.yaml': 'rules:\n  root-user: error\n', 'w/Dockerfile': '' });
    const settings = createSettings({
      defaults: () => ({ profile: 'strict', rules: { 'root-user': 'off', 'missing-user': 'off' }, exclude: ['gen'] }),
      defaultsBase: () => path.join(root, 'w'),
      overrides: { profile: 'recommended' },
    });
    const { config } = settings.of(path.join(root, 'w/Dockerfile'));
    expect(config.profile).toBe('recommended');
    expect(config.rules).toEqual({ 'root-user': 'error', 'missing-user': 'off' });
    expect(config.exclude).toEqual(['w/**/gen']);
  });

  it('come from one named file only', () => {
    const root = repository({ 'seaworthy.yaml': 'profile: strict\n', 'ci/other.yaml': 'exclude: [gen]\n' });
    const file = path.join(root, 'ci/other.yaml');
    expect(createSettings({ file }).of(path.join(root, 'Dockerfile')).config).toMatchObject({
      profile: 'recommended',
      exclude: ['ci/**/gen'],
    });
    expect(createSettings({ file, fileBase: root }).of(path.join(root, 'Dockerfile')).config.exclude).toEqual(['gen']);
  });

  it('keep what is right of a broken file and say what is wrong', () => {
    const root = repository({
      'seaworthy.yaml': 'profile: strict\nrules: {missing-user: off\n',
      'a/seaworthy.yaml': new Uint8Array([0, 1, 2]),
      'b/seaworthy.yaml': '',
    });
    const { problems, config } = createSettings({}).of(path.join(root, 'a/Dockerfile'));
    expect(problems.map((it) => it.path)).toEqual([
      path.join(root, 'seaworthy.yaml'),
      path.join(root, 'a/seaworthy.yaml'),
    ]);
    expect(config.profile).toBe('strict');
    expect(createSettings({}).of(path.join(root, 'b/Dockerfile')).problems).toHaveLength(1);
  });

  it('are read again after forget', () => {
    const root = repository({ Dockerfile: '' });
    const settings = createSettings({});
    const profile = () => settings.of(path.join(root, 'Dockerfile')).config.profile;
    expect(profile()).toBe('recommended');
    writeFileSync(path.join(root, 'seaworthy.yaml'), 'profile: strict\n');
    expect(profile()).toBe('recommended');
    settings.forget();
    expect(profile()).toBe('strict');
  });
});
