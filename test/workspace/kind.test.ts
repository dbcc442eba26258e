import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { coveredBy, rebased } from '../../rules/project/glob.js';
import { isExcluded, kindOf } from '../../rules/project/kind.js';
import { filled, growth, LINEAR } from '../growth.js';

const kind = (path: string, languageId?: string) => kindOf(path, DEFAULT_CONFIG, languageId);

describe('kindOf', () => {
  it.each([
    'Dockerfile',
    'a/b/Dockerfile',
    'Dockerfile.dev',
    'Dockerfile.node-22',
    'Dockerfile.j2',
    'api.Dockerfile',
    'api.dockerfile',
    'dockerfile',
    'Containerfile',
    'Containerfile.prod',
    'web.containerfile',
    '.github/workflows/Dockerfile',
  ])('%s is a Dockerfile', (path) => expect(kind(path)).toBe('dockerfile'));

  it.each([
    'compose.yaml',
    'compose.yml',
    'compose.prod.yaml',
    'compose-dev.yml',
    'docker-compose.yml',
    'a/docker-compose.override.yaml',
    'stack.compose.yaml',
  ])('%s is a compose file', (path) => expect(kind(path)).toBe('compose'));

  it.each(['.github/workflows/ci.yml', 'sub/.github/workflows/compose.yaml'])('%s is a workflow', (path) =>
    expect(kind(path)).toBe('ci'),
  );

  it.each([
    '.github/actions/image/action.yml',
    '.gitlab-ci.yml',
    'ci/build.gitlab-ci.yml',
    '.gitlab/ci/jobs/build.yml',
    'azure-pipelines.yml',
    'azure-pipelines-release.yaml',
    '.azure-pipelines/templates/build.yml',
    '.circleci/config.yml',
    'bitbucket-pipelines.yml',
    'Jenkinsfile',
    'ci/Jenkinsfile.release',
    'release.jenkinsfile',
    '.drone.yml',
    '.woodpecker.yml',
    '.woodpecker/build.yaml',
  ])('%s is a pipeline', (path) => expect(kind(path)).toBe('ci'));

  it.each(['daemon.json', 'docker/daemon.json', 'buildkitd.toml', 'buildkitd.prod.toml'])(
    '%s is a configuration of an engine',
    (path) => expect(kind(path)).toBe('engine'),
  );

  it.each(['seaworthy.yaml', 'a/seaworthy.yml'])('%s is a configuration', (path) => expect(kind(path)).toBe('config'));

  it.each([
    'Dockerfile.md',
    'Dockerfile.dockerignore',
    'api.Dockerfile.dockerignore',
    '.dockerignore',
    'Dockerfiles',
    'MyDockerfile',
    'Dockerfile/README',
    'dockerfile.ts',
    '.dockerfile',
    'docker-compose.yml.bak',
    'compose.json',
    'my-compose.yaml',
    '.github/workflows/deep/ci.yml',
    'github/workflows/ci.yml',
    'values.yaml',
    'gitlab/ci/build.yml',
    'Jenkinsfile.md',
    'Makefile',
    'scripts/build.sh',
    '',
  ])('%s is none of ours', (path) => expect(kind(path)).toBeUndefined());

  it('takes the editor at its word where the name says nothing', () => {
    expect(kind('build/image', 'dockerfile')).toBe('dockerfile');
    expect(kind('stack.yml', 'dockercompose')).toBe('compose');
    expect(kind('stack.yml', 'yaml')).toBeUndefined();
    expect(kind('Dockerfile.md', 'dockerfile')).toBeUndefined();
  });

  it('follows the patterns of the user first', () => {
    const config = { ...DEFAULT_CONFIG, files: { dockerfile: ['*.docker', 'images/*'], compose: ['stacks/**/*.yml'] } };
    expect(kindOf('a/b/web.docker', config)).toBe('dockerfile');
    expect(kindOf('images/web', config)).toBe('dockerfile');
    expect(kindOf('stacks/a/b/web.yml', config)).toBe('compose');
    expect(kindOf('stack/web.yml', config)).toBeUndefined();
  });
});

describe('patterns', () => {
  it.each([
    ['vendor', 'vendor/a/Dockerfile', true],
    ['vendor', 'a/vendor/Dockerfile', true],
    ['/vendor', 'a/vendor/Dockerfile', false],
    ['/vendor', 'vendor/Dockerfile', true],
    ['vendor/', 'vendor/Dockerfile', true],
    ['./a/b', 'a/b', true],
    ['a/b', 'x/a/b', false],
    ['**/b', 'x/y/b', true],
    ['**/b', 'b', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['a/**/d', 'a/d', true],
    ['a/**/d', 'a/b/c/d', true],
    ['a/**/d/*.x', 'a/d/c/d/e.x', true],
    ['*.test.Dockerfile', 'x/a.test.Dockerfile', true],
    ['*.test.Dockerfile', 'x/a.Dockerfile', false],
    ['a*b*c', 'aXbYbZc', true],
    ['a*b*c', 'aXbYbZ', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'dx', true],
    ['[x', '[x', true],
    ['{a,b/c}/d', 'b/c/d', true],
    ['*.{yml,yaml}', 'a.yaml', true],
    ['a{b}', 'a{b}', true],
    ['{a,b', '{a,b', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['(a|b)', '(a|b)', true],
  ])('%s and %s: %s', (pattern, path, expected) => expect(coveredBy(path, pattern)).toBe(expected));

  it('count from another folder', () => {
    expect(rebased('*.x', 'a/b')).toBe('a/b/**/*.x');
    expect(rebased('c/*.x', 'a')).toBe('a/c/*.x');
    expect(rebased('/c', 'a')).toBe('a/c');
    expect(rebased('c', '')).toBe('c');
    expect(coveredBy('[a]/{b,c}/x', rebased('x', '[a]/{b,c}'))).toBe(true);
    expect(coveredBy('a/b/x', rebased('x', '[a]/{b,c}'))).toBe(false);
  });

  it('cannot be made slow', () => {
    expect(growth(5000, (length) => coveredBy('a'.repeat(length), `${'*a'.repeat(100)}b`))).toBeLessThan(LINEAR);
    expect(growth(4000, (length) => coveredBy(filled('a/', length), `${'**/a/'.repeat(100)}b`))).toBeLessThan(LINEAR);
    expect(growth(2000, (length) => coveredBy('x', filled('{', length)))).toBeLessThan(LINEAR);
    expect(coveredBy('a'.repeat(5000), `${'*a'.repeat(100)}b`)).toBe(false);
    expect(coveredBy('a/'.repeat(2000), `${'**/a/'.repeat(100)}b`)).toBe(false);
    // Two to the power of thirty alternatives.
    expect(coveredBy('x', '{a,b}'.repeat(30))).toBe(false);
  });

  it('exclude', () => {
    const config = { ...DEFAULT_CONFIG, exclude: ['vendor', 'test/**/*.yml'] };
    expect(isExcluded('vendor', config)).toBe(true);
    expect(isExcluded('test/a/compose.yml', config)).toBe(true);
    expect(isExcluded('src/compose.yml', config)).toBe(false);
  });
});
