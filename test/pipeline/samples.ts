/** A pipeline as people write them, after the documentation of its system, and what is found in it. */
export interface Sample {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  /** Other files of its repository. */
  readonly around?: Readonly<Record<string, string>>;
  /** `line rule-id`, in order. */
  readonly found: readonly string[];
}

const GITHUB = '.github/workflows/image.yml';
const CIRCLE = '.circleci/config.yml';

export const SAMPLES: readonly Sample[] = [
  {
    title: 'GitHub: build, scan with Trivy, push, sign',
    path: GITHUB,
    text: `name: image
on:
  push:
    branches: [main]
permissions:
  contents: read
  packages: write
  id-token: write
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
      - uses: docker/setup-buildx-action@v3
      - uses: docker/login-action@v3
        with:
          registry: ghcr.io
          username: \${{ github.actor }}
          password: \${{ secrets.GITHUB_TOKEN }}
      - uses: docker/build-push-action@v6
        with:
          load: true
          tags: ghcr.io/acme/web:\${{ github.sha }}
      - uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1 # v0.35.0
        with:
          image-ref: ghcr.io/acme/web:\${{ github.sha }}
          exit-code: "1"
          severity: CRITICAL,HIGH
      - run: docker push ghcr.io/acme/web:\${{ github.sha }}
      - uses: sigstore/cosign-installer@v3
      - run: cosign sign --yes ghcr.io/acme/web:\${{ github.sha }}
`,
    found: [],
  },
  {
    title: 'GitHub: a matrix of images, pushed and never scanned',
    path: GITHUB,
    text: `on: { push: { tags: ['v*'] } }
jobs:
  images:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        include:
          - { name: web, context: ./web }
          - { name: api, context: ./api }
    steps:
      - uses: actions/checkout@v4
      - uses: docker/metadata-action@v5
        id: meta
        with:
          images: ghcr.io/acme/\${{ matrix.name }}
      - uses: docker/build-push-action@v6
        with:
          context: \${{ matrix.context }}
          push: \${{ github.event_name != 'pull_request' }}
          tags: \${{ steps.meta.outputs.tags }}
          labels: \${{ steps.meta.outputs.labels }}
          cache-from: type=gha
`,
    found: ['16 unscanned-image'],
  },
  {
    title: 'GitHub: Grype by its action, results in code scanning',
    path: GITHUB,
    text: `on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    permissions: { security-events: write }
    steps:
      - uses: actions/checkout@v5
      - run: docker build -t localbuild/web:latest .
      - uses: anchore/scan-action@3343887d815d7b07465f6fdcd395bd66508d486a # v3.6.4
        id: scan
        with:
          image: localbuild/web:latest
          fail-build: false
      - uses: github/codeql-action/upload-sarif@v3
        with:
          sarif_file: \${{ steps.scan.outputs.sarif }}
`,
    found: [],
  },
  {
    title: 'GitHub: Trivy at master that only prints',
    path: GITHUB,
    text: `on: push
jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: docker build -t acme/web:\${{ github.sha }} .
      - name: Scan
        uses: aquasecurity/trivy-action@master
        with:
          image-ref: acme/web:\${{ github.sha }}
          format: table
          exit-code: '0'
      - run: |
          docker login -u acme -p \${{ secrets.DOCKERHUB_TOKEN }}
          docker push acme/web:\${{ github.sha }}
`,
    found: ['9 unpinned-scanner', '13 toothless-scan', '15 registry-password-argument'],
  },
  {
    title: 'GitHub: Docker Scout gates, Snyk is allowed to fail',
    path: GITHUB,
    text: `on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: docker/build-push-action@v6
        with: { load: true, tags: "acme/web:test" }
      - uses: docker/scout-action@f8c776824083494ab0d56b8105ba2ca85c86e4de # v1.18.2
        with:
          command: cves
          image: acme/web:test
          only-severities: critical,high
          exit-code: true
      - uses: snyk/actions/docker@cdb760004ba9ea4d525f2e043745dfe85bb9077e
        continue-on-error: true
        with:
          image: acme/api:test
`,
    found: ['15 toothless-scan'],
  },
  {
    title: 'GitHub: a called workflow scans',
    path: GITHUB,
    text: `on: push
jobs:
  build:
    runs-on: ubuntu-24.04
    steps:
      - run: docker buildx build --push -t ghcr.io/acme/web:1.4.2 .
  scan:
    needs: build
    uses: ./.github/workflows/scan-image.yml
`,
    around: {
      '.github/workflows/scan-image.yml': `on: workflow_call
jobs:
  scan:
    runs-on: ubuntu-24.04
    steps:
      - run: trivy image --exit-code 1 ghcr.io/acme/web:1.4.2
`,
    },
    found: [],
  },
  {
    title: 'GitHub: a composite action of the repository builds, nobody scans',
    path: '.github/actions/image/action.yml',
    text: `name: Image
inputs:
  tag: { required: true }
runs:
  using: composite
  steps:
    - shell: bash
      run: |
        docker build -t "ghcr.io/acme/web:$TAG" .
        docker push "ghcr.io/acme/web:$TAG"
`,
    around: { [GITHUB]: 'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: ./.github/actions/image\n' },
    found: ['9 unscanned-image'],
  },
  {
    title: 'GitHub: a build that is only tried',
    path: GITHUB,
    text: `on: pull_request
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
      - uses: docker/build-push-action@v6
        with: { push: false }
      - run: docker build -t app . && docker run --rm app npm test
`,
    found: [],
  },
  {
    title: 'GitLab: Docker in Docker, the template scans',
    path: '.gitlab-ci.yml',
    text: `stages: [build, test]
include:
  - template: Security/Container-Scanning.gitlab-ci.yml
variables:
  DOCKER_TLS_CERTDIR: "/certs"
build:
  image: docker:28.5.1
  services: ["docker:28.5.1-dind"]
  stage: build
  before_script:
    - echo "$CI_REGISTRY_PASSWORD" | docker login -u "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"
  script:
    - docker build --pull -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
    - docker push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
container_scanning:
  variables:
    CS_IMAGE: $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA
`,
    found: [],
  },
  {
    title: 'GitLab: the example that everybody copies',
    path: '.gitlab-ci.yml',
    text: `docker-build:
  image: docker:cli
  stage: build
  services:
    - docker:dind
  before_script:
    - docker login -u "$CI_REGISTRY_USER" -p "$CI_REGISTRY_PASSWORD" $CI_REGISTRY
  script:
    - docker build --pull -t "$CI_REGISTRY_IMAGE" .
    - docker push "$CI_REGISTRY_IMAGE"
  rules:
    - if: $CI_COMMIT_BRANCH
      exists: [Dockerfile]
`,
    found: ['7 registry-password-argument', '9 unscanned-image'],
  },
  {
    title: 'GitLab: Kaniko and Trivy in jobs of their own',
    path: '.gitlab-ci.yml',
    text: `.kaniko: &kaniko
  image:
    name: gcr.io/kaniko-project/executor:v1.23.2-debug
    entrypoint: [""]
  script:
    - mkdir -p /kaniko/.docker
    - /kaniko/executor --context "$CI_PROJECT_DIR" --destination "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
web:
  <<: *kaniko
  stage: build
trivy:
  stage: test
  image:
    name: aquasec/trivy:0.58.1
    entrypoint: [""]
  script:
    - trivy image --exit-code 0 --format template --template "@/contrib/gitlab.tpl" -o gl-container-scanning-report.json "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
    - trivy image --exit-code 1 --severity CRITICAL "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
  artifacts:
    reports:
      container_scanning: gl-container-scanning-report.json
`,
    found: [],
  },
  {
    title: 'GitLab: a scan that nobody needs to pass, by extends and !reference',
    path: '.gitlab-ci.yml',
    text: `.login:
  before_script:
    - crane auth login $CI_REGISTRY -u $CI_REGISTRY_USER --password-stdin < /secrets/registry
.scan:
  image: anchore/grype:latest
  script:
    - grype "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" --fail-on high
build:
  before_script:
    - !reference [.login, before_script]
  script:
    - buildah bud -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
    - buildah push "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
scan:
  extends: .scan
  allow_failure: true
`,
    found: ['5 unpinned-scanner', '16 toothless-scan'],
  },
  {
    title: 'GitLab: jobs in other files of the repository',
    path: '.gitlab-ci.yml',
    text: `include:
  - local: .gitlab/ci/build.yml
  - local: .gitlab/ci/scan.yml
`,
    around: {
      '.gitlab/ci/build.yml': 'build:\n  script:\n    - podman build -t x . && podman push x\n',
      '.gitlab/ci/scan.yml': 'scan:\n  script:\n    - roxctl image check --image x\n',
    },
    found: [],
  },
  {
    title: 'GitLab: one of those files',
    path: '.gitlab/ci/build.yml',
    text: 'build:\n  script:\n    - podman build -t x .\n    - podman push x\n',
    around: { '.gitlab-ci.yml': 'include:\n  - local: .gitlab/ci/build.yml\n' },
    found: ['3 unscanned-image'],
  },
  {
    title: 'Azure: the starter with Docker@2',
    path: 'azure-pipelines.yml',
    text: `trigger: [main]
resources:
  - repo: self
variables:
  dockerRegistryServiceConnection: 'a1b2'
  imageRepository: 'web'
  tag: '$(Build.BuildId)'
stages:
  - stage: Build
    displayName: Build and push
    jobs:
      - job: Build
        pool:
          vmImage: 'ubuntu-latest'
        steps:
          - task: Docker@2
            displayName: Build and push an image
            inputs:
              command: buildAndPush
              repository: $(imageRepository)
              dockerfile: '$(Build.SourcesDirectory)/Dockerfile'
              containerRegistry: $(dockerRegistryServiceConnection)
              tags: |
                $(tag)
`,
    found: ['16 unscanned-image'],
  },
  {
    title: 'Azure: build, Trivy, push',
    path: 'azure-pipelines.yml',
    text: `pool:
  vmImage: ubuntu-24.04
steps:
  - task: Docker@2
    inputs: { command: build, repository: web, tags: $(Build.BuildId) }
  - bash: |
      curl -sSfL -o trivy.tgz https://github.com/aquasecurity/trivy/releases/download/v0.58.1/trivy_0.58.1_Linux-64bit.tar.gz
      tar xzf trivy.tgz trivy
      ./trivy image --exit-code 1 --severity HIGH,CRITICAL acme.azurecr.io/web:$(Build.BuildId)
  - task: Docker@2
    inputs: { command: push, repository: web, tags: $(Build.BuildId) }
`,
    found: [],
  },
  {
    title: 'Azure: a template with steps, and a login on the command line',
    path: 'azure-pipelines.yml',
    text: `stages:
  - stage: image
    jobs:
      - job: build
        steps:
          - template: ci/build.yml
          - script: docker login acme.azurecr.io -u acme -p $(acrPassword)
          - \${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:
              - script: docker push acme.azurecr.io/web:$(Build.BuildId)
      - job: scan
        dependsOn: build
        continueOnError: true
        steps:
          - script: grype --fail-on high acme.azurecr.io/web:$(Build.BuildId)
`,
    around: { 'ci/build.yml': 'steps:\n  - script: docker build -t acme.azurecr.io/web:$(Build.BuildId) .\n' },
    found: ['7 registry-password-argument', '12 toothless-scan'],
  },
  {
    title: 'CircleCI: the orb builds and pushes, Snyk by its orb',
    path: CIRCLE,
    text: `version: 2.1
orbs:
  docker: circleci/docker@2.8.2
  snyk: snyk/snyk@2.2.0
jobs:
  image:
    docker:
      - image: cimg/base:2026.10
    steps:
      - checkout
      - setup_remote_docker
      - docker/check
      - docker/build:
          image: acme/web
          tag: << pipeline.number >>
      - snyk/scan:
          docker-image-name: acme/web:<< pipeline.number >>
      - docker/push:
          image: acme/web
          tag: << pipeline.number >>
workflows:
  main:
    jobs: [image]
`,
    found: [],
  },
  {
    title: 'CircleCI: AWS ECR in one go',
    path: CIRCLE,
    text: `version: 2.1
orbs:
  aws-ecr: circleci/aws-ecr@9.3.7
workflows:
  main:
    jobs:
      - aws-ecr/build_and_push_image:
          repo: web
          tag: << pipeline.git.revision >>
`,
    found: ['7 unscanned-image'],
  },
  {
    title: 'CircleCI: a parameter in a command is no here-document',
    path: CIRCLE,
    text: `version: 2.1
commands:
  scan:
    parameters: { image: { type: string } }
    steps:
      - run: trivy image --exit-code 1 << parameters.image >>
jobs:
  image:
    machine: { image: "ubuntu-2404:2026.10.1" }
    steps:
      - checkout
      - run:
          name: Build
          command: |
            docker build -t acme/web:<< pipeline.number >> .
            echo done
      - scan: { image: "acme/web:1" }
      - run: docker push acme/web:<< pipeline.number >>
`,
    found: [],
  },
  {
    title: 'Bitbucket: build and push by a pipe',
    path: 'bitbucket-pipelines.yml',
    text: `image: atlassian/default-image:4
options:
  docker: true
definitions:
  steps:
    - step: &image
        name: Build image
        script:
          - docker build -t acme/web:$BITBUCKET_COMMIT .
          - pipe: atlassian/aws-ecr-push-image:2.4.0
            variables:
              IMAGE_NAME: acme/web
              TAGS: $BITBUCKET_COMMIT
pipelines:
  default:
    - step: *image
  branches:
    main:
      - step: *image
`,
    found: ['9 unscanned-image'],
  },
  {
    title: 'Bitbucket: Snyk by its pipe, in parallel with a lint',
    path: 'bitbucket-pipelines.yml',
    text: `pipelines:
  default:
    - step:
        script:
          - docker build -t acme/web:$BITBUCKET_COMMIT .
          - docker save -o web.tar acme/web:$BITBUCKET_COMMIT
    - parallel:
        - step:
            script:
              - pipe: snyk/snyk-scan:1.0.2
                variables:
                  LANGUAGE: docker
                  IMAGE_NAME: acme/web:$BITBUCKET_COMMIT
        - step:
            script:
              - npm run lint
`,
    found: [],
  },
  {
    title: 'Jenkins, declarative: build, Trivy, push',
    path: 'Jenkinsfile',
    text: `pipeline {
  agent { label 'docker' }
  environment {
    IMAGE = "registry.acme.dev/web:\${env.BUILD_NUMBER}"
  }
  stages {
    stage('Build') {
      steps {
        sh "docker build -t \${IMAGE} ."
      }
    }
    stage('Scan') {
      steps {
        sh """
          trivy image --exit-code 1 \\
            --severity HIGH,CRITICAL \${IMAGE}
        """
      }
    }
    stage('Push') {
      when { branch 'main' }
      steps {
        withCredentials([usernamePassword(credentialsId: 'reg', usernameVariable: 'U', passwordVariable: 'P')]) {
          sh 'echo "$P" | docker login -u "$U" --password-stdin registry.acme.dev'
        }
        sh "docker push \${IMAGE}"
      }
    }
  }
  post { always { cleanWs() } }
}
`,
    found: [],
  },
  {
    title: 'Jenkins, scripted: the Docker plugin, no scan',
    path: 'ci/Jenkinsfile',
    text: `// Builds the web image.
node('docker') {
  def app
  stage('Clone') { checkout scm }
  stage('Build') {
    app = docker.build("acme/web")
  }
  stage('Test') {
    app.inside { sh 'npm test' }
  }
  stage('Push') {
    docker.withRegistry('https://registry.hub.docker.com', 'docker-hub') {
      app.push("\${env.BUILD_NUMBER}")
      app.push("latest")
    }
  }
}
`,
    found: ['6 unscanned-image'],
  },
  {
    title: 'Jenkins: a login with a password, a scan that is swallowed',
    path: 'Jenkinsfile',
    text: `pipeline {
  agent any
  stages {
    stage('Image') {
      steps {
        sh 'docker login -u $U -p $P registry.acme.dev'
        sh '''
          docker build -t registry.acme.dev/web:1 .
          grype registry.acme.dev/web:1 --fail-on high || true
          docker push registry.acme.dev/web:1
        '''
      }
    }
  }
}
`,
    found: ['6 registry-password-argument', '9 toothless-scan'],
  },
  {
    title: 'Jenkins: Prisma Cloud by its plugin',
    path: 'Jenkinsfile',
    text: `node {
  stage('Build') { sh 'docker build -t acme/web:1 .' }
  stage('Scan') { prismaCloudScanImage ca: '', image: 'acme/web:1', resultsFile: 'scan.json' }
  stage('Push') { sh 'docker push acme/web:1' }
}
`,
    found: [],
  },
  {
    title: 'Drone: plugins/docker, and Trivy before it cannot see the image',
    path: '.drone.yml',
    text: `kind: pipeline
type: docker
name: build
steps:
  - name: test
    image: golang:1.25.3
    commands:
      - go test ./...
  - name: publish
    image: plugins/docker:21
    settings:
      repo: acme/web
      auto_tag: true
---
kind: pipeline
type: docker
name: dry
steps:
  - name: try
    image: plugins/docker:21
    settings: { repo: acme/web, dry_run: true }
`,
    found: ['10 unscanned-image'],
  },
  {
    title: 'Woodpecker: buildx plugin, and a scan that is ignored',
    path: '.woodpecker/image.yml',
    text: `when:
  - event: push
steps:
  - name: publish
    image: woodpeckerci/plugin-docker-buildx:6.0.3
    settings:
      repo: codeberg.org/acme/web
      tags: next
  - name: scan
    image: aquasec/trivy:0.58.1
    failure: ignore
    commands:
      - trivy image --exit-code 1 codeberg.org/acme/web:next
`,
    found: ['5 push-before-scan', '11 toothless-scan'],
  },
  {
    title: 'A Makefile that the pipeline calls scans',
    path: GITHUB,
    text: `on: push
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
      - run: make -C deploy image check push
`,
    around: {
      'deploy/Makefile': `IMAGE ?= ghcr.io/acme/web:$(shell git rev-parse HEAD)
.PHONY: image check push
image:
	docker build -t $(IMAGE) ..
check: image
	@grype --fail-on high $(IMAGE)
push:
	docker push $(IMAGE)
`,
    },
    found: [],
  },
  {
    title: 'A script that the pipeline calls shows the password',
    path: '.gitlab-ci.yml',
    text: `release:
  script:
    - bash ci/release.sh
`,
    around: {
      'ci/release.sh': `#!/usr/bin/env bash
set -euo pipefail
docker login --username acme --password "$REGISTRY_PASSWORD" registry.acme.dev
just --justfile justfile image
docker build -t registry.acme.dev/web:1 .
docker push registry.acme.dev/web:1
docker scout cves --exit-code registry.acme.dev/web:1
`,
    },
    found: ['3 registry-password-argument'],
  },
  {
    title: 'earthly, pack, ko and jib push without a scan',
    path: GITHUB,
    text: `on: push
jobs:
  earthly:
    runs-on: ubuntu-24.04
    steps:
      - run: earthly --push +image
  pack:
    runs-on: ubuntu-24.04
    steps:
      - run: pack build ghcr.io/acme/web:1.2.3 --publish --builder paketobuildpacks/builder-jammy-base:0.4.300
  ko:
    runs-on: ubuntu-24.04
    steps:
      - run: KO_DOCKER_REPO=ghcr.io/acme ko build ./cmd/web
  jib:
    runs-on: ubuntu-24.04
    steps:
      - run: mvn -B compile jib:build
`,
    found: ['6 unscanned-image', '10 unscanned-image', '14 unscanned-image', '18 unscanned-image'],
  },
  {
    title: 'JFrog, Sysdig, Wiz, Clair, Anchore, Aqua and Prisma scan',
    path: GITHUB,
    text: `on: push
jobs:
  all:
    runs-on: ubuntu-24.04
    steps:
      - run: docker build -t acme.jfrog.io/web:1 .
      - run: jf docker scan acme.jfrog.io/web:1
      - run: sysdig-cli-scanner --apiurl https://secure.sysdig.com acme.jfrog.io/web:1
      - run: ./wizcli docker scan --image acme.jfrog.io/web:1
      - run: clairctl report acme.jfrog.io/web:1
      - run: anchorectl image add --wait acme.jfrog.io/web:1
      - run: scannercli scan --local acme.jfrog.io/web:1
      - run: twistcli images scan acme.jfrog.io/web:1
      - run: docker push acme.jfrog.io/web:1
`,
    found: [],
  },
];
