import { innerRange } from '../../compose/decode.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { asList, asMap, asScalar, environmentOf, scriptOf } from '../../compose/queries.js';
import { placeIn, removeFrom, removeKey } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import { contains, type Range } from '../../core/text.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import { everyCommand } from '../../pipeline/every-command.js';
import type { PipelineDocument } from '../../pipeline/model.js';
import { removeWords } from '../../shell/edit.js';
import { factsOf } from '../../shell/facts.js';
import type { FileWrite, ShellScript } from '../../shell/model.js';
import {
  type InsecureSetting,
  type InsecureUse,
  insecureOption,
  insecureSetting,
  insecureUses,
  mayBeInsecure,
} from '../../shell/registries.js';

export default defineRule({
  id: 'insecure-registry',
  severity: 'error',
  summary: 'A registry must be reached over TLS, and its certificate must be checked.',
  why: `
    An image is a program that will run. Fetched over plain http, or over TLS with the check of the certificate switched off, it comes from
    whoever answers: somebody in the same network, on the way, or behind a changed DNS entry can hand over an image of their own, and
    every host that pulls runs it. Pushing the same way also gives away the password or token of the registry.

    A registry of your own needs a certificate, from a public authority or from one whose root you put in
    /etc/docker/certs.d/HOST/ca.crt. Registries of this machine (localhost, 127.0.0.1) and texts that only mention such an option are
    left alone.
  `,
  fixSafety: `
    Until the registry has a certificate that the client trusts, pulls and pushes fail. That is what the check is for.
  `,
  references: [
    'https://docs.docker.com/reference/cli/dockerd/#insecure-registries',
    'https://distribution.github.io/distribution/about/insecure/',
    'https://docs.docker.com/engine/security/certificates/',
  ],
  standards: { cis: ['2.5'], nist: ['4.2.1'], owasp: ['RULE #13'], cwe: ['CWE-295', 'CWE-319'] },
  equivalents: {},
  messages: {
    option: '{option} lets others swap images on the way. Give the registry a certificate instead.',
    setting: '{setting} in {place} lets others swap images on the way. Give the registry a certificate instead.',
    address: '{address} is not encrypted, so others can swap images and read passwords on the way. Use https.',
  },
  titles: {
    removeOption: 'Remove {option}',
    takeBack: 'Undo {setting}',
    useHttps: 'Use https',
    removeScheme: 'Name the registry without http://',
  },

  check: {
    dockerfile(document) {
      const { text } = document;
      if (!mayBeInsecure(text)) return [];
      return everyInstruction(document).flatMap((instruction) => {
        switch (instruction.keyword) {
          case 'FROM':
            return instruction.image ? addressOf(instruction.image.value, instruction.image.range) : [];
          case 'RUN':
            return [...usesOf(text, instruction.script), ...writesOf(text, instruction.facts.writes)];
          case 'CMD':
          case 'ENTRYPOINT':
            return usesOf(text, instruction.script);
          case 'COPY':
          case 'ADD':
            return instruction.heredocs.flatMap((it) =>
              settingIn(text, instruction.destination?.value ?? it.name, it.contentRange),
            );
          default:
            return [];
        }
      });
    },
    compose(document) {
      if (!mayBeInsecure(document.text)) return [];
      const services = document.services.flatMap((service) => [
        ...imageAddress(service),
        ...scriptUses(document, service, 'command'),
        ...scriptUses(document, service, 'entrypoint'),
        ...environmentUses(document, service),
      ]);
      const configs = document.roots.flatMap((root) => asMap(root.get('configs')?.value)?.entries ?? []);
      const contents = configs.flatMap(({ key, value }) => {
        const content = asMap(value)?.get('content')?.value;
        return content?.kind === 'scalar' ? settingIn(document.text, key.value, content.range) : [];
      });
      return [...services, ...contents];
    },
    ci(document, { project }) {
      const { jobs, text } = document;
      const own = jobs.flatMap((job) =>
        job.steps.flatMap((step) => {
          const script = step.run?.script;
          const run = script ? [...usesOf(text, script), ...writesOf(text, factsOf(script).writes)] : [];
          const inline = (step.with?.entries ?? []).flatMap(({ key, value }) =>
            /^(?:buildkitd-config-inline|config-inline|daemon-config)$/.test(key.value) && value.kind === 'scalar'
              ? settingIn(text, key.value, value.range)
              : [],
          );
          return [...run, ...inline];
        }),
      );
      return [...own, ...calledUses(document, project)];
    },
    engine({ text, tables, format }) {
      const parts = format === 'toml' ? tables : [{ start: 0, end: text.length }];
      return parts.flatMap((it) => settingIn(text, format === 'toml' ? 'buildkitd.toml' : 'daemon.json', it));
    },
  },

  examples: [
    {
      title: 'Options of image tools in a build',
      in: 'dockerfile',
      bad: `
        FROM quay.io/buildah/stable:v1.41
        RUN skopeo copy «--src-tls-verify=false» docker://registry.example.com/base:1 dir:/base
        RUN crane pull «--insecure» registry.example.com/base:1 /base.tar
        CMD ["/kaniko/executor", «"--insecure"», "--skip-tls-verify", "--destination=registry.example.com/app"]
        ENTRYPOINT ["dockerd", «"--insecure-registry=registry.example.com:5000"»]
      `,
      expect: ['option', 'option', 'option', 'option'],
      fixed: `
        FROM quay.io/buildah/stable:v1.41
        RUN skopeo copy docker://registry.example.com/base:1 dir:/base
        RUN crane pull registry.example.com/base:1 /base.tar
        CMD ["/kaniko/executor", "--destination=registry.example.com/app"]
        ENTRYPOINT ["dockerd"]
      `,
    },
    {
      title: 'The configuration of an engine',
      in: 'dockerfile',
      bad: `
        FROM docker:29-dind
        RUN echo '{ "«insecure-registries»": ["registry.example.com"] }' > /etc/docker/daemon.json
        COPY <<EOF /etc/buildkit/buildkitd.toml
        [registry."localhost:5000"]
          http = true
        [registry."registry.example.com"]
          «insecure = true»
        EOF
      `,
      expect: ['setting', 'setting'],
      fixed: `
        FROM docker:29-dind
        RUN echo '{ "insecure-registries": [] }' > /etc/docker/daemon.json
        COPY <<EOF /etc/buildkit/buildkitd.toml
        [registry."localhost:5000"]
          http = true
        [registry."registry.example.com"]
          insecure = false
        EOF
      `,
    },
    {
      title: 'An image or a login by http',
      in: 'dockerfile',
      bad: `
        FROM «http://registry.example.com/base:1»
        RUN docker login «http://registry.example.com»
      `,
      expect: ['address', 'address'],
      fixed: `
        FROM registry.example.com/base:1
        RUN docker login https://registry.example.com
      `,
    },
    {
      title: 'Registries of this machine, and texts',
      in: 'dockerfile',
      good: `
        FROM docker:29-dind
        RUN skopeo copy --dest-tls-verify=false dir:/base docker://localhost:5000/base:1
        RUN echo "never use --tls-verify=false or --insecure-registry" && curl --insecure https://example.com
        RUN echo '{ "insecure-registries": ["127.0.0.1:5000"] }' > /etc/docker/daemon.json
        RUN printf '[registries.search]\\nregistries = ["registry.example.com"]\\n' > /etc/containers/registries.conf
        CMD ["dockerd", "--insecure-registry", "localhost:5000"]
      `,
    },
    {
      title: 'An engine in a compose file',
      in: 'compose',
      bad: `
        services:
          engine:
            image: docker:29-dind
            command: ["--tls=true", "«--insecure-registry=registry.example.com:5000»"]
          builder:
            image: docker:29-dind
            command: dockerd «--insecure-registry registry.example.com:5000» --debug
          other:
            image: docker:29-dind
            environment:
              DOCKER_OPTS: "--debug «--insecure-registry=registry.example.com»"
        configs:
          daemon:
            content: |
              { "registry-mirrors": ["«http://mirror.example.com»"] }
      `,
      expect: ['option', 'option', 'setting', 'setting'],
      fixed: `
        services:
          engine:
            image: docker:29-dind
            command: ["--tls=true"]
          builder:
            image: docker:29-dind
            command: dockerd --debug
          other:
            image: docker:29-dind
            environment:
              DOCKER_OPTS: "--debug"
        configs:
          daemon:
            content: |
              { "registry-mirrors": ["https://mirror.example.com"] }
      `,
    },
    {
      title: 'The option is all there is, and an image by http',
      in: 'compose',
      bad: `
        services:
          engine:
            image: docker:29-dind
            command:
              - «--insecure-registry=registry.example.com:5000»
          app:
            image: «http://registry.example.com/app:1»
      `,
      expect: ['option', 'address'],
      fixed: `
        services:
          engine:
            image: docker:29-dind
          app:
            image: registry.example.com/app:1
      `,
    },
    {
      title: 'A registry of this machine in a compose file',
      in: 'compose',
      good: `
        services:
          engine:
            image: docker:29-dind
            command: ["--insecure-registry", "localhost:5000"]
          app:
            image: localhost:5000/app:1
      `,
    },
    {
      title: 'Steps of a workflow',
      in: 'ci',
      bad: `
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: docker/setup-buildx-action@v3
                with:
                  buildkitd-config-inline: |
                    [registry."registry.example.com"]
                      «http = true»
              - run: |
                  podman build -t registry.example.com/app:1 .
                  podman push «--tls-verify=false» localhost/app registry.example.com/app:1
                  docker buildx build --output «type=image,push=true,registry.insecure=true» .
                  echo '{"«insecure-registries»":["registry.example.com"]}' | sudo tee /etc/docker/daemon.json
      `,
      expect: ['setting', 'option', 'option', 'setting'],
      fixed: `
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - uses: docker/setup-buildx-action@v3
                with:
                  buildkitd-config-inline: |
                    [registry."registry.example.com"]
                      http = false
              - run: |
                  podman build -t registry.example.com/app:1 .
                  podman push localhost/app registry.example.com/app:1
                  docker buildx build --output type=image,push=true,registry.insecure=true .
                  echo '{"insecure-registries":[]}' | sudo tee /etc/docker/daemon.json
      `,
    },
    {
      title: 'The configuration of Docker',
      in: 'engine',
      path: 'deploy/daemon.json',
      bad: `
        {
          "log-driver": "local",
          "«insecure-registries»": ["registry.example.com:5000", "10.0.0.0/8"]
        }
      `,
      expect: ['setting'],
      fixed: `
        {
          "log-driver": "local",
          "insecure-registries": []
        }
      `,
    },
    {
      title: 'The configuration of BuildKit',
      in: 'engine',
      path: 'buildkitd.toml',
      bad: `
        debug = true

        [registry."registry.example.com"]
          «http = true»

        # the cache
        [registry."cache.example.com"]
          «insecure = true»
      `,
      expect: ['setting', 'setting'],
      fixed: `
        debug = true

        [registry."registry.example.com"]
          http = false

        # the cache
        [registry."cache.example.com"]
          insecure = false
      `,
    },
    {
      title: 'Registries of this machine in the configuration of an engine',
      in: 'engine',
      good: `
        [registry."localhost:5000"]
          http = true
        [registry."registry.example.com"]
          ca = ["/etc/certs/ca.pem"]
      `,
    },
    {
      title: 'A target of a Makefile that the pipeline calls',
      in: 'ci',
      path: '.gitlab-ci.yml',
      around: {
        Makefile: `
          push:
          	podman push --tls-verify=false registry.example.com/app:1
          local:
          	podman push --tls-verify=false localhost:5000/app:1
        `,
      },
      bad: `
        push:
          script:
            - «make push»
            - make local
      `,
      expect: ['option'],
      fixed: `
        push:
          script:
            - make push
            - make local
      `,
      fixedAround: {
        Makefile: `
          push:
          	podman push registry.example.com/app:1
          local:
          	podman push --tls-verify=false localhost:5000/app:1
        `,
      },
    },
    {
      title: 'A registry that only lives in the job',
      in: 'ci',
      good: `
        on: push
        jobs:
          build:
            runs-on: ubuntu-latest
            steps:
              - run: |
                  podman push --tls-verify=false localhost:5000/app:1
                  curl -k --insecure https://example.com
      `,
    },
  ],
});

type Message = 'option' | 'setting' | 'address';
type Title = 'removeOption' | 'takeBack' | 'useHttps' | 'removeScheme';
type Found = Finding<Message, Title, never>;

function usesOf(text: string, script: ShellScript): readonly Found[] {
  return script.commands
    .flatMap((it) => joined(insecureUses(it)))
    .map((use) => reportUse(text, use, use.range, removeWords(text, use.words)));
}

/** What scripts do that a pipeline calls: shown where it calls them. */
function calledUses(document: PipelineDocument, project: Project): readonly Found[] {
  return everyCommand(document, project).flatMap(({ command, script, text, shown, placed }) => {
    if (!script) return [];
    return joined(insecureUses(command)).map((use): Found => {
      const written = `${use.written} (${script.path})`;
      if (use.kind === 'address') return { message: 'address', data: { address: written }, range: shown };
      const edits = removeWords(text, use.words) ?? [];
      const data = { option: use.written };
      const fixes: readonly Fix<Title>[] =
        edits.length > 0 ? [{ title: 'removeOption', data, applicability: 'unsafe', edits: placed(edits) }] : [];
      return { message: 'option', data: { option: written }, range: shown, fixes };
    });
  });
}

/** Several options of one command are one mistake. */
function joined(uses: readonly InsecureUse[]): readonly InsecureUse[] {
  const options = uses.filter((it) => it.kind === 'option' && it.words.length > 0);
  const [first] = options;
  if (!first || options.length < 2) return uses;
  const written = options.map((it) => it.written).join(' ');
  return [
    { ...first, written, words: options.flatMap((it) => it.words) },
    ...uses.filter((it) => !options.includes(it)),
  ];
}

function reportUse(
  text: string,
  { kind, written }: InsecureUse,
  range: Range,
  edits: readonly Edit[] | undefined,
): Found {
  if (kind === 'address')
    return { message: 'address', data: { address: written }, range, fixes: edits ? httpsFix(text, range) : [] };
  const data = { option: written };
  const fixes: readonly Fix<Title>[] =
    edits && edits.length > 0 ? [{ title: 'removeOption', data, applicability: 'unsafe', edits }] : [];
  return { message: 'option', data, range, fixes };
}

/** The address starts where the word does, or behind its quote. */
function httpsFix(text: string, { start }: Range): readonly Fix<Title>[] {
  const end = start + (text[start] === 'h' ? 4 : 5);
  return [{ title: 'useHttps', applicability: 'unsafe', edits: [{ range: { start: end, end }, text: 's' }] }];
}

/** A scheme has no place in the name of an image. */
function addressOf(name: string, range: Range): readonly Found[] {
  if (!/^http:\/\/(?!localhost|127\.)/i.test(name)) return [];
  const scheme = { start: range.start, end: range.start + 'http://'.length };
  const fix: Fix<Title> = { title: 'removeScheme', applicability: 'unsafe', edits: [{ range: scheme, text: '' }] };
  return [{ message: 'address', data: { address: name }, range, fixes: [fix] }];
}

function writesOf(text: string, writes: readonly FileWrite[]): readonly Found[] {
  return writes.flatMap(({ path, content }) => (content ? settingIn(text, path.value, content.range) : []));
}

function settingIn(text: string, place: string, { start, end }: Range): readonly Found[] {
  const found = insecureSetting(text.slice(start, end));
  return found ? [reportSetting(found, place, start)] : [];
}

function reportSetting({ setting, start, end, change }: InsecureSetting, place: string, at: number): Found {
  const edit: Edit = { range: { start: at + change.start, end: at + change.end }, text: change.text };
  return {
    message: 'setting',
    data: { setting, place },
    range: { start: at + start, end: at + end },
    fixes: [{ title: 'takeBack', data: { setting }, applicability: 'unsafe', edits: [edit] }],
  };
}

function imageAddress(service: ComposeService): readonly Found[] {
  const entry = service.get('image');
  const node = asScalar(entry?.value);
  if (!entry || !node || entry.inherited || node.inherited) return [];
  return addressOf(node.text, innerRange(node));
}

function scriptUses(
  document: ComposeDocument,
  service: ComposeService,
  key: 'command' | 'entrypoint',
): readonly Found[] {
  const entry = service.get(key);
  if (!entry || !mayBeInsecure(document.text.slice(entry.value.range.start, entry.value.range.end))) return [];
  const uses = scriptOf(service, key)?.commands.flatMap(insecureUses) ?? [];
  const inherited = entry.inherited || entry.value.inherited;
  return uses.map((use) => {
    const range = placeIn(service, { range: use.range, inherited });
    return reportUse(document.text, use, range, inherited ? undefined : removed(document, service, key, use));
  });
}

/** Without the words: an item of a list, part of a text, or the key when nothing else is under it. */
function removed(
  document: ComposeDocument,
  service: ComposeService,
  key: 'command' | 'entrypoint',
  { words, written }: InsecureUse,
): readonly Edit[] | undefined {
  const entry = service.get(key);
  const items = asList(entry?.value)?.items;
  const item = items?.find((it) => words.every((word) => contains(it.range, word)));
  const whole = asScalar(item ?? entry?.value);
  if (!entry || !whole) return undefined;
  if (whole.text.trim() !== written) return removeWords(document.text, words);
  const edit = item ? removeFrom(document, service, key, { node: whole }) : removeKey(document, service, entry);
  return edit && [edit];
}

function environmentUses(document: ComposeDocument, service: ComposeService): readonly Found[] {
  return environmentOf(service).flatMap(({ name, value, inherited }) => {
    if (!value || inherited) return [];
    const found = insecureOption(document.text.slice(value.range.start, value.range.end));
    return found ? [reportSetting(found, name.value, value.range.start)] : [];
  });
}
