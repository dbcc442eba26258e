import { defineRule } from '../../core/rule.js';
import { isForPeople, programsUsed } from '../../dockerfile/purpose.js';
import { installedPackages, shippedStage } from '../../dockerfile/queries.js';
import { isHostRuntime, SYSTEM_PACKAGES } from '../../shell/package-kinds.js';

export default defineRule({
  id: 'host-runtime-in-image',
  severity: 'info',
  summary: 'What runs containers belongs on the host, not into an image.',
  why: `
    A Docker engine, containerd, a kubelet or NVIDIA's toolkit does nothing in a container unless that gets the rights of the
    host: privileged, with its devices or its socket. In the image they are large programs for root that an intruder can
    start, and they invite somebody to grant those rights.

    To talk to an engine elsewhere the client is enough: \`docker-ce-cli\`, \`docker-cli\`. To build images, use BuildKit
    rootless, Buildah or Kaniko. GPUs reach a container through the toolkit of the host.
  `,
  references: [
    'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
    'https://docs.docker.com/engine/security/rootless/',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: { tally: ['gpu/no-container-runtime-in-image'] },
  messages: {
    runtime: '{package} runs containers and belongs on the host; in an image an intruder can use it. Leave it out.',
  },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage)) return [];
      const installed = installedPackages(stage).flatMap(({ run, install }) =>
        run.onbuild || !SYSTEM_PACKAGES.has(install.manager)
          ? []
          : install.packages.filter((it) => isHostRuntime(it.name)),
      );
      const first = installed[0];
      if (!first) return [];
      const used = programsUsed(stage);
      // The image is there to run containers.
      if (['dockerd', 'containerd', 'kubelet', 'podman', 'crio', 'k3s', 'lxd'].some((it) => used.has(it))) return [];
      return [{ message: 'runtime', data: { package: first.name }, range: first.word.range }];
    },
  },

  examples: [
    {
      title: 'The engine where its client is meant',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends «docker.io» containerd && rm -rf /var/lib/apt/lists/*
        USER 10001
        CMD ["/usr/local/bin/deploy"]
      `,
      expect: ['runtime'],
      fixed: null,
    },
    {
      title: 'The client alone',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache docker-cli
        USER 10001
      `,
    },
    {
      title: 'The engine is what the image is for',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache docker
        CMD ["dockerd"]
      `,
    },
  ],
});
