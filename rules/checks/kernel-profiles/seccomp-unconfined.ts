import { securityOptions } from '../../compose/queries.js';
import { unwantedOption } from '../../compose/security-options.js';
import { defineRule } from '../../core/rule.js';
import { unwantedOptions } from '../../pipeline/security-options.js';

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
          security_opt: ["seccomp:unconfined", "no-new-privileges:true"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['service'],
      fixed: `
        x-base: &base
          security_opt: ["seccomp:unconfined", "no-new-privileges:true"]
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - no-new-privileges:true
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
      title: 'docker run in a script that the pipeline calls',
      in: 'ci',
      path: 'Jenkinsfile',
      around: {
        'ci/test.sh': `
          #!/bin/bash
          docker run --rm -v "$PWD:/work" --security-opt seccomp=unconfined registry.example.com/fuzz:1.2.3
        `,
      },
      bad: `
        node {
          stage('Test') { sh '«./ci/test.sh»' }
        }
      `,
      expect: ['command'],
      severity: 'warning',
      fixed: `
        node {
          stage('Test') { sh './ci/test.sh' }
        }
      `,
      fixedAround: {
        'ci/test.sh': `
          #!/bin/bash
          docker run --rm -v "$PWD:/work" registry.example.com/fuzz:1.2.3
        `,
      },
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
