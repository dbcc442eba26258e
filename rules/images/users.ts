import { officialName } from './official.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';

export { officialName } from './official.js';

/** As whom the containers of an image run. */
export interface ImageUser {
  /** `no`: the program runs as `runsAs`. `unknown`: nobody has looked, so claim nothing. */
  readonly root: 'yes' | 'no' | 'unknown';
  /** The user the program runs as, where that is not root: a name, or a number where the image names none. */
  readonly runsAs?: string;
  /** Numeric id of `runsAs` or `offers`, where it is the same in all variants. */
  readonly id?: string;
  /** A user that is there for the program to run as, although root is the default: `USER node` is all it takes. */
  readonly offers?: string;
  /** The image starts as root and its entry point gives that up: another ENTRYPOINT than its own runs as root. */
  readonly byEntrypoint?: boolean;
}

const UNKNOWN_USER: ImageUser = { root: 'unknown' };
const ROOT: ImageUser = { root: 'yes' };

/** As whom the containers of this image run when no USER follows. */
export function userOf(reference: ImageReference): ImageUser {
  if (reference.unknown.has('registry') || reference.path === '') return UNKNOWN_USER;
  const tag = reference.tag?.value ?? '';
  const official = officialName(reference);
  if (official !== undefined) return officialUser(official, tag, reference);
  const key = reference.registry === DOCKER_HUB ? reference.path : `${reference.registry}/${reference.path}`;
  const exact = PUBLISHED.get(key);
  if (exact) return exact;
  return publisherUser(key, tag, reference);
}

function officialUser(name: string, tag: string, { unknown }: ImageReference): ImageUser {
  if (name === 'ubuntu') return ubuntuUser(tag);
  if (name === 'elasticsearch') return elasticsearchUser(tag);
  if (name === 'haproxy') return haproxyUser(tag);
  if (name === 'php')
    return unknown.has('tag') || tag.includes('alpine') ? OFFERS_WWW_DATA : { ...OFFERS_WWW_DATA, id: '33' };
  return OFFICIAL.get(name) ?? (ROOT_OFFICIALS.has(name) ? ROOT : UNKNOWN_USER);
}

/** A user named ubuntu (1000) came with 23.04: https://bugs.launchpad.net/cloud-images/+bug/2005129 */
function ubuntuUser(tag: string): ImageUser {
  const release = Number.parseFloat(tag);
  const named = ['latest', 'rolling', 'devel', 'noble', 'resolute', 'plucky', 'questing'].some((it) =>
    tag.startsWith(it),
  );
  return named || release >= 23.04 ? { root: 'yes', offers: 'ubuntu', id: '1000' } : ROOT;
}

/** USER came with 8.0: https://github.com/elastic/elasticsearch/blob/main/distribution/docker/src/docker/dockerfiles/default/Dockerfile */
function elasticsearchUser(tag: string): ImageUser {
  const user: ImageUser = { root: 'no', runsAs: 'elasticsearch', id: '1000' };
  return Number.parseInt(tag, 10) < 8 ? { ...user, byEntrypoint: true } : user;
}

/** USER came with 2.4: https://github.com/docker-library/haproxy */
function haproxyUser(tag: string): ImageUser {
  return /^(?:1|2\.[0-3])(?:\D|$)/.test(tag) ? ROOT : { root: 'no', runsAs: 'haproxy', id: '99' };
}

const drops = (runsAs: string, id?: string): ImageUser => ({
  root: 'no',
  runsAs,
  ...(id === undefined ? {} : { id }),
  byEntrypoint: true,
});
const runs = (runsAs: string, id?: string): ImageUser => ({ root: 'no', runsAs, ...(id === undefined ? {} : { id }) });
const offers = (name: string, id?: string): ImageUser => ({
  root: 'yes',
  offers: name,
  ...(id === undefined ? {} : { id }),
});

/** 33 on Debian, 82 on Alpine. */
const OFFERS_WWW_DATA = offers('www-data');

/**
 * Docker Official Images with a user of their own, from the Dockerfiles and entry points that
 * https://github.com/docker-library/official-images/tree/master/library points at (August 2026).
 */
const OFFICIAL: ReadonlyMap<string, ImageUser> = new Map([
  ['adminer', runs('adminer')],
  ['cassandra', drops('cassandra', '999')],
  ['clickhouse', drops('clickhouse', '101')],
  ['consul', drops('consul', '100')],
  ['couchdb', drops('couchdb', '5984')],
  ['crate', drops('crate', '1000')],
  ['drupal', OFFERS_WWW_DATA],
  ['eclipse-mosquitto', drops('mosquitto', '1883')],
  ['flink', drops('flink', '9999')],
  ['fluentd', runs('fluent')],
  ['ghost', drops('node', '1000')],
  ['gradle', offers('gradle', '1000')],
  ['httpd', OFFERS_WWW_DATA],
  ['influxdb', UNKNOWN_USER],
  ['jetty', runs('jetty', '999')],
  ['joomla', OFFERS_WWW_DATA],
  ['kibana', runs('kibana', '1000')],
  ['kong', runs('kong')],
  ['liquibase', runs('liquibase', '1001')],
  ['logstash', runs('logstash', '1000')],
  ['mariadb', drops('mysql', '999')],
  ['matomo', OFFERS_WWW_DATA],
  ['mediawiki', OFFERS_WWW_DATA],
  ['memcached', runs('memcache', '11211')],
  ['mongo', drops('mongodb', '999')],
  ['mysql', drops('mysql', '999')],
  ['neo4j', drops('neo4j', '7474')],
  ['nextcloud', OFFERS_WWW_DATA],
  ['nginx', offers('nginx', '101')],
  ['node', offers('node', '1000')],
  ['odoo', runs('odoo')],
  ['open-liberty', runs('1001', '1001')],
  ['percona', runs('mysql', '1001')],
  ['phpmyadmin', OFFERS_WWW_DATA],
  ['postgres', drops('postgres')],
  ['rabbitmq', drops('rabbitmq')],
  ['redis', drops('redis')],
  ['rocket.chat', runs('rocketchat', '65533')],
  ['solr', runs('solr', '8983')],
  ['sonarqube', runs('sonarqube', '1000')],
  ['spark', runs('spark', '185')],
  ['storm', drops('storm', '1000')],
  ['teamspeak', runs('ts3server', '9987')],
  ['telegraf', drops('telegraf')],
  ['varnish', runs('varnish')],
  ['vault', drops('vault', '100')],
  ['websphere-liberty', runs('1001', '1001')],
  ['wordpress', OFFERS_WWW_DATA],
  ['znc', drops('znc')],
  ['zookeeper', drops('zookeeper', '1000')],
]);

/** Docker Official Images that run as root and bring no user for a program: distributions, languages, build tools, servers. */
const ROOT_OFFICIALS = new Set(
  (
    'almalinux alpine alt amazoncorretto amazonlinux archlinux azul-zulu bash buildpack-deps busybox caddy centos clearlinux clefos ' +
    'clojure composer dart debian docker eclipse-temurin elixir erlang fedora gcc golang groovy haskell haxe hylang ' +
    'ibm-semeru-runtimes ibmjava java jruby julia mageia maven mono nim openjdk oraclelinux perl photon pypy python r-base ' +
    'rakudo-star registry rockylinux ros ruby rust sapmachine sl swift swipl tomcat tomee traefik unit'
  ).split(' '),
);

/** Images of known publishers, by their own Dockerfiles (August 2026). */
const PUBLISHED: ReadonlyMap<string, ImageUser> = new Map([
  // https://github.com/apache
  ['apache/airflow', runs('airflow', '50000')],
  ['apache/druid', runs('druid', '1000')],
  ['apache/kafka', runs('appuser', '1000')],
  ['apache/nifi', runs('nifi', '1000')],
  ['apache/spark', runs('spark', '185')],
  ['apache/superset', runs('superset', '1000')],
  // https://github.com/bitnami/containers: images for development keep root.
  ['bitnami/minideb', ROOT],
  ...['aspnet-core', 'dotnet', 'dotnet-sdk', 'git', 'golang', 'java', 'node', 'php-fpm', 'python', 'ruby'].map(
    (name): [string, ImageUser] => [`bitnami/${name}`, UNKNOWN_USER],
  ),
  // https://github.com/wolfi-dev and https://edu.chainguard.dev: bases and builders start as root.
  ['cgr.dev/chainguard/wolfi-base', offers('nonroot', '65532')],
  ['cgr.dev/chainguard/chainguard-base', offers('nonroot', '65532')],
  ...[
    'bash',
    'busybox',
    'git',
    'go',
    'rust',
    'maven',
    'gradle',
    'jdk',
    'dotnet-sdk',
    'gcc-glibc',
    'apko',
    'melange',
    'sdk',
  ].map((name): [string, ImageUser] => [`cgr.dev/chainguard/${name}`, UNKNOWN_USER]),
  ['citusdata/citus', drops('postgres')],
  ['clickhouse/clickhouse-server', drops('clickhouse', '101')],
  ['cloudflare/cloudflared', runs('nonroot', '65532')],
  ['codercom/code-server', runs('coder', '1000')],
  ['continuumio/anaconda3', ROOT],
  ['continuumio/miniconda3', ROOT],
  ['curlimages/curl', runs('curl_user')],
  // https://github.com/denoland/deno_docker
  ['denoland/deno', offers('deno', '1993')],
  ['docker.elastic.co/kibana/kibana', runs('kibana', '1000')],
  ['docker.elastic.co/logstash/logstash', runs('logstash', '1000')],
  ['docker.n8n.io/n8nio/n8n', runs('node', '1000')],
  ['dpage/pgadmin4', runs('pgadmin', '5050')],
  ['envoyproxy/envoy', drops('envoy', '101')],
  ['fluent/fluentd', runs('fluent')],
  ['ghcr.io/nginxinc/nginx-unprivileged', runs('nginx', '101')],
  ['ghcr.io/puppeteer/puppeteer', runs('pptruser', '10042')],
  ['gitea/gitea', drops('git', '1000')],
  // https://github.com/grafana/grafana/blob/main/Dockerfile
  ['grafana/grafana', runs('grafana', '472')],
  ['grafana/grafana-enterprise', runs('grafana', '472')],
  ['grafana/grafana-oss', runs('grafana', '472')],
  ['grafana/loki', runs('loki', '10001')],
  ['hashicorp/consul', drops('consul', '100')],
  ['hashicorp/vault', drops('vault', '100')],
  ['jenkins/agent', runs('jenkins', '1000')],
  ['jenkins/inbound-agent', runs('jenkins', '1000')],
  // https://github.com/jenkinsci/docker
  ['jenkins/jenkins', runs('jenkins', '1000')],
  ['jenkins/jnlp-slave', runs('jenkins', '1000')],
  ['mailhog/mailhog', runs('mailhog', '1000')],
  // https://github.com/mamba-org/micromamba-docker
  ['mambaorg/micromamba', runs('mambauser')],
  // https://learn.microsoft.com/sql/linux/sql-server-linux-docker-container-security
  ['mcr.microsoft.com/mssql/server', runs('mssql', '10001')],
  ['mcr.microsoft.com/playwright', offers('pwuser')],
  ['mcr.microsoft.com/playwright/python', offers('pwuser')],
  ['mcr.microsoft.com/powershell', ROOT],
  ['metabase/metabase', drops('metabase', '2000')],
  ['n8nio/n8n', runs('node', '1000')],
  // https://github.com/nginxinc/docker-nginx-unprivileged
  ['nginxinc/nginx-unprivileged', runs('nginx', '101')],
  ['nvidia/cuda', ROOT],
  ['opensearchproject/opensearch', runs('opensearch', '1000')],
  ['opensearchproject/opensearch-dashboards', runs('opensearch-dashboards', '1000')],
  ['otel/opentelemetry-collector', runs('10001', '10001')],
  ['otel/opentelemetry-collector-contrib', runs('10001', '10001')],
  // https://github.com/oven-sh/bun/tree/main/dockerhub
  ['oven/bun', offers('bun', '1000')],
  ['pgvector/pgvector', drops('postgres')],
  ['postgis/postgis', drops('postgres')],
  // https://github.com/prometheus
  ['prom/alertmanager', runs('nobody', '65534')],
  ['prom/node-exporter', runs('nobody', '65534')],
  ['prom/prometheus', runs('nobody', '65534')],
  ['prom/pushgateway', runs('nobody', '65534')],
  ['pytorch/pytorch', ROOT],
  ['quay.io/argoproj/argocd', runs('argocd', '999')],
  ['quay.io/keycloak/keycloak', runs('keycloak', '1000')],
  ['quay.io/oauth2-proxy/oauth2-proxy', runs('nonroot', '65532')],
  ['quay.io/prometheus/alertmanager', runs('nobody', '65534')],
  ['quay.io/prometheus/node-exporter', runs('nobody', '65534')],
  ['quay.io/prometheus/prometheus', runs('nobody', '65534')],
  ['sonatype/nexus3', runs('nexus', '200')],
  ['tensorflow/tensorflow', ROOT],
  ['timescale/timescaledb', drops('postgres')],
  ['timescale/timescaledb-ha', runs('postgres', '1000')],
  ['valkey/valkey', drops('valkey')],
  ['verdaccio/verdaccio', runs('verdaccio', '10001')],
]);

/** Publishers whose images share one habit; the first prefix that fits decides. */
const PUBLISHERS: readonly (readonly [prefix: string, user: ImageUser])[] = [
  ['bitnami/', runs('1001', '1001')],
  ['bitnamilegacy/', runs('1001', '1001')],
  ['bitnamisecure/', runs('1001', '1001')],
  ['cgr.dev/chainguard/', runs('nonroot', '65532')],
  ['cimg/', runs('circleci', '3434')],
  ['circleci/', runs('circleci', '3434')],
  ['confluentinc/cp-', runs('appuser', '1000')],
  ['jupyter/', runs('jovyan', '1000')],
  ['quay.io/jupyter/', runs('jovyan', '1000')],
  // https://docs.linuxserver.io/general/understanding-puid-and-pgid/
  ['linuxserver/', drops('abc')],
  ['lscr.io/linuxserver/', drops('abc')],
  ['nvcr.io/nvidia/cuda', ROOT],
  // https://docs.aws.amazon.com/lambda/latest/dg/images-create.html: Lambda sets a user of least privilege and asks for no USER.
  ['public.ecr.aws/lambda/', runs('sbx_user1051')],
  ['amazon/aws-lambda-', runs('sbx_user1051')],
  ['selenium/', runs('seluser', '1200')],
];

function publisherUser(key: string, tag: string, reference: ImageReference): ImageUser {
  if (key.startsWith('gcr.io/distroless/')) return distrolessUser(tag, reference);
  if (key.startsWith('mcr.microsoft.com/dotnet/')) return dotnetUser(tag, reference);
  if (key.startsWith('docker.elastic.co/elasticsearch/')) return elasticsearchUser(tag);
  if (key.startsWith('dhi.io/')) return hardenedUser(tag, reference);
  if (/^registry\.(?:access\.redhat\.com|redhat\.io)\//.test(key)) return redHatUser(key);
  return PUBLISHERS.find(([prefix]) => key.startsWith(prefix))?.[1] ?? UNKNOWN_USER;
}

/** https://github.com/GoogleContainerTools/distroless: every image has nonroot (65532), tags with that word run as it. */
function distrolessUser(tag: string, { unknown, digest }: ImageReference): ImageUser {
  if (tag.includes('nonroot')) return runs('nonroot', '65532');
  return unknown.has('tag') || (tag === '' && digest) ? UNKNOWN_USER : offers('nonroot', '65532');
}

/** https://learn.microsoft.com/dotnet/core/docker/container-images: app (1654, $APP_UID) since .NET 8; chiseled and distroless run as it. */
function dotnetUser(tag: string, { unknown, digest }: ImageReference): ImageUser {
  if (/chiseled|distroless/.test(tag)) return runs('app', '1654');
  if (unknown.has('tag') || (tag === '' && digest)) return UNKNOWN_USER;
  if (/nanoserver|windowsservercore/.test(tag)) return UNKNOWN_USER;
  const version = Number.parseInt(tag, 10);
  return Number.isNaN(version) || version >= 8 ? offers('app', '1654') : ROOT;
}

/** https://docs.docker.com/dhi/: images for running are nonroot, those for building (`-dev`) are root. */
function hardenedUser(tag: string, { unknown }: ImageReference): ImageUser {
  if (unknown.has('tag')) return UNKNOWN_USER;
  return /(?:^|-)(?:dev|sdk)(?:-|$)/.test(tag) ? offers('nonroot', '65532') : runs('nonroot', '65532');
}

/** https://catalog.redhat.com: plain UBI is root, OpenJDK images run as 185, other language images as 1001. */
function redHatUser(key: string): ImageUser {
  if (/\/ubi\d+(?:\/ubi)?(?:-(?:minimal|micro|init))?$/.test(key)) return ROOT;
  if (/\/ubi\d+\/openjdk-/.test(key)) return runs('185', '185');
  return /\/ubi\d+\/(?:dotnet|go-toolset|httpd|nginx|nodejs|perl|php|python|ruby)-/.test(key)
    ? runs('1001', '1001')
    : UNKNOWN_USER;
}
