import { securityOptions } from '../../compose/queries.js';
import { unwantedOption } from '../../compose/security-options.js';
import { defineRule } from '../../core/rule.js';
import { unwantedOptions } from '../../pipeline/security-options.js';

export default defineRule({
  id: 'apparmor-unconfined',
  severity: 'error',
  summary: 'A container must not run without an AppArmor profile.',
  why: `
    On Debian, Ubuntu and SUSE the profile \`docker-default\` keeps every container from writing to the settings of the kernel below
    /proc and /sys, from mounting and from tracing processes outside. It still does so when a capability or a hole in the program would
    allow it. \`apparmor:unconfined\` takes it away, and the next layer has to hold alone.

    A program that mounts something gets a profile that allows this one mount. In CI, where the runner is thrown away after the job, this
    is a warning.
  `,
  fixSafety: `
    Mounts, also those of FUSE, and writes below /proc and /sys fail again, with "Permission denied". A program that needs one gets a profile
    of its own, loaded on the host and named in \`apparmor:NAME\`.
  `,
  references: [
    'https://docs.docker.com/engine/security/apparmor/',
    'https://docs.docker.com/reference/compose-file/services/#security_opt',
  ],
  standards: { cis: ['5.2'], nist: ['4.4.3'], owasp: ['RULE #6'], cwe: ['CWE-693'] },
  equivalents: {},
  messages: {
    service: '{option} takes the AppArmor profile from service "{service}". Remove it, or name a profile of your own.',
    command: '{program} runs a container with {option}, without an AppArmor profile. Remove it, or name a profile.',
    job: 'The container of job "{job}" runs with {option}, without an AppArmor profile. Remove it, or name a profile.',
  },
  titles: { remove: 'Remove {option}' },

  check: {
    compose(document) {
      return document.services.flatMap((service) =>
        securityOptions(service)
          .filter(({ item }) => UNCONFINED.test(item.text.value))
          .map((it) => unwantedOption(document, service, it)),
      );
    },

    ci: (document, { project }) => unwantedOptions(document, project, UNCONFINED, 'warning'),
  },

  examples: [
    {
      title: 'A service without a profile',
      in: 'compose',
      bad: `
        services:
          files:
            image: registry.example.com/files:1.4.0
            security_opt:
              - no-new-privileges:true
              - «apparmor:unconfined»
          other:
            image: registry.example.com/other:3.2.1
            security_opt: [«"apparmor=unconfined"»]
      `,
      expect: ['service', 'service'],
      severity: 'error',
      fixed: `
        services:
          files:
            image: registry.example.com/files:1.4.0
            security_opt:
              - no-new-privileges:true
          other:
            image: registry.example.com/other:3.2.1
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          security_opt: ["apparmor:unconfined"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['service'],
      fixed: `
        x-base: &base
          security_opt: ["apparmor:unconfined"]
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            security_opt: []
      `,
    },
    {
      title: 'The default profile, or one of its own',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - apparmor:docker-default
          files:
            image: registry.example.com/files:1.4.0
            security_opt: ["apparmor=files-fuse", "apparmor:\${PROFILE:-docker-default}"]
      `,
    },
    {
      title: 'docker run in a workflow, and the container of a job',
      in: 'ci',
      bad: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            container:
              image: registry.example.com/build:1.2.3
              options: --init «--security-opt apparmor=unconfined»
            steps:
              - run: docker run --rm --security-opt «apparmor=unconfined» registry.example.com/fuse:1.2.3
      `,
      expect: ['job', 'command'],
      severity: 'warning',
      fixed: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            container:
              image: registry.example.com/build:1.2.3
              options: --init
            steps:
              - run: docker run --rm registry.example.com/fuse:1.2.3
      `,
    },
    {
      title: 'A container with a profile, and the words somewhere else',
      in: 'ci',
      good: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: docker run --rm --security-opt apparmor=fuse registry.example.com/fuse:1.2.3
              - run: echo "--security-opt apparmor=unconfined"
      `,
    },
  ],
});

/** Both separators. */
const UNCONFINED = /^apparmor[:=]unconfined$/i;
