import { replaceScalar } from '../../compose/edit.js';
import { loggingOf } from '../../compose/logging.js';
import { asScalar } from '../../compose/queries.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'logging-disabled',
  severity: 'warning',
  summary: 'The output of a service must be kept.',
  why: `
    With the driver \`none\`, what the program writes is thrown away. A stolen password, a crash loop or a break-in then leaves
    no trace: nobody is warned while it happens, and afterwards nobody can tell what was taken or since when.

    Attackers know it too: the first thing many of them do is switch logs off. Here they find it done.
  `,
  fixSafety: `
    The service's output is written to the disk of the host again, up to 100 MB for each container (the driver \`local\` keeps
    five files of 20 MB). Name the driver of your log collector instead where there is one.
  `,
  references: [
    'https://docs.docker.com/engine/logging/configure/',
    'https://docs.docker.com/engine/logging/drivers/local/',
  ],
  standards: { cis: ['2.13'], nist: ['4.4.4'], cwe: ['CWE-778'] },
  equivalents: {},
  messages: {
    none: 'driver: none throws away the output of service "{service}", so an attack leaves no trace. Name a driver that keeps it.',
    engine:
      'log-driver: none throws away the output of every container, so an attack leaves no trace. Name a driver that keeps it.',
  },
  titles: { local: 'Keep the output with the driver local' },

  check: {
    compose(document) {
      // A block that several services share is one mistake.
      const seen = new Set<number>();
      return document.services.flatMap((service) => {
        const driver = loggingOf(service)?.driver;
        const node = asScalar(driver?.entry.value);
        if (driver?.name.value !== 'none' || !node || seen.has(node.range.start)) return [];
        seen.add(node.range.start);
        const edit = replaceScalar(document, node, 'local');
        return [
          {
            message: 'none',
            data: { service: service.name.value },
            range: node.range,
            fixes: edit ? [{ title: 'local', applicability: 'unsafe', edits: [edit] }] : [],
          },
        ];
      });
    },

    engine(document) {
      const node = asScalar(document.root?.get('log-driver')?.value);
      if (!node || node.text !== 'none') return [];
      const edits = [{ range: node.range, text: '"local"' }];
      return [{ message: 'engine', range: node.range, fixes: [{ title: 'local', applicability: 'unsafe', edits }] }];
    },
  },

  examples: [
    {
      title: 'The default of a daemon',
      in: 'engine',
      path: 'daemon.json',
      bad: `
        { "log-driver": «"none"», "live-restore": true }
      `,
      expect: ['engine'],
      fixed: `
        { "log-driver": "local", "live-restore": true }
      `,
    },
    {
      title: 'A daemon that keeps the output',
      in: 'engine',
      path: 'daemon.json',
      good: `
        { "log-driver": "journald" }
      `,
    },
    {
      title: 'Output thrown away',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: «none»  # quiet
      `,
      expect: ['none'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: local  # quiet
      `,
    },
    {
      title: 'Quoted, in capitals, in flow style',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            logging: { driver: «"None"» }
      `,
      expect: ['none'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            logging: { driver: "local" }
      `,
    },
    {
      title: 'The default of a variable',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: «\${LOG_DRIVER:-none}»
      `,
      expect: ['none'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: local
      `,
    },
    {
      title: 'The key of the first compose format',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            log_driver: «none»
      `,
      expect: ['none'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            log_driver: local
      `,
    },
    {
      title: 'One finding for a block that services share',
      in: 'compose',
      bad: `
        x-logging: &quiet
          driver: «none»
        services:
          web:
            image: nginx:1.27
            logging: *quiet
          worker:
            image: nginx:1.27
            logging: *quiet
      `,
      expect: ['none'],
      fixed: null,
    },
    {
      title: 'A driver that keeps the output',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: syslog
              options:
                syslog-address: tcp+tls://logs.example.com:6514
      `,
    },
    {
      title: 'A driver that only the environment knows',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver: \${LOG_DRIVER}
              options: {}
      `,
    },
    {
      title: 'No driver named: the default of the engine',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            logging:
              driver:
              options:
                max-size: 10m
      `,
    },
  ],
});
