import type { ImageReference } from './reference.js';

/**
 * Images that watch the host they run on, by the documentation of their makers: they ask for its namespaces, its folders
 * (read-only) and its container runtime. Names as {@link ImageReference.name} gives them.
 */
const HOST_AGENTS: readonly RegExp[] = [
  /(?:^|\/)node[-_]exporter$/,
  /(?:^|\/)cadvisor(?:-arm64)?$/,
  /(?:^|\/)(?:process|systemd|smartctl|podman|docker|blackbox)[-_]exporter$/,
  /^netdata\/netdata$/,
  /(?:^|\/)(?:datadog|datadoghq)\/agent(?:-dev)?$|^datadog\/docker-dd-agent$/,
  /^newrelic\/(?:infrastructure|nri-)[\w-]*$/,
  /^falcosecurity\//,
  /^(?:quay\.io\/)?sysdig\//,
  /(?:^|\/)(?:tetragon|tracee|kubearmor|osquery|cilium)$/,
  /^(?:aquasec|quay\.io\/cilium)\//,
  /(?:^|\/)(?:promtail|alloy|grafana-agent)$|^grafana\/agent$/,
  /(?:^|\/)(?:file|metric|packet|audit|journal|heart)beat(?:-oss)?$|(?:^|\/)elastic-agent$/,
  /(?:^|\/)(?:fluent-bit|fluentd|vector|telegraf|logspout|collectd|glances|beszel-agent|dozzle)$/,
  /(?:^|\/)opentelemetry-collector(?:-contrib)?$|^signalfx\/|^quay\.io\/signalfx\//,
  /^zabbix\/zabbix-agent2?$/,
  /^(?:dynatrace|instana|wazuh|crowdsecurity|checkmk|appdynamics|sematext)\//,
  /(?:^|\/)scrutiny(?:-collector)?$/,
];

/** A well-known agent for metrics, logs or security of the host. */
export function isHostAgent(reference: ImageReference | undefined): boolean {
  return reference !== undefined && HOST_AGENTS.some((it) => it.test(reference.name));
}
