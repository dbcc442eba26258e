import { addEntry } from '../../compose/edit.js';
import { loggingOf } from '../../compose/logging.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { imageOf } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';
import { isLogShipper } from '../../images/agents.js';

export default defineRule({
  id: 'local-logs',
  severity: 'warning',
  profile: 'strict',
  summary: 'Logs must leave the host that they are written on.',
  why: `
    Logs that stay beside their container are gone with it: \`docker compose down\` deletes them, and so does an intruder who has taken the
    host. What is left in a central place still tells how they came in, and shows what happened on several hosts at the same time.

    Either a log driver sends them (syslog, gelf, fluentd, awslogs, gcplogs, splunk, a plugin), or a collector in the project reads them: Fluent Bit,
    Vector, Promtail, Alloy, Filebeat, the collector of OpenTelemetry. Where the host has one or \`daemon.json\` names a driver, switch this rule off.
  `,
  fixSafety: `
    Leaves a blank: put the address of your log server in place of LOG_SERVER. Until it answers containers do not start.
  `,
  references: [
    'https://docs.docker.com/engine/logging/configure/',
    'https://docs.docker.com/reference/compose-file/services/#logging',
  ],
  standards: { cis: ['2.13'], nist: ['4.4.4'], cwe: ['CWE-778'] },
  equivalents: {},
  messages: {
    local: 'The logs of service "{service}" stay on this host and go with the container. Send them to a central place.',
  },
  titles: { send: 'Send them to a syslog server' },

  check: {
    compose(document) {
      if (document.services.some((it) => isLogShipper(imageOf(it)))) return [];
      return document.services.flatMap((service) => {
        if (!isWhole(service) || !staysLocal(service)) return [];
        const edit = loggingOf(service) ? undefined : addLogging(document, service);
        return [
          {
            message: 'local',
            data: { service: service.name.value },
            range: service.name.range,
            fixes: edit ? [{ title: 'send', applicability: 'manual', edits: [edit] }] : [],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'No log driver, or one that keeps the log here',
      in: 'compose',
      bad: `
        services:
          «web»:
            image: registry.example.com/shop/web:3.2.1
          «worker»:
            image: registry.example.com/shop/worker:3.2.1
            logging:
              driver: json-file
              options: { max-size: 10m }
      `,
      expect: ['local', 'local'],
      severity: 'warning',
      fixed: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: syslog
              options:
                syslog-address: tcp+tls://LOG_SERVER:6514
          worker:
            image: registry.example.com/shop/worker:3.2.1
            logging:
              driver: json-file
              options: { max-size: 10m }
      `,
    },
    {
      title: 'A driver that sends, and one that only the environment knows',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging:
              driver: awslogs
              options: { awslogs-group: shop }
          worker:
            image: registry.example.com/shop/worker:3.2.1
            logging:
              driver: \${LOG_DRIVER}
      `,
    },
    {
      title: 'A collector in the project',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
          collector:
            image: fluent/fluent-bit:4.0.3
            volumes: ["/var/lib/docker/containers:/logs:ro"]
      `,
    },
    {
      title: 'Switched off, which logging-disabled reports',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            logging: { driver: none }
      `,
    },
  ],
});

/** Docker's drivers that keep the log on the host: https://docs.docker.com/engine/logging/configure/#supported-logging-drivers */
const LOCAL = new Set(['json-file', 'local', 'journald']);

function staysLocal(service: ComposeService): boolean {
  const name = loggingOf(service)?.driver?.name;
  return name === undefined || LOCAL.has(name.value);
}

function addLogging(document: ComposeDocument, service: ComposeService) {
  const options = { 'syslog-address': 'tcp+tls://LOG_SERVER:6514' };
  return addEntry(document, service.node, 'logging', { driver: 'syslog', options });
}
