import { officialName } from './official.js';
import { isLocalName } from './pulled.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';

/** A part of an image's name that looks like one everybody knows, and what that is. */
export interface Misspelling {
  /** As written: `ngnix`. */
  readonly written: string;
  readonly meant: string;
  readonly part: 'image' | 'publisher' | 'registry';
}

/** Official images that are pulled so often that a name one slip away is a slip: none of them is near an ordinary word. */
const IMAGES =
  'almalinux alpine amazoncorretto amazonlinux archlinux busybox cassandra centos couchdb debian drupal eclipse-temurin elasticsearch fedora golang gradle haproxy httpd influxdb joomla kibana logstash mariadb memcached mongo mysql nextcloud nginx openjdk oraclelinux phpmyadmin postgres python rabbitmq redis rockylinux sonarqube telegraf tomcat traefik ubuntu wordpress zookeeper'.split(
    ' ',
  );

/** Names that are one slip away and mean something of their own. */
const OTHER_THINGS = new Set('http https mono mssql'.split(' '));

/** Publishers of Docker Hub with images that nobody else has. */
const REPOSITORIES: Readonly<Record<string, RegExp>> = {
  bitnami: /^(?:redis|postgresql|mysql|mariadb|mongodb|kafka|nginx|rabbitmq|kubectl|keycloak|zookeeper|wordpress)$/,
  confluentinc: /^cp-/,
  grafana: /^(?:grafana|grafana-oss|grafana-enterprise|loki|promtail|tempo|mimir|alloy|k6)$/,
  hashicorp: /^(?:vault|consul|terraform|packer|nomad|boundary|waypoint)$/,
  jenkins: /^(?:jenkins|agent|inbound-agent|ssh-agent)$/,
  library: /^(?:alpine|ubuntu|debian|node|python|golang|nginx|redis|postgres|mysql|mongo|php|ruby|busybox|httpd)$/,
  linuxserver: /^[a-z]/,
  localstack: /^localstack/,
  mattermost: /^mattermost-/,
  nginxinc: /^nginx-/,
  portainer: /^(?:portainer|portainer-ce|portainer-ee|agent)$/,
  rancher: /^(?:rancher|k3s|rke2)/,
  selenium: /^(?:standalone|node|hub|base)/,
  tensorflow: /^(?:tensorflow|serving)$/,
};

/** Registries whose look-alikes collect passwords. */
const REGISTRIES = ['docker.io', 'ghcr.io', 'quay.io', 'mcr.microsoft.com', 'registry.k8s.io', 'public.ecr.aws'];

/** The part of the reference that is one slip of the finger away from a well-known name, and is itself none. */
export function misspellingIn(reference: ImageReference): Misspelling | undefined {
  const { registry, path, explicitRegistry } = reference;
  if (registry === '' || path === '') return undefined;
  if (registry !== DOCKER_HUB) {
    const host = REGISTRIES.find((it) => isSlipOfHost(registry, it));
    return host === undefined ? undefined : { written: registry, meant: host, part: 'registry' };
  }
  const name = officialName(reference);
  if (name !== undefined && !name.includes('/')) {
    if (!explicitRegistry && !isLocalName(reference)) return undefined;
    const meant = OTHER_THINGS.has(name) || IMAGES.includes(name) ? undefined : IMAGES.find((it) => isSlip(name, it));
    return meant === undefined ? undefined : { written: name, meant, part: 'image' };
  }
  const [publisher = '', image = ''] = path.split('/');
  if (Object.hasOwn(REPOSITORIES, publisher)) return undefined;
  const meant = Object.keys(REPOSITORIES).find((it) => isSlip(publisher, it) && REPOSITORIES[it]?.test(image) === true);
  return meant === undefined ? undefined : { written: publisher, meant, part: 'publisher' };
}

/** In the same top-level domain, which others may hold under the same name, or with its letters swapped. */
function isSlipOfHost(written: string, meant: string): boolean {
  if ((written.length < meant.length && meant.length < 8) || !isSlip(written, meant)) return false;
  const domain = (host: string): string => host.slice(host.lastIndexOf('.'));
  const letters = (host: string): string => host.split('').sort().join('');
  return domain(written) === domain(meant) || letters(written) === letters(meant);
}

/**
 * Two neighbours swapped, a letter missing, doubled, put in or mistaken. A letter in front or behind makes a name of its own
 * more often than a mistake (`xubuntu`, `mysqld`), and so does another first letter (`cython`).
 */
function isSlip(written: string, meant: string): boolean {
  const grown = written.length - meant.length;
  if (written === meant || Math.abs(grown) > 1) return false;
  let start = 0;
  while (start < meant.length && written[start] === meant[start]) start++;
  let end = 0;
  while (end < Math.min(written.length, meant.length) - start && written.at(-1 - end) === meant.at(-1 - end)) end++;
  const added = written.slice(start, written.length - end);
  const lost = meant.slice(start, meant.length - end);
  if (!/^[a-z.]*$/.test(added + lost)) return false;
  if (added.length === 2 && lost.length === 2) return added[0] === lost[1] && added[1] === lost[0];
  if (grown === 1) return added.length === 1 && lost === '' && start > 0 && (end > 0 || added === meant.at(-1));
  if (grown === -1) return added === '' && lost.length === 1 && start > 0 && (end > 0 || meant.length > 6);
  return added.length === 1 && lost.length === 1 && start > 0;
}
