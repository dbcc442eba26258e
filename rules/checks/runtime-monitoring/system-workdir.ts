import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, WorkdirInstruction } from '../../dockerfile/model.js';
import {
  chainOf,
  effectiveWorkdir,
  expandAt,
  instructionsOf,
  shippedChain,
  shippedStage,
} from '../../dockerfile/queries.js';

export default defineRule({
  id: 'system-workdir',
  severity: 'warning',
  summary: 'WORKDIR must not be a folder of the system.',
  why: `
    What is copied and written without a full path lands in WORKDIR. In /etc it replaces what decides who may log in and what
    is started, and a program that may write to its own folder may then write there too. /proc, /sys and /dev show the
    kernel: other file systems hide what a build left there as soon as the container runs.

    A path below /proc/self/fd is an attack. By CVE-2024-21626 it ends, with runc before 1.1.12, in a folder of the host that was
    left open: whoever builds or starts such an image hands over the host.

    Folders of one program, such as /etc/nginx, and /dev/shm are left alone.
  `,
  fixSafety: `
    Relative paths in later instructions and in the program now mean the new folder.
  `,
  references: [
    'https://docs.docker.com/reference/dockerfile/#workdir',
    'https://nvd.nist.gov/vuln/detail/CVE-2024-21626',
    'https://github.com/opencontainers/runc/security/advisories/GHSA-xr7r-f8xq-vfvv',
  ],
  standards: { cis: ['5.6'], nist: ['4.4.1'], cwe: ['CWE-552', 'CWE-403'] },
  equivalents: { trivy: ['DS-0030'] },
  messages: {
    breakout:
      'WORKDIR {path} is the attack of CVE-2024-21626, which ends in a folder of the host. Do not build this file.',
    kernel: 'WORKDIR {path} is a folder of the kernel or of the boot loader. Give the program a folder of its own.',
    settings: 'WORKDIR {path} lets the program work among the settings of the system. Give it a folder of its own.',
  },
  titles: { own: 'Change it to WORKDIR {path}' },

  check: {
    dockerfile(document) {
      const shipped = new Set(shippedChain(document));
      return document.stages.flatMap((stage) =>
        instructionsOf(stage.instructions, 'WORKDIR').flatMap((it): readonly Found[] => {
          const path = stage.windows ? '' : pathOf(document, it);
          if (DESCRIPTOR.test(path)) return [found(document, it, 'breakout', path)];
          if (!shipped.has(stage)) return [];
          if (KERNEL.test(path) && path !== '/dev/shm' && !path.startsWith('/dev/shm/'))
            return [found(document, it, 'kernel', path)];
          return isLast(document, it) && SETTINGS.test(path) ? [found(document, it, 'settings', path)] : [];
        }),
      );
    },
  },

  examples: [
    {
      title: 'A folder of the host that was left open',
      in: 'dockerfile',
      bad: `
        FROM debian:13 AS probe
        WORKDIR «/proc/self/fd/8»
        FROM debian:13
        CMD ["shop"]
      `,
      expect: ['breakout'],
      severity: 'error',
      fixed: `
        FROM debian:13 AS probe
        WORKDIR /app
        FROM debian:13
        CMD ["shop"]
      `,
    },
    {
      title: 'Folders of the kernel',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        WORKDIR «/proc»
        WORKDIR «/sys/fs/cgroup/»
        WORKDIR «/boot»
        WORKDIR «//dev»
        COPY . .
      `,
      expect: ['kernel', 'kernel', 'kernel', 'kernel'],
      fixed: `
        FROM debian:13
        WORKDIR /app
        WORKDIR /app
        WORKDIR /app
        WORKDIR /app
        COPY . .
      `,
    },
    {
      title: 'Among the settings of the system, by a variable',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        ENV CONFIG=/etc
        WORKDIR «$CONFIG»
        CMD ["shop"]
      `,
      expect: ['settings'],
      fixed: `
        FROM debian:13
        ENV CONFIG=/etc
        WORKDIR /app
        CMD ["shop"]
      `,
    },
    {
      title: 'Where jobs of root are named',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        WORKDIR «/etc/cron.d»
        COPY jobs .
      `,
      expect: ['settings'],
      fixed: `
        FROM debian:13
        WORKDIR /app
        COPY jobs .
      `,
    },
    {
      title: 'Folders of one program',
      in: 'dockerfile',
      good: `
        FROM nginx:1.29-alpine
        WORKDIR /etc/nginx
        COPY nginx.conf .
      `,
    },
    {
      title: 'Left again, and shared memory',
      in: 'dockerfile',
      good: `
        FROM debian:13
        WORKDIR /etc
        RUN sed -i s/a/b/ hosts.allow
        WORKDIR /dev/shm/work
        WORKDIR /processing
      `,
    },
    {
      title: 'A path that the build decides',
      in: 'dockerfile',
      good: `
        FROM debian:13
        ARG FOLDER
        WORKDIR $FOLDER
        WORKDIR etc
      `,
    },
    {
      title: 'A builder stage',
      in: 'dockerfile',
      good: `
        FROM debian:13 AS build
        WORKDIR /etc
        FROM debian:13
        CMD ["shop"]
      `,
    },
  ],
});

type Message = 'breakout' | 'kernel' | 'settings';
type Found = Finding<Message, 'own', never>;

const DESCRIPTOR = /^\/proc\/(?:self|thread-self|\d+)\/(?:fd|cwd|root)(?:\/|$)/;
const KERNEL = /^\/(?:proc|sys|dev|boot)(?:\/|$)/;

/** /etc itself, and the folders in it that decide about rights and about what is started. */
const SETTINGS =
  /^\/etc(?:\/(?:pam\.d|security|sudoers\.d|cron\.\w+|init\.d|systemd|profile\.d|ld\.so\.conf\.d)(?:\/.*)?)?$/;

const OWN_FOLDER = '/app';

/** The absolute path of the instruction without doubled or trailing slashes; empty where it is not known. */
function pathOf(document: DockerfileDocument, { args, range }: WorkdirInstruction): string {
  const { value, known } = expandAt(document, args[0] ?? '', range.start);
  if (!known || !value.startsWith('/') || value.includes('..')) return '';
  return value.replace(/\/(?:\.?\/)+/g, '/').replace(/(.)\/\.?$/, '$1');
}

/** Whether the program starts in the folder of this instruction. */
function isLast(document: DockerfileDocument, instruction: WorkdirInstruction): boolean {
  const stage = shippedStage(document);
  if (!stage) return false;
  const all = chainOf(stage).flatMap((it) => instructionsOf(it.instructions, 'WORKDIR'));
  return all.at(-1) === instruction && effectiveWorkdir(document, stage)?.value === pathOf(document, instruction);
}

function found(document: DockerfileDocument, instruction: WorkdirInstruction, message: Message, path: string): Found {
  const range = instruction.path?.range ?? instruction.range;
  const written = document.text.slice(range.start, range.end);
  const fix: Fix<'own'> = {
    title: 'own',
    data: { path: OWN_FOLDER },
    applicability: 'manual',
    edits: [{ range, text: OWN_FOLDER }],
  };
  return {
    message,
    data: { path: path.length > 30 ? `${path.slice(0, 29)}…` : path },
    range,
    ...(message === 'breakout' ? { severity: 'error' as const } : {}),
    fixes: instruction.path && /^[\w$./{}-]+$/.test(written) ? [fix] : [],
  };
}
