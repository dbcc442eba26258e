import type { Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument } from '../../dockerfile/model.js';
import { commandRange, commandText } from '../../dockerfile/package-cache-fix.js';
import {
  chainOf,
  type InstalledPackages,
  installedPackages,
  instructionsOf,
  shippedStage,
} from '../../dockerfile/queries.js';

export default defineRule({
  id: 'recommended-packages-installed',
  severity: 'info',
  summary: 'apt must install what was asked for, not what packages recommend as well.',
  why: `
    A Debian package names others that most people who sit at a machine want with it, and apt installs those as well: manuals,
    compilers, mail servers, sometimes a hundred packages for one. Nobody decided that they belong into the image, nobody
    looks after them, and each is something that an intruder can use and a scanner reports.

    With \`--no-install-recommends\` the list in the Dockerfile is all there is, dependencies aside. The same can be said once for
    all in a file below /etc/apt/apt.conf.d. Only the stages that ship are looked at.
  `,
  fixSafety: `
    Something that only a recommendation brought is missing then; often it is ca-certificates. Add it to the list by its name.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get',
    'https://www.debian.org/doc/debian-policy/ch-relationships.html#binary-dependencies-depends-recommends-suggests-enhances-pre-depends',
  ],
  standards: { cis: ['4.3'], nist: ['4.1.2'], cwe: ['CWE-1125'] },
  equivalents: { hadolint: ['DL3015'], trivy: ['DS-0029'], semgrep: ['missing-no-install-recommends'] },
  messages: {
    recommended:
      '{command} also brings what packages only recommend, and nobody chose that. Add --no-install-recommends.',
  },
  titles: { add: 'Add --no-install-recommends' },

  check: {
    dockerfile(document) {
      const stage = shippedStage(document);
      if (!stage || document.text.indexOf('install') < 0) return [];
      const installed = installedPackages(stage).filter(isWithRecommended);
      if (installed.length === 0) return [];
      const configured = configuredAt(document);
      return installed
        .filter(({ install }) => install.command.range.start < configured)
        .map((it) => {
          const fix = addOption(it);
          return {
            message: 'recommended' as const,
            data: { command: commandText(it.install) },
            range: commandRange(it.install),
            fixes: fix ? [fix] : [],
          };
        });
    },
  },

  examples: [
    {
      title: 'Everything that is recommended comes along',
      in: 'dockerfile',
      bad: `
        FROM debian:13.1-slim
        RUN apt-get update && «apt-get install» -y curl libpq5 \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
      expect: ['recommended'],
      fixed: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends curl libpq5 \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Options before the command, and a list in a variable',
      in: 'dockerfile',
      bad: `
        FROM ubuntu:24.04
        ARG PACKAGES
        RUN apt-get update && «apt-get -qq install» $PACKAGES && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
      expect: ['recommended'],
      fixed: `
        FROM ubuntu:24.04
        ARG PACKAGES
        RUN apt-get update && apt-get -qq install --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Asked for in any spelling',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim
        RUN apt-get update && apt-get install -y --no-install-recommends curl \\
            && apt-get -o APT::Install-Recommends=false install -y jq \\
            && aptitude -y -R install procps \\
            && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'Set for all of apt',
      in: 'dockerfile',
      good: `
        FROM debian:13.1-slim
        RUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf.d/no-recommends
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        USER 10001
      `,
    },
    {
      title: 'A stage that is not shipped',
      in: 'dockerfile',
      good: `
        FROM debian:13.1 AS build
        RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*
        FROM debian:13.1-slim
        COPY --from=build /shop /shop
        USER 10001
      `,
    },
    {
      title: 'Removed again in the same RUN, and an installer that knows',
      in: 'dockerfile',
      good: `
        FROM bitnami/minideb:bookworm
        RUN apt-get update && apt-get install -y curl && curl -fsS https://example.com/ -o /page \\
            && apt-get purge -y --auto-remove curl && rm -rf /var/lib/apt/lists/*
        RUN install_packages libpq5
        USER 10001
      `,
    },
  ],
});

/** `APT::Install-Recommends=0` as an option, a line of a configuration file or a variable. */
const SWITCHED_OFF = /install-recommends["'\s=]{1,6}(?:0|false|no|off)\b/i;

function isWithRecommended({ run, install }: InstalledPackages): boolean {
  const { manager, verb, command, flags } = install;
  if (run.onbuild || manager !== 'apt' || verb !== 'install') return false;
  if (flags.some(({ name, value }) => isOff(name, value))) return false;
  // Options may stand in a variable.
  if (command.words.some((it) => /^["']?\$\{?\w*(?:opt|flag|arg|param)\w*/i.test(it.value))) return false;
  return install.packages.length > 0 && !run.args.some((it) => /=["']?[^"'\n]*--no-install-recommends/.test(it));
}

function isOff(name: string, value: string | undefined): boolean {
  if (name === '--no-install-recommends' || name === '--without-recommends' || name === '-R') return true;
  return (name === '-o' || name === '--option') && value !== undefined && SWITCHED_OFF.test(value);
}

/** Offset of the first instruction of the shipped chain that tells apt to leave recommendations out; Infinity when none does. */
function configuredAt(document: DockerfileDocument): number {
  if (!/install-recommends/i.test(document.text)) return Number.POSITIVE_INFINITY;
  const stage = shippedStage(document);
  const all = stage ? chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'RUN', 'COPY', 'ADD', 'ENV')) : [];
  const found = all.find((it) => {
    const texts = [...it.args, ...it.heredocs.map(({ content }) => content)];
    return texts.some(
      (text) =>
        SWITCHED_OFF.test(text) &&
        /apt\.conf|apt-config|APT_CONFIG/i.test(document.text.slice(it.range.start, it.range.end)),
    );
  });
  return found?.range.start ?? Number.POSITIVE_INFINITY;
}

function addOption({ run, install }: InstalledPackages): Fix<'add'> | undefined {
  const { words } = install.command;
  const verb = words.findIndex((it) => it.value === 'install');
  if (run.form === 'exec' || verb < 0) return undefined;
  // Behind the short options, as people write it: `install -y --no-install-recommends curl`.
  const others = words.slice(verb + 1).findIndex((it) => !/^-[yqf]+$|^--(?:yes|assume-yes|quiet)$/.test(it.value));
  const last = words[others < 0 ? verb : verb + others];
  if (!last) return undefined;
  const { end } = last.range;
  return {
    title: 'add',
    applicability: 'unsafe',
    edits: [{ range: { start: end, end }, text: ' --no-install-recommends' }],
  };
}
