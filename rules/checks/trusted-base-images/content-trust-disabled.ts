import { removeEntry, removeItem } from '../../compose/edit.js';
import type { ComposeDocument, ComposeMap, ComposeService } from '../../compose/model.js';
import { asList, asMap, asScalar, environmentOf, scriptOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { deleteLines, type Edit } from '../../core/edit.js';
import type { Finding } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import type { Range } from '../../core/text.js';
import type { ArgInstruction, DockerfileDocument, EnvInstruction } from '../../dockerfile/model.js';
import { everyInstruction, expandAt } from '../../dockerfile/queries.js';
import { everyCommand } from '../../pipeline/every-command.js';
import type { PipelineDocument } from '../../pipeline/model.js';
import {
  mayTrustAnything,
  type SkippedSignature,
  skippedSignatures,
  switchesTrustOff,
  weakPolicy,
} from '../../shell/content-trust.js';
import { removeWords } from '../../shell/edit.js';
import { factsOf } from '../../shell/facts.js';
import type { FileWrite, ShellScript } from '../../shell/model.js';

export default defineRule({
  id: 'content-trust-disabled',
  severity: 'warning',
  summary: 'The check of who signed an image must not be switched off.',
  why: `
    A signature tells that an image comes from its publisher and was not changed since. \`DOCKER_CONTENT_TRUST=0\` and
    \`--disable-content-trust\` overrule whoever asked Docker to check it, and \`cosign verify\` with \`--insecure-ignore-tlog\` or a pattern
    that any signer fits looks like a check but lets through what an attacker signed with a stolen or an own key. A taken-over
    registry account is then enough to get into the build.

    Docker's own content trust is being retired; verify signatures with cosign or notation, or pin digests. Where cosign is given a key,
    the signature itself is still checked, and the finding is a hint.
  `,
  fixSafety: `
    Without the option cosign also asks the transparency log: images that were signed without it are refused, and the machine has to
    reach the log.
  `,
  references: [
    'https://docs.docker.com/engine/security/trust/',
    'https://docs.sigstore.dev/cosign/verifying/verify/',
    'https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md',
  ],
  standards: { cis: ['4.5'], nist: ['4.1.5', '4.2.2'], owasp: ['RULE #13'], cwe: ['CWE-347'] },
  equivalents: {},
  messages: {
    trust: '{option} makes Docker take images without asking who signed them. Remove it.',
    verify:
      'With {option} the check passes without proof of who signed. Remove it, or name the signer that is expected.',
    policy: '{setting} in {path} lets unsigned images pass. Make the level strict.',
  },
  titles: { remove: 'Remove {option}', strict: 'Make the level strict' },

  check: {
    dockerfile(document) {
      const { text } = document;
      if (!mayTrustAnything(text)) return [];
      return everyInstruction(document).flatMap((instruction) => {
        switch (instruction.keyword) {
          case 'RUN':
            return [...inScript(text, instruction.script), ...inWrites(text, instruction.facts.writes)];
          case 'CMD':
          case 'ENTRYPOINT':
            return inScript(text, instruction.script);
          case 'ENV':
          case 'ARG':
            return inVariables(document, instruction);
          case 'COPY':
          case 'ADD':
            return instruction.heredocs.flatMap(({ name, contentRange }) => {
              const path = instruction.destination?.value ?? '';
              return inFile(text, path.endsWith('/') ? path + name : path, contentRange);
            });
          default:
            return [];
        }
      });
    },
    compose(document) {
      if (!mayTrustAnything(document.text)) return [];
      return document.services.flatMap((service) => [
        ...inEnvironment(document, service),
        ...inCommand(document, service, 'entrypoint'),
        ...inCommand(document, service, 'command'),
      ]);
    },
    ci(document, { project }) {
      const { jobs, root, text } = document;
      const called = inCalledScripts(document, project);
      if (!mayTrustAnything(text)) return called;
      const steps = jobs.flatMap((job) => job.steps);
      return [
        ...[root, ...jobs.map((it) => it.node), ...steps.map((it) => it.node)].flatMap((it) => inEnv(document, it)),
        ...steps.flatMap(({ run }) =>
          run ? [...inScript(text, run.script), ...inWrites(text, factsOf(run.script).writes)] : [],
        ),
        ...called,
      ];
    },
  },

  examples: [
    {
      title: 'Docker is told not to check',
      in: 'dockerfile',
      bad: `
        FROM docker:29.7.2-cli
        ENV «DOCKER_CONTENT_TRUST=0»
        ENV LANG=C.UTF-8 «DOCKER_CONTENT_TRUST=false»
        RUN «DOCKER_CONTENT_TRUST=0» docker pull registry.example.com/base:1.4.0
        CMD docker run «--disable-content-trust» registry.example.com/base:1.4.0
      `,
      expect: ['trust', 'trust', 'trust', 'trust'],
      fixed: `
        FROM docker:29.7.2-cli
        ENV LANG=C.UTF-8
        RUN docker pull registry.example.com/base:1.4.0
        CMD docker run registry.example.com/base:1.4.0
      `,
    },
    {
      title: 'For the rest of a script',
      in: 'dockerfile',
      bad: `
        FROM docker:29.7.2-cli
        RUN export «DOCKER_CONTENT_TRUST=0» && docker pull registry.example.com/base:1.4.0
      `,
      expect: ['trust'],
      fixed: null,
    },
    {
      title: 'A check that asks too little',
      in: 'dockerfile',
      bad: `
        FROM registry.example.com/tools/cosign:3.0.2
        RUN cosign verify «--insecure-ignore-tlog» --certificate-identity=ci@example.com \\
              --certificate-oidc-issuer=https://accounts.example.com registry.example.com/base:1.4.0
      `,
      expect: ['verify'],
      fixed: `
        FROM registry.example.com/tools/cosign:3.0.2
        RUN cosign verify --certificate-identity=ci@example.com \\
              --certificate-oidc-issuer=https://accounts.example.com registry.example.com/base:1.4.0
      `,
    },
    {
      title: 'With a key of its own',
      in: 'dockerfile',
      bad: `
        FROM registry.example.com/tools/cosign:3.0.2
        RUN cosign verify --key /keys/cosign.pub «--insecure-ignore-tlog=true» registry.example.com/base:1.4.0
      `,
      expect: ['verify'],
      severity: 'info',
      fixed: `
        FROM registry.example.com/tools/cosign:3.0.2
        RUN cosign verify --key /keys/cosign.pub registry.example.com/base:1.4.0
      `,
    },
    {
      title: 'A signer that may be anybody',
      in: 'dockerfile',
      bad: `
        FROM registry.example.com/tools/cosign:3.0.2
        RUN cosign verify «--certificate-identity-regexp '.*'» \\
              --certificate-oidc-issuer=https://accounts.example.com registry.example.com/base:1.4.0
      `,
      expect: ['verify'],
      fixed: null,
    },
    {
      title: 'A trust policy of Notation',
      in: 'dockerfile',
      bad: `
        FROM debian:13.6
        COPY <<EOF /root/.config/notation/trustpolicy.json
        {"version": "1.0", "trustPolicies": [{"name": "all", "registryScopes": ["*"], "signatureVerification": {«"level": "skip"»}}]}
        EOF
      `,
      expect: ['policy'],
      fixed: `
        FROM debian:13.6
        COPY <<EOF /root/.config/notation/trustpolicy.json
        {"version": "1.0", "trustPolicies": [{"name": "all", "registryScopes": ["*"], "signatureVerification": {"level": "strict"}}]}
        EOF
      `,
    },
    {
      title: 'Checks that are on, and text that is none',
      in: 'dockerfile',
      good: `
        FROM docker:29.7.2-cli
        ENV DOCKER_CONTENT_TRUST=1
        RUN docker pull --disable-content-trust=false registry.example.com/base:1.4.0
        RUN echo "DOCKER_CONTENT_TRUST=0 and --disable-content-trust are off limits"
        RUN cosign verify --key /keys/cosign.pub registry.example.com/base:1.4.0
        RUN cosign verify --certificate-identity-regexp '^https://github.com/acme/.*' \\
              --certificate-oidc-issuer=https://token.actions.githubusercontent.com ghcr.io/acme/base:1.4.0
        RUN podman pull --disable-content-trust registry.example.com/base:1.4.0
        # DOCKER_CONTENT_TRUST=0
      `,
    },
    {
      title: 'Services',
      in: 'compose',
      bad: `
        services:
          updater:
            image: registry.example.com/updater:2.1.0
            environment:
              «DOCKER_CONTENT_TRUST: 0»
              INTERVAL: 60
          puller:
            image: docker:29.7.2-cli
            environment:
              - INTERVAL=60
              - «DOCKER_CONTENT_TRUST=0»
            command: docker pull «--disable-content-trust» registry.example.com/base:1.4.0
      `,
      expect: ['trust', 'trust', 'trust'],
      fixed: `
        services:
          updater:
            image: registry.example.com/updater:2.1.0
            environment:
              INTERVAL: 60
          puller:
            image: docker:29.7.2-cli
            environment:
              - INTERVAL=60
            command: docker pull registry.example.com/base:1.4.0
      `,
    },
    {
      title: 'A service that checks, and one whose caller decides',
      in: 'compose',
      good: `
        services:
          updater:
            image: registry.example.com/updater:2.1.0
            environment:
              DOCKER_CONTENT_TRUST: 1
          puller:
            image: docker:29.7.2-cli
            environment:
              - DOCKER_CONTENT_TRUST
              - DOCKER_CONTENT_TRUST=\${TRUST}
      `,
    },
    {
      title: 'A workflow',
      in: 'ci',
      bad: `
        on: push
        env:
          REGION: north
          «DOCKER_CONTENT_TRUST: 0»
        jobs:
          build:
            runs-on: ubuntu-latest
            env:
              «DOCKER_CONTENT_TRUST: "false"»
            steps:
              - run: |
                  docker push «--disable-content-trust» registry.example.com/app:1
                  cosign verify «--insecure-ignore-sct» --certificate-identity=ci@example.com registry.example.com/app:1
      `,
      expect: ['trust', 'trust', 'trust', 'verify'],
      fixed: `
        on: push
        env:
          REGION: north
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  docker push registry.example.com/app:1
                  cosign verify --certificate-identity=ci@example.com registry.example.com/app:1
      `,
    },
    {
      title: 'A pipeline of GitLab, and a script that it calls',
      in: 'ci',
      path: '.gitlab-ci.yml',
      around: {
        'ci/push.sh': `
          #!/bin/sh
          docker push --disable-content-trust registry.example.com/app:1
        `,
      },
      bad: `
        variables:
          «DOCKER_CONTENT_TRUST: "0"»
          IMAGE: registry.example.com/app:1
        push:
          script:
            - «ci/push.sh»
      `,
      expect: ['trust', 'trust'],
      fixed: `
        variables:
          IMAGE: registry.example.com/app:1
        push:
          script:
            - ci/push.sh
      `,
      fixedAround: {
        'ci/push.sh': `
          #!/bin/sh
          docker push registry.example.com/app:1
        `,
      },
    },
    {
      title: 'A workflow that checks',
      in: 'ci',
      good: `
        on: push
        env:
          DOCKER_CONTENT_TRUST: 1
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: cosign verify --key cosign.pub registry.example.com/app:1
      `,
    },
  ],
});

type Found = Finding<'trust' | 'verify' | 'policy', 'remove' | 'strict', never>;

function report(
  { kind, written, hasKey }: Pick<SkippedSignature, 'kind' | 'written' | 'hasKey'>,
  range: Range,
  edits: readonly Edit[],
): Found {
  const data = { option: written };
  const applicability = kind === 'trust' ? 'safe' : 'unsafe';
  return {
    message: kind,
    data,
    range,
    ...(hasKey ? { severity: 'info' } : {}),
    fixes: edits.length > 0 ? [{ title: 'remove', data, applicability, edits }] : [],
  };
}

function variable(written: string, range: Range, edits: readonly Edit[]): Found {
  return report({ kind: 'trust', written, hasKey: false }, range, edits);
}

function inScript(text: string, { commands }: ShellScript): readonly Found[] {
  return commands
    .flatMap(skippedSignatures)
    .map((it) => report(it, it.range, (it.removable && removeWords(text, [it.range])) || []));
}

function inWrites(text: string, writes: readonly FileWrite[]): readonly Found[] {
  return writes.flatMap(({ path, content }) => (content ? inFile(text, path.value, content.range) : []));
}

function inFile(text: string, path: string, { start, end }: Range): readonly Found[] {
  const source = text.slice(start, end);
  const found = weakPolicy(path, source);
  if (!found) return [];
  const setting = source.slice(found.start, found.end);
  const range = { start: start + found.start, end: start + found.end };
  const edit: Edit = { range, text: setting.replace(/"\w+"$/, '"strict"') };
  return [
    {
      message: 'policy',
      data: { setting, path },
      range,
      fixes: [{ title: 'strict', applicability: 'unsafe', edits: [edit] }],
    },
  ];
}

function inVariables(document: DockerfileDocument, instruction: EnvInstruction | ArgInstruction): readonly Found[] {
  return instruction.pairs.flatMap(({ name, value, range }) => {
    const expanded = value && expandAt(document, value.value, instruction.range.start);
    if (!expanded?.known || !switchesTrustOff(name.value, expanded.value)) return [];
    const isOnly = instruction.pairs.length === 1;
    const removal = isOnly ? [deleteLines(document.text, instruction.range)] : removeWords(document.text, [range]);
    return [variable(`${name.value}=${expanded.value}`, range, (isOnly && instruction.onbuild ? [] : removal) ?? [])];
  });
}

function inEnvironment(document: ComposeDocument, service: ComposeService): readonly Found[] {
  return environmentOf(service).flatMap(({ name, value, range, inherited }) => {
    if (!value?.known || !switchesTrustOff(name.value, value.value)) return [];
    const written = `${name.value}=${value.value}`;
    const edit = inherited ? undefined : withoutVariable(document, service, range);
    return [variable(written, placeIn(service, { range, inherited }), edit ? [edit] : [])];
  });
}

function withoutVariable(document: ComposeDocument, service: ComposeService, { start }: Range): Edit | undefined {
  const entry = service.get('environment');
  if (!entry || entry.inherited || entry.value.inherited) return undefined;
  const list = asList(entry.value);
  const item = list?.items.find((it) => it.range.start === start);
  if (list && item) return removeItem(document, entry, list, item);
  const own = asMap(entry.value)?.entries.find((it) => it.range.start === start);
  return own && removeEntry(document, [entry], own);
}

function inCommand(
  document: ComposeDocument,
  service: ComposeService,
  key: 'command' | 'entrypoint',
): readonly Found[] {
  const entry = service.get(key);
  const script = entry && scriptOf(service, key);
  if (!entry || !script) return [];
  const inherited = entry.inherited || entry.value.inherited;
  return inScript(document.text, script).map((it) =>
    inherited ? { ...it, range: placeIn(service, { range: it.range, inherited }), fixes: [] } : it,
  );
}

/** `env` of a workflow, a job or a step. */
function inEnv(document: PipelineDocument, owner: ComposeMap | undefined): readonly Found[] {
  return ['env', 'variables', 'environment'].flatMap((key) => {
    const env = owner?.get(key);
    return (asMap(env?.value)?.entries ?? []).flatMap((entry) => {
      const value = asScalar(entry.value)?.text ?? '';
      if (!env || entry.inherited || !switchesTrustOff(entry.key.value, value)) return [];
      const edit = removeEntry(document, [env], entry);
      return [variable(`${entry.key.value}=${value}`, entry.range, edit ? [edit] : [])];
    });
  });
}

/** What scripts do that a pipeline calls: shown where it calls them. */
function inCalledScripts(document: PipelineDocument, project: Project): readonly Found[] {
  return everyCommand(document, project).flatMap(({ command, script, text, shown, placed }) => {
    if (!script) return [];
    return skippedSignatures(command).map((it) => {
      const edits = (it.removable && removeWords(text, [it.range])) || [];
      return report({ ...it, written: `${it.written} (${script.path})` }, shown, placed(edits));
    });
  });
}
