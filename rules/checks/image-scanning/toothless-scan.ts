import { defineRule } from '../../core/rule.js';
import { imageWorkOf } from '../../pipeline/coverage.js';
import { toothlessScans } from '../../pipeline/gates.js';

export default defineRule({
  id: 'toothless-scan',
  severity: 'warning',
  summary: 'A scan of an image must be able to stop the pipeline.',
  why: `
    A scan that succeeds whatever it finds is a page in a log that nobody opens. The image ships with its known vulnerabilities, and everybody
    believes that it was checked: that is worse than no scan. Trivy, Grype, Dockle and Docker Scout succeed by default; they fail only when an
    option says so.

    A scan that only reports is fine beside one of the same image that can fail. Results that a service judges are left alone: those uploaded
    to code scanning, GitLab's security report, a file that a later command reads. So are lists of what an image holds (SBOM), and scanners
    that have a configuration file of their own in the repository.
  `,
  fixSafety: `
    The pipeline stops at an image with a known vulnerability of that level, perhaps today. List what you accept for now in the scanner's own
    ignore file, with a date.
  `,
  references: [
    'https://trivy.dev/latest/docs/configuration/others/#exit-code',
    'https://github.com/anchore/grype#gating-on-severity-of-vulnerabilities',
    'https://docs.docker.com/reference/cli/docker/scout/cves/',
  ],
  standards: { cis: ['4.4'], nist: ['4.1.1'], owasp: ['RULE #9'], cwe: ['CWE-1395'] },
  equivalents: {},
  messages: {
    exitCode:
      '{scanner} succeeds whatever it finds, so the image ships with its vulnerabilities. Let it fail at a level.',
    lenient: '{written} lets the pipeline go on when the scan by {scanner} fails, so nothing is stopped. Remove it.',
    ignored: '{written} hides that the scan by {scanner} failed, so nothing is stopped. Remove it.',
  },
  titles: {
    fail: 'Let the scan fail the pipeline',
    remove: 'Remove {written}',
  },

  check: {
    ci(document, { project }) {
      if (!/scan|trivy|grype|scout|snyk|dockle/i.test(document.text)) return [];
      const { jobs } = imageWorkOf(project, document);
      return toothlessScans(document, jobs, project).map(({ because, scanner, written, range, edits = [] }) => {
        const fixed =
          because === 'exitCode' ? { title: 'fail' as const } : { title: 'remove' as const, data: { written } };
        return {
          message: because,
          data: because === 'exitCode' ? { scanner } : { scanner, written },
          range,
          fixes: edits.length > 0 ? [{ ...fixed, applicability: 'unsafe' as const, edits }] : [],
        };
      });
    },
  },

  examples: [
    {
      title: 'The Trivy action without an exit code',
      in: 'ci',
      bad: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - uses: «aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1»
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
      `,
      expect: ['exitCode'],
      fixed: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
                  severity: HIGH,CRITICAL
                  exit-code: "1"
      `,
    },
    {
      title: 'Actions that are told to succeed',
      in: 'ci',
      bad: `
        on: push
        jobs:
          trivy:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
                  «exit-code: 0»
          grype:
            runs-on: ubuntu-24.04
            steps:
              - uses: anchore/scan-action@v6.0.0
                with:
                  image: registry.example.com/shop/api:1.2.3
                  «fail-build: false»
          scout:
            runs-on: ubuntu-24.04
            steps:
              - uses: «docker/scout-action@v1.18.2»
                with:
                  command: cves
                  image: registry.example.com/shop/job:1.2.3
      `,
      expect: ['exitCode', 'exitCode', 'exitCode'],
      fixed: `
        on: push
        jobs:
          trivy:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
                  exit-code: "1"
          grype:
            runs-on: ubuntu-24.04
            steps:
              - uses: anchore/scan-action@v6.0.0
                with:
                  image: registry.example.com/shop/api:1.2.3
                  fail-build: true
          scout:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/scout-action@v1.18.2
                with:
                  command: cves
                  image: registry.example.com/shop/job:1.2.3
                  exit-code: true
      `,
    },
    {
      title: 'A step and a job that may fail',
      in: 'ci',
      bad: `
        on: push
        jobs:
          web:
            runs-on: ubuntu-24.04
            steps:
              - name: Scan
                run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
                «continue-on-error: true»
          api:
            runs-on: ubuntu-24.04
            «continue-on-error: true»
            steps:
              - run: grype --fail-on high registry.example.com/shop/api:1.2.3
      `,
      expect: ['lenient', 'lenient'],
      fixed: `
        on: push
        jobs:
          web:
            runs-on: ubuntu-24.04
            steps:
              - name: Scan
                run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
          api:
            runs-on: ubuntu-24.04
            steps:
              - run: grype --fail-on high registry.example.com/shop/api:1.2.3
      `,
    },
    {
      title: 'Commands in GitLab',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        scan:
          image: aquasec/trivy:0.58.1
          script:
            - «trivy image "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"»

        zero:
          image: aquasec/trivy:0.58.1
          script:
            - trivy image «--exit-code 0» --severity HIGH "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"

        ignored:
          image: anchore/grype:v0.87.0
          script:
            - grype "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" --fail-on high || «true»

        allowed:
          extends: scan
          stage: test
          «allow_failure: true»
      `,
      expect: ['exitCode', 'exitCode', 'ignored', 'lenient'],
      fixed: `
        scan:
          image: aquasec/trivy:0.58.1
          script:
            - trivy image --exit-code 1 --severity HIGH,CRITICAL "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"

        zero:
          image: aquasec/trivy:0.58.1
          script:
            - trivy image --exit-code 1 --severity HIGH "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"

        ignored:
          image: anchore/grype:v0.87.0
          script:
            - grype "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" --fail-on high

        allowed:
          extends: scan
          stage: test
      `,
    },
    {
      title: 'A scan in a Jenkinsfile whose failure is caught',
      in: 'ci',
      path: 'Jenkinsfile',
      bad: `
        pipeline {
          agent any
          stages {
            stage('Scan') {
              steps {
                «catchError»(buildResult: 'SUCCESS') {
                  sh 'trivy image --exit-code 1 registry.example.com/shop/web:1.2.3'
                }
              }
            }
          }
        }
      `,
      expect: ['lenient'],
      fixed: null,
    },
    {
      title: 'Scans that can fail',
      in: 'ci',
      good: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1
                with: { image-ref: "registry.example.com/shop/web:1.2.3", exit-code: 1 }
              - uses: anchore/scan-action@v6.0.0
                with: { image: "registry.example.com/shop/web:1.2.3" }
              - run: docker scout cves --exit-code --only-severity critical registry.example.com/shop/web:1.2.3
              - run: snyk container test registry.example.com/shop/web:1.2.3
              - run: docker run --rm aquasec/trivy:0.58.1 image --exit-code=1 registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'A report beside a scan that can fail',
      in: 'ci',
      good: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - run: trivy image --format table registry.example.com/shop/web:1.2.3
              - run: trivy image --exit-code 1 --severity CRITICAL registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'Results that something else judges',
      in: 'ci',
      good: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1
                with:
                  image-ref: registry.example.com/shop/web:1.2.3
                  format: sarif
                  output: trivy.sarif
              - uses: github/codeql-action/upload-sarif@v3
                with: { sarif_file: trivy.sarif }
          read:
            runs-on: ubuntu-24.04
            steps:
              - run: |
                  trivy image --format json -o report.json registry.example.com/shop/api:1.2.3
                  jq -e '.Results == []' report.json
          list:
            runs-on: ubuntu-24.04
            steps:
              - run: trivy image --format cyclonedx registry.example.com/shop/job:1.2.3
      `,
    },
    {
      title: 'A scanner that is set up in the environment',
      in: 'ci',
      good: `
        on: push
        env:
          TRIVY_EXIT_CODE: 1
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - run: trivy image registry.example.com/shop/web:1.2.3
      `,
    },
  ],
});
