import { asScalar } from '../../compose/queries.js';
import { insertLineBelow, lineStartAt } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { isBuildxAction } from '../../pipeline/actions.js';
import { type PlacedAct, shippedActs } from '../../pipeline/acts.js';
import { imageWorkOf } from '../../pipeline/coverage.js';
import type { PipelineDocument } from '../../pipeline/model.js';

export default defineRule({
  id: 'missing-provenance',
  severity: 'warning',
  profile: 'strict',
  summary: 'An image that is pushed must say where it comes from and what is in it.',
  why: `
    Without a signature or an attestation nobody can tell the image that the pipeline built from one that somebody pushed by hand with a stolen
    login. And without a list of its packages (SBOM) the question whether a new vulnerability is in it takes a search through
    every image instead of a look.

    BuildKit attaches both to the image when it is told to; cosign, notation and the attest actions of GitHub sign it. One signature in
    the pipelines of the repository, or an SBOM in the build, is enough for this rule.
  `,
  fixSafety: `
    The pushed image becomes an index with the attestations beside it. Old registries and some tools cannot read that; \`mode=max\` also records
    build arguments, so no secret may be in them.
  `,
  references: [
    'https://docs.docker.com/build/metadata/attestations/',
    'https://docs.docker.com/build/ci/github-actions/attestations/',
    'https://docs.sigstore.dev/cosign/signing/signing_with_containers/',
  ],
  standards: { cis: ['4.5'], nist: ['4.1.5'], owasp: ['RULE #13'], cwe: ['CWE-345', 'CWE-1357'] },
  equivalents: {},
  messages: {
    off: '{setting} leaves out where the image comes from, so nobody can check it. Let the build attach it.',
    unsigned:
      'Job "{job}" pushes an image without signature or SBOM, so nobody can check where it comes from. Attach them.',
  },
  titles: {
    turnOn: 'Attach provenance with mode=max',
    attach: 'Attach provenance and an SBOM',
  },

  check: {
    ci(document, { project }) {
      const { jobs, signs, open } = imageWorkOf(project, document);
      return jobs.flatMap((one): readonly Found[] => {
        const pushed = shippedActs(one).filter((it) => it.pushes && it.script === undefined);
        const off = pushed.flatMap((it) => switchedOff(document, it));
        if (off.length > 0 || signs || open || pushed.some(listsContent)) return off;
        const first = pushed.find((it) => it.does === 'build') ?? pushed[0];
        if (!first) return [];
        const data = { job: one.job.name.value };
        return [{ message: 'unsigned', data, range: first.range, fixes: attachBoth(document, first) }];
      });
    },
  },

  examples: [
    {
      title: 'Pushed by an action without attestations',
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
      expect: ['unsigned'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/build-push-action@v6
                with:
                  push: true
                  provenance: mode=max
                  sbom: true
                  tags: registry.example.com/shop/web:1.2.3
              - run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'Provenance that is switched off',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/build-push-action@v6
                with:
                  push: true
                  «provenance: false»
                  tags: registry.example.com/shop/web:1.2.3
              - run: docker buildx build --push «--provenance=false» -t registry.example.com/shop/api:1.2.3 api
              - run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
      `,
      expect: ['off', 'off'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/build-push-action@v6
                with:
                  push: true
                  provenance: mode=max
                  tags: registry.example.com/shop/web:1.2.3
              - run: docker buildx build --push --provenance=mode=max -t registry.example.com/shop/api:1.2.3 api
              - run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
      `,
    },
    {
      title: 'Commands of a GitLab pipeline',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        web:
          script:
            - «docker buildx build --push -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .»
            - trivy image --exit-code 1 "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
        api:
          script:
            - docker build -t "$CI_REGISTRY_IMAGE/api:$CI_COMMIT_SHA" api
            - «docker push "$CI_REGISTRY_IMAGE/api:$CI_COMMIT_SHA"»
      `,
      expect: ['unsigned', 'unsigned'],
      fixed: `
        web:
          script:
            - docker buildx build --provenance=mode=max --sbom=true --push -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .
            - trivy image --exit-code 1 "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA"
        api:
          script:
            - docker build -t "$CI_REGISTRY_IMAGE/api:$CI_COMMIT_SHA" api
            - docker push "$CI_REGISTRY_IMAGE/api:$CI_COMMIT_SHA"
      `,
    },
    {
      title: 'Signed, or with an SBOM',
      in: 'ci',
      good: `
        on: push
        jobs:
          signed:
            runs-on: ubuntu-24.04
            steps:
              - run: docker build --push -t registry.example.com/shop/web:1.2.3 .
              - run: cosign sign --yes registry.example.com/shop/web@sha256:2bae3c7f8b2a1d0e9c6f5b4a3d2c1b0a9f8e7d6c5b4a39281706f5e4d3c2b1a0
              - run: trivy image --exit-code 1 registry.example.com/shop/web:1.2.3
          listed:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/build-push-action@v6
                with: { push: true, sbom: true, tags: "registry.example.com/shop/api:1.2.3" }
      `,
    },
    {
      title: 'An image that is not pushed',
      in: 'ci',
      good: `
        on: pull_request
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/build-push-action@v6
                with: { load: true, provenance: false, tags: "web:test" }
              - run: trivy image --exit-code 1 web:test
      `,
    },
  ],
});

type Found = Finding<'off' | 'unsigned', 'turnOn' | 'attach', never>;

function switchedOff({ text }: PipelineDocument, { step, command, does }: PlacedAct): readonly Found[] {
  if (does !== 'build') return [];
  const entry = step.uses && isBuildxAction(step.uses.value) ? step.with?.get('provenance') : undefined;
  const value = asScalar(entry?.value);
  if (entry && value?.text === 'false') {
    const fixes: readonly Fix<'turnOn'>[] =
      entry.inherited || value.inherited
        ? []
        : [{ title: 'turnOn', applicability: 'unsafe', edits: [{ range: value.range, text: 'mode=max' }] }];
    const setting = text.slice(entry.range.start, entry.range.end);
    return [{ message: 'off', data: { setting }, range: entry.range, fixes }];
  }
  return (command?.words ?? [])
    .filter((it) => it.value === '--provenance=false')
    .map(({ range, value: setting }): Found => {
      const edits = [{ range, text: '--provenance=mode=max' }];
      return { message: 'off', data: { setting }, range, fixes: [{ title: 'turnOn', applicability: 'unsafe', edits }] };
    });
}

/** The build writes down what is in the image. */
function listsContent({ step, command }: PlacedAct): boolean {
  const inputs = ['sbom', 'attests'].map((it) => asScalar(step.with?.get(it)?.value)?.text ?? '');
  return (
    inputs.some((it) => it !== '' && it !== 'false') ||
    (command?.words ?? []).some(
      (it) => /^--(?:sbom(?:=(?!false)|$)|attest)|sbom/.test(it.value) && it.value !== '--sbom=false',
    )
  );
}

function attachBoth(document: PipelineDocument, { step, command, does }: PlacedAct): readonly Fix<'attach'>[] {
  if (does !== 'build') return [];
  if (command) {
    const { words, name } = command;
    const index = words.findIndex((it) => it.value === 'build');
    const build = words[index];
    if (name !== 'docker' || !build || !words.some((it) => it.value === '--push')) return [];
    const at = { start: build.range.end, end: build.range.end };
    const edits = [{ range: at, text: ' --provenance=mode=max --sbom=true' }];
    return [{ title: 'attach', applicability: 'unsafe', edits }];
  }
  const entry = step.with?.get('push');
  if (!entry || step.with?.flow || entry.inherited || !step.uses || !isBuildxAction(step.uses.value)) return [];
  if (step.with?.get('provenance') || step.with?.get('sbom')) return [];
  const indentation = ' '.repeat(entry.range.start - lineStartAt(document.text, entry.range.start));
  const lines = ['provenance: mode=max', 'sbom: true'].join(document.eol + indentation);
  return [{ title: 'attach', applicability: 'unsafe', edits: [insertLineBelow(document, entry.range.end, lines)] }];
}
