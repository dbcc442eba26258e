import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { Spanned } from '../../core/text.js';
import { everyCommand, type PipelineCommand } from '../../pipeline/every-command.js';
import type { PipelineDocument } from '../../pipeline/model.js';
import { type PasswordArgument, passwordArgument, passwordByInput } from '../../shell/registry-login.js';

export default defineRule({
  id: 'registry-password-argument',
  severity: 'error',
  summary: 'The password of a registry must not be an argument of a command.',
  why: `
    Every process on the machine can read the arguments of every other one: in the process list, in /proc, in audit logs and crash reports, and
    in the trace of a shell that runs with \`set -x\`. On a runner that several jobs share, that is enough to take the password of the registry,
    and with it the right to replace the images that everybody pulls.

    All of these programs read the password from standard input with \`--password-stdin\`. Scripts and targets of a Makefile that the
    pipeline calls are read too. A step of its own for the login, such as docker/login-action, does the same.
  `,
  fixSafety: `
    The password comes with a line end, which these programs drop. In a shell that is told to print what it runs (\`set -x\`) it is still printed.
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/login/#password-stdin',
    'https://docs.podman.io/en/latest/markdown/podman-login.1.html',
    'https://github.com/docker/login-action',
  ],
  standards: { nist: ['4.2.3'], cwe: ['CWE-214', 'CWE-522'] },
  equivalents: {},
  messages: {
    argument: '{program} {option} shows the password to every process of the machine. Pass it with --password-stdin.',
    script:
      '{script} runs {program} {option}, which shows the password to every process. Pass it with --password-stdin.',
  },
  titles: { useInput: 'Pass the password with --password-stdin' },
  labels: { login: 'The login' },

  check: {
    ci(document, { project }) {
      return everyCommand(document, project).flatMap((it): readonly Found[] => {
        const found = passwordArgument(it.command);
        if (!found) return [];
        const { program, option } = found;
        const fixes = useInput(document, it, found);
        if (it.script) {
          const { path } = it.script;
          const range = it.place(it.command.range);
          return [
            {
              message: 'script',
              data: { program, option, script: path },
              range: it.shown,
              related: [{ label: 'login', range }],
              fixes,
            },
          ];
        }
        return [{ message: 'argument', data: { program, option }, range: it.shown, fixes }];
      });
    },
  },

  examples: [
    {
      title: 'Logins in a workflow',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: «docker login -u ci -p \${{ secrets.REGISTRY_TOKEN }} registry.example.com»
              - run: |
                  «podman login --username=ci --password="$TOKEN" registry.example.com»
                  «helm registry login registry.example.com -u ci --password $TOKEN»
      `,
      expect: ['argument', 'argument', 'argument'],
      fixed: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - run: echo "\${{ secrets.REGISTRY_TOKEN }}" | docker login -u ci --password-stdin registry.example.com
              - run: |
                  echo "$TOKEN" | podman login --username=ci --password-stdin registry.example.com
                  echo "$TOKEN" | helm registry login registry.example.com -u ci --password-stdin
      `,
    },
    {
      title: 'A login in GitLab',
      in: 'ci',
      path: '.gitlab-ci.yml',
      bad: `
        login:
          image: docker:29
          before_script:
            - «docker login -u $CI_REGISTRY_USER -p $CI_REGISTRY_PASSWORD $CI_REGISTRY»
          script:
            - docker pull $CI_REGISTRY_IMAGE/base:1.2.3
      `,
      expect: ['argument'],
      fixed: `
        login:
          image: docker:29
          before_script:
            - echo "$CI_REGISTRY_PASSWORD" | docker login -u $CI_REGISTRY_USER --password-stdin $CI_REGISTRY
          script:
            - docker pull $CI_REGISTRY_IMAGE/base:1.2.3
      `,
    },
    {
      title: 'A login in a Jenkinsfile',
      in: 'ci',
      path: 'Jenkinsfile',
      bad: `
        pipeline {
          agent any
          stages {
            stage('Login') {
              steps {
                sh '«docker login -u ci -p $TOKEN registry.example.com»'
              }
            }
          }
        }
      `,
      expect: ['argument'],
      fixed: `
        pipeline {
          agent any
          stages {
            stage('Login') {
              steps {
                sh 'echo "$TOKEN" | docker login -u ci --password-stdin registry.example.com'
              }
            }
          }
        }
      `,
    },
    {
      title: 'A login in a script that the pipeline calls',
      in: 'ci',
      path: '.circleci/config.yml',
      around: {
        'scripts/login.sh': `
          #!/bin/sh
          set -eu
          docker login --username ci --password "$TOKEN" registry.example.com
        `,
      },
      bad: `
        version: 2.1
        jobs:
          image:
            docker:
              - image: cimg/base:2026.10
            steps:
              - checkout
              - run: «./scripts/login.sh»
      `,
      expect: ['script'],
      fixed: `
        version: 2.1
        jobs:
          image:
            docker:
              - image: cimg/base:2026.10
            steps:
              - checkout
              - run: ./scripts/login.sh
      `,
      fixedAround: {
        'scripts/login.sh': `
          #!/bin/sh
          set -eu
          echo "$TOKEN" | docker login --username ci --password-stdin registry.example.com
        `,
      },
    },
    {
      title: 'A command whose input is something else',
      in: 'ci',
      bad: `
        on: push
        jobs:
          image:
            runs-on: windows-2025
            steps:
              - run: Get-Content answers.txt | «docker login -u ci -p $env:TOKEN registry.example.com»
      `,
      expect: ['argument'],
      fixed: null,
    },
    {
      title: 'Passwords from standard input, and other logins',
      in: 'ci',
      good: `
        on: push
        jobs:
          image:
            runs-on: ubuntu-24.04
            steps:
              - uses: docker/login-action@v3
                with: { username: ci, password: "\${{ secrets.REGISTRY_TOKEN }}" }
              - run: echo "$TOKEN" | docker login -u ci --password-stdin registry.example.com
              - run: docker login -u ci --password-stdin registry.example.com < token.txt
              - run: docker run --rm -p 8080:80 registry.example.com/shop/web:1.2.3 login -p x
              - run: npm login -p 1 && docker login registry.example.com
              - run: echo "docker login -p $TOKEN"
      `,
    },
  ],
});

type Found = Finding<'argument' | 'script', 'useInput', 'login'>;

/** In a string of Groovy or YAML in double quotes no further ones may stand. */
function useInput(
  document: PipelineDocument,
  it: PipelineCommand,
  found: PasswordArgument,
): readonly Fix<'useInput'>[] {
  const language = it.step.run?.script.language;
  if (!it.script && language === 'cmd') return [];
  const quotes = it.script !== undefined || !isInDoubleQuotes(document, it.step.run);
  const edits = passwordByInput(it.text, it.command, found, quotes);
  return edits ? [{ title: 'useInput', applicability: 'unsafe', edits: it.placed(edits) }] : [];
}

function isInDoubleQuotes({ text }: PipelineDocument, run: Spanned | undefined): boolean {
  return run !== undefined && text[run.range.start - 1] === '"';
}
