import { removeEntry, removeItem } from '../../compose/edit.js';
import { asList, asMap, isTrue, itemsOf, textOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import { everyInstruction } from '../../dockerfile/queries.js';
import { removeWords } from '../../shell/edit.js';

export default defineRule({
  id: 'build-runs-unconfined',
  severity: 'error',
  summary: 'A build must not run outside its sandbox.',
  why: `
    A build runs code from everywhere: base images, packages, install scripts. BuildKit keeps it away from the machine. With
    \`security=insecure\` or \`privileged\` it gets every capability and device, and one bad package owns the build host.
    On the network of the host it reaches what listens on localhost only, and the cloud's metadata with its keys.
  `,
  fixSafety: `
    A step that needs the right or the network of the host fails. Most need neither.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#run---security',
    'https://docs.docker.com/reference/compose-file/build/#privileged',
  ],
  standards: { cis: ['5.5', '5.10'], nist: ['4.4.3'], cwe: ['CWE-250'] },
  equivalents: {},
  messages: {
    step: '{option} takes this step out of the sandbox of the build, so its code reaches the host. Remove it.',
    service:
      '{option} takes the build of service "{service}" out of its sandbox, so its code reaches the host. Remove it.',
  },
  titles: { remove: 'Remove {option}' },

  check: {
    dockerfile(document) {
      return everyInstruction(document).flatMap((run) => {
        if (run.keyword !== 'RUN') return [];
        return run.flags.flatMap(({ name, value, range }) => {
          if (!(name === 'security' && value?.value === 'insecure') && !(name === 'network' && value?.value === 'host'))
            return [];
          const option = `--${name}=${value.value}`;
          const edits = removeWords(document.text, [range]);
          return [{ message: 'step' as const, data: { option }, range, fixes: edits ? [removal(option, edits)] : [] }];
        });
      });
    },

    compose(document) {
      return document.services.flatMap((service) => {
        const build = service.get('build');
        const map = asMap(build?.value);
        if (!build || !map) return [];
        const found = ['privileged', 'network'].flatMap((key) => {
          const entry = map.get(key);
          if (!entry || !(key === 'privileged' ? isTrue(entry.value) : textOf(entry)?.value === 'host')) return [];
          const option = `build.${key}: ${textOf(entry)?.value ?? ''}`;
          const edit = map.entries.length > 1 ? removeEntry(document, [build], entry) : undefined;
          return [{ option, range: placeIn(service, entry), edit }];
        });
        const entitlements = map.get('entitlements');
        const list = asList(entitlements?.value);
        const granted = itemsOf(entitlements).flatMap((item) => {
          const option = item.text.value;
          if (option !== 'security.insecure' && option !== 'network.host') return [];
          const edit =
            entitlements && list && list.items.length > 1
              ? removeItem(document, entitlements, list, item.node)
              : undefined;
          return [{ option, range: placeIn(service, item), edit }];
        });
        return [...found, ...granted].map(({ option, range, edit }) => ({
          message: 'service' as const,
          data: { option, service: service.name.value },
          range,
          fixes: edit ? [removal(option, [edit])] : [],
        }));
      });
    },
  },

  examples: [
    {
      title: 'A step with all rights, and one on the network of the host',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN «--security=insecure» make
        RUN «--network=host» make test
      `,
      expect: ['step', 'step'],
      fixed: `
        FROM debian:13
        RUN make
        RUN make test
      `,
    },
    {
      title: 'The build of a service',
      in: 'compose',
      bad: `
        services:
          web:
            build:
              context: .
              «privileged: true»
              «network: host»
              entitlements:
                - «security.insecure»
                - device
      `,
      expect: ['service', 'service', 'service'],
      fixed: `
        services:
          web:
            build:
              context: .
              entitlements:
                - device
      `,
    },
    {
      title: 'In the sandbox',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN --security=sandbox --network=none make
        RUN curl --network=host https://example.com
      `,
    },
    {
      title: 'A build that is not told otherwise',
      in: 'compose',
      good: `
        services:
          web:
            network_mode: bridge
            build: { context: ., network: none, privileged: false }
      `,
    },
  ],
});

function removal(option: string, edits: readonly Edit[]): Fix<'remove'> {
  return { title: 'remove', data: { option }, applicability: 'unsafe', edits };
}
