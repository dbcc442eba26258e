import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../rules/config.js';
import { analyze } from '../../rules/core/analyze.js';
import { parseDockerfile } from '../../rules/dockerfile/parse.js';
import { buildersOf } from '../../rules/project/build-links.js';
import { contextsOf } from '../../rules/project/context.js';
import { contextFiles, MAX_ENTRIES } from '../../rules/project/context-files.js';
import { projectOfTexts } from '../../workspace/project-of-texts.js';

type Texts = Readonly<Record<string, string>>;

function builders(dockerfile: string, texts: Texts): readonly string[] {
  return buildersOf(projectOfTexts(dockerfile, { [dockerfile]: 'FROM scratch', ...texts }), DEFAULT_CONFIG).map(
    ({ file, service, context, target }) =>
      [`${file}:${service.name.value}`, context ?? '-', ...(target ? [target.name] : [])].join(' '),
  );
}

describe('the services that build a Dockerfile', () => {
  it('are those whose context and dockerfile lead to it', () => {
    const texts = {
      'compose.yaml': `
services:
  short: { build: ./api }
  long: { build: { context: api, target: run } }
  named: { build: { context: ., dockerfile: api/Dockerfile } }
  absent: { build: { context: web } }
  other: { build: { context: api, dockerfile: Other.Dockerfile } }
  inline: { build: { context: api, dockerfile_inline: "FROM scratch" } }
  remote: { build: "https://example.com/shop.git#main:api" }
  none: { image: "nginx:1.29" }
`,
    };
    expect(builders('api/Dockerfile', texts)).toEqual([
      'compose.yaml:short api',
      'compose.yaml:long api run',
      'compose.yaml:named ',
    ]);
  });

  it('are found beside, above, and in folders for deployments, not elsewhere', () => {
    const build = (context: string) => `services: { web: { build: { context: "${context}" } } }`;
    const texts = {
      'a/b/compose.yaml': build('.'),
      'a/docker-compose.prod.yml': build('b'),
      'compose.yaml': build('a/b'),
      'deploy/compose.yaml': build('../a/b'),
      'x/compose.yaml': build('../a/b'),
    };
    expect(builders('a/b/Dockerfile', texts)).toEqual([
      'a/b/compose.yaml:web a/b',
      'a/docker-compose.prod.yml:web a/b',
      'compose.yaml:web a/b',
      'deploy/compose.yaml:web a/b',
    ]);
  });

  it('count as compose puts them together: override, extends, .env', () => {
    const texts = {
      'compose.yaml': 'services: { web: { build: "${FOLDER}" }, job: { extends: { file: base.yaml, service: job } } }',
      'compose.override.yaml': 'services: { web: { build: { target: dev } } }',
      'base.yaml': 'services: { job: { build: web } }',
      '.env': 'FOLDER=web',
    };
    expect(builders('web/Dockerfile', texts)).toEqual(['compose.yaml:web web dev', 'compose.yaml:job web']);
  });

  it('do not lead out of the project, nor to what is not known', () => {
    const texts = { 'a/compose.yaml': 'services: { x: { build: ../../web }, y: { build: "${SOMEWHERE}" } }' };
    expect(builders('web/Dockerfile', texts)).toEqual([]);
  });
});

describe('the context of a Dockerfile', () => {
  const contexts = (dockerfile: string, text: string, texts: Texts) =>
    contextsOf(parseDockerfile(text), projectOfTexts(dockerfile, { [dockerfile]: text, ...texts }), DEFAULT_CONFIG).map(
      (it) => it.folder,
    );

  it('is what compose files say', () => {
    const texts = {
      'compose.yaml': 'services: { a: { build: { context: a, dockerfile: ../Dockerfile } }, b: { build: . } }',
    };
    expect(contexts('Dockerfile', 'FROM scratch\nCOPY . .', texts)).toEqual(['a', '']);
  });

  it('is the nearest folder with all that is copied by name', () => {
    const texts = { 'package.json': '{}', 'src/main.js': '', 'docker/entrypoint.sh': '' };
    expect(contexts('docker/Dockerfile', 'FROM scratch\nCOPY package.json src ./', texts)).toEqual(['']);
    expect(contexts('docker/Dockerfile', 'FROM scratch\nCOPY entrypoint.sh /', texts)).toEqual(['docker']);
    expect(contexts('docker/Dockerfile', 'FROM scratch\nCOPY missing /', texts)).toEqual([]);
  });

  it('is the own folder, where that is not one for builds', () => {
    expect(contexts('api/Dockerfile', 'FROM scratch\nCOPY . .', {})).toEqual(['api']);
    expect(contexts('docker/api/Dockerfile', 'FROM scratch\nCOPY . .', {})).toEqual([]);
  });
});

describe('the files of a context', () => {
  it('are looked at up to a limit, and not in closed folders', () => {
    const many = Object.fromEntries(Array.from({ length: MAX_ENTRIES + 10 }, (_, index) => [`z/${index}`, '']));
    const project = projectOfTexts('Dockerfile', { ...many, 'a.txt': '', '.git/HEAD': '', 'node_modules/m/i.js': '' });
    const files = contextFiles(project, '', 'Dockerfile');
    expect(files?.cut).toBe(true);
    const first = files?.entries.slice(0, 3).map((it) => `${it.path}${it.isFolder ? '/' : ''}`);
    expect(first).toEqual(['.git/', 'a.txt', 'node_modules/']);
  });
});

describe('the stage that is judged', () => {
  const DOCKERFILE = `FROM debian:13.1 AS base
FROM base AS run
USER 10001
CMD ["a"]
FROM base AS other
CMD ["b"]
FROM base AS dev
CMD ["c"]
`;
  const judged = (compose: string) =>
    analyze(
      { kind: 'dockerfile', text: DOCKERFILE },
      {
        config: DEFAULT_CONFIG,
        project: projectOfTexts('Dockerfile', { Dockerfile: DOCKERFILE, 'compose.yaml': compose }),
        only: new Set(['missing-user']),
      },
    ).findings.map((it) => DOCKERFILE.slice(0, it.range.start).split('\n').length);

  it('is the last one, where no target is named', () => {
    expect(judged('')).toEqual([7]);
    expect(judged('services: { web: { build: . } }')).toEqual([7]);
  });

  it('is the target that a compose file names, and each of several', () => {
    expect(judged('services: { web: { build: { context: ., target: run } } }')).toEqual([]);
    expect(
      judged('services: { a: { build: { context: ., target: RUN } }, b: { build: { context: ., target: other } } }'),
    ).toEqual([5]);
    expect(judged('services: { a: { build: { context: ., target: other } }, b: { build: . } }')).toEqual([5, 7]);
  });

  it('is the last one, where the target is for development or does not exist', () => {
    expect(judged('services: { web: { build: { context: ., target: base } } }')).toEqual([7]);
    expect(judged('services: { web: { build: { context: ., target: nothing } } }')).toEqual([7]);
  });
});
