import { asScalar, isTrue, textOf } from '../../compose/queries.js';
import { placeIn, removeKey } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';
import { isSet } from '../../core/text.js';
import { placeOfRoot } from '../../project/identity.js';

export default defineRule({
  id: 'privileged-service',
  severity: 'error',
  summary: 'A service must not run privileged.',
  why: `
    \`privileged: true\` switches the walls of a container off: every capability, every device of the host, no seccomp, AppArmor or SELinux
    profile, and a writable /sys. An attacker who gets into such a service mounts the disk of the host or loads a kernel
    module, and owns the host a minute later.

    A service that needs one device or one right gets just that: \`devices\`, \`cap_add\`, \`device_cgroup_rules\`. Image builds inside
    containers work without it in rootless BuildKit or Buildah.
  `,
  fixSafety: `
    The service loses every device and right that it did not ask for by name. What it then misses goes into \`devices\` or \`cap_add\`.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#privileged',
    'https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities',
  ],
  standards: { cis: ['5.5'], nist: ['4.4.3'], owasp: ['RULE #3'], cwe: ['CWE-250'] },
  equivalents: { semgrep: ['privileged-service'] },
  messages: {
    privileged:
      'privileged: {value} gives service "{service}" every capability and device of the host. List what it needs instead.',
    privilegedByDefault:
      'privileged: {value} gives service "{service}" every device of the host where the variable is not set. Remove it.',
  },
  titles: { remove: 'Remove privileged' },
  labels: { root: 'It runs as root, so an intruder has all of that at once' },

  check: {
    compose(document, { project }) {
      return document.services.flatMap((service) => {
        const entry = service.get('privileged');
        if (!entry || !isTrue(entry.value)) return [];
        const text = textOf(entry);
        const edit = removeKey(document, service, entry);
        const certain = !text || isSet(text);
        const root = placeOfRoot(document, service, project);
        return [
          {
            message: certain ? 'privileged' : 'privilegedByDefault',
            data: { service: service.name.value, value: asScalar(entry.value)?.text ?? '' },
            range: placeIn(service, entry),
            confidence: certain ? 'high' : 'low',
            related: root ? [{ range: root, label: 'root' }] : [],
            fixes: edit ? [{ title: 'remove', applicability: 'unsafe', edits: [edit] }] : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'With an image that runs as root',
      in: 'compose',
      path: 'compose.yaml',
      around: {
        Dockerfile: `
          FROM debian:13.1
          CMD ["backup"]
        `,
      },
      bad: `
        services:
          backup:
            build: .
            «privileged: true»
      `,
      expect: ['privileged'],
      fixed: `
        services:
          backup:
            build: .
      `,
    },
    {
      title: 'A privileged service',
      in: 'compose',
      bad: `
        services:
          backup:
            image: registry.example.com/backup:1.4.0
            «privileged: true»
            # Nightly.
            environment:
              AT: "3:00"
      `,
      expect: ['privileged'],
      fixed: `
        services:
          backup:
            image: registry.example.com/backup:1.4.0
            # Nightly.
            environment:
              AT: "3:00"
      `,
    },
    {
      title: 'Other spellings of true',
      in: 'compose',
      bad: `
        services:
          one:
            «privileged: "true"»
            image: registry.example.com/one:1.0.1
          two: { image: registry.example.com/two:1.0.1, «privileged: yes» }
      `,
      expect: ['privileged', 'privileged'],
      fixed: `
        services:
          one:
            image: registry.example.com/one:1.0.1
          two: { image: registry.example.com/two:1.0.1 }
      `,
    },
    {
      title: 'Privileged by a shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          privileged: true
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['privileged'],
      fixed: `
        x-base: &base
          privileged: true
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            privileged: false
      `,
    },
    {
      title: 'Privileged where a variable is not set',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            «privileged: \${PRIVILEGED:-true}»
      `,
      expect: ['privilegedByDefault'],
      confidence: 'low',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
      `,
    },
    {
      title: 'One device instead',
      in: 'compose',
      good: `
        services:
          meter:
            image: registry.example.com/meter:1.4.0
            privileged: false
            devices: ["/dev/ttyUSB0:/dev/ttyUSB0"]
      `,
    },
    {
      title: 'An anchor whose value the service replaces',
      in: 'compose',
      good: `
        x-base: &base
          privileged: true
        services:
          web:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
            privileged: false
      `,
    },
    {
      title: 'Privilege for a build step, which is another matter',
      in: 'compose',
      good: `
        services:
          web:
            build:
              context: .
              privileged: true
      `,
    },
    {
      title: 'A value that only the environment knows',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            privileged: \${PRIVILEGED}
      `,
    },
  ],
});
