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

/** Programs that take the logs of other containers and send them to a central place, by their images. */
const LOG_SHIPPERS: readonly RegExp[] = [
  /(?:^|\/)(?:fluent-bit|fluentd|vector|promtail|alloy|grafana-agent|logspout|logstash|rsyslog|syslog-ng)(?:-oss)?$/,
  /(?:^|\/)(?:file|journal)beat(?:-oss)?$|(?:^|\/)elastic-agent$|^grafana\/agent$/,
  /(?:^|\/)opentelemetry-collector(?:-contrib)?$|^signalfx\/|(?:^|\/)splunk-otel-collector$|(?:^|\/)otelcol[\w-]*$/,
  /^(?:datadog|newrelic|dynatrace|sematext|logdna|timberio|papertrail|logzio)\/|(?:^|\/)datadog\/agent$/,
];

export function isLogShipper(reference: ImageReference | undefined): boolean {
  return reference !== undefined && LOG_SHIPPERS.some((it) => it.test(reference.name));
}

/** Programs that watch what containers do while they run, by their images. */
const RUNTIME_MONITORS: readonly RegExp[] = [
  /^(?:falcosecurity|sysdig|quay\.io\/sysdig|wazuh|aquasec|twistlock|deepfenceio|neuvector|crowdsecurity|instana|threatmapper)\//,
  /(?:^|\/)(?:tetragon|tracee|kubearmor|osquery|falcon-sensor|falco(?:-no-driver)?|wazuh-agent|twistlock|prisma-cloud-defender|defender)$/,
  /^(?:datadog|gcr\.io\/datadoghq|public\.ecr\.aws\/datadog)\/agent$|(?:^|\/)auditbeat$|^lacework\//,
];

export function isRuntimeMonitor(reference: ImageReference | undefined): boolean {
  return reference !== undefined && RUNTIME_MONITORS.some((it) => it.test(reference.name));
}
