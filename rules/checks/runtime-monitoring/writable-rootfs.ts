import { addSettings, isWritable, readOnlyRootfs } from '../../compose/hardening.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { isWhole } from '../../compose/service.js';
import type { Fix } from '../../core/finding.js';
import type { Project } from '../../core/project.js';
import { defineRule } from '../../core/rule.js';
import { needsOf } from '../../project/service-needs.js';

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
    The program fails where it writes to its image: give it \`tmpfs\` or volumes for these folders. Images whose folders are known get
    their \`tmpfs\` with the same edit; what is in one is gone after a restart.
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
  titles: {
    readOnly: 'Set read_only: true',
    readOnlyUnknown: 'Set read_only: true (try it: where the program writes, add a tmpfs or a volume)',
  },

  check: {
    compose(document, { project }) {
      return document.services.flatMap((service) => {
        if (!isWritable(service) || !isWhole(service)) return [];
        return [
          {
            message: 'writable',
            data: { service: service.name.value },
            range: service.name.range,
            fixes: readOnly(document, service, project),
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
      title: 'An image whose folders are known, and what an anchor says for several',
      in: 'compose',
      bad: `
        x-base: &base
          read_only: false
        services:
          «proxy»:
            <<: *base
            image: nginx:1.30.3
            volumes: ["cache:/var/cache/nginx"]
        volumes: { cache: {} }
      `,
      expect: ['writable'],
      fixed: `
        x-base: &base
          read_only: false
        services:
          proxy:
            <<: *base
            image: nginx:1.30.3
            volumes: ["cache:/var/cache/nginx"]
            read_only: true
            tmpfs:
              - /run
        volumes: { cache: {} }
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

/** Where the folders that it writes to are not known, read_only alone: the reader has been told to add tmpfs. */
function readOnly(
  document: ComposeDocument,
  service: ComposeService,
  project: Project,
): readonly Fix<'readOnly' | 'readOnlyUnknown'>[] {
  const needs = needsOf(document, service, project);
  const isKnown = needs?.writes !== undefined;
  const added = addSettings(
    document,
    service,
    isKnown ? readOnlyRootfs(document, service, needs) : { read_only: 'true' },
  );
  return added?.keys.includes('read_only')
    ? [{ title: isKnown ? 'readOnly' : 'readOnlyUnknown', applicability: 'unsafe', edits: added.edits }]
    : [];
}
