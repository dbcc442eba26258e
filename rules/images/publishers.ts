import { DOCKER_HUB, type ImageReference } from './reference.js';

/**
 * Namespaces of Docker Hub that a vendor or an open-source project is known to publish its own work under: Docker's verified
 * publishers and sponsored projects (https://hub.docker.com/search?badges=verified_publisher,open_source) and makers of well-known
 * programs, as far as they are used widely. By reading, as of 2026-08.
 */
const PUBLISHERS = new Set(
  `
  adguard airbyte alpine amazon ansible apache apachepulsar apicurio appsmith appwrite aquasec arm64v8 arm32v7
  argoproj arangodb archivebox atlassian authelia axllent balena balenalib bitnami bitnamilegacy bitnamisecure budibase
  calico camunda ceph chromadb chromedp cilium cimg circleci clickhouse cloudflare cockroachdb codercom collabora
  confluentinc containous containrrr continuumio couchbase crazymax crowdsecurity cypress dagster datadog daskdev debezium
  denoland directus docker dockersamples dpage dunglas dynatrace eclipse eclipse-mosquitto elastic emqx envoyproxy
  falcosecurity filebrowser fluent fluxcd formance frrouting getmeili gitea gitlab gogs goharbor golangci
  google gotenberg grafana graylog hadolint hashicorp hasura hexpm homeassistant i386 influxdb instana istio
  itzg jaegertracing jboss jenkins jenkinsci jetbrains jupyter jupyterhub k8s kasmweb keycloak kindest kong koalaman
  langflowai langfuse linuxserver litestream localstack louislam mailhog manticoresearch mariadb
  mattermost metabase metallb microsoft minio mongodb moby mysql n8nio nats natsio neo4j netboxcommunity netdata
  newrelic nextcloud nginx nginxinc nginxproxy nixos nodered nvidia octopusdeploy ollama onlyoffice openpolicyagent
  openproject openresty opensearchproject openshift opensuse openvino openzipkin oraclelinux otel oven owncloud
  paketobuildpacks percona pgvector phusion phpmyadmin pihole plexinc plone pomerium portainer postgis posthog postgrest
  prom prometheuscommunity provectuslabs pulumi puppet pytorch qdrant rancher rapid7 rasa redhat redis redislabs
  returntocorp rhasspy rockylinux rocker rocm ros rundeck s390x saltstack scylladb searxng selenium semgrep
  sonarsource sonatype snyk strapi supabase surrealdb swaggerapi sysdig syncthing tailscale tarantool temporalio
  tensorflow thanosio timescale timberio tonistiigi traefik trinodb trufflesecurity typesense
  ubuntu unleashorg vaultwarden valkey vectorized verdaccio victoriametrics vllm webdevops weaveworks
  wiremock wordpress xwiki yandex zabbix
  adobecoldfusion appbaseio artefactual blackfire bytebase dockercloud dockercore electronuserland flowiseai hugegraph laradock
  liferay localai maildev mailu reactnativecommunity salesforce uozi
  `
    .trim()
    .split(/\s+/),
);

/** The namespace of an image on Docker Hub that is no official image: `grafana`. */
export function namespaceOf({ registry, path }: ImageReference): string | undefined {
  const [namespace = '', ...rest] = path.split('/');
  return registry === DOCKER_HUB && rest.length > 0 && namespace !== 'library' ? namespace : undefined;
}

export function isKnownPublisher(namespace: string): boolean {
  return PUBLISHERS.has(namespace);
}
