import { hostAccessOf } from '../../compose/host-access.js';
import { imageOf } from '../../compose/queries.js';
import { isWhole } from '../../compose/service.js';
import { defineRule } from '../../core/rule.js';
import { isHostAgent, isRuntimeMonitor } from '../../images/agents.js';

export default defineRule({
  id: 'unmonitored-host-access',
  severity: 'warning',
  profile: 'strict',
  summary: 'Where services reach into the host, something must watch what they do.',
  why: `
    A service that is privileged or has the socket of Docker, the processes or the folders of the host can take the host over. Often there is a
    reason for that, and no setting that would prevent the misuse. What is left is to notice it: a shell that starts in a container
    which never runs one, a file below /etc that is written, a connection to an address that nobody knows.

    Falco, Tetragon, Tracee, Sysdig, Wazuh and others see that in the kernel. They may run in this project or on the host itself: where
    they do, switch this rule off.
  `,
  references: ['https://falco.org/docs/', 'https://tetragon.io/docs/', 'https://aquasecurity.github.io/tracee/latest/'],
  standards: { nist: ['4.4.4', '4.5.5'], cwe: ['CWE-778'] },
  equivalents: {},
  messages: {
    unwatched:
      'Service "{service}" reaches the host by {by}, and nothing here watches what it does. Run Falco or alike.',
  },
  labels: { access: 'Reaches the host' },

  check: {
    compose(document) {
      const { services } = document;
      if (services.some((it) => isRuntimeMonitor(imageOf(it)))) return [];
      return services.flatMap((service) => {
        if (!isWhole(service) || isHostAgent(imageOf(service))) return [];
        const access = hostAccessOf(document, service);
        if (!access) return [];
        return [
          {
            message: 'unwatched',
            data: { service: service.name.value, by: access.by },
            range: service.name.range,
            related: [{ range: access.range, label: 'access' }],
          },
        ];
      });
    },
  },

  examples: [
    {
      title: 'Privileged, and with the socket of Docker',
      in: 'compose',
      bad: `
        services:
          «runner»:
            image: registry.example.com/runner:3.2.1
            privileged: true
          «dashboard»:
            image: registry.example.com/dashboard:3.2.1
            volumes: [/var/run/docker.sock:/var/run/docker.sock]
          web:
            image: registry.example.com/shop/web:3.2.1
      `,
      expect: ['unwatched', 'unwatched'],
      severity: 'warning',
      fixed: null,
    },
    {
      title: 'Watched by Falco',
      in: 'compose',
      good: `
        services:
          runner:
            image: registry.example.com/runner:3.2.1
            privileged: true
          falco:
            image: falcosecurity/falco:0.41.3
            privileged: true
            volumes:
              - /var/run/docker.sock:/host/var/run/docker.sock:ro
              - /proc:/host/proc:ro
              - /etc:/host/etc:ro
      `,
    },
    {
      title: 'No access to the host, and an agent that only measures',
      in: 'compose',
      good: `
        services:
          web:
            image: registry.example.com/shop/web:3.2.1
            cap_add: [NET_BIND_SERVICE]
            volumes: ["./data:/data", "/etc/localtime:/etc/localtime:ro"]
          metrics:
            image: prom/node-exporter:v1.9.1
            pid: host
            volumes: ["/:/host:ro"]
      `,
    },
  ],
});
