import { officialName } from './official.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';
import { versionsOf } from './tags.js';

/** An image that its publisher gives no more fixes to under this name. */
export interface Withdrawal {
  /** The year it happened in, where that is certain. */
  readonly year?: string;
  /** What its publisher, or the one who carries the work on, names instead. */
  readonly successor?: string;
  /** The same thing under the new name, with its tag; absent where it has to be chosen by hand. */
  readonly replacement?: string;
}

/** Whether the publisher has withdrawn what the reference names, and what has taken its place. */
export function withdrawalOf(reference: ImageReference): Withdrawal | undefined {
  if (reference.registry === '' || reference.path === '') return undefined;
  return (
    withdrawnOfficial(reference) ??
    movedRegistry(reference) ??
    (reference.registry === DOCKER_HUB ? (bitnami(reference) ?? circleci(reference)) : undefined) ??
    read(OTHERS.get(reference.name), reference)
  );
}

/**
 * Docker Official Images: name, year or `-`, successor. By the notes of docker-library/docs (`deprecated.md` of each image), by
 * the day's docker-library/official-images (entries without a tag), and by the makers' announcements. A successor with `*` is the
 * same program under another name.
 */
const OFFICIAL = table(`
  adoptopenjdk 2021 eclipse-temurin
  celery - python
  centos 2024 almalinux
  clearlinux 2025
  clefos -
  consul 2023 hashicorp/consul*
  django 2016 python
  docker-dev - docker
  euleros -
  express-gateway -
  fsharp - mcr.microsoft.com/dotnet/sdk
  gazebo -
  glassfish -
  hipache -
  iojs 2015 node
  java 2016 eclipse-temurin
  jenkins 2018 jenkins/jenkins*
  kaazing-gateway -
  known -
  mongo-express -
  nats-streaming 2023 nats
  notary -
  nuxeo -
  openjdk 2022 eclipse-temurin
  opensuse - opensuse/leap
  owncloud - owncloud/server
  php-zendserver -
  piwik - matomo
  plone - plone/plone-backend
  rails 2016 ruby
  rockylinux 2023 rockylinux/rockylinux
  sentry -
  sl -
  sourcemage -
  swarm -
  thrift -
  ubuntu-debootstrap - ubuntu
  ubuntu-upstart - ubuntu
  unit 2025
  vault 2023 hashicorp/vault*
`);

/** Images of other publishers, by the announcements of their makers. */
const OTHERS = table(`
  adoptopenjdk/openjdk8 2021 eclipse-temurin
  adoptopenjdk/openjdk11 2021 eclipse-temurin
  amazon/opendistro-for-elasticsearch 2022 opensearchproject/opensearch
  docker/compose 2023 docker
  dockercloud/haproxy 2018 haproxy
  gcr.io/kaniko-project/executor 2025
  gcr.io/kaniko-project/warmer 2025
  google/cadvisor - gcr.io/cadvisor/cadvisor
  grafana/agent 2025 grafana/alloy
  grafana/promtail 2026 grafana/alloy
  jboss/keycloak 2022 quay.io/keycloak/keycloak
  jboss/wildfly 2022 quay.io/wildfly/wildfly
  jenkins/jnlp-slave - jenkins/inbound-agent*
  jenkins/slave - jenkins/agent*
  jenkinsci/jenkins - jenkins/jenkins*
  jenkinsci/jnlp-slave - jenkins/inbound-agent*
  microsoft/aspnet - mcr.microsoft.com/dotnet/framework/aspnet
  microsoft/aspnetcore - mcr.microsoft.com/dotnet/aspnet
  microsoft/aspnetcore-build - mcr.microsoft.com/dotnet/sdk
  microsoft/azure-cli - mcr.microsoft.com/azure-cli*
  microsoft/dotnet - mcr.microsoft.com/dotnet/sdk
  microsoft/dotnet-framework - mcr.microsoft.com/dotnet/framework/runtime
  microsoft/iis - mcr.microsoft.com/windows/servercore/iis
  microsoft/mssql-server-linux - mcr.microsoft.com/mssql/server
  microsoft/nanoserver - mcr.microsoft.com/windows/nanoserver
  microsoft/powershell - mcr.microsoft.com/powershell*
  microsoft/windowsservercore - mcr.microsoft.com/windows/servercore
  minio/minio 2025
  mysql/mysql-server 2023 mysql
  portainer/portainer - portainer/portainer-ce*
`);

interface Entry {
  readonly year?: string;
  readonly successor?: string;
  readonly sameProgram: boolean;
}

function table(text: string): ReadonlyMap<string, Entry> {
  return new Map(
    text
      .trim()
      .split('\n')
      .map((line): [string, Entry] => {
        const [name = '', year = '-', written = ''] = line.trim().split(' ');
        const successor = written.replace('*', '');
        const entry = { sameProgram: written !== successor };
        return [name, { ...entry, ...(year === '-' ? {} : { year }), ...(successor === '' ? {} : { successor }) }];
      }),
  );
}

function read(entry: Entry | undefined, reference: ImageReference): Withdrawal | undefined {
  if (!entry) return undefined;
  const { year, successor, sameProgram } = entry;
  const replacement = sameProgram && successor !== undefined ? renamed(reference, successor) : undefined;
  return {
    ...(year === undefined ? {} : { year }),
    ...(successor === undefined ? {} : { successor }),
    ...(replacement === undefined ? {} : { replacement }),
  };
}

/** Only the newest release is certain to be there under the new name. */
function renamed({ tag, digest, unknown }: ImageReference, name: string): string | undefined {
  if (digest || unknown.size > 0) return undefined;
  if (!tag) return name;
  return tag.value === 'latest' ? `${name}:latest` : undefined;
}

function withdrawnOfficial(reference: ImageReference): Withdrawal | undefined {
  const name = officialName(reference);
  const entry = name === undefined ? undefined : OFFICIAL.get(name);
  if (name === undefined || !entry) return undefined;
  const tag = reference.tag?.value.toLowerCase();
  // Builds of the next Java are still published for those who test it.
  if (name === 'openjdk' && /(?:^|-)(?:ea|rc)(?:-|$)|^\d+-(?:ea|rc)/.test(tag ?? '')) return undefined;
  const found = read(entry, reference);
  const replacement = found?.replacement ?? sameRelease(name, tag, reference);
  return found && { ...found, ...(replacement === undefined ? {} : { replacement }) };
}

/** The release under the name that carries it on, where the table of tags has it. */
function sameRelease(name: string, tag: string | undefined, { digest, unknown }: ImageReference): string | undefined {
  if (digest || unknown.size > 0) return undefined;
  switch (name) {
    case 'openjdk':
    case 'java':
    case 'adoptopenjdk':
      return tag === undefined ? undefined : temurin(tag);
    case 'centos':
      return tag === undefined || /^(?:latest|(?:centos)?8(?:\..*)?)$/.test(tag)
        ? known('almalinux', '8', '')
        : undefined;
    case 'rockylinux':
      return /^[89](?:-minimal)?$/.test(tag ?? '') ? `rockylinux/rockylinux:${tag}` : undefined;
    default:
      return undefined;
  }
}

/** `8u212-jre-alpine3.9` → `8-jre-alpine`. Debian and its slim form have no counterpart: the plain variant is Ubuntu. */
function temurin(tag: string): string | undefined {
  const [, major = '', kind = 'jdk', alpine = ''] =
    /^(?:openjdk-)?(\d{1,2})(?:[u.][\w.]*)?(?:-(jdk|jre))?(?:(-alpine)[\d.]*|-slim(?:-[a-z]+)?|-(?:stretch|buster|bullseye|bookworm))?$/.exec(
      tag,
    ) ?? [];
  return major === '' ? undefined : known('eclipse-temurin', major, `-${kind}${alpine}`);
}

function known(image: string, head: string, suffix: string): string | undefined {
  const version = versionsOf(image).find((it) => it.heads.includes(head));
  return version?.variants.some((it) => it.includes(suffix)) ? `${image}:${head}${suffix}` : undefined;
}

/** https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/ */
function movedRegistry({ registry, path, tag, digest, unknown }: ImageReference): Withdrawal | undefined {
  const folder = /^google[-_]containers\//;
  if (registry !== 'k8s.gcr.io' && !(registry === 'gcr.io' && folder.test(path))) return undefined;
  const name = `registry.k8s.io/${path.replace(folder, '')}`;
  const found = { year: '2023', successor: 'registry.k8s.io' };
  if (unknown.size > 0) return found;
  return { ...found, replacement: name + (tag ? `:${tag.value}` : '') + (digest ? `@${digest.value}` : '') };
}

/** https://github.com/bitnami/containers/issues/83267: only `latest` of some images is left, the rest is kept without fixes. */
function bitnami({ path, tag }: ImageReference): Withdrawal | undefined {
  const [publisher, name = ''] = path.split('/');
  const legacy = publisher === 'bitnamilegacy';
  if (!legacy && (publisher !== 'bitnami' || !tag || tag.value === 'latest')) return undefined;
  const successor = AFTER_BITNAMI.get(name);
  return { year: '2025', ...(successor === undefined ? {} : { successor }) };
}

const AFTER_BITNAMI = pairs(
  'apache=httpd cassandra drupal elasticsearch etcd=quay.io/coreos/etcd ghost golang grafana=grafana/grafana haproxy influxdb java=eclipse-temurin joomla kafka=apache/kafka keycloak=quay.io/keycloak/keycloak kibana logstash mariadb matomo mediawiki memcached mongodb=mongo mysql nats neo4j nginx node phpmyadmin php-fpm=php postgresql=postgres prometheus=prom/prometheus python rabbitmq redis redmine ruby solr spark=apache/spark tomcat valkey=valkey/valkey wordpress zookeeper',
);

/** https://circleci.com/docs/next-gen-migration-guide/ */
function circleci({ path }: ImageReference): Withdrawal | undefined {
  const [publisher, name = ''] = path.split('/');
  const successor = publisher === 'circleci' ? AFTER_CIRCLECI.get(name) : undefined;
  return successor === undefined ? undefined : { year: '2021', successor: `cimg/${successor}` };
}

const AFTER_CIRCLECI = pairs('android golang=go mariadb mysql node openjdk php postgres python redis ruby rust');

function pairs(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(' ').map((it): [string, string] => {
      const [from = '', to = from] = it.split('=');
      return [from, to];
    }),
  );
}
