import { hostPathOf } from '../../compose/host-path.js';
import { volumesOf } from '../../compose/queries.js';
import { placeIn } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'tampered-logs',
  severity: 'warning',
  summary: 'A service must not be able to write to the logs of the host.',
  why: `
    The logs of the host tell what an intruder did: logins, sudo, what the kernel refused. A service that can write to them can
    delete its own traces, and can forge lines that lead others astray. Who collects logs needs to read them only.

    Reported are the folder of all logs, those of journald and auditd, and the files that hold logins. A folder of one program, such as
    /var/log/shop, is where that program may well write.
  `,
  references: [
    'https://docs.docker.com/reference/compose-file/services/#volumes',
    'https://docs.docker.com/engine/storage/bind-mounts/#use-a-read-only-bind-mount',
  ],
  standards: { cis: ['5.6'], nist: ['4.4.3', '4.5.5'], owasp: ['RULE #8'], cwe: ['CWE-117', 'CWE-668'] },
  equivalents: {},
  messages: {
    writable:
      '{path} of the host is writable for service "{service}", which can delete its traces. Mount it read-only.',
  },

  check: {
    compose(document) {
      return document.services.flatMap((service) =>
        volumesOf(service, document).flatMap((volume) => {
          const path = hostPathOf(volume, document);
          if (path === undefined || volume.readOnly || !HOST_LOGS.test(path)) return [];
          return [
            {
              message: 'writable',
              data: { path, service: service.name.value },
              range: placeIn(service, { range: volume.range, inherited: volume.node.inherited }),
            },
          ];
        }),
      );
    },
  },

  examples: [
    {
      title: 'All logs, the journal, and the file of logins',
      in: 'compose',
      bad: `
        services:
          collector:
            image: registry.example.com/collector:1.4.0
            volumes:
              - «/var/log:/host/log»
              - «/var/log/journal/:/journal:rw»
              - «type: bind
                source: /var/log/auth.log
                target: /auth.log»
      `,
      expect: ['writable', 'writable', 'writable'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'A shared anchor',
      in: 'compose',
      bad: `
        x-base: &base
          volumes: ["/var/log:/logs"]
        services:
          «web»:
            <<: *base
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['writable'],
      fixed: null,
    },
    {
      title: 'Read-only, the folder of one program, and a volume',
      in: 'compose',
      good: `
        services:
          collector:
            image: registry.example.com/collector:1.4.0
            volumes:
              - /var/log:/host/log:ro
              - /var/log/shop:/var/log/shop
              - ./log:/var/log
              - logs:/var/log
        volumes: { logs: {} }
      `,
    },
  ],
});

/** Folders and files of syslog, journald, auditd and login: https://refspecs.linuxfoundation.org/FHS_3.0/fhs/ch05s10.html */
const HOST_LOGS =
  /^(?:\/var\/log(?:\/(?:journal|audit|auth\.log|secure|syslog|messages|kern\.log|dmesg|wtmp|btmp|lastlog|faillog|tallylog))?|\/run\/log(?:\/journal)?)$/;
