import { defineRule } from '../../core/rule.js';
import { dropPackage } from '../../dockerfile/drop-package.js';
import { isForPeople, liesInDevContainer, programsUsed } from '../../dockerfile/purpose.js';
import { installedPackages, shippedStage } from '../../dockerfile/queries.js';
import { SYSTEM_PACKAGES } from '../../shell/package-kinds.js';

/** Package names of Debian, Alpine, Fedora and SUSE, by what they bring: the programs that an intruder would have to fetch. */
const TOOLS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    nc: 'netcat netcat-openbsd netcat-traditional nc',
    ncat: 'ncat nmap-ncat',
    socat: 'socat',
    telnet: 'telnet inetutils-telnet telnet-ssl',
    nmap: 'nmap nmap-scripts masscan zmap',
    tcpdump: 'tcpdump tcpflow ngrep',
    tshark: 'tshark wireshark wireshark-cli wireshark-common termshark',
    strace: 'strace ltrace',
    gdb: 'gdb gdbserver gdb-multiarch gdb-gdbserver lldb',
    bpftrace: 'bpftrace bpfcc-tools bcc-tools',
    perf: 'perf linux-perf linux-tools-generic linux-tools-common',
    hping3: 'hping3 dsniff ettercap-text-only ettercap-common arp-scan',
    hydra: 'hydra john hashcat sqlmap nikto aircrack-ng metasploit-framework proxychains proxychains4 proxychains-ng',
  }).flatMap(([program, packages]) => {
    const names = packages.split(' ');
    return names.map((it) => [it, [program, ...names]] as const);
  }),
);

export default defineRule({
  id: 'debug-tools-in-image',
  severity: 'warning',
  summary: 'A shipped image must not carry tools that scan, sniff or open connections.',
  why: `
    Whoever breaks into a container first looks around: which hosts answer, what goes over the network, how to open a shell
    to the outside. \`netcat\`, \`socat\`, \`nmap\`, \`tcpdump\` or \`gdb\` do all that. In an image without them the intruder has
    to bring them in, past the firewall, onto a file system that is read-only at best, and is seen.

    To look into a running container, start a second one beside it: \`docker debug\`, \`kubectl debug\` or
    \`docker run --network container:NAME --pid container:NAME\` with an image full of tools.
  `,
  fixSafety: `
    A script that calls the program no longer finds it. What the program is started, entered or checked with in this file has
    been looked at; scripts that are copied into the image have not.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#dont-install-unnecessary-packages',
    'https://docs.docker.com/reference/cli/docker/debug/',
    'https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/#ephemeral-container',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: {},
  messages: {
    tool: '{package} is in the shipped image, so an intruder finds it ready for use. Leave it out, debug from a second container.',
  },
  titles: {
    drop: 'Do not install {package}',
    dropRun: 'Delete the RUN that installs {package}',
  },

  check: {
    dockerfile(document, { project }) {
      const stage = shippedStage(document);
      if (!stage || isForPeople(stage) || liesInDevContainer(project)) return [];
      const used = programsUsed(stage);
      return installedPackages(stage).flatMap((installed) => {
        if (!SYSTEM_PACKAGES.has(installed.install.manager) || installed.run.onbuild) return [];
        return installed.install.packages.flatMap((it) => {
          const programs = TOOLS.get(it.name.toLowerCase());
          if (!programs || programs.some((one) => used.has(one))) return [];
          const fix = dropPackage(document, installed, it);
          return [
            { message: 'tool' as const, data: { package: it.name }, range: it.word.range, fixes: fix ? [fix] : [] },
          ];
        });
      });
    },
  },

  examples: [
    {
      title: 'One package of several',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates «tcpdump» curl \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
      expect: ['tool'],
      fixed: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'A package a line',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.22
        RUN apk add --no-cache \\
            «socat» \\
            libpq \\
            # for support
            «nmap»
        USER 10001
      `,
      expect: ['tool', 'tool'],
      fixed: `
        FROM alpine:3.22
        RUN apk add --no-cache \\
            libpq \\
            # for support
            nmap
        USER 10001
      `,
    },
    {
      title: 'Nothing else is installed',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update \\
            && apt-get install -y --no-install-recommends «gdb» \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
      expect: ['tool'],
      fixed: `
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'Inherited from an earlier stage',
      in: 'dockerfile',
      bad: `
        FROM debian:13 AS base
        RUN apt-get update && apt-get install -y «netcat-openbsd=1.226-1» curl && rm -rf /var/lib/apt/lists/*
        FROM base
        USER 10001
      `,
      expect: ['tool'],
      fixed: `
        FROM debian:13 AS base
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        FROM base
        USER 10001
      `,
    },
    {
      title: 'The program is what the image is for',
      in: 'dockerfile',
      good: `
        FROM alpine:3.22
        RUN apk add --no-cache socat netcat-openbsd
        HEALTHCHECK CMD nc -z localhost 8080
        USER 10001
        ENTRYPOINT ["socat", "TCP-LISTEN:8080,fork", "TCP:db:5432"]
      `,
    },
    {
      title: 'Removed again in the same RUN',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y strace && strace -c /app/selftest \\
            && apt-get purge -y strace && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS trace
        RUN apt-get update && apt-get install -y gdb && rm -rf /var/lib/apt/lists/*
        FROM debian:13
        USER 10001
      `,
    },
    {
      title: 'An image to develop in',
      in: 'dockerfile',
      good: `
        FROM mcr.microsoft.com/devcontainers/base:debian-12
        RUN apt-get update && apt-get install -y gdb && rm -rf /var/lib/apt/lists/*
        USER vscode
      `,
    },
    {
      title: 'In the folder of a dev container',
      in: 'dockerfile',
      path: '.devcontainer/Dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y gdb && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Only the name is alike',
      in: 'dockerfile',
      good: `
        FROM python:3.13-slim
        RUN pip install --no-cache-dir nmap gdb
        USER 10001
      `,
    },
  ],
});
