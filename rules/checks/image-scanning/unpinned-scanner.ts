import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Range, Spanned } from '../../core/text.js';
import { movingWord } from '../../images/moving.js';
import { readImageReference } from '../../images/reference.js';
import { isBuildAction } from '../../pipeline/actions.js';
import type { PlacedAct } from '../../pipeline/acts.js';
import { imageWorkOf } from '../../pipeline/coverage.js';
import type { PipelineDocument, PipelineStep } from '../../pipeline/model.js';
import { isScannerImage, scannerProgram } from '../../pipeline/scanners.js';

export default defineRule({
  id: 'unpinned-scanner',
  severity: 'warning',
  summary: 'What scans or builds images in a pipeline must be pinned to a release.',
  why: `
    A scanner sees the image, the registry's login and often the secrets of the pipeline. A branch or a moving tag of it runs whatever its
    owner, or whoever took over the owner's account, put there last: in 2026 tags of a widely used scanner action were moved to code that
    collected secrets, and every pipeline that named them ran it within hours.

    Name the full hash of a commit that you have looked at, or at least a full version, and let a bot propose newer ones. Branches and tags
    such as \`v3\` or \`latest\` move. Actions that build images are told when they follow a branch.
  `,
  fixSafety: `
    The hash or version is a blank: look at the release first, then fill it in.
  `,
  references: [
    'https://docs.github.com/actions/security-for-github-actions/security-guides/security-hardening-for-github-actions#using-third-party-actions',
    'https://github.com/aquasecurity/trivy-action',
  ],
  standards: { owasp: ['RULE #13'], cwe: ['CWE-829', 'CWE-1357'] },
  equivalents: {},
  messages: {
    branch: '{action} runs whatever is on {ref} today, with the secrets of the job. Name the hash of a commit.',
    tag: '{action} runs whatever the tag {ref} points to today, with the secrets of the job. Name the hash of a commit.',
    image:
      'The scanner image {image} moves, so anybody who can push it runs code in the pipeline. Name a full version.',
  },
  titles: {
    pinAction: 'Name a commit instead of {ref}',
    pinImage: 'Name a version of {image}',
  },

  check: {
    ci(document, { project }) {
      const { jobs } = imageWorkOf(project, document);
      return jobs
        .flatMap(({ job, acts }) => {
          const scans = acts.filter((it) => it.does === 'scan' && it.script === undefined);
          const steps = new Set(scans.map((it) => it.step));
          const own = job.image && scans.length > 0 ? ofImage(document, job.image) : [];
          return [
            ...own,
            ...job.steps.flatMap((it) => ofAction(document, it, steps.has(it))),
            ...scans.flatMap((it) => ofContainer(document, it)),
          ];
        })
        .filter(isFirst);
    },
  },

  examples: [
    {
      title: 'Scanner actions at a branch and at moving tags',
      in: 'ci',
      bad: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@«master»
                with: { image-ref: "registry.example.com/shop/web:1.2.3", exit-code: 1 }
              - uses: anchore/scan-action@«v6»
                with: { image: "registry.example.com/shop/web:1.2.3" }
              - uses: docker/build-push-action@«master»
                with: { load: true }
      `,
      expect: ['branch', 'tag', 'branch'],
      fixed: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - uses: aquasecurity/trivy-action@COMMIT
                with: { image-ref: "registry.example.com/shop/web:1.2.3", exit-code: 1 }
              - uses: anchore/scan-action@COMMIT
                with: { image: "registry.example.com/shop/web:1.2.3" }
              - uses: docker/build-push-action@COMMIT
                with: { load: true }
      `,
    },
    {
      title: 'Images of scanners',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        trivy:
          image:
            name: «aquasec/trivy:latest»
            entrypoint: [""]
          script:
            - trivy image --exit-code 1 "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"

        grype:
          image: docker:29
          script:
            - docker run --rm «anchore/grype» --fail-on high "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
      `,
      expect: ['image', 'image'],
      fixed: `
        trivy:
          image:
            name: aquasec/trivy:VERSION
            entrypoint: [""]
          script:
            - trivy image --exit-code 1 "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"

        grype:
          image: docker:29
          script:
            - docker run --rm anchore/grype:VERSION --fail-on high "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
      `,
    },
    {
      title: 'An orb whose version is left open',
      in: 'ci',
      path: '.circleci/config.yml',
      bad: `
        version: 2.1
        orbs:
          trivy: cci-x/trivy@volatile
        jobs:
          scan:
            docker: [{ image: "cimg/base:2026.10" }]
            steps:
              - «trivy/scan»
      `,
      expect: ['tag'],
      fixed: null,
    },
    {
      title: 'Full hashes, full versions, and actions that do something else',
      in: 'ci',
      good: `
        on: push
        jobs:
          scan:
            runs-on: ubuntu-24.04
            steps:
              - uses: actions/checkout@main
              - uses: docker/build-push-action@v6
                with: { load: true }
              - uses: aquasecurity/trivy-action@57a97c7e7821a5776cebc9bb87c984fa69cba8f1 # v0.35.0
                with: { image-ref: "registry.example.com/shop/web:1.2.3", exit-code: 1 }
              - uses: anchore/scan-action@v6.0.0
                with: { image: "registry.example.com/shop/web:1.2.3" }
              - uses: ./.github/actions/image-scan
              - run: docker run --rm aquasec/trivy:0.58.1 image --exit-code 1 registry.example.com/shop/web:1.2.3
      `,
    },
  ],
});

type Found = {
  readonly message: 'branch' | 'tag' | 'image';
  readonly data: Readonly<Record<string, string>>;
  readonly range: Range;
  readonly fixes: readonly Fix<'pinAction' | 'pinImage'>[];
};

function isFirst({ range }: Found, index: number, all: readonly Found[]): boolean {
  return all.findIndex((it) => it.range.start === range.start) === index;
}

function ofAction(document: PipelineDocument, { uses, node }: PipelineStep, scans: boolean): readonly Found[] {
  if (!uses || uses.value.startsWith('./')) return [];
  const { value, range } = uses;
  if (value.startsWith('docker://')) return scans ? ofImage(document, { value: value.slice(9), range }) : [];
  if (document.system === 'drone' || document.system === 'woodpecker' || document.system === 'bitbucket')
    return scans ? ofImage(document, uses) : [];
  const at = value.lastIndexOf('@');
  const ref = value.slice(at + 1);
  if (at < 0 || (document.system !== 'github' && document.system !== 'circleci')) return [];
  const moves = document.system === 'circleci' ? /^(?:volatile|dev:.*)$/.test(ref) : isMoving(ref);
  const tag = /^v?\d|^volatile|^latest$/.test(ref);
  if (!moves || !(scans || (!tag && isBuildAction(value)))) return [];
  const data = { action: value.slice(0, at), ref };
  if (document.system === 'circleci') return [{ message: 'tag', data, range, fixes: [] }];
  const place = { start: range.end - ref.length, end: range.end };
  const inherited = node?.inherited === true;
  const fixes: Found['fixes'] = inherited
    ? []
    : [{ title: 'pinAction', data: { ref }, applicability: 'manual', edits: [{ range: place, text: 'COMMIT' }] }];
  return [{ message: tag ? 'tag' : 'branch', data, range: place, fixes }];
}

/** No hash, no full version, and no blank that somebody is about to fill. */
function isMoving(ref: string): boolean {
  return !/^[0-9a-f]{7,64}$|^v?\d+\.\d+|\$|^[A-Z_]+$/.test(ref);
}

function ofContainer(document: PipelineDocument, { command, step }: PlacedAct): readonly Found[] {
  if (!command || !step.run || !/^(?:docker|podman|nerdctl)$/.test(command.name)) return [];
  const { words } = scannerProgram(command);
  const image = command.words[command.words.length - words.length - 1];
  return image && image.literal && isScannerImage(image.value) ? ofImage(document, image) : [];
}

function ofImage({ text }: PipelineDocument, { value, range }: Spanned): readonly Found[] {
  const literal = !value.includes('$');
  if (!literal || !isScannerImage(value)) return [];
  const { tag, digest, path } = readImageReference({ value, literal, known: literal }, range);
  if (digest || (tag && movingWord(tag.value) === undefined)) return [];
  const name = tag ? value.slice(0, -tag.value.length - 1) : value;
  const exact = text.slice(range.start, range.end) === value;
  const fixes: Found['fixes'] = exact
    ? [
        {
          title: 'pinImage',
          data: { image: path },
          applicability: 'manual',
          edits: [{ range, text: `${name}:VERSION` }],
        },
      ]
    : [];
  return [{ message: 'image', data: { image: value }, range, fixes }];
}
