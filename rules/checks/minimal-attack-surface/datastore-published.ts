import type { ComposeDocument, ComposeService, PublishedPort } from '../../compose/model.js';
import { bindToLoopback, dataStoreBehind, isOnAllInterfaces } from '../../compose/published.js';
import { portsOf, textOf } from '../../compose/queries.js';
import { defineRule } from '../../core/rule.js';
import type { DataStore } from '../../images/datastores.js';

export default defineRule({
  id: 'datastore-published',
  severity: 'warning',
  summary: 'A database, cache or broker must be reachable only from where it is used.',
  why: `
    A port without a host address is open on every network of the host, and Docker's own firewall rules stand before those of
    \`ufw\` or \`firewalld\`: a host that looks closed is not. Databases found this way are read, wiped and held to ransom by
    programs that scan the whole Internet all day; Redis, MongoDB and Elasticsearch ask for no password as they come.

    The other services of the file need no published port: they reach it by its service name.
  `,
  fixSafety: `
    Programs on other machines can no longer connect. Behind \`127.0.0.1\` the port stays open for tools on the host itself;
    for people elsewhere, use an SSH tunnel or a VPN. If only other services of this file use it, delete the port instead.
  `,
  references: [
    'https://docs.docker.com/engine/network/port-publishing/',
    'https://docs.docker.com/engine/network/packet-filtering-firewalls/',
    'https://docs.docker.com/reference/compose-file/services/#ports',
  ],
  standards: { cis: ['5.14'], nist: ['4.3.3', '4.4.2'], owasp: ['RULE #5'], cwe: ['CWE-668', 'CWE-1327'] },
  equivalents: { dclint: ['no-unbound-port-interfaces'] },
  messages: {
    published:
      '{store} of service "{service}" is open to every network of the host on {port}. Bind it to 127.0.0.1 or drop the port.',
    chosen:
      '{store} of service "{service}" is open to every network of the host. Bind it to 127.0.0.1 or drop the port.',
    likely:
      'Port {port} of service "{service}", usually {store}, is open to every network of the host. Bind it to 127.0.0.1.',
  },
  titles: { loopback: 'Bind to 127.0.0.1' },

  check: {
    compose(document) {
      const seen = new Set<number>();
      return document.services.flatMap((service) => {
        // With the host's network, ports of this list mean nothing.
        if (textOf(service.get('network_mode'))?.value === 'host') return [];
        return portsOf(service).flatMap((port) => {
          const behind = isOnAllInterfaces(port) ? dataStoreBehind(service, port) : undefined;
          if (!behind || seen.has(port.range.start)) return [];
          const { store, guessed } = behind;
          const found = guessed ? likely(service, port, store) : published(service, port, store);
          seen.add(port.range.start);
          return [{ ...found, range: port.range, fixes: fixes(document, port) }];
        });
      });
    },
  },

  examples: [
    {
      title: 'A database on all interfaces',
      in: 'compose',
      bad: `
        services:
          db:
            image: postgres:17
            ports:
              - "«5432:5432»"  # for psql
      `,
      expect: ['published'],
      fixed: `
        services:
          db:
            image: postgres:17
            ports:
              - "127.0.0.1:5432:5432"  # for psql
      `,
    },
    {
      title: 'Every spelling of all interfaces',
      in: 'compose',
      bad: `
        services:
          cache:
            image: bitnami/redis:7.4
            ports:
              - «0.0.0.0:6379:6379»
              - '«[::]:6380:6379»'
              - «6379»
      `,
      expect: ['published', 'published', 'chosen'],
      fixed: `
        services:
          cache:
            image: bitnami/redis:7.4
            ports:
              - 127.0.0.1:6379:6379
              - '127.0.0.1:6380:6379'
              - 127.0.0.1::6379
      `,
    },
    {
      title: 'Long form',
      in: 'compose',
      bad: `
        services:
          broker:
            image: rabbitmq:4-management
            ports:
              - «target: 15672
                published: "15672"»
              - «target: 5672
                published: "5672"
                host_ip: "0.0.0.0"»
      `,
      expect: ['published', 'published'],
      fixed: `
        services:
          broker:
            image: rabbitmq:4-management
            ports:
              - target: 15672
                published: "15672"
                host_ip: 127.0.0.1
              - target: 5672
                published: "5672"
                host_ip: "127.0.0.1"
      `,
    },
    {
      title: 'A page that administers a database',
      in: 'compose',
      bad: `
        services:
          admin:
            image: adminer:5
            ports: ["«8080:8080»"]
      `,
      expect: ['published'],
      fixed: `
        services:
          admin:
            image: adminer:5
            ports: ["127.0.0.1:8080:8080"]
      `,
    },
    {
      title: 'An image of one’s own on a database port',
      in: 'compose',
      bad: `
        services:
          db:
            build: ./db
            ports:
              - "«15432:5432»"
      `,
      expect: ['likely'],
      confidence: 'low',
      fixed: `
        services:
          db:
            build: ./db
            ports:
              - "127.0.0.1:15432:5432"
      `,
    },
    {
      title: 'A host port that only the environment knows',
      in: 'compose',
      bad: `
        services:
          db:
            image: mariadb:11.8
            ports:
              - "«\${DB_PORT}:3306»"
      `,
      expect: ['chosen'],
      confidence: 'low',
      fixed: null,
    },
    {
      title: 'A host port with a default',
      in: 'compose',
      bad: `
        services:
          db:
            image: mariadb:11.8
            ports:
              - "«\${DB_PORT:-3306}:3306»"
      `,
      expect: ['published'],
      fixed: `
        services:
          db:
            image: mariadb:11.8
            ports:
              - "127.0.0.1:\${DB_PORT:-3306}:3306"
      `,
    },
    {
      title: 'Bound to the host or to one of its addresses',
      in: 'compose',
      good: `
        services:
          db:
            image: postgres:17
            ports:
              - "127.0.0.1:5432:5432"
              - "[::1]:5432:5432"
              - "10.0.0.5:5432:5432"
              - "\${BIND_ADDRESS}:5433:5432"
              - target: 5432
                published: 5434
                host_ip: 127.0.0.1
      `,
    },
    {
      title: 'Reached by other services only',
      in: 'compose',
      good: `
        services:
          db:
            image: postgres:17
            expose: ["5432"]
      `,
    },
    {
      title: 'A web server',
      in: 'compose',
      good: `
        services:
          web:
            image: nginx:1.27
            ports:
              - "80:8080"
      `,
    },
    {
      title: 'The host network, where ports are not published',
      in: 'compose',
      good: `
        services:
          db:
            image: postgres:17
            network_mode: host
            ports:
              - "5432:5432"
      `,
    },
  ],
});

function published({ name }: ComposeService, { published: host, known }: PublishedPort, { name: store }: DataStore) {
  const data = { store, service: name.value };
  const confidence = known ? ('high' as const) : ('low' as const);
  if (!host) return { message: 'chosen' as const, data, confidence };
  const port = host.first === host.last ? `${host.first}` : `${host.first}-${host.last}`;
  return { message: 'published' as const, data: { ...data, port }, confidence };
}

function likely({ name }: ComposeService, { target }: PublishedPort, { name: store }: DataStore) {
  const data = { store, service: name.value, port: `${target?.first}` };
  return { message: 'likely' as const, data, confidence: 'low' as const };
}

function fixes(document: ComposeDocument, port: PublishedPort) {
  const edit = bindToLoopback(document, port);
  return edit ? [{ title: 'loopback' as const, applicability: 'unsafe' as const, edits: [edit] }] : [];
}
