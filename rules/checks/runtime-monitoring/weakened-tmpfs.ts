import { replaceScalar } from '../../compose/edit.js';
import { itemsOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'weakened-tmpfs',
  severity: 'info',
  summary: 'Files in a temporary file system must not be started as programs.',
  why: `
    Docker mounts a \`tmpfs\` with noexec, nosuid and nodev. An intruder can put files there, even where all else is read-only, but cannot
    start them: the tool they brought along stays a file. \`exec\` gives that back, \`suid\` lets such a file run with the rights of its
    owner, \`dev\` lets a device node there open the device.

    Some programs unpack libraries into /tmp and load them from there. Often they can be told another folder, one of the image: for Java it is
    \`-Djava.io.tmpdir\`.
  `,
  fixSafety: `
    Programs and native libraries that are unpacked into this folder can no longer be started or loaded from there.
  `,
  references: [
    'https://docs.docker.com/engine/storage/tmpfs/',
    'https://docs.docker.com/reference/compose-file/services/#tmpfs',
  ],
  standards: { nist: ['4.4.3'], cwe: ['CWE-732'] },
  equivalents: {},
  messages: {
    exec: '{options} lets programs that an intruder writes to {path} be started. Remove it.',
    suid: '{options} lets files that an intruder writes to {path} act with the rights of others. Remove it.',
  },
  titles: { remove: 'Remove {options}' },

  check: {
    compose(document) {
      return document.services.flatMap((service) =>
        itemsOf(service.get('tmpfs')).flatMap((item) => {
          const [path = '', written] = item.text.value.split(':', 2);
          const weak = weakening(written ?? '');
          if (weak.length === 0) return [];
          const options = weak.join(',');
          const [folder = '', own = ''] = item.node.text.split(':', 2);
          const rest = own.split(',').filter((it) => !weak.includes(it));
          const edit = replaceScalar(document, item.node, rest.length > 0 ? `${folder}:${rest.join(',')}` : folder);
          return [
            {
              message: weak.includes('exec') ? 'exec' : 'suid',
              data: { options, path },
              range: placeIn(service, item),
              fixes:
                edit && !item.inherited
                  ? [{ title: 'remove', data: { options }, applicability: 'unsafe', edits: [edit] }]
                  : [],
            },
          ];
        }),
      );
    },
  },

  examples: [
    {
      title: 'Programs may be started there',
      in: 'compose',
      bad: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            tmpfs:
              - «/tmp:exec»
              - «"/run:size=64m,exec,mode=1777"»
          worker:
            image: registry.example.com/shop/worker:3.2.1
            tmpfs: «/scratch:rw,suid,dev»
      `,
      expect: ['exec', 'exec', 'suid'],
      severity: 'info',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            tmpfs:
              - /tmp
              - "/run:size=64m,mode=1777"
          worker:
            image: registry.example.com/shop/worker:3.2.1
            tmpfs: /scratch:rw
      `,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          tmpfs: ["/tmp:exec"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['exec'],
      fixed: null,
    },
    {
      title: 'As strict as Docker makes it',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            tmpfs:
              - /tmp
              - /run:noexec,nosuid,nodev,size=64m
              - /var/run/exec
              - /cache:exec,noexec
              - /other:\${OPTIONS}
      `,
    },
  ],
});

/** What the options allow; of an option and its opposite the last one counts. */
function weakening(written: string): readonly string[] {
  const options = written.split(',');
  return ['exec', 'suid', 'dev'].filter((it) => options.lastIndexOf(it) > options.lastIndexOf(`no${it}`));
}
