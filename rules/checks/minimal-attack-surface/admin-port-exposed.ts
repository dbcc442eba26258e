import { bindToLoopback } from '../../compose/published.js';
import { portsOf, textOf } from '../../compose/queries.js';
import { defineRule } from '../../core/rule.js';
import { withoutPort } from '../../dockerfile/exposed-port-fix.js';
import { exposedPorts, shippedStage } from '../../dockerfile/queries.js';
import { adminPortIn } from '../../images/admin-ports.js';

export default defineRule({
  id: 'admin-port-exposed',
  severity: 'warning',
  summary: 'A port to operate a machine by must not be offered by a container.',
  why: `
    Telnet, Remote Desktop, VNC, the Docker API or a kubelet give whoever gets in the whole machine, not one page of an
    application. Programs that scan the Internet try exactly these ports with common passwords, all day.

    A container needs none of them: \`docker exec\` and \`kubectl exec\` reach into it, and the platform decides who may. Where a
    desktop or an API is what the container is for, bind its port to 127.0.0.1 and reach it through a tunnel or a VPN.

    SSH is reported by ssh-server-in-image.
  `,
  fixSafety: `
    Programs on other machines can no longer connect to the port; through \`127.0.0.1\` those of the host itself still can.
    A port that EXPOSE no longer names stays reachable for containers of the same network.
  `,
  references: [
    'https://docs.docker.com/engine/network/port-publishing/',
    'https://docs.docker.com/reference/dockerfile/#expose',
    'https://docs.docker.com/engine/security/protect-access/',
  ],
  standards: { cis: ['5.9'], nist: ['4.1.2', '4.4.2'], owasp: ['RULE #5'], cwe: ['CWE-668'] },
  equivalents: {},
  messages: {
    exposed:
      'EXPOSE {port} offers {admin}, so whoever gets in operates the machine. Leave it out, use docker exec or a tunnel.',
    published:
      'Port {port} of service "{service}" opens {admin} to the network. Bind it to 127.0.0.1 and use a tunnel.',
  },
  titles: { drop: 'Do not expose {port}', loopback: 'Bind to 127.0.0.1' },

  check: {
    dockerfile(document, { config }) {
      const stage = shippedStage(document);
      if (!stage) return [];
      return exposedPorts(document, stage).flatMap((exposed) => {
        const admin = exposed.protocol === 'tcp' ? adminPortIn(exposed, config.ports.admin) : undefined;
        if (!admin) return [];
        const data = { port: `${admin.port}`, admin: admin.service };
        const edits = exposed.first === exposed.last ? withoutPort(document, exposed) : undefined;
        const fixes = edits
          ? [{ title: 'drop' as const, data: { port: data.port }, applicability: 'unsafe' as const, edits }]
          : [];
        return [{ message: 'exposed' as const, data, range: exposed.range, fixes }];
      });
    },

    compose(document, { config }) {
      const seen = new Set<number>();
      return document.services.flatMap((service) => {
        // With the host's network, ports of this list mean nothing.
        if (textOf(service.get('network_mode'))?.value === 'host') return [];
        return portsOf(service).flatMap((port) => {
          const admin =
            port.protocol === 'tcp' && port.target ? adminPortIn(port.target, config.ports.admin) : undefined;
          // Without TLS that one is docker-api-over-tcp's.
          if (!admin || (port.target?.first === 2375 && port.target.last === 2375)) return [];
          if (isOnHost(port.hostAddress) || seen.has(port.range.start)) return [];
          seen.add(port.range.start);
          const edit = bindToLoopback(document, port);
          return [
            {
              message: 'published' as const,
              data: { port: `${admin.port}`, admin: admin.service, service: service.name.value },
              range: port.range,
              fixes: edit ? [{ title: 'loopback' as const, applicability: 'unsafe' as const, edits: [edit] }] : [],
            },
          ];
        });
      });
    },
  },

  examples: [
    {
      title: 'A port that the configuration names',
      in: 'dockerfile',
      config: { ports: { admin: ['9443'] } },
      bad: `
        FROM registry.example.com/console:3.2.1
        EXPOSE 8080 «9443»
        USER 10001
      `,
      expect: ['exposed'],
      severity: 'warning',
      fixed: `
        FROM registry.example.com/console:3.2.1
        EXPOSE 8080
        USER 10001
      `,
    },
    {
      title: 'One port of several',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        EXPOSE 8080 «5900/tcp»
        USER 10001
      `,
      expect: ['exposed'],
      fixed: `
        FROM debian:13
        EXPOSE 8080
        USER 10001
      `,
    },
    {
      title: 'Nothing else is exposed',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        EXPOSE «23»
        USER 10001
      `,
      expect: ['exposed'],
      fixed: `
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'In a range, or in a variable',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ARG DESKTOP=3389
        EXPOSE «5900-5910» «$DESKTOP»
        USER 10001
      `,
      expect: ['exposed', 'exposed'],
      fixed: null,
    },
    {
      title: 'Published to the network',
      in: 'compose',
      bad: `
        services:
          engine:
            image: docker:29-dind
            ports:
              - "«2376:2376»"
          desktop:
            image: example/desktop:1.4
            ports:
              - «target: 3389
                published: "13389"»
      `,
      expect: ['published', 'published'],
      fixed: `
        services:
          engine:
            image: docker:29-dind
            ports:
              - "127.0.0.1:2376:2376"
          desktop:
            image: example/desktop:1.4
            ports:
              - target: 3389
                published: "13389"
                host_ip: 127.0.0.1
      `,
    },
    {
      title: 'Other ports, another protocol, a stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS desktop
        EXPOSE 5900
        FROM debian:13
        EXPOSE 80 8080-8090 3389/udp 50000
        USER 10001
      `,
    },
    {
      title: 'Reachable from the host only',
      in: 'compose',
      good: `
        services:
          desktop:
            image: example/desktop:1.4
            ports:
              - "127.0.0.1:5900:5900"
              - "[::1]:5901:5901"
            expose:
              - "5902"
          web:
            image: nginx:1.29
            ports:
              - "3389:80"
      `,
    },
  ],
});

function isOnHost(address: string | undefined): boolean {
  return address !== undefined && /^(?:127\.|localhost$|\[?::1\]?$)/.test(address);
}
