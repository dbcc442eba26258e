import { describe, expect, it } from 'vitest';
import { COMPOSE, ENGINES, PIPELINES, READ } from '../../client/patterns.js';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze } from '../../rules/core/analyze.js';
import { exampleText, readMarks } from '../../rules/core/example.js';
import { coveredBy } from '../../rules/project/glob.js';
import { kindOf } from '../../rules/project/kind.js';
import { RULES } from '../../rules/registry.generated.js';
import { WATCHED } from '../../server/watched.js';
import { exampleProject } from '../../workspace/example-project.js';

const matcher = (patterns: readonly string[]) => (path: string) => patterns.some((it) => coveredBy(path, it));
const isWatched = matcher(WATCHED);
const isOpened = matcher([`**/${COMPOSE}`, '**/*.compose.{yml,yaml}', ...PIPELINES, ...ENGINES, ...READ]);

const JUDGED = (
  'Dockerfile dockerfile Dockerfile.web web.Dockerfile web.dockerfile Containerfile containerfile Containerfile.web web.Containerfile ' +
  'web.containerfile compose.yaml docker-compose.yml docker-compose.prod.yml compose.dev.yaml shop.compose.yaml ' +
  '.github/workflows/build.yml .github/actions/build/action.yml .github/actions/a/b/action.yaml .gitlab-ci.yml .gitlab-ci-build.yml ' +
  'ci/build.gitlab-ci.yml .gitlab/ci/a/build.yml .gitlab/jobs/build.yml azure-pipelines.yml .azure-pipelines.yml azure-pipeline-build.yaml ' +
  '.azure-pipelines/build.yml azure-pipelines/a/build.yml .azure-pipeline/build.yml .circleci/config.yml bitbucket-pipelines.yml Jenkinsfile ' +
  'Jenkinsfile.build Jenkinsfile-build build.jenkinsfile build.Jenkinsfile .drone.yml .woodpecker.yml .woodpecker/build.yml .woodpecker/a/build.yaml ' +
  'daemon.json buildkitd.toml buildkitd-arm.toml'
).split(' ');

describe('files that change', () => {
  it.each(JUDGED)('%s is judged, its changes are heard of, and the editor sends it', (path) => {
    const kind = kindOf(path, DEFAULT_CONFIG);
    expect(kind).toBeDefined();
    expect(isWatched(path) && isWatched(`a/${path}`)).toBe(true);
    // Dockerfiles are sent for their language.
    if (kind !== 'dockerfile') expect(isOpened(path) && isOpened(`a/${path}`)).toBe(true);
  });

  it('those that rules read are watched, in every example', () => {
    const read = new Set<string>();
    for (const example of RULES.flatMap((it) => it.examples)) {
      if (example.path === undefined) continue;
      const project = exampleProject(example);
      const noted = {
        ...project,
        read: (path: string) => {
          const text = project.read(path);
          if (text !== undefined) read.add(path);
          return text;
        },
      };
      const { text } = readMarks(exampleText('good' in example ? example.good : example.bad, '\n'));
      analyze(
        { kind: example.in, text },
        { config: { ...DEFAULT_CONFIG, ...example.config }, project: noted, rules: RULES },
      );
    }
    expect(read.size).toBeGreaterThan(25);
    // That it is there says which folder is a repository.
    read.delete('.git/HEAD');
    expect([...read].filter((it) => !isWatched(it))).toEqual([]);
  });
});
