import { defineRule } from '../../core/rule.js';
import type { PlacedAct } from '../../pipeline/acts.js';
import { imageWorkOf } from '../../pipeline/coverage.js';

export default defineRule({
  id: 'push-before-scan',
  severity: 'info',
  summary: 'An image must be scanned before it is pushed.',
  why: `
    Once an image is in the registry, others can pull it: clusters that follow the tag, colleagues, updaters. When the scan fails afterwards, the
    pipeline is red, but the image with the vulnerability is out.

    Load the image first, scan it, and push it then. Where it can only be pushed (several platforms at once), push it under a
    name that nobody deploys, scan that, and tag it when the scan was fine: a later push in the same job counts as that.
  `,
  references: [
    'https://docs.docker.com/build/ci/github-actions/test-before-push/',
    'https://trivy.dev/latest/docs/target/container_image/',
  ],
  standards: { cis: ['4.4'], nist: ['4.1.1'] },
  equivalents: {},
  messages: {
    order:
      'The image is pushed before {scanner} looks at it, so others can pull it whatever the scan finds. Scan it first.',
  },
  labels: { scan: 'The scan' },

  check: {
    ci(document, { project }) {
      if (PROMOTES.test(document.text)) return [];
      return imageWorkOf(project, document).jobs.flatMap(({ acts }) => {
        const scanAt = acts.findIndex((it) => it.does === 'scan');
        const scan = acts[scanAt];
        const before = acts.slice(0, Math.max(0, scanAt)).filter((it) => it.pushes);
        const pushed = before.at(-1);
        if (!scan || !pushed || acts.slice(scanAt).some((it) => it.pushes) || isAnother(scan, before)) return [];
        // A script that does both is told by its call alone.
        if (pushed.range.start === scan.range.start) return [];
        return [
          {
            message: 'order',
            data: { scanner: scan.scanner ?? '' },
            range: pushed.range,
            related: [{ label: 'scan', range: scan.range }],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Built and pushed in one step',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: «docker/build-push-action@v6»
                with:
                  push: true
                  tags: registry.example.com/shop/web:1.2.3
              - run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
      `,
      expect: ['order'],
      fixed: null,
    },
    {
      title: 'Commands of a Bitbucket pipeline',
      in: 'ci',
      path: 'bitbucket-pipelines.yml',
      bad: `
        pipelines:
          default:
            - step:
                script:
                  - docker build -t registry.example.com/shop/web:1.2.3 .
                  - «docker push registry.example.com/shop/web:1.2.3»
                  - grype --fail-on high registry.example.com/shop/web:1.2.3
      `,
      expect: ['order'],
      fixed: null,
    },
    {
      title: 'Scanned between build and push',
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
              - run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
              - run: docker push registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'A candidate that is pushed again under its name when the scan was fine',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker buildx build --push -t registry.example.com/candidates/web:1.2.3 .
              - run: trivy image --exit-code 1 registry.example.com/candidates/web:1.2.3
              - run: docker buildx imagetools create -t registry.example.com/shop/web:1.2.3 registry.example.com/candidates/web:1.2.3
      `,
    },
    {
      title: 'A scan of another image',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
              - uses: aquasecurity/trivy-action@0.28.0
                with:
                  image-ref: registry.example.com/shop/base:1.2.3
                  exit-code: 1
      `,
    },
  ],
});

/** Gives an image that is in the registry another name there. */
const PROMOTES =
  /imagetools create|\bcrane (?:tag|copy|cp)\b|skopeo copy|\boras (?:tag|cp|copy)\b|acr import|ecr put-image|docker tags add/;

/** The scan names its image, and it is none of those. */
function isAnother({ image }: PlacedAct, pushed: readonly PlacedAct[]): boolean {
  return image !== undefined && pushed.every((it) => it.image !== undefined && it.image !== image);
}
