import { securityOptions } from '../../compose/queries.js';
import { unwantedOption } from '../../compose/security-options.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'unmasked-paths',
  severity: 'error',
  summary: 'A container must not see the parts of /proc and /sys that Docker hides.',
  why: `
    Docker covers some files of /proc and /sys and makes others read-only, because they belong to the kernel of the host and not to the
    container: its memory, its keys, its firmware, the switches in /proc/sys. \`systempaths=unconfined\` uncovers them all.
    Root in the container can then set /proc/sys/kernel/core_pattern to a program that the host's kernel runs as root: the shortest way out.

    It is meant for containers that start containers. Those have better ways: rootless BuildKit, Podman or a runtime made for it, such as Sysbox.
  `,
  fixSafety: `
    A container that starts containers of its own can no longer mount a new /proc for them, as rootless Docker and BuildKit do.
  `,
  references: [
    'https://docs.docker.com/reference/cli/docker/container/run/#security-opt',
    'https://docs.docker.com/engine/security/rootless/',
  ],
  standards: { nist: ['4.4.3'], owasp: ['RULE #6'], cwe: ['CWE-693'] },
  equivalents: {},
  messages: {
    service:
      '{option} opens the kernel\'s files in /proc and /sys to service "{service}", a way to the host. Remove it.',
  },
  titles: { remove: 'Remove {option}' },

  check: {
    compose(document) {
      return document.services.flatMap((service) =>
        securityOptions(service)
          .filter(({ name, value }) => isUnmasked(name, value ?? ''))
          .map((it) => unwantedOption(document, service, it)),
      );
    },
  },

  examples: [
    {
      title: 'Nothing is hidden',
      in: 'compose',
      bad: `
        services:
          builder:
            image: registry.example.com/builder:1.4.0
            security_opt:
              - no-new-privileges:true
              - «systempaths=unconfined»
          podman:
            image: registry.example.com/podman:1.4.0
            security_opt: [«"unmask=ALL"»]
      `,
      expect: ['service', 'service'],
      severity: 'error',
      fixed: `
        services:
          builder:
            image: registry.example.com/builder:1.4.0
            security_opt:
              - no-new-privileges:true
          podman:
            image: registry.example.com/podman:1.4.0
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          security_opt: ["systempaths=unconfined"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['service'],
      fixed: `
        x-base: &base
          security_opt: ["systempaths=unconfined"]
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            security_opt: []
      `,
    },
    {
      title: 'Hidden as usual, or more of it',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            security_opt: ["no-new-privileges:true", "mask=/proc/acpi", "unmask=/sys/firmware/efi"]
          other:
            image: registry.example.com/other:3.2.1
            security_opt: ["systempaths=\${PATHS:-}"]
      `,
    },
  ],
});

/** Docker knows `systempaths=unconfined`, Podman `unmask=ALL` and paths. */
function isUnmasked(name: string, value: string): boolean {
  if (name === 'systempaths') return value.toLowerCase() === 'unconfined';
  return name === 'unmask' && value.split(':').some((it) => /^(?:ALL|\/proc(?:\/\*|\/sys)?|\/sys)$/i.test(it));
}
