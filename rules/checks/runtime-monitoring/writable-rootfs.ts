import { addEntry, replaceScalar } from '../../compose/edit.js';
import { isWritable } from '../../compose/hardening.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { asScalar } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import type { Edit } from '../../core/edit.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'writable-rootfs',
  severity: 'warning',
  profile: 'strict',
  summary: 'A service must not be able to write to its image.',
  why: `
    With \`read_only: true\` the files of the image cannot be changed while the container runs. An intruder cannot put tools next to
    the program, replace a script or write a web shell into the folder that is served, and what they try fails and is seen.

    What the program has to write goes to a volume, or to a \`tmpfs\` when it may be lost: /tmp and /run mostly.
  `,
  fixSafety: `
    The program fails where it writes to its image: give it \`tmpfs\` or volumes for these folders.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#read_only',
    'https://docs.docker.com/engine/storage/tmpfs/',
  ],
  standards: { cis: ['5.13'], nist: ['4.4.4'], owasp: ['RULE #8'], cwe: ['CWE-732'] },
  equivalents: { semgrep: ['writable-filesystem-service'] },
  messages: {
    writable: 'Service "{service}" can write to its image, and so can an intruder. Set read_only: true, add tmpfs.',
  },
  titles: { readOnly: 'Set read_only: true' },

  check: {
    compose(document) {
      return document.services.flatMap((service) => {
        if (!isWritable(service) || !isWhole(service)) return [];
        const edit = setReadOnly(document, service);
        return [
          {
            message: 'writable',
            data: { service: service.name.value },
            range: service.name.range,
            fixes: edit ? [{ title: 'readOnly', applicability: 'unsafe', edits: [edit] }] : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Writable by default, or in so many words',
      in: 'compose',
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
          «worker»:
            image: registry.example.com/shop/worker:3.2.1
            read_only: false
      `,
      expect: ['writable', 'writable'],
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            read_only: true
          worker:
            image: registry.example.com/shop/worker:3.2.1
            read_only: true
      `,
    },
    {
      title: 'Read-only, with folders for what is written',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            read_only: true
            tmpfs: [/tmp, /run]
          worker:
            image: registry.example.com/shop/worker:3.2.1
            read_only: "\${READ_ONLY:-true}"
      `,
    },
  ],
});

function setReadOnly(document: ComposeDocument, service: ComposeService): Edit | undefined {
  const entry = service.get('read_only');
  // What an anchor says for several stays, and is hidden by the service's own key.
  if (!entry || entry.inherited) return addEntry(document, service.node, 'read_only', 'true');
  const node = asScalar(entry.value);
  return node && replaceScalar(document, node, 'true');
}
