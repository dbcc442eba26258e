import { asMap, asScalar, securityOptions } from '../../compose/queries.js';
import { placeIn, removeFrom } from '../../compose/service.js';
import type { Finding } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { WorkflowDocument, WorkflowJob } from '../../project/workflow.js';
import type { ShellCommand, ShellWord } from '../../shell/model.js';

export default defineRule({
  id: 'seccomp-unconfined',
  severity: 'error',
  summary: 'A container must not run without a seccomp profile.',
  why: `
    Docker's default seccomp profile keeps a container from about forty system calls that programs hardly ever need and attackers like:
    loading kernel modules, mounting, new namespaces, calls with a long record of kernel bugs. Several known breakouts fail because
    of it. \`seccomp:unconfined\` switches it off for everything in the container.

    A debugger or a browser that needs one call more gets a profile with that call more, not none. In CI, where the
    runner is thrown away after the job, this is a warning.
  `,
  fixSafety: `
    System calls that the default profile stops fail again, with "Operation not permitted". A program that needs one gets a profile of its
    own: \`seccomp:profile.json\`, made from Docker's default with that call added.
  `,
  references: [
    'https://docs.docker.com/engine/security/seccomp/',
    'https://docs.docker.com/reference/compose-file/services/#security_opt',
  ],
  standards: { cis: ['5.22'], nist: ['4.4.3'], owasp: ['RULE #6'], cwe: ['CWE-693'] },
  equivalents: { semgrep: ['seccomp-confinement-disabled'] },
  messages: {
    service:
      '{option} takes the system call filter from service "{service}". Remove it, or name a profile of your own.',
    command: '{program} runs a container with {option}, without a system call filter. Remove it, or name a profile.',
    job: 'The container of job "{job}" runs with {option}, without a system call filter. Remove it, or name a profile.',
  },
  titles: { remove: 'Remove {option}' },

  check: {
    compose(document) {
      return document.services.flatMap((service) =>
        securityOptions(service).flatMap(({ item }) => {
          if (!UNCONFINED.test(item.text.value)) return [];
          const option = item.text.value;
          const edit = removeFrom(document, service, 'security_opt', item);
          return [
            {
              message: 'service',
              data: { service: service.name.value, option },
              range: placeIn(service, item),
              fixes: edit ? [{ title: 'remove', data: { option }, applicability: 'unsafe', edits: [edit] }] : [],
            },
          ];
        }),
      );
    },

    ci(document) {
      return document.jobs.flatMap((job) => [
        ...containerOptions(job, document),
        ...job.steps.flatMap((step) => (step.run?.script.commands ?? []).flatMap(runOptions)),
      ]);
    },
  },

  examples: [
    {
      title: 'A service without a profile',
      in: 'compose',
      bad: `
        services:
          browser:
            image: registry.example.com/browser:3.2.1
            security_opt:
              - no-new-privileges:true
              - «seccomp:unconfined»
          debugger:
            image: registry.example.com/debugger:3.2.1
            security_opt: [«"seccomp=unconfined"»]
      `,
      expect: ['service', 'service'],
      severity: 'error',
      fixed: `
        services:
          browser:
            image: registry.example.com/browser:3.2.1
            security_opt:
              - no-new-privileges:true
          debugger:
            image: registry.example.com/debugger:3.2.1
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          security_opt: ["seccomp:unconfined"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['service'],
      fixed: null,
    },
    {
      title: 'The default profile, or one of its own',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - no-new-privileges:true
              - apparmor:docker-default
          debugger:
            image: registry.example.com/debugger:3.2.1
            security_opt:
              - seccomp:./debugger-profile.json
          other:
            image: registry.example.com/other:3.2.1
            security_opt: ["seccomp:\${PROFILE:-builtin}"]
      `,
    },
    {
      title: 'docker run in a workflow',
      in: 'ci',
      bad: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: docker run --rm --security-opt «seccomp=unconfined» registry.example.com/fuzz:1.2.3
              - run: |
                  podman run \\
                    «--security-opt=seccomp:unconfined» \\
                    registry.example.com/fuzz:1.2.3 run
      `,
      expect: ['command', 'command'],
      severity: 'warning',
      fixed: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: docker run --rm registry.example.com/fuzz:1.2.3
              - run: |
                  podman run \\
                    registry.example.com/fuzz:1.2.3 run
      `,
    },
    {
      title: 'The container of a job',
      in: 'ci',
      bad: `
        on: push
        jobs:
          coverage:
            runs-on: ubuntu-24.04
            container:
              image: registry.example.com/tarpaulin:0.32.8
              options: «--security-opt seccomp=unconfined»
            services:
              database:
                image: registry.example.com/database:17.5
                options: >-
                  --health-cmd ready
            steps:
              - run: cargo tarpaulin
      `,
      expect: ['job'],
      severity: 'warning',
      fixed: `
        on: push
        jobs:
          coverage:
            runs-on: ubuntu-24.04
            container:
              image: registry.example.com/tarpaulin:0.32.8
              options: ""
            services:
              database:
                image: registry.example.com/database:17.5
                options: >-
                  --health-cmd ready
            steps:
              - run: cargo tarpaulin
      `,
    },
    {
      title: 'Containers with a profile, and the words somewhere else',
      in: 'ci',
      good: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: docker run --rm --security-opt seccomp=profile.json registry.example.com/fuzz:1.2.3
              - run: echo "--security-opt seccomp=unconfined"
              - run: grep -r seccomp=unconfined . && exit 1
              - run: docker run registry.example.com/lint:1.2.3 --security-opt seccomp=unconfined
      `,
    },
  ],
});

/** Both separators; `label:seccomp:unconfined` is a slip that is meant the same. */
const UNCONFINED = /(?:^|:)seccomp[:=]unconfined$/i;

const ENGINES = new Set(['docker', 'podman', 'nerdctl']);

type InWorkflow = Finding<'command' | 'job', 'remove', never>;

function runOptions({ name, words }: ShellCommand): readonly InWorkflow[] {
  if (!ENGINES.has(name)) return [];
  const start = words.findIndex((it) => it.value === 'run' || it.value === 'create');
  if (start < 1 || start > 3) return [];
  for (let index = start + 1; index < words.length; index++) {
    const word = words[index];
    const before = words[index - 1];
    if (!word || !before) break;
    const joined = /^--security-opt=(.*)$/s.exec(word.value)?.[1];
    if (joined !== undefined && UNCONFINED.test(joined)) return [found(name, before, word, word)];
    const value = words[index + 1];
    if (word.value === '--security-opt' && value && UNCONFINED.test(value.value))
      return [found(name, before, value, value)];
    if (word.value.startsWith('-')) continue;
    // The first word that is no option's value is the image; what follows is its own business.
    if (!before.value.startsWith('-') || before.value.includes('=') || LONE_OPTIONS.test(before.value)) break;
  }
  return [];
}

/** Options of `docker run` that take no value. */
const LONE_OPTIONS =
  /^(?:-[ditP]+|--(?:rm|detach|interactive|tty|init|privileged|read-only|publish-all|quiet|no-healthcheck|oom-kill-disable|sig-proxy|replace|disable-content-trust|run))$/;

function found(program: string, before: ShellWord, last: ShellWord, shown: ShellWord): InWorkflow {
  const option = shown.value.replace(/^--security-opt=/, '');
  const edit = { range: { start: before.range.end, end: last.range.end }, text: '' };
  return {
    message: 'command',
    data: { program, option },
    range: shown.range,
    severity: 'warning',
    fixes: [{ title: 'remove', data: { option }, applicability: 'unsafe', edits: [edit] }],
  };
}

/** `options` of the container that a job runs in and of its service containers. */
function containerOptions(job: WorkflowJob, { text }: WorkflowDocument): readonly InWorkflow[] {
  const services = asMap(job.node.get('services')?.value)?.entries ?? [];
  const containers = [job.node.get('container'), ...services].flatMap((it) => asMap(it?.value) ?? []);
  return containers.flatMap((container) => {
    const node = asScalar(container.get('options')?.value);
    if (!node || node.inherited) return [];
    const written = text.slice(node.range.start, node.range.end);
    const match = /--security-opt[ =]seccomp[:=]unconfined\b/.exec(written);
    if (!match) return [];
    const start = node.range.start + match.index;
    const range = { start, end: start + match[0].length };
    const alone = written === match[0];
    const before = /[ \t]*$/.exec(written.slice(0, match.index))?.[0].length ?? 0;
    const option = match[0].replace(/^--security-opt[ =]/, '');
    const edit = alone ? { range, text: '""' } : { range: { start: start - before, end: range.end }, text: '' };
    return [
      {
        message: 'job',
        data: { job: job.name.value, option },
        range,
        severity: 'warning',
        fixes: [{ title: 'remove', data: { option }, applicability: 'unsafe', edits: [edit] }],
      },
    ];
  });
}
