import { describe, expect, it } from 'vitest';
import { commandedBuilds } from '../../rules/project/commanded-builds.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';

const job = (step: string): string =>
  `on: push\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n      - ${step}\n`;

/** Context and names of the builds of `web/Dockerfile`. */
function builds(step: string, around: Readonly<Record<string, string>> = {}): readonly string[] {
  const texts = { 'web/Dockerfile': 'FROM scratch\n', '.github/workflows/ci.yml': job(step), ...around };
  return commandedBuilds(projectOfTexts('web/Dockerfile', texts)).map((it) =>
    [it.context || '.', ...it.names].join(' '),
  );
}

describe('a pipeline builds the Dockerfile', () => {
  it.each<[string, string]>([
    ['run: docker build web', 'web'],
    ['run: docker build -t shop -f web/Dockerfile .', '.'],
    ['run: docker build --file=./web/Dockerfile --build-arg A=1 "."', '.'],
    ['run: docker buildx build --push --build-context Base=../base -f web/Dockerfile .', '. base'],
    ['run: docker image build ./web/', 'web'],
    ['run: podman build web', 'web'],
    ['{ run: docker build ., working-directory: web }', 'web'],
    ['{ uses: docker/build-push-action@v6, with: { context: web, push: true } }', 'web'],
    ['{ uses: docker/build-push-action@v6, with: { file: web/Dockerfile, push: true } }', '.'],
    [
      '{ uses: docker/build-push-action@v6, with: { context: "${{ github.workspace }}/web", build-contexts: "a=b" } }',
      'web a',
    ],
  ])('%s', (step, expected) => {
    expect(builds(step)).toEqual([expected]);
  });

  it('through a script and a Makefile', () => {
    expect(builds('run: ./build.sh', { 'build.sh': '#!/bin/sh\ndocker build web\n' })).toEqual(['web']);
    expect(builds('run: make -C web image', { 'web/Makefile': 'image:\n\tdocker build .\n' })).toEqual(['web']);
  });
});

describe('it cannot be told what a pipeline builds', () => {
  it.each([
    'run: docker build "$FOLDER"',
    'run: cd web && docker build .',
    'run: docker build - < web/Dockerfile',
    'run: docker build https://example.com/shop.git#main:web',
    'run: docker build -f "$FILE" web',
    'run: docker builder prune',
    'run: docker run builder build web',
    'run: docker build other',
    '{ uses: docker/build-push-action@v6, with: { context: "{{defaultContext}}:web" } }',
    '{ uses: docker/build-push-action@v6, with: { context: "https://github.com/acme/shop.git", file: web/Dockerfile } }',
  ])('%s', (step) => {
    expect(builds(step)).toEqual([]);
  });

  it('where a script changes its folder', () => {
    expect(builds('run: ./build.sh', { 'build.sh': 'cd "$(dirname "$0")"\ndocker build web\n' })).toEqual([]);
  });
});
