import { addEntries } from '../../compose/edit.js';
import type { ComposeDocument, ComposeService } from '../../compose/model.js';
import { asMap } from '../../compose/queries.js';
import { isOpenRegistry } from '../../compose/registry-service.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';

export default defineRule({
  id: 'open-registry-service',
  severity: 'error',
  summary: 'A registry that others can reach must ask who they are.',
  why: `
    The registry image lets everybody in unless it is told otherwise. Whoever reaches the published port can download every image, with
    the code and the secrets in it, and push one of their own under the name that your hosts pull next. It speaks plain http as well, so
    what is on the way can be swapped, too.

    Set REGISTRY_AUTH and a certificate (REGISTRY_HTTP_TLS_CERTIFICATE, REGISTRY_HTTP_TLS_KEY), or publish the port on 127.0.0.1 and put a
    proxy that does both in front of it. Registries with a configuration file, a list of variables or a command of their own, whose content cannot be
    seen, and mirrors that only pass public images on are left alone.
  `,
  fixSafety: `
    Leaves a blank: PATH_OF_THE_PASSWORDS is the file that \`htpasswd -B\` makes, as it is mounted in the container. From then on everybody
    who pulls or pushes has to log in.
  `,
  references: [
    'https://distribution.github.io/distribution/about/deploying/#native-basic-auth',
    'https://distribution.github.io/distribution/about/configuration/#auth',
  ],
  standards: { nist: ['4.2.1', '4.2.3'], owasp: ['RULE #13'], cwe: ['CWE-306'] },
  equivalents: {},
  messages: {
    open: 'Service "{service}" is a registry without a login, so anyone who reaches it can push images. Set REGISTRY_AUTH.',
  },
  titles: { addLogin: 'Ask for a login' },

  check: {
    compose: (document) => document.services.flatMap((it) => judge(document, it)),
  },

  examples: [
    {
      title: 'A published registry',
      in: 'compose',
      bad: `
        services:
          «registry»:
            image: registry:3.1.1
            ports:
              - "5000:5000"
            volumes:
              - images:/var/lib/registry
        volumes:
          images: {}
      `,
      expect: ['open'],
      fixed: `
        services:
          registry:
            image: registry:3.1.1
            ports:
              - "5000:5000"
            volumes:
              - images:/var/lib/registry
            environment:
              REGISTRY_AUTH: htpasswd
              REGISTRY_AUTH_HTPASSWD_REALM: registry
              REGISTRY_AUTH_HTPASSWD_PATH: PATH_OF_THE_PASSWORDS
        volumes:
          images: {}
      `,
    },
    {
      title: 'Other settings, and the network of the host',
      in: 'compose',
      bad: `
        services:
          «registry»:
            image: docker.io/library/registry:2.8.3
            network_mode: host
            environment:
              REGISTRY_STORAGE_DELETE_ENABLED: "true"
      `,
      expect: ['open'],
      fixed: `
        services:
          registry:
            image: docker.io/library/registry:2.8.3
            network_mode: host
            environment:
              REGISTRY_STORAGE_DELETE_ENABLED: "true"
              REGISTRY_AUTH: htpasswd
              REGISTRY_AUTH_HTPASSWD_REALM: registry
              REGISTRY_AUTH_HTPASSWD_PATH: PATH_OF_THE_PASSWORDS
      `,
    },
    {
      title: 'With a login, a configuration file, or on this machine only',
      in: 'compose',
      good: `
        services:
          closed:
            image: registry:3.1.1
            ports: ["443:5000"]
            environment:
              - REGISTRY_AUTH=htpasswd
              - REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd
          configured:
            image: registry:3.1.1
            ports: ["5000:5000"]
            volumes:
              - ./config.yml:/etc/distribution/config.yml:ro
          local:
            image: registry:3.1.1
            ports: ["127.0.0.1:5000:5000"]
          inside:
            image: registry:3.1.1
      `,
    },
    {
      title: 'A mirror of public images, and another program',
      in: 'compose',
      good: `
        services:
          mirror:
            image: registry:3.1.1
            ports: ["5000:5000"]
            environment:
              REGISTRY_PROXY_REMOTEURL: https://registry-1.docker.io
          listed:
            image: registry:3.1.1
            ports: ["5000:5000"]
            env_file: registry.env
          schemas:
            image: apicurio/apicurio-registry:3.0.9
            ports: ["8080:8080"]
      `,
    },
  ],
});

function judge(document: ComposeDocument, service: ComposeService): readonly Finding<'open', 'addLogin', never>[] {
  if (!isOpenRegistry(document, service)) return [];
  return [
    {
      message: 'open',
      data: { service: service.name.value },
      range: service.name.range,
      fixes: addLogin(document, service),
    },
  ];
}

function addLogin(document: ComposeDocument, service: ComposeService): readonly Fix<'addLogin'>[] {
  const variables = {
    REGISTRY_AUTH: 'htpasswd',
    REGISTRY_AUTH_HTPASSWD_REALM: 'registry',
    REGISTRY_AUTH_HTPASSWD_PATH: 'PATH_OF_THE_PASSWORDS',
  };
  const entry = service.get('environment');
  const map = asMap(entry?.value);
  if (entry && (!map || entry.inherited || map.inherited)) return [];
  const edit = map
    ? addEntries(document, map, variables)
    : addEntries(document, service.node, { environment: variables });
  return edit ? [{ title: 'addLogin', applicability: 'manual', edits: [edit] }] : [];
}
