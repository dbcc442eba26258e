import { officialName } from './official.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';
import { userOf } from './users.js';

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
  const known = key === 'php' ? phpNeeds(reference) : NEEDS.get(key);
  if (known) return known;
  const { root, byEntrypoint } = userOf(reference);
  if (byEntrypoint) return needs(CHANGES_USER);
  return root === 'no' ? needs('') : undefined;
}

/** Of a program that a container starts, by its name; undefined: nobody has looked. */
export function capabilitiesOfProgram(name: string): readonly string[] | undefined {
  const own = PROGRAMS.get(name);
  if (own !== undefined) return own.split(' ').filter(Boolean);
  return NEEDS.get(IMAGE_OF_PROGRAM.get(name) ?? '')?.capabilities;
}

function phpNeeds({ tag, unknown }: ImageReference): HardeningNeeds | undefined {
  if (unknown.has('tag')) return undefined;
  if (/apache/.test(tag?.value ?? '')) return needs(SERVES_AS_USER);
  return needs(/fpm/.test(tag?.value ?? '') ? 'SETGID SETUID' : '');
}

const needs = (capabilities: string, writes?: string): HardeningNeeds => ({
  capabilities: capabilities.split(' ').filter(Boolean),
  ...(writes === undefined ? {} : { writes: writes.split(' ').filter(Boolean) }),
});

/** `find … -exec chown`, then gosu, su-exec or setpriv. */
const CHANGES_USER = 'CHOWN DAC_OVERRIDE SETGID SETUID';

/** One process stays root, opens the port and starts others under a user. */
const SERVES_AS_USER = 'NET_BIND_SERVICE SETGID SETUID';

/** An Apache that is started by an entry point which copies its files and gives them to www-data. */
const UNPACKS_AND_SERVES = `CHOWN DAC_OVERRIDE ${SERVES_AS_USER}`;

const NEEDS: ReadonlyMap<string, HardeningNeeds> = new Map([
  ['nginx', needs('CHOWN NET_BIND_SERVICE SETGID SETUID', '/var/cache/nginx /run')],
  ['nginxinc/nginx-unprivileged', needs('', '/tmp')],
  ['httpd', needs(SERVES_AS_USER, '/usr/local/apache2/logs')],
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
  ['drupal', needs(UNPACKS_AND_SERVES)],
  ['joomla', needs(UNPACKS_AND_SERVES)],
  ['matomo', needs(UNPACKS_AND_SERVES)],
  ['mediawiki', needs(UNPACKS_AND_SERVES)],
  ['nextcloud', needs(UNPACKS_AND_SERVES)],
  ['phpmyadmin', needs(UNPACKS_AND_SERVES)],
  ['wordpress', needs(UNPACKS_AND_SERVES)],
]);

/** What runs under one of these names is most often the image of that name with something added. */
const IMAGE_OF_PROGRAM: ReadonlyMap<string, string> = new Map([
  ['nginx', 'nginx'],
  ['nginx-debug', 'nginx'],
  ['openresty', 'nginx'],
  ['traefik', 'traefik'],
  ['postgres', 'postgres'],
  ['mysqld', 'mysql'],
  ['mysqld_safe', 'mysql'],
  ['mariadbd', 'mariadb'],
  ['mariadbd-safe', 'mariadb'],
  ['mongod', 'mongo'],
  ['redis-server', 'redis'],
  ['redis-sentinel', 'redis'],
  ['valkey-server', 'valkey/valkey'],
  ['memcached', 'memcached'],
  ['rabbitmq-server', 'rabbitmq'],
]);

/** By their manuals: to become another user, to open a low port, to stop processes of others, to lock them into a folder. */
const PROGRAMS: ReadonlyMap<string, string> = new Map([
  ...named('gosu su-exec setpriv runuser su sudo chpst setuidgid s6-setuidgid setuser start-stop-daemon', CHANGES_USER),
  ...named('apache2-foreground httpd httpd-foreground apache2 apache2ctl apachectl', SERVES_AS_USER),
  ...named('php-fpm cron crond', 'SETGID SETUID'),
  ...named('haproxy', `${SERVES_AS_USER} SYS_CHROOT`),
  ...named('caddy', 'NET_BIND_SERVICE'),
  ...named('named unbound dnsmasq squid', `CHOWN ${SERVES_AS_USER} SYS_CHROOT`),
  ...named('supervisord runsvdir my_init s6-svscan', `CHOWN DAC_OVERRIDE KILL ${SERVES_AS_USER}`),
  ...named('sshd', `AUDIT_WRITE CHOWN DAC_OVERRIDE KILL ${SERVES_AS_USER} SYS_CHROOT`),
  ...named(
    'postfix master dovecot exim4 vsftpd proftpd',
    `CHOWN DAC_OVERRIDE FOWNER KILL ${SERVES_AS_USER} SYS_CHROOT`,
  ),
]);

function named(names: string, capabilities: string): readonly (readonly [string, string])[] {
  return names.split(' ').map((it) => [it, capabilities] as const);
}
