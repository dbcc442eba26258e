import { placeIn } from '../../core/elsewhere.js';
import type { Fix } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import { shippedStage } from '../../dockerfile/queries.js';
import { imageWorkOf } from '../../pipeline/coverage.js';
import { pipelinesOf } from '../../pipeline/project.js';
import { isInline } from '../../project/build-links.js';

export default defineRule({
  id: 'no-image-pipeline',
  severity: 'warning',
  profile: 'strict',
  summary: 'A pipeline must build and scan the image of a Dockerfile.',
  why: `
    An image that people build by hand is built when somebody remembers. Nobody scans it, nobody builds it again when its base gets a security fix,
    and what is in it depends on whose machine it came from.

    A pipeline that builds and scans it at every change, and once a week beside that, keeps it current. Dockerfiles of development
    containers, tests and examples are left alone, and so are repositories with a build service or a CI system whose files are not read.
  `,
  fixSafety: `
    The workflow builds and scans the image at every push. It cannot run as it is: name the full commit hash of a Trivy action
    release that you have looked at, and check that the build context is the folder you want.
  `,
  references: [
    'https://docs.docker.com/build/ci/github-actions/',
    'https://docs.docker.com/build/ci/github-actions/test-before-push/',
  ],
  standards: { cis: ['4.4'], nist: ['4.1.1'] },
  equivalents: {},
  messages: {
    none: 'No pipeline here builds this image, so nobody scans it or renews it when its base is fixed. Add one.',
  },
  titles: { addWorkflow: 'Write a workflow that builds and scans the image' },

  check: {
    dockerfile(document, { project }) {
      const { path } = project;
      const image = shippedStage(document)?.from.image;
      if (path === undefined || !image || isAside(path) || isInline(project) || isBuiltElsewhere(project)) return [];
      const { open, builds } = imageWorkOf(project);
      if (open || builds) return [];
      return [{ message: 'none', range: image.range, fixes: addWorkflow(project, path) }];
    },
  },

  examples: [
    {
      title: 'A repository without pipelines',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: { 'web/index.html': '<html></html>' },
      bad: `
        FROM «nginxinc/nginx-unprivileged:1.29.3-alpine»
        COPY index.html /usr/share/nginx/html/
      `,
      expect: ['none'],
      fixed: `
        FROM nginxinc/nginx-unprivileged:1.29.3-alpine
        COPY index.html /usr/share/nginx/html/
      `,
      fixedAround: {
        '.github/workflows/image.yml': `
          name: image
          on:
            push:
            schedule:
              - cron: "30 4 * * 1"

          permissions:
            contents: read

          jobs:
            image:
              runs-on: ubuntu-24.04
              steps:
                - uses: actions/checkout@v5

                - name: Build the image
                  run: docker build --tag image:\${{ github.sha }} --file web/Dockerfile web

                - name: Scan the image
                  uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                  with:
                    image-ref: image:\${{ github.sha }}
                    severity: HIGH,CRITICAL
                    exit-code: "1"
        `,
      },
    },
    {
      title: 'A pipeline that builds no image',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: { '.gitlab-ci.yml': 'test:\n  script:\n    - npm test\n' },
      bad: `
        FROM «nginxinc/nginx-unprivileged:1.29.3-alpine»
        COPY index.html /usr/share/nginx/html/
      `,
      expect: ['none'],
      fixed: null,
    },
    {
      title: 'Built by a pipeline',
      in: 'dockerfile',
      path: 'web/Dockerfile',
      around: {
        '.gitlab-ci.yml': 'image:build:\n  script:\n    - make image\n',
        Makefile: 'image:\n\tdocker build -t web web\n',
      },
      good: `
        FROM nginxinc/nginx-unprivileged:1.29.3-alpine
        COPY index.html /usr/share/nginx/html/
      `,
    },
    {
      title: 'A development container',
      in: 'dockerfile',
      path: '.devcontainer/Dockerfile',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:1.2.3-bookworm
        USER vscode
      `,
    },
    {
      title: 'A build service',
      in: 'dockerfile',
      path: 'Dockerfile',
      around: { 'cloudbuild.yaml': 'steps: []\n' },
      good: `
        FROM nginxinc/nginx-unprivileged:1.29.3-alpine
        COPY index.html /usr/share/nginx/html/
      `,
    },
    {
      title: 'A file that stands alone',
      in: 'dockerfile',
      good: `
        FROM nginxinc/nginx-unprivileged:1.29.3-alpine
        COPY index.html /usr/share/nginx/html/
      `,
    },
  ],
});

/** It is for those who work on the repository, not for its users. */
function isAside(path: string): boolean {
  return /(?:^|\/)(?:\.devcontainer|tests?|testdata|fixtures|examples?|samples?|docs?|e2e|vendor|node_modules)\//i.test(
    path,
  );
}

/** Services and CI systems that build images, and whose files are not read. */
const ELSEWHERE =
  /^(?:cloudbuild\.ya?ml|buildspec\.ya?ml|skaffold\.ya?ml|\.buildkite|\.travis\.yml|\.?appveyor\.yml|fly\.toml|render\.yaml|railway\.(?:json|toml)|heroku\.yml|captain-definition|\.semaphore|\.tekton|\.cirrus\.yml|\.teamcity|wercker\.yml|codefresh\.ya?ml|concourse|\.platform\.app\.yaml|apprunner\.yaml|werf\.yaml|\.builds|\.gitea|\.forgejo)$/;

function isBuiltElsewhere(project: Project): boolean {
  return (project.list('') ?? []).some((it) => ELSEWHERE.test(it.name));
}

const WORKFLOW = '.github/workflows/image.yml';

function addWorkflow(project: Project, dockerfile: string): readonly Fix<'addWorkflow'>[] {
  if (pipelinesOf(project).all.length > 0 || project.read(WORKFLOW) !== undefined || !/^[\w./-]+$/.test(dockerfile))
    return [];
  const range = placeIn(project, WORKFLOW, { start: 0, end: 0 });
  return [{ title: 'addWorkflow', applicability: 'manual', edits: [{ range, text: workflowFor(dockerfile) }] }];
}

function workflowFor(dockerfile: string): string {
  const slash = dockerfile.lastIndexOf('/');
  const context = slash < 0 ? '.' : dockerfile.slice(0, slash);
  const image = `image:\${{ github.sha }}`;
  return `name: image
on:
  push:
  schedule:
    - cron: "30 4 * * 1"

permissions:
  contents: read

jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5

      - name: Build the image
        run: docker build --tag ${image} --file ${dockerfile} ${context}

      - name: Scan the image
        uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
        with:
          image-ref: ${image}
          severity: HIGH,CRITICAL
          exit-code: "1"
`;
}
