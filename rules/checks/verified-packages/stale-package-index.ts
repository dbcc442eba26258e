import { deleteLines, type Edit } from '../../core/edit.js';
import type { Finding, Fix } from '../../core/finding.js';
import { defineRule } from '../../core/rule.js';
import type { DockerfileDocument, RunInstruction, Stage } from '../../dockerfile/model.js';
import { instructionsOf } from '../../dockerfile/queries.js';
import type { PackageAction, PackageInstall, PackageManager, ShellCommand } from '../../shell/model.js';

export default defineRule({
  id: 'stale-package-index',
  severity: 'warning',
  summary: 'A package index must be fetched in the RUN that installs from it.',
  why: `
    Every RUN is a layer, and a layer that was built before is taken from the cache as long as its text is the same. A RUN that only
    fetches the index is never run again: months later a new package is still looked up in the list of the first day. The
    build then installs an old version, whose holes are known by now, or fails because the mirror no longer has it.

    Joined with \`&&\` the two are one layer, and whoever changes the list of packages gets a fresh index. Where the index lies in a cache
    mount, it is no part of a layer, and nothing is reported.
  `,
  fixSafety: `
    The packages come from today's index instead of the cached one, so their versions may be newer.
  `,
  references: [
    'https://docs.docker.com/build/building/best-practices/#apt-get',
    'https://docs.docker.com/build/cache/invalidation/#run-instructions',
  ],
  standards: { cis: ['4.7'], nist: ['4.1.1'] },
  equivalents: { trivy: ['DS-0017'], checkov: ['CKV_DOCKER_5'] },
  messages: {
    index: '{install} relies on {command} in an earlier RUN, which is cached: it may get old packages. Use one RUN.',
    upgrade:
      '{install} adds to what {command} in an earlier RUN left, and that may be cached and old. Do both in one RUN.',
  },
  titles: { join: 'Fetch the index in the RUN that installs' },
  labels: { update: 'The index is fetched here' },

  check: {
    dockerfile(document) {
      return document.stages.flatMap((stage) => judge(document, stage));
    },
  },

  examples: [
    {
      title: 'apt-get update in a RUN of its own',
      in: 'dockerfile',
      bad: `
        FROM debian:13
        RUN apt-get update
        RUN «apt-get install -y --no-install-recommends curl» \\
            && rm -rf /var/lib/apt/lists/*
      `,
      expect: ['index'],
      fixed: `
        FROM debian:13
        RUN apt-get update && apt-get install -y --no-install-recommends curl \\
            && rm -rf /var/lib/apt/lists/*
      `,
    },
    {
      title: 'With other commands, and other instructions between',
      in: 'dockerfile',
      bad: `
        FROM alpine:3.24
        RUN echo https://packages.example.com/apk >> /etc/apk/repositories && apk update
        COPY packages /packages
        RUN set -e; «apk add curl»
      `,
      expect: ['index'],
      fixed: `
        FROM alpine:3.24
        RUN echo https://packages.example.com/apk >> /etc/apk/repositories && apk update
        COPY packages /packages
        RUN set -e; apk update && apk add curl
      `,
    },
    {
      title: 'An upgrade does not help what is installed later',
      in: 'dockerfile',
      bad: `
        FROM ubuntu:24.04
        RUN apt-get update && apt-get upgrade -y
        RUN [«"apt-get", "install", "-y", "curl"»]
      `,
      expect: ['index'],
      fixed: null,
    },
    {
      title: 'dnf fetches a new index by itself, but the upgrade is cached',
      in: 'dockerfile',
      bad: `
        FROM fedora:44
        RUN dnf -y update
        RUN «dnf -y install curl»
      `,
      expect: ['upgrade'],
      confidence: 'low',
      fixed: `
        FROM fedora:44
        RUN dnf -y update && dnf -y install curl
      `,
    },
    {
      title: 'Update and installation in one RUN, or a fresh index each time',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get install -y curl
        RUN <<EOF
        apt-get update
        apt-get install -y git
        EOF
        FROM alpine:3.24
        RUN apk update
        RUN apk add --no-cache curl
      `,
    },
    {
      title: 'Nothing is installed from the index, or it lies in a cache mount',
      in: 'dockerfile',
      good: `
        FROM debian:13
        RUN apt-get update && apt-get upgrade -y
        FROM debian:13
        RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update
        RUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y curl
        FROM alpine:3.24
        RUN apk update
      `,
    },
  ],
});

type Found = Finding<'index' | 'upgrade', 'join', 'update'>;

/** These look at the age of their index and fetch a new one by themselves. */
const REFRESHING: ReadonlySet<PackageManager> = new Set<PackageManager>(['yum', 'dnf', 'microdnf', 'tdnf']);

function judge(document: DockerfileDocument, stage: Stage): readonly Found[] {
  const runs = instructionsOf(stage.instructions, 'RUN');
  return runs.flatMap((run, index) => {
    if (run.mounts.some(holdsIndex)) return [];
    const update = lonelyUpdate(run);
    if (!update) return [];
    const later = firstUse(runs.slice(index + 1), update.manager);
    return later ? [report(document, run, update, later.run, later.install)] : [];
  });
}

function holdsIndex({ type, options }: RunInstruction['mounts'][number]): boolean {
  const target = options.find((it) => /^(?:target|dst|destination)$/.test(it.name))?.value ?? '';
  return (
    (type === 'cache' || type === 'tmpfs' || type === 'bind') &&
    /\/var\/(?:lib|cache)\/(?:apt|apk|zypp|pacman|yum|dnf|libdnf5)|\/etc\/apk\/cache/.test(target)
  );
}

/** What fetches the index, or upgrades all packages, in a RUN that names no package after it. */
function lonelyUpdate({ facts }: RunInstruction): PackageAction | undefined {
  const upgrades = facts.installs.filter((it) => REFRESHING.has(it.manager) && isUpgrade(it));
  return [...facts.indexUpdates, ...upgrades].find(
    (update) =>
      (upgrades.some((it) => it === update) || !REFRESHING.has(update.manager)) &&
      !facts.installs.some(
        (it) => it.manager === update.manager && !isUpgrade(it) && it.command.range.start >= update.command.range.start,
      ),
  );
}

/** It renews what is there and names nothing. */
function isUpgrade({ packages, lists, verb }: PackageInstall): boolean {
  return packages.length === 0 && lists.length === 0 && verb !== 'build-dep';
}

/** The first later installation by the manager; undefined when an index is fetched before it. */
function firstUse(
  runs: readonly RunInstruction[],
  manager: PackageManager,
): { readonly run: RunInstruction; readonly install: PackageInstall } | undefined {
  for (const run of runs) {
    const install = run.facts.installs.find((it) => it.manager === manager && !isUpgrade(it));
    const renews = [...run.facts.indexUpdates, ...run.facts.installs.filter(isUpgrade)].some(
      (it) => it.manager === manager && (!install || it.command.range.start <= install.command.range.start),
    );
    if (renews || run.mounts.some(holdsIndex)) return undefined;
    // apk without a cache always asks the repository.
    if (install?.flags.some((it) => it.name === '--no-cache')) return undefined;
    if (install) return { run, install };
  }
  return undefined;
}

function report(
  document: DockerfileDocument,
  run: RunInstruction,
  update: PackageAction,
  later: RunInstruction,
  install: PackageInstall,
): Found {
  const edits = joined(document, run, update.command, later, install.command);
  const fixes: readonly Fix<'join'>[] = edits ? [{ title: 'join', applicability: 'unsafe', edits }] : [];
  const data = {
    command: `${update.command.name} ${update.verb}`.trim(),
    install: `${install.command.name} ${install.verb}`.trim(),
  };
  const place = {
    range: install.command.range,
    related: [{ range: update.command.range, label: 'update' as const }],
    fixes,
  };
  return REFRESHING.has(update.manager)
    ? { message: 'upgrade', data, confidence: 'low', ...place }
    : { message: 'index', data, ...place };
}

/** The update in front of the installation; its own RUN goes when nothing else is in it. */
function joined(
  document: DockerfileDocument,
  run: RunInstruction,
  update: ShellCommand,
  later: RunInstruction,
  install: ShellCommand,
): readonly Edit[] | undefined {
  const { text } = document;
  const written = text.slice(update.range.start, update.range.end);
  if (run.form === 'exec' || later.form === 'exec' || /[\r\n]/.test(written)) return undefined;
  if (run.script.language !== 'posix' || later.script.language !== 'posix') return undefined;
  if (!standsFree(later, install) || update.parent || update.pipedFrom) return undefined;
  const at = install.range.start;
  const insert: Edit = { range: { start: at, end: at }, text: `${written} && ` };
  const isAlone = run.form === 'shell' && run.script.commands.length === 1 && update.redirects.length === 0;
  const hasComment = text.slice(run.range.start, run.range.end).includes('#');
  return isAlone && !hasComment ? [deleteLines(text, run.range), insert] : [insert];
}

/** `a || b` binds as loosely as `a && b`, so nothing can be put before b. */
function standsFree({ script }: RunInstruction, command: ShellCommand): boolean {
  return command.joinedBy !== '||' && !command.parent && !command.pipedFrom && !script.interpreter;
}
