import { officialName } from './official.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';

/**
 * The variable in which an image takes the path of a file instead of the value of `name`, as its own documentation or entry
 * point says (August 2026); undefined: it takes none that is known.
 */
export function fileVariable(reference: ImageReference, name: string): string | undefined {
  const official = officialName(reference);
  const key =
    official ?? (reference.registry === DOCKER_HUB ? reference.path : `${reference.registry}/${reference.path}`);
  const [publisher = ''] = key.split('/');
  if (BITNAMI.has(publisher)) return `${name}_FILE`;
  if (publisher === 'linuxserver' || key.startsWith('lscr.io/linuxserver/')) return `FILE__${name}`;
  if (GRAFANA.test(key)) return name.startsWith('GF_') ? `${name}__FILE` : undefined;
  return VARIABLES.get(key)?.test(name) ? `${name}_FILE` : undefined;
}

/** https://github.com/bitnami/containers: every password of every image. */
const BITNAMI = new Set(['bitnami', 'bitnamilegacy', 'bitnamisecure']);

/** https://grafana.com/docs/grafana/latest/setup-grafana/configure-docker/ */
const GRAFANA = /^grafana\/grafana(?:-oss|-enterprise)?$/;

const POSTGRES = /^POSTGRES_(?:PASSWORD|USER|DB|INITDB_ARGS)$/;
const MYSQL = /^MYSQL_(?:ROOT_PASSWORD|PASSWORD|USER|DATABASE)$/;
const MARIADB =
  /^(?:MARIADB|MYSQL)_(?:ROOT_PASSWORD|PASSWORD|USER|DATABASE|ROOT_PASSWORD_HASH|PASSWORD_HASH|REPLICATION_PASSWORD)$/;

/** By the image: a Docker Official Image by its short name. */
const VARIABLES: ReadonlyMap<string, RegExp> = new Map([
  ['postgres', POSTGRES],
  ['postgis/postgis', POSTGRES],
  ['pgvector/pgvector', POSTGRES],
  ['timescale/timescaledb', POSTGRES],
  ['timescale/timescaledb-ha', POSTGRES],
  ['mysql', MYSQL],
  ['mysql/mysql-server', MYSQL],
  ['percona', MYSQL],
  ['percona/percona-server', MYSQL],
  ['mariadb', MARIADB],
  ['mongo', /^MONGO_INITDB_ROOT_(?:PASSWORD|USERNAME)$/],
  ['mongo-express', /^ME_CONFIG_(?:BASICAUTH_PASSWORD|MONGODB_ADMINPASSWORD|MONGODB_AUTH_PASSWORD|SITE_COOKIESECRET)$/],
  [
    'wordpress',
    /^WORDPRESS_(?:DB_PASSWORD|DB_USER|DB_NAME|DB_HOST|(?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT))$/,
  ],
  ['nextcloud', /^(?:POSTGRES_PASSWORD|MYSQL_PASSWORD|NEXTCLOUD_ADMIN_PASSWORD|REDIS_HOST_PASSWORD|SMTP_PASSWORD)$/],
  ['joomla', /^JOOMLA_DB_PASSWORD$/],
  ['redmine', /^REDMINE_(?:DB_PASSWORD|SECRET_KEY_BASE)$/],
  ['phpmyadmin', /^(?:PMA_PASSWORD|MYSQL_ROOT_PASSWORD|MYSQL_PASSWORD)$/],
  ['phpmyadmin/phpmyadmin', /^(?:PMA_PASSWORD|MYSQL_ROOT_PASSWORD|MYSQL_PASSWORD)$/],
  ['dpage/pgadmin4', /^PGADMIN_DEFAULT_PASSWORD$/],
  ['influxdb', /^DOCKER_INFLUXDB_INIT_(?:PASSWORD|ADMIN_TOKEN)$/],
  ['elasticsearch', /^(?:ELASTIC_PASSWORD|KEYSTORE_PASSWORD)$/],
  ['docker.elastic.co/elasticsearch/elasticsearch', /^(?:ELASTIC_PASSWORD|KEYSTORE_PASSWORD)$/],
  ['neo4j', /^NEO4J_AUTH$/],
  ['clickhouse/clickhouse-server', /^CLICKHOUSE_PASSWORD$/],
  ['clickhouse', /^CLICKHOUSE_PASSWORD$/],
  ['minio/minio', /^MINIO_ROOT_(?:PASSWORD|USER)$/],
  ['quay.io/minio/minio', /^MINIO_ROOT_(?:PASSWORD|USER)$/],
  ['vaultwarden/server', /^(?:ADMIN_TOKEN|DATABASE_URL|SMTP_PASSWORD)$/],
]);
