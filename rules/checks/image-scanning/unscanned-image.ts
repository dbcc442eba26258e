import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { readImageReference } from '../../images/reference.js';
import { comesFrom } from '../../images/registries.js';
import { type PlacedAct, shippedActs } from '../../pipeline/acts.js';
import { imageWorkOf } from '../../pipeline/coverage.js';
import type { PipelineDocument, PipelineJob } from '../../pipeline/model.js';
import { scanAddition } from '../../pipeline/scan-step.js';

export default defineRule({
  id: 'unscanned-image',
  severity: 'warning',
  summary: 'An image that a pipeline builds must be scanned for known vulnerabilities.',
  why: `
    An image brings along hundreds of packages that nobody on the team chose one by one. When a vulnerability in one of them becomes known,
    ready-made attacks follow within days, and an image that nobody scans ships with it until somebody notices by chance.

    A scan between build and push compares the packages of the image with the public lists of known vulnerabilities and stops the
    pipeline when one of them matters. One scan anywhere in the pipelines of the repository is enough for this rule, unless it names another image: by an action, by a
    command, or in a called workflow or template whose name says so. Builds whose result is thrown away, or only run in the same job, are not judged.

    Read are GitHub Actions, GitLab CI, Azure Pipelines, CircleCI, Bitbucket Pipelines, Jenkinsfiles, Drone and Woodpecker, and the scripts, Makefiles
    and justfiles that they call. A registry that scans every image that is pushed to it is named in \`registries.scanned\` of the configuration.
  `,
  fixSafety: `
    The step uses Trivy and fails the job when the image has a known vulnerability of level HIGH or CRITICAL. It cannot run as it is: name the full commit hash
    of a Trivy action release that you have looked at, for tags of scanner actions have been moved to attacker code before. An
    image that was only pushed is pulled for the scan.

    In other systems it is a command, and the runner needs Trivy in a version that you have chosen. In GitLab it is the template that GitLab
    ships, where the image has a name: its job runs in the stage \`test\` and pulls the image.
  `,
  references: [
    'https://docs.docker.com/build/ci/github-actions/test-before-push/',
    'https://trivy.dev/latest/docs/target/container_image/',
    'https://docs.github.com/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions#using-third-party-actions',
  ],
  standards: { cis: ['4.4'], nist: ['4.1.1'], owasp: ['RULE #9'], cwe: ['CWE-1395'] },
  equivalents: {},
  messages: {
    pushed:
      'Job "{job}" ships an image that no pipeline scans, so known vulnerabilities ship with it. Add a scan before the push.',
    built:
      'Job "{job}" builds an image that no pipeline scans. If it ships, known vulnerabilities ship with it. Add a scan.',
  },
  titles: {
    action: 'Add a step that scans the image with Trivy',
    command: 'Add a command that scans the image with Trivy',
    template: "Scan the image with GitLab's template",
  },

  check: {
    ci(document, { config, project }) {
      const { jobs, isScanned, open } = imageWorkOf(project, document);
      const isScannedByRegistry = scannedByRegistry(config.registries.scanned ?? []);
      const everything = jobs.flatMap(shippedActs);
      const shipped = everything.some((it) => it.pushes);
      const built = everything.some((it) => it.does === 'build');
      return jobs.flatMap((one) => {
        const all = shippedActs(one).filter((it) => !isScanned(it) && !isScannedByRegistry(it));
        // A job that pushes what another one built is told there.
        const first = all.find((it) => it.does === 'build') ?? (built ? undefined : all[0]);
        if (!first) return [];
        return [
          {
            message: shipped ? 'pushed' : 'built',
            data: { job: one.job.name.value },
            range: first.range,
            // What is taken in from elsewhere may scan.
            confidence: shipped && !open ? 'high' : 'low',
            fixes: addScan(document, one.job, first),
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Built and pushed by an action',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5

              - name: Build and push
                uses: «docker/build-push-action@v6»
                with:
                  push: true
                  tags: registry.example.com/shop/web:\${{ github.sha }}

              - run: echo done
      `,
      expect: ['pushed'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5

              - name: Build and push
                uses: docker/build-push-action@v6
                with:
                  push: true
                  tags: registry.example.com/shop/web:\${{ github.sha }}

              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: registry.example.com/shop/web:\${{ github.sha }}
                  severity: HIGH,CRITICAL
                  exit-code: "1"

              - run: echo done
      `,
    },
    {
      title: 'Tags by docker/metadata-action',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
            - id: meta
              uses: docker/metadata-action@v5
            - uses: «docker/build-push-action@v6»
              with:
                push: \${{ github.event_name != 'pull_request' }}
                tags: \${{ steps.meta.outputs.tags }}
      `,
      expect: ['pushed'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
            - id: meta
              uses: docker/metadata-action@v5
            - uses: docker/build-push-action@v6
              with:
                push: \${{ github.event_name != 'pull_request' }}
                tags: \${{ steps.meta.outputs.tags }}
            - name: Scan the image
              uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
              with:
                image-ref: \${{ fromJSON(steps.meta.outputs.json).tags[0] }}
                severity: HIGH,CRITICAL
                exit-code: "1"
      `,
    },
    {
      title: 'Built and pushed by commands',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: |
                  «docker build -t registry.example.com/shop/web:1.2.3 .»
                  docker push registry.example.com/shop/web:1.2.3
      `,
      expect: ['pushed'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: |
                  docker build -t registry.example.com/shop/web:1.2.3 .
                  docker push registry.example.com/shop/web:1.2.3
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
                  severity: HIGH,CRITICAL
                  exit-code: "1"
      `,
    },
    {
      title: 'Other builders',
      in: 'ci',
      bad: `
        on: push
        jobs:
          bake:
            runs-on: ubuntu-24.04
            steps:
              - run: «docker buildx bake --push»
          buildah:
            runs-on: ubuntu-24.04
            steps:
              - run: «buildah bud -t registry.example.com/shop/web:1.2.3 .»
          ko:
            runs-on: ubuntu-24.04
            steps:
              - run: «ko build ./cmd/shop»
          jib:
            runs-on: ubuntu-24.04
            steps:
              - run: «./gradlew jib»
          kaniko:
            runs-on: ubuntu-24.04
            steps:
              - run: «/kaniko/executor --context . --destination registry.example.com/shop/web:1.2.3»
      `,
      expect: ['pushed', 'pushed', 'pushed', 'pushed', 'pushed'],
      fixed: `
        on: push
        jobs:
          bake:
            runs-on: ubuntu-24.04
            steps:
              - run: docker buildx bake --push
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: IMAGE
                  severity: HIGH,CRITICAL
                  exit-code: "1"
          buildah:
            runs-on: ubuntu-24.04
            steps:
              - run: buildah bud -t registry.example.com/shop/web:1.2.3 .
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
                  severity: HIGH,CRITICAL
                  exit-code: "1"
          ko:
            runs-on: ubuntu-24.04
            steps:
              - run: ko build ./cmd/shop
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: IMAGE
                  severity: HIGH,CRITICAL
                  exit-code: "1"
          jib:
            runs-on: ubuntu-24.04
            steps:
              - run: ./gradlew jib
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: IMAGE
                  severity: HIGH,CRITICAL
                  exit-code: "1"
          kaniko:
            runs-on: ubuntu-24.04
            steps:
              - run: /kaniko/executor --context . --destination registry.example.com/shop/web:1.2.3
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: IMAGE
                  severity: HIGH,CRITICAL
                  exit-code: "1"
      `,
    },
    {
      title: 'Built, and pushed by nothing in the file',
      in: 'ci',
      bad: `
        on: pull_request
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: «docker build -t web:test .»
              - run: docker save web:test -o web.tar
      `,
      expect: ['built'],
      confidence: 'low',
      fixed: `
        on: pull_request
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build -t web:test .
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: web:test
                  severity: HIGH,CRITICAL
                  exit-code: "1"
              - run: docker save web:test -o web.tar
      `,
    },
    {
      title: 'Pushed, and built by something that cannot be seen',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              -
                run: make image
              -
                run: «docker push "$IMAGE"»
      `,
      expect: ['pushed'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              -
                run: make image
              -
                name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: IMAGE
                  severity: HIGH,CRITICAL
                  exit-code: "1"
              -
                run: docker push "$IMAGE"
      `,
    },
    {
      title: 'GitLab: its own template, where the image has a name',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        stages: [build, test]
        image:build:
          stage: build
          image: docker:29
          script:
            - «docker build -t registry.example.com/shop/web:1.2.3 .»
            - docker push registry.example.com/shop/web:1.2.3
      `,
      expect: ['pushed'],
      fixed: `
        stages: [build, test]
        image:build:
          stage: build
          image: docker:29
          script:
            - docker build -t registry.example.com/shop/web:1.2.3 .
            - docker push registry.example.com/shop/web:1.2.3

        include:
          - template: Jobs/Container-Scanning.gitlab-ci.yml

        container_scanning:
          variables:
            CS_IMAGE: registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'GitLab with Kaniko, and a hidden job that others extend',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        .kaniko:
          image:
            name: gcr.io/kaniko-project/executor:v1.23.2-debug
            entrypoint: [""]
          script:
            - «/kaniko/executor --context "$CI_PROJECT_DIR" --destination "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"»
        web:
          extends: .kaniko
      `,
      expect: ['pushed'],
      fixed: `
        .kaniko:
          image:
            name: gcr.io/kaniko-project/executor:v1.23.2-debug
            entrypoint: [""]
          script:
            - /kaniko/executor --context "$CI_PROJECT_DIR" --destination "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
            - trivy image --exit-code 1 --severity HIGH,CRITICAL IMAGE
        web:
          extends: .kaniko
      `,
    },
    {
      title: 'Azure Pipelines',
      in: 'ci',
      path: 'azure-pipelines.yml',
      bad: `
        pool: { vmImage: ubuntu-24.04 }
        steps:
          - task: «Docker@2»
            inputs:
              command: buildAndPush
              containerRegistry: shop
              repository: shop/web
          - script: echo done
      `,
      expect: ['pushed'],
      fixed: `
        pool: { vmImage: ubuntu-24.04 }
        steps:
          - task: Docker@2
            inputs:
              command: buildAndPush
              containerRegistry: shop
              repository: shop/web
          - script: trivy image --exit-code 1 --severity HIGH,CRITICAL shop/web
            displayName: Scan the image
          - script: echo done
      `,
    },
    {
      title: 'CircleCI, in a command of its own and by an orb',
      in: 'ci',
      path: '.circleci/config.yml',
      bad: `
        version: 2.1
        orbs:
          docker: circleci/docker@2.6.0
        jobs:
          commands:
            docker: [{ image: "cimg/base:2026.10" }]
            steps:
              - setup_remote_docker
              - run:
                  name: Build
                  command: |
                    «docker build -t registry.example.com/shop/web:1.2.3 .»
                    docker push registry.example.com/shop/web:1.2.3
        workflows:
          main:
            jobs:
              - commands
              - «docker/publish»:
                  image: shop/api
      `,
      expect: ['pushed', 'pushed'],
      fixed: `
        version: 2.1
        orbs:
          docker: circleci/docker@2.6.0
        jobs:
          commands:
            docker: [{ image: "cimg/base:2026.10" }]
            steps:
              - setup_remote_docker
              - run:
                  name: Build
                  command: |
                    docker build -t registry.example.com/shop/web:1.2.3 .
                    docker push registry.example.com/shop/web:1.2.3
              - run:
                  name: Scan the image
                  command: trivy image --exit-code 1 --severity HIGH,CRITICAL registry.example.com/shop/web:1.2.3
        workflows:
          main:
            jobs:
              - commands
              - docker/publish:
                  image: shop/api
      `,
    },
    {
      title: 'Bitbucket',
      in: 'ci',
      path: 'bitbucket-pipelines.yml',
      bad: `
        pipelines:
          branches:
            main:
              - step:
                  name: Image
                  services: [docker]
                  script:
                    - «docker build -t shop/web:1.2.3 .»
                    - pipe: atlassian/aws-ecr-push-image:2.4.0
                      variables:
                        IMAGE_NAME: shop/web
      `,
      expect: ['pushed'],
      fixed: `
        pipelines:
          branches:
            main:
              - step:
                  name: Image
                  services: [docker]
                  script:
                    - docker build -t shop/web:1.2.3 .
                    - trivy image --exit-code 1 --severity HIGH,CRITICAL shop/web:1.2.3
                    - pipe: atlassian/aws-ecr-push-image:2.4.0
                      variables:
                        IMAGE_NAME: shop/web
      `,
    },
    {
      title: 'Drone and Woodpecker, by a plugin',
      in: 'ci',
      path: '.drone.yml',
      bad: `
        kind: pipeline
        type: docker
        name: default
        steps:
          - name: image
            image: «plugins/docker:21»
            settings:
              repo: shop/web
              tags: 1.2.3
      `,
      expect: ['pushed'],
      fixed: `
        kind: pipeline
        type: docker
        name: default
        steps:
          - name: image
            image: plugins/docker:21
            settings:
              repo: shop/web
              tags: 1.2.3
          - name: scan
            image: aquasec/trivy:VERSION # a release you have looked at
            commands:
              - trivy image --exit-code 1 --severity HIGH,CRITICAL shop/web
      `,
    },
    {
      title: 'Jenkins, by a shell and by the Docker plugin',
      in: 'ci',
      path: 'Jenkinsfile',
      bad: `
        pipeline {
          agent any
          stages {
            stage('Shell') {
              steps {
                sh '«docker build -t shop/web:1.2.3 .»'
                sh 'docker push shop/web:1.2.3'
              }
            }
            stage('Plugin') {
              steps {
                script {
                  def image = «docker.build»("shop/api:1.2.3")
                  docker.withRegistry('https://registry.example.com', 'registry') {
                    image.push('1.2.3')
                  }
                }
              }
            }
          }
        }
      `,
      expect: ['pushed', 'pushed'],
      fixed: `
        pipeline {
          agent any
          stages {
            stage('Shell') {
              steps {
                sh 'docker build -t shop/web:1.2.3 .'
                sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL shop/web:1.2.3'
                sh 'docker push shop/web:1.2.3'
              }
            }
            stage('Plugin') {
              steps {
                script {
                  def image = docker.build("shop/api:1.2.3")
                  docker.withRegistry('https://registry.example.com', 'registry') {
                    image.push('1.2.3')
                  }
                }
              }
            }
          }
        }
      `,
    },
    {
      title: 'Built by a target of a Makefile that the pipeline calls',
      in: 'ci',
      path: '.github/workflows/image.yml',
      around: {
        Makefile: `
          IMAGE := registry.example.com/shop/web
          release: image
          	docker push $(IMAGE)
          image:
          	docker build -t $(IMAGE) .
        `,
      },
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5
              - run: «make release»
      `,
      expect: ['pushed'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5
              - run: make release
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: IMAGE
                  severity: HIGH,CRITICAL
                  exit-code: "1"
      `,
    },
    {
      title: 'Scanned in another file of the repository',
      in: 'ci',
      path: '.gitlab-ci.yml',
      around: {
        'ci/scan.yml': `
          scan:
            image: aquasec/trivy:0.58.1
            script:
              - trivy image --exit-code 1 "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
        `,
      },
      good: `
        include:
          - local: /ci/scan.yml
        image:build:
          script:
            - docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
            - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
      `,
    },
    {
      title: "Scanned by GitLab's template",
      in: 'ci',
      path: '.gitlab-ci.yml',
      good: `
        include:
          - template: Jobs/Container-Scanning.gitlab-ci.yml
        image:build:
          script:
            - docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
            - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
      `,
    },
    {
      title: 'A registry that scans what is pushed',
      in: 'ci',
      config: { registries: { allowed: [], trusted: [], scanned: ['registry.example.com'] } },
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
      `,
    },
    {
      title: 'Something is taken in from another repository, and may scan',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        include:
          - project: platform/pipelines
            file: /security.yml
        image:build:
          script:
            - «docker build -t "$CI_REGISTRY_IMAGE" .»
            - docker push "$CI_REGISTRY_IMAGE"
      `,
      expect: ['pushed'],
      confidence: 'low',
      severity: 'info',
      fixed: `
        include:
          - project: platform/pipelines
            file: /security.yml
        image:build:
          script:
            - docker build -t "$CI_REGISTRY_IMAGE" .
            - trivy image --exit-code 1 --severity HIGH,CRITICAL IMAGE
            - docker push "$CI_REGISTRY_IMAGE"
      `,
    },
    {
      title: 'A Windows runner, where the Trivy action does not run',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: windows-2025
            steps:
              - run: «docker build --push -t registry.example.com/shop/web:1.2.3 .»
      `,
      expect: ['pushed'],
      fixed: null,
    },
    {
      title: 'Scanned by an action',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/build-push-action@v6
                with:
                  load: true
                  tags: registry.example.com/shop/web:1.2.3
              - uses: anchore/scan-action@v6
                with:
                  image: registry.example.com/shop/web:1.2.3
              - run: docker push registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'Scanned by a command in another job',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker buildx build --push -t registry.example.com/shop/web:1.2.3 .
          scan:
            needs: image
            runs-on: ubuntu-24.04
            steps:
              - run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'Scanned by a scanner in a container',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
              - run: docker run --rm aquasec/trivy:0.58.1 image registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'Scanned by a called workflow',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
          scan:
            uses: example/workflows/.github/workflows/container-scan.yml@main
      `,
    },
    {
      title: 'Scanned by an action whose name says so, or by a script',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
              - uses: example/actions/container-scan@v1
              - run: make scan-image
      `,
    },
    {
      title: 'A scan of files is none of the image',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@0.28.0
                with:
                  scan-type: fs
              - uses: «docker/build-push-action@v6»
                with: { push: true, tags: "registry.example.com/shop/web:1.2.3" }
      `,
      expect: ['pushed'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@0.28.0
                with:
                  scan-type: fs
              - uses: docker/build-push-action@v6
                with: { push: true, tags: "registry.example.com/shop/web:1.2.3" }
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
                  severity: HIGH,CRITICAL
                  exit-code: "1"
      `,
    },
    {
      title: 'Two images, and one of them is scanned',
      in: 'ci',
      bad: `
        on: push
        jobs:
          web:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
              - uses: aquasecurity/trivy-action@0.28.0
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
          worker:
            runs-on: ubuntu-24.04
            steps:
              - run: «docker build --push -t registry.example.com/shop/worker:1.2.3 worker»
      `,
      expect: ['pushed'],
      fixed: `
        on: push
        jobs:
          web:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
              - uses: aquasecurity/trivy-action@0.28.0
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
          worker:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/worker:1.2.3 worker
              - name: Scan the image
                uses: aquasecurity/trivy-action@COMMIT # the full hash of a release you have looked at
                with:
                  image-ref: registry.example.com/shop/worker:1.2.3
                  severity: HIGH,CRITICAL
                  exit-code: "1"
      `,
    },
    {
      title: 'A scan under another name',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build -t registry.example.com/shop/web:1.2.3 .
              - run: docker tag registry.example.com/shop/web:1.2.3 candidate
              - uses: aquasecurity/trivy-action@0.28.0
                with:
                  image-ref: candidate
              - run: docker push registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'A build that only shows that it works',
      in: 'ci',
      good: `
        on: pull_request
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/setup-buildx-action@v3
              - uses: docker/build-push-action@v6
                with:
                  push: false
              - run: docker buildx build --output type=local,dest=out .
      `,
    },
    {
      title: 'An image that the job itself runs',
      in: 'ci',
      good: `
        on: pull_request
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build -t web:test .
              - run: docker run --rm web:test npm test
              - run: docker compose build && docker compose up -d
      `,
    },
    {
      title: 'No image at all',
      in: 'ci',
      good: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@v5
              - run: npm run build
              - run: docker run --rm registry.example.com/lint:1.2.3
      `,
    },
  ],
});

function addScan(
  document: PipelineDocument,
  job: PipelineJob,
  act: PlacedAct,
): readonly Fix<'action' | 'command' | 'template'>[] {
  const addition = scanAddition(document, job, act);
  if (!addition) return [];
  const { by, edit } = addition;
  return [{ title: by, applicability: by === 'template' ? 'unsafe' : 'manual', edits: [edit] }];
}

/** An image whose name cannot be told may go to one of the registries that scan. */
function scannedByRegistry(registries: readonly string[]): (act: PlacedAct) => boolean {
  return ({ image }) => {
    if (registries.length === 0 || image === undefined || image.includes('$')) return registries.length > 0;
    const reference = readImageReference({ value: image, literal: true, known: true }, { start: 0, end: image.length });
    return registries.some((it) => comesFrom(reference, it));
  };
}
