import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { imageOf, securityOptions, volumesOf } from '../../compose/queries.js';
import { unwantedOption } from '../../compose/security-options.js';
import { defineRule } from '../../core/rule.js';
import { isHostAgent } from '../../images/agents.js';
import { unwantedOptions } from '../../pipeline/security-options.js';

export default defineRule({
  id: 'selinux-disabled',
  severity: 'warning',
  summary: 'A container must not run without SELinux separation.',
  why: `
    On Fedora, RHEL and their kin SELinux gives each container a label of its own and lets it open only files with that label. Several known
    breakouts ended there: the attacker was out of the container and still could not read a file of the host. \`label:disable\` and the
    type \`spc_t\` switch this off.

    It is mostly written because a mounted folder cannot be read. \`:Z\` behind the mount gives the folder the label of this container,
    \`:z\` one that several may use. Known agents that watch the host, services with a socket of the host and with a folder
    of the system, whose label must not be changed, are left alone. In CI this is information.
  `,
  fixSafety: `
    Folders of the host that are mounted can no longer be read or written on a host with SELinux: add \`:Z\` to those of one service, \`:z\` to
    those that several share. Not to /home, /etc or /usr: their labels belong to the system.
  `,
  references: [
    'https://docs.docker.com/engine/storage/bind-mounts/#configure-the-selinux-label',
    'https://docs.docker.com/reference/compose-file/services/#security_opt',
  ],
  standards: { cis: ['5.3'], nist: ['4.4.3'], owasp: ['RULE #6'], cwe: ['CWE-693'] },
  equivalents: { semgrep: ['selinux-separation-disabled'] },
  messages: {
    service:
      '{option} takes the SELinux separation from service "{service}". Remove it; for mounted folders there is :Z and :z.',
    command: '{program} runs a container with {option}, without SELinux separation. Remove it; for mounts there is :Z.',
    job: 'The container of job "{job}" runs with {option}, without SELinux separation. Remove it.',
  },
  titles: { remove: 'Remove {option}' },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        const disabled = securityOptions(service).filter(({ item }) => DISABLED.test(item.text.value));
        if (disabled.length === 0 || isHostAgent(imageOf(service)) || mountsTheSystem(document, service)) return [];
        return disabled.map((it) => unwantedOption(document, service, it));
      });
    },

    ci: (document, { project }) => unwantedOptions(document, project, DISABLED, 'info'),
  },

  examples: [
    {
      title: 'Separation switched off',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - no-new-privileges:true
              - «label:disable»
            volumes:
              - ./site:/srv/site
          worker:
            image: registry.example.com/shop/worker:3.2.1
            security_opt: [«"label=type:spc_t"»]
      `,
      expect: ['service', 'service'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - no-new-privileges:true
            volumes:
              - ./site:/srv/site
          worker:
            image: registry.example.com/shop/worker:3.2.1
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          security_opt: ["label=disable"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['service'],
      fixed: `
        x-base: &base
          security_opt: ["label=disable"]
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            security_opt: []
      `,
    },
    {
      title: 'A label of its own',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt:
              - label:type:svirt_apache_t
              - label:level:s0:c100,c200
            volumes:
              - ./site:/srv/site:Z
      `,
    },
    {
      title: 'A socket or a folder of the system, which cannot get another label',
      in: 'compose',
      good: `
        services:
          proxy:
            image: registry.example.com/proxy:1.0.0
            security_opt: ["label:disable"]
            volumes:
              - /run/podman/podman.sock:/var/run/docker.sock:ro
          backup:
            image: registry.example.com/backup:1.0.0
            security_opt: ["label:disable"]
            volumes:
              - /home:/data:ro
          metrics:
            image: quay.io/prometheus/node-exporter:v1.9.1
            security_opt: ["label:disable"]
      `,
    },
    {
      title: 'podman run in a workflow, and the container of a job',
      in: 'ci',
      bad: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            container:
              image: registry.example.com/build:1.2.3
              options: --init «--security-opt label=disable»
            steps:
              - run: podman run --rm --security-opt «label=disable» -v ./src:/src registry.example.com/lint:1.2.3
      `,
      expect: ['job', 'command'],
      severity: 'info',
      fixed: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            container:
              image: registry.example.com/build:1.2.3
              options: --init
            steps:
              - run: podman run --rm -v ./src:/src registry.example.com/lint:1.2.3
      `,
    },
    {
      title: 'A container with a label',
      in: 'ci',
      good: `
        on: push
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: podman run --rm --security-opt label=level:s0 registry.example.com/lint:1.2.3
      `,
    },
  ],
});

/** Both separators; `spc_t` is the type of a privileged container. */
const DISABLED = /^label[:=](?:disable|type[:=](?:spc_t|unconfined_t))$/i;

/** Relabelling these would break the host or does not work. */
const SYSTEM =
  /\.sock$|^\/(?:home|root|etc|usr|var|run|proc|sys|dev|boot|lib|opt|mnt|media)?(?:\/(?:run|lib|log))?\/?$/;

function mountsTheSystem(document: ComposeDocument, service: ComposeService): boolean {
  return volumesOf(service, document).some(({ source, device }) => SYSTEM.test(device ?? source?.value ?? '-'));
}
