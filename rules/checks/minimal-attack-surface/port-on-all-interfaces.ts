import type { ComposeDocument, ComposeService, PublishedPort } from '../../compose/model.js';
import { bindToLoopback, dataStoreBehind, isOnAllInterfaces } from '../../compose/published.js';
import { asMap, asScalar, portsOf, textOf } from '../../compose/queries.js';
import { isOpenRegistry, servesImages } from '../../compose/registry-service.js';
import { defineRule } from '../../core/rule.js';
import { UNKNOWN } from '../../core/text.js';
import { adminPortIn } from '../../images/admin-ports.js';

export default defineRule({
  id: 'port-on-all-interfaces',
  severity: 'warning',
  profile: 'strict',
  summary: 'A published port must name the address of the host that it is reached on.',
  why: `
    A port without a host address is open on every network of the host: the office, the hotel, the Internet. Docker's own
    firewall rules stand before those of \`ufw\` or \`firewalld\`, so that a port that looks closed is not. What was meant
    for a browser on the same machine, a page to debug or an unfinished program, answers to strangers.

    The front door of a public service belongs on all interfaces; say so with a comment that ignores this rule, or give the
    public address. Databases, caches and brokers are reported by datastore-published.
  `,
  fixSafety: `
    Other machines can no longer connect. Name the address of the network instead where they have to.
  `,
  references: [
    'https://docs.docker.com/engine/network/port-publishing/',
    'https://docs.docker.com/engine/network/packet-filtering-firewalls/',
    'https://docs.docker.com/reference/compose-file/services/#ports',
  ],
  standards: { cis: ['5.14'], nist: ['4.3.3', '4.4.2'], cwe: ['CWE-1327'] },
  equivalents: { dclint: ['no-unbound-port-interfaces'] },
  messages: {
    open: 'Port {port} of service "{service}" is open to every network of the host. Bind it to 127.0.0.1 or to the address you mean.',
    unknown:
      'Port {port} of service "{service}" is open to every network of the host unless the variable names an address. Give it one.',
  },
  titles: { loopback: 'Bind to 127.0.0.1' },

  check: {
    compose(document) {
      const seen = new Set<number>();
      return document.services.flatMap((service) => {
        // With the host's network, ports of this list mean nothing.
        if (textOf(service.get('network_mode'))?.value === 'host') return [];
        return portsOf(service).flatMap((port) => {
          const hidden = port.hostAddress?.includes(UNKNOWN) ?? false;
          if (!(hidden || isOnAllInterfaces(port)) || seen.has(port.range.start) || isAnother(document, service, port))
            return [];
          seen.add(port.range.start);
          const data = { port: portText(port), service: service.name.value };
          const edit = bindToLoopback(document, port);
          return [
            {
              ...(hidden ? { message: 'unknown' as const, confidence: 'low' as const } : { message: 'open' as const }),
              data,
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
      title: 'Short form',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            ports:
              - "«8080:80»"  # try it out
              - «9000-9010:9000-9010/udp»
              - "«0.0.0.0:8443:443»"
              - «3000»
      `,
      expect: ['open', 'open', 'open', 'open'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            ports:
              - "127.0.0.1:8080:80"  # try it out
              - 127.0.0.1:9000-9010:9000-9010/udp
              - "127.0.0.1:8443:443"
              - 127.0.0.1::3000
      `,
    },
    {
      title: 'Long form',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            ports:
              - «target: 80
                published: "8080"»
              - «{ target: 81, published: 8081 }»
      `,
      expect: ['open', 'open'],
      fixed: `
        services:
          web:
            image: nginx:1.27
            ports:
              - target: 80
                published: "8080"
                host_ip: 127.0.0.1
              - { target: 81, published: 8081, host_ip: 127.0.0.1 }
      `,
    },
    {
      title: 'A variable that may be an address',
      in: 'compose',
      bad: `
        services:
          web:
            image: nginx:1.27
            ports:
              - "«\${HOST_IP}:8080:80»"
      `,
      expect: ['unknown'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'An address is named',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            ports:
              - "127.0.0.1:8080:80"
              - "[::1]:8080:80"
              - "192.0.2.10:443:443"
              - "127.0.0.1::5000"
              - target: 81
                published: 8081
                host_ip: 127.0.0.1
      `,
    },
    {
      title: 'Not published at all, or on the network of the host',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            expose: ["8080"]
          host:
            image: nginx:1.27
            network_mode: host
            ports:
              - "8080:8080"
      `,
    },
    {
      title: 'A registry without a login: open-registry-service speaks of it',
      in: 'compose',
      good: `
        services:
          images:
            image: registry:3.1.1
            ports:
              - "5000:5000"
      `,
    },
  ],
});

/** Reported by the rule for data stores, or with the address where its port belongs. */
function isAnother(document: ComposeDocument, service: ComposeService, port: PublishedPort): boolean {
  if (servesImages(port) && isOpenRegistry(document, service)) return true;
  if (dataStoreBehind(service, port)) return true;
  if (port.protocol === 'tcp' && port.target && adminPortIn(port.target)) return true;
  const published = asScalar(asMap(port.node)?.get('published')?.value)?.text ?? '';
  return published.includes('.');
}

function portText({ published, target, node, range }: PublishedPort): string {
  const port = published ?? target;
  if (!port) return node.kind === 'scalar' ? node.text : `${range.start}`;
  return port.first === port.last ? `${port.first}` : `${port.first}-${port.last}`;
}
