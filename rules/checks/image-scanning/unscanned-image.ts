import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
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
    pipeline when one of them matters. One scan anywhere in the workflows of the repository is enough for this rule, unless it names another image: by an action, by a
    command, or in a called workflow whose name says so. Builds whose result is thrown away, or only run in the same job, are not judged.
  `,
  fixSafety: `
    The step uses Trivy and fails the job when the image has a known vulnerability of level HIGH or CRITICAL. It cannot run as it is: name the full commit hash
    of a Trivy action release that you have looked at, for tags of scanner actions have been moved to attacker code before. An
    image that was only pushed is pulled for the scan.
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
      'Job "{job}" ships an image that no workflow scans, so known vulnerabilities ship with it. Add a scan before the push.',
    built:
      'Job "{job}" builds an image that no workflow scans. If it ships, known vulnerabilities ship with it. Add a scan.',
  },
  titles: { addScan: 'Add a step that scans the image with Trivy' },

  check: {
    ci(document, { project }) {
      const { jobs, isScanned } = imageWorkOf(project, document);
      const everything = jobs.flatMap(shippedActs);
      const shipped = everything.some((it) => it.pushes);
      const built = everything.some((it) => it.does === 'build');
      return jobs.flatMap((one) => {
        const all = shippedActs(one).filter((it) => !isScanned(it));
        // A job that pushes what another one built is told there.
        const first = all.find((it) => it.does === 'build') ?? (built ? undefined : all[0]);
        if (!first) return [];
        return [
          {
            message: shipped ? 'pushed' : 'built',
            data: { job: one.job.name.value },
            range: first.range,
            confidence: shipped ? 'high' : 'low',
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

function addScan(document: PipelineDocument, job: PipelineJob, act: PlacedAct): readonly Fix<'addScan'>[] {
  const addition = scanAddition(document, job, act);
  return addition ? [{ title: 'addScan', applicability: 'manual', edits: [addition.edit] }] : [];
}
