import { officialName } from './official.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';

/** What an image needs of what a hardened service takes away. */
export interface HardeningNeeds {
  /** Capabilities that its entry point uses: to give files to its account, to become it, to open a low port. */
  readonly capabilities: readonly string[];
  /** Folders outside of its volumes that it writes to; undefined: not known well enough to make the rest read-only. */
  readonly writes?: readonly string[];
}

/** By the entry points and configurations that the images come with (August 2026); undefined: nobody has looked. */
export function hardeningNeeds(reference: ImageReference): HardeningNeeds | undefined {
  const official = officialName(reference);
  const key =
    official ?? (reference.registry === DOCKER_HUB ? reference.path : `${reference.registry}/${reference.path}`);
  return NEEDS.get(key);
}

const needs = (capabilities: string, writes?: string): HardeningNeeds => ({
  capabilities: capabilities.split(' ').filter(Boolean),
  ...(writes === undefined ? {} : { writes: writes.split(' ').filter(Boolean) }),
});

/** `find … -exec chown`, then gosu, su-exec or setpriv. */
const CHANGES_USER = 'CHOWN DAC_OVERRIDE SETGID SETUID';

const NEEDS: ReadonlyMap<string, HardeningNeeds> = new Map([
  ['nginx', needs('CHOWN NET_BIND_SERVICE SETGID SETUID', '/var/cache/nginx /run')],
  ['nginxinc/nginx-unprivileged', needs('', '/tmp')],
  ['httpd', needs('NET_BIND_SERVICE SETGID SETUID', '/usr/local/apache2/logs')],
  ['haproxy', needs('NET_BIND_SERVICE', '')],
  ['traefik', needs('NET_BIND_SERVICE', '/tmp')],
  ['postgres', needs(`${CHANGES_USER} FOWNER`, '/tmp /run/postgresql')],
  ['postgis/postgis', needs(`${CHANGES_USER} FOWNER`, '/tmp /run/postgresql')],
  ['pgvector/pgvector', needs(`${CHANGES_USER} FOWNER`, '/tmp /run/postgresql')],
  ['mysql', needs(CHANGES_USER, '/tmp /run/mysqld')],
  ['mariadb', needs(CHANGES_USER, '/tmp /run/mysqld')],
  ['mongo', needs(CHANGES_USER, '/tmp')],
  ['redis', needs(CHANGES_USER, '')],
  ['valkey/valkey', needs(CHANGES_USER, '')],
  ['memcached', needs('', '')],
  ['rabbitmq', needs(CHANGES_USER)],
  ['elasticsearch', needs('')],
  ['grafana/grafana', needs('')],
  ['prom/prometheus', needs('')],
  ['prom/alertmanager', needs('')],
]);
